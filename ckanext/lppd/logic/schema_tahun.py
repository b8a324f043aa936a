"""What the actions on years, assignments and declarations take."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit

from ckanext.lppd.logic.schema import Schema, _optional, _required, _validators, _year
from ckanext.lppd.workflow import kalender, rules


def declare() -> Schema:
    """`lppd_nyatakan`."""
    return {
        "id": _required(),
        "jenis": [*_required(), toolkit.get_validator("one_of")(list(rules.DECLARATIONS))],
        "reason": _optional(),
        "note": _optional(),
        "tanggal": _validators("ignore_missing", "isodate"),
        "state_seen": _optional(),
        "manifest": _optional(),
    }


def confirm() -> Schema:
    """`lppd_sahkan`."""
    finals = [rules.TIDAK_BERLAKU, rules.NIHIL]
    return {
        "id": _required(),
        "jenis": [*_required(), toolkit.get_validator("one_of")(finals)],
        "state_seen": _optional(),
        "manifest": _optional(),
    }


def reopen() -> Schema:
    """`lppd_buka_lagi`."""
    return {
        "id": _required(),
        "reason": _optional(),
        "note": _optional(),
        "state_seen": _optional(),
        "manifest": _optional(),
    }


def plan_year() -> Schema:
    """`lppd_tahun_rencanakan`."""
    return {"edisi": _required(), "tahun": _year(), "prioritas": _optional()}


def move_year() -> Schema:
    """`lppd_tahun_ubah`."""
    acts = [act.name for act in kalender.ACTS]
    return {
        "edisi": _required(),
        "tahun": _year(),
        "tindakan": [*_required(), toolkit.get_validator("one_of")(acts)],
        "reason": _optional(),
        "state_seen": _optional(),
    }


def copy_year() -> Schema:
    """`lppd_tahun_salin`."""
    return {"edisi": _required(), "dari": _year(), "ke": _year()}


def year() -> Schema:
    """Actions that take an edition and a year alone."""
    return {"edisi": _required(), "tahun": _year()}


def list_assignments() -> Schema:
    """`lppd_tugas_list`."""
    return {**year(), "belum": _validators("ignore_missing", "boolean_validator")}


def upload_id() -> Schema:
    """`lppd_tugas_rencana`."""
    return {"id": _required()}


def apply_upload() -> Schema:
    """`lppd_tugas_terapkan`."""
    return {"id": _required(), "terlihat": _required()}


def contribute() -> Schema:
    """`lppd_sumbang`; `nilai` is tested by the action."""
    return {"id": _required(), "kode_wilayah": _optional(), "catatan": _optional()}


def year_history() -> Schema:
    """`lppd_riwayat_tahun`."""
    return {
        **year(),
        "owner_org": _optional(),
        "tindakan": _optional(),
        "limit": _validators("ignore_missing", "natural_number_validator"),
        "offset": _validators("ignore_missing", "natural_number_validator"),
    }


def _said_yes(value: Any) -> Any:
    """Return True for the word that our own pages write, anything else as it is."""
    return True if str(value).strip().lower() == "ya" else value


def completeness() -> Schema:
    """`lppd_kelengkapan` and `lppd_pengingat`."""
    missing, truth = _validators("ignore_missing", "boolean_validator")
    boolean = [missing, _said_yes, truth]
    return {
        "tahun": _validators("ignore_empty", "int_validator"),
        "tanggal": _validators("ignore_empty", "isodate"),
        "pd": _optional(),
        "urusan": _optional(),
        "keadaan": _optional(),
        "terlambat": boolean,
        "rinci": boolean,
        "limit": _validators("ignore_missing", "natural_number_validator"),
        "offset": _validators("ignore_missing", "natural_number_validator"),
    }
