"""A Table Schema turned into what the check needs to know about each column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from ..katalog.rumus import Rumus, RumusError
from .report import Stop

ROLES = {"kode_indikator": "kode", "tahun": "tahun", "kode_wilayah": "wilayah"}
RESULT = "capaian"
_NUMBERS = {"number", "integer"}
_SEPARATORS = re.compile(r"[\s_\-./:]+")


def label_key(label: str) -> str:
    """Return a label as labels are compared: case, spaces and marks do not count."""
    text = unicodedata.normalize("NFKC", label).casefold().replace("*", " ")
    return _SEPARATORS.sub(" ", text).strip()


@dataclass(frozen=True)
class Column:
    """One field of the schema. `role` is `kode`, `tahun`, `wilayah` or empty."""

    name: str
    label: str
    type: str
    role: str
    required: bool
    key: bool
    unit: str | None
    enum: tuple[str, ...]
    decimal_char: str
    keys: frozenset[str]

    @property
    def is_number(self) -> bool:
        """Whether the column holds measured numbers (a year is a label, not a measure)."""
        return self.type in _NUMBERS and self.role != "tahun"

    @property
    def may_be_absent(self) -> bool:
        """Whether a file without this column has one reading: all of it blank."""
        return not (self.required or self.key or self.is_number)


@dataclass(frozen=True)
class Bound:
    """Inclusive bounds of a column; None is open."""

    minimum: Decimal | None
    maximum: Decimal | None


@dataclass(frozen=True)
class Plan:
    """The schema's columns in order, its key, its bounds and its formula."""

    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    bounds: Mapping[str, Bound] = field(default_factory=dict)
    usual: Mapping[str, Bound] | None = None
    formula: Rumus | None = None
    regions: Sequence[Mapping[str, Any]] = ()
    required_regions: tuple[str, ...] = ()
    helper_sheets: frozenset[str] = frozenset()

    def column(self, name: str) -> Column | None:
        """Return the column called `name`, or None."""
        return next((column for column in self.columns if column.name == name), None)

    def with_role(self, role: str) -> Column | None:
        """Return the column with this role, or None."""
        return next((column for column in self.columns if column.role == role), None)


def read_plan(schema: Mapping[str, Any]) -> Plan:
    """Return the plan of a Table Schema (a dict with the optional key "lppd").

    Raises Stop (`skema_rusak`) for a schema that cannot be trusted to mean what it says: no fields,
    a name twice, a thousands mark (`groupChar` makes `8.5` read as 85), dates of any form or
    references to other tables.
    """
    fields = schema.get("fields")
    if not isinstance(fields, list) or not fields or not all(isinstance(f, dict) for f in fields):
        raise _broken("tidak ada kolom")
    names = [str(item.get("name") or "") for item in fields]
    if "" in names or len(set(names)) < len(names):
        raise _broken("nama kolom kosong atau ganda")
    if any(item.get("groupChar") for item in fields):
        raise _broken("pemisah ribuan tidak boleh dipakai")
    if any(item.get("format") == "any" for item in fields):
        # it fills the missing parts of a date from today's date
        raise _broken("bentuk tanggal harus pasti")
    if schema.get("foreignKeys") or "$ref" in schema:
        raise _broken("rujukan ke tabel lain tidak didukung")
    if schema.get("missingValues", [""]) != [""]:
        raise _broken("hanya sel kosong yang boleh berarti kosong")
    key = schema.get("primaryKey") or []
    primary = tuple([key] if isinstance(key, str) else key)
    if not set(primary) <= set(names):
        raise _broken("kunci baris menyebut kolom yang tidak ada")
    lppd = schema.get("lppd") or {}
    try:
        return _plan(fields, primary, lppd)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, RumusError) as error:
        raise _broken("isi bagian lppd") from error


def _plan(fields: list[dict[str, Any]], primary: tuple[str, ...], lppd: Mapping[str, Any]) -> Plan:
    shared = _shared_keys(fields)
    formula = lppd.get("rumus")
    return Plan(
        columns=tuple(_column(item, primary, lppd, shared) for item in fields),
        primary_key=primary,
        bounds=_bounds(lppd.get("batas") or {}),
        usual=_bounds(lppd["wajar"]) if "wajar" in lppd else None,
        formula=Rumus.from_dict(formula) if formula else None,
        regions=tuple(lppd.get("wilayah") or ()),
        required_regions=tuple(str(code) for code in lppd.get("wilayah_wajib") or ()),
        helper_sheets=frozenset(str(name) for name in lppd.get("lembar_bantu") or ()),
    )


def _column(
    item: dict[str, Any], primary: tuple[str, ...], lppd: Mapping[str, Any], shared: frozenset[str]
) -> Column:
    name = str(item["name"])
    title = str(item.get("title") or "")
    constraints = item.get("constraints") or {}
    own = label_key(name)
    return Column(
        name=name,
        label=title or name,
        type=str(item.get("type") or "any"),
        # without a list of allowed values a column of that name is like any other
        role=ROLES.get(name, "") if lppd and constraints.get("enum") else "",
        required=bool(constraints.get("required")),
        key=name in primary,
        unit=_unit(item, name, title, lppd),
        enum=tuple(str(value) for value in constraints.get("enum") or ()),
        decimal_char=str(item.get("decimalChar") or "."),
        keys=frozenset({own} | ({label_key(title)} - shared if title else set())),
    )


def _shared_keys(fields: list[dict[str, Any]]) -> frozenset[str]:
    """Titles that name more than one column, or that are another column's name: no use as alias."""
    seen: set[str] = set()
    shared: set[str] = set()
    for item in fields:
        for key in {label_key(str(item["name"])), label_key(str(item.get("title") or ""))} - {""}:
            if key in seen:
                shared.add(key)
            seen.add(key)
    return frozenset(shared)


def _unit(item: dict[str, Any], name: str, title: str, lppd: Mapping[str, Any]) -> str | None:
    """The unit of a column: listed, the indicator's for the result, or percent where titled so."""
    own = (lppd.get("satuan_kolom") or {}).get(name)
    if own:
        return str(own)
    if name == RESULT and lppd.get("satuan"):
        return str(lppd["satuan"])
    if "(%)" in title or title.casefold().startswith("persen"):
        return "persen"
    return None


def _bounds(data: Mapping[str, Mapping[str, str]]) -> dict[str, Bound]:
    def number(text: Any) -> Decimal | None:
        return None if text is None else Decimal(str(text))

    return {name: Bound(number(b.get("min")), number(b.get("max"))) for name, b in data.items()}


def _broken(reason: str) -> Stop:
    return Stop("skema_rusak", params={"sebab": reason})
