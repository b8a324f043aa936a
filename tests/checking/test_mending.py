"""Typed rows and mended cells become a file that the check reads as it reads any other."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ckanext.lppd.checking import Report, check
from ckanext.lppd.katalog.isian_layar import IsianError, UbahSel, csv_isian, csv_ubah, kolom_isian
from tests.checking.conftest import SCHEMA


def xlsx_bytes(rows: list[list[Any]]) -> bytes:
    """Return a workbook with these rows on its one sheet."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


FORM: dict[str, Any] = {
    **SCHEMA,
    "lppd": {
        **SCHEMA.get("lppd", {}),
        "kode": "1.a.1",
        "tahun": 2025,
        "wilayah": [{"kode": "12.71", "nama": "Medan"}, {"kode": "12.71.01", "nama": "Kota"}],
    },
}


def checked(path: Path, data: bytes, format: str = "csv") -> Report:
    """Check bytes as a file."""
    file = path / f"capaian.{format}"
    file.write_bytes(data)
    return check(file, format=format, schema=SCHEMA)


def test_the_form_asks_for_what_is_not_fixed() -> None:
    assert [field["name"] for field in kolom_isian(FORM)][:3] == [
        "pembilang",
        "penyebut",
        "capaian",
    ]


def test_typed_text_is_judged_by_the_check_alone(tmp_path: Path) -> None:
    row = {"kode_wilayah": "12.71", "pembilang": "1.234", "penyebut": "2000"}
    report = checked(tmp_path, csv_isian(FORM, [row]))
    assert [f.code for f in report.errors] == ["angka_dua_arti"]
    assert report.errors[0].cell == "D2"


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([], "Belum ada"),
        ([{"kode_wilayah": "12.71", "pembilang": " "}], "Belum ada"),
        ([{"kode_wilayah": "99", "pembilang": "1"}], "tidak ada di daftar"),
        ([{"kode_wilayah": "12.71", "pembilang": "1"}] * 2, "dua kali"),
        ([{"kode_wilayah": "12.71", "keterangan": "x" * 501}], "500"),
    ],
)
def test_what_cannot_be_a_table_is_said(rows: list[dict[str, str]], word: str) -> None:
    with pytest.raises(IsianError, match=word):
        csv_isian(FORM, rows)


def test_one_cell_is_mended_and_nothing_else_moves(tmp_path: Path) -> None:
    wrong = (
        b"kode indikator;tahun;kode wilayah;Jumlah anak;Jumlah anak yang bersekolah;capaian\n"
        b"1.a.1;2025;12.71;2.000,5;abc;\n"
    )
    report = checked(tmp_path, wrong)
    assert not report.valid and report.source is not None
    mended, told = csv_ubah(SCHEMA, report.source, [UbahSel("E2", "1000,25")])
    assert told == ["E2: abc → 1000,25"]
    after = checked(tmp_path, mended)
    assert after.valid, after.findings
    assert after.values[0]["pembilang"] == "1000.25"
    assert after.values[0]["penyebut"] == "2000.5"


def test_numbers_of_a_workbook_are_still_sure_after_mending(tmp_path: Path) -> None:
    """A stored 61.735 must not turn into the question 61,735 (R7)."""
    data = xlsx_bytes(
        [
            ["Kode indikator", "Tahun", "Kode wilayah", "Pembilang", "Penyebut", "Capaian"],
            ["1.a.1", 2025, "12.71", 61.735, "abc", None],
        ]
    )
    report = checked(tmp_path, data, "xlsx")
    assert report.source is not None
    mended, _told = csv_ubah(SCHEMA, report.source, [UbahSel("E2", "100")])
    after = checked(tmp_path, mended)
    assert not [f for f in after.errors], after.findings
    assert Decimal(after.values[0]["pembilang"] or "") == Decimal("61.735")


def test_what_could_not_be_read_stays_unread(tmp_path: Path) -> None:
    """Writing the table again must not turn an error of another cell into a value or a blank."""
    data = xlsx_bytes(
        [
            ["Kode indikator", "Tahun", "Kode wilayah", "Pembilang", "Penyebut", "Capaian"],
            ["1.a.1", 2025, "12.71", "abc", 10, datetime.date(2025, 1, 2)],
            ["1.a.1", 2025, "12.71.01", 5, 10, "=D3/E3"],
        ]
    )
    report = checked(tmp_path, data, "xlsx")
    assert report.source is not None
    mended, _told = csv_ubah(SCHEMA, report.source, [UbahSel("D2", "5")])
    cells = {f.cell for f in checked(tmp_path, mended).errors}
    assert cells == {"F2", "F3"}


@pytest.mark.parametrize("sel", ["D9", "Z2", "D0", "D2;E2", "2D", "", "D02", "AAAA2"])
def test_a_cell_that_is_not_there_is_refused(tmp_path: Path, sel: str) -> None:
    source = {"kolom": [["pembilang", "D"]], "baris": [[2, ["", "", "", "1", "", "", ""]]]}
    with pytest.raises(IsianError, match="tidak ada"):
        csv_ubah(SCHEMA, source, [UbahSel(sel, "1")])


def test_a_table_with_a_row_that_is_no_data_is_not_mended(tmp_path: Path) -> None:
    text = (
        "kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian\n"
        "1.a.1,2025,12.71.01,5,10,\nJumlah,,,5,10,\n"
    )
    report = checked(tmp_path, text.encode())
    assert not report.valid
    assert report.source is None
