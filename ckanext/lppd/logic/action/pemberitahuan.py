"""Actions on the caller's own notices and settings; nobody names another person here."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import func, select

from ckanext.lppd.logic import schema_clinic as schemas
from ckanext.lppd.logic.action.klinik import page_of
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.dictize import language
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import Notice, NoticeSetting
from ckanext.lppd.notices import digest, rules, service, texts


@toolkit.side_effect_free
def lppd_pemberitahuan_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List the caller's notices, newest first.

    :param belum_dibaca: only those that were not read yet (optional)
    :param limit, offset: page
    :returns: count, unread and results
    :rtype: dictionary
    """
    toolkit.check_access("lppd_pemberitahuan", context, data_dict)
    data = validated(data_dict, schemas.notice_list(), context)
    own = Notice.user_id == caller(context).id
    unread = Notice.read_at.is_(None)
    where = [own, unread] if data.get("belum_dibaca") else [own]
    page = page_of(data)
    counts = select(func.count(), func.count().filter(unread)).select_from(Notice).where(own)
    total, open_ones = model.Session.execute(counts).one()
    rows = model.Session.scalars(
        select(Notice)
        .where(*where)
        .order_by(Notice.id.desc())
        .limit(page["limit"])
        .offset(page["offset"])
    )
    lang = language()
    return {
        "count": open_ones if data.get("belum_dibaca") else total,
        "belum_dibaca": open_ones,
        "results": [
            {
                "id": row.id,
                "jenis": row.kind,
                "jenis_label": texts.label(texts.KIND_LABELS, row.kind, lang),
                "pesan": texts.sentence(row.kind, row.data, lang),
                "dibuat": row.created_at.isoformat(),
                "dibaca": row.read_at.isoformat() if row.read_at else None,
                "path": digest.path_of(row),
            }
            for row in rows
        ],
    }


def lppd_pemberitahuan_baca(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Mark notices of the caller as read; what was read is not mailed any more.

    :param id: one notice; or
    :param semua: all of them
    :returns: how many were marked, and the path of the page the one notice is about
    :rtype: dictionary
    """
    toolkit.check_access("lppd_pemberitahuan", context, data_dict)
    data = validated(data_dict, schemas.notice_read(), context)
    actor = caller(context)
    if data.get("semua"):
        marked = service.mark_read(actor.id)
        model.Session.commit()
        return {"ditandai": marked, "path": None}
    notice = model.Session.get(Notice, data["id"]) if data.get("id") else None
    if notice is None or notice.user_id != actor.id:
        raise toolkit.ObjectNotFound("Pemberitahuan tidak ditemukan.")
    path = digest.path_of(notice)
    marked = service.mark_read(actor.id, [notice.id])
    model.Session.commit()
    return {"ditandai": marked, "path": path}


@toolkit.side_effect_free
def lppd_pemberitahuan_pengaturan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show how the caller is mailed.

    :returns: frekuensi, bahasa, jenis (the kinds that are mailed), and the state of the last try
    :rtype: dictionary
    """
    toolkit.check_access("lppd_pemberitahuan", context, data_dict)
    row = model.Session.get(NoticeSetting, caller(context).id)
    muted = set(row.muted) if row is not None else set()
    return {
        "frekuensi": row.frequency if row is not None else rules.DEFAULT_FREQUENCY,
        "bahasa": rules.language(row.language if row else None, digest.portal_language()),
        "jenis": [kind for kind in rules.KINDS if kind not in muted],
        "gagal": row.failures if row is not None else 0,
    }


def lppd_pemberitahuan_atur(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Set how the caller is mailed; the list in the portal always has everything.

    :param frekuensi: `langsung`, `harian`, `mingguan` or `tidak`
    :param bahasa: `id` or `en`
    :param jenis: the kinds to be mailed (list); none for no kind
    :rtype: dictionary
    """
    toolkit.check_access("lppd_pemberitahuan", context, data_dict)
    data = validated(data_dict, schemas.notice_settings(), context)
    wanted = data.get("jenis") or []
    unknown = sorted(set(wanted) - set(rules.KINDS))
    if unknown:
        raise toolkit.ValidationError({"jenis": [f"Jenis tidak dikenal: {', '.join(unknown)}."]})
    actor = caller(context)
    row = model.Session.get(NoticeSetting, actor.id)
    if row is None:
        row = NoticeSetting(user_id=actor.id)
        model.Session.add(row)
    row.frequency, row.language = data["frekuensi"], data["bahasa"]
    row.muted = [kind for kind in rules.KINDS if kind not in wanted]
    model.Session.commit()
    return lppd_pemberitahuan_pengaturan(context, {})
