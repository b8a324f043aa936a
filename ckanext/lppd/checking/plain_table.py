"""Reading a large CSV into columns, when it is so plain that every reader sees the same table.

Plain means: UTF-8, the same delimiter throughout, every line one whole record with as many fields
as the header has titles, quotes only around whole fields, no quote and no line break inside of one.
polars alone would not do: it pads short rows and reads blank lines as rows. So the bytes are
counted where a row may be short: cells, delimiters, quotes and line ends together must be exactly
what the file holds. Quotes and line breaks inside of cells are looked for by who reads the columns
(`PlainCsv.odd`). A table that is not plain is nobody's fault: it is then read row by row.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import ctypes
import os
import resource
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .choose import pick_delimiter
from .limits import Limits
from .plan import Plan
from .report import Stop
from .tables import Cell, Table, read_csv

if TYPE_CHECKING:
    import polars

_HEAD = 4 * 64 * 1024
# what some readers take for the end of a line or for a space, and others do not
_CONTROL = tuple(bytes([code]) for code in (0, 11, 12, 13, 28, 29, 30, 31))
# polars ends the process when the kernel gives no memory, so it is asked for beforehand
_BASE = 320 * 1024 * 1024
_PER_BYTE = 6
_LOADED = 230 * 1024 * 1024
_ROWS_PER_BYTE = 26
_BLOCK = 256 * 1024
_PIECE = 4 * 1024 * 1024
_M_ARENA_MAX = -8
# the memory of one piece is kept for the next, else the kernel clears every page again
_MALLOC = "narenas:1,retain:false,dirty_decay_ms:5000,muzzy_decay_ms:5000"


class Doubt(Exception):
    """Raised where it cannot be shown that a table is plain, or that little is to be said."""


@dataclass
class PlainCsv:
    """A CSV that is plain as far as it was read. `head` are the header and the first records."""

    data: bytes
    delimiter: str
    head: Table
    limits: Limits
    odd: str = '"\n'
    """What a cell of a plain table does not hold."""
    places: list[tuple[int, int, int]] = field(default_factory=list)
    """Of each piece read: the index of its first record, where it begins and ends in `data`."""

    def frames(self) -> Iterator[polars.DataFrame]:
        """Yield the records below the header in order, some at a time, as columns of text.

        Raises Doubt when a line is not one whole record, or there are more than a check may have.
        """
        data = self.data
        start = data.find(b"\n") + 1
        whole = len(data) - data.endswith(b"\n")
        count = 0
        while start < whole:
            # in pieces: no more memory is taken than one of them needs
            end = whole
            if start + _PIECE < end:
                end = data.rfind(b"\n", start, start + _PIECE)
            if end < start:
                raise Doubt
            frame = read_piece(data[start:end], self.delimiter, len(self.head.rows[0][1]))
            self.places.append((count, start, end))
            count += frame.height
            if count >= self.limits.max_rows:
                raise Doubt
            yield frame
            start = end + 1

    def row(self, index: int, cells: Collection[str]) -> tuple[int, list[Cell]]:
        """Return the record at `index` as a row of a table, with its number in the file."""
        return self.number(index), list(cells)

    def number(self, index: int) -> int:
        """Return the number in the file of the record at `index`."""
        # below the header, which is line 1
        return index + 2

    def rows_at(self, indices: Collection[int]) -> list[tuple[int, list[Cell]]]:
        """Return the records at these indices, in order."""
        left = sorted(indices, reverse=True)
        found: list[tuple[int, list[Cell]]] = []
        ends = [first for first, _, _ in self.places[1:]] + [sys.maxsize]
        for (first, start, end), last in zip(self.places, ends, strict=True):
            wanted: list[int] = []
            while left and left[-1] < last:
                wanted.append(left.pop())
            if wanted:
                lines = self._lines(start, end, [index - first for index in wanted])
                records = csv.reader(lines, delimiter=self.delimiter)
                found += [self.row(n, cells) for n, cells in zip(wanted, records, strict=True)]
        return found

    def _lines(self, start: int, end: int, places: list[int]) -> list[str]:
        """Return some lines of one piece."""
        pl = load_polars()
        lines = pl.read_csv(
            self.data[start:end],
            has_header=False,
            # no plain table has this byte, so a line is one cell
            separator="\x1f",
            quote_char=None,
            schema={"line": pl.String},
            infer_schema=False,
        )
        return list(lines.to_series().gather(places))


def open_plain(data: bytes, plan: Plan, limits: Limits) -> PlainCsv:
    """Return CSV bytes as a table that is plain as far as the whole shows it; raises Doubt."""
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    # blank lines at the end mean nothing; anywhere else they do
    if data.endswith(b"\n\n"):
        data = data.rstrip(b"\n")
    if has_odd_bytes(data) or not has_room(len(data)):
        raise Doubt
    try:
        # whole lines, and bytes that are not UTF-8 make it another table
        first = data if len(data) <= _HEAD else data[: data.rfind(b"\n", 0, _HEAD) + 1]
        text = first.decode("utf-8")
        delimiter, rest = pick_delimiter(text, plan, limits)
        if rest != text:
            raise Doubt
        lines = text.split("\n")[: limits.header_search + 1]
        head = read_csv("\n".join(lines), delimiter, limits)
    except (Stop, UnicodeDecodeError) as fault:
        raise Doubt from fault
    if len(head.rows) < 2 or len(head.rows[0][1]) < 3:
        raise Doubt
    head.notes.append(delimiter)
    return PlainCsv(data, delimiter, head, limits)


def has_odd_bytes(data: bytes) -> bool:
    """Whether there are control characters or a mark of byte order."""
    if not data.isascii() and codecs.BOM_UTF8 in data:
        return True
    # by blocks that stay near the processor while each mark is looked for
    blocks = range(0, len(data), _BLOCK)
    return any(data.find(mark, at, at + _BLOCK) >= 0 for at in blocks for mark in _CONTROL)


def has_room(size: int) -> bool:
    """Whether this process may still take the memory that columns of so many bytes need."""
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return True
    with open("/proc/self/statm", encoding="ascii") as stream:
        used = int(stream.read().split()[0]) * resource.getpagesize()
    by_rows = used + _ROWS_PER_BYTE * size
    if by_rows <= limit < by_rows + _LOADED:
        # the check by rows that follows a doubt would lack what polars has taken
        return False
    return used + _BASE + _PER_BYTE * size <= limit


def read_piece(data: bytes, delimiter: str, width: int) -> polars.DataFrame:
    """Return some lines as columns `0`, `1`, ... of text; raises Doubt for what is not plain."""
    pl = load_polars()
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            separator=delimiter,
            quote_char='"',
            schema={str(number): pl.String for number in range(width)},
            infer_schema=False,
            truncate_ragged_lines=False,
        )
    except pl.exceptions.PolarsError as error:
        # too many fields in a line, a quote in the middle of one, bytes that are not UTF-8
        raise Doubt from error
    # a short row is padded with nulls; so are cells that are blank, which is why bytes are counted
    if frame.to_series(width - 1).null_count() and not is_accounted_for(data, frame):
        raise Doubt
    return frame.fill_null("")


def is_accounted_for(data: bytes, frame: polars.DataFrame) -> bool:
    """Whether the cells, with their delimiters, quotes and line ends, are all that `data` holds.

    A row that was padded has fewer delimiters than its cells ask for, a blank line has none. Holds
    only where no cell has a quote or a line break inside.
    """
    pl = load_polars()
    sizes = [pl.col(name).str.len_bytes().sum() for name in frame.columns]
    ends = frame.height * frame.width - 1
    return sum(frame.select(sizes).row(0)) + data.count(b'"') + ends == len(data)


def load_polars() -> Any:
    """Import polars so that it takes little address space, of which a check has not much.

    Never call it in a process that forks afterwards: the children would hang.
    """
    if "polars" not in sys.modules:
        os.environ.setdefault("POLARS_MAX_THREADS", "2")
        os.environ.setdefault("_RJEM_MALLOC_CONF", _MALLOC)
        spare_address_space()
    import polars

    return polars


def spare_address_space() -> None:
    """Keep each further thread from reserving 64 MB for an arena of its own."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
