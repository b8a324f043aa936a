"""The list of assignments of a year as a workbook: written here, read by the check's own reader.

Reading happens in the sandbox: the sheet has a Table Schema, so that a wrong code, an unknown
agency or a date that is none is an error at its cell, in the same words as for any other file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from ckanext.lppd.workbook.lembar import fill, put, workbook_bytes

SHEET = "Penugasan"
LIST_SHEET = "_daftar"
YES, NO = "ya", "tidak"
# the parts of a formula that the sheet has a contributor's column for; others are set on the page
PARTS_SHOWN = 2
COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("kode", "Kode", 12),
    ("indikator", "Indikator", 60),
    ("perangkat_daerah", "Perangkat daerah", 42),
    ("penyumbang_1", "Penyumbang bagian pertama", 42),
    ("penyumbang_2", "Penyumbang bagian kedua", 42),
    ("tenggat", "Tenggat", 14),
    ("prioritas", "Data Prioritas", 14),
)
_AGENCIES = ("perangkat_daerah", "penyumbang_1", "penyumbang_2")


def assignments_workbook(rows: Sequence[Mapping[str, Any]], agencies: Sequence[str]) -> bytes:
    """Return the XLSX of a year's assignments.

    Args:
        rows: one mapping a row, keyed as `COLUMNS`: names of agencies as in `agencies` or None,
            `tenggat` a date or None, `prioritas` a boolean.
        agencies: names for the drop-downs.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    last = fill(
        sheet,
        [title for _name, title, _width in COLUMNS],
        ([_shown(name, row.get(name)) for name, _title, _width in COLUMNS] for row in rows),
        [width for _name, _title, width in COLUMNS],
    )
    names = book.create_sheet(LIST_SHEET)
    for number, agency in enumerate(agencies, start=1):
        put(names, number, 1, agency)
    names.sheet_state = "hidden"
    _drop_down(sheet, "C", "E", last, f"'{LIST_SHEET}'!$A$1:$A${max(len(agencies), 1)}")
    _drop_down(sheet, "G", "G", last, f'"{YES},{NO}"')
    return workbook_bytes(book)


def _shown(name: str, value: Any) -> Any:
    return (YES if value else NO) if name == "prioritas" else value


def _drop_down(sheet: Any, first: str, last: str, rows: int, choices: str) -> None:
    validation = DataValidation(type="list", formula1=choices, allow_blank=True)
    validation.error = "Pilih dari daftar."
    validation.showErrorMessage = True
    sheet.add_data_validation(validation)
    validation.add(f"{first}2:{last}{max(rows, 2)}")


def assignments_schema(codes: Sequence[str], agencies: Sequence[str]) -> dict[str, Any]:
    """Return the Table Schema that an uploaded list must satisfy."""
    fields: list[dict[str, Any]] = []
    for name, title, _width in COLUMNS:
        field: dict[str, Any] = {"name": name, "type": "string", "title": title}
        if name == "kode":
            field["constraints"] = {"required": True, "enum": list(codes)}
        elif name in _AGENCIES:
            field["constraints"] = {"enum": list(agencies)}
        elif name == "prioritas":
            field["constraints"] = {"enum": [YES, NO]}
        elif name == "tenggat":
            field["type"] = "date"
        fields.append(field)
    return {
        "fields": fields,
        "primaryKey": ["kode"],
        "missingValues": [""],
        "lppd": {"versi": 1, "jenis": "penugasan", "lembar_bantu": [LIST_SHEET]},
    }


def read_row(
    values: Mapping[str, str | None], parts: Sequence[str], agencies: Mapping[str, str]
) -> dict[str, Any]:
    """Return one row of a list that passed its schema as a wish for `assignments.plan`.

    Args:
        values: canonical text of the row.
        parts: names of the parts of the indicator's formula.
        agencies: name in the list -> id of the organisation.

    Raises:
        ValueError: for a date that is none.
    """
    wish: dict[str, Any] = {"kode": values["kode"]}
    if "perangkat_daerah" in values:
        wish["owner_org"] = agencies.get(values["perangkat_daerah"] or "")
    if "tenggat" in values:
        text = values["tenggat"]
        wish["due"] = date.fromisoformat(text[:10]) if text else None
    if "prioritas" in values:
        wish["prioritas"] = values["prioritas"] == YES
    contributors = {}
    for number, part in enumerate(parts[:PARTS_SHOWN], start=1):
        if f"penyumbang_{number}" in values:
            contributors[part] = agencies.get(values[f"penyumbang_{number}"] or "")
    wish["penyumbang"] = contributors
    return wish
