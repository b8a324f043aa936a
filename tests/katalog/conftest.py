"""What every test of the catalogue needs: the shipped edition, and a small one to break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ckanext.lppd.katalog import Edisi, load_edisi, schemas_dir, tulis_edisi

UbahBerkas = Callable[[str, str, str], Path]


@pytest.fixture(scope="session")
def edisi() -> Edisi:
    """The shipped edition 2025."""
    return load_edisi(schemas_dir() / "edisi" / "2025")


@pytest.fixture
def folder(edisi: Edisi, tmp_path: Path) -> Path:
    """A copy of the shipped edition on disk."""
    tulis_edisi(edisi, tmp_path / "edisi")
    return tmp_path / "edisi"


@pytest.fixture
def ubah(folder: Path) -> UbahBerkas:
    """Replace the first occurrence of a text in one file of the copy; returns the copy's folder."""

    def jalankan(berkas: str, lama: str, baru: str) -> Path:
        isi = (folder / berkas).read_bytes().decode("utf-8")
        assert lama in isi
        (folder / berkas).write_bytes(isi.replace(lama, baru, 1).encode("utf-8"))
        return folder

    return jalankan
