"""The Table Schema of a sectoral table, from the data dictionary its producer writes as text.

One line per column of the table: ``nama; tipe; satuan; keterangan``. Satuan and keterangan may be
left out. The first line may be the heading itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .berkas import KatalogError
from .skema import CARA_MENULIS_ANGKA

BERKAS = "kamus data"
BENTUK_BARIS = "nama; tipe; satuan; keterangan"
PANJANG_NAMA, KOLOM_TERBANYAK = 100, 200
# What a producer may call a type -> the field it becomes.
TIPE: Mapping[str, Mapping[str, str]] = {
    "teks": {"type": "string"},
    "bulat": {"type": "integer"},
    "angka": {"type": "number", "decimalChar": ","},
    "tanggal": {"type": "date"},
    "tahun": {"type": "year"},
}
ALIAS_TIPE: Mapping[str, str] = {
    "bilangan bulat": "bulat",
    "integer": "bulat",
    "bilangan": "angka",
    "desimal": "angka",
    "number": "angka",
    "text": "teks",
    "string": "teks",
    "date": "tanggal",
    "year": "tahun",
}
CARA: Mapping[str, str] = {
    "bulat": "Tulis bilangan bulat tanpa titik pemisah ribuan.",
    "angka": CARA_MENULIS_ANGKA,
    "tanggal": "Tulis sebagai tahun-bulan-hari, misalnya 2025-03-31.",
    "tahun": "Tulis empat angka, misalnya 2025.",
}


def table_schema_sektoral(kamus_data: str, judul: str) -> dict[str, Any]:
    """Frictionless Table Schema, with the key "lppd", of the table a data dictionary describes.

    kamus_data: the text of the field; empty lines are ignored.
    judul: title of the dataset.
    Raises KatalogError with the line number for anything unclear, and when there is no column.
    """
    fields: list[dict[str, Any]] = []
    satuan: dict[str, str] = {}
    terpakai: dict[str, int] = {}
    for line, teks in enumerate(kamus_data.splitlines(), start=1):
        if not teks.strip() or (not fields and _judul_kolom(teks)):
            continue
        nama, tipe, satuan_kolom, keterangan = _pecah(teks, line)
        if nama.casefold() in terpakai:
            raise KatalogError(
                BERKAS, line, f"kolom '{nama}' sudah ada di baris {terpakai[nama.casefold()]}."
            )
        terpakai[nama.casefold()] = line
        fields.append(_field(nama, tipe, satuan_kolom, keterangan))
        if satuan_kolom:
            satuan[nama] = satuan_kolom
    if not fields:
        raise KatalogError(
            BERKAS, None, f"masih kosong. Tulis satu baris tiap kolom: {BENTUK_BARIS}."
        )
    if len(fields) > KOLOM_TERBANYAK:
        raise KatalogError(BERKAS, None, f"paling banyak {KOLOM_TERBANYAK} kolom.")
    return {
        "title": judul,
        "fields": fields,
        "missingValues": [""],
        "lppd": {
            "versi": 1,
            "jenis": "sektoral",
            "nama": judul,
            "satuan_kolom": satuan,
            "kolom_angka": [f["name"] for f in fields if f["type"] in ("integer", "number")],
        },
    }


def _judul_kolom(teks: str) -> bool:
    return [bagian.strip().casefold() for bagian in teks.split(";")][:2] == ["nama", "tipe"]


def _pecah(teks: str, line: int) -> tuple[str, str, str, str]:
    # At most four parts, so that the remark may hold a semicolon of its own.
    bagian = [b.strip() for b in teks.split(";", 3)]
    if len(bagian) < 2:
        raise KatalogError(BERKAS, line, f"'{teks.strip()}' belum lengkap. Tulis: {BENTUK_BARIS}.")
    nama, tipe, satuan, keterangan = (*bagian, "", "")[:4]
    if not nama or len(nama) > PANJANG_NAMA or not nama.isprintable():
        raise KatalogError(
            BERKAS, line, f"nama kolom kosong, rusak, atau lebih dari {PANJANG_NAMA} huruf."
        )
    dikenal = ALIAS_TIPE.get(tipe.casefold(), tipe.casefold())
    if dikenal not in TIPE:
        raise KatalogError(BERKAS, line, f"tipe '{tipe}' tidak dikenal. Pakai: {', '.join(TIPE)}.")
    return nama, dikenal, satuan, keterangan


def _field(nama: str, tipe: str, satuan: str, keterangan: str) -> dict[str, Any]:
    bagian = [keterangan, f"Satuan: {satuan}." if satuan else "", CARA.get(tipe, "")]
    return {
        "name": nama,
        **TIPE[tipe],
        "title": nama.replace("_", " ").capitalize() if nama.islower() else nama,
        "description": " ".join(b for b in bagian if b),
    }
