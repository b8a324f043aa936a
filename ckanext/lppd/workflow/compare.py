"""A submission beside last year's published values, and the metadata that a reader will see."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import yaml

from ckanext.lppd.katalog import schemas_dir
from ckanext.lppd.model import Isian
from ckanext.lppd.release.manifest import stored_dataset
from ckanext.lppd.release.previous_year import previous
from ckanext.lppd.workflow.metadata import DATASET_TYPES

# Not from any rule: from here on a change is worth a second look.
JUMP_PERCENT = Decimal(25)
FIXED = ("kode_indikator", "tahun")
REGION = "kode_wilayah"


@dataclass(frozen=True)
class Compared:
    """One value, the one of the year before, and the change between them."""

    value: str | None
    before: str | None = None
    change: str | None = None
    jump: bool = False
    cell: str | None = None


@dataclass
class ComparedRow:
    """The values of one region; `key` is the region, or the first column where there is none."""

    key: str
    values: dict[str, Compared] = field(default_factory=dict)
    remark: str = ""


def change_of(value: str | None, before: str | None) -> tuple[str | None, bool]:
    """Return the change in percent with one decimal and a sign, and whether it is a jump."""
    try:
        now, then = Decimal(value or ""), Decimal(before or "")
    except InvalidOperation:
        return None, False
    if then == 0:
        return None, now != 0
    percent = (now - then) / abs(then) * 100
    return f"{percent:+.1f}", abs(percent) >= JUMP_PERCENT


def compare(isian: Isian, report: dict[str, Any] | None) -> list[ComparedRow]:
    """Return the values of a checked table beside those of the year before, in the file's order."""
    if report is None:
        return []
    last = previous(isian)
    before = last.texts if last is not None else {}
    source = report.get("source") or {"kolom": [], "baris": []}
    column = dict(source["kolom"])
    numbers = [number for number, _texts in source["baris"]]
    found = []
    for place, values in enumerate(report["values"]):
        region = values.get(REGION) or ""
        row = ComparedRow(region, remark=values.get("keterangan") or "")
        for name, value in values.items():
            if name in (*FIXED, REGION, "keterangan"):
                continue
            then = before.get(region, {}).get(name)
            change, jump = change_of(value, then)
            letters = column.get(name)
            cell = f"{letters}{numbers[place]}" if letters and place < len(numbers) else None
            row.values[name] = Compared(value, then, change, jump, cell)
        found.append(row)
    return found


def same_as_last_year(rows: list[ComparedRow]) -> bool:
    """Tell whether every value that has one of last year is equal to it (a copied file?)."""
    pairs = [(v.value, v.before) for row in rows for v in row.values.values() if v.before]
    return bool(pairs) and all(
        value is not None and Decimal(value) == Decimal(before or "") for value, before in pairs
    )


@cache
def _labels(dataset_type: str) -> tuple[tuple[str, dict[str, str]], ...]:
    path = schemas_dir() / "dataset" / f"{dataset_type}.yaml"
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))["dataset_fields"]
    return tuple(
        (field["field_name"], field["label"] if isinstance(field["label"], dict) else {})
        for field in fields
        if field["field_name"] not in ("owner_org", "name")
    )


def reader_metadata(isian: Isian, lang: str) -> list[tuple[str, str, str]]:
    """Return (field, label, value) of the metadata that a reader of the dataset will see."""
    if not isian.package_id:
        return []
    dataset = stored_dataset(isian.package_id)
    kind = DATASET_TYPES["indikator" if isian.is_indicator else "sektoral"]
    shown = []
    for name, labels in _labels(kind):
        value = dataset.get(name)
        if value not in (None, "", []):
            shown.append((name, labels.get(lang) or labels.get("id") or name, str(value)))
    return shown
