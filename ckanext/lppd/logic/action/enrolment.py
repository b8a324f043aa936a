"""Actions on the governance scope: enrol, leave, warisan, let a dataset go."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import select

from ckanext.lppd.logic import dictize
from ckanext.lppd.logic import schema as schemas
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.governed import organisation_id
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import EnrolledOrg, Isian, ScopeLog
from ckanext.lppd.release import manifest
from ckanext.lppd.workflow import enrolment, inherited, roles

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000


def _reviewers_only(context: Any) -> None:
    user = model.User.get(context.get("user") or "")
    if user is None or not (user.sysadmin or roles.is_reviewer(user.id)):
        raise toolkit.NotAuthorized("Daftar ini dibaca oleh walidata dan pemeriksa lain.")


def _organisation(name_or_id: str) -> str:
    group_id = organisation_id(name_or_id)
    if group_id is None:
        raise toolkit.ObjectNotFound(f"Organisasi {name_or_id} tidak ditemukan.")
    return group_id


def _dataset(name_or_id: str) -> str:
    row = manifest.package_row(name_or_id)
    if row is None:
        raise toolkit.ObjectNotFound(f"Dataset {name_or_id} tidak ditemukan.")
    return str(row.id)


def lppd_organisasi_daftarkan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Enrol an organisation: every dataset it has and gets is governed; sysadmins only.

    :param id: id or name of the organisation
    :param alasan: why; goes on record
    :param uji: only say what would change (optional)
    :returns: `jumlah`, and the datasets that become `warisan` (public, stay so), `draf`, or are
        `dibiarkan` (governed already), and `perhatian`: what lacks
    :rtype: dictionary
    """
    toolkit.check_access("lppd_organisasi_daftarkan", context, data_dict)
    data = validated(data_dict, schemas.enrol(), context)
    group_id = _organisation(data["id"])
    if data.get("uji"):
        if model.Session.get(EnrolledOrg, group_id) is not None:
            raise toolkit.ValidationError({"id": ["Organisasi ini sudah terdaftar."]})
        return {"id": group_id, "uji": True, **enrolment.plan(group_id).to_dict()}
    reason = data.get("alasan") or "didaftarkan"
    done = enrolment.enrol(group_id, caller(context), reason)
    return {"id": group_id, "uji": False, **done.to_dict()}


def lppd_organisasi_keluarkan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take an organisation out again; its datasets stay governed one by one; sysadmins only.

    :param id: id or name of the organisation
    :param alasan: why; goes on record
    :rtype: dictionary
    """
    toolkit.check_access("lppd_organisasi_keluarkan", context, data_dict)
    data = validated(data_dict, schemas.with_reason("alasan"), context)
    group_id = _organisation(data["id"])
    enrolment.leave(group_id, caller(context), data["alasan"])
    return {"id": group_id}


@toolkit.side_effect_free
def lppd_organisasi_riwayat(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """List the acts on the scope of an organisation and its datasets, newest first; reviewers.

    :param id: id or name of the organisation
    :rtype: list of dictionaries
    """
    toolkit.check_access("lppd_warisan_list", context, data_dict)
    data = validated(data_dict, schemas.by_id(), context)
    _reviewers_only(context)
    rows = model.Session.scalars(
        select(ScopeLog)
        .where(ScopeLog.group_id == _organisation(data["id"]))
        .order_by(ScopeLog.id.desc())
        .limit(MAX_LIMIT)
    )
    return [
        {
            "act": row.act,
            "package_id": row.package_id,
            "actor": row.actor,
            "alasan": row.reason,
            "detail": row.detail,
            "created": row.created_at.isoformat(),
        }
        for row in rows
    ]


def lppd_tata_kelola_akhiri(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """End governance of one dataset that an enrolled organisation brought along (walidata).

    :param id: id or name of the dataset
    :param reason: why; goes on record
    :rtype: dictionary
    """
    toolkit.check_access("lppd_act", context, data_dict)
    data = validated(data_dict, schemas.with_reason("reason"), context)
    package_id = _dataset(data["id"])
    inherited.let_go(package_id, caller(context), data["reason"])
    return {"id": package_id}


def lppd_warisan_kelola(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Bring an inherited public dataset into the workflow (produsen of the owner, or walidata).

    What is public is recorded as a first version without verdict and stays public; a change goes
    by `lppd_revisi_mulai` on the isian that is returned.

    :param id: id or name of the dataset
    :rtype: dictionary
    """
    toolkit.check_access("lppd_act", context, data_dict)
    data = validated(data_dict, schemas.by_id(), context)
    actor = caller(context)
    isian = inherited.take_over(_dataset(data["id"]), actor)
    return dictize.isian(model.Session.get(Isian, isian.id), actor.id)


@toolkit.side_effect_free
def lppd_warisan_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List the public datasets that were open before governance; for reviewers and sysadmins.

    :param owner_org: id or name of an organisation (optional)
    :param limit: at most this many, 100 by default, 1000 at most
    :param offset: skip this many
    :returns: count and results
    :rtype: dictionary
    """
    toolkit.check_access("lppd_warisan_list", context, data_dict)
    data = validated(data_dict, schemas.list_inherited(), context)
    _reviewers_only(context)
    wanted = data.get("owner_org")
    limit = min(int(data.get("limit") or DEFAULT_LIMIT), MAX_LIMIT)
    return inherited.waiting(
        _organisation(wanted) if wanted else "", limit=limit, offset=int(data.get("offset") or 0)
    )
