"""Bounds of columns as data: ``pembilang >= 0; penyebut = 3``.

An indicator carries two such lists. `batas` are hard: a value outside is an error. `wajar` are
soft: a value outside is possible but unusual, so it is only a warning (a percentage above 100).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

_SYARAT = re.compile(r"([a-z][a-z0-9_]*)\s*(>=|<=|=)\s*(-?\d+(?:\.\d+)?)", re.ASCII)


class BatasError(ValueError):
    """A list of bounds that does not parse; the text says why, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Batas:
    """The inclusive bounds of one column; None means unbounded on that side."""

    kolom: str
    minimum: Decimal | None
    maksimum: Decimal | None

    def __post_init__(self) -> None:
        if self.minimum is None or self.maksimum is None:
            return
        if self.minimum > self.maksimum:
            raise BatasError(f"batas bawah '{self.kolom}' lebih besar dari batas atasnya")

    def to_dict(self) -> dict[str, str]:
        """{"min": "0", "max": "3"}, only the sides that are bounded, as plain decimal text."""
        sisi = {"min": self.minimum, "max": self.maksimum}
        return {nama: format(nilai, "f") for nama, nilai in sisi.items() if nilai is not None}


def parse_batas(teks: str, kolom: Iterable[str]) -> tuple[Batas, ...]:
    """Read a list of bounds on the given columns; an empty text is an empty list.

    Raises BatasError for an unknown column, an unreadable condition, or two that contradict.
    """
    dikenal = list(kolom)
    sisi: dict[str, dict[str, Decimal]] = {}
    for syarat in filter(None, (bagian.strip() for bagian in teks.split(";"))):
        cocok = _SYARAT.fullmatch(syarat)
        if cocok is None:
            raise BatasError(
                f"batas '{syarat}' tidak terbaca. Contoh: pembilang >= 0; capaian <= 1"
            )
        nama, tanda, angka = cocok.groups()
        if nama not in dikenal:
            raise BatasError(f"batas menyebut kolom '{nama}'. Kolom yang ada: {', '.join(dikenal)}")
        for kunci in {">=": ("min",), "<=": ("max",), "=": ("min", "max")}[tanda]:
            if kunci in sisi.setdefault(nama, {}):
                raise BatasError(f"batas kolom '{nama}' tertulis lebih dari sekali")
            sisi[nama][kunci] = Decimal(angka)
    return tuple(Batas(nama, s.get("min"), s.get("max")) for nama, s in sisi.items())


def tulis_batas(batas: Iterable[Batas]) -> str:
    """The text form of a list of bounds; parse_batas reads it back."""
    syarat: list[str] = []
    for b in batas:
        sisi = b.to_dict()
        if "min" in sisi and sisi["min"] == sisi.get("max"):
            syarat.append(f"{b.kolom} = {sisi['min']}")
        else:
            syarat += [
                f"{b.kolom} {tanda} {sisi[kunci]}" for kunci, tanda in _TANDA if kunci in sisi
            ]
    return "; ".join(syarat)


_TANDA = (("min", ">="), ("max", "<="))


def batas_to_dict(batas: Iterable[Batas]) -> dict[str, dict[str, str]]:
    """Bounds by column name, JSON-safe."""
    return {b.kolom: b.to_dict() for b in batas}


def batas_from_dict(data: Mapping[str, Mapping[str, str]]) -> tuple[Batas, ...]:
    """The bounds of batas_to_dict."""

    def angka(teks: str | None) -> Decimal | None:
        return None if teks is None else Decimal(teks)

    return tuple(Batas(k, angka(s.get("min")), angka(s.get("max"))) for k, s in data.items())
