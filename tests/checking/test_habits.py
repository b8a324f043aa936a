"""Tables as people make them, one row for each habit: what is repaired and said, what is refused.

And numbers as people write them: whatever the way, the check hands back exactly that value.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ckanext.lppd.checking import Report
from tests.checking.conftest import GOOD, HEAD, HEADER, ROW

READ = "61.73"


@dataclass(frozen=True)
class Habit:
    """A file and what becomes of it: the codes said, and the error with its cell where refused."""

    make: Callable[[Any], Report]
    said: frozenset[str] = frozenset()
    error: tuple[str, str | int | None] | None = None


def semicolons(text: str) -> str:
    """The same table as Excel writes it in Indonesia: decimal commas need no quotes then."""
    return text.replace('"61,73"', "61#73").replace(",", ";").replace("#", ",")


def text_file(encode: Callable[[str], bytes], change: Callable[[str], str] = str) -> Any:
    return lambda bench: bench.bytes(encode(change(HEAD + GOOD)))


def rows(*lines: list[Any], before: Any = (), change: Any = None, title: str = "Isian") -> Any:
    """A workbook: rows above the header, the header, one good row and the lines given."""

    def make(bench: Any) -> Report:
        def build(sheet: Any) -> None:
            sheet.title = title
            for line in [*before, HEADER, ROW, *lines]:
                sheet.append(line)
            if change is not None:
                change(sheet)

        return bench.book(build)  # type: ignore[no-any-return]

    return make


def other_sheet(state: str, *lines: list[Any]) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        other = sheet.parent.create_sheet("Lain")
        other.sheet_state = state
        for line in lines:
            other.append(line)

    return change


def hide_row(sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


def hide_column(sheet: Any) -> None:
    sheet.column_dimensions["E"].hidden = True


def merge(span: str) -> Callable[[Any], None]:
    return lambda sheet: sheet.merge_cells(span)


def reordered(bench: Any) -> Report:
    order = [5, 3, 4, 6, 2, 1, 0]
    cells = ["1.a.1", "2025", "12.71", "12345", "20000", "61,73", ""]
    head, row = [HEADER[n] for n in order], [cells[n] for n in order]
    return bench.bytes((";".join(head) + "\n" + ";".join(row) + "\n").encode())  # type: ignore[no-any-return]


TWO_ROWS = [["Kode indikator", "Tahun", "Kode wilayah", "Bagian", "", "Capaian", "Keterangan"]]
BELOW = [None, None, None, "Medan, 31 Maret 2026"]
HABITS: dict[str, Habit] = {
    "comma": Habit(text_file(str.encode)),
    "semicolon": Habit(text_file(str.encode, semicolons)),
    "tab": Habit(text_file(str.encode, lambda t: semicolons(t).replace(";", "\t"))),
    "CRLF": Habit(text_file(str.encode, lambda t: t.replace("\n", "\r\n"))),
    "UTF-8 with BOM": Habit(text_file(lambda t: t.encode("utf-8-sig"))),
    "UTF-16 little endian": Habit(text_file(lambda t: codecs.BOM_UTF16_LE + t.encode("utf-16-le"))),
    "UTF-16 big endian": Habit(text_file(lambda t: codecs.BOM_UTF16_BE + t.encode("utf-16-be"))),
    "Windows-1252": Habit(
        text_file(lambda t: t.encode("cp1252"), lambda t: t.replace(",\n", ",Rumah é\n")),
        frozenset({"kodefikasi_windows"}),
    ),
    "trailing blank columns": Habit(
        text_file(str.encode, lambda t: semicolons(t).replace("\n", ";;;\n"))
    ),
    "trailing blank rows": Habit(text_file(str.encode, lambda t: t + ",,,,,,\n" * 3)),
    "another order of columns": Habit(reordered, frozenset({"urutan_kolom"})),
    "titles in capitals": Habit(
        text_file(str.encode, lambda t: t.replace("pembilang", "PEMBILANG"))
    ),
    "titles with spaces": Habit(
        text_file(str.encode, lambda t: t.replace("kode_wilayah", " Kode  Wilayah "))
    ),
    "the title instead of the name": Habit(
        text_file(str.encode, lambda t: t.replace("penyebut", "Jumlah anak"))
    ),
    "title rows above": Habit(
        rows(before=[["DATA PENDIDIKAN"], ["Tahun 2025"], []]), frozenset({"baris_judul_dilewati"})
    ),
    "merged title above": Habit(
        rows(before=[["DATA PENDIDIKAN"]], change=merge("A1:G1")),
        frozenset({"baris_judul_dilewati"}),
    ),
    "row of column numbers": Habit(
        lambda b: b.sheet(["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"], ROW),
        frozenset({"baris_nomor_kolom"}),
    ),
    "totals row": Habit(
        rows(["Jumlah", None, None, 12345, 20000]), frozenset({"baris_jumlah_dilewati"})
    ),
    "notes and a signature below": Habit(
        rows([], ["Catatan: sementara"], BELOW), frozenset({"catatan_dilewati"})
    ),
    "blank row inside": Habit(
        rows([], ["1.a.1", 2025, "12.71.01", 1, 2, 50]), frozenset({"baris_kosong"})
    ),
    "second sheet": Habit(
        rows(change=other_sheet("visible", ["catatan lain"])), frozenset({"lembar_lain"})
    ),
    "blank hidden sheet": Habit(rows(change=other_sheet("hidden"))),
    "table below and to the right": Habit(
        lambda b: b.sheet([None, None, *ROW], header=[None, None, *HEADER])  # type: ignore[list-item]
    ),
    # refused, with the place
    "two header rows": Habit(
        lambda b: b.sheet(["", "", "", "pembilang", "penyebut", "", ""], ROW, header=TWO_ROWS[0]),
        error=("kepala_dua_baris", 1),
    ),
    "merged header": Habit(
        lambda b: b.book(lambda s: (s.append(HEADER), s.append(ROW), s.merge_cells("D1:E1"))),
        error=("sel_gabung", "D1"),
    ),
    "merged numbers": Habit(
        rows(["1.a.1", 2025, "12.71.01", 1, 2, 50], change=merge("D2:D3")),
        error=("sel_gabung", "D2"),
    ),
    "hidden row with data": Habit(
        rows(["1.a.1", 2025, "12.71.01", 1, 2, 50], change=hide_row),
        error=("baris_tersembunyi", 3),
    ),
    "hidden column with data": Habit(rows(change=hide_column), error=("kolom_tersembunyi", "E1")),
    "hidden sheet with data": Habit(
        rows(change=other_sheet("hidden", ["rahasia"])), error=("lembar_tersembunyi", None)
    ),
    "very hidden sheet with data": Habit(
        rows(change=other_sheet("veryHidden", ["rahasia"])), error=("lembar_tersembunyi", None)
    ),
    "the same table on two sheets": Habit(
        rows(change=other_sheet("visible", HEADER, ROW)), error=("lembar_ganda", None)
    ),
    "a column twice": Habit(
        text_file(str.encode, lambda t: t.replace("keterangan", "pembilang")),
        error=("kolom_ganda", "G1"),
    ),
}


@pytest.mark.parametrize("name", HABITS)
def test_habit(name: str, bench: Any) -> None:
    habit = HABITS[name]
    report = habit.make(bench)
    if habit.error is None:
        assert report.valid, report.findings
        assert report.values[0]["pembilang"] == "12345"
        assert report.values[0]["capaian"] == READ
    else:
        code, place = habit.error
        assert not report.valid
        assert [item.code for item in report.errors] == [code]
        finding = report.errors[0]
        assert place in (finding.cell, finding.row)
    assert habit.said <= report.counts.keys(), report.counts


NUMBERS = {"type": "number", "decimalChar": ","}


def number_table(bench: Any, unit: str) -> Any:
    bench.schema = {
        "fields": [{"name": "kode", "type": "string"}, {"name": "nilai", **NUMBERS}],
        "missingValues": [""],
        "lppd": {"satuan_kolom": {"nilai": unit}},
    }
    return bench


def grouped(whole: int, mark: str) -> str:
    return f"{whole:,}".replace(",", mark)


def ways(sign: str, whole: int, decimals: str, unit: str) -> list[str]:
    """Every accepted way to write one number with one reading."""
    comma = f",{decimals}" if decimals else ""
    plain = []
    if not (len(decimals) == 3 and 0 < whole < 1000):
        plain.append(f"{whole}{comma}")
    if whole >= 1000:
        plain.append(grouped(whole, "\u00a0") + comma)
        plain.append(grouped(whole, "\u202f") + comma)
    if whole >= 1_000_000 or (whole >= 1000 and decimals):
        plain.append(grouped(whole, ".") + comma)
        plain.append(grouped(whole, ",") + (f".{decimals}" if decimals else ""))
    if decimals and whole == 0:
        plain.append(f"0.{decimals}")
    signs = ["-", "\u2212"] if sign else ["", "+"]
    written = [one + text for one in signs for text in plain]
    marked = [f"{text}{note}" for text in written for note in ("", " *)", "*", "\u00a0")]
    marked += [f" {text}\t" for text in written]
    if unit == "persen":
        marked += [
            f"{text}{mark}" for text in written for mark in ("%", " %", "\u00a0%", " persen")
        ]
    elif unit == "rupiah":
        money = [text for text in written if text[0] not in "+-\u2212"]
        marked += [f"{mark}{text}" for text in money for mark in ("Rp", "Rp ", "Rp. ", "Rp\u00a0")]
        # English groups closed the Indonesian way are two styles in one number
        marked += [f"Rp {text},-" for text in money if not decimals and "," not in text]
    else:
        marked += [f"{text} {unit}" for text in written]
    return marked


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["", "-"]),
    st.one_of(st.integers(0, 99), st.integers(0, 10**12)),
    st.one_of(st.just(""), st.text("0123456789", min_size=1, max_size=8)),
    st.sampled_from(["persen", "rupiah", "orang"]),
)
def test_every_way_to_write_a_number_is_that_number(
    bench: Any, sign: str, whole: int, decimals: str, unit: str
) -> None:
    value = Decimal(f"{whole}.{decimals}" if decimals else whole)
    if sign and value:
        value = -value
    texts = ways(sign, whole, decimals, unit)
    assume(texts)
    table = "kode;nilai\n" + "".join(f"k{n};{text}\n" for n, text in enumerate(texts))
    report = number_table(bench, unit).bytes(table.encode())
    assert report.valid, [(f.code, f.value) for f in report.errors]
    for text, row in zip(texts, report.values, strict=True):
        assert row["nilai"] is not None
        assert Decimal(row["nilai"]) == value, (text, row)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["", "-"]),
    st.integers(1, 10**6),
    st.text("0123456789", min_size=1, max_size=6),
    st.sampled_from(["", " *)", "\u00a0"]),
)
def test_two_readings_are_asked_about_in_every_file(
    bench: Any, sign: str, whole: int, last: str, note: str
) -> None:
    texts = [f"{sign}{whole}.{last}{note}"]
    if len(last) == 3 and whole < 1000:
        texts.append(f"{sign}{whole},{last}{note}")
    bench = number_table(bench, "orang")
    meant = {Decimal(f"{sign}{whole}.{last}"), Decimal(f"{sign}{whole}{last}")}
    for text in texts:
        book = bench.sheet(["k", text], header=["kode", "nilai"])
        for report in (bench.bytes(f"kode;nilai\nk;{text}\n".encode()), book):
            (finding,) = report.errors
            assert finding.code == "angka_dua_arti"
            first, second = finding.params["cara_desimal"], finding.params["cara_ribuan"]
            again = bench.bytes(f"kode;nilai\na;{first}\nb;{second}\n".encode())
            assert {Decimal(str(row["nilai"])) for row in again.values} == meant


TYPED: dict[str, tuple[Any, str, str, str | None, str | None]] = {
    # what is stored, its format, the unit: the value read, or the code it is refused with
    "whole number": (12345, "General", "orang", "12345", None),
    "thousands format": (12345, "#,##0", "orang", "12345", None),
    "decimals": (12.5, "0.00", "orang", "12.5", None),
    "negative in red": (-5, "#,##0;[Red]-#,##0", "orang", "-5", None),
    "rupiah format": (1500000, '"Rp"#,##0', "rupiah", "1500000", None),
    "percent format": (0.6173, "0.00%", "persen", "61.73", None),
    "percent format in a count": (0.5, "0%", "orang", None, "angka_satuan_lain"),
    "date": (date(2025, 12, 5), "dd/mm/yyyy", "orang", None, "tanggal_di_angka"),
    "number with a date format": (45000, "d mmm yyyy", "orang", None, "tanggal_di_angka"),
    "truth value": (True, "General", "orang", None, "bukan_angka"),
    "error cell": ("#DIV/0!", "General", "orang", None, "sel_galat"),
    "formula never calculated": ("=1+1", "General", "orang", None, "rumus_tanpa_hasil"),
    "number kept as text": ("12,5", "@", "orang", "12.5", None),
    "text with a non-breaking space": ("1\u00a0234\u00a0567", "@", "orang", "1234567", None),
    "text with a Unicode minus": ("\u221212,5", "@", "orang", "-12.5", None),
    "text with Rp": ("Rp 1.500.000", "@", "rupiah", "1500000", None),
    "text with %": ("61,73 %", "@", "persen", "61.73", None),
    "text with a note": ("12,5 *)", "@", "orang", "12.5", None),
    "text with two readings": ("12.345", "@", "orang", None, "angka_dua_arti"),
    "text that is none": ("n/a", "@", "orang", None, "bukan_angka"),
}


@pytest.mark.parametrize("name", TYPED)
def test_typed_cells(name: str, bench: Any) -> None:
    stored, form, unit, value, code = TYPED[name]

    def build(sheet: Any) -> None:
        sheet.append(["kode", "nilai"])
        sheet.append(["k", stored])
        sheet["B2"].number_format = form

    report = number_table(bench, unit).book(build)
    if code is None:
        assert report.valid, report.findings
        assert report.values[0]["nilai"] is not None
        assert Decimal(str(report.values[0]["nilai"])) == Decimal(str(value))
    else:
        assert [(f.code, f.cell) for f in report.errors] == [(code, "B2")]


def test_openpyxl_writes_what_these_tests_mean() -> None:
    """A formula is written without a result, which is what the case above is about."""
    sheet = openpyxl.Workbook().active
    assert sheet is not None
    sheet["A1"] = "=1+1"
    assert sheet["A1"].data_type == "f"
