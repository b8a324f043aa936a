"""Regions: one city or regency, its districts and its villages, with both official codes.

Codes of Kemendagri (Kepmendagri 300.2.2-2430/2025) identify a region here. BPS codes are kept
beside them and never derived: the two number districts in a different order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .berkas import Baris, KatalogError, read_table, schemas_dir, table_bytes

TINGKAT = ("kota", "kabupaten", "kecamatan", "kelurahan")
INDUK = ("kota", "kabupaten")
KOLOM = ("kode", "kode_bps", "tingkat", "nama", "alias", "sumber")

_NAMA_BERKAS = re.compile(r"[a-z0-9][a-z0-9_-]*", re.ASCII)
_KODE = {
    "kota": re.compile(r"\d{2}\.\d{2}", re.ASCII),
    "kabupaten": re.compile(r"\d{2}\.\d{2}", re.ASCII),
    "kecamatan": re.compile(r"\d{2}\.\d{2}\.\d{2}", re.ASCII),
    "kelurahan": re.compile(r"\d{2}\.\d{2}\.\d{2}\.\d{4}", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Wilayah:
    """One region. kode is Kemendagri's (text, "12.71.01"), kode_bps that of BPS (text)."""

    kode: str
    nama: str
    tingkat: str
    kode_bps: str
    alias: tuple[str, ...] = ()
    sumber: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON-safe data."""
        return {
            "kode": self.kode,
            "nama": self.nama,
            "tingkat": self.tingkat,
            "kode_bps": self.kode_bps,
            "alias": list(self.alias),
            "sumber": self.sumber,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Wilayah:
        """The region of to_dict."""
        return cls(**{**data, "alias": tuple(data["alias"])})


def load_wilayah(path: Path) -> tuple[Wilayah, ...]:
    """Read a region file (columns KOLOM, alias separated by ';'), in the order of the file.

    Raises KatalogError: repeated or malformed code, a part whose parent is missing, an alias that
    is the name of another region, not exactly one city or regency.
    """
    hasil: dict[str, Wilayah] = {}
    bps: dict[str, int] = {}
    rows = read_table(path, KOLOM)
    nama = {baris["nama"].casefold() for baris in rows}
    for baris in rows:
        w = _wilayah(baris)
        if w.kode in hasil:
            baris.salah(f"kode '{w.kode}' sudah dipakai {hasil[w.kode].nama}. Sisakan satu baris.")
        if w.kode_bps in bps:
            baris.salah(f"kode_bps '{w.kode_bps}' sudah dipakai di baris {bps[w.kode_bps]}.")
        if w.tingkat not in INDUK and w.kode.rpartition(".")[0] not in hasil:
            baris.salah(f"wilayah induk dari '{w.kode}' belum ada di atas baris ini.")
        # An old name of one village may be today's name of another (Babura in Medan).
        for alias in w.alias:
            if alias.casefold() in nama:
                baris.salah(f"alias '{alias}' adalah nama wilayah lain. Hapus alias itu.")
        hasil[w.kode] = w
        bps[w.kode_bps] = baris.line
    if len(wilayah_wajib(hasil.values())) != 1:
        raise KatalogError(path.name, None, "harus ada tepat satu baris kota atau kabupaten.")
    return tuple(hasil.values())


def _wilayah(baris: Baris) -> Wilayah:
    tingkat = baris.pilihan("tingkat", TINGKAT)
    kode = baris.wajib("kode")
    if not _KODE[tingkat].fullmatch(kode):
        baris.salah(f"kode '{kode}' bukan kode {tingkat} Kemendagri (contoh: 12.71, 12.71.01).")
    return Wilayah(
        kode=kode,
        nama=baris.wajib("nama"),
        tingkat=tingkat,
        kode_bps=baris.wajib("kode_bps"),
        alias=baris.daftar("alias"),
        sumber=baris["sumber"],
    )


def find_wilayah(nama: str, folder: Path) -> tuple[Wilayah, ...]:
    """Load the regions an edition names.

    nama: a name under schemas/wilayah ("medan"), or a CSV file beside the edition ("wilayah.csv").
    folder: the edition's own directory.
    """
    berkas = nama.removesuffix(".csv")
    if not _NAMA_BERKAS.fullmatch(berkas):
        raise KatalogError(
            "edisi.yaml",
            None,
            f"wilayah '{nama}' bukan nama berkas. Contoh: medan atau wilayah.csv.",
        )
    asal = schemas_dir() / "wilayah" if berkas == nama else folder
    return load_wilayah(asal / f"{berkas}.csv")


def wilayah_wajib(daftar: Iterable[Wilayah]) -> list[str]:
    """Codes every capaian table must have a row for: the city or regency itself."""
    return [w.kode for w in daftar if w.tingkat in INDUK]


def wilayah_capaian(daftar: Iterable[Wilayah]) -> list[str]:
    """Codes a capaian table may use: the city or regency and its districts."""
    return [w.kode for w in daftar if w.tingkat != "kelurahan"]


def wilayah_bytes(daftar: Iterable[Wilayah]) -> bytes:
    """The region file that load_wilayah reads back."""
    return table_bytes(
        KOLOM,
        ((w.kode, w.kode_bps, w.tingkat, w.nama, "; ".join(w.alias), w.sumber) for w in daftar),
    )
