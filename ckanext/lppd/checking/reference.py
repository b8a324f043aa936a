"""Last year's released values, which this year's are compared with.

They are no part of the schema: its fingerprint stands for the rules, and what was released last
year may be revised while the rules stay. So they come beside it, and the report says which release
they were. They can only lead to warnings, so that validity follows from the bytes and the schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ..katalog.edisi import canonical_sha256
from .report import Stop


@dataclass(frozen=True)
class Reference:
    """Values of one released year: region code -> column -> number."""

    year: int
    release: str
    version: int
    values: Mapping[str, Mapping[str, Decimal]]
    sha256: str

    def to_dict(self) -> dict[str, Any]:
        """What the report says about it, JSON-safe; the values themselves stay out."""
        return {
            "tahun": self.year,
            "rilis": self.release,
            "versi": self.version,
            "sha256": self.sha256,
        }


def read_reference(data: Mapping[str, Any] | None) -> Reference | None:
    """Return the reference written as JSON-safe data, None for none.

    `data`: `tahun`, `rilis` (id of the release), `versi` and `nilai` (region -> column -> plain
    decimal text). Raises Stop (`skema_rusak`) for anything else.
    """
    if data is None:
        return None
    try:
        return Reference(
            year=int(data["tahun"]),
            release=str(data["rilis"]),
            version=int(data["versi"]),
            values={
                str(region): {str(name): _number(text) for name, text in row.items()}
                for region, row in data["nilai"].items()
            },
            sha256=canonical_sha256(data),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise Stop("skema_rusak", params={"sebab": "nilai tahun lalu"}) from error


def _number(text: Any) -> Decimal:
    value = Decimal(str(text))
    if not value.is_finite():
        raise ValueError("not a number")
    return value
