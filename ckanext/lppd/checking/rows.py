"""Which rows below the header are data, and what the others are.

Skipped with a note: blank rows, a repeated header, a row of column numbers, notes and signatures
below the last row, a totals row where the required region has its own row. All else that is not a
whole data row is an error at its place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from ..numbers import Ask, Sure, read_number
from .headers import Match
from .plan import Column, Plan, label_key
from .report import Collector
from .tables import Area, Cell, Table, Typed, cell_at, cell_text, column_letters, is_blank

_TOTAL = re.compile(r"^(?:grand |sub ?)?(?:jumlah|total|rata-rata|rerata)\b", re.IGNORECASE)
_BARE_TOTAL = re.compile(r"^(?:grand |sub ?)?(?:jumlah|total)(?: (?:jumlah|total))?$", re.I)
_ORDINAL = re.compile(r"^\(?([0-9]{1,2})\)?$")
_NOTE_CELLS = 2


class DataRow(NamedTuple):
    """One row of data with its number in the file."""

    number: int
    cells: Sequence[Cell]


class RowReader:
    """Sorts the rows of one table; `rows()` gives the data rows."""

    def __init__(self, table: Table, match: Match, plan: Plan, out: Collector) -> None:
        """Take the table, its header and where findings go."""
        self._table = table
        self._match = match
        self._plan = plan
        self._out = out
        self._columns = [c for c in plan.columns if c.name in match.columns]
        self._used = set(match.columns.values())
        self._last_title = max(match.labels, default=0)
        self._titles = {n: label_key(label) for n, label in match.labels.items()}
        self._keys = [match.columns[c.name] for c in self._columns if c.key]
        # where the keys are not listed, "Jumlah pegawai" may well be the name of a row of data
        listed = any(c.key and c.enum for c in self._columns)
        self.total_mark = _TOTAL if listed else _BARE_TOTAL
        self._without_gaps = self._used == set(range(1, self._last_title + 1))
        self._pending: list[tuple[int, Sequence[Cell]]] = []
        self._untitled: set[int] = set()
        self.totals: list[tuple[int, int, str]] = []

    def rows(self) -> list[DataRow]:
        """Return the data rows in order; notes what is skipped and what is wrong with a row."""
        data: list[DataRow] = []
        previous = self._match.row
        for number, cells in self._table.rows[self._match.index + 1 :]:
            if all(map(is_blank, cells)):
                continue
            kind = self._kind(cells, first=not data)
            if kind == "catatan":
                self._pending.append((number, cells))
                continue
            if kind:
                self._note_skipped(kind, number, cells)
                previous = number
                continue
            self._settle_pending()
            if data and number - previous > 1 and self._blank_between(previous, number):
                self._out.add("baris_kosong", sheet=self._table.name, row=previous + 1)
            previous = number
            if self._is_whole(number, cells):
                data.append(DataRow(number, cells))
        for number, cells in self._pending:
            text = " ".join(cell_text(cell).strip() for cell in cells if not is_blank(cell))
            self._out.add("catatan_dilewati", sheet=self._table.name, row=number, value=text)
        self._check_hidden_columns(data)
        return self._unmerge(data)

    def _blank_between(self, previous: int, number: int) -> bool:
        """Whether a blank row lies between two rows; in CSV a row may span several lines."""
        if self._table.name is not None and not self._table.narrowed:
            return True
        place = bisect_right(self._blank_rows, previous)
        return place < len(self._blank_rows) and self._blank_rows[place] < number

    @cached_property
    def _blank_rows(self) -> list[int]:
        return [row for row, cells in self._table.rows if all(map(is_blank, cells))]

    def _kind(self, cells: Sequence[Cell], *, first: bool) -> str:
        """Name what a row is when it is no data row: an empty text means that it is one."""
        if not first and self._is_plainly_data(cells):
            return ""
        filled = [(n, cell) for n, cell in enumerate(cells, start=1) if not is_blank(cell)]
        if len(filled) > 1 and all(
            label_key(cell_text(cell)) == self._titles.get(n) for n, cell in filled
        ):
            return "judul_berulang"
        if first and self._is_numbering(filled):
            return "baris_nomor_kolom"
        if self._total_column(cells):
            return "jumlah"
        if len(filled) <= _NOTE_CELLS and self._is_note(cells, filled):
            return "catatan"
        return ""

    def _is_plainly_data(self, cells: Sequence[Cell]) -> bool:
        """Whether a row can be nothing but data: filled well, not a title, not a total.

        Only a quick way past the questions that `_kind` asks, which would give the same answer.
        """
        filled = 0
        for number, cell in enumerate(cells, start=1):
            if not is_blank(cell):
                if not filled and _reads_like(cell_text(cell), self._titles.get(number)):
                    return False
                filled += 1
                if filled > _NOTE_CELLS:
                    return not self._total_column(cells)
        return False

    def _is_numbering(self, filled: list[tuple[int, Cell]]) -> bool:
        matches = [_ORDINAL.match(cell_text(cell).strip()) for _, cell in filled]
        ordinals = [int(match[1]) for match in matches if match]
        if len(filled) < 3 or len(ordinals) < len(filled):
            return False
        if ordinals != list(range(ordinals[0], ordinals[0] + len(ordinals))):
            return False
        in_brackets = all(cell_text(cell).strip().startswith("(") for _, cell in filled)
        listed = [c for c in self._columns if c.key and c.enum]
        texts = {c.name: dict(filled).get(self._match.columns[c.name], "") for c in listed}
        known = any(cell_text(texts[c.name]).strip() in c.enum for c in listed)
        return in_brackets or (bool(listed) and not known)

    def _total_column(self, cells: Sequence[Cell]) -> int:
        """Return the column that says that the row is a total, 0 when there is none."""
        keys = self._keys
        if all(is_blank(cell_at(cells, n)) for n in keys):
            keys = [next((n for n, cell in enumerate(cells, 1) if not is_blank(cell)), 0)]
        for number in keys:
            cell = cell_at(cells, number)
            # most keys begin with a digit, and no total does
            if (
                isinstance(cell, str)
                and not cell[:1].isdigit()
                and self.total_mark.match(cell.strip())
            ):
                return number
        return 0

    def _is_note(self, cells: Sequence[Cell], filled: list[tuple[int, Cell]]) -> bool:
        """Whether few filled cells hold no part of a data row: no known key and no number."""
        if len(self._columns) < 3 and len(filled) > 1:
            return False
        for column in self._columns:
            cell = cell_at(cells, self._match.columns[column.name])
            if is_blank(cell):
                continue
            if column.key and (not column.enum or cell_text(cell).strip() in column.enum):
                return column.key and not column.enum and len(filled) == 1 and _is_prose(cell)
            if column.is_number and _looks_like_number(cell):
                return False
        return not any(isinstance(cell, Typed) for _, cell in filled)

    def _note_skipped(self, kind: str, number: int, cells: Sequence[Cell]) -> None:
        if kind == "jumlah":
            column = self._total_column(cells)
            self.totals.append((number, column, cell_text(cell_at(cells, column)).strip()))
        else:
            self._out.add(kind, sheet=self._table.name, row=number)

    def _settle_pending(self) -> None:
        """Rows taken for notes are followed by data, so they are incomplete rows."""
        for number, cells in self._pending:
            column = next(n for n, cell in enumerate(cells, 1) if not is_blank(cell))
            self._out.add(
                "baris_tidak_lengkap",
                sheet=self._table.name,
                cell=f"{column_letters(column)}{number}",
                row=number,
                value=cell_text(cell_at(cells, column)),
            )
        self._pending.clear()

    def _is_whole(self, number: int, cells: Sequence[Cell]) -> bool:
        """Whether a data row is visible and stays inside the titled columns."""
        if number in self._table.hidden_rows:
            self._out.add("baris_tersembunyi", sheet=self._table.name, row=number)
            return False
        if self._without_gaps and len(cells) <= self._last_title:
            return True
        for column, cell in enumerate(cells, start=1):
            if column in self._used or is_blank(cell):
                continue
            place = f"{column_letters(column)}{number}"
            if column > self._last_title and self._table.name is None:
                text = cell_text(cell)
                self._out.add("sel_berlebih", cell=place, row=number, value=text)
                return False
            if column not in self._untitled and column not in self._match.labels:
                self._untitled.add(column)
                sheet = self._table.name
                self._out.add("kolom_tanpa_judul", sheet=sheet, cell=place, row=number)
        return True

    def _check_hidden_columns(self, data: list[DataRow]) -> None:
        for column in sorted(self._table.hidden_columns & set(self._match.labels)):
            if any(not is_blank(cell_at(row.cells, column)) for row in data):
                self._out.add(
                    "kolom_tersembunyi",
                    sheet=self._table.name,
                    cell=f"{column_letters(column)}{self._match.row}",
                    row=self._match.row,
                    value=self._match.labels[column],
                )

    def _unmerge(self, data: list[DataRow]) -> list[DataRow]:
        """Fill merged key cells downwards; note merged cells that have no one reading."""
        if not self._table.merged or not data:
            return data
        by_number = {row.number: list(row.cells) for row in data}
        by_place = {self._match.columns[column.name]: column for column in self._columns}
        for area in self._table.merged:
            last = min(area.bottom, data[-1].number)
            inside = [n for n in range(max(area.top, data[0].number), last + 1) if n in by_number]
            touched = [by_place[n] for n in sorted(by_place) if area.left <= n <= area.right]
            if not inside or not touched or area.top <= self._match.row:
                continue
            self._unmerge_area(area, inside, touched, by_number)
        return [DataRow(number, cells) for number, cells in by_number.items()]

    def _unmerge_area(
        self,
        area: Area,
        inside: list[int],
        touched: list[Column],
        by_number: dict[int, list[Cell]],
    ) -> None:
        span = area.span
        place = span.partition(":")[0]
        sheet, label = self._table.name, self._match.labels.get(area.left)
        if area.left == area.right and touched[0].key and area.top in by_number:
            value = cell_at(by_number[area.top], area.left)
            for number in inside:
                cells = by_number[number]
                cells.extend([""] * (area.left - len(cells)))
                cells[area.left - 1] = value
            self._out.add(
                "sel_gabung_diisi",
                sheet=sheet,
                cell=place,
                row=area.top,
                column=label,
                value=cell_text(value),
                rentang=span,
            )
            return
        self._out.add(
            "sel_gabung", sheet=sheet, cell=place, row=area.top, column=label, rentang=span
        )
        for number in inside:
            self._out.faulty.update((number, column.name) for column in touched)


def _reads_like(text: str, title: str | None) -> bool:
    """Whether a text is this title, as titles are compared."""
    if title is None:
        return False
    if text.isascii() and text[:1].isalnum() and text[0].lower() != title[:1]:
        # told from the first letter, which is far quicker
        return False
    return label_key(text) == title


def _looks_like_number(cell: Cell) -> bool:
    return isinstance(cell, Typed) or isinstance(read_number(cell), Sure | Ask)


def _is_prose(cell: Cell) -> bool:
    """Whether a cell reads as a sentence and not as a key: several words, or a note's opening."""
    text = cell_text(cell).strip()
    return text.startswith("*") or len(text.split()) >= 3 or text.endswith(":")
