"""Workbooks read by columns get the report that the ordinary reader gives, cell types and all."""

from __future__ import annotations

import datetime
import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from ckanext.lppd.checking import DEFAULT, Report, check, narrow, plain_sheet, silent
from ckanext.lppd.checking.plan import read_plan
from tests.checking.tables import seeds

FILES = 100
LIMITS = replace(DEFAULT, header_search=2)
NEVER = 10**12
SHEET = "xl/worksheets/sheet1.xml"
NAMES = ["id", "kode", "nilai", "tanggal", "keterangan"]
TRAPS: list[Any] = [
    *(None, " ", "-", "Jumlah", "total", "id", "kode", "1.234", "12,5", "1,50", "#N/A", "x y"),
    *(True, False, "=1+1", "=A1", -5, 0, 1.234, 12.5, 61.729999999999997, 1e20, 1e-7, 10**16),
    *(datetime.date(2024, 2, 1), datetime.time(5, 6), "a&b", "a_x000D_b", "é"),
    *("2024-02-30", "'", "<b>", "a\nb", "5", "5,0", "101", 101, 450, "007", 7.0),
]
FORMATS = ["General", "0", "0.00", "0%", "#,##0", "yyyy-mm-dd", "@", '0.0" kg"']
# what is written otherwise than the pattern of a plain sheet has it, or is simply wrong
WRITTEN: list[tuple[bytes, bytes]] = [
    (b'<row r="6"', b'<row r="5"'),
    (b'<row r="6"', b'<row r="6" hidden="1"'),
    (b'<row r="6"', b'<row r="6" spans="1:5"'),
    (b'<row r="6"', b'<row r="6" r="6"'),
    (b'<row r="6"', b"<row"),
    (b'r="B6"', b'r="A6"'),
    (b'r="B6"', b'r="B7"'),
    (b'r="B6"', b'r="Z6"'),
    (b'r="B6"', b'r="B6" s="99"'),
    (b'<c r="E6"', b'<c r="D6"/><c r="E6"'),
    (b'<row r="6"', b'<!-- 6 --><row r="6"'),
    (b'</row><row r="6"', b'</row>\n<row r="6"'),
    (b'</row><row r="6"', b'</row><row r="6"></row><row r="7"'),
    (b'</row><row r="6"', b'<row r="6"'),
    (b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A3:A4"/></mergeCells>'),
    (b"<sheetData>", b'<cols><col min="5" max="5" hidden="1"/></cols><sheetData>'),
    (b"<v>", b"<f>1+1</f><v>"),
    (b"<v>", b"<v>0"),
    (b"<v>", b"<v> "),
    (b"<v>", b"<v>]]>"),
    (b"<v>", b"<v>\x01"),
]


def made_schema(rng: random.Random) -> dict[str, Any]:
    made: dict[str, Any] = {
        "fields": [
            {"name": "id", "type": rng.choice(["integer", "integer", "string"])},
            {"name": "kode", "type": "string", "constraints": {"maxLength": 12}},
            {
                "name": "nilai",
                "type": rng.choice(["number", "number", "number", "integer"]),
                "decimalChar": ",",
                "constraints": {"maximum": 500, "minimum": 0},
            },
            {"name": "tanggal", "type": rng.choice(["date", "date", "string"])},
            {"name": "keterangan", "type": "string"},
        ],
        "lppd": {"satuan_kolom": {"nilai": rng.choice(["persen", "orang"])}},
    }
    if made["fields"][2]["type"] == "integer":
        del made["fields"][2]["decimalChar"]
    if rng.random() < 0.6:
        made["primaryKey"] = rng.choice([["id"], ["kode"], ["nilai"], ["id", "kode"]])
    if rng.random() < 0.3:
        made["fields"][1]["constraints"]["unique"] = True
    return made


def made_book(rng: random.Random) -> bytes:
    """Return a workbook, ordinary but for a few cells, formats or bytes."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    if rng.random() < 0.05:
        sheet.append(["Tabel"])
    sheet.append(NAMES)
    whole = rng.random() < 0.3
    for number in range(1, rng.randint(5, 40)):
        value: Any = number if whole else round(rng.random() * 400, rng.choice([1, 2, 2]))
        day = datetime.date(2024, 1, 1) + datetime.timedelta(number)
        row = [number, f"K{number}", value, rng.choice([day, str(day)]), rng.choice(["ya", None])]
        if rng.random() < 0.06:
            row[rng.randrange(5)] = rng.choice(TRAPS)
        sheet.append(row)
        if rng.random() < 0.04:
            sheet.cell(sheet.max_row, rng.choice([1, 3, 4])).number_format = rng.choice(FORMATS)
    if rng.random() < 0.3:
        form = rng.choice(["0.00", "#,##0", "0", "0%"])
        for cell in sheet["C"][1:]:
            cell.number_format = form
    if rng.random() < 0.05:
        book.create_sheet("Lain").append(["x"])
    if rng.random() < 0.05:
        sheet.append([])
        sheet.append([99, "K99", 5, "2024-01-01", ""])
        sheet.cell(sheet.max_row + 2, 1).value = 100
    stream = io.BytesIO()
    book.save(stream)
    return rewritten(rng, stream.getvalue())


def rewritten(rng: random.Random, data: bytes) -> bytes:
    """Return the workbook with shared strings, or with other bytes in its sheet, or as it is."""
    strings: list[bytes] = []

    def share(match: re.Match[bytes]) -> bytes:
        strings.append(match[1])
        return b't="s"><v>%d</v>' % (len(strings) - 1)

    act = rng.random()
    old, new = rng.choice(WRITTEN)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == SHEET and act < 0.3:
                part = re.sub(rb't="inlineStr"><is><t>([^<]*)</t></is>', share, part)
            elif name == SHEET and act > 0.8:
                place = part.find(old, part.find(b'<row r="4"'))
                place = part.find(old) if place < 0 else place
                if place >= 0:
                    part = part[:place] + new + part[place + len(old) :]
            elif name == "xl/_rels/workbook.xml.rels" and act < 0.3:
                link = b'<Relationship Id="r9" Type="x/sharedStrings" Target="s.xml"/>'
                part = part.replace(b"</Relationships>", link + b"</Relationships>")
            target.writestr(name, part)
        if act < 0.3:
            items = b"".join(b"<si><t>%s</t></si>" % text for text in strings)
            target.writestr("xl/s.xml", b"<sst>" + items + b"</sst>")
    return stream.getvalue()


def report(
    bench: Any, schema: Any, data: bytes, monkeypatch: pytest.MonkeyPatch, from_bytes: int
) -> Report:
    monkeypatch.setattr(narrow, "MIN_BYTES", from_bytes)
    path = bench.folder / "berkas.xlsx"
    path.write_bytes(data)
    # the rows as they stand are given back for small files only, and those are never narrowed
    return replace(check(path, format="xlsx", schema=schema, limits=LIMITS), source=None)


def outcome(schema: Any, data: bytes) -> Any:
    found = narrow.narrow_xlsx(data, schema, read_plan(schema), LIMITS)
    return found and (found.table.rows, found.left_out, found.values)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows go the way of many: patterns instead of texts, several pieces."""
    monkeypatch.setattr(silent, "SAMPLE", 8)
    monkeypatch.setattr(silent, "FEW", 4)
    monkeypatch.setattr(plain_sheet, "_PIECE", 3000)


def test_same_reports(bench: Any, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    count = valid = narrowed = flawed = 0
    for seed in seeds(3, FILES):
        rng = random.Random(seed)
        schema, data = made_schema(rng), made_book(rng)
        count += 1
        slow = report(bench, schema, data, monkeypatch, NEVER)
        assert report(bench, schema, data, monkeypatch, 0) == slow, (seed, schema)
        left_out = bool(outcome(schema, data))
        narrowed += left_out
        valid += slow.valid
        flawed += left_out and not slow.valid
    print(f"{count} workbooks, {narrowed} narrowed, {valid} valid, {flawed} narrowed, not valid")
    assert narrowed > count / 3 and valid > count / 10 and flawed > count / 10


Change = Callable[[Any], Any]
ABLATIONS: dict[str, tuple[Any, str, Change]] = {
    "formats": (plain_sheet._Texts, "_is_plain", lambda real: lambda self, style, measured: True),
    "stored numbers": (plain_sheet, "_STORED", lambda real: r"\A[-+0-9.Ee]+\z"),
    "cells that are more": (plain_sheet, "LOUD", lambda real: "5"),
    "texts as they are": (
        plain_sheet,
        "_WHOLE_CELL",
        lambda real: real.replace("[^<&", "[^<"),
    ),
    "rows as they are numbered": (
        plain_sheet.PlainSheet,
        "row",
        lambda real: lambda self, index, cells: (index + 1, real(self, index, cells)[1]),
    ),
    "merged and hidden": (
        plain_sheet,
        "read_sheet",
        lambda real: (
            lambda *args: replace(
                real(*args),
                merged=(),
                hidden_rows=frozenset(),
                hidden_columns=frozenset(),
            )
        ),
    ),
}


@pytest.mark.parametrize("guard", list(ABLATIONS))
def test_the_comparison_sees_every_guard(
    guard: str, bench: Any, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, change = ABLATIONS[guard]
    strong = vars(owner)[name]
    for seed in seeds(4, 400):
        rng = random.Random(seed)
        schema, data = made_schema(rng), made_book(rng)
        before = outcome(schema, data)
        monkeypatch.setattr(owner, name, change(strong))
        if outcome(schema, data) != before:
            weak = report(bench, schema, data, monkeypatch, 0)
            monkeypatch.setattr(owner, name, strong)
            if weak != report(bench, schema, data, monkeypatch, NEVER):
                return
        monkeypatch.setattr(owner, name, strong)
    pytest.fail(f"nothing noticed that this is gone: {guard}")
