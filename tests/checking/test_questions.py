"""Asked once for each column, and answered once: only the asked cells change."""

from __future__ import annotations

import csv
import hashlib
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.lppd.checking.questions import shape_of
from ckanext.lppd.checking.rewrite import Answer, Rewritten, rewrite
from ckanext.lppd.checking.sandbox_rewrite import rewrite_in_sandbox
from ckanext.lppd.numbers import Ask, Sure, read_number, write_number

HEAD = "kode,nilai,jumlah,catatan\n"


@pytest.fixture
def wide(bench: Any) -> Any:
    """A bench over a plain table with two number columns."""
    number = {"type": "number", "decimalChar": ","}
    bench.schema = {
        "fields": [
            {"name": "kode", "type": "string", "constraints": {"required": True}},
            {"name": "nilai", **number},
            {"name": "jumlah", **number},
            {"name": "catatan", "type": "string"},
        ],
        "primaryKey": ["kode"],
        "missingValues": [""],
    }
    return bench


def answered(bench: Any, data: bytes, answer: Answer, format: str = "csv") -> Rewritten:
    path: Path = bench.file(data)
    return rewrite(path, format=format, schema=bench.schema, limits=bench.limits, answer=answer)


def table(*rows: str) -> str:
    return "".join(f"{number},{row}\n" for number, row in enumerate(rows, start=1))


def test_600_equal_questions_are_one(wide: Any) -> None:
    report = wide.csv(table(*["1.234,5,"] * 600), head=HEAD)
    assert [f.code for f in report.errors] == ["angka_dua_arti_kolom"]
    finding = report.errors[0]
    assert (finding.cell, finding.value, finding.params["jumlah"]) == ("B2", "1.234", "600")
    assert report.counts == {"angka_dua_arti_kolom": 1}
    assert finding.message() == (
        'Sel B2 (nilai): 600 sel kolom ini ditulis seperti "1.234", yang dapat berarti 1,234 '
        "(dengan koma desimal) atau 1.234 (dengan ribuan). Pilih sekali untuk semua sel itu, atau "
        "tulis 1,2340 atau 1234 di berkas."
    )
    assert '600 cells of this column are written like "1.234"' in finding.message("en")


def test_columns_and_shapes_are_questions_of_their_own(wide: Any) -> None:
    report = wide.csv(table("1.234,1.234,", '2.345,"1,234",', "12.50,5,", "1.5,1.234,"), head=HEAD)
    found = {(f.params["nama"], f.params["bentuk"]): f for f in report.errors}
    assert {key: f.params.get("jumlah") for key, f in found.items()} == {
        ("nilai", "titik_tiga"): "2",
        ("nilai", "titik"): "2",
        ("jumlah", "titik_tiga"): "2",
        ("jumlah", "koma"): None,
    }
    assert [f.cell for f in report.errors] == ["B2", "C2", "C3", "B4"]


def test_many_columns_are_all_asked(bench: Any) -> None:
    names = [f"k{n}" for n in range(40)]
    bench.schema = {
        "fields": [{"name": n, "type": "number", "decimalChar": ","} for n in names],
        "missingValues": [""],
    }
    rows = "".join(",".join(["1.234"] * 40) + "\n" for _ in range(3))
    report = bench.csv(rows, head=",".join(names) + "\n")
    assert report.counts["angka_dua_arti_kolom"] == 40


@pytest.mark.parametrize(
    ("reading", "texts"),
    [("ribuan", ["1234", "12.50", "7", "2345"]), ("desimal", ["1,2340", "12.50", "7", "2,3450"])],
)
def test_only_the_asked_cells_of_one_shape_change(
    wide: Any, reading: str, texts: list[str]
) -> None:
    above = "Judul tabel,,,\n\n"
    rows = table("1.234,1.234,a", '12.50,"1,5","b, c"', "7,,", '2.345,x,"d""e"')
    data = (above + HEAD + rows + "Catatan: sementara,,,\n").encode()
    done = answered(wide, data, Answer("nilai", reading, "titik_tiga"))
    assert (done.problem, done.changed) == (None, 2)
    old = list(csv.reader(io.StringIO(data.decode())))
    new = list(csv.reader(io.StringIO(done.content.decode())))
    assert [row[1] for row in new[3:7]] == texts
    for before, after in zip(old, new, strict=True):
        assert before[:1] + before[2:] == after[:1] + after[2:]


def test_without_a_shape_every_question_of_the_column_is_answered(wide: Any) -> None:
    rows = table("1.234,1.234,", "12.50,2,", '"1,234",3,')
    done = answered(wide, (HEAD + rows).encode(), Answer("nilai", "desimal"))
    assert done.changed == 3
    report = wide.bytes(done.content)
    assert [(f.code, f.cell) for f in report.errors] == [("angka_dua_arti", "C2")]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiter_and_letters_stay(wide: Any, delimiter: str, encoding: str) -> None:
    text = (HEAD + table("1.234,5,caf\u00e9", "2.345,6,")).replace(",", delimiter)
    done = answered(wide, text.encode(encoding), Answer("nilai", "ribuan"))
    new = done.content.decode("utf-8-sig")
    assert new == text.replace("1.234", "1234").replace("2.345", "2345").replace("\n", "\r\n")
    assert wide.bytes(done.content).valid


def test_line_numbers_stay(wide: Any) -> None:
    data = HEAD + '1,"1.234",5,"dua\nbaris"\n\n2,x,6,\n'
    before = wide.bytes(data.encode())
    after = wide.bytes(answered(wide, data.encode(), Answer("nilai", "ribuan")).content)
    assert [f.cell for f in before.errors] == ["B2", "B5"]
    assert [(f.code, f.cell) for f in after.errors] == [("bukan_angka", "B5")]


def workbook(bench: Any, *rows: list[Any], change: Any = None) -> bytes:
    def build(sheet: Any) -> None:
        sheet.append(["Judul tabel"])
        for row in (["nilai", "kode", "jumlah", "catatan"], *rows):
            sheet.append(row)
        if change:
            change(sheet)

    return bytes(bench.workbook(build))


def test_a_workbook_becomes_the_canonical_csv_of_its_table(wide: Any) -> None:
    def percent(sheet: Any) -> None:
        sheet["C4"].number_format = "0.00%"

    wide.schema["fields"][2]["title"] = "Jumlah (%)"
    data = workbook(
        wide,
        ["1.234", "a", 1.234, "x"],
        ["2.345", "b", 0.6173, None],
        ["Rp 5", "c", None, "1.234"],
        change=percent,
    )
    done = answered(wide, data, Answer("nilai", "ribuan"), "xlsx")
    assert done.problem is None
    assert done.content.decode().split("\r\n") == [
        "kode,nilai,jumlah,catatan",
        'a,1234,"1,2340",x',
        'b,2345,"61,73",',
        "c,5,,1.234",
        "",
    ]
    before, after = wide.bytes(data, "xlsx"), wide.bytes(done.content)
    assert after.valid
    assert [row["jumlah"] for row in after.values] == ["1.2340", "61.73", None]
    assert before.counts["angka_dua_arti_kolom"] == 1


def test_another_question_of_a_workbook_stays_a_question(wide: Any) -> None:
    data = workbook(wide, ["1.234", "a", "9.876", None])
    done = answered(wide, data, Answer("nilai", "desimal"), "xlsx")
    report = wide.bytes(done.content)
    assert [(f.code, f.value) for f in report.errors] == [("angka_dua_arti", "9.876")]


@pytest.mark.parametrize("other", ["#N/A", "=1+1", "banyak"])
def test_a_workbook_with_other_errors_is_left_alone(wide: Any, other: str) -> None:
    """What a CSV cannot hold, such as a formula without a result, must not get lost."""
    done = answered(
        wide, workbook(wide, ["1.234", "a", other, None]), Answer("nilai", "ribuan"), "xlsx"
    )
    assert done.problem is not None
    assert done.problem.cell == "C3"
    assert done.content == b""


def test_answers_that_are_none(wide: Any) -> None:
    data = (HEAD + table("1.234,5,")).encode()
    for column in ("lain", "catatan", "kode"):
        done = answered(wide, data, Answer(column, "ribuan"))
        assert done.problem is not None
    with pytest.raises(ValueError, match="reading"):
        answered(wide, data, Answer("nilai", "apa saja"))
    assert answered(wide, data, Answer("jumlah", "ribuan")).changed == 0
    assert answered(wide, b"\xff\xfea", Answer("nilai", "ribuan")).problem is not None


def test_the_sandbox_writes_the_same(wide: Any) -> None:
    data = (HEAD + table("1.234,5,", "2.345,6,")).encode()
    path = wide.file(data)
    answer = Answer("nilai", "ribuan")
    asked = {"format": "csv", "schema": wide.schema, "answer": answer}
    digest = hashlib.sha256(data).hexdigest()
    assert rewrite_in_sandbox(path, sha256=digest, **asked) == answered(wide, data, answer)
    refused = rewrite_in_sandbox(path, sha256="0" * 64, **asked)
    assert refused.problem is not None and refused.content == b""
    broken = {**asked, "answer": Answer("nilai", "apa saja")}
    assert rewrite_in_sandbox(path, sha256=digest, **broken).problem is not None


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["", "-"]),
    st.integers(1, 999),
    st.text("0123456789", min_size=1, max_size=6),
    st.sampled_from(".,"),
    st.sampled_from(["", " *)", "**"]),
)
def test_an_answer_is_written_as_what_was_meant(
    sign: str, whole: int, last: str, mark: str, note: str
) -> None:
    text = f"{sign}{whole}{mark}{last}{note}"
    reading = read_number(text)
    if not isinstance(reading, Ask):
        return
    assert shape_of(text) == (
        "koma" if mark == "," else "titik_tiga" if len(last) == 3 else "titik"
    )
    for way, value in zip(reading.ways, reading.readings, strict=True):
        again = read_number(way)
        assert isinstance(again, Sure)
        assert again.value == value
        assert way == write_number(Decimal(value))
