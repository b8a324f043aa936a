"""Tables with the traits of real ones, made here; and the edition they are matched with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import ckanext

HERE = str(Path(__file__).resolve().parents[2] / "ckanext")
if HERE not in ckanext.__path__:
    # CKAN's own `ckanext` is found first and does not know this checkout
    ckanext.__path__.append(HERE)

from ckanext.lppd.katalog import Edisi, Wilayah, susun_edisi  # noqa: E402

JUDUL = ("_id", "indikator_kinerja", "capaian_tahun_2018", "capaian_tahun_2019")
# One trait each: closing zeros, two names alike, a zero, an opinion, a minus, one digit less,
# another spelling, a broken letter, a name that begins like a total.
BARIS: tuple[tuple[Any, ...], ...] = (
    (1, "Angka Melek Huruf", "75,57", "75,00"),
    (2, "Persentase Jalan Mantap", "32,99", "37,04"),
    (3, "Persentase Jalan Mantap", "26,64", "24,92"),
    (4, "Prosentase Ruang Kelas Baik", "93,87", "0,00"),
    (5, "Opini BPK", "WTP", "WTP"),
    (6, "Persentase Tertib Administrasi", "99,02", "99,8"),
    (7, "Persentase Penurunan Pelanggaran", "-14,32", "10,89"),
    (8, "Rata-rata sampah terolah (m\ufffd)", "24,34", "205,84"),
    (9, "Jumlah Tenaga Kerja Terampil", "4,28", "1,31"),
)
WILAYAH = (Wilayah("00.00", "Kabupaten (kode belum diketahui)", "kabupaten", "0000"),)


def draft(rows: Sequence[tuple[str | None, str]]) -> Edisi:
    """An unverified edition of these names for 2018 and 2019."""
    return susun_edisi(rows, "lama", "Edisi lama", 2018, 2019, WILAYAH)


@pytest.fixture
def edisi() -> Edisi:
    """The edition whose indicators are exactly the rows of the table."""
    return draft([(str(row[0]), row[1]) for row in BARIS])


@pytest.fixture
def xlsx(tmp_path: Path) -> Callable[..., Path]:
    """Write rows to a workbook; `sheets` are further sheets by name."""

    def write(rows: Sequence[Sequence[Any]], **sheets: Sequence[Sequence[Any]]) -> Path:
        book = openpyxl.Workbook()
        del book["Sheet"]
        for nama, isi in {"Sheet1": rows, **sheets}.items():
            sheet = book.create_sheet(nama)
            for row in isi:
                sheet.append(list(row))
        path = tmp_path / "tabel.xlsx"
        book.save(path)
        return path

    return write


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[[str], Path]:
    """Write text to a CSV file."""

    def write(teks: str, nama: str = "tabel.csv") -> Path:
        path = tmp_path / nama
        path.write_text(teks, encoding="utf-8")
        return path

    return write


@pytest.fixture
def tabel_lama(xlsx: Callable[..., Path]) -> Path:
    """The table with all traits."""
    return xlsx([JUDUL, *BARIS])
