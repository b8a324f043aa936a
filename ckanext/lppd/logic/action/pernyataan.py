"""Actions on declarations instead of a value; each is one act of `workflow.rules.ACTS`."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.logic import dictize
from ckanext.lppd.logic import schema_tahun as schemas
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import Isian
from ckanext.lppd.workflow import service


def _perform(context: Any, data: dict[str, Any], act: str) -> dict[str, Any]:
    actor = caller(context)
    promised = data.get("tanggal")
    request = service.Request(
        manifest=data.get("manifest"),
        state_seen=data.get("state_seen"),
        note=data.get("reason") or data.get("note"),
        promised=promised.date() if promised else None,
    )
    done = service.perform(data["id"], act, actor, request)
    return dictize.isian(model.Session.get(Isian, done.id), actor.id)


def lppd_nyatakan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Declare that an indicator has no value (produsen); the walidata confirms it.

    :param id: id of the isian
    :param jenis: `tidak_berlaku` (does not apply to the city), `nihil` (nothing to report), or
        `belum_tersedia` (comes later; needs no confirmation and does not count as complete)
    :param reason: why, in a sentence
    :param tanggal: for `belum_tersedia`: the date it is promised for, YYYY-MM-DD
    :param state_seen: the state the caller saw (optional)
    :rtype: dictionary
    """
    toolkit.check_access("lppd_act", context, data_dict)
    data = validated(data_dict, schemas.declare(), context)
    return _perform(context, data, f"nyatakan_{data['jenis']}")


def lppd_sahkan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Confirm a declaration of tidak berlaku or nihil (walidata, never who declared it).

    :param id: id of the isian
    :param jenis: `tidak_berlaku` or `nihil`: what the caller saw
    :param state_seen: the state the caller saw (optional)
    :rtype: dictionary
    """
    toolkit.check_access("lppd_act", context, data_dict)
    data = validated(data_dict, schemas.confirm(), context)
    return _perform(context, data, f"sahkan_{data['jenis']}")


def lppd_buka_lagi(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take a confirmed declaration back, because there is a value after all (produsen).

    :param id: id of the isian
    :param reason: why
    :param state_seen: the state the caller saw (optional)
    :rtype: dictionary
    """
    toolkit.check_access("lppd_act", context, data_dict)
    return _perform(context, validated(data_dict, schemas.reopen(), context), "buka_lagi")
