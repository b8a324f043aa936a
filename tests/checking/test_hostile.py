"""Files made to hurt: refused quickly, with one sentence, and nothing leaves or stays."""

from __future__ import annotations

import io
import os
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ckanext.lppd.checking import check, check_in_sandbox, sniff_format

SHEET = "xl/worksheets/sheet1.xml"


def in_sheet(bench: Any, old: bytes, new: bytes) -> bytes:
    def change(name: str, part: bytes) -> bytes:
        assert name != SHEET or old in part
        return part.replace(old, new) if name == SHEET else part

    return bench.repack(bench.plain_workbook(), change)


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"a,b\n1,2\n", "data.csv", "csv"),
        (b"a,b\n1,2\n", "DATA.CSV", "csv"),
        (b"PK\x03\x04....", "data.xlsx", "xlsx"),
        (b"%PDF-1.7", "data.xlsx", None),
        (b"%PDF-1.7", "data.csv", None),
        (b"PK\x03\x04....", "data.csv", None),
        (b"PK\x03\x04....", "data.xlsm", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "data.xls", None),
        (b"<html><table>", "data.xls", None),
        (b"  <!DOCTYPE html>", "data.csv", None),
        (b"", "data.csv", None),
        (b"a,b", "data", None),
        (b"MZ kecil,b", "data.csv", "csv"),
        (b"MZ\x90\0", "data.csv", None),
    ],
)
def test_sniff_format(data: bytes, name: str, expected: str | None) -> None:
    assert sniff_format(data, name) == expected


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"<html>", "HTML"),
        (b"kode,tahun\n", "teks biasa"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"\x1f\x8b\x08", "gzip"),
    ],
)
def test_other_kinds_are_named(bench: Any, data: bytes, words: str) -> None:
    finding = bench.one(bench.bytes(data, "xlsx"), "berkas_bukan_xlsx")
    assert words in finding.message()


def test_other_containers_are_named(bench: Any) -> None:
    def packed(parts: dict[str, bytes]) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as container:
            for name, content in parts.items():
                container.writestr(name, content)
        return stream.getvalue()

    types = "[Content_Types].xml"
    for parts, words in (
        ({"a.csv": b"1"}, "arsip ZIP"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({types: b"<Types>wordprocessingml</Types>"}, "Word"),
        ({types: b"<Types>application/vnd.ms-excel.sheet.binary.x</Types>"}, "xlsb"),
    ):
        finding = bench.one(bench.bytes(packed(parts), "xlsx"), "berkas_bukan_xlsx")
        assert words in finding.message()


def test_macro_content_type_without_the_part(bench: Any) -> None:
    def change(name: str, part: bytes) -> bytes:
        old = b"spreadsheetml.sheet.main+xml"
        new = b"ms-excel.sheet.macroEnabled.main+xml"
        return part.replace(old, new) if name == "[Content_Types].xml" else part

    data = bench.repack(bench.plain_workbook(), change)
    bench.one(bench.bytes(data, "xlsx"), "berkas_makro")


@pytest.mark.parametrize("prefix", [b"%PDF-1.7\n", b"x"])
def test_polyglot_with_a_container_behind(bench: Any, prefix: bytes) -> None:
    report = bench.bytes(prefix + bench.plain_workbook(), "xlsx")
    bench.one(report, "berkas_bukan_xlsx")


def test_polyglot_with_a_container_in_a_container(bench: Any) -> None:
    data = bench.plain_workbook()
    bench.one(bench.bytes(data + data, "xlsx"), "berkas_rusak")
    bench.one(bench.bytes(data + b"<html>", "xlsx"), "berkas_rusak")


def test_entity_bomb_and_document_types(bench: Any) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    for name in (SHEET, "xl/workbook.xml", "xl/styles.xml"):

        def change(part_name: str, part: bytes, name: str = name) -> bytes:
            return bomb + part if part_name == name else part

        data = bench.repack(bench.plain_workbook(), change)
        bench.one(bench.bytes(data, "xlsx"), "berkas_rusak")


def test_document_type_in_another_encoding(bench: Any) -> None:
    def change(name: str, part: bytes) -> bytes:
        if name != SHEET:
            return part
        text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><worksheet/>'
        return text.encode("utf-16")

    data = bench.repack(bench.plain_workbook(), change)
    bench.one(bench.bytes(data, "xlsx"), "berkas_rusak")


def test_false_dimension_costs_nothing(bench: Any) -> None:
    data = in_sheet(bench, b'ref="A1:G2"', b'ref="A1:XFD1048576"')
    started = time.monotonic()
    assert bench.bytes(data, "xlsx").valid
    assert time.monotonic() - started < 1


def test_far_cells(bench: Any) -> None:
    data = in_sheet(bench, b'<c r="G1"', b'<c r="XFD1"')
    assert bench.one(bench.bytes(data, "xlsx"), "terlalu_lebar").row == 1
    data = in_sheet(bench, b'<row r="2"', b'<row r="1048577"')
    bench.one(bench.bytes(data, "xlsx"), "berkas_rusak")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="B2"', b'<c r="A2"'),
        (b'<c r="B2"', b'<c r="B3"'),
        (b'<row r="2"', b'<row r="1"'),
        (b'<c r="B2"', b'<c r="banyak"'),
        (b"</sheetData>", b""),
    ],
)
def test_forged_sheets(bench: Any, old: bytes, new: bytes) -> None:
    bench.one(bench.bytes(in_sheet(bench, old, new), "xlsx"), "berkas_rusak")


def test_number_that_is_none(bench: Any) -> None:
    for text in (b"NaN", b"1e999", b"Infinity", b"0x10"):
        data = in_sheet(bench, b"<v>12345</v>", b"<v>" + text + b"</v>")
        assert bench.one(bench.bytes(data, "xlsx"), "sel_galat").cell == "D2"


def test_a_missing_part(bench: Any) -> None:
    for name in ("xl/workbook.xml", "_rels/.rels", SHEET, "xl/_rels/workbook.xml.rels"):

        def change(part_name: str, part: bytes, name: str = name) -> bytes | None:
            return None if part_name == name else part

        data = bench.repack(bench.plain_workbook(), change)
        report = bench.bytes(data, "xlsx")
        bench.one(report, "berkas_rusak")


def test_many_parts(bench: Any) -> None:
    stream = io.BytesIO(bench.plain_workbook())
    with zipfile.ZipFile(stream, "a") as container:
        for number in range(600):
            container.writestr(f"xl/media/{number}", b"")
    bench.one(bench.bytes(stream.getvalue(), "xlsx"), "berkas_bom_zip")


def test_unsafe_names_in_the_container(bench: Any) -> None:
    for name in ("../../etc/passwd", "/etc/passwd", "xl\\..\\x"):
        bench.one(bench.bytes(bench.with_part(name, b"x"), "xlsx"), "berkas_rusak")


def test_wide_header_is_refused_quickly(bench: Any) -> None:
    started = time.monotonic()
    wide = bench.csv("", head=",".join(f"k{n}" for n in range(8000)) + "\n")
    bench.one(wide, "terlalu_lebar")
    wide_row = bench.csv(bench.good + "," * 30_000 + "\n")
    bench.one(wide_row, "terlalu_lebar")
    assert time.monotonic() - started < 2


def test_text_that_troubles_the_sniffer(bench: Any) -> None:
    unlucky = "".join(f"\"a{n}' " for n in range(1500)).replace('"', "''")
    started = time.monotonic()
    report = bench.csv(bench.good.replace(",\n", f',"{unlucky}"\n'))
    assert report.valid
    assert time.monotonic() - started < 2


def test_many_errors_stay_small(bench: Any) -> None:
    rows = "".join(f"1.a.1,2025,w{n},x,y,z,\n" for n in range(3000))
    report = bench.csv(rows)
    assert report.counts["bukan_angka"] == 9000
    assert report.counts["wilayah_tidak_dikenal"] == 3000
    assert len(report.findings) <= 20 * len(report.counts)


def test_hostile_words_stay_words(bench: Any) -> None:
    report = bench.csv(bench.good.replace("12345", "{0.__class__}\u202e<b>\t{nilai}"))
    finding = bench.one(report, "bukan_angka")
    assert "{0.__class__} <b> {nilai}" in finding.message()


def test_links_and_pipes_are_not_followed(bench: Any, tmp_path: Path) -> None:
    target = bench.file((bench.head + bench.good).encode())
    link = tmp_path / "tautan.csv"
    link.symlink_to(target)
    pipe = tmp_path / "pipa.csv"
    os.mkfifo(pipe)
    for path in (link, pipe, tmp_path, tmp_path / "tiada"):
        for run in (check, check_in_sandbox):
            report = run(path, format="csv", schema=bench.schema)
            assert not report.valid and list(report.counts) == ["berkas_tidak_terbaca"]


@pytest.mark.parametrize(
    "change",
    [
        {"fields": []},
        {"fields": "http://127.0.0.1:9/skema.json"},
        {"$ref": "http://127.0.0.1:9/skema.json"},
        {"foreignKeys": [{"fields": "tahun", "reference": {"resource": "x", "fields": "y"}}]},
        {"missingValues": ["", "-"]},
        {"primaryKey": ["tiada"]},
        {"lppd": {"rumus": {"jenis": "x"}}},
        {"lppd": {"batas": {"pembilang": {"min": "banyak"}}}},
        {"fields": [{"name": "a", "type": "date", "format": "any"}]},
        {"fields": [{"name": "a", "type": "number", "groupChar": "."}]},
        {"fields": [{"name": "a", "type": "string"}, {"name": "a", "type": "string"}]},
    ],
)
def test_schemas_that_cannot_be_trusted(bench: Any, change: dict[str, Any]) -> None:
    bench.schema.update(change)
    bench.one(bench.csv(bench.good), "skema_rusak")


def test_schema_that_the_engine_refuses(bench: Any) -> None:
    bench.schema["fields"][6]["type"] = "tidak-ada"
    bench.one(bench.csv(bench.good), "skema_rusak")


def test_pattern_that_is_none(bench: Any) -> None:
    bench.schema["fields"][6]["constraints"] = {"pattern": "("}
    report = bench.csv(bench.good.replace(",\n", ",x\n"))
    assert not report.valid and len(report.errors) == 1


def test_the_directory_of_the_check_is_gone(bench: Any, tmp_path: Path, monkeypatch: Any) -> None:
    private = tmp_path / "tmp"
    private.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(private))
    path = bench.file((bench.head + bench.good).encode())
    assert check(path, format="csv", schema=bench.schema).valid
    assert check_in_sandbox(path, format="csv", schema=bench.schema).valid
    limits = replace(bench.limits, wall_seconds=0.0)
    assert not check_in_sandbox(path, format="csv", schema=bench.schema, limits=limits).valid
    assert list(private.iterdir()) == []
