"""Workbooks written part by part, as Excel itself writes them and as some programs do."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from ckanext.lppd.checking import DEFAULT
from ckanext.lppd.checking.tables import Typed
from ckanext.lppd.checking.xlsx import read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_DOCUMENT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'


def parts(
    sheet: str,
    strings: str = "",
    *,
    styles: str = "",
    properties: str = "",
    main: str = MAIN,
    document: str = DOCUMENT,
) -> dict[str, str]:
    """The parts of a workbook with one sheet (the XML inside `sheetData` and after it)."""
    relation = (
        f'<Relationship Id="rId1" Type="{document}/officeDocument" Target="xl/workbook.xml"/>'
    )
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{document}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(
            [
                ("worksheet", "worksheets/sheet1.xml"),
                ("styles", "styles.xml"),
                ("sharedStrings", "/xl/sharedStrings.xml"),
                ("chartsheet", "chartsheets/sheet1.xml"),
            ],
            start=1,
        )
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Override PartName="/xl/workbook.xml" '
        f'ContentType="{MAIN_TYPE}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">{relation}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{document}">{properties}<sheets>'
        '<sheet name="Grafik" sheetId="2" r:id="rId4"/>'
        '<sheet name="Isian" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{styles}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</worksheet>',
    }


def pack(content: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as container:
        for name, text in content.items():
            container.writestr(name, HEADER + text)
    return stream.getvalue()


def cells(sheet: str, strings: str = "", **more: str) -> dict[tuple[int, int], Any]:
    tables = read_workbook(pack(parts(sheet + "</sheetData>", strings, **more)), DEFAULT)
    assert [table.name for table in tables] == ["Isian"]
    return {
        (n, c): cell for n, row in tables[0].rows for c, cell in enumerate(row, 1) if cell != ""
    }


@pytest.mark.parametrize(
    ("main", "document"), [(MAIN, DOCUMENT), (STRICT, STRICT_DOCUMENT)], ids=["biasa", "strict"]
)
def test_shared_strings(main: str, document: str) -> None:
    strings = (
        "<si><t>satu</t></si>"
        "<si><r><t>1</t></r><r><rPr><b/></rPr><t>.234</t></r></si>"
        '<si><t xml:space="preserve"> tiga </t><rPh sb="0" eb="1"><t>san</t></rPh></si>'
        "<si><t>a_x000D_b</t></si>"
    )
    sheet = (
        '<row r="3"><c r="B3" t="s"><v>0</v></c><c r="C3" t="s"><v>1</v></c></row>'
        '<row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4" t="s"><v>3</v></c></row>'
    )
    assert cells(sheet, strings, main=main, document=document) == {
        (3, 2): "satu",
        (3, 3): "1.234",
        (4, 1): " tiga ",
        (4, 2): "a\rb",
    }


def test_rows_and_cells_without_addresses() -> None:
    sheet = "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    found = cells(sheet)
    assert {place: cell.text for place, cell in found.items()} == {
        (1, 1): "1",
        (1, 3): "2",
        (2, 1): "3",
    }


def test_formulas() -> None:
    sheet = (
        '<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+1</f><v></v></c>'
        '<c r="C1"><f>1+1</f><v>2</v></c><c r="D1" t="str"><f>""</f><v></v></c>'
        '<c r="E1" t="str"><f>x</f><v>teks</v></c><c r="F1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="G1"><f t="shared" si="0"/></c><c r="H1" t="b"><v>1</v></c>'
        '<c r="I1" t="d"><v>2025-03-31</v></c></row>'
    )
    kinds = {
        c: cell.kind if isinstance(cell, Typed) else cell for (_, c), cell in cells(sheet).items()
    }
    assert kinds == {
        1: "no_result",
        2: "no_result",
        3: "number",
        5: "teks",
        6: "error",
        7: "no_result",
        8: "bool",
        9: "date",
    }


def test_styles_and_calendar() -> None:
    styles = (
        '<numFmts count="1"><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs>'
    )
    sheet = '<row r="1"><c r="A1" s="1"><v>0.6173</v></c><c r="B1" s="2"><v>44196</v></c></row>'
    found = cells(sheet, styles=styles, properties='<workbookPr date1904="1"/>')
    assert (found[1, 1].kind, str(found[1, 1].value), found[1, 1].text) == (
        "percent",
        "61.73",
        "61.7%",
    )
    assert found[1, 2].iso == "2025-01-01"


def test_entities_in_shared_strings(bench: Any) -> None:
    content = parts(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>', "<si><t>&a;</t></si>"
    )
    content["xl/sharedStrings.xml"] = (
        '<!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
        + content["xl/sharedStrings.xml"]
    )
    bench.one(bench.bytes(pack(content), "xlsx"), "berkas_rusak")


@pytest.mark.parametrize("index", ["1", "-1", "x", "1e9"])
def test_string_numbers_outside_the_list(bench: Any, index: str) -> None:
    sheet = f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row></sheetData>'
    bench.one(bench.bytes(pack(parts(sheet, "<si><t>a</t></si>")), "xlsx"), "berkas_rusak")


def test_relation_that_leads_outside(bench: Any) -> None:
    content = parts("</sheetData>")
    content["xl/_rels/workbook.xml.rels"] = content["xl/_rels/workbook.xml.rels"].replace(
        "worksheets/sheet1.xml", "../../../../etc/hostname"
    )
    bench.one(bench.bytes(pack(content), "xlsx"), "berkas_rusak")
