"""Rules over a table as data: which parts add up over regions, which changes ask for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .edisi import Edisi, Indikator
from .wilayah import wilayah_wajib

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
