"""Detail tables: no schema but their own header; the structure is checked all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ckanext.lppd.checking import Report, check

SCHEMA: dict[str, Any] = {
    "fields": [],
    "missingValues": [""],
    "lppd": {"versi": 1, "jenis": "rincian"},
}


def checked(folder: Path, content: bytes, name: str = "rincian.csv") -> Report:
    """Check these bytes as a detail table."""
    path = folder / name
    path.write_bytes(content)
    return check(path, format=name.rsplit(".", 1)[-1], schema=SCHEMA)


@pytest.mark.parametrize(
    "content",
    [
        b"Kecamatan,Jumlah\nMedan Kota,12\nMedan Area,\n",
        b"Kecamatan;Jumlah\nMedan Kota;1.234\n",
        b"Tabel 1. Contoh\n\nKecamatan,Jumlah\nMedan Kota,12\n",
    ],
)
def test_an_orderly_table_passes(tmp_path: Path, content: bytes) -> None:
    report = checked(tmp_path, content)
    assert report.valid, [item.message() for item in report.findings]


def test_a_workbook_passes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Kecamatan", "Jumlah"])
    book.active.append(["Medan Kota", 12])
    book.save(tmp_path / "rincian.xlsx")
    report = check(tmp_path / "rincian.xlsx", format="xlsx", schema=SCHEMA)
    assert report.valid, [item.message() for item in report.findings]


@pytest.mark.parametrize(
    ("content", "code", "cell"),
    [
        (b"", "berkas_nol_byte", None),
        (b"\n\n", "berkas_kosong", None),
        (b"Kecamatan,Jumlah\n", "tanpa_baris", None),
        (b"Kecamatan,kecamatan\na,b\n", "kolom_ganda", "B1"),
        (b"Kecamatan,Jumlah\nMedan Kota,1,2\n", "sel_berlebih", "C2"),
        (b"%PDF-1.7\n", "berkas_bukan_csv", None),
    ],
)
def test_disorder_is_named_at_its_cell(
    tmp_path: Path, content: bytes, code: str, cell: str | None
) -> None:
    report = checked(tmp_path, content)
    assert not report.valid
    assert [(item.code, item.cell) for item in report.errors] == [(code, cell)]


def test_no_fields_without_saying_so_is_a_broken_schema(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n")
    report = check(path, format="csv", schema={"fields": []})
    assert [item.code for item in report.errors] == ["skema_rusak"]


def test_a_table_without_titles_is_asked_for_them(tmp_path: Path) -> None:
    report = checked(tmp_path, b"Manggar;71,83;82,1\nGantung;82,37;57,68\n")
    assert [(item.code, item.row) for item in report.errors] == [("judul_berupa_angka", 1)]
