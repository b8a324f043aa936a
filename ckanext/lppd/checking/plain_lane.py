"""Judging a large plain table by its columns, when there is nothing at all to say about its rows.

Every step of the row-by-row check is shown to have no effect: each row is surely a row of data,
each cell stays as it is, frictionless objects to no cell and no key, no rule of the schema speaks.
Shown means: by a pattern or bound over a whole column that is narrower than the step's own
question, or by the step's own function over the distinct texts of the column. Where that fails the
answer is None, and the row-by-row check decides and finds the words.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .canon import needed_numbers, split_number
from .cells import as_it_stands
from .column_rules import SeriesRule, missing_texts, series_rule
from .columnar import FAULTS, prove
from .headers import Match, check_header, find_header
from .limits import Limits
from .plain_table import PlainTable, read_plain
from .plan import Column, Plan, label_key
from .report import Collector
from .rows import RowReader
from .rules import bounds_of, missing_among, outside
from .tables import Table, cell_text
from .verdict import Canonical, read_schema, verdict

if TYPE_CHECKING:
    import polars

MIN_BYTES = 2 * 1024 * 1024
"""Below it, loading polars takes longer than it saves."""
LOADED_SHARE = 8
"""Where polars is loaded already, files of this part of the size are worth it."""
DISTINCT = 20_000
"""Up to so many distinct texts a column is tested text by text in Python."""


@dataclass(frozen=True)
class PlainVerdict:
    """A table that is accepted: how many rows, which (where they are kept), notes on its header."""

    count: int
    values: tuple[dict[str, str | None], ...]
    out: Collector
    engine: str


class _Doubt(Exception):
    """Raised where something cannot be shown by columns."""


def is_large(size: int) -> bool:
    """Whether a file of so many bytes is worth this way of judging it."""
    return size >= (MIN_BYTES // LOADED_SHARE if "polars" in sys.modules else MIN_BYTES)


def judge_plain(
    data: bytes, schema: Mapping[str, Any], plan: Plan, limits: Limits
) -> PlainVerdict | None:
    """Accept the table in CSV bytes, or return None: then nothing is said about it."""
    if plan.formula is not None and plan.column("capaian") is not None:
        return None
    table = read_plain(data, plan, limits)
    if table is None:
        return None
    out = Collector(limits.shown)
    try:
        return _Lane(table, schema, plan, limits, out).judge()
    except (_Doubt, *FAULTS):
        return None


def require(shown: bool) -> None:
    """Go on only with what is shown."""
    if not shown:
        raise _Doubt


class _Lane:
    """The proof for one table; every method raises _Doubt where it fails."""

    def __init__(
        self,
        table: PlainTable,
        schema: Mapping[str, Any],
        plan: Plan,
        limits: Limits,
        out: Collector,
    ) -> None:
        self._plan = plan
        self._schema = schema
        self._limits = limits
        self._out = out
        self._head = table.head
        match = find_header(table.head, plan, limits)
        if match is None or match.index != 0:
            raise _Doubt
        self._match: Match = match
        check_header(table.head, match, plan, out)
        width = len(table.columns)
        # every title is a column of the schema, so every cell has its place
        require(not out.has_errors and set(match.columns.values()) == set(range(1, width + 1)))
        self._series = {name: table.columns[n - 1] for name, n in match.columns.items()}
        self._first = table.columns[0]
        self._count = len(self._first)
        self._distinct = {name: _Texts(series) for name, series in self._series.items()}

    def judge(self) -> PlainVerdict:
        """Show every step in turn."""
        self.rows_are_data()
        self.cells_stay()
        engine = self.engine_accepts()
        self.rules_are_silent()
        return PlainVerdict(self._count, self._values(), self._out, engine)

    def rows_are_data(self) -> None:
        """Each row has three cells that are filled, is no title, no total and no note."""
        names = {n: name for name, n in self._match.columns.items()}
        filled = [name for name, texts in self._distinct.items() if not texts.has_blank]
        require(len(filled) >= 3 and names[1] in filled)
        first = Table(None, list(self._head.rows[:2]))
        notes = Collector(self._limits.shown)
        reader = RowReader(first, self._match, self._plan, notes)
        require(len(reader.rows()) == 1 and not reader.totals and not notes.counts)
        title = label_key(self._match.labels[1])
        self._distinct[names[1]].none(lambda text: label_key(text) == title, _label_pattern(title))
        keys = {column.name for column in self._plan.columns if column.key}
        for name in {names[1], *(keys & self._series.keys())}:
            self._distinct[name].none(
                lambda text: bool(reader.total_mark.match(text.strip())),
                r"(?i)\A\s*(?:grand |sub ?)?(?:jumlah|total|rata-rata|rerata)",
            )

    def cells_stay(self) -> None:
        """Each cell is blank, or a text that typing would leave as it is."""
        for column in self._plan.columns:
            if column.name in self._distinct:
                self._distinct[column.name].all(_blank_or(as_it_stands(column)), _stays(column))
        split = split_number(self._head, self._match, self._plan)
        if split:
            moved = self._plan.columns[split].name
            self._distinct[moved].none(str.isdigit, r"\A[0-9]+\z")

    def engine_accepts(self) -> str:
        """frictionless objects to no cell, no key and not to the schema; return its name."""
        fields = read_schema(self._schema).fields
        require(all(missing_texts(one) == [""] for one in fields))
        texts = {one.name: self._distinct.get(one.name) for one in fields}
        for one in fields:
            column = texts[one.name]
            left = {""} if column is None else column.outside_of(series_rule(one))
            require(not prove(one, left).bad)
            if one.constraints.get("unique") and column is not None:
                require(column_keeps_values(one, column) and column.has_no_twins())
        self._primary_key(fields, texts)
        first = self._head.rows[1][1]
        places = [self._match.columns.get(one.name, 0) for one in fields]
        sample = [cell_text(first[place - 1]) if place else "" for place in places]
        judged = verdict(Canonical([sample], [2]), self._schema, self._plan, self._limits)
        require(judged.accepted)
        return judged.engine

    def _primary_key(self, fields: Sequence[Any], texts: Mapping[str, _Texts | None]) -> None:
        parts = []
        for one in fields:
            if one.name in self._plan.primary_key:
                column = texts[one.name]
                require(column is not None)
                assert column is not None
                require(column_keeps_values(one, column))
                parts.append(column)
        if not parts:
            return
        require(any(not column.has_blank for column in parts))
        if len(parts) == 1:
            require(parts[0].has_no_twins())
            return
        frame = parts[0].series.rename("0").to_frame()
        for number, column in enumerate(parts[1:], start=1):
            frame = frame.with_columns(column.series.rename(str(number)))
        require(not frame.is_duplicated().any())

    def rules_are_silent(self) -> None:
        """No number lies outside a bound of the schema's own rules; the regions are all there."""
        wanted = needed_numbers(self._plan)
        for column in self._plan.columns:
            if not column.is_number or column.name not in wanted & self._series.keys():
                continue
            for bound in bounds_of(column, self._plan):
                low = float("-inf") if bound.minimum is None else float(bound.minimum)
                high = float("inf") if bound.maximum is None else float(bound.maximum)
                left = self._distinct[column.name].not_between(low, high, column.decimal_char)
                numbers = [Decimal(t.replace(column.decimal_char, ".")) for t in left if t]
                require(all(outside(number, bound) is None for number in numbers))
        region = self._plan.with_role("wilayah")
        if region is not None and self._plan.required_regions:
            require(region.name in self._distinct)
            require(not missing_among(self._distinct[region.name].few(), self._plan))

    def _values(self) -> tuple[dict[str, str | None], ...]:
        """The canonical rows as a report keeps them: numbers with a point, None for blank."""
        if self._count > self._limits.max_values:
            return ()
        columns: list[Sequence[str | None]] = []
        for column in self._plan.columns:
            if column.name not in self._series:
                columns.append([None] * self._count)
                continue
            texts = self._series[column.name].to_list()
            if column.is_number:
                texts = [text.replace(column.decimal_char, ".") for text in texts]
            columns.append([text or None for text in texts])
        names = [column.name for column in self._plan.columns]
        return tuple(dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


class _Texts:
    """The texts of one column, and questions about all of them."""

    def __init__(self, series: polars.Series) -> None:
        self.series = series
        self._unique: set[str] | None = None
        # a look at the first ones spares most columns of many texts the count of all
        if series.head(2 * DISTINCT).n_unique() <= DISTINCT:
            texts = series.unique()
            self._unique = set(texts.to_list()) if len(texts) <= DISTINCT else None
        self.has_blank = bool((series == "").any())
        self._ascii: bool | None = None

    def few(self) -> set[str]:
        """The distinct texts; a doubt where they are many."""
        require(self._unique is not None)
        return self._unique or set()

    def every(self) -> set[str]:
        """The distinct texts, however many."""
        return set(self.series.unique().to_list()) if self._unique is None else self._unique

    def none(self, test: Callable[[str], bool], pattern: str) -> None:
        """Show that no text passes `test`; `pattern` finds at least those, in ASCII text."""
        if self._unique is not None:
            require(not any(map(test, self._unique)))
        else:
            self._require_ascii()
            require(not self.series.str.contains(pattern).any())

    def all(self, test: Callable[[str], bool], pattern: str | None) -> None:
        """Show that each text passes `test`; `pattern` finds at most those, in ASCII text."""
        if self._unique is not None:
            require(all(map(test, self._unique)))
        elif pattern is None:
            require(False)
        else:
            self._require_ascii()
            require(bool(self.series.str.contains(pattern).all()))

    def outside_of(self, rule: SeriesRule | None) -> set[str]:
        """Return the distinct texts that a rule does not accept."""
        if self._unique is not None:
            return self._unique
        if rule is None:
            return self.every()
        return set(self.series.filter(~rule(self.series)).unique().to_list())

    def not_between(self, low: float, high: float, mark: str) -> set[str]:
        """Return the distinct texts whose numbers are not surely between two bounds."""
        numbers = self.series.str.replace(mark, ".", literal=True).cast(float, strict=False)
        inside = ((numbers > low) & (numbers < high)).fill_null(False)
        return set(self.series.filter(~inside).unique().to_list())

    def has_no_twins(self) -> bool:
        """Whether no text but the blank one occurs twice."""
        if self.has_blank:
            filled = self.series.filter(self.series != "")
            return filled.n_unique() == len(filled)
        return self.series.n_unique() == len(self.series)

    def _require_ascii(self) -> None:
        if self._ascii is None:
            sizes = self.series.str.len_bytes().sum(), self.series.str.len_chars().sum()
            self._ascii = sizes[0] == sizes[1]
        require(self._ascii)


def column_keeps_values(one: Any, column: _Texts) -> bool:
    """Whether two texts of a column differ exactly where frictionless' values do."""
    if one.type == "string" and one.format == "default":
        return True
    rule = series_rule(one)
    if one.type == "integer" and rule is not None and not column.outside_of(rule) - {""}:
        return True
    texts = column.every()
    read = one.create_value_reader()
    return len({read(text) for text in texts if text}) == len(texts - {""})


def _blank_or(quick: Callable[[str], object]) -> Callable[[str], bool]:
    return lambda text: not text or bool(quick(text))


def _stays(column: Column) -> str | None:
    """A pattern (of Rust's regex) for ASCII texts that `as_it_stands` lets through, and blanks."""
    if column.role:
        return None
    if column.is_number:
        decimal = column.type == "number" and column.decimal_char == ","
        decimals = "(?:,(?:[0-9]{1,2}|[0-9]{4,15}))?" if decimal else ""
        return f"\\A(?:(?:0|-?[1-9][0-9]{{0,14}}){decimals})?\\z"
    return r"\A(?:[^#\s](?:.*\S)?)?\z"


def _label_pattern(title: str) -> str:
    """A pattern that every ASCII text reads like that is compared equal to this title."""
    words = [word for word in title.split(" ") if word]
    if not title.isascii() or not all(word.isalnum() for word in words):
        # such a title equals no text that a narrower pattern could find: everything is suspect
        return ""
    return r"(?i)\A[\s_\-./:*]*" + r"[\s_\-./:*]+".join(words) + r"[\s_\-./:*]*\z"
