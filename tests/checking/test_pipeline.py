"""CSV from bytes to report: encodings, delimiters, headers, rows, rules, and what is published."""

from __future__ import annotations

import csv
import hashlib
import io
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.lppd.checking import Report, check
from ckanext.lppd.checking.cells import as_it_stands, typers
from ckanext.lppd.checking.plan import read_plan
from ckanext.lppd.numbers import write_number


def test_good_file(bench: Any) -> None:
    data = (bench.head + bench.good).encode()
    report = bench.bytes(data)
    assert report.valid and report.rows == 1 and report.findings == () and report.counts == {}
    assert report.sha256 == hashlib.sha256(data).hexdigest()
    assert report.engine.startswith("frictionless 5.21")
    assert report.sheet is None and report.values_complete
    assert report.values == (
        {
            "kode_indikator": "1.a.1",
            "tahun": "2025",
            "kode_wilayah": "12.71",
            "pembilang": "12345",
            "penyebut": "20000",
            "capaian": "61.73",
            "keterangan": None,
        },
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_ways_to_save_csv(bench: Any, delimiter: str, encoding: str, newline: str) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=newline)
    writer.writerow(bench.header)
    writer.writerow(["1.a.1", "2025", "12.71", "12345", "20000", "61,73", "café, teras"])
    report = bench.bytes(stream.getvalue().encode(encoding))
    assert report.valid and report.findings == ()
    assert report.values[0]["keterangan"] == "café, teras"


def test_delimiter_declared_for_excel(bench: Any) -> None:
    text = "sep=;\r\n" + bench.head.replace(",", ";") + "1.a.1;2025;12.71;x;20000;61,73;\r\n"
    assert bench.one(bench.bytes(text.encode()), "bukan_angka").cell == "D3"


@pytest.mark.parametrize("data", [b"\xff\xfea", b"\x00a\x00b", b"\xff\xfe\x00\x00a\x00\x00\x00"])
def test_bytes_that_are_no_text(bench: Any, data: bytes) -> None:
    bench.one(bench.bytes(data), "teks_tidak_terbaca")


def test_line_numbers_after_quoted_line_breaks(bench: Any) -> None:
    text = '1.a.1,2025,12.71.01,1,2,50,"dua\nbaris"\n1.a.1,2025,12.71,x,2,50,\n'
    assert bench.one(bench.csv(text), "bukan_angka").cell == "D4"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pembilang", "Jumlah anak yang bersekolah"),
        ("kode_wilayah", "Kode  Wilayah"),
        ("kode_wilayah", '"KODE\nWILAYAH *"'),
        ("tahun", "Tahun:"),
    ],
)
def test_titles_are_matched(bench: Any, old: str, new: str) -> None:
    assert bench.csv(bench.good, head=bench.head.replace(old, new)).valid


def test_a_title_of_two_columns_is_no_alias(bench: Any) -> None:
    for number in (3, 4):
        bench.schema["fields"][number]["title"] = "Jumlah"
    head = bench.head.replace("pembilang", "Jumlah")
    report = bench.csv(bench.good, head=head)
    assert [item.code for item in report.errors] == ["kolom_tidak_dikenal", "kolom_hilang"] or [
        item.code for item in report.errors
    ] == ["kolom_hilang", "kolom_tidak_dikenal"]


def test_each_missing_column_is_named(bench: Any) -> None:
    report = bench.csv("1.a.1,2025,12.71\n", head="kode_indikator,tahun,kode_wilayah\n")
    assert [item.params["nama"] for item in report.errors] == ["pembilang", "penyebut", "capaian"]


def test_order_of_columns(bench: Any) -> None:
    head = "capaian,penyebut,pembilang,kode_wilayah,tahun,kode_indikator,keterangan\n"
    report = bench.csv('"61,73",20000,12345,12.71,2025,1.a.1,ok\n', head=head)
    assert report.valid and report.counts == {"urutan_kolom": 1}
    assert report.values[0]["pembilang"] == "12345"


def test_signature_below(bench: Any) -> None:
    below = "\n,,,,,Medan,\n,,,,,Kepala Dinas,\n\n,,,,,Nama Orang,\nCatatan: sementara,,,,,,\n"
    report = bench.csv(bench.good + below)
    assert report.valid and report.rows == 1 and report.counts == {"catatan_dilewati": 4}


@pytest.mark.parametrize("text", [",,12.71.01,,,,\n", "1.a.1,,,,,,\n", ",,,5,,,\n", ",,,,,7,\n"])
def test_a_part_of_a_row_is_not_a_note(bench: Any, text: str) -> None:
    report = bench.csv(bench.good + text)
    assert not report.valid and "sel_kosong" in report.counts


def test_note_inside_the_table_is_an_error(bench: Any) -> None:
    report = bench.csv("Kecamatan,,,,,,\n" + bench.good)
    assert bench.one(report, "baris_tidak_lengkap").cell == "A2"


def test_numbering_row_without_brackets(bench: Any) -> None:
    assert bench.csv("1,2,3,4,5,6,7\n" + bench.good).counts == {"baris_nomor_kolom": 1}


def test_numbering_is_data_where_nothing_says_otherwise(bench: Any) -> None:
    bench.schema = {"fields": [{"name": n, "type": "integer"} for n in "abc"]}
    report = bench.bytes(b"a,b,c\n1,2,3\n4,5,6\n")
    assert report.valid and report.rows == 2


def test_three_faults_are_three_messages(bench: Any) -> None:
    text = "1.a.1,2024,12.71,x,20000,,\n1.a.1,2025,99,1,2,50,\n"
    report = bench.csv(text)
    assert [(item.code, item.cell) for item in report.errors] == [
        ("tahun_salah", "B2"),
        ("bukan_angka", "D2"),
        ("wilayah_tidak_dikenal", "C3"),
    ]


def test_unread_region_is_not_also_a_missing_one(bench: Any) -> None:
    assert bench.one(bench.csv(bench.good.replace("12.71", "Medan")), "wilayah_tidak_dikenal")


def test_duplicate_names_both_rows(bench: Any) -> None:
    finding = bench.one(bench.csv(bench.good + "\n" + bench.good), "baris_ganda")
    assert finding.row == 4 and finding.params["baris_lain"] == "2"
    assert "baris 2" in finding.message()


@pytest.mark.parametrize(
    ("given", "agrees"),
    [
        ("61,73", True),
        ("61,7", True),
        ("62", True),
        ("61,72", True),
        ("61,71", False),
        ("61,74", False),
        ("61,6", False),
        ("61", False),
        ("61,7250", True),
        ("61,7300", False),
        ("0,6173", False),
    ],
)
def test_result_within_half_a_unit_of_its_last_decimal(
    bench: Any, given: str, agrees: bool
) -> None:
    report = bench.csv(bench.good.replace("61,73", given))
    if agrees:
        assert report.valid, report.findings
    else:
        finding = bench.one(report, "capaian_berbeda")
        assert finding.cell == "F2"
        assert "12.345 : 20.000 x 100" in finding.message()
        assert given in finding.message()


def test_result_with_three_decimals_is_asked_then_written(bench: Any) -> None:
    finding = bench.one(bench.csv(bench.good.replace("61,73", "61,725")), "angka_dua_arti")
    way = finding.params["cara_desimal"]
    assert bench.csv(bench.good.replace("61,73", way)).valid


def test_blank_result_is_computed(bench: Any) -> None:
    report = bench.csv(bench.good.replace("61,73", "").replace("20000", "19000"))
    assert report.valid and report.values[0]["capaian"] == "64.97"
    assert "12.345 : 19.000 x 100 = 64,97" in report.findings[0].message()


def test_a_computed_result_has_bounds_too(bench: Any) -> None:
    report = bench.csv("1.a.1,2025,12.71,3,2,,\n")
    assert [(f.code, f.cell, f.value) for f in report.warnings] == [
        ("persen_lebih_100", "F2", "150,00")
    ]
    bench.schema["lppd"]["batas"]["capaian"] = {"max": "100"}
    finding = bench.one(bench.csv("1.a.1,2025,12.71,3,2,,\n"), "di_atas_batas")
    assert finding.cell == "F2"


def test_zero_denominator_with_a_given_result(bench: Any) -> None:
    finding = bench.one(bench.csv('1.a.1,2025,12.71,0,0,"0",\n'), "penyebut_nol")
    assert finding.cell == "E2"


def test_bounds_of_both_kinds_speak_once(bench: Any) -> None:
    bench.schema["lppd"]["batas"] = {"pembilang": {"min": "0"}, "penyebut": {"min": "0,5"}}
    bench.one(bench.csv(bench.good), "skema_rusak")
    bench.schema["lppd"]["batas"] = {"pembilang": {"min": "0"}, "penyebut": {"min": "0.5"}}
    bench.one(bench.csv(bench.good.replace("12345", "-1")), "di_bawah_batas")
    finding = bench.one(bench.csv(bench.good.replace("20000", '"0,25"')), "di_bawah_batas")
    assert finding.cell == "E2" and "0,5" in finding.message()


def test_percent_above_100_follows_the_catalogue(bench: Any) -> None:
    row = "1.a.1,2025,12.71,3,2,150,\n"
    bench.schema["lppd"]["wajar"] = {}
    assert bench.csv(row).findings == ()
    bench.schema["lppd"]["wajar"] = {"capaian": {"max": "100"}}
    assert [item.code for item in bench.csv(row).warnings] == ["persen_lebih_100"]


def test_units_of_single_columns(bench: Any) -> None:
    bench.schema["lppd"]["satuan_kolom"] = {"pembilang": "orang"}
    report = bench.csv(bench.good.replace("12345", "12345 orang"))
    assert report.valid and report.counts == {"angka_bertanda": 1}


def test_sectoral_table(bench: Any) -> None:
    bench.schema = {
        "fields": [
            {"name": "tahun", "type": "year"},
            {"name": "kode_wilayah", "type": "string"},
            {"name": "tanggal", "type": "date"},
            {"name": "jumlah", "type": "number", "decimalChar": ","},
        ],
        "missingValues": [""],
        "lppd": {"jenis": "sektoral", "satuan_kolom": {"jumlah": "ton"}},
    }
    report = bench.bytes(b"tahun,kode_wilayah,tanggal,jumlah\n2025,apa saja,2025-03-31,5 ton\n")
    assert report.valid, report.findings
    assert report.values[0]["jumlah"] == "5"
    report = bench.bytes(b"tahun,kode_wilayah,tanggal,jumlah\n25,x,31-3-2025,1.000\n")
    assert {(item.code, item.cell) for item in report.errors} == {
        ("tipe_salah", "A2"),
        ("tipe_salah", "C2"),
        ("angka_dua_arti", "D2"),
    }


def test_counts_are_true_and_findings_few(bench: Any) -> None:
    rows = "".join(f"1.a.1,2025,12.71.01,x{n},1,,\n" for n in range(50))
    report = bench.csv(rows)
    assert report.counts["bukan_angka"] == 50
    assert sum(item.code == "bukan_angka" for item in report.findings) == 20


def test_values_beyond_the_limit_are_said_to_be_missing(bench: Any) -> None:
    bench.limits = replace(bench.limits, max_values=1)
    report = bench.csv(bench.good + "1.a.1,2025,12.71.01,1,2,50,\n")
    assert report.valid and report.rows == 2
    assert report.values == () and not report.values_complete


def test_report_survives_json(bench: Any) -> None:
    report = bench.csv(bench.good.replace("12345", "12.345"))
    assert Report.from_dict(report.to_dict()) == report
    forged = bench.csv(bench.good).to_dict() | {"rows": 0}
    with pytest.raises(ValueError, match="valid report"):
        Report.from_dict(forged)
    with pytest.raises(ValueError, match="not a finding"):
        Report.from_dict({**report.to_dict(), "findings": [{"code": "lain", "level": "info"}]})


NUMBERS = st.decimals(min_value=0, max_value=10**9, places=2)


@given(NUMBERS, NUMBERS.filter(bool))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_published_numbers_are_the_files(bench: Any, above: Decimal, below: Decimal) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["1.a.1", 2025, "12.71", write_number(above), write_number(below), "", ""])
    report = bench.csv(stream.getvalue())
    assert report.valid, report.findings
    row = report.values[0]
    assert (row["pembilang"], row["penyebut"]) == (format(above, "f"), format(below, "f"))
    assert abs(Decimal(row["capaian"] or "") - above * 100 / below) <= Decimal("0.005")


@given(st.binary(max_size=300), st.sampled_from(["csv", "xlsx"]))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_give_a_report(bench: Any, data: bytes, format: str) -> None:
    report = bench.bytes(data, format)
    assert not report.valid and report.errors
    assert "berkas_tidak_terbaca" not in report.counts


@given(st.lists(st.text(max_size=8), min_size=1, max_size=9))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_row_gives_a_report(bench: Any, cells: list[str]) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerow(cells)
    text = stream.getvalue().encode("utf-8", "replace").decode()
    report = bench.csv(bench.good + text)
    assert "berkas_tidak_terbaca" not in report.counts, cells
    assert report.valid == (not report.errors)


def test_a_yearly_file_takes_little_time(bench: Any) -> None:
    codes = [f"12.71.{n:03d}" for n in range(126)]
    bench.schema["fields"][2]["constraints"]["enum"] = ["12.71", *codes]
    rows = bench.good + "".join(f"1.a.1,2025,{c},{n},{n + 7},,\n" for n, c in enumerate(codes))
    assert bench.csv(rows).valid
    path = bench.file((bench.head + rows).encode())
    best = 9.0
    for _ in range(5):
        started = time.monotonic()
        assert check(path, format="csv", schema=bench.schema).valid
        best = min(best, time.monotonic() - started)
    assert best < 0.06


def test_a_name_that_begins_like_a_total_is_data_without_listed_keys(bench: Any) -> None:
    bench.schema = {
        "fields": [{"name": "uraian", "type": "string"}, {"name": "nilai", "type": "integer"}],
        "missingValues": [""],
        "lppd": {"jenis": "sektoral"},
    }
    report = bench.bytes(b"uraian,nilai\nJumlah pegawai,5\nTotal aset,6\nJumlah,11\n")
    assert report.valid and report.rows == 2
    assert report.counts == {"baris_jumlah_dilewati": 1}


@given(
    st.text("0123456789,.- #ab\u00a0", max_size=9), st.sampled_from(["number", "date", "string"])
)
@settings(max_examples=300, deadline=None)
def test_the_quick_way_gives_what_the_reader_gives(text: str, kind: str) -> None:
    schema = {"fields": [{"name": "a", "type": kind, "decimalChar": ","}]}
    plan = read_plan(schema)
    if text and as_it_stands(plan.columns[0])(text):
        outcome = typers(plan)["a"](text)
        assert (outcome.text, outcome.code) == (text, None)


def test_a_whole_number_before_codes_is_no_split_decimal(tmp_path: Path) -> None:
    """Open-data tables begin `id,kode_provinsi`: more columns follow, so nothing can hide there."""
    path = tmp_path / "data.csv"
    path.write_bytes(b"id,kode_provinsi,jumlah\n1,32,5\n2,32,6\n")
    schema = {
        "fields": [
            {"name": "id", "type": "integer"},
            {"name": "kode_provinsi", "type": "string"},
            {"name": "jumlah", "type": "integer"},
        ]
    }
    assert check(path, format="csv", schema=schema).valid
