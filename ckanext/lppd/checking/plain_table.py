"""Reading a large CSV into columns, when it is so plain that every reader sees the same table.

Plain means: UTF-8, the same delimiter throughout, every line one whole record with as many fields
as the header has titles, quotes only around whole fields, no quote and no line break inside of one.
All of that is tested line by line before the columns are taken from polars, whose own reader pads
short rows and reads blank lines as rows. A table that is not plain is nobody's fault: it is then
read row by row.
"""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import os
import re
import resource
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .choose import pick_delimiter
from .limits import Limits
from .plan import Plan
from .report import Stop
from .tables import Table, read_csv

if TYPE_CHECKING:
    import polars

_HEAD = 4 * 64 * 1024
_CONTROL = bytes(set(range(32)) - {9, 10})
# polars ends the process when the kernel gives no memory, so it is asked for beforehand
_BASE = 320 * 1024 * 1024
_PER_BYTE = 6
_LOADED = 230 * 1024 * 1024
_ROWS_PER_BYTE = 26
_PIECE = 4 * 1024 * 1024
_M_ARENA_MAX = -8


@dataclass(frozen=True)
class PlainTable:
    """`head` are the header and the first records as the other reader gives them."""

    head: Table
    columns: list[polars.Series]


def read_plain(data: bytes, plan: Plan, limits: Limits) -> PlainTable | None:
    """Read CSV bytes into columns of text; None when anything about them is not plain."""
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    # blank lines at the end mean nothing; anywhere else they do
    data = data.rstrip(b"\n")
    if has_odd_bytes(data) or not has_room(len(data)):
        return None
    try:
        text = data[:_HEAD].decode("utf-8", "ignore")
        delimiter, rest = pick_delimiter(text, plan, limits)
        if rest != text:
            return None
        lines = text.split("\n")[: min(limits.header_search + 1, text.count("\n"))]
        head = read_csv("\n".join(lines), delimiter, limits)
    except Stop:
        return None
    width = len(head.rows[0][1]) if head.rows else 0
    if len(head.rows) < 2 or width < 3:
        return None
    columns = read_columns(data, delimiter, width, limits)
    return None if columns is None else PlainTable(head, columns)


def has_odd_bytes(data: bytes) -> bool:
    """Whether there are control characters, a mark of byte order or a doubled quote."""
    if len(data.translate(None, _CONTROL)) != len(data):
        return True
    return codecs.BOM_UTF8 in data or b'""' in data


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


def read_columns(
    data: bytes, delimiter: str, width: int, limits: Limits
) -> list[polars.Series] | None:
    """Return the columns below the header line; None when a line is not one whole record."""
    pl = load_polars()
    frames = []
    count = 0
    start = data.find(b"\n") + 1
    try:
        while start < len(data):
            # in pieces: the peak of memory is that of one piece and of the columns
            end = (
                len(data)
                if start + _PIECE >= len(data)
                else data.rfind(b"\n", start, start + _PIECE)
            )
            if end < start:
                return None
            frame = read_piece(data[start:end], delimiter, width, limits)
            if frame is None:
                return None
            frames.append(frame)
            count += frame.height
            start = end + 1
    except pl.exceptions.PolarsError:
        # bytes that are not UTF-8, for one
        return None
    if count == 0 or count >= limits.max_rows:
        return None
    return pl.concat(frames).get_columns()


def read_piece(data: bytes, delimiter: str, width: int, limits: Limits) -> polars.DataFrame | None:
    """Return some lines as columns of text; None when a line is not one whole record."""
    pl = load_polars()
    lines = pl.Series([data]).cast(pl.String).str.split("\n").explode()
    if not lines.str.contains(whole_line(delimiter, width)).all():
        return None
    if lines.str.len_chars().max() > limits.max_cell:
        return None
    frame = pl.read_csv(
        data,
        has_header=False,
        separator=delimiter,
        quote_char='"',
        infer_schema=False,
        truncate_ragged_lines=False,
    )
    return frame.fill_null("") if frame.shape == (len(lines), width) else None


def whole_line(delimiter: str, width: int) -> str:
    """Return a pattern (of Rust's regex) for a line that is one record with so many fields."""
    mark = "\\t" if delimiter == "\t" else re.escape(delimiter)
    one = f'(?:[^"{mark}]*|"[^"]*")'
    return f"\\A{one}(?:{mark}{one}){{{width - 1}}}\\z"


def load_polars() -> Any:
    """Import polars so that it takes little address space, of which a check has not much.

    Never call it in a process that forks afterwards: the children would hang.
    """
    if "polars" not in sys.modules:
        os.environ.setdefault("POLARS_MAX_THREADS", "2")
        os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1,retain:false,dirty_decay_ms:0")
        with contextlib.suppress(OSError, AttributeError):
            # else each of its threads reserves 64 MB for an arena of its own
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
    import polars

    return polars
