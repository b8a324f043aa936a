"""Matching a list of indicators from elsewhere (a spreadsheet) against an edition.

Only an identical code or an identical name, after normalisation, is taken as sure. Everything else
is put to a person with the likeliest candidates: two indicators may differ in a single word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nlargest
from typing import Literal

from .edisi import Edisi, Indikator

Hasil = Literal["pasti", "tanya", "tidak_ada"]
Alasan = Literal[
    "kode",
    "nama",
    "kosong",
    "kode_nama_beda",
    "kode_tidak_dikenal",
    "kode_berulang",
    "nama_berulang",
    "nama_ganda_di_edisi",
    "mirip",
    "tidak_mirip",
]

KEMIRIPAN_TERENDAH = 0.6
CALON_TERBANYAK = 5
# Full comparison is slow, so only this many of the names that share most letter triples get it.
DIBANDINGKAN = 10
# Spellings found in real files -> the word they stand for.
EJAAN: Mapping[str, str] = {
    "prosentase": "persentase",
    "presentase": "persentase",
    "porsentase": "persentase",
    "persentasi": "persentase",
    "kab": "kabupaten",
    "thn": "tahun",
    "yg": "yang",
    "dgn": "dengan",
}
_PISAH = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Calon:
    """An indicator a row may mean; kemiripan is from 0 to 1 (1: the same name)."""

    kode: str
    nama: str
    kemiripan: float


@dataclass(frozen=True, slots=True)
class Cocok:
    """What was found for one row. nomor counts from 1; kode is set only when hasil is pasti."""

    nomor: int
    kode_berkas: str
    nama_berkas: str
    hasil: Hasil
    alasan: Alasan
    kode: str | None = None
    calon: tuple[Calon, ...] = ()


def normalisasi(nama: str) -> str:
    """A name without differences of case, spacing, punctuation and known spellings."""
    kata = _PISAH.split(unicodedata.normalize("NFKC", nama).casefold())
    return " ".join(EJAAN.get(k, k) for k in kata if k)


def normalisasi_kode(kode: str) -> str:
    """A code without blanks, a closing point or differences of case: " 1.A.1. " -> "1.a.1"."""
    return "".join(unicodedata.normalize("NFKC", kode).casefold().split()).strip(".")


class _Acuan:
    """The edition, arranged for looking up."""

    def __init__(self, edisi: Edisi) -> None:
        self.per_kode = {normalisasi_kode(i.kode): i for i in edisi.indikator}
        self.per_nama: dict[str, list[Indikator]] = defaultdict(list)
        for i in edisi.indikator:
            self.per_nama[normalisasi(i.nama)].append(i)
        self._tiga_huruf = {n: _tiga_huruf(n) for n in self.per_nama}

    def calon(self, nama: str, pertama: Indikator | None = None) -> tuple[Calon, ...]:
        """The likeliest indicators, best first; `pertama` leads the list whatever its name."""
        huruf = _tiga_huruf(nama)
        dekat = nlargest(
            DIBANDINGKAN,
            self._tiga_huruf,
            key=lambda n: len(huruf & self._tiga_huruf[n]) / (1 + len(huruf | self._tiga_huruf[n])),
        )
        nilai = {n: _kemiripan(nama, n) for n in dekat}
        mirip = [
            Calon(i.kode, i.nama, nilai[n])
            for n in sorted(nilai, key=lambda n: (-nilai[n], n))
            if nilai[n] >= KEMIRIPAN_TERENDAH
            for i in self.per_nama[n]
            if i != pertama
        ]
        if pertama is not None:
            kemiripan = _kemiripan(nama, normalisasi(pertama.nama))
            mirip.insert(0, Calon(pertama.kode, pertama.nama, kemiripan))
        return tuple(mirip[:CALON_TERBANYAK])


def cocokkan(rows: Iterable[tuple[str | None, str]], edisi: Edisi) -> list[Cocok]:
    """Match rows of (code or None, name) against an edition; one Cocok per row, in order.

    A row is "pasti" only when its code or its whole name says so and nothing in the file or the
    edition contradicts it; a name or an indicator that occurs twice in the file is always "tanya".
    """
    acuan = _Acuan(edisi)
    masukan = [((kode or "").strip(), (nama or "").strip()) for kode, nama in rows]
    hasil = [_cocok(nomor, k, n, acuan) for nomor, (k, n) in enumerate(masukan, start=1)]
    nama = Counter(normalisasi(n) for _, n in masukan if n)
    kode = Counter(c.kode for c in hasil if c.kode is not None)
    return [_tanyakan_ganda(c, nama, kode, acuan) for c in hasil]


def _cocok(nomor: int, kode: str, nama: str, acuan: _Acuan) -> Cocok:
    def jadi(hasil: Hasil, alasan: Alasan, i: Indikator | None = None) -> Cocok:
        if hasil == "pasti" and i is not None:
            return Cocok(nomor, kode, nama, hasil, alasan, i.kode)
        calon = acuan.calon(normal, i) if hasil == "tanya" else ()
        return Cocok(nomor, kode, nama, hasil, alasan, None, calon)

    normal = normalisasi(nama)
    dengan_nama = acuan.per_nama.get(normal, [])
    if kode:
        i = acuan.per_kode.get(normalisasi_kode(kode))
        if i is None:
            ada = bool(dengan_nama or acuan.calon(normal))
            return jadi("tanya" if ada else "tidak_ada", "kode_tidak_dikenal")
        if not normal or i in dengan_nama:
            return jadi("pasti", "kode", i)
        return jadi("tanya", "kode_nama_beda", i)
    if not normal:
        return jadi("tidak_ada", "kosong")
    if len(dengan_nama) == 1:
        return jadi("pasti", "nama", dengan_nama[0])
    if dengan_nama:
        return jadi("tanya", "nama_ganda_di_edisi")
    return jadi("tanya", "mirip") if acuan.calon(normal) else jadi("tidak_ada", "tidak_mirip")


def _tanyakan_ganda(
    c: Cocok, nama: Mapping[str, int], kode: Mapping[str, int], acuan: _Acuan
) -> Cocok:
    """Turn a sure match into a question when the file names the same thing more than once."""
    normal = normalisasi(c.nama_berkas)
    nama_ganda = nama.get(normal, 0) > 1
    if c.hasil != "pasti" or c.kode is None or not (nama_ganda or kode[c.kode] > 1):
        return c
    alasan: Alasan = "nama_berulang" if nama_ganda else "kode_berulang"
    calon = acuan.calon(normal, acuan.per_kode[normalisasi_kode(c.kode)])
    return Cocok(c.nomor, c.kode_berkas, c.nama_berkas, "tanya", alasan, None, calon)


def _tiga_huruf(nama: str) -> frozenset[str]:
    return frozenset(nama[i : i + 3] for i in range(len(nama) - 2))


def _kemiripan(a: str, b: str) -> float:
    """Likeness of two normalised names, from 0 to 1."""
    return round(SequenceMatcher(None, a, b, autojunk=False).ratio(), 3)
