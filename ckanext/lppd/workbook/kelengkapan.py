"""Kelengkapan as files: the list as CSV, list and both tables as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from ckanext.lppd.workbook.lembar import csv_bytes, fill, workbook_bytes

LIST = (
    "Edisi",
    "Kode",
    "Indikator",
    "Urusan",
    "Perangkat daerah",
    "Keadaan",
    "Data Prioritas",
    "Tenggat",
    "Dijanjikan",
    "Terlambat",
)
_WIDTHS = (10, 12, 60, 36, 42, 30, 14, 14, 14, 12)
NOBODY = "Belum ditugaskan"


def _row(item: Mapping[str, Any], labels: Mapping[str, str]) -> list[Any]:
    return [
        item["edisi"],
        item["kode"],
        item["nama"],
        item["urusan"],
        item["owner_org_title"] or NOBODY,
        labels.get(item["state"], item["state"]),
        "ya" if item["prioritas"] else "tidak",
        item["due"] or "",
        item["dijanjikan"] or "",
        "ya" if item["terlambat"] else "tidak",
    ]


def completeness_csv(items: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> bytes:
    """Return the list of isian as CSV; `labels` name the states."""
    return csv_bytes(LIST, (_row(item, labels) for item in items))


def completeness_workbook(
    agencies: Sequence[Mapping[str, Any]],
    affairs: Sequence[Mapping[str, Any]],
    items: Sequence[Mapping[str, Any]],
    labels: Mapping[str, str],
) -> bytes:
    """Return the XLSX with three sheets; lines as `overview.Line.to_dict` gives them."""
    book = Workbook()
    sheets = (("Perangkat daerah", agencies), ("Urusan", affairs))
    for number, (title, lines) in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = title
        head = [title, "Lengkap (%)", *labels.values(), "Terlambat", "Jumlah"]
        rows = (
            [
                line["judul"] or NOBODY,
                line["persen"],
                *(line["jumlah"][state] for state in labels),
                line["terlambat"],
                line["total"],
            ]
            for line in lines
        )
        fill(sheet, head, rows, [44])
    fill(book.create_sheet("Isian"), LIST, (_row(item, labels) for item in items), _WIDTHS)
    return workbook_bytes(book)
