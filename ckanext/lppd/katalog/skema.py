"""The Table Schema of one indicator's `capaian` file, generated from the catalogue.

Everything a check needs is in the schema itself, under the custom key "lppd"; so one fingerprint of
the schema covers every rule that was applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .aturan_tabel import aturan_tabel
from .batas import Batas, batas_to_dict
from .berkas import KatalogError
from .edisi import Edisi, Indikator, canonical_sha256
from .wilayah import wilayah_capaian, wilayah_wajib

KUNCI_BARIS = ("kode_indikator", "tahun", "kode_wilayah")
CARA_MENULIS_ANGKA = "Tulis angka tanpa titik pemisah ribuan; pakai koma untuk desimal."
SATUAN_TEKS: Mapping[str, str] = {"persen": "persen (%)", "rupiah": "rupiah (Rp)"}


def table_schema(edisi: Edisi, indikator: Indikator, tahun: int) -> dict[str, Any]:
    """Frictionless Table Schema of the indicator's table for one year, with the key "lppd".

    Raises KatalogError when the indicator is not of this edition or the edition does not cover the
    year.
    """
    if edisi.get(indikator.kode) != indikator:
        raise KatalogError(f"edisi {edisi.kode}", None, f"indikator {indikator.kode} bukan isinya.")
    if not edisi.covers(tahun):
        raise KatalogError(f"edisi {edisi.kode}", None, f"tahun {tahun} tidak dicakup edisi ini.")
    wilayah = frozenset(wilayah_capaian(edisi.wilayah))
    return {
        "title": indikator.nama,
        "description": f"Capaian {indikator.kode} tahun {tahun}, satu baris tiap wilayah.",
        "fields": [
            *_kolom_kunci(edisi, indikator, tahun),
            *(_kolom_bagian(indikator, name, title) for name, title in indikator.rumus.parts),
            _kolom_capaian(indikator),
            {
                "name": "keterangan",
                "type": "string",
                "title": "Keterangan",
                "description": "Catatan bila perlu, misalnya alasan data tidak tersedia.",
            },
        ],
        "primaryKey": list(KUNCI_BARIS),
        "missingValues": [""],
        "lppd": {
            "versi": 1,
            "edisi": edisi.kode,
            "kode": indikator.kode,
            "tahun": tahun,
            "jenis": indikator.jenis,
            "nama": indikator.nama,
            "satuan": indikator.satuan,
            "rumus": indikator.rumus.to_dict(),
            "wilayah_wajib": wilayah_wajib(edisi.wilayah),
            "wilayah": [
                {"kode": w.kode, "nama": w.nama, "kode_bps": w.kode_bps, "alias": list(w.alias)}
                for w in edisi.wilayah
                if w.kode in wilayah
            ],
            "batas": batas_to_dict(indikator.batas),
            "wajar": batas_to_dict(indikator.wajar),
            "kolom_angka": list(indikator.kolom_angka),
            "aturan": aturan_tabel(edisi, indikator),
        },
    }


def schema_sha256(schema: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a schema as canonical JSON: sorted keys, no spaces, UTF-8."""
    return canonical_sha256(schema)


def _kolom_kunci(edisi: Edisi, indikator: Indikator, tahun: int) -> list[dict[str, Any]]:
    kode_wilayah = wilayah_capaian(edisi.wilayah)
    return [
        {
            "name": "kode_indikator",
            "type": "string",
            "title": "Kode indikator",
            "description": f"Selalu {indikator.kode}.",
            "constraints": {"required": True, "enum": [indikator.kode]},
        },
        {
            "name": "tahun",
            "type": "integer",
            "title": "Tahun",
            "description": f"Tahun data, selalu {tahun}.",
            "constraints": {"required": True, "enum": [tahun]},
        },
        {
            "name": "kode_wilayah",
            "type": "string",
            "title": "Kode wilayah",
            "description": f"Kode wilayah Kemendagri. Baris {kode_wilayah[0]} wajib ada; "
            "baris kecamatan boleh ditambahkan.",
            "constraints": {"required": True, "enum": kode_wilayah},
        },
    ]


def _kolom_bagian(indikator: Indikator, name: str, title: str) -> dict[str, Any]:
    return {
        "name": name,
        "type": "number",
        "decimalChar": ",",
        "title": title,
        "description": f"{name.replace('_', ' ').capitalize()}. {CARA_MENULIS_ANGKA}",
        "constraints": {"required": True} | _batas_kolom(indikator, name),
    }


def _kolom_capaian(indikator: Indikator) -> dict[str, Any]:
    rumus = indikator.rumus
    satuan = SATUAN_TEKS.get(indikator.satuan, indikator.satuan)
    cara = f"Satuan: {satuan}. {CARA_MENULIS_ANGKA}"
    syarat = _batas_kolom(indikator, "capaian")
    if rumus.dihitung:
        cara += " Boleh dikosongkan: dihitung dari bagian-bagiannya."
    else:
        syarat = {"required": True} | syarat
    if rumus.pilihan:
        isi = ", ".join(
            f"{p.nilai:f} ({p.label})" if p.label else f"{p.nilai:f}" for p in rumus.pilihan
        )
        cara += f" Isi salah satu: {isi}."
        syarat["enum"] = [_nilai(p.nilai) for p in rumus.pilihan]
    return {
        "name": "capaian",
        "type": "number",
        "decimalChar": ",",
        "title": "Capaian",
        "description": cara,
        "constraints": syarat,
    }


def _batas_kolom(indikator: Indikator, kolom: str) -> dict[str, Any]:
    kosong = Batas(kolom, None, None)
    batas = next((b for b in indikator.batas if b.kolom == kolom), kosong)
    sisi = {"minimum": batas.minimum, "maximum": batas.maksimum}
    return {nama: _nilai(nilai) for nama, nilai in sisi.items() if nilai is not None}


def _nilai(angka: Decimal) -> int | str:
    """A bound as the schema holds it: exact in JSON, readable by a field with a decimal comma."""
    return int(angka) if angka == angka.to_integral_value() else f"{angka:f}".replace(".", ",")
