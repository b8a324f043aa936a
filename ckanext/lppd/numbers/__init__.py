"""Reading and writing numbers as Indonesian offices write them. Knows no CKAN."""

from __future__ import annotations

from .baca import Ask, Empty, Reading, Sure, Wrong, is_percent, is_rupiah, read_number
from .tulis import plain, show_number, write_number

__all__ = [
    "Ask",
    "Empty",
    "Reading",
    "Sure",
    "Wrong",
    "is_percent",
    "is_rupiah",
    "plain",
    "read_number",
    "show_number",
    "write_number",
]
