"""From data rows to canonical rows: what the engine judges and what the rules compute with."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..numbers import write_number
from .cells import as_it_stands, typers
from .headers import Match
from .plan import RESULT, Plan
from .rows import DataRow
from .tables import Cell, Table, cell_text
from .verdict import Canonical, Flaw

NO_VALUE = "#N/A"


@dataclass
class Row:
    """One row as read: its number in the file, its plain texts, and the numbers that rules need.

    `source` has the texts to write the row again; a cell that could not be read keeps its own.
    """

    number: int
    texts: dict[str, str]
    numbers: dict[str, Decimal]
    source: tuple[str, ...] = ()


def canonical_rows(
    table: Table,
    match: Match,
    plan: Plan,
    data: Sequence[DataRow],
    note: Callable[[Flaw], None],
    faulty: set[tuple[int | None, str | None]],
    *,
    keep_source: bool = False,
) -> tuple[Canonical, list[Row]]:
    """Type every cell of the data rows.

    Findings go to `note`, which adds the cells at fault to `faulty`; such a cell goes on as blank,
    so that nothing else is said about it. With `keep_source` each row keeps what is needed to write
    it again.
    """
    names = [column.name for column in plan.columns]
    readers = typers(plan)
    steps = [
        (name, match.columns.get(name, 0) - 1, as_it_stands(column), readers[name])
        for name, column in zip(names, plan.columns, strict=True)
    ]
    numbers = [(n, c.name, c.decimal_char) for n, c in enumerate(plan.columns) if c.is_number]
    needed = needed_numbers(plan)
    split = split_number(table, match, plan)
    marked = {row for row, _ in faulty}
    canonical: list[list[str]] = []
    rows: list[Row] = []
    for row in data:
        texts: list[str] = []
        unread: dict[int, str] = {}
        cells, width, doubtful = row.cells, len(row.cells), row.number in marked
        for name, index, quick, read in steps:
            cell = cells[index] if 0 <= index < width else ""
            # most cells need no reading; the reader would give the same text
            if isinstance(cell, str) and (not cell or quick(cell)):
                texts.append(cell)
                continue
            outcome = read(cell)
            texts.append(outcome.text)
            if outcome.code is not None:
                doubtful = True
                if outcome.bad:
                    unread[len(texts) - 1] = _own_text(cell)
                shown = cell_text(cell).strip() if outcome.shown is None else outcome.shown
                note(Flaw(outcome.code, row.number, name, shown, outcome.params))
        source = _source(texts, unread, numbers) if keep_source else ()
        if split and texts[split].isdigit():
            doubtful = True
            note(Flaw("angka_terbelah", row.number, names[split], texts[split]))
            # every cell of the row may have moved, so nothing else is said about it
            faulty.add((row.number, None))
        if doubtful:
            texts = [
                "" if (row.number, name) in faulty else text
                for name, text in zip(names, texts, strict=True)
            ]
        canonical.append(texts)
        typed = Row(row.number, dict(zip(names, texts, strict=True)), {}, source)
        for position, name, mark in numbers:
            text = texts[position].replace(mark, ".")
            typed.texts[name] = text
            if text and name in needed:
                typed.numbers[name] = Decimal(text)
        rows.append(typed)
    return Canonical(canonical, [row.number for row in data]), rows


def _source(
    texts: list[str], unread: dict[int, str], numbers: list[tuple[int, str, str]]
) -> tuple[str, ...]:
    """Return the texts that read as this row again: a sure number stays sure when it is written."""
    source = list(texts)
    for place, _name, mark in numbers:
        if mark == "," and texts[place]:
            source[place] = write_number(Decimal(texts[place].replace(",", ".")))
    for place, text in unread.items():
        source[place] = text
    return tuple(source)


def _own_text(cell: Cell) -> str:
    """Return the text of a cell that could not be read, such that it cannot be read as text either.

    A date, or a formula without a result, must not turn into a number or a blank by being written
    down; Excel's own word for "no value" stands for it.
    """
    text = cell_text(cell).strip()
    if isinstance(cell, str) or cell.kind in {"number", "percent"}:
        return text
    return text if re.search(r"[^0-9.,\s]", text) else NO_VALUE


def needed_numbers(plan: Plan) -> set[str]:
    """Return the columns whose numbers some rule looks at."""
    parts = [part.name for part in plan.formula.parts] if plan.formula else []
    return {RESULT, *parts, *plan.bounds, *(plan.usual or ())}


def split_number(table: Table, match: Match, plan: Plan) -> int:
    """Return the place of the free-text column right after a number in a CSV with commas, or 0.

    There an unquoted `50,5` becomes two cells, and the row is not too long when the remark was
    left out: `5` then stands as the remark and the number would silently lose its decimals.
    Where other columns than free text follow, the moved cells cannot go unnoticed.
    """
    if table.name is not None or table.notes != [","]:
        return 0
    by_place = {match.columns[c.name]: c for c in plan.columns if c.name in match.columns}
    free = {
        place
        for place, column in by_place.items()
        if column.type == "string" and not (column.enum or column.key or column.required)
    }
    for place, column in by_place.items():
        before = by_place.get(place - 1)
        rest = {later for later in by_place if later >= place}
        if rest <= free and before is not None and before.is_number:
            return plan.columns.index(column)
    return 0
