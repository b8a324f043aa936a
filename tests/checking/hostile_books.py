"""Workbooks made to hurt: containers that lie, parts that explode, sheets that cannot be."""

from __future__ import annotations

import io
import struct
import zipfile

from tests.checking.conftest import Bench
from tests.checking.hostile_files import LAUGHS, MEGA, Hostile, xlsx

SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
NESTED = b"<a>" * 200_000 + b"</a>" * 200_000
QUADRATIC = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 50_000 + b'">]>'
SECRET = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PARAMETER = b'<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd"> %a;]>'


def _part(name: str, part: str, old: bytes, new: bytes, outcome: str, **bounds: float) -> Hostile:
    """A workbook of which one part is changed in one place (all of it, when `old` is empty)."""

    def make(bench: Bench) -> bytes:
        seen: list[str] = []

        def change(path: str, data: bytes) -> bytes:
            if path != part:
                return data
            assert not old or old in data, name
            seen.append(path)
            return data.replace(old, new, 1) if old else new

        made = bench.repack(bench.plain_workbook(), change)
        assert seen, name
        return made

    return xlsx(name, make, outcome, **bounds)


def _with(name: str, path: str, content: bytes, outcome: str, **bounds: float) -> Hostile:
    return xlsx(name, lambda bench: bench.with_part(path, content), outcome, **bounds)


def overlapping(bench: Bench) -> bytes:
    """Return a container in whose directory a hundred names share one place."""
    data = bench.plain_workbook()
    end = data.rfind(b"PK\x05\x06")
    count, size, start = struct.unpack("<HII", data[end + 10 : end + 20])
    directory = data[start : start + size]
    name_size, extra, comment = struct.unpack("<HHH", directory[28:34])
    entry = directory[: 46 + name_size + extra + comment]
    made = [
        entry[:28]
        + struct.pack("<H", 8)
        + entry[30:46]
        + b"%08d" % number
        + entry[46 + name_size :]
        for number in range(100)
    ]
    grown = directory + b"".join(made)
    total = count + len(made)
    tail = struct.pack("<HHIIH", total, total, len(grown), start, 0)
    return data[:start] + grown + b"PK\x05\x06\0\0\0\0" + tail


def lying_size(bench: Bench, said: int) -> bytes:
    """Return a workbook whose directory gives another size of the sheet."""
    data = bytearray(bench.plain_workbook())
    place = data.rfind(SHEET.encode()) - 46
    data[place + 24 : place + 28] = struct.pack("<I", said)
    return bytes(data)


def encrypted(bench: Bench) -> bytes:
    """Return a workbook whose parts say that they are encrypted."""
    data = bytearray(bench.plain_workbook())
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def twice(bench: Bench) -> bytes:
    """Return a workbook with two parts of one name."""
    data = bench.with_part(SHEET[:-1] + "L", b"<worksheet/>")
    return data.replace((SHEET[:-1] + "L").encode(), SHEET.encode())


def with_link(bench: Bench) -> bytes:
    """Return a workbook with a part that is a symbolic link."""
    stream = io.BytesIO(bench.plain_workbook())
    with zipfile.ZipFile(stream, "a") as container:
        info = zipfile.ZipInfo("xl/media/tautan")
        info.external_attr = 0o120777 << 16
        container.writestr(info, "/etc/passwd")
    return stream.getvalue()


def commented(bench: Bench) -> bytes:
    """Return a workbook with words behind its directory."""
    stream = io.BytesIO(bench.plain_workbook())
    with zipfile.ZipFile(stream, "a") as container:
        container.comment = b"<script>"
    return stream.getvalue()


def merged(count: int, span: bytes) -> bytes:
    """Return the merged areas of a sheet, as they follow its rows."""
    return b"</sheetData><mergeCells>" + b'<mergeCell ref="%s"/>' % span * count + b"</mergeCells>"


def shared(bench: Bench, index: bytes, count: int) -> bytes:
    """Return a workbook whose title `tahun` is string number `index` of so many shared ones."""
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    strings = b"<sst>" + b"<si><t>tahun</t></si>" * count + b"</sst>"

    def change(path: str, data: bytes) -> bytes:
        if path == SHEET:
            return data.replace(b't="inlineStr"><is><t>tahun</t></is>', b't="s"><v>%s</v>' % index)
        link = b'<Relationship Id="r7" Type="%s" Target="s.xml"/></Relationships>' % kind
        return data.replace(b"</Relationships>", link) if path == RELATIONS else data

    stream = io.BytesIO(bench.repack(bench.plain_workbook(), change))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as container:
        container.writestr("xl/s.xml", strings)
    return stream.getvalue()


CELL = b"<v>12345</v>"
REMOTE = b'<Relationship TargetMode="External" Target="http://127.0.0.1:9/x" Type="x/%s" Id="%s"/>'

CONTAINERS = [
    _part("a bomb", SHEET, b"</sheetData>", b"</sheetData>" + b" " * 190 * MEGA, "bom_zip"),
    _part("a larger bomb", "xl/theme/theme1.xml", b"", b" " * 230 * MEGA, "bom_zip"),
    xlsx("names that share one place", overlapping, "rusak"),
    xlsx("a size told too small", lambda bench: lying_size(bench, 10), "rusak"),
    xlsx("a size told too large", lambda bench: lying_size(bench, 100 * MEGA), "bom_zip"),
    xlsx("cut in the middle", lambda bench: bench.plain_workbook()[:2000], "rusak"),
    xlsx("cut at the end", lambda bench: bench.plain_workbook()[:-3], "rusak"),
    xlsx("one name twice", twice, "rusak"),
    xlsx("parts said to be encrypted", encrypted, "sandi"),
    xlsx("a link in the container", with_link, "valid"),
    xlsx("words behind the container", commented, "rusak"),
    xlsx("a PDF before", lambda bench: b"%PDF-1.7\n" + bench.plain_workbook(), "bukan_xlsx"),
    xlsx("a page behind", lambda bench: bench.plain_workbook() + b"<html>", "rusak"),
    xlsx("two containers", lambda bench: bench.plain_workbook() * 2, "rusak"),
    _with("a path upwards", "../../etc/passwd", b"x", "rusak"),
    _with("a path from the root", "/etc/passwd", b"x", "rusak"),
    _with("a path of another system", "xl\\..\\x", b"x", "rusak"),
    _with("a macro", "xl/vbaProject.bin", b"x", "makro"),
    _with("an old macro", "xl/macrosheets/sheet1.xml", b"x", "makro"),
    _with("an object inside", "xl/embeddings/oleObject1.bin", b"x", "bersisipan"),
    _with("a control inside", "xl/activeX/activeX1.xml", b"x", "bersisipan"),
    _with("a link to another workbook", "xl/externalLinks/externalLink1.xml", b"<x/>", "valid"),
]
PARTS = [
    _part("an entity bomb", SHEET, b"<worksheet", LAUGHS + b"<worksheet", "rusak"),
    _part("a quadratic bomb", SHEET, b"<worksheet", QUADRATIC + b"<worksheet", "rusak"),
    _part("an entity of the machine", SHEET, b"<worksheet", SECRET + b"<worksheet", "rusak"),
    _part("an entity of the network", BOOK, b"<workbook", PARAMETER + b"<workbook", "rusak"),
    _part("another encoding", BOOK, b"", "<workbook/>".encode("utf-16"), "rusak"),
    _part("a very old encoding", BOOK, b"", b'<?xml version="1.0" encoding="utf-7"?><a/>', "rusak"),
    _part("no XML", SHEET, b"", b"\x00\x01\x02", "rusak"),
    _part("elements in elements", SHEET, b"</sheetData>", NESTED + b"</sheetData>", "valid"),
    _part(
        "attributes without end",
        SHEET,
        b"<sheetData>",
        b"<sheetData " + b" ".join(b'a%d="1"' % n for n in range(60_000)) + b">",
        "valid",
    ),
    _part(
        "a huge remark",
        SHEET,
        b"<sheetData>",
        b"<!--" + b"a" * 8 * MEGA + b"--><sheetData>",
        "valid",
    ),
    _part("a part that is missing", RELATIONS, b"", b"<Relationships/>", "rusak"),
    _part(
        "the sheet in another place",
        RELATIONS,
        b'Target="/xl/worksheets/sheet1.xml"',
        b'Target="../../../../etc/passwd"',
        "rusak",
    ),
    _part(
        "the sheet on the network",
        RELATIONS,
        b'Target="/xl/worksheets/sheet1.xml"',
        b'Target="http://127.0.0.1:9/x" TargetMode="External"',
        "rusak",
    ),
    _part(
        "links to the network",
        RELATIONS,
        b"</Relationships>",
        REMOTE % (b"externalLink", b"r8") + REMOTE % (b"image", b"r9") + b"</Relationships>",
        "valid",
    ),
    _part(
        "a million sheets",
        BOOK,
        b"<sheets>",
        b"<sheets>" + b'<sheet name="a" sheetId="9" r:id="rId1"/>' * 1_000_000,
        "bom_zip",
    ),
    _part(
        "more sheets than there may be",
        BOOK,
        b"</sheets>",
        b'<sheet xmlns:r="x" name="a" sheetId="9" r:id="rId1"/>' * 70 + b"</sheets>",
        "banyak_lembar",
    ),
    _part("a far cell", SHEET, b'r="G1"', b'r="XFD1"', "lebar"),
    _part("a cell outside of all", SHEET, b'r="G1"', b'r="ZZZ99999999"', "rusak"),
    _part("a row outside of all", SHEET, b'<row r="2"', b'<row r="99999999999"', "rusak"),
    _part("a row below zero", SHEET, b'<row r="2"', b'<row r="-2"', "rusak"),
    _part("a row that is none", SHEET, b'<row r="2"', b'<row r="dua"', "rusak"),
    _part("a false size", SHEET, b'ref="A1:G2"', b'ref="A1:XFD1048576"', "valid"),
    _part("all cells merged", SHEET, b"</sheetData>", merged(1, b"A1:XFD1048576"), "valid"),
    _part(
        "ten thousand times all cells merged",
        SHEET,
        b"</sheetData>",
        merged(10_000, b"A2:XFD1048576"),
        "sel_gabung",
    ),
    _part(
        "columns hidden without end",
        SHEET,
        b"<sheetData>",
        b'<cols><col min="1" max="99999999999" hidden="1"/></cols><sheetData>',
        "kolom_tersembunyi",
    ),
    _part(
        "half a million empty rows",
        SHEET,
        b"</sheetData>",
        b"<row/>" * 500_000 + b"</sheetData>",
        "valid",
    ),
    _part(
        "a style for everyone",
        "xl/styles.xml",
        b"</cellXfs>",
        b'<xf numFmtId="0"/>' * 300_000 + b"</cellXfs>",
        "valid",
        memory=900 * MEGA,
    ),
    _part("a style that is none", SHEET, b'r="D2"', b'r="D2" s="999999"', "valid"),
    _part("a style before the list", SHEET, b'r="D2"', b'r="D2" s="-1"', "rusak"),
    _part("an index that is no number", SHEET, b'r="D2"', b'r="D2" s="0x1"', "rusak"),
    xlsx("strings without end", lambda bench: shared(bench, b"0", 300_000), "valid"),
    xlsx("a string beyond the list", lambda bench: shared(bench, b"999999", 1), "rusak"),
    xlsx("a string before the list", lambda bench: shared(bench, b"-1", 1), "rusak"),
    xlsx("a string that is no number", lambda bench: shared(bench, b"satu", 1), "rusak"),
    _part("a stored NaN", SHEET, CELL, b"<v>NaN</v>", "sel_galat"),
    _part("a stored infinity", SHEET, CELL, b"<v>1e999</v>", "sel_galat"),
    _part(
        "a stored number without end", SHEET, CELL, b"<v>" + b"9" * 200_000 + b"</v>", "sel_galat"
    ),
    _part("the largest stored number", SHEET, CELL, b"<v>1e308</v>", "sel_galat"),
    _part("a power that takes all memory", SHEET, CELL, b"<v>1e99999999</v>", "sel_galat"),
    _part("an error for a number", SHEET, CELL, b"<v>#REF!</v>", "sel_galat"),
    _part("a formula without result", SHEET, CELL, b"<f>cmd|'/C calc'!A0</f>", "rumus_tanpa_hasil"),
    _part("a formula with a result", SHEET, CELL, b'<f>WEBSERVICE("http://x")</f>' + CELL, "valid"),
    _part("a cell that goes back", SHEET, b'r="B2"', b'r="A2"', "rusak"),
    _part(
        "a date far away",
        SHEET,
        b'<c r="D2" t="n">' + CELL,
        b'<c r="D2" t="d"><v>99999-99-99</v>',
        "tanggal",
    ),
]
