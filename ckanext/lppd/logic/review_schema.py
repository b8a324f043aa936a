"""What the actions of filling in and examining take, as CKAN validation schemas."""

from __future__ import annotations

from ckan.plugins import toolkit

from ckanext.lppd.logic.schema import Schema, _optional, _required, _validators
from ckanext.lppd.logic.schema import by_id as by_id
from ckanext.lppd.workflow import rules


def evidence() -> Schema:
    """`lppd_bukti_unggah`; the service says what is wrong with title and document."""
    return {
        "id": _required(),
        "upload": _validators("ignore_missing"),
        "judul": _optional(),
        "dokumen": _optional(),
    }


def evidence_removal() -> Schema:
    """`lppd_bukti_hapus`."""
    return {"id": _required(), "bukti_id": _required()}


def note() -> Schema:
    """`lppd_catatan_buat`."""
    return {"id": _required(), "tempat": _optional(), "sel": _optional(), "teks": _optional()}


def note_done() -> Schema:
    """`lppd_catatan_selesai`."""
    return {"id": _required(), "catatan_id": _required(), "jawaban": _optional()}


def values() -> Schema:
    """`lppd_isian_coba` and `lppd_isian_isi`; `baris` is read by `katalog.isian_layar`."""
    return {
        "id": _required(),
        "sha256_seen": _optional(),
    }


def cell() -> Schema:
    """`lppd_isian_ubah_sel`; an empty value is a value too."""
    return {
        "id": _required(),
        "sel": _required(),
        "nilai": _validators("not_missing", "unicode_safe"),
        "sha256_seen": _required(),
    }


def restore() -> Schema:
    """`lppd_isian_pulihkan`."""
    return {
        "id": _required(),
        "versi": _validators("not_missing", "not_empty", "int_validator"),
        "sha256_seen": _required(),
    }


def queue() -> Schema:
    """`lppd_antrean_list`."""
    return {
        "antrean": [
            *_optional(),
            toolkit.get_validator("one_of")([rules.WALIDATA, rules.PEMBINA]),
        ],
        "owner_org": _optional(),
        "urusan": _optional(),
        "prioritas": _validators("ignore_missing", "boolean_validator"),
        "sejak": _validators("ignore_missing", "isodate"),
        "saya": _validators("ignore_missing", "boolean_validator"),
        "urut": [*_optional(), toolkit.get_validator("one_of")(["lama", "tenggat"])],
        "limit": _validators("ignore_missing", "natural_number_validator"),
        "offset": _validators("ignore_missing", "natural_number_validator"),
    }


def claim() -> Schema:
    """`lppd_antrean_ambil`."""
    return {
        "ids": _validators("not_missing", "list_of_strings"),
        "antrean": [
            *_required(),
            toolkit.get_validator("one_of")([rules.WALIDATA, rules.PEMBINA]),
        ],
        "lepas": _validators("ignore_missing", "boolean_validator"),
    }
