"""Which rows of a large table share a key with another, told from a number for each key.

The numbers are hashes: equal keys give equal ones. Different keys that happen to give the same
number only make two rows more to be looked at. A key is compared as frictionless compares it, by
the values of its cells; for text and whole numbers, written in one way, that is the text itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .column_rules import writes_one_way
from .plain_table import load_polars

if TYPE_CHECKING:
    import polars


class Key:
    """One key: a column that must be unique, or the columns of the primary key together."""

    def __init__(self, fields: Sequence[Any]) -> None:
        """Take frictionless' fields of the key."""
        self._fields = fields
        self._values: dict[str, dict[str, str]] = {one.name: {} for one in fields}
        self._hashes: list[polars.Series] = []
        self._last: str | None = None
        self._ascending = True

    def add(self, columns: Mapping[str, polars.Series]) -> list[int]:
        """Take the next rows, given by the columns of the fields.

        Returns the places of some rows among them that share a key: those that follow one another.
        """
        texts = self._texts(columns)
        hashes = texts.hash()
        self._hashes.append(hashes)
        if self._ascending and len(texts):
            first, last = texts[0], texts[-1]
            before = self._last is None or _order(self._last) <= _order(first)
            self._ascending = before and _is_ascending(texts)
            self._last = last
        # blank cells are no key
        after = ((hashes == hashes.shift(1)) & (texts != "")).arg_true().to_list()
        return [place + step for place in after for step in (-1, 0)]

    def twins(self, typed: Mapping[str, polars.Series], places: Sequence[int]) -> list[int]:
        """Return the places of rows whose key occurs more than once, as written or once typed.

        `typed` are the columns of some rows as the ordinary check types them, `places` where these
        rows stand.
        """
        pl = load_polars()
        hashes = pl.concat(self._hashes)
        # in an ascending column equal keys are beside one another already
        ordered = hashes if self._ascending else hashes.sort()
        found = ordered.filter(ordered == ordered.shift(1))
        if places:
            made = self._texts(typed).hash()
            # a key that typing leaves as it is has been compared with all others above
            found = pl.concat([found, made.filter(made != hashes.gather(places))])
        # blank cells are no key
        blank = pl.Series([""]).hash()
        found = found.filter(found != blank[0]).unique()
        return list(hashes.is_in(found).arg_true()) if len(found) else []

    def _texts(self, columns: Mapping[str, polars.Series]) -> polars.Series:
        """One text for each key, equal exactly where the keys are."""
        pl = load_polars()
        parts = [self._one_way(one, columns[one.name]) for one in self._fields]
        if len(parts) == 1:
            return parts[0]
        named = {str(number): part for number, part in enumerate(parts)}
        # no text of a plain table holds this mark
        return pl.DataFrame(named).select(pl.concat_str(pl.all(), separator="\n")).to_series()

    def _one_way(self, one: Any, texts: polars.Series) -> polars.Series:
        """The texts of one column, with equal values written in one way."""
        if (one.type == "string" and one.format == "default") or writes_one_way(one):
            return texts
        known = self._values[one.name]
        cast = one.create_value_reader()
        for text in texts.unique().to_list():
            if text not in known:
                # equal values have equal hashes
                known[text] = str(hash(cast(text))) if text else ""
        return texts.replace_strict(list(known), list(known.values()))


def _order(text: str) -> tuple[int, bytes]:
    data = text.encode("utf-8")
    return len(data), data


def _is_ascending(texts: polars.Series) -> bool:
    """Whether each text is longer than the one before, or as long and not less."""
    sizes = texts.str.len_bytes()
    if not sizes.is_sorted():
        return False
    shortest, longest = sizes[0], sizes[-1]
    starts = [sizes.search_sorted(size) for size in range(shortest, longest + 1)]
    ends = [*starts[1:], len(texts)]
    return all(
        texts.slice(start, end - start).is_sorted() for start, end in zip(starts, ends, strict=True)
    )
