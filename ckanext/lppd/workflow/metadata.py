"""Metadata of a governed dataset: what the catalogue fills in and what must be there to submit.

The five parts of Standar Data (konsep, definisi, klasifikasi, ukuran, satuan) are required by
Perpres 39/2019 article 4; the scheming files mark them with `wajib_ajukan`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml
from ckan import model
from sqlalchemy import select

from ckanext.lppd.katalog import Edisi, Indikator, dataset_name, schemas_dir
from ckanext.lppd.model import Isian, Year
from ckanext.lppd.model.isian_store import isian_by_identity
from ckanext.lppd.release.manifest import stored_dataset

DATASET_TYPES = {"indikator": "indikator-lppd", "sektoral": "data-sektoral"}
# What a dataset of an ordinary type must say before it is submitted: its form asks no more.
ORDINARY_REQUIRED = (("title", "Judul"), ("notes", "Deskripsi"), ("license_id", "Lisensi"))
DEFAULT_LICENSE = "cc-by"
EMPTY = frozenset({"", "-"})


def indicator_defaults(edisi: Edisi, indikator: Indikator, year: int) -> dict[str, Any]:
    """Return the dataset fields that the catalogue decides for one indicator and year."""
    return {
        "type": DATASET_TYPES["indikator"],
        "name": dataset_name(indikator, year),
        "edisi": edisi.kode,
        "kode_indikator": indikator.kode,
        "tahun": str(year),
        "jenis_indikator": indikator.jenis,
        "urusan": indikator.urusan,
        "rumus": indikator.rumus_teks,
        "satuan": indikator.satuan,
    }


def suggested_metadata(indikator: Indikator, year: int) -> dict[str, Any]:
    """Return first values for the fields a producer may change, taken from the catalogue."""
    parts = "; ".join(f"{name.replace('_', ' ')}: {title}" for name, title in indikator.rumus.parts)
    return {
        "title": f"{indikator.nama}, {year}",
        "notes": f"Capaian indikator {indikator.kode} {indikator.nama} tahun {year}.",
        "license_id": DEFAULT_LICENSE,
        "konsep": indikator.nama,
        "definisi": parts or indikator.rumus_teks or indikator.nama,
        "klasifikasi": "Menurut wilayah (kota dan kecamatan)",
        "ukuran": indikator.nama,
    }


@cache
def _required_fields(dataset_type: str) -> tuple[tuple[str, str], ...]:
    path = schemas_dir() / "dataset" / f"{dataset_type}.yaml"
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))["dataset_fields"]
    return tuple(
        (field["field_name"], field["label"]["id"]) for field in fields if field.get("wajib_ajukan")
    )


@cache
def carried_fields() -> tuple[str, ...]:
    """Return the fields of an indicator's dataset that hold for the next year as well."""
    path = schemas_dir() / "dataset" / f"{DATASET_TYPES['indikator']}.yaml"
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))["dataset_fields"]
    names = (field["field_name"] for field in fields if "readonly" not in str(field))
    # the first three name the year; the owner is the assignment's
    return tuple(n for n in names if n not in {"title", "name", "notes", "owner_org"})


def carried_metadata(isian: Isian) -> dict[str, Any]:
    """Return the metadata of the year that this isian's year was copied from; never a value."""
    source = model.Session.scalar(
        select(Year.copied_from).where(Year.edition == isian.edition, Year.year == isian.year)
    )
    before = isian_by_identity(isian.edition, isian.code, source) if source else None
    if before is None or not before.package_id:
        return {}
    dataset = stored_dataset(before.package_id)
    return {n: dataset[n] for n in carried_fields() if str(dataset.get(n) or "").strip()}


def missing_fields(isian: Isian) -> list[tuple[str, str]]:
    """Return (field, label) of the metadata that must be filled in before submitting."""
    dataset = stored_dataset(isian.package_id)
    own = dataset["type"] in DATASET_TYPES.values()
    required = _required_fields(dataset["type"]) if own else ORDINARY_REQUIRED
    return [
        (name, title) for name, title in required if str(dataset.get(name) or "").strip() in EMPTY
    ]


def kamus_data(isian: Isian) -> str:
    """Return the data dictionary of a sectoral dataset; empty for an indicator."""
    if isian.is_indicator or not isian.package_id:
        return ""
    return field_of(stored_dataset(isian.package_id), "kamus_data")


def field_of(dataset: dict[str, Any], name: str) -> str:
    """Return a field of a dataset; ordinary types keep what their form does not know in extras."""
    value = dataset.get(name)
    if value is None:
        extras = [e for e in dataset.get("extras") or [] if isinstance(e, dict)]
        value = next((e.get("value") for e in extras if e.get("key") == name), None)
    return str(value or "")
