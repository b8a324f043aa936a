"""Reading a workbook (ECMA-376 SpreadsheetML) into tables, without losing what matters here.

Written for this check because it needs, from one pass over the same bytes: the stored digits, the
number format, formulas whose result was never stored, error cells, hidden rows, columns and sheets,
and merged cells. Formulas are not computed: the stored result is what the producer saw.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse

from .limits import Limits
from .report import Stop
from .tables import Area, Cell, Table, Typed, is_blank
from .xlsx_format import GENERAL, NumberFormat, parse_format, typed_number
from .xlsx_guard import open_container, read_part

_REFERENCE = re.compile(r"^([A-Z]{1,3})([1-9][0-9]{0,6})$")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MAX_ROW = 1_048_576
_MAX_COLUMN = 16_384
_PIECE = 1024 * 1024


class _Pieces(io.BytesIO):
    """Gives a parser large pieces: it goes over an unfinished token again with every piece."""

    def read(self, size: int | None = -1) -> bytes:
        """Return the next piece, larger than was asked for."""
        return super().read(_PIECE)


@dataclass
class Book:
    """What the sheets share: strings, formats by style number, the calendar."""

    strings: list[str] = field(default_factory=list)
    formats: list[NumberFormat] = field(default_factory=list)
    epoch_1904: bool = False


def read_workbook(data: bytes, limits: Limits) -> list[Table]:
    """Return every worksheet of workbook bytes, in the workbook's order.

    Raises Stop for a container, a part or a sheet that is damaged, unsafe or beyond the limits.
    """
    try:
        book, sheets = sheet_parts(data, limits)
        tables = []
        for sheet in sheets:
            table = read_sheet(sheet.read(), sheet.name, book, limits)
            table.hidden = sheet.hidden
            tables.append(table)
    except (ParseError, KeyError, IndexError, ValueError) as error:
        raise Stop("berkas_rusak") from error
    return tables


@dataclass(frozen=True)
class SheetPart:
    """One worksheet that is not read yet."""

    name: str
    hidden: bool
    container: zipfile.ZipFile
    target: str

    def read(self) -> bytes:
        """Return its XML; raises Stop when it is damaged or unsafe."""
        return read_part(self.container, self.target)


def sheet_parts(data: bytes, limits: Limits) -> tuple[Book, list[SheetPart]]:
    """Return what the sheets of workbook bytes share, and the sheets in their order.

    Raises as `read_workbook` does, and what a damaged part makes the parser raise.
    """
    container = open_container(data, limits)
    book_path = next(
        target for kind, target, _ in _relations(container, "") if kind == "officeDocument"
    )
    root = fromstring(read_part(container, book_path))
    relations = {key: (kind, target) for kind, target, key in _relations(container, book_path)}
    targets = {kind: target for kind, target in relations.values()}
    book = Book()
    for item in root:
        if _local(item) == "workbookPr":
            book.epoch_1904 = item.get("date1904") in ("1", "true")
    if "sharedStrings" in targets:
        book.strings = _shared_strings(read_part(container, targets["sharedStrings"]))
    if "styles" in targets:
        book.formats = _formats(fromstring(read_part(container, targets["styles"])))
    items = [item for group in root if _local(group) == "sheets" for item in group]
    if len(items) > limits.max_sheets:
        raise Stop("terlalu_banyak_lembar", params={"batas": str(limits.max_sheets)})
    sheets = []
    for item in items:
        key = next(value for name, value in item.items() if name.endswith("}id"))
        kind, target = relations[key]
        if kind == "worksheet":
            hidden = item.get("state", "visible") != "visible"
            sheets.append(SheetPart(item.get("name", ""), hidden, container, target))
    return book, sheets


def _relations(container: zipfile.ZipFile, source: str) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, path of the part, id) for what the part `source` refers to inside the file."""
    folder, name = posixpath.split(source)
    for item in fromstring(read_part(container, f"{folder}/_rels/{name}.rels".lstrip("/"))):
        if item.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/" + folder, item.get("Target", "")))
            yield item.get("Type", "").rpartition("/")[2], target.lstrip("/"), item.get("Id", "")


def _local(element: Element) -> str:
    """The name of an element without its namespace: strict and transitional files differ in it."""
    return element.tag.rpartition("}")[2]


def _shared_strings(data: bytes) -> list[str]:
    strings: list[str] = []
    for _, element in iterparse(_Pieces(data)):
        if _local(element) == "si":
            strings.append(_rich_text(element))
            element.clear()
    return strings


def _rich_text(element: Element) -> str:
    """Join the runs of a string item; phonetic hints (`rPh`) are not part of the text."""
    pieces: list[str] = []
    for child in element:
        name = _local(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces.extend(part.text or "" for part in child if _local(part) == "t")
    return _unescape("".join(pieces))


def _unescape(text: str) -> str:
    """Decode `_x000D_`, the way SpreadsheetML writes characters that XML cannot hold."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _formats(root: Element) -> list[NumberFormat]:
    written: dict[int, str] = {}
    formats: list[NumberFormat] = []
    for group in root:
        if _local(group) == "numFmts":
            written = {int(item.get("numFmtId", "")): item.get("formatCode", "") for item in group}
        elif _local(group) == "cellXfs":
            for item in group:
                number = int(item.get("numFmtId", "0"))
                formats.append(parse_format(number, written.get(number)))
    return formats


def read_sheet(data: bytes, name: str, book: Book, limits: Limits) -> Table:
    """Return a worksheet's XML as a table; raises Stop, or ParseError and others when damaged."""
    table = Table(name, [])
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    merged: list[Area] = []
    last_row = 0
    for _, element in iterparse(_Pieces(data)):
        tag = _local(element)
        if tag == "row":
            number = int(element.get("r", last_row + 1))
            if not last_row < number <= _MAX_ROW:
                raise Stop("berkas_rusak")
            last_row = number
            cells = read_row(element, number, book, limits, name)
            if cells:
                if len(table.rows) >= limits.max_rows:
                    raise Stop("terlalu_banyak_baris", params={"batas": str(limits.max_rows)})
                table.rows.append((number, cells))
                if element.get("hidden") in ("1", "true"):
                    hidden_rows.add(number)
            element.clear()
        elif tag == "col" and element.get("hidden") in ("1", "true"):
            last = min(int(element.get("max", "0")), limits.max_columns)
            hidden_columns.update(range(int(element.get("min", "1")), last + 1))
        elif tag == "mergeCell" and len(merged) < limits.max_rows:
            merged.append(_area(element.get("ref", "")))
    table.hidden_rows = frozenset(hidden_rows)
    table.hidden_columns = frozenset(hidden_columns)
    table.merged = tuple(merged)
    return table


def read_row(element: Element, number: int, book: Book, limits: Limits, sheet: str) -> list[Cell]:
    """Return the cells of a row up to the last one that holds something."""
    cells: list[Cell] = []
    last = 0
    for item in element:
        reference = item.get("r")
        column = last + 1 if reference is None else _place(reference, number)
        if column <= last:
            raise Stop("berkas_rusak")
        last = column
        cell = _cell(item, book)
        if is_blank(cell):
            continue
        if column > limits.max_columns:
            place: dict[str, Any] = {"sheet": sheet, "row": number}
            raise Stop("terlalu_lebar", **place, params={"batas": str(limits.max_columns)})
        if isinstance(cell, str) and len(cell) > limits.max_cell:
            params = {"batas": str(limits.max_cell)}
            raise Stop("sel_terlalu_panjang", sheet=sheet, row=number, params=params)
        cells.extend([""] * (column - 1 - len(cells)))
        cells.append(cell)
    return cells


def _place(reference: str, row: int) -> int:
    """Return the column of a reference that must lie in `row`."""
    column, found = split_reference(reference)
    if found != row:
        raise Stop("berkas_rusak")
    return column


def split_reference(reference: str) -> tuple[int, int]:
    """Return (column, row) of an address such as `C7`, both from 1; raises ValueError."""
    match = _REFERENCE.match(reference)
    if not match:
        raise ValueError("not a cell reference")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    if column > _MAX_COLUMN or int(match[2]) > _MAX_ROW:
        raise ValueError("outside of a sheet")
    return column, int(match[2])


def _area(reference: str) -> Area:
    first, _, last = reference.partition(":")
    left, top = split_reference(first)
    right, bottom = split_reference(last or first)
    return Area(top, left, bottom, right)


def _cell(item: Element, book: Book) -> Cell:
    """Return one cell: text as str, all else as Typed."""
    stored: str | None = None
    inline = ""
    formula: str | None = None
    for child in item:
        name = _local(child)
        if name == "v":
            stored = child.text
        elif name == "f":
            formula = child.text or ""
        elif name == "is":
            inline = _rich_text(child)
    kind = item.get("t", "n")
    if kind == "inlineStr":
        return inline
    if kind == "str":
        return _unescape(stored or "")
    if stored is None or not stored.strip():
        return "" if formula is None else Typed("no_result", "=" + formula[:60])
    if kind == "s":
        return book.strings[_index(stored)]
    if kind == "b":
        return Typed("bool", "TRUE" if stored.strip() == "1" else "FALSE")
    if kind == "e":
        return Typed("error", stored.strip()[:40])
    if kind == "d":
        return Typed("date", stored, iso=stored)
    style = _index(item.get("s", "0"))
    form = book.formats[style] if style < len(book.formats) else GENERAL
    return typed_number(stored.strip(), form, epoch_1904=book.epoch_1904)


def _index(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("an index cannot be negative")
    return number
