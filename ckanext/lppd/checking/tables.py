"""One shape for what was read, whether it was CSV or a sheet of a workbook, and the CSV reader."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .limits import Limits
from .report import Stop

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Typed:
    """A cell of a workbook that is not plain text.

    `kind`: `number`, `percent`, `date`, `bool`, `error` or `no_result` (a formula whose result was
    never stored). `text` is what Excel shows, as near as the format is known; `value` the stored
    number (61.73 for a percent cell that stores 0.6173); `iso` the date as YYYY-MM-DD[Thh:mm:ss].
    """

    kind: str
    text: str
    value: Decimal | None = None
    iso: str | None = None


Cell = str | Typed


def column_letters(number: int) -> str:
    """Return the letters of column `number`, counted from 1 (`1` is `A`, `28` is `AB`)."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class Area:
    """A merged range, all four numbers from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def span(self) -> str:
        """The range as Excel writes it (`A1:B2`)."""
        first = f"{column_letters(self.left)}{self.top}"
        return f"{first}:{column_letters(self.right)}{self.bottom}"


@dataclass
class Table:
    """Rows with their true numbers. `name` is the sheet, None for CSV; columns count from 1."""

    name: str | None
    rows: list[tuple[int, Sequence[Cell]]]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Area, ...] = ()
    hidden: bool = False
    notes: list[str] = field(default_factory=list)
    narrowed: bool = False
    """Whether rows are left out, so that a gap in the numbers is no blank row."""


def cell_text(cell: Cell) -> str:
    """Return the text of a cell as it is seen."""
    return cell if isinstance(cell, str) else cell.text


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing but spaces."""
    return isinstance(cell, str) and (not cell or not cell.strip(" \t\r\n\u00a0\u200b\ufeff"))


def cell_at(cells: Sequence[Cell], column: int) -> Cell:
    """Return the cell in `column` (from 1); a row that is too short is blank there."""
    return cells[column - 1] if 0 < column <= len(cells) else ""


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of CSV bytes and the name of the encoding.

    UTF-8 with or without a mark, UTF-16 with its mark, else Windows-1252 (what Excel for Windows
    writes as plain "CSV"). Raises Stop for bytes that are no text in any of them.
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Stop("teks_tidak_terbaca")
    candidates: tuple[str, ...] = ("utf-8", "cp1252")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ("utf-16",)
    elif data.startswith(codecs.BOM_UTF8):
        candidates = ("utf-8-sig",)
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, encoding
    raise Stop("teks_tidak_terbaca")


def read_csv(text: str, delimiter: str, limits: Limits) -> Table:
    """Read CSV text into a table; row numbers are line numbers, also after quoted line breaks.

    Raises Stop for a table that is too wide, too long, has a cell that is too large or quotes that
    do not close.
    """
    rows: list[tuple[int, Sequence[Cell]]] = []
    for number, cells in _records(text, delimiter):
        if len(cells) > limits.max_columns:
            raise Stop("terlalu_lebar", row=number, params={"batas": str(limits.max_columns)})
        if len(rows) >= limits.max_rows:
            raise Stop("terlalu_banyak_baris", params={"batas": str(limits.max_rows)})
        if cells and len(max(cells, key=len)) > limits.max_cell:
            raise Stop("sel_terlalu_panjang", row=number, params={"batas": str(limits.max_cell)})
        rows.append((number, cells))
    return Table(None, rows)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the number of the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # a quote that never closes swallows the rest of the file: name where it opened
            raise Stop("kutip_rusak", row=line) from error
        yield line, cells
        line = reader.line_num + 1
