"""Region codes: the official code is kept, other ways to name a region are matched where sure.

Codes are those of Kementerian Dalam Negeri (`12.71.01`); BPS numbers the same regions otherwise
(`1275060`), so neither may be derived from the other: both come from the list in the schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_SPACES = re.compile(r"[\s_]+")
_LEVEL_WORD = re.compile(r"^(?:kec|kecamatan)\b\.? *")


def _key(text: str) -> str:
    return _SPACES.sub(" ", text.replace("\u00a0", " ")).strip().casefold()


class Regions:
    """Finds the official code for what stands in a region cell."""

    def __init__(self, codes: Iterable[str], listed: Iterable[Mapping[str, Any]]) -> None:
        """Take the allowed codes and the schema's list of {kode, nama, kode_bps, alias}."""
        self._codes = frozenset(codes)
        self._other: dict[str, set[str]] = {}
        self.names: dict[str, str] = {}
        for item in listed:
            code = str(item["kode"])
            if code not in self._codes:
                continue
            self.names[code] = str(item.get("nama") or "")
            aliases = item.get("alias") or ()
            for name in (item.get("nama"), item.get("kode_bps"), *aliases):
                if name:
                    self._other.setdefault(_key(str(name)), set()).add(code)

    def find(self, text: str) -> tuple[str, ...]:
        """Return every code that `text` can mean: none, one, or several (then it is a question)."""
        text = text.strip()
        if text in self._codes:
            return (text,)
        key = _key(text)
        if key.replace(",", ".") in self._codes:
            return (key.replace(",", "."),)
        if key in self._other:
            return tuple(sorted(self._other[key]))
        shorter = _LEVEL_WORD.sub("", key)
        if shorter != key and shorter in self._other:
            # the word says kecamatan, so the city's own code (two parts) cannot be meant
            return tuple(sorted(code for code in self._other[shorter] if code.count(".") >= 2))
        return ()
