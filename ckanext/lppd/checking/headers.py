"""Finding the row of column titles and matching it with the schema.

A title matches by the field's name or title; case, spaces, underscores and a mark of obligation
do not count. What is repaired (another order, another way to write a title, rows above, an optional
column left out) is noted; what has two readings is an error that says where.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .limits import Limits
from .plan import Column, Plan, label_key
from .report import Collector, Stop
from .tables import Cell, Table, cell_text, column_letters, is_blank

_CLOSE = 0.7


@dataclass
class Match:
    """What one row would mean as a header: columns by field, and titles that no field has."""

    index: int
    row: int
    columns: dict[str, int] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    twice: list[tuple[int, int]] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


def match_row(
    index: int,
    row: int,
    cells: Sequence[Cell],
    plan: Plan,
    by_key: Mapping[str, str] | None = None,
) -> Match:
    """Match the cells of one row with the fields of the plan; `by_key` are its `field_keys`."""
    by_key = field_keys(plan) if by_key is None else by_key
    match = Match(index, row)
    for number, cell in enumerate(cells, start=1):
        if is_blank(cell):
            continue
        label = " ".join(cell_text(cell).split())
        match.labels[number] = label
        name = by_key.get(label_key(label))
        if name is None:
            match.unknown.append(number)
        elif name in match.columns:
            match.twice.append((number, match.columns[name]))
        else:
            match.columns[name] = number
    return match


def field_keys(plan: Plan) -> dict[str, str]:
    """Return the names of the fields by the keys of the titles that mean them."""
    return {key: column.name for column in plan.columns for key in column.keys}


def find_header(table: Table, plan: Plan, limits: Limits) -> Match | None:
    """Return the best header row among the first rows, or None when none looks like one."""
    wanted = min(2, len(plan.columns))
    best: Match | None = None
    by_key = field_keys(plan)
    for index, (row, cells) in enumerate(table.rows[: limits.header_search]):
        match = match_row(index, row, cells, plan, by_key)
        if len(match.columns) >= wanted and (
            best is None or len(match.columns) > len(best.columns)
        ):
            best = match
            if len(match.columns) == len(plan.columns):
                # no row can be better
                break
    return best


def is_complete(match: Match, plan: Plan) -> bool:
    """Whether every column that must be there is there."""
    return all(c.name in match.columns or c.may_be_absent for c in plan.columns)


def no_header(table: Table, plan: Plan) -> Stop:
    """Return the Stop for a table without a header row, pointing at its first row."""
    first = next((row for row, cells in table.rows if not all(map(is_blank, cells))), 1)
    names = ", ".join(column.name for column in plan.columns)
    return Stop("kepala_tidak_ditemukan", sheet=table.name, row=first, params={"daftar": names})


def check_header(table: Table, match: Match, plan: Plan, out: Collector) -> None:
    """Note everything about the header row: errors first, then what was repaired."""
    missing = [column for column in plan.columns if column.name not in match.columns]
    if _split_over_two_rows(table, match, missing, plan, out):
        return
    _note_merged(table, match, missing, out)
    unknown = _note_misspelt(table, match, missing, out)
    for column in missing:
        if column.may_be_absent:
            out.add("kolom_ditambahkan", sheet=table.name, nama=column.name)
        else:
            out.add("kolom_hilang", sheet=table.name, row=match.row, nama=column.name)
    for number, first in match.twice:
        out.add(
            "kolom_ganda",
            sheet=table.name,
            cell=f"{column_letters(number)}{match.row}",
            row=match.row,
            value=match.labels[number],
            sel_lain=f"{column_letters(first)}{match.row}",
        )
    for number in unknown:
        out.add(
            "kolom_tidak_dikenal",
            sheet=table.name,
            cell=f"{column_letters(number)}{match.row}",
            row=match.row,
            value=match.labels[number],
        )
    _note_repairs(table, match, plan, out)


def _split_over_two_rows(
    table: Table, match: Match, missing: list[Column], plan: Plan, out: Collector
) -> bool:
    """Note a header whose missing titles stand in the row above or below it."""
    names = {column.name for column in missing if not column.may_be_absent}
    for index in (match.index - 1, match.index + 1):
        if not names or not 0 <= index < len(table.rows):
            continue
        row, cells = table.rows[index]
        other = match_row(index, row, cells, plan)
        if abs(row - match.row) == 1 and names & other.columns.keys() and not _is_data(cells, plan):
            daftar = ", ".join(column.name for column in plan.columns)
            out.add("kepala_dua_baris", sheet=table.name, row=min(row, match.row), daftar=daftar)
            return True
    return False


def _is_data(cells: Sequence[Cell], plan: Plan) -> bool:
    allowed = {value for column in plan.columns for value in column.enum}
    return any(cell_text(cell).strip() in allowed for cell in cells)


def _note_merged(table: Table, match: Match, missing: list[Column], out: Collector) -> None:
    """Note a merged title: it hides the titles beside it, which are then not missing as well."""
    for area in table.merged:
        if area.top <= match.row <= area.bottom and area.right > area.left:
            hidden = [c for c in missing if not c.may_be_absent]
            if not hidden or not any(area.left <= n <= area.right for n in match.labels):
                continue
            out.add(
                "sel_gabung",
                sheet=table.name,
                cell=area.span.partition(":")[0],
                row=area.top,
                rentang=area.span,
            )
            missing[:] = [column for column in missing if column.may_be_absent]


def _note_misspelt(table: Table, match: Match, missing: list[Column], out: Collector) -> list[int]:
    """Note unknown titles close to a missing one; take both off their lists."""
    unknown: list[int] = []
    for number in match.unknown:
        keys = {key: column for column in missing for key in column.keys}
        close = difflib.get_close_matches(label_key(match.labels[number])[:200], keys, 1, _CLOSE)
        if not close:
            unknown.append(number)
            continue
        column = keys[close[0]]
        missing.remove(column)
        out.add(
            "kolom_salah_judul",
            sheet=table.name,
            cell=f"{column_letters(number)}{match.row}",
            row=match.row,
            value=match.labels[number],
            nama=column.name,
        )
    return unknown


def _note_repairs(table: Table, match: Match, plan: Plan, out: Collector) -> None:
    """Note what differs from the template without changing the meaning."""
    for column in plan.columns:
        number = match.columns.get(column.name)
        if number is None or match.labels[number] in (column.name, column.label):
            continue
        out.add(
            "judul_kolom_disesuaikan",
            sheet=table.name,
            cell=f"{column_letters(number)}{match.row}",
            row=match.row,
            value=match.labels[number],
            nama=column.name,
        )
    places = [match.columns[c.name] for c in plan.columns if c.name in match.columns]
    if places != sorted(places):
        out.add("urutan_kolom", sheet=table.name)
    above = sum(not all(map(is_blank, cells)) for _, cells in table.rows[: match.index])
    if above:
        out.add("baris_judul_dilewati", sheet=table.name, row=match.row, jumlah=str(above))
