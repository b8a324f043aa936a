"""Actions of the examination: the queue, taking from it, and a submission beside last year's."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.logic import dictize
from ckanext.lppd.logic import review_schema as schemas
from ckanext.lppd.logic.action.isian import DEFAULT_LIMIT, MAX_LIMIT, readable_isian
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.input import validated
from ckanext.lppd.workflow import compare, queue, roles, rules

MAX_BATCH = 200


def _queue_of(context: Any, wanted: str | None) -> tuple[str, str]:
    """Return user id and queue; sysadmins may look at both queues."""
    actor = caller(context)
    user = model.User.get(actor.id)
    mine = list(queue.STATES) if user.sysadmin else queue.queues_of(actor.id)
    chosen = wanted or next(iter(mine), None)
    if chosen is None or chosen not in mine:
        raise toolkit.NotAuthorized("Antrean ini untuk walidata dan pembina data.")
    return actor.id, chosen


def _row(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "jenis": row.kind,
        "revisi_dari": row.parent_id,
        "edisi": row.edition,
        "kode": row.code,
        "tahun": row.year,
        "nama": row.name or row.dataset_title,
        "urusan": row.urusan,
        "owner_org": row.owner_org,
        "owner_org_title": row.owner_title,
        "package_id": row.package_id,
        "state": row.state,
        "state_label": rules.label(row.state, dictize.language()),
        "prioritas": bool(row.priority),
        "due": row.due.isoformat() if row.due else None,
        "sejak": row.since.isoformat() if row.since else None,
        "catatan_terbuka": row.open_notes,
        "diambil_oleh": row.claimed_by,
        "diambil_nama": row.claimed_name,
    }


@toolkit.side_effect_free
def lppd_antrean_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List what waits for the walidata or the pembina; for members of those organisations.

    :param antrean: `walidata` or `pembina` (the caller's own by default)
    :param owner_org: id or name of an agency (optional)
    :param urusan: a government affair of the catalogue (optional)
    :param prioritas: only Data Prioritas, or only others (optional)
    :param sejak: waiting since this day or later, YYYY-MM-DD (optional)
    :param saya: only what the caller has taken (optional)
    :param urut: `lama` (longest waiting first, default) or `tenggat` (by due date)
    :param limit: at most this many, 200 by default, 1000 at most
    :param offset: skip this many
    :returns: antrean, count and results
    :rtype: dictionary
    """
    toolkit.check_access("lppd_antrean", context, data_dict)
    data = validated(data_dict, schemas.queue(), context)
    user_id, chosen = _queue_of(context, data.get("antrean"))
    wanted = queue.Filter(
        role=chosen,
        org=data.get("owner_org") or None,
        urusan=data.get("urusan") or None,
        priority=data.get("prioritas"),
        since=data.get("sejak"),
        mine=user_id if data.get("saya") else None,
        order=data.get("urut") or queue.LAMA,
    )
    limit = min(int(data.get("limit") or DEFAULT_LIMIT), MAX_LIMIT)
    count, rows = queue.page(wanted, limit=limit, offset=int(data.get("offset") or 0))
    return {"antrean": chosen, "count": count, "results": [_row(row) for row in rows]}


def lppd_antrean_ambil(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take isian of a queue for oneself, or give them back; nothing is decided by it.

    :param ids: ids of isian, 200 at most
    :param antrean: `walidata` or `pembina`
    :param lepas: give back instead (optional)
    :returns: `jumlah`, how many of them wait in this queue
    :rtype: dictionary
    """
    toolkit.check_access("lppd_antrean", context, data_dict)
    data = validated(data_dict, schemas.claim(), context)
    actor = caller(context)
    if data["antrean"] not in roles.parts_in(actor.id, None):
        raise toolkit.NotAuthorized("Hanya editor atau admin walidata dan pembina yang mengambil.")
    if not data["ids"] or len(data["ids"]) > MAX_BATCH:
        raise toolkit.ValidationError({"ids": [f"Centang 1 sampai {MAX_BATCH} baris dulu."]})
    number = queue.claim(data["ids"], data["antrean"], actor.id, release=bool(data.get("lepas")))
    return {"jumlah": number}


@toolkit.side_effect_free
def lppd_tinjauan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show an isian beside last year's published values, with the metadata readers will see.

    :param id: id of the isian
    :returns: `baris` (value, value of the year before, change in percent, jump, cell), `sama`
        (everything equals last year) and `metadata`
    :rtype: dictionary
    """
    toolkit.check_access("lppd_isian_show", context, data_dict)
    isian = readable_isian(context, validated(data_dict, schemas.by_id(), context))
    shown = dictize.isian(isian, caller(context).id)
    capaian = shown["capaian"]
    rows = compare.compare(isian, capaian["verdict"] if capaian else None)
    return {
        "baris": [
            {
                "wilayah": row.key,
                "keterangan": row.remark,
                "nilai": {name: vars(value) for name, value in row.values.items()},
            }
            for row in rows
        ],
        "ada_tahun_lalu": any(v.before for row in rows for v in row.values.values()),
        "sama": compare.same_as_last_year(rows),
        "ambang_lonjakan": str(compare.JUMP_PERCENT),
        "metadata": [
            {"kolom": name, "label": label, "nilai": value}
            for name, label, value in compare.reader_metadata(isian, dictize.language())
        ],
    }
