"""The workbook of an agency: what is written is read back, and every doubt has its cell."""

from __future__ import annotations

import io
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.lppd.checking import check
from ckanext.lppd.checking.contents import read_tables
from ckanext.lppd.katalog import Edisi, load_edisi, schemas_dir, table_schema
from ckanext.lppd.workbook.buku_kerja import (
    KEPALA,
    LEMBAR_KESALAHAN,
    Butir,
    Catatan,
    Tanda,
    buku_kerja_bytes,
    kolom_isian,
)
from ckanext.lppd.workbook.buku_kerja_baca import Isi, capaian_csv, read_buku_kerja
from ckanext.lppd.workbook.kolom import ImporError

YEAR = 2025
TANDA = Tanda("2025", YEAR, "disdukcapil")
CODES = ("2.f.1", "2.f.2", "1.f.1")


@pytest.fixture(scope="module")
def edisi() -> Edisi:
    return load_edisi(schemas_dir() / "edisi" / "2025")


def _butir(edisi: Edisi, **more: Any) -> list[Butir]:
    return [Butir(indikator, **more) for code in CODES if (indikator := edisi.get(code))]


def _read(data: bytes, edisi: Edisi, tmp_path: Path, tanda: Tanda = TANDA) -> dict[str, Isi]:
    path = tmp_path / "buku.xlsx"
    path.write_bytes(data)
    return {isi.indikator.kode: isi for isi in read_buku_kerja(read_tables(path), edisi, tanda)}


def _filled(data: bytes, values: dict[str, Any]) -> bytes:
    """Write values into cells, as a person would."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for cell, value in values.items():
        book["Isian"][cell] = value
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def test_an_empty_workbook_says_nothing(edisi: Edisi, tmp_path: Path) -> None:
    found = _read(buku_kerja_bytes(TANDA, "Disdukcapil", edisi, _butir(edisi)), edisi, tmp_path)
    assert list(found) == list(CODES)
    assert all(isi.kosong and not isi.salah for isi in found.values())


def test_what_was_filled_in_becomes_a_file_that_passes(edisi: Edisi, tmp_path: Path) -> None:
    data = buku_kerja_bytes(TANDA, "Disdukcapil", edisi, _butir(edisi))
    first = KEPALA + 1
    data = _filled(data, {f"F{first}": 12, f"F{first + 1}": "16", f"G{first}": "Triwulan IV"})
    isi = _read(data, edisi, tmp_path)["2.f.1"]
    assert list(isi.nilai.values()) == [Decimal(12), Decimal(16)]
    path = tmp_path / "capaian.csv"
    path.write_bytes(capaian_csv(isi, edisi, YEAR, "12.71"))
    schema = table_schema(edisi, isi.indikator, YEAR)
    report = check(path, format="csv", schema=schema)
    assert report.valid, report.findings
    assert report.values[0]["keterangan"] == "Triwulan IV"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1.234", "angka_dua_arti"),
        ("n/a", "bukan_angka"),
        ("-", "angka_strip"),
        ("=1/0", "rumus_tanpa_hasil"),
    ],
)
def test_what_is_not_one_figure_is_named_at_its_cell(
    edisi: Edisi, tmp_path: Path, typed: str, code: str
) -> None:
    data = buku_kerja_bytes(TANDA, "Disdukcapil", edisi, _butir(edisi))
    isi = _read(_filled(data, {"F6": typed}), edisi, tmp_path)["2.f.1"]
    assert [(finding.code, finding.cell) for finding in isi.salah] == [(code, "F6")]
    assert not isi.nilai


@settings(max_examples=30, deadline=None)
@given(st.decimals(-(10**12), 10**12, places=4, allow_nan=False))
def test_figures_go_out_and_come_back_as_they_are(value: Decimal) -> None:
    edisi = load_edisi(schemas_dir() / "edisi" / "2025")
    indikator = edisi.get("2.f.1")
    assert indikator is not None
    name = kolom_isian(indikator)[0][0]
    data = buku_kerja_bytes(TANDA, "X", edisi, [Butir(indikator, {name: value})])
    with tempfile.TemporaryDirectory() as folder:
        isi = _read(data, edisi, Path(folder))["2.f.1"]
    assert isi.nilai[name] == value


def test_a_locked_indicator_has_no_open_cell(edisi: Edisi) -> None:
    data = buku_kerja_bytes(TANDA, "X", edisi, _butir(edisi, terkunci="Tidak diisi di sini."))
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Isian"]
    assert sheet.protection.sheet
    assert all(cell.protection.locked for row in sheet.iter_rows() for cell in row)
    assert sheet.cell(KEPALA + 1, 7).value == "Tidak diisi di sini."


def test_only_figure_and_remark_are_open(edisi: Edisi) -> None:
    data = buku_kerja_bytes(TANDA, "X", edisi, _butir(edisi))
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Isian"]
    unlocked = {
        cell.column for row in sheet.iter_rows() for cell in row if not cell.protection.locked
    }
    assert unlocked == {6, 7}
    assert sheet.column_dimensions["H"].hidden


@pytest.mark.parametrize(
    ("tanda", "word"),
    [
        (Tanda("2025", 2024, "disdukcapil"), "tahun"),
        (Tanda("2025", YEAR, "dinkes"), "perangkat daerah"),
        (Tanda("2026", YEAR, "disdukcapil"), "edisi"),
    ],
)
def test_the_workbook_of_something_else_is_refused(
    edisi: Edisi, tmp_path: Path, tanda: Tanda, word: str
) -> None:
    data = buku_kerja_bytes(TANDA, "X", edisi, _butir(edisi))
    with pytest.raises(ImporError, match=word):
        _read(data, edisi, tmp_path, tanda)


def test_rows_that_were_moved_about_are_refused(edisi: Edisi, tmp_path: Path) -> None:
    data = buku_kerja_bytes(TANDA, "X", edisi, _butir(edisi))
    with pytest.raises(ImporError, match="dua kali"):
        _read(
            _filled(data, {"H6": "2.f.1|" + kolom_isian(edisi.get("2.f.1"))[0][0]}), edisi, tmp_path
        )
    with pytest.raises(ImporError, match="tidak dikenal"):
        _read(_filled(data, {"H6": "9.z.9|pembilang"}), edisi, tmp_path)
    cleared = {f"H{row}": None for row in range(KEPALA, 20)}
    with pytest.raises(ImporError, match="kolom tersembunyi"):
        _read(_filled(data, cleared), edisi, tmp_path)


def test_a_sheet_of_ones_own_is_no_workbook(edisi: Edisi, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    output = io.BytesIO()
    book.save(output)
    with pytest.raises(ImporError, match="bukan buku kerja"):
        _read(output.getvalue(), edisi, tmp_path)


def test_marks_stand_at_their_cells_and_nothing_runs(edisi: Edisi) -> None:
    name = kolom_isian(edisi.get("2.f.1"))[1][0]
    notes = [Catatan("2.f.1", name, "Sel ini bukan angka."), Catatan("2.f.2", None, "=1+1")]
    written = {"2.f.1": {name: "=HYPERLINK(1)"}}
    data = buku_kerja_bytes(TANDA, "X", edisi, _butir(edisi), notes, written)
    book = openpyxl.load_workbook(io.BytesIO(data))
    cell = book["Isian"]["F6"]
    assert cell.value == "'=HYPERLINK(1)" and cell.comment.text == "Sel ini bukan angka."
    rows = [tuple(c.value for c in row) for row in book[LEMBAR_KESALAHAN].iter_rows(min_row=2)]
    assert rows[0] == ("F6", "2.f.1", "Sel ini bukan angka.")
    assert rows[1][1:] == ("2.f.2", "'=1+1")
