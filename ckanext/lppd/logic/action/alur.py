"""Actions that move an isian along the workflow; each is one act of `workflow.rules.ACTS`.

All are idempotent on a repeat, lock the row, and are refused with the state they found.
"""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.logic import dictize, schema_tahun
from ckanext.lppd.logic import schema as schemas
from ckanext.lppd.logic.action.isian import DEFAULT_LIMIT, MAX_LIMIT, readable_isian
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.governed import organisation_id
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import Isian
from ckanext.lppd.release import manifest
from ckanext.lppd.release.versions import versions
from ckanext.lppd.workflow import bukti, checks, roles, service, year_history


def _act(name: str, context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    toolkit.check_access("lppd_act", context, data_dict)
    data = validated(data_dict, schemas.act(), context)
    actor = caller(context)
    request = service.Request(
        manifest=data.get("manifest"),
        evidence=data.get("bukti_sha256") or None,
        state_seen=data.get("state_seen"),
        reason_code=data.get("reason_code"),
        note=data.get("note") or data.get("reason"),
        cells=data.get("cells") or [],
    )
    done = service.perform(data["id"], name, actor, request)
    return dictize.isian(model.Session.get(Isian, done.id), actor.id)


def lppd_ajukan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Send a draft to the walidata (produsen); current bytes valid, required metadata there.

    :param id: id of the isian
    :param state_seen: the state the caller saw (optional)
    :returns: the isian, and `peringatan`: sentences on evidence that is asked for and not there
    :rtype: dictionary
    """
    sent = _act("ajukan", context, data_dict)
    return {**sent, "peringatan": list(bukti.missing_of([sent["id"]], dictize.language()).values())}


def lppd_tarik(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take a submission back before it is decided (produsen).

    :param id: id of the isian
    :rtype: dictionary
    """
    return _act("tarik", context, data_dict)


def lppd_setujui(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Approve what was seen (walidata, then pembina for Data Prioritas; never the last editor).

    :param id: id of the isian
    :param manifest: `manifest` of `lppd_isian_show`, proof of what was seen
    :param bukti_sha256: `bukti_sha256` of `lppd_isian_show`, where evidence is there
    :rtype: dictionary
    """
    return _act("setujui", context, data_dict)


def lppd_kembalikan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return a submission with a reason (walidata to the produsen, pembina to the walidata).

    :param id: id of the isian
    :param reason_code: one of `angka_salah`, `data_dukung_kurang`, `metadata_kurang`,
        `definisi_tidak_sesuai`, `lainnya`
    :param note: what to mend
    :param cells: addresses the note points at, such as `["D3"]` (optional)
    :rtype: dictionary
    """
    return _act("kembalikan", context, data_dict)


def lppd_terbitkan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Publish what was approved (walidata); every file is hashed again in the same transaction.

    :param id: id of the isian
    :param manifest: `manifest` of `lppd_isian_show`
    :param bukti_sha256: `bukti_sha256` of `lppd_isian_show`, where evidence is there
    :rtype: dictionary
    """
    return _act("terbitkan", context, data_dict)


def lppd_tarik_publikasi(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take a publication back with a reason (walidata); private at once, whatever Solr does.

    :param id: id of the isian
    :param reason: why
    :rtype: dictionary
    """
    return _act("tarik_publikasi", context, data_dict)


def lppd_revisi_mulai(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Start a revision of what is published (produsen); the approved version stays public.

    :param id: id of the published isian
    :param note: why
    :returns: the isian of the working copy
    :rtype: dictionary
    """
    toolkit.check_access("lppd_act", context, data_dict)
    data = validated(data_dict, schemas.act(), context)
    actor = caller(context)
    request = service.Request(
        state_seen=data.get("state_seen"), note=data.get("note") or data.get("reason")
    )
    copy = service.perform(data["id"], "revisi_mulai", actor, request)
    checks.check_now_or_later(copy, actor.id)
    return dictize.isian(model.Session.get(Isian, copy.id), actor.id)


def lppd_revisi_batal(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Abandon a revision (produsen); only the record of acts stays.

    :param id: id of the revision's isian
    :param note: why (optional)
    :returns: the published isian
    :rtype: dictionary
    """
    toolkit.check_access("lppd_act", context, data_dict)
    data = validated(data_dict, schemas.act(), context)
    actor = caller(context)
    request = service.Request(state_seen=data.get("state_seen"), note=data.get("note"))
    parent = service.cancel_revision(data["id"], actor, request)
    return dictize.isian(parent, actor.id)


@toolkit.side_effect_free
def lppd_rilis_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """List every published version of a dataset, newest first; for who may read the dataset.

    :param id: id or name of the dataset
    :returns: version, date, approver, each file with its sha256, and whether it was withdrawn
    :rtype: list of dictionaries
    """
    data = validated(data_dict, schemas.by_id(), context)
    toolkit.check_access("package_show", context, {"id": data["id"]})
    row = manifest.package_row(data["id"])
    return [
        {**dictize.release(release), "ditarik": withdrawn}
        for release, withdrawn in versions(row.id)
    ]


@toolkit.side_effect_free
def lppd_riwayat(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """List the acts on an isian, newest first.

    :param id: id of the isian
    :rtype: list of dictionaries
    """
    toolkit.check_access("lppd_riwayat", context, data_dict)
    isian = readable_isian(context, validated(data_dict, schemas.by_id(), context))
    return [dictize.transition(row) for row in service.history(isian.id)]


@toolkit.side_effect_free
def lppd_riwayat_tahun(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List every act of a year, newest first; for the reviewers of the year and sysadmins.

    :param edisi: code of the edition
    :param tahun: year of the data
    :param owner_org: id or name of the agency whose isian count (optional)
    :param tindakan: name of an act (optional)
    :param limit: at most this many, 200 by default, 1000 at most
    :param offset: skip this many
    :returns: count, results, and `acts`: the names to filter by
    :rtype: dictionary
    """
    toolkit.check_access("lppd_riwayat", context, data_dict)
    data = validated(data_dict, schema_tahun.year_history(), context)
    user = model.User.get(caller(context).id)
    if not (user.sysadmin or roles.is_reviewer(user.id)):
        raise toolkit.NotAuthorized("Riwayat setahun untuk walidata, pembina, Bappeda, dan APIP.")
    edition, year = data["edisi"], data["tahun"]
    owner = data.get("owner_org")
    count, rows = year_history.year_history(
        edition,
        year,
        organisation=(organisation_id(owner) or "-") if owner else None,
        act=data.get("tindakan") or None,
        limit=min(int(data.get("limit") or DEFAULT_LIMIT), MAX_LIMIT),
        offset=int(data.get("offset") or 0),
    )
    acts = year_history.acts_of_year(edition, year)
    return {"count": count, "results": rows, "acts": acts}
