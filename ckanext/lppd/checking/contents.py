"""The tables of a file as they stand, without any rule: for workbooks of our own making."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from .formats import guard_kind, read_file
from .limits import DEFAULT, Limits
from .tables import Cell, Table, Typed
from .xlsx import read_workbook


def read_tables(path: Path, limits: Limits = DEFAULT) -> list[Table]:
    """Return every sheet of the XLSX workbook at `path`, hidden ones too.

    Runs in the calling process: for uploads use `read_in_sandbox`. Raises Stop for a file that is
    no workbook or exceeds a limit.
    """
    data = read_file(path, limits)
    guard_kind(data, "xlsx")
    return read_workbook(data, limits)


def tables_to_list(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """Return names, rows and cells as JSON-safe data; merged areas and notes are left out."""
    return [
        {
            "name": table.name,
            "hidden": table.hidden,
            "rows": [[number, [_cell_out(cell) for cell in cells]] for number, cells in table.rows],
        }
        for table in tables
    ]


def tables_from_list(data: Sequence[Mapping[str, Any]]) -> list[Table]:
    """Return what `tables_to_list` wrote; raises ValueError, KeyError or TypeError for all else."""
    return [
        Table(
            name=None if item["name"] is None else str(item["name"]),
            hidden=item["hidden"] is True,
            rows=[
                (int(number), [_cell_in(cell) for cell in cells]) for number, cells in item["rows"]
            ],
        )
        for item in data
    ]


def _cell_out(cell: Cell) -> str | list[str | None]:
    if isinstance(cell, str):
        return cell
    return [cell.kind, cell.text, None if cell.value is None else str(cell.value), cell.iso]


def _cell_in(data: Any) -> Cell:
    if isinstance(data, str):
        return data
    kind, text, value, iso = data
    return Typed(str(kind), str(text), None if value is None else Decimal(value), iso)
