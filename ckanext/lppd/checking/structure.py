"""Detail tables have no schema of their own: their header names the columns, all of them text.

What is checked then is the structure: a readable file of the right kind, one header, titles that
are there and differ, rows that fit under them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..numbers import Wrong, read_number
from .limits import Limits
from .plan import label_key
from .report import Stop
from .tables import DELIMITERS, Cell, Table, cell_text, column_letters, decode, is_blank, read_csv
from .xlsx import read_workbook

STRUCTURE_ONLY = "rincian"


def is_structure_only(schema: Mapping[str, Any]) -> bool:
    """Tell whether a schema asks for the structure alone: no fields, and said so under "lppd"."""
    return schema.get("fields") == [] and (schema.get("lppd") or {}).get("jenis") == STRUCTURE_ONLY


def schema_of_header(data: bytes, format: str, limits: Limits) -> dict[str, Any]:
    """Return a Table Schema with a text field for every title of the file's own header.

    The header is the first row with more than one filled cell, so that titles above the table are
    passed over. Raises Stop for a file without content, for two titles that
    read the same, and for a row of numbers where the titles should be.
    """
    row, cells, sheet = max(
        (_header(table, limits) for table in _tables(data, format, limits)),
        key=lambda found: _filled(found[1]),
        default=(0, (), None),
    )
    names: dict[str, int] = {}
    fields = []
    for number, cell in enumerate(cells, start=1):
        if is_blank(cell):
            continue
        label = " ".join(cell_text(cell).split())
        first = names.setdefault(label_key(label), number)
        if first != number:
            raise Stop(
                "kolom_ganda",
                sheet=sheet,
                cell=f"{column_letters(number)}{row}",
                row=row,
                value=label,
                params={"sel_lain": f"{column_letters(first)}{row}"},
            )
        fields.append({"name": label, "type": "string"})
    if not fields:
        raise Stop("berkas_kosong")
    numbers = [f["name"] for f in fields if not isinstance(read_number(f["name"]), Wrong)]
    if 2 * len(numbers) > len(fields):
        raise Stop("judul_berupa_angka", sheet=sheet, row=row, value=numbers[0])
    return {"fields": fields, "missingValues": [""], "lppd": {"jenis": STRUCTURE_ONLY}}


def _tables(data: bytes, format: str, limits: Limits) -> list[Table]:
    if format == "xlsx":
        return [table for table in read_workbook(data, limits) if table.rows and not table.hidden]
    text, _encoding = decode(data)
    lines = text.splitlines(keepends=True)[: limits.header_search]
    # a comma may stand inside decimals, so it is the last choice among equals
    marks = sorted(DELIMITERS, key=lambda mark: mark == ",")
    return [read_csv("".join(lines), mark, limits) for mark in marks]


def _header(table: Table, limits: Limits) -> tuple[int, Sequence[Cell], str | None]:
    rows = table.rows[: limits.header_search]
    several = (row for row in rows if _filled(row[1]) > 1)
    row, cells = next(several, next(iter(rows), (0, ())))
    return row, cells, table.name


def _filled(cells: Sequence[Cell]) -> int:
    return sum(not is_blank(cell) for cell in cells)
