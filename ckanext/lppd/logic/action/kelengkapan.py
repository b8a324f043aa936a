"""The action behind Kelengkapan: how complete a year is, now or at any date."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.logic import dictize
from ckanext.lppd.logic import schema_tahun as schemas
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.input import validated
from ckanext.lppd.notices import chat_text
from ckanext.lppd.workflow import completeness, declarations, overview, roles, rules
from ckanext.lppd.workflow import unsent as sending

DEFAULT_LIMIT = 50
MAX_LIMIT = 10_000


def _asked(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked for, to those who follow the whole year."""
    toolkit.check_access("lppd_isian_list", context, data_dict)
    data = validated(data_dict, schemas.completeness(), context)
    user = model.User.get(caller(context).id)
    if not (user.sysadmin or roles.is_reviewer(user.id)):
        raise toolkit.NotAuthorized(
            "Kelengkapan untuk walidata, pembina data, Bappeda, dan Inspektorat."
        )
    return data


@toolkit.side_effect_free
def lppd_kelengkapan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Count the isian of a year by agency and state, by urusan and state, and list some of them.

    For walidata, pembina, perencana, pengawas and sysadmins.

    :param tahun: year of the data; the newest unless given
    :param tanggal: the state at the end of this day, YYYY-MM-DD; now unless given
    :param pd: list those of this organisation (name; `-` for those nobody answers for)
    :param urusan: list those of this urusan
    :param keadaan: list those in this state
    :param terlambat: list only what is past its promised or due date
    :param rinci: list even without any of these filters
    :param limit: at most this many in the list, 50 by default, 10000 at most
    :param offset: skip this many
    :returns: `perangkat_daerah` and `urusan` (jumlah by state, total, lengkap, persen, terlambat);
        `count` and `results` of the list
    :rtype: dictionary
    """
    data = _asked(context, data_dict)
    years = completeness.opened_years()
    year = data.get("tahun") or (years[0] if years else None)
    at = data["tanggal"].date() if data.get("tanggal") else None
    out: dict[str, Any] = {
        "tahun": year,
        "tahun_ada": years,
        "tanggal": at.isoformat() if at else None,
        "perangkat_daerah": [],
        "urusan": [],
        "count": 0,
        "results": [],
    }
    if year is None:
        return out
    agencies, affairs = overview.overview(year, at)
    out["perangkat_daerah"] = [line.to_dict() for line in agencies]
    out["urusan"] = [line.to_dict() for line in affairs]
    names = {"agency": "pd", "urusan": "urusan", "state": "keadaan"}
    filters = {name: data.get(field) or "" for name, field in names.items()}
    if any(filters.values()) or data.get("terlambat") or data.get("rinci"):
        out["count"], out["results"] = overview.listing(
            year,
            at,
            **filters,
            late=bool(data.get("terlambat")),
            limit=min(int(data.get("limit") or DEFAULT_LIMIT), MAX_LIMIT),
            offset=int(data.get("offset") or 0),
        )
    lang = dictize.language()
    for row in out["results"]:
        row["state_label"] = rules.label(row["state"], lang)
    return out


def tasks_url(year: int) -> str:
    """Return the address of the page where a year is filled in.

    Who is reminded reads the portal in the portal's own language, not in the sender's.
    """
    name = "lppd.tugas_saya"
    return str(toolkit.h.url_for(name, tahun=year, qualified=True, locale="default"))


@toolkit.side_effect_free
def lppd_pengingat(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Build the text of a reminder about what was not sent, to be copied by a person.

    For walidata, pembina, perencana, pengawas and sysadmins. Nothing is sent. A year that is not
    open for filling in has no reminder.

    :param tahun: year of the data; the newest unless given
    :param pd, urusan, keadaan, terlambat: as of `lppd_kelengkapan`
    :param rinci: also one text for each agency
    :returns: `tahun`, `jumlah` of what is missing, `pesan` (empty where nothing is), and
        `perangkat_daerah`: nama, judul, jumlah and pesan of each agency
    :rtype: dictionary
    """
    data = _asked(context, data_dict)
    year = data.get("tahun") or next(iter(completeness.opened_years()), None)
    if year is None:
        return {"tahun": None, "jumlah": 0, "pesan": "", "perangkat_daerah": []}
    today = declarations.today()
    filters = {"agency": "pd", "urusan": "urusan", "state": "keadaan"}
    chosen = {name: data.get(field) or "" for name, field in filters.items()}
    each = bool(data.get("rinci"))
    late = bool(data.get("terlambat"))
    names = each or bool(chosen["agency"])
    found = sending.unsent(year, today, **chosen, late=late, names=names)
    url = tasks_url(year)
    return {
        "tahun": year,
        "jumlah": sum(len(agency.unsent) for agency in found),
        "pesan": chat_text.reminder(year, found, today, url),
        "perangkat_daerah": [
            {
                "nama": agency.key,
                "judul": agency.title,
                "jumlah": len(agency.unsent),
                "pesan": chat_text.reminder(year, [agency], today, url),
            }
            for agency in (found if each else [])
        ],
    }
