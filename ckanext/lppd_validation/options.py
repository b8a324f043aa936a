"""Validation options: four are honoured, everything else is ignored and named in the report.

ckanext-validation hands every option of a resource to frictionless, so a publisher could skip
errors, limit rows or patch the schema until a bad file passed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.lppd_validation import settings

DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252")
MAX_HEADER_ROW = 50
MAX_SHEET_NAME = 31
MAX_TEXT = 20_000


@dataclass(frozen=True)
class Options:
    """What the check honours; None means "find out".

    `header_row` counts from 1; `sheet` is a name, or a position counted from 1; `ignored` holds
    the dotted names of the options that were given and not honoured.
    """

    delimiter: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    sheet: str | int | None = None
    ignored: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, str | int]:
        """Return the honoured options that are set."""
        named = {
            "delimiter": self.delimiter,
            "encoding": self.encoding,
            "header_row": self.header_row,
            "sheet": self.sheet,
        }
        return {name: value for name, value in named.items() if value is not None}


def _delimiter(value: Any) -> str | None:
    return value if isinstance(value, str) and value in DELIMITERS else None


def _encoding(value: Any) -> str | None:
    name = value.strip().lower().replace("_", "-") if isinstance(value, str) else ""
    name = {"utf8": "utf-8", "utf8-sig": "utf-8-sig", "windows-1252": "cp1252"}.get(name, name)
    return name if name in ENCODINGS else None


def _header_row(value: Any) -> int | None:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 1 <= value <= MAX_HEADER_ROW else None


def _sheet(value: Any) -> str | int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 1 <= value <= 255 else None
    if isinstance(value, str) and 0 < len(value.strip()) <= MAX_SHEET_NAME:
        return value.strip()
    return None


# Where the options may stand: ckanext-validation 1.x wrote them flat, 2.x in a dialect.
ALLOWED: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "delimiter": ("delimiter", _delimiter),
    "dialect.delimiter": ("delimiter", _delimiter),
    "dialect.csv.delimiter": ("delimiter", _delimiter),
    "encoding": ("encoding", _encoding),
    "headers": ("header_row", _header_row),
    "header_row": ("header_row", _header_row),
    "dialect.headerRows": ("header_row", _header_row),
    "sheet": ("sheet", _sheet),
    "dialect.sheet": ("sheet", _sheet),
    "dialect.excel.sheet": ("sheet", _sheet),
}
_CONTAINERS = ("dialect", "dialect.csv", "dialect.excel")


def parse(value: Any) -> dict[str, Any]:
    """Read the `validation_options` of a resource: a dict, JSON text or nothing.

    Raises:
        ValueError: where it is text that is not a JSON object, or is too long.
    """
    if not value:
        return {}
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise ValueError("validation_options is too long")
        value = json.loads(value)
    if not isinstance(value, dict):
        raise ValueError("validation_options is not a JSON object")
    return value


def honoured(*sources: Mapping[str, Any]) -> Options:
    """Pick the allowed options; a later source wins over an earlier one."""
    values: dict[str, Any] = {}
    ignored: dict[str, None] = {}
    for source in sources:
        for name, value in _flat(source):
            target, reader = ALLOWED.get(name, (None, None))
            accepted = reader(value) if reader else None
            if target is None or accepted is None:
                ignored[name[:80]] = None
            else:
                values[target] = accepted
    return Options(**values, ignored=tuple(ignored))


def for_resource(value: Any) -> Options:
    """Return the options of a resource over the site's defaults.

    Raises:
        ValueError: where either is not a JSON object.
    """
    return honoured(settings.default_options(), parse(value))


def _flat(source: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in source.items():
        name = f"{prefix}{key}"
        if name in _CONTAINERS and isinstance(value, Mapping):
            found.extend(_flat(value, f"{name}."))
        else:
            found.append((name, value))
    return found
