"""How much of anything one file may hold or cost. Every number has a reason beside it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Limits:
    """Limits of one check. Sizes are bytes, times are seconds, the rest are counts."""

    max_bytes: int = 50 * 1024 * 1024
    """Of the file as given."""
    max_unzipped: int = 200 * 1024 * 1024
    """Of all parts of a workbook together; real workbooks of this kind stay under 20 MB."""
    max_entries: int = 512
    """Parts in a workbook; an ordinary one has fewer than 50."""
    max_ratio: int = 150
    """Unpacked to packed size, looked at only beyond `ratio_floor`."""
    ratio_floor: int = 10 * 1024 * 1024
    max_columns: int = 256
    max_rows: int = 1_000_000
    max_cell: int = 32_767
    """Characters in one cell: what Excel itself can hold."""
    max_sheets: int = 64
    header_search: int = 40
    """Rows from the top among which the header row is looked for."""
    shown: int = 20
    """Findings kept per code; the true number stays in the counts."""
    max_values: int = 20_000
    """Canonical rows kept in a report; beyond it the report says that they are not all there."""
    max_errors: int = 10_000
    """Errors that frictionless may collect before it stops."""
    cpu_seconds: int = 60
    wall_seconds: float = 90.0
    memory: int = 1024 * 1024 * 1024
    file_size: int = 256 * 1024 * 1024
    open_files: int = 64
    max_result: int = 64 * 1024 * 1024
    """Of the report that a child may hand back."""

    def to_dict(self) -> dict[str, Any]:
        """Return the limits as JSON-safe data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Limits:
        """Return the limits written by `to_dict`; raises TypeError for an unknown name."""
        return cls(**data)


DEFAULT = Limits()
