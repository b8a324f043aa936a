"""Reading a large sheet of a workbook into columns, when it is so plain that nothing can be lost.

Plain means: one visible sheet, no merged or hidden cells, rows without gaps, each cell written in
one of two ways. That is shown by one pattern over every cell, which leaves no byte of
the rows unread; the rest of the sheet goes through the ordinary reader, and so does every row that
is kept. A cell of which more than its text matters (a percentage, a truth value, an error) is given
as `#`, which no column takes for silent. A sheet that is not plain is read row by row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError, fromstring

from .headers import find_header
from .limits import Limits
from .plain_table import Doubt, has_room, load_polars
from .plan import Column, Plan
from .report import Stop
from .tables import Cell, Table, column_letters
from .xlsx import Book, read_row, read_sheet, sheet_parts
from .xlsx_format import GENERAL, NumberFormat, typed_number

if TYPE_CHECKING:
    import polars

LOUD = "#"
"""Stands for a cell that is not silent whatever its column is."""
_PIECE = 8 * 1024 * 1024
_END = b"</row>"
# what XML cannot hold, what marks an escaped character, and what its readers write anew
_TEXT = r"[^<&\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]*"
_ROW = (
    r'<row r="([1-9][0-9]{0,6})"(?: spans="[0-9]{1,5}:[0-9]{1,5}")?(?: ht="[0-9.]+")?'
    r'(?: customHeight="1")?(?: x14ac:dyDescent="[0-9.]+")?>'
)
_CELL = (
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,6})")?(?: t="([a-zA-Z]{1,9})")?>'
    rf'(?:(?:<f>{_TEXT}</f>)?<v>({_TEXT})</v>|<is><t(?: xml:space="preserve")?>({_TEXT})</t></is>)'
)
_WHOLE_CELL = rf"\A(?:(?:</row>)?{_ROW})?{_CELL}\z"
_STORED = r"\A-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{0,5}[1-9])?\z"
_NUMBERS = ("general", "number")


class PlainSheet:
    """The one sheet of a workbook, read some rows at a time."""

    odd = ""

    def __init__(self, data: bytes, plan: Plan, limits: Limits) -> None:
        """Open workbook bytes; raises Doubt for a sheet that is not plain, as far as shows here."""
        book, sheets = sheet_parts(data, limits)
        if len(sheets) != 1 or sheets[0].hidden or sheets[0].name in plan.helper_sheets:
            raise Doubt
        self._book: Book = book
        self._name = sheets[0].name
        self._limits = limits
        self._xml = xml = sheets[0].read()
        first, last = xml.find(b"<row"), xml.rfind(_END)
        head_end = first
        for _ in range(limits.header_search + 1):
            head_end = xml.find(_END, head_end) + len(_END)
            if head_end >= last or head_end < len(_END):
                raise Doubt
        if first < 0 or b"]]>" in xml or b"_x" in xml[first:last] or not has_room(len(xml) // 4):
            raise Doubt
        self._start, self._last = first, last + len(_END)
        try:
            head = read_sheet(xml[:head_end] + xml[self._last :], self._name, book, limits)
        except (Stop, ParseError, KeyError, IndexError, ValueError) as error:
            raise Doubt from error
        if head.merged or head.hidden_rows or head.hidden_columns:
            raise Doubt
        if b"x14ac:" in xml[head_end : self._last] and b"x14ac:" not in xml[first:head_end]:
            raise Doubt
        match = find_header(head, plan, limits)
        if match is None or match.index or not any(map(str.isalpha, match.labels.get(1, ""))):
            raise Doubt
        head.narrowed = True
        self.head: Table = head
        names = {number: name for name, number in match.columns.items()}
        width = len(head.rows[0][1])
        self._columns = [plan.column(names.get(number, "")) for number in range(1, width + 1)]
        self._texts = _Texts(book)
        self._places: list[tuple[int, int, int]] = []
        self._rows: tuple[int, list[bytes]] = (-1, [])

    def number(self, index: int) -> int:
        """Return the number of a row in the file."""
        # the header is the first, and there are no gaps
        return self.head.rows[0][0] + 1 + index

    def frames(self) -> Iterator[polars.DataFrame]:
        """Yield the rows below the header, some at a time, as columns of text."""
        start = self._xml.find(_END, self._start) + len(_END)
        count = 0
        while start < self._last:
            end = self._last
            if start + _PIECE < end:
                end = self._xml.rfind(_END, start, start + _PIECE) + len(_END)
            if end <= start:
                raise Doubt
            self._places.append((count, start, end))
            frame = self._frame(self._xml[start:end], count)
            count += frame.height
            if count >= self._limits.max_rows:
                raise Doubt
            yield frame
            start = end

    def row(self, index: int, cells: Collection[str]) -> tuple[int, list[Cell]]:
        """Return the row at `index` as the ordinary reader reads it."""
        place = bisect_right(self._places, index, key=lambda piece: piece[0]) - 1
        first, start, end = self._places[place]
        if self._rows[0] != place:
            self._rows = (place, self._xml[start:end].split(_END))
        text = self._rows[1][index - first].replace(b"x14ac:", b"") + _END
        number = self.number(index)
        return number, read_row(fromstring(text), number, self._book, self._limits, self._name)

    def rows_at(self, indices: Collection[int]) -> list[tuple[int, list[Cell]]]:
        """Return the rows at these indices, in order."""
        return [self.row(index, ()) for index in sorted(indices)]

    def _frame(self, xml: bytes, count: int) -> polars.DataFrame:
        """Return whole rows as columns; raises Doubt when a cell is written in another way."""
        pl = load_polars()
        try:
            cells = pl.Series([xml]).cast(pl.String).str.split("</c>").explode()
        except pl.exceptions.PolarsError as error:
            raise Doubt from error
        if cells[-1] != "</row>" or not cells[0].startswith("<row"):
            raise Doubt
        cells = cells.head(len(cells) - 1)
        parts = cells.str.extract_groups(_WHOLE_CELL).struct.unnest()
        opened, letters, row, style, kind, stored, inline = parts.get_columns()
        if letters.null_count():
            raise Doubt
        starts = opened.is_not_null()
        # a row is closed exactly where the next one is opened
        closed = cells.str.starts_with("</row>")
        if closed[0] or not (closed.slice(1) == starts.slice(1)).all():
            raise Doubt
        index = starts.cast(pl.Int64).cum_sum() - 1
        numbers = index + self.number(count)
        if not (row.cast(pl.Int64) == numbers).all():
            raise Doubt
        if not (opened.drop_nulls().cast(pl.Int64) == numbers.filter(starts)).all():
            raise Doubt
        width = len(self._columns)
        known = [column_letters(n) for n in range(1, width + 1)]
        if letters.n_unique() > width or not letters.is_in(known).all():
            raise Doubt
        place = letters.replace_strict(known, list(range(width)), return_dtype=pl.Int64)
        flat = index * width + place
        if not (flat.slice(1) > flat.shift(1).slice(1)).all():
            raise Doubt
        height = int(starts.sum())
        parts = pl.DataFrame(
            {"row": index, "place": place, "style": style, "kind": kind, "v": stored, "t": inline}
        )
        columns = []
        for number, column in enumerate(self._columns):
            own = parts.filter(pl.col("place") == number)
            texts = self._texts.of(own, column)
            columns.append(_spread(texts, own["row"], height).alias(str(number)))
        return pl.DataFrame(columns)


def _spread(texts: polars.Series, rows: polars.Series, height: int) -> polars.Series:
    """Put texts at their rows; rows without one are blank."""
    pl = load_polars()
    if len(texts) == height:
        return texts
    found = pl.DataFrame({"row": rows, "text": texts})
    every = pl.DataFrame({"row": pl.int_range(height, eager=True)})
    joined = every.join(found, on="row", how="left", maintain_order="left")
    return joined["text"].fill_null("")


class _Texts:
    """What stands in cells, as typing would leave it."""

    def __init__(self, book: Book) -> None:
        self._book = book
        pl = load_polars()
        self._strings = pl.Series(book.strings, dtype=pl.String)

    def of(self, cells: polars.DataFrame, column: Column | None) -> polars.Series:
        """Return the text of each cell: canonical where it is a number, `LOUD` where it is more."""
        pl = load_polars()
        kind = cells["kind"].fill_null("n")
        kinds = set(kind.unique().to_list())
        if not kinds:
            return pl.Series([], dtype=pl.String)
        texts = pl.Series([LOUD]).new_from_index(0, cells.height)
        for one in kinds & {"n", "s", "inlineStr"}:
            chosen = kind == one
            part = cells if len(kinds) == 1 else cells.filter(chosen)
            if one == "inlineStr":
                found = part["t"]
            elif one == "s":
                found = self._shared(part["v"])
            else:
                found = self._numbers(part, column)
            found = found.fill_null(LOUD)
            if len(kinds) == 1:
                return found
            texts = texts.scatter(chosen.arg_true(), found)
        return texts

    def _shared(self, indices: polars.Series) -> polars.Series:
        pl = load_polars()
        numbers = indices.cast(pl.Int64, strict=False)
        if numbers.null_count() or not ((numbers >= 0) & (numbers < len(self._strings))).all():
            raise Doubt
        return self._strings.gather(numbers)

    def _numbers(self, cells: polars.DataFrame, column: Column | None) -> polars.Series:
        """Return the texts of stored numbers; most are written as they are stored."""
        pl = load_polars()
        style, stored = cells["style"].fill_null("0"), cells["v"].fill_null("")
        measured = column is not None and column.is_number
        allowed = [text for text in style.unique().to_list() if self._is_plain(text, measured)]
        shape = _STORED if measured else r"\A(?:0|-?[1-9][0-9]{0,14})\z"
        good = style.is_in(allowed) & stored.str.contains(shape) & (stored != "-0")
        mark = column.decimal_char if column is not None and measured else "."
        plain = stored.str.replace(".", mark, literal=True)
        if good.all():
            return plain
        keys = stored + ";" + style
        odd = keys.filter(~good).unique().to_list()
        written = [self._written(key, column) for key in odd]
        rest = keys.replace_strict(odd, written, default=None, return_dtype=pl.String)
        return pl.select(pl.when(good).then(plain).otherwise(rest)).to_series()

    def _format(self, style: str) -> NumberFormat:
        number = int(style)
        return self._book.formats[number] if number < len(self._book.formats) else GENERAL

    def _is_plain(self, style: str, measured: bool) -> bool:
        form = self._format(style)
        return form.kind == "general" or (measured and form.kind == "number")

    def _written(self, key: str, column: Column | None) -> str:
        """Return the text that typing makes of a stored number and its style (`12.5;3`)."""
        stored, _, style = key.rpartition(";")
        if not stored.strip() or column is None:
            return LOUD
        cell = typed_number(stored.strip(), self._format(style), epoch_1904=self._book.epoch_1904)
        if cell.kind == "date" and column.type in ("date", "datetime") and not column.role:
            return cell.iso or LOUD
        if cell.kind != "number" or cell.value is None:
            return LOUD
        if column.is_number:
            return format(cell.value, "f").replace(".", column.decimal_char)
        return cell.text
