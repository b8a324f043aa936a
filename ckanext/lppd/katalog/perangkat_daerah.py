"""The city's agencies, their part in Satu Data, and which of them answers for an indicator."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .berkas import Baris, KatalogError, read_table, schemas_dir
from .edisi import Edisi, Indikator

PERAN = ("produsen", "walidata", "pembina", "perencana", "pengawas")
# There is one of each at most: Perpres 39/2019 Pasal 20-24.
PERAN_TUNGGAL = ("walidata", "pembina", "perencana", "pengawas")
KOLOM = (
    "slug",
    "nama",
    "singkatan",
    "jenis",
    "peran_sdi",
    "urusan",
    "kode_wilayah",
    "sumber",
    "keyakinan",
)
KOLOM_URUSAN = ("kode", "kelompok", "nama", "sumber")
KOLOM_PADANAN = ("edisi", "awalan_ikk", "kode_urusan", "nama_urusan", "dasar", "keyakinan")
KEYAKINAN = ("tinggi", "sedang")
# A unit inside an agency (a hospital under the health agency) does not answer for its urusan.
AWALAN_UNIT = "UPT"

# CKAN's own rule for an organisation name.
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PerangkatDaerah:
    """One agency. slug is its CKAN organisation name; urusan are codes as text ("1.01")."""

    slug: str
    nama: str
    singkatan: str
    jenis: str
    peran_sdi: str
    urusan: tuple[str, ...]
    kode_wilayah: str | None
    sumber: str
    keyakinan: str


@dataclass(frozen=True, slots=True)
class Urusan:
    """One field of government (Permendagri 90/2019), code as text ("2.10")."""

    kode: str
    kelompok: str
    nama: str
    sumber: str


def load_perangkat_daerah(path: Path | None = None) -> tuple[PerangkatDaerah, ...]:
    """Read the agencies of one city; without a path those of Medan.

    Raises KatalogError: repeated or malformed slug, unknown urusan or role, a second holder of a
    role that only one may have, a row marked "rendah".
    """
    urusan = {u.kode for u in load_urusan()}
    hasil: list[PerangkatDaerah] = []
    pemakai: dict[str, int] = {}
    for baris in read_table(path or schemas_dir() / "perangkat_daerah" / "medan.csv", KOLOM):
        pd = _perangkat_daerah(baris, urusan)
        kunci = [f"slug '{pd.slug}'"]
        if pd.peran_sdi in PERAN_TUNGGAL:
            kunci.append(f"peran '{pd.peran_sdi}'")
        for k in kunci:
            if k in pemakai:
                baris.salah(f"{k} sudah dipakai di baris {pemakai[k]}. Hanya boleh satu.")
            pemakai[k] = baris.line
        hasil.append(pd)
    return tuple(hasil)


def _perangkat_daerah(baris: Baris, urusan: Iterable[str]) -> PerangkatDaerah:
    slug = baris.wajib("slug")
    if not _SLUG.fullmatch(slug):
        baris.salah(
            f"slug '{slug}' hanya boleh huruf kecil, angka dan tanda hubung (2 sampai 100)."
        )
    asing = [kode for kode in baris.daftar("urusan") if kode not in urusan]
    if asing:
        baris.salah(f"urusan {', '.join(asing)} tidak ada di urusan.csv.")
    return PerangkatDaerah(
        slug=slug,
        nama=baris.wajib("nama"),
        singkatan=baris["singkatan"],
        jenis=baris.wajib("jenis"),
        peran_sdi=baris.pilihan("peran_sdi", PERAN),
        urusan=baris.daftar("urusan"),
        kode_wilayah=baris["kode_wilayah"] or None,
        sumber=baris.wajib("sumber"),
        keyakinan=baris.pilihan("keyakinan", KEYAKINAN),
    )


def load_urusan() -> tuple[Urusan, ...]:
    """The fields of government, from schemas/urusan.csv."""
    rows = read_table(schemas_dir() / "urusan.csv", KOLOM_URUSAN)
    return tuple(Urusan(**{kolom: baris.wajib(kolom) for kolom in KOLOM_URUSAN}) for baris in rows)


def kode_urusan(indikator: Indikator) -> tuple[str, ...]:
    """Codes of the urusan an indicator belongs to; empty when its edition has no mapping for it.

    The mapping goes by the first two parts of the code ("2.k.1" -> "2.k") and holds for the edition
    it was made from only.
    """
    awalan = ".".join(indikator.kode.split(".")[:2])
    for baris in read_table(schemas_dir() / "urusan_ikk.csv", KOLOM_PADANAN):
        baris.pilihan("keyakinan", KEYAKINAN)
        if (baris["edisi"], baris["awalan_ikk"]) == (indikator.edisi, awalan):
            return baris.daftar("kode_urusan")
    return ()


def penanggung_jawab(
    edisi: Edisi, indikator: Indikator, daftar: Iterable[PerangkatDaerah]
) -> str | None:
    """Slug of the one agency whose urusan the indicator is, or None when that is not sure.

    None for makro indicators (BPS supplies them), for an urusan that several agencies or none
    carry, and for editions without a mapping: then a person decides.
    Raises KatalogError when the indicator is not of this edition.
    """
    if edisi.get(indikator.kode) != indikator:
        raise KatalogError(f"edisi {edisi.kode}", None, f"indikator {indikator.kode} bukan isinya.")
    if indikator.jenis == "makro":
        return None
    kode = set(kode_urusan(indikator))
    pemikul = [
        pd.slug
        for pd in daftar
        if kode.intersection(pd.urusan) and not pd.jenis.startswith(AWALAN_UNIT)
    ]
    return pemikul[0] if len(pemikul) == 1 else None
