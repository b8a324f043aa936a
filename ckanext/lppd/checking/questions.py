"""Numbers with two readings, asked once for each column and way of writing.

A column of six hundred numbers such as `1.234` is one question, not six hundred. `1.234`, `12.50`
and `1,234` are three ways of writing, so three questions: whoever says that the first means
thousands has not said so of the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from .verdict import Flaw

QUESTION = "angka_dua_arti"
COLUMN_QUESTION = "angka_dua_arti_kolom"
ASKING = frozenset({QUESTION, COLUMN_QUESTION})

RIBUAN = "ribuan"
DESIMAL = "desimal"
READINGS = (RIBUAN, DESIMAL)
"""What a person may answer."""

KOMA = "koma"
TITIK = "titik"
TITIK_TIGA = "titik_tiga"
SHAPES = (KOMA, TITIK, TITIK_TIGA)
_LAST_MARK = re.compile(r"([.,])([0-9]+)[^0-9]*$")


def shape_of(text: str) -> str:
    """Return the way an ambiguous number is written: with a comma, or a dot and its digits."""
    match = _LAST_MARK.search(text)
    if match is None or match[1] == ",":
        return KOMA
    return TITIK_TIGA if len(match[2]) == 3 else TITIK


class Questions:
    """Gathers ambiguous cells; what it gives back is one flaw for each column and shape."""

    def __init__(self) -> None:
        """Begin without a question."""
        self._first: dict[tuple[str, str], Flaw] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, flaw: Flaw) -> None:
        """Take one ambiguous cell."""
        key = (flaw.field or "", shape_of(flaw.value or ""))
        self._first.setdefault(key, flaw)
        self._counts[key] = self._counts.get(key, 0) + 1

    def flaws(self) -> Iterator[Flaw]:
        """Yield the questions, each at its first cell and with the number of its cells."""
        for (name, shape), flaw in self._first.items():
            words = (*flaw.params, ("nama", name), ("bentuk", shape))
            number = self._counts[name, shape]
            if number == 1:
                yield replace(flaw, params=words)
            else:
                words = (*words, ("jumlah", str(number)))
                yield replace(flaw, code=COLUMN_QUESTION, params=words)
        self._first.clear()
