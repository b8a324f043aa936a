"""Rules over a table as data: which parts add up over regions, which changes ask for a reason.

An edition may say more than the defaults below in its file `aturan.csv`: one row per indicator,
`aditif` (`ya`, `tidak` or empty: by the words of the part), `lompatan` (the threshold for the
result, in percentage points where the unit is percent, else how many times) and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .berkas import Baris, read_table, table_bytes
from .wilayah import wilayah_wajib

if TYPE_CHECKING:
    from .edisi import Edisi, Indikator

BERKAS_ATURAN = "aturan.csv"
KOLOM_ATURAN = ("kode", "aditif", "lompatan", "alasan")
_TULISAN: Mapping[str, bool] = {"ya": True, "tidak": False}

# Words a part that counts or measures begins with: what districts have adds up to the city's.
# A target, a rate and an index do not add up.
KATA_ADITIF = ("jumlah ", "luas ", "panjang ", "produksi ", "akta ")
# By how much the result may differ from last year's before a reason is asked for, by unit:
# `poin` is a difference in the unit itself, `kali` a ratio of the larger to the smaller.
LOMPATAN_SATUAN: Mapping[str, tuple[str, str]] = {
    "persen": ("poin", "20"),
    "indeks": ("poin", "5"),
    "rasio": ("kali", "1.5"),
    "rupiah": ("kali", "1.5"),
}
LOMPATAN_LAIN = ("kali", "1.5")
# A count may double without surprise only while it is small.
LOMPATAN_BAGIAN = ("kali", "2")
SELISIH_BAGIAN = "10"
# Distance from the median in robust standard deviations, and how many regions that takes.
PENCILAN = "6"
PENCILAN_WILAYAH = 8


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


def aturan_bytes(indikator: Iterable[Indikator]) -> bytes:
    """The file that load_aturan reads back; empty where every indicator has the defaults."""
    tulisan = {True: "ya", False: "tidak", None: ""}
    rows = [
        [
            i.kode,
            tulisan[i.aturan.aditif],
            "" if i.aturan.lompatan is None else format(i.aturan.lompatan, "f"),
            i.aturan.alasan,
        ]
        for i in indikator
        if i.aturan != BAWAAN
    ]
    return table_bytes(KOLOM_ATURAN, rows) if rows else b""


def aturan_tabel(edisi: Edisi, indikator: Indikator) -> dict[str, Any]:
    """The rules of the indicator's table as the schema carries them (`lppd.aturan`), JSON-safe."""
    induk = wilayah_wajib(edisi.wilayah)[0]
    return {
        "induk": induk,
        "kecamatan": [w.kode for w in edisi.wilayah if w.tingkat == "kecamatan"],
        "aditif": list(bagian_aditif(indikator)),
        "lompatan": _lompatan(indikator),
        "pencilan": {"batas": PENCILAN, "wilayah": PENCILAN_WILAYAH},
    }


def bagian_aditif(indikator: Indikator) -> tuple[str, ...]:
    """The parts whose districts add up to the city, by the edition or by the words of the part."""
    if indikator.aturan.aditif is False:
        return ()
    tetap = {b.kolom for b in indikator.batas if b.minimum is not None and b.minimum == b.maksimum}
    parts = [part for part in indikator.rumus.parts if part.name not in tetap]
    if indikator.aturan.aditif is None:
        parts = [p for p in parts if p.title.strip().lower().startswith(KATA_ADITIF)]
    return tuple(part.name for part in parts)


def _lompatan(indikator: Indikator) -> dict[str, dict[str, str]]:
    cara, ambang = LOMPATAN_SATUAN.get(indikator.satuan, LOMPATAN_LAIN)
    if indikator.aturan.lompatan is not None:
        ambang = format(indikator.aturan.lompatan, "f")
    cara_bagian, ambang_bagian = LOMPATAN_BAGIAN
    hasil = {"capaian": {cara: ambang}}
    for part in indikator.rumus.parts:
        hasil[part.name] = {cara_bagian: ambang_bagian, "selisih": SELISIH_BAGIAN}
    return hasil
