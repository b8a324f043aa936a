"""Draft editions from a list of names."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckanext.lppd.katalog import (
    Edisi,
    KatalogError,
    load_edisi,
    susun_edisi,
    table_schema,
    tulis_edisi,
)

Rows = list[tuple[str | None, str]]


def draf(edisi: Edisi, rows: Rows) -> Edisi:
    return susun_edisi(rows, "2020", "LPPD edisi 2020", 2020, 2024, edisi.wilayah)


def test_a_draft_claims_nothing(edisi: Edisi) -> None:
    hasil = draf(edisi, [("1.a.1", "Tingkat partisipasi"), (None, "Prosentase  jalan "), ("", "")])
    assert hasil.status == "belum_terverifikasi"
    assert [i.kode for i in hasil.indikator] == ["1.a.1", "x.2"]
    assert {i.keyakinan for i in hasil.indikator} == {"belum_terverifikasi"}
    assert {str(i.rumus) for i in hasil.indikator} == {"langsung()"}
    assert [i.satuan for i in hasil.indikator] == ["lainnya", "persen"]
    assert [i.catatan for i in hasil.indikator] == ["", "nomor buatan"]
    assert [i.nama for i in hasil.indikator] == ["Tingkat partisipasi", "Prosentase jalan"]


def test_a_draft_is_written_read_and_usable(edisi: Edisi, tmp_path: Path) -> None:
    hasil = draf(edisi, [(i.kode, i.nama) for i in edisi.indikator])
    tulis_edisi(hasil, tmp_path)
    assert load_edisi(tmp_path) == hasil
    assert table_schema(hasil, hasil.indikator[0], 2022)["lppd"]["edisi"] == "2020"


@pytest.mark.parametrize(
    ("rows", "pesan"),
    [
        ([("1.a", "Satu"), ("1.A", "Dua")], "daftar baris 2: kode '1.A' sudah dipakai di baris 1"),
        ([("1.a", " ")], "daftar baris 1: nama indikator '1.a' kosong"),
        ([(None, "")], "daftar: tidak ada satu nama pun"),
    ],
)
def test_bad_lists(edisi: Edisi, rows: Rows, pesan: str) -> None:
    with pytest.raises(KatalogError, match=pesan):
        draf(edisi, rows)


def test_a_code_no_dataset_could_carry_is_not_written(edisi: Edisi, tmp_path: Path) -> None:
    with pytest.raises(KatalogError, match="kode '1 a' tidak dapat dipakai"):
        tulis_edisi(draf(edisi, [("1 a", "Satu")]), tmp_path / "baru")
    assert not (tmp_path / "baru").exists()
