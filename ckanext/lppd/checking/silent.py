"""One column of a large table: of which texts nothing would be said, whatever row they stand in.

A text is silent when typing leaves it as it is, frictionless' own reader has no objection to it, no
bound of the schema speaks, and it cannot make its row a title, a total or a note. `SilentColumn`
asks exactly that, text by text, of the distinct texts of a column. Where there are many, a pattern
over the whole column answers first; it finds a strict subset, and the rest is asked text by text.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any

from .cells import as_it_stands
from .column_rules import SeriesTest, inside_test, rule_for, same_pattern
from .columnar import FAULTS
from .plain_table import Doubt, load_polars
from .plan import Bound, Column, label_key
from .rules import outside

if TYPE_CHECKING:
    import polars

SAMPLE = 4_000
FEW = 300
"""Where a sample has no more distinct texts, the whole column is asked text by text."""
_MEMO = 200_000
# what Python takes for a space at either end; Rust's \s knows all the others
_SPACES = r"\s\x{1c}-\x{1f}\x{200b}\x{feff}"


@dataclass(frozen=True)
class Place:
    """What is asked of a column because of where it stands."""

    title: str | None = None
    """Its title, where a text like it may make the row a repeated header."""
    total_mark: re.Pattern[str] | None = None
    """What makes the row a total."""
    filled: bool = False
    """Whether a blank cell may change what the row is."""
    odd: str = ""
    """Characters that make the table one that is not plain."""
    no_digits: bool = False
    """Whether digits alone may be the decimals of the cell before."""


class SilentColumn:
    """Answers for one column; keeps what it was asked."""

    def __init__(self, column: Column, one: Any, bounds: Sequence[Bound], place: Place) -> None:
        """Take the column of the plan, frictionless' field, the bounds of the rules, the place."""
        self._column = column
        self._bounds = bounds
        self._place = place
        self._stays = as_it_stands(column)
        self._read = one.create_cell_reader()
        self._known: dict[str, bool] = {}
        self._rule = rule_for(one)
        self._shape = _shape(column, one, bounds, place) if self._rule is not None else None

    def is_silent(self, text: str) -> bool:
        """Whether nothing is to be said about a cell with this text; raises Doubt for odd ones."""
        answer = self._known.get(text)
        if answer is None:
            if any(mark in text for mark in self._place.odd):
                raise Doubt
            try:
                answer = self._ask(text)
            except FAULTS:
                # frictionless itself must meet it, and raise
                answer = False
            if len(self._known) < _MEMO:
                self._known[text] = answer
        return answer

    def _ask(self, text: str) -> bool:
        # the reader takes ten times as long as a rule, and would accept what the rule accepts
        if self._rule is None or not self._rule(text):
            value, notes = self._read(text)
            if notes or (value is None) is bool(text):
                return False
        if not text:
            return not self._place.filled
        if not self._stays(text) or (self._place.no_digits and text.isdigit()):
            return False
        if self._place.title is not None and label_key(text) == self._place.title:
            return False
        if self._place.total_mark is not None and self._place.total_mark.match(text.strip()):
            return False
        if not self._bounds:
            return True
        number = Decimal(text.replace(self._column.decimal_char, "."))
        return all(outside(number, bound) is None for bound in self._bounds)

    def loud(self, series: polars.Series) -> tuple[polars.Series | None, bool]:
        """Return which cells are not silent (None: no one is not), and whether some are blank."""
        pl = load_polars()
        if self._shape is None or self._has_few(series):
            texts = series.unique().to_list()
            bad = [text for text in texts if not self.is_silent(text)]
            return (series.is_in(pl.Series(bad, dtype=pl.String)) if bad else None), "" in texts
        good = self._shape(series)
        if good.all():
            return None, False
        rest = series.filter(~good).unique().to_list()
        bad = [text for text in rest if not self.is_silent(text)]
        return (series.is_in(pl.Series(bad, dtype=pl.String)) if bad else None), "" in rest

    @staticmethod
    def _has_few(series: polars.Series) -> bool:
        sample = series.gather_every(max(1, len(series) // SAMPLE))
        # where most texts are different, asking each of them is no gain
        return bool(sample.n_unique() <= min(FEW, len(sample) // 2))


def _shape(column: Column, one: Any, bounds: Sequence[Bound], place: Place) -> SeriesTest | None:
    """Return a test that finds, in a column of text, none but silent texts; None: there is none."""
    if column.role:
        return None
    if column.is_number:
        # a number is no total, and no title that has letters
        lettered = place.title is None or any(map(str.isalpha, place.title))
        return inside_test(one, bounds) if lettered else None
    if one.type != "string" or place.no_digits:
        return None
    own = same_pattern(one)
    if own is None:
        return None
    least = max(int(one.constraints.get("minLength") or 0), 1)
    most = one.constraints.get("maxLength")
    watched = place.title is not None or place.total_mark is not None

    # each pattern costs as much as the next, so one asks all that can be asked together
    odd = re.escape(place.odd)
    marks = _marks(place.title) if watched else ""
    start = f"(?i)\\A[^#{_SPACES}{odd}{marks}]"
    # what its own pattern finds are ASCII letters, digits, spaces and a few marks, none of them odd
    patterns = [own] if own else [f"{start}[^{odd}]*\\z" if odd else start]
    if own and (watched or " " in own):
        patterns.append(start)

    def test(series: polars.Series) -> polars.Series:
        good = reduce(operator.and_, map(series.str.contains, patterns))
        if least > 1:
            good = good & (series.str.len_chars() >= least)
        if most is not None:
            # no text has more characters than bytes
            good = good & (series.str.len_bytes() <= most)
        return good

    return test


def _marks(title: str | None) -> str:
    """What stands inside of a class of all that may begin a total or a text like this title.

    Both begin with a letter that is also an ASCII letter once case and form are set aside, or else
    are asked text by text.
    """
    starts = {"j", "t", "r", "g", "s"} | ({title[0]} if title else set())
    letters = "".join(re.escape(letter) for letter in sorted(starts))
    return f"{letters}*_\\-./:\\x{{80}}-\\x{{10ffff}}"
