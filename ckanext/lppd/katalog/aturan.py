"""What an edition says about the rules over a table, beyond the defaults of `aturan_tabel`.

Its file `aturan.csv` has one row per indicator: `aditif` (`ya`, `tidak` or empty: by the words of
the part), `lompatan` (the threshold for the result, in percentage points where the unit is percent,
else how many times) and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from .berkas import Baris, read_table, table_bytes

BERKAS_ATURAN = "aturan.csv"
KOLOM_ATURAN = ("kode", "aditif", "lompatan", "alasan")
_TULISAN: Mapping[str, bool] = {"ya": True, "tidak": False}


@dataclass(frozen=True, slots=True)
class Aturan:
    """What an edition says about one indicator; None means: the default."""

    aditif: bool | None = None
    lompatan: Decimal | None = None
    alasan: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON-safe data."""
        lompatan = None if self.lompatan is None else format(self.lompatan, "f")
        return {"aditif": self.aditif, "lompatan": lompatan, "alasan": self.alasan}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Aturan:
        """The rules of to_dict; no data are no rules."""
        lompatan = data.get("lompatan")
        return cls(
            aditif=data.get("aditif"),
            lompatan=None if lompatan is None else Decimal(lompatan),
            alasan=data.get("alasan", ""),
        )


BAWAAN = Aturan()


def load_aturan(folder: Path) -> dict[str, Aturan]:
    """Read the edition's own rules by indicator code; no file means none.

    Raises KatalogError for a row that cannot be used or a code that is there twice.
    """
    path = folder / BERKAS_ATURAN
    if not path.exists():
        return {}
    hasil: dict[str, Aturan] = {}
    for baris in read_table(path, KOLOM_ATURAN):
        kode = baris.wajib("kode")
        if kode in hasil:
            baris.salah(f"kode '{kode}' tertulis lebih dari sekali. Sisakan satu baris.")
        hasil[kode] = _aturan(baris)
    return hasil


def _aturan(baris: Baris) -> Aturan:
    aditif = _TULISAN[baris.pilihan("aditif", list(_TULISAN))] if baris["aditif"] else None
    lompatan = None
    if baris["lompatan"]:
        try:
            lompatan = Decimal(baris["lompatan"])
        except InvalidOperation:
            baris.salah(f"lompatan '{baris['lompatan']}' bukan angka. Contoh: 20 atau 1.5.")
        if not lompatan.is_finite() or lompatan <= 0:
            baris.salah("lompatan harus lebih dari 0. Contoh: 20 atau 1.5.")
    return Aturan(aditif, lompatan, baris.wajib("alasan"))


def aturan_bytes(aturan: Iterable[tuple[str, Aturan]]) -> bytes:
    """The file that load_aturan reads back; empty where every code has the defaults."""
    tulisan = {True: "ya", False: "tidak", None: ""}
    rows = [
        [
            kode,
            tulisan[isi.aditif],
            "" if isi.lompatan is None else format(isi.lompatan, "f"),
            isi.alasan,
        ]
        for kode, isi in aturan
        if isi != BAWAAN
    ]
    return table_bytes(KOLOM_ATURAN, rows) if rows else b""
