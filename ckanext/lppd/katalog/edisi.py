"""An edition of the catalogue: the indicators one guideline asks for, and what it rests on.

The list of indicators changes between editions, and the same code then means something else, so
an indicator is only ever identified together with its edition.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .aturan import BAWAAN, Aturan
from .batas import Batas, batas_from_dict, batas_to_dict
from .rumus import Rumus
from .wilayah import Wilayah

JENIS = ("makro", "ikk_outcome", "ikk_penunjang")
KELOMPOK = (
    "makro",
    "wajib pelayanan dasar",
    "wajib non pelayanan dasar",
    "pilihan",
    "penunjang",
    "lainnya",
)
SATUAN = (
    "persen",
    "indeks",
    "rupiah",
    "rasio",
    "nilai",
    "poin",
    "kg/kapita/tahun",
    "orang",
    "unit",
    "dokumen",
    "lainnya",
)
ARAH = ("naik", "turun")
STATUS = ("terverifikasi", "belum_terverifikasi")
# "rendah" is never loaded, and an unverified row only in an unverified edition.
KEYAKINAN = ("tinggi", "sedang", "belum_terverifikasi")


@dataclass(frozen=True, slots=True)
class DasarHukum:
    """One text an edition rests on, with where we know it from and how surely."""

    nama: str
    tentang: str
    sumber: str
    keyakinan: str


@dataclass(frozen=True, slots=True)
class Indikator:
    """One indicator of one edition.

    kode is text ("1.a.1", "2.c", "A"). pembilang, penyebut, rumus_teks and satuan_sumber are the
    source's own words; rumus and satuan are our reading of them. arah is "naik" or "turun" where
    the source says which is better, else None. batas are hard bounds, wajar soft ones. aturan is
    what the edition says about the whole table.
    """

    edisi: str
    kode: str
    jenis: str
    kelompok_urusan: str
    urusan: str
    nama: str
    pembilang: str
    penyebut: str
    rumus: Rumus
    rumus_teks: str
    satuan: str
    satuan_sumber: str
    batas: tuple[Batas, ...]
    wajar: tuple[Batas, ...]
    arah: str | None
    pengampu: tuple[str, ...]
    sumber_data: str
    halaman: str
    sumber: str
    keyakinan: str
    catatan: str
    aturan: Aturan = BAWAAN

    @property
    def slug(self) -> str:
        """The code as it stands in a dataset name: "1-a-1"."""
        return self.kode.lower().replace(".", "-")

    @property
    def kolom_angka(self) -> tuple[str, ...]:
        """Number columns of the indicator's table: its parts, then capaian."""
        return (*(part.name for part in self.rumus.parts), "capaian")

    def to_dict(self) -> dict[str, Any]:
        """As JSON-safe data."""
        data = {f.name: getattr(self, f.name) for f in fields(self)}
        return data | {
            "rumus": self.rumus.to_dict(),
            "batas": batas_to_dict(self.batas),
            "wajar": batas_to_dict(self.wajar),
            "pengampu": list(self.pengampu),
            "aturan": self.aturan.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Indikator:
        """The indicator of to_dict."""
        return cls(
            **{
                **data,
                "rumus": Rumus.from_dict(data["rumus"]),
                "batas": batas_from_dict(data["batas"]),
                "wajar": batas_from_dict(data["wajar"]),
                "pengampu": tuple(data["pengampu"]),
                "aturan": Aturan.from_dict(data.get("aturan") or {}),
            }
        )


@dataclass(frozen=True, slots=True)
class Edisi:
    """One edition. tahun_akhir None means: still in force. Years are calendar years of the data."""

    kode: str
    judul: str
    dasar: tuple[DasarHukum, ...]
    status: str
    tahun_awal: int
    tahun_akhir: int | None
    wilayah: tuple[Wilayah, ...]
    indikator: tuple[Indikator, ...]
    keterangan: str = ""

    def get(self, kode: str) -> Indikator | None:
        """The indicator with this code, or None."""
        return next((i for i in self.indikator if i.kode == kode), None)

    def covers(self, tahun: int) -> bool:
        """Whether data of this year are reported by this edition."""
        return self.tahun_awal <= tahun and (self.tahun_akhir is None or tahun <= self.tahun_akhir)

    def to_dict(self) -> dict[str, Any]:
        """As JSON-safe data."""
        data = {f.name: getattr(self, f.name) for f in fields(self)}
        return data | {
            "dasar": [{f.name: getattr(d, f.name) for f in fields(d)} for d in self.dasar],
            "wilayah": [w.to_dict() for w in self.wilayah],
            "indikator": [i.to_dict() for i in self.indikator],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Edisi:
        """The edition of to_dict."""
        return cls(
            **{
                **data,
                "dasar": tuple(DasarHukum(**d) for d in data["dasar"]),
                "wilayah": tuple(Wilayah.from_dict(w) for w in data["wilayah"]),
                "indikator": tuple(Indikator.from_dict(i) for i in data["indikator"]),
            }
        )

    @property
    def sha256(self) -> str:
        """Fingerprint of everything in the edition."""
        return canonical_sha256(self.to_dict())


def canonical_sha256(data: Any) -> str:
    """SHA-256 (hex) of data as canonical JSON: sorted keys, no spaces, UTF-8."""
    teks = json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(teks.encode("utf-8")).hexdigest()


def dataset_name(indikator: Indikator, tahun: int) -> str:
    """Name of the CKAN dataset of one indicator and year: "ikk-2025-1-a-1-2025"."""
    return f"ikk-{indikator.edisi}-{indikator.slug}-{tahun}"
