"""Narrowing a large plain table to the few rows of which something may be said.

Reading, typing and judging millions of rows one by one in Python is what takes the time. Nearly
all of them are silent: each of their cells is (`silent`), they are surely rows of data, and they
share no key with another row (`keys`). A silent row says nothing and changes nothing that is said
about others, so the ordinary check goes over the rest and gives the same findings. Kept besides,
because some questions look at the rows around: the first row, and the rows before and after each
that is kept. Where little would be left out, or the table is not plain, there is no narrowing.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, Protocol

from .canon import canonical_rows, needed_numbers, split_number
from .columnar import FAULTS, prove
from .formula_rule import formula_holds
from .headers import Match, find_header
from .keys import Key
from .limits import Limits
from .plain_sheet import PlainSheet
from .plain_table import Doubt, load_polars, open_plain
from .plan import RESULT, Plan, label_key
from .report import Collector, Stop
from .rows import RowReader
from .rules import bounds_of
from .silent import Place, SilentColumn
from .tables import Cell, Table
from .verdict import Flaw, read_schema

if TYPE_CHECKING:
    import polars

MIN_BYTES = 700 * 1024
"""Below it, loading polars takes longer than it saves."""
LOADED_SHARE = {"csv": 8, "xlsx": 3}
"""Where polars is loaded already, files of this part of the size are worth it."""
_XLSX_WEIGHT = 10
"""A byte of a workbook takes as long to read as so many bytes of CSV."""
_FEW_ROWS = 2_000
_LARGEST_SHARE = 4
"""Of this part of the rows something may be said; with more of them nothing is gained."""
_AROUND = (-1, 0, 1)
"""Rows kept for each that may say something, by their distance from it."""
_FILLED = 3
"""A row with as many filled cells is no note."""


class Source(Protocol):
    """A table that is read some rows at a time, as columns of text in the order of the file."""

    head: Table
    odd: str

    def frames(self) -> Iterator[polars.DataFrame]:
        """Yield the rows below the header."""

    def row(self, index: int, cells: Collection[str]) -> tuple[int, list[Cell]]:
        """Return the row at `index`, whose texts these are, as the ordinary check reads it."""

    def number(self, index: int) -> int:
        """Return the number of that row in the file."""

    def rows_at(self, indices: Collection[int]) -> list[tuple[int, list[Cell]]]:
        """Return the rows at these indices, of those that were yielded."""


@dataclass
class Narrowed:
    """What is left for the ordinary check, and what is known of the rows that were left out."""

    table: Table
    match: Match
    left_out: int
    regions: set[str]
    values: dict[int, dict[str, str | None]] = field(default_factory=dict)
    """Of the rows left out, by number, when a report keeps the values of so many rows."""


def is_large(size: int, format: str) -> bool:
    """Whether a file of so many bytes is worth looking at by its columns."""
    if format == "xlsx":
        size *= _XLSX_WEIGHT
    share = LOADED_SHARE.get(format, 1) if "polars" in sys.modules else 1
    return size >= MIN_BYTES // share


def narrow_csv(
    data: bytes, schema: Mapping[str, Any], plan: Plan, limits: Limits
) -> Narrowed | None:
    """Return the table in CSV bytes with the rows that matter, or None for any other table."""
    try:
        return narrow(open_plain(data, plan, limits), schema, plan, limits)
    except (Doubt, *FAULTS):
        return None


def narrow_xlsx(
    data: bytes, schema: Mapping[str, Any], plan: Plan, limits: Limits
) -> Narrowed | None:
    """Return the table in workbook bytes with the rows that matter, or None for any other."""
    try:
        return narrow(PlainSheet(data, plan, limits), schema, plan, limits)
    except (Doubt, Stop, *FAULTS):
        # the ordinary check finds the words for what is wrong with a file
        return None


def narrow(source: Source, schema: Mapping[str, Any], plan: Plan, limits: Limits) -> Narrowed:
    """Return the table with the rows that matter; raises Doubt where it cannot be narrowed."""
    return _Narrowing(source, schema, plan, limits).run()


class _Narrowing:
    """One table being narrowed; raises Doubt where it cannot be."""

    def __init__(
        self, source: Source, schema: Mapping[str, Any], plan: Plan, limits: Limits
    ) -> None:
        self._source = source
        self._plan = plan
        self._limits = limits
        match = find_header(source.head, plan, limits)
        width = len(source.head.rows[0][1])
        # every title is a column of the schema, so every cell has its place
        if match is None or match.index or sorted(match.columns.values()) != [*range(1, width + 1)]:
            raise Doubt
        self._match = match
        self._names = {number - 1: name for name, number in match.columns.items()}
        fields = {one.name: one for one in read_schema(schema).fields}
        # a column that the file does not have is blank all the way down
        absent = [one for name, one in fields.items() if name not in match.columns]
        if any(prove(one, {""}).bad for one in absent):
            raise Doubt
        self._columns = self._silent_columns(fields)
        self._keys = self._all_keys(fields)
        self._kept: dict[int, tuple[int, list[Cell]]] = {}
        self._noted = 0
        self._count = 0
        self._regions: set[str] = set()
        self._silent: list[tuple[int, polars.DataFrame]] = []

    def _silent_columns(self, fields: Mapping[str, Any]) -> list[SilentColumn]:
        """Make the questions for every column, in the order of the file."""
        plan, match, head = self._plan, self._match, self._source.head
        mark = RowReader(head, match, plan, Collector(0)).total_mark
        needed = needed_numbers(plan)
        split = split_number(head, match, plan)
        moved = plan.columns[split].name if split else None
        columns = []
        for index, name in sorted(self._names.items()):
            column = plan.column(name)
            assert column is not None
            watched = index == 0 or column.key
            place = Place(
                title=label_key(match.labels[1]) if index == 0 else None,
                total_mark=mark if watched else None,
                filled=watched,
                odd=self._source.odd,
                no_digits=name == moved,
            )
            bounds = bounds_of(column, plan) if column.is_number and name in needed else []
            columns.append(SilentColumn(column, fields[name], bounds, place))
        return columns

    def _all_keys(self, fields: Mapping[str, Any]) -> list[Key]:
        groups = [[one] for one in fields.values() if one.constraints.get("unique")]
        primary = [fields[name] for name in self._plan.primary_key]
        if primary and primary not in groups:
            groups.append(primary)
        if not all(one.name in self._match.columns for group in groups for one in group):
            raise Doubt
        return [Key(group) for group in groups]

    def run(self) -> Narrowed:
        """Go over the table once, then fetch the rows that share a key with one that is kept."""
        with ThreadPoolExecutor(2) as pool:
            for frame in _ahead(self._source.frames(), pool):
                self._take(frame, pool)
        if not self._count:
            raise Doubt
        twins = self._twins()
        missing = [n for n in _with_neighbours(twins, self._count) if n not in self._kept]
        self._kept.update(zip(missing, self._source.rows_at(missing), strict=True))
        self._guard_share()
        head = self._source.head
        rows = [head.rows[0], *(self._kept[index] for index in sorted(self._kept))]
        table = replace(head, rows=rows, narrowed=True)
        left = self._count - len(self._kept)
        return Narrowed(table, self._match, left, self._regions, self._values())

    def _guard_share(self) -> None:
        if len(self._kept) > _FEW_ROWS + self._count // _LARGEST_SHARE:
            raise Doubt

    def _take(self, frame: polars.DataFrame, pool: ThreadPoolExecutor) -> None:
        """Judge the next rows."""
        series = frame.get_columns()
        named = {name: series[index] for index, name in self._names.items()}
        asked = [
            pool.submit(one.loud, part) for one, part in zip(self._columns, series, strict=True)
        ]
        noted = [pool.submit(key.add, named) for key in self._keys]
        answers = [one.result() for one in asked]
        repeated = {place for one in noted for place in one.result()}
        masks = [mask for mask, _ in answers if mask is not None]
        masks += thinly_filled(series, [blank for _, blank in answers])
        if self._plan.formula is not None and RESULT in named:
            masks.append(~formula_holds(self._plan, named))
        loud = reduce(operator.or_, masks) if masks else None
        places = [] if loud is None else loud.arg_true().to_list()
        start = self._count
        self._count += frame.height
        self._noted += len(places) + len(repeated)
        if self._noted > _FEW_ROWS + self._count // _LARGEST_SHARE:
            raise Doubt
        # those that share a key are kept while they are at hand; the rows at the edges are beside
        # those of the next frame
        kept = _with_neighbours({*places, *repeated, 0, frame.height - 1}, frame.height)
        for place, cells in zip(kept, frame[kept].rows(), strict=True):
            self._kept[start + place] = self._source.row(start + place, cells)
        region = self._plan.with_role("wilayah")
        if region is not None and region.name in named:
            present = named[region.name] if loud is None else named[region.name].filter(~loud)
            self._regions.update(present.unique().to_list())
        self._silent = [*self._silent, (start, frame)] if self._few_values else []

    @property
    def _few_values(self) -> bool:
        return self._count <= self._limits.max_values

    def _twins(self) -> list[int]:
        """The rows that share a key with another, also with one that only typing makes equal."""
        if not self._keys:
            return []
        typed, places = self._typed_columns() if self._noted else ({}, [])
        return [index for key in self._keys for index in key.twins(typed, places)]

    def _typed_columns(self) -> tuple[dict[str, polars.Series], list[int]]:
        """The columns of rows that are kept, as the ordinary check types them, and their places."""
        pl = load_polars()
        head = self._source.head
        kept = sorted(self._kept.items())
        out = Collector(0)
        table = replace(head, rows=[head.rows[0], *(row for _, row in kept)], narrowed=True)

        def note(flaw: Flaw) -> None:
            out.add(flaw.code, row=flaw.row, field_name=flaw.field)

        data = RowReader(table, self._match, self._plan, out).rows()
        typed, _ = canonical_rows(table, self._match, self._plan, data, note, out.faulty)
        texts = zip(*typed.rows, strict=True) if typed.rows else [()] * len(self._plan.columns)
        columns = {
            column.name: pl.Series(part, dtype=pl.String)
            for column, part in zip(self._plan.columns, texts, strict=True)
        }
        places = {number: index for index, (number, _) in kept}
        return columns, [places[number] for number in typed.numbers]

    def _values(self) -> dict[int, dict[str, str | None]]:
        """The canonical rows that were left out, as a report keeps them."""
        if not self._few_values:
            return {}
        found: dict[int, dict[str, str | None]] = {}
        for start, frame in self._silent:
            for index, row in enumerate(self._canonical(frame).to_dicts(), start=start):
                if index not in self._kept:
                    found[self._source.number(index)] = row
        return found

    def _canonical(self, frame: polars.DataFrame) -> polars.DataFrame:
        """The columns of the plan, numbers with a point, and null where a cell is blank."""
        pl = load_polars()
        columns = []
        for column in self._plan.columns:
            place = self._match.columns.get(column.name)
            text = pl.col(frame.columns[place - 1]) if place else pl.lit("")
            if column.is_number:
                text = text.str.replace_all(column.decimal_char, ".", literal=True)
            columns.append(pl.when(text != "").then(text).alias(column.name))
        return frame.select(columns)


def _with_neighbours(places: Collection[int], count: int) -> list[int]:
    """Return the places, of so many, of these rows and of the rows around them, in order."""
    around = {place + step for place in places for step in _AROUND}
    return sorted(place for place in around if 0 <= place < count)


def _ahead(frames: Iterator[polars.DataFrame], pool: Executor) -> Iterator[polars.DataFrame]:
    """Yield the frames; each is read while the one before is judged."""
    coming = pool.submit(next, frames, None)
    while (frame := coming.result()) is not None:
        coming = pool.submit(next, frames, None)
        yield frame


def thinly_filled(series: Sequence[polars.Series], blank: Sequence[bool]) -> list[polars.Series]:
    """Return which rows have so few filled cells that they may be notes; [] when none has."""
    if [*blank].count(False) >= _FILLED:
        return []
    filled = reduce(operator.add, [(part != "").cast(int) for part in series])
    return [filled < _FILLED]
