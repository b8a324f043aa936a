"""What each action takes, as CKAN validation schemas."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit

from ckanext.lppd.checking import questions
from ckanext.lppd.workflow import rules

Schema = dict[str, Any]


def _validators(*names: str) -> list[Any]:
    return [toolkit.get_validator(name) for name in names]


def _required() -> list[Any]:
    return _validators("not_missing", "not_empty", "unicode_safe")


def _optional() -> list[Any]:
    return _validators("ignore_missing", "unicode_safe")


def _whole_year(value: Any) -> int:
    written = str(value).strip()
    if not (written.isascii() and written.isdigit() and len(written) == 4):
        raise toolkit.Invalid("Tahun ditulis dengan empat angka, misalnya 2025.")
    return int(written)


def _year() -> list[Any]:
    return [*_validators("not_missing", "not_empty"), _whole_year]


def _optional_int() -> list[Any]:
    return _validators("ignore_missing", "int_validator")


def open_year() -> Schema:
    """`lppd_tahun_buka`."""
    return {"edisi": _required(), "tahun": _year(), "prioritas": _optional()}


def workbook() -> Schema:
    """`lppd_buku_kerja_periksa` and `_simpan`; the file itself is no text."""
    return {
        "edisi": _required(),
        "tahun": _year(),
        "owner_org": _required(),
        "upload": _validators("ignore_missing"),
    }


def assign() -> Schema:
    """`lppd_isian_tugaskan`."""
    return {
        "id": _required(),
        "owner_org": _optional(),
        "prioritas": _validators("ignore_missing", "boolean_validator"),
        "due": _validators("ignore_missing", "isodate"),
        "dilihat": _optional(),
    }


def list_isian() -> Schema:
    """`lppd_isian_list`."""
    return {
        "edisi": _optional(),
        "tahun": _optional_int(),
        "owner_org": _optional(),
        "state": _optional(),
        "antrean": [
            *_optional(),
            toolkit.get_validator("one_of")([rules.WALIDATA, rules.PEMBINA]),
        ],
        "jenis": [
            *_optional(),
            toolkit.get_validator("one_of")(["indikator", "sektoral", "revisi"]),
        ],
        "saya": _validators("ignore_missing", "boolean_validator"),
        "limit": _validators("ignore_missing", "natural_number_validator"),
        "offset": _validators("ignore_missing", "natural_number_validator"),
    }


def show_isian() -> Schema:
    """`lppd_isian_show`: by id, or by edition, code and year."""
    return {
        "id": _optional(),
        "edisi": _optional(),
        "kode": _optional(),
        "tahun": _optional_int(),
    }


def by_id() -> Schema:
    """Actions that take an isian id alone."""
    return {"id": _required()}


def upload() -> Schema:
    """`lppd_isian_unggah`: a file, or the same content as text."""
    return {
        "id": _required(),
        "upload": _validators("ignore_missing"),
        "teks": _validators("ignore_missing", "unicode_safe"),
        "filename": _optional(),
        "peran": _optional(),
        "manifest": _optional(),
    }


def answer() -> Schema:
    """`lppd_isian_jawab`."""
    one_of = toolkit.get_validator("one_of")
    return {
        "id": _required(),
        "kolom": _required(),
        "bacaan": [*_required(), one_of(list(questions.READINGS))],
        "bentuk": [*_optional(), one_of(list(questions.SHAPES))],
        "resource_id": _optional(),
        "sha256": _optional(),
    }


def act() -> Schema:
    """Every act of the workflow."""
    return {
        "id": _required(),
        "manifest": _optional(),
        "bukti_sha256": _optional(),
        "state_seen": _optional(),
        "reason_code": _optional(),
        "note": _optional(),
        "reason": _optional(),
        "cells": _validators("ignore_missing", "list_of_strings"),
    }


def edition() -> Schema:
    """`lppd_indikator_list`."""
    return {"edisi": _required()}


def indicator() -> Schema:
    """`lppd_indikator_show`."""
    return {"edisi": _required(), "kode": _required()}


def table_schema() -> Schema:
    """`lppd_skema_show`."""
    return {"edisi": _required(), "kode": _required(), "tahun": _year()}


def values() -> Schema:
    """`lppd_nilai`."""
    return {
        "edisi": _optional(),
        "kode": _optional(),
        "tahun": _optional_int(),
        "kode_wilayah": _optional(),
        "bagian": _optional(),
        "limit": _validators("ignore_missing", "natural_number_validator"),
        "offset": _validators("ignore_missing", "natural_number_validator"),
    }


def organisation_role() -> Schema:
    """`lppd_organisasi_atur`."""
    return {
        "id": _required(),
        "peran_sdi": [*_required(), toolkit.get_validator("one_of")(list(rules.ROLES))],
        "urusan": _validators("ignore_missing", "list_of_strings"),
        "source": _optional(),
    }


def enrol() -> Schema:
    """`lppd_organisasi_daftarkan`."""
    return {
        "id": _required(),
        "alasan": _optional(),
        "uji": _validators("ignore_missing", "boolean_validator"),
    }


def with_reason(field: str) -> Schema:
    """Acts on the scope that need a reason in `field`."""
    return {"id": _required(), field: _required()}


def list_inherited() -> Schema:
    """`lppd_warisan_list`."""
    return {
        "owner_org": _optional(),
        "limit": _validators("ignore_missing", "natural_number_validator"),
        "offset": _validators("ignore_missing", "natural_number_validator"),
    }
