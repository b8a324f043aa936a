"""The columnar lane: which rows of a large table frictionless must judge itself, and which not.

frictionless takes every row through its loop, cell by cell. For nearly all rows of a large table
the outcome is known beforehand: equal texts of one column have equal outcomes, and a row without
an objection matters to no other row unless they share a key. `suspect_rows` therefore leaves out
only rows of which it is proven that frictionless would say nothing about them, nor about another
row because of them:

- every distinct text of a column goes through frictionless' own cell reader, unless a rule
  accepts it; a rule accepts a strict subset of what the reader accepts;
- rows that are blank as a whole, and all rows that share a key with another, are suspect;
- where the table's shape or text could be read back differently from a file, nothing is proven.

The verdict on the rows that are left is frictionless' verdict on the table, flaw by flaw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .column_rules import missing_texts, rule_for, writes_one_way

MIN_ROWS = 40
"""Below it frictionless' own loop takes less time than the proof is worth."""
FEW = 64
"""So many distinct texts go through frictionless' reader without a rule."""
# what a reader, a constraint or a key that cannot be hashed may raise: then frictionless decides
FAULTS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, AssertionError)


@dataclass
class Proof:
    """What is known of one column: its distinct texts, those objected to, those that are blank.

    `values` are the cast values of the texts that a reader has read; other texts are proven.
    """

    texts: set[str]
    bad: set[str] = field(default_factory=set)
    blank: set[str] = field(default_factory=set)
    values: dict[str, Any] = field(default_factory=dict)


def suspect_rows(
    rows: Sequence[Sequence[str]], fields: Sequence[Any], primary_key: Sequence[str]
) -> list[int] | None:
    """Return the indices of the rows that frictionless must see, in order; None means all of them.

    `rows` are the cells as text, `fields` frictionless' fields in the same order. At least one row
    is returned, so that frictionless sees the schema and the header in any case.
    """
    if not rows or is_ragged(rows, len(fields)):
        return None
    columns = list(zip(*rows, strict=True))
    suspects: set[int] = set()
    proofs: list[Proof] = []
    try:
        for one, column in zip(fields, columns, strict=True):
            proof = prove(one, set(column))
            if has_odd_text(proof.texts):
                return None
            if proof.bad:
                suspects.update(n for n, text in enumerate(column) if text in proof.bad)
            proofs.append(proof)
        suspects.update(blank_rows(columns, proofs))
        suspects.update(key_rows(columns, fields, proofs, primary_key))
    except FAULTS:
        return None
    if 2 * len(suspects) > len(rows):
        return None
    return sorted(suspects) or [0]


def is_ragged(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether some row has more or fewer cells than there are fields."""
    return set(map(len, rows)) != {width}


def has_odd_text(texts: Collection[str]) -> bool:
    """Whether some text might not come back from a file as it is, or cannot be written at all."""
    whole = "".join(texts)
    if "\r" in whole or "\0" in whole:
        return True
    if not whole.isascii():
        whole.encode("utf-8")
    return False


def prove(one: Any, texts: set[str]) -> Proof:
    """Tell the texts of one column that frictionless objects to from those it does not."""
    proof = Proof(texts)
    rule = rule_for(one) if len(texts) > FEW else None
    doubtful: Collection[str] = texts
    if rule is not None:
        doubtful = [text for text in texts if not rule(text)]
    read = one.create_cell_reader()
    for text in doubtful:
        value, notes = read(text)
        proof.values[text] = value
        if notes:
            proof.bad.add(text)
        if value is None:
            proof.blank.add(text)
    return proof


def blank_rows(columns: Sequence[Sequence[str]], proofs: Sequence[Proof]) -> set[int]:
    """Return the rows in which no cell has a value."""
    left: Collection[int] = range(len(columns[0]))
    for column, proof in zip(columns, proofs, strict=True):
        if not proof.blank:
            return set()
        left = [n for n in left if column[n] in proof.blank]
    return set(left)


def key_rows(
    columns: Sequence[Sequence[str]],
    fields: Sequence[Any],
    proofs: Sequence[Proof],
    primary_key: Sequence[str],
) -> set[int]:
    """Return the rows that share a key with another row, or whose primary key is blank."""
    found: set[int] = set()
    names = [one.name for one in fields]
    for one, column, proof in zip(fields, columns, proofs, strict=True):
        if one.constraints.get("unique"):
            found.update(repeated(key_values(one, column, proof), blank=None))
    if primary_key:
        places = [names.index(name) for name in primary_key]
        parts = [key_values(fields[n], columns[n], proofs[n]) for n in places]
        nothing = (None,) * len(parts)
        keys: Sequence[Hashable] = list(zip(*parts, strict=True))
        if len(parts) == 1:
            keys, nothing = parts[0], None  # type: ignore[assignment]
        found.update(repeated(keys, blank=nothing))
        if nothing in set(keys):
            found.update(n for n, key in enumerate(keys) if key == nothing)
    return found


def key_values(one: Any, column: Sequence[str], proof: Proof) -> Sequence[Hashable]:
    """Return the values by which frictionless compares the cells of a key column."""
    read = {text for text in proof.values if text not in missing_texts(one)}
    if writes_one_way(one) and not read and not proof.blank:
        # the texts differ exactly where the values do
        return column
    values = dict(proof.values)
    cast = one.create_value_reader()
    for text in proof.texts:
        if text not in values:
            values[text] = cast(text)
    return [values[text] for text in column]


def repeated(keys: Sequence[Hashable], *, blank: Hashable) -> set[int]:
    """Return the places of all keys that occur more than once, other than the blank one."""
    if len(set(keys)) == len(keys):
        return set()
    counts = Counter(keys)
    return {n for n, key in enumerate(keys) if counts[key] > 1 and key != blank}
