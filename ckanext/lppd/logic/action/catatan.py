"""Actions on notes: pinned by the reviewer to a place, dealt with by the producer."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit

from ckanext.lppd.logic import dictize
from ckanext.lppd.logic import review_schema as schemas
from ckanext.lppd.logic.action.isian import readable_isian
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.input import validated
from ckanext.lppd.workflow import notes


def _listing(isian_id: str) -> list[dict[str, Any]]:
    return [
        {
            "id": pinned.note.id,
            "jenis": pinned.note.kind,
            "sasaran": pinned.note.target,
            "teks": pinned.note.body,
            "peran": pinned.note.role,
            "oleh": dictize.user_name(pinned.note.created_by),
            "created": pinned.note.created_at.isoformat(),
            "selesai": pinned.done is not None,
            "jawaban": pinned.done.answer if pinned.done else "",
            "selesai_oleh": dictize.user_name(pinned.done.done_by) if pinned.done else None,
            "selesai_pada": pinned.done.done_at.isoformat() if pinned.done else None,
        }
        for pinned in notes.of_isian(isian_id)
    ]


@toolkit.side_effect_free
def lppd_catatan_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """List the notes of an isian, open ones first; for who may read the isian.

    :param id: id of the isian
    :rtype: list of dictionaries
    """
    toolkit.check_access("lppd_isian_show", context, data_dict)
    isian = readable_isian(context, validated(data_dict, schemas.by_id(), context))
    return _listing(isian.id)


def lppd_catatan_buat(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Pin a note (walidata or pembina, while the decision is theirs).

    :param id: id of the isian
    :param sel: address of a cell, such as `D3`; or
    :param tempat: `kolom:NAME`, `metadata:FIELD` or `umum`
    :param teks: the note
    :returns: as `lppd_catatan_list`
    :rtype: list of dictionaries
    """
    toolkit.check_access("lppd_catatan", context, data_dict)
    data = validated(data_dict, schemas.note(), context)
    actor = caller(context)
    isian = readable_isian(context, {"id": data["id"]})
    kind, target = notes.place_of(data.get("tempat") or "", data.get("sel") or "")
    notes.add(isian.id, actor, kind, target, data.get("teks") or "")
    return _listing(data["id"])


def lppd_catatan_selesai(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Mark a note as dealt with (produsen, while the isian may be changed).

    :param id: id of the isian
    :param catatan_id: id of the note
    :param jawaban: what was done (optional)
    :returns: as `lppd_catatan_list`
    :rtype: list of dictionaries
    """
    toolkit.check_access("lppd_catatan", context, data_dict)
    data = validated(data_dict, schemas.note_done(), context)
    actor = caller(context)
    readable_isian(context, {"id": data["id"]})
    notes.mark_done(data["id"], data["catatan_id"], actor, data.get("jawaban") or "")
    return _listing(data["id"])
