"""What a cell of a workbook of ours may hold without losing or running anything."""

from __future__ import annotations

from decimal import Decimal

from ..numbers import write_number

# what a double keeps for sure; a longer figure is written as text, which is read back whole
DIGITS = 15


def figure(value: Decimal | None) -> Decimal | str | None:
    """Return a figure as a cell keeps it: a number, or text where a number would lose digits."""
    if value is None or len(value.as_tuple().digits) <= DIGITS:
        return value
    return write_number(value)
