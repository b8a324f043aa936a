"""Workbooks: what Excel stores and shows, and what people do to sheets."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.lppd.checking import DEFAULT
from ckanext.lppd.checking.tables import Typed, column_letters
from ckanext.lppd.checking.xlsx import read_workbook, split_reference
from ckanext.lppd.checking.xlsx_format import parse_format, stored_number, typed_number


def test_good_workbook(bench: Any) -> None:
    report = bench.sheet(bench.row)
    assert report.valid and report.findings == () and report.sheet == "Isian"
    assert report.values[0]["pembilang"] == "12345"
    assert report.values[0]["capaian"] == "61.73"
    assert report.values[0]["kode_wilayah"] == "12.71"


def test_finding_names_sheet_cell_and_column(bench: Any) -> None:
    row = [*bench.row[:3], "12.345", *bench.row[4:]]
    finding = bench.one(
        bench.sheet([*bench.row[:2], "12.71.01", *bench.row[3:]], row), "angka_dua_arti"
    )
    assert (finding.sheet, finding.cell, finding.row) == ("Isian", "D3", 3)
    assert finding.column == "pembilang" and finding.value == "12.345"
    assert finding.message() == (
        'Lembar Isian, sel D3 (pembilang): "12.345" dapat berarti 12,345 (dengan koma desimal) '
        "atau 12.345 (dengan ribuan). Tulis 12,3450 untuk yang pertama, 12345 untuk yang kedua."
    )


def test_table_may_start_anywhere(bench: Any) -> None:
    def build(sheet: Any) -> None:
        sheet["B2"] = "CAPAIAN KINERJA"
        for column, label in enumerate(bench.header, start=3):
            sheet.cell(5, column, label)
        for column, value in enumerate(bench.row, start=3):
            sheet.cell(6, column, value)
        sheet["F6"] = "x"
        sheet["C9"] = "Medan, 31 Maret 2026"
        sheet["G10"] = "Kepala Dinas"

    finding = bench.one(bench.book(build), "bukan_angka")
    assert finding.cell == "F6"


@pytest.mark.parametrize(
    ("stored", "form", "expected"),
    [
        (0.6173, "0.00%", "61.73"),
        (0.6173, "0%", "61.73"),
        (0.6, "0%", "60"),
        (1, "0%", "100"),
        (61.73, "0.00", "61.73"),
        (61.73, "General", "61.73"),
        (61.729999999999997, "General", "61.73"),
        (61.73, '"Rp"#,##0.00', "61.73"),
        (61.73, "[Red]0.0;-0.0", "61.73"),
    ],
)
def test_number_formats(bench: Any, stored: float, form: str, expected: str) -> None:
    def build(sheet: Any) -> None:
        sheet.append(bench.header)
        sheet.append([*bench.row[:5], stored, None])
        sheet["F2"].number_format = form
        if expected != "61.73":
            sheet["D2"], sheet["E2"] = int(expected), 100

    report = bench.book(build)
    assert report.valid, report.findings
    assert report.values[0]["capaian"] == expected
    assert ("sel_persen" in report.counts) == form.endswith("%")


def test_percent_cell_in_a_count_is_an_error(bench: Any) -> None:
    def build(sheet: Any) -> None:
        sheet.append(bench.header)
        sheet.append(bench.row)
        sheet["D2"].number_format = "0.00%"

    assert bench.one(bench.book(build), "angka_satuan_lain").cell == "D2"


@pytest.mark.parametrize(
    ("value", "form", "code"),
    [
        (12.71, "General", None),
        (12.71, "0.00", None),
        (12.7, "General", "wilayah_tidak_dikenal"),
        ("12,71", "General", "wilayah_dipadankan"),
        (1275, "General", "wilayah_dipadankan"),
        ("kota  medan", "General", "wilayah_dipadankan"),
        ("Kecamatan Medan Kota", "General", "wilayah_dipadankan"),
        ("Kec. Kota", "General", "wilayah_dua_arti"),
        ("Kecamatan Kota Medan", "General", "wilayah_tidak_dikenal"),
        ("Binjai", "General", "wilayah_tidak_dikenal"),
        (date(2025, 12, 1), "d.mm", "tanggal_di_angka"),
    ],
)
def test_region_cells(bench: Any, value: Any, form: str, code: str | None) -> None:
    bench.schema["lppd"]["wilayah_wajib"] = []

    def build(sheet: Any) -> None:
        sheet.append(bench.header)
        sheet.append([*bench.row[:2], value, *bench.row[3:]])
        sheet["C2"].number_format = form

    report = bench.book(build)
    assert set(report.counts) == ({code} if code else set())


def test_shown_region_with_a_kept_zero_is_sure(bench: Any) -> None:
    bench.schema["fields"][2]["constraints"]["enum"] = ["12.70", "12.71"]
    bench.schema["lppd"]["wilayah_wajib"] = []

    def build(sheet: Any) -> None:
        sheet.append(bench.header)
        sheet.append([*bench.row[:2], 12.7, *bench.row[3:]])
        sheet["C2"].number_format = "0.00"

    report = bench.book(build)
    assert report.valid and report.values[0]["kode_wilayah"] == "12.70"


def test_formula_with_a_stored_result(bench: Any) -> None:
    data = bench.plain_workbook()

    def change(name: str, part: bytes) -> bytes:
        if name == "xl/worksheets/sheet1.xml":
            return part.replace(b"<v>12345</v>", b"<f>12000+345</f><v>12345</v>")
        return part

    report = bench.bytes(bench.repack(data, change), "xlsx")
    assert report.valid and report.values[0]["pembilang"] == "12345"


def test_formula_whose_result_is_text(bench: Any) -> None:
    data = bench.plain_workbook()

    def change(name: str, part: bytes) -> bytes:
        new = b'<c r="D2" t="str"><f>A1</f><v>12.345</v></c>'
        start = part.find(b'<c r="D2"')
        if name != "xl/worksheets/sheet1.xml":
            return part
        end = part.find(b"</c>", start) + 4
        return part[:start] + new + part[end:]

    assert bench.one(bench.bytes(bench.repack(data, change), "xlsx"), "angka_dua_arti").cell == "D2"


@pytest.mark.parametrize(
    ("error", "cell"), [("#DIV/0!", "F2"), ("#N/A", "F2"), ("#REF!", "D2"), ("#VALUE!", "G2")]
)
def test_error_cells_are_never_blank(bench: Any, error: str, cell: str) -> None:
    def build(sheet: Any) -> None:
        sheet.append(bench.header)
        sheet.append(bench.row)
        sheet[cell] = error
        sheet[cell].data_type = "e"

    finding = bench.one(bench.book(build), "sel_galat")
    assert finding.cell == cell and finding.value == error


def test_unrecalculated_formula_names_its_cell(bench: Any) -> None:
    finding = bench.one(bench.sheet([*bench.row[:5], "=D2/E2*100", None]), "rumus_tanpa_hasil")
    assert finding.cell == "F2" and finding.value == "=D2/E2*100"


def test_trailing_styled_columns_and_rows_do_not_count(bench: Any) -> None:
    def build(sheet: Any) -> None:
        sheet.append(bench.header)
        sheet.append(bench.row)
        for address in ("Z1", "Z2", "A500", "ZZ900"):
            sheet[address].font = openpyxl.styles.Font(bold=True)
        sheet["J2"] = "   "

    report = bench.book(build)
    assert report.valid and report.rows == 1 and report.findings == ()


def test_merged_title_and_notes_do_not_matter(bench: Any) -> None:
    def build(sheet: Any) -> None:
        sheet["A1"] = "CAPAIAN IKK"
        sheet.merge_cells("A1:G1")
        for row in (bench.header, bench.row):
            sheet.append(row)
        sheet["A5"] = "Catatan: angka sementara"
        sheet.merge_cells("A5:G5")

    report = bench.book(build)
    assert report.valid, report.findings
    assert set(report.counts) == {"baris_judul_dilewati", "catatan_dilewati"}


def test_merged_header_hides_a_title(bench: Any) -> None:
    def build(sheet: Any) -> None:
        sheet.append(bench.header)
        sheet.append(bench.row)
        sheet.merge_cells("D1:E1")

    codes = [item.code for item in bench.book(build).errors]
    assert codes == ["sel_gabung"]


def test_merged_key_is_filled_down(bench: Any) -> None:
    def build(sheet: Any) -> None:
        sheet.append(bench.header)
        sheet.append(bench.row)
        sheet.append([None, None, "12.71.01", 1, 2, 50, None])
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("B2:B3")

    report = bench.book(build)
    assert report.valid and report.counts == {"sel_gabung_diisi": 2}
    assert [row["kode_indikator"] for row in report.values] == ["1.a.1", "1.a.1"]


def test_merged_region_means_a_duplicate(bench: Any) -> None:
    def build(sheet: Any) -> None:
        sheet.append(bench.header)
        sheet.append(bench.row)
        sheet.append(["1.a.1", 2025, None, 1, 2, 50, None])
        sheet.merge_cells("C2:C3")

    assert bench.one(bench.book(build), "baris_ganda").row == 3


def test_complete_sheet_is_chosen_over_a_partial_one(bench: Any) -> None:
    def build(sheet: Any) -> None:
        sheet["A1"], sheet["B1"] = "kode_indikator", "tahun"
        sheet["A2"] = "keterangan kolom"
        other = sheet.parent.create_sheet("Data")
        other.append(bench.header)
        other.append(bench.row)

    report = bench.book(build)
    assert report.valid and report.sheet == "Data" and report.counts == {"lembar_lain": 1}


def test_template_help_sheets_are_silent(bench: Any) -> None:
    bench.schema["lppd"]["lembar_bantu"] = ["Petunjuk"]

    def build(sheet: Any) -> None:
        sheet.append(bench.header)
        sheet.append(bench.row)
        sheet.parent.create_sheet("Petunjuk").append(["isi dengan angka"])
        lists = sheet.parent.create_sheet("_pilihan")
        lists.append(["12.71"])
        lists.sheet_state = "veryHidden"

    report = bench.book(build)
    assert report.valid and report.findings == ()


def test_hidden_but_blank_is_silent(bench: Any) -> None:
    def build(sheet: Any) -> None:
        sheet.append(bench.header)
        sheet.append(bench.row)
        sheet.row_dimensions[9].hidden = True
        sheet.column_dimensions["M"].hidden = True
        sheet.parent.create_sheet("Kosong").sheet_state = "hidden"

    assert bench.book(build).findings == ()


def test_calendar_of_1904_and_the_day_that_never_was() -> None:
    form = parse_format(14, None)
    assert typed_number("45658", form, epoch_1904=False).iso == "2025-01-01"
    assert typed_number("44196", form, epoch_1904=True).iso == "2025-01-01"
    assert typed_number("1", form, epoch_1904=False).iso == "1900-01-01"
    assert typed_number("60", form, epoch_1904=False).iso is None
    assert typed_number("-1", form, epoch_1904=False).iso is None
    assert typed_number("45658.5", form, epoch_1904=False).iso == "2025-01-01T12:00:00"


@pytest.mark.parametrize(
    ("code", "kind", "decimals"),
    [
        ("General", "general", None),
        ("@", "general", None),
        ("0.00", "number", 2),
        ("#,##0", "number", 0),
        ("0.0%", "percent", 1),
        ('0.00"%"', "number", 2),
        ("[$Rp-421]#,##0.00", "number", 2),
        ("dd/mm/yyyy", "date", None),
        ("[h]:mm:ss", "date", None),
        ('0" hari"', "number", 0),
        ("0.00E+00", "general", None),
        ('_-"Rp"* #,##0_-;-"Rp"* #,##0_-', "number", 0),
    ],
)
def test_format_codes(code: str, kind: str, decimals: int | None) -> None:
    form = parse_format(164, code)
    assert form.kind == kind
    if kind != "date":
        assert form.decimals == decimals


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
@settings(max_examples=200, deadline=None)
def test_typed_numbers_come_back_digit_by_digit(value: Decimal) -> None:
    assert stored_number(repr(float(value))) == value


@given(st.integers(1, 16_384), st.integers(1, 1_048_576))
@settings(max_examples=100, deadline=None)
def test_addresses(column: int, row: int) -> None:
    assert split_reference(f"{column_letters(column)}{row}") == (column, row)


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9),
    st.decimals(min_value=-(10**6), max_value=10**6, places=3).map(float),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=8),
    st.booleans(),
    st.datetimes(
        min_value=datetime.fromisoformat("1950-01-01"),
        max_value=datetime.fromisoformat("2100-01-01"),
    ).map(lambda moment: moment.replace(microsecond=0)),
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_reads_what_openpyxl_wrote(rows: list[list[Any]]) -> None:
    import io

    book = openpyxl.Workbook()
    sheet: Any = book.active
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    table = read_workbook(stream.getvalue(), DEFAULT)[0]
    found = {(n, c): cell for n, cells in table.rows for c, cell in enumerate(cells, start=1)}
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = found.get((number, column), "")
            if value is None or (isinstance(value, str) and not value.strip()):
                assert not isinstance(cell, Typed)
            elif isinstance(value, str):
                assert cell == value
            else:
                assert isinstance(cell, Typed)
                if isinstance(value, bool):
                    assert cell.text == str(value).upper()
                elif isinstance(value, datetime):
                    iso = value.isoformat()
                    assert cell.iso in (iso, iso.removesuffix("T00:00:00"))
                else:
                    assert cell.value == Decimal(repr(value))


def test_a_carriage_return_inside_a_cell_is_no_new_row(bench: Any) -> None:
    report = bench.sheet([*bench.row[:-1], "satu_x000D_dua"])
    assert report.valid, report.findings
    assert report.values[0]["keterangan"] == "satu\rdua"
