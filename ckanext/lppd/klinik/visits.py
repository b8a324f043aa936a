"""Appointments of Klinik: date, place, topic, participants, outcome; a change is a new version."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ckanext.lppd.klinik import faq
from ckanext.lppd.model import Visit
from ckanext.lppd.model.tables import new_id
from ckanext.lppd.workflow.service import Actor

FIELDS = ("owner_org", "date", "place", "topic", "subject", "participants", "outcome")

_CURRENT = """
    SELECT v.*, g.title, g.name, u.fullname, u.name AS login
      FROM (SELECT DISTINCT ON (visit_id) * FROM lppd_visit
             ORDER BY visit_id, version DESC) v
      LEFT JOIN "group" g ON g.id = v.owner_org
      LEFT JOIN "user" u ON u.id = v.author
"""
_LIST = text(
    _CURRENT
    + """
     WHERE (CAST(:orgs AS text[]) IS NULL OR v.owner_org = ANY(:orgs))
       AND (CAST(:year AS integer) IS NULL OR extract(year FROM v.date) = :year)
     ORDER BY v.date DESC, v.id DESC LIMIT :limit
    """
)
_ONE = text(_CURRENT + " WHERE v.visit_id = :visit_id")


def record(
    actor: Actor,
    data: dict[str, Any],
    visit_id: str | None,
    seen: int | None,
    form_key: str | None = None,
) -> str:
    """Record an appointment, or a new version of one; commits; returns its id.

    A new appointment whose form (`form_key`) was sent before is the one that was recorded then.

    Raises:
        toolkit.NotAuthorized: for others than walidata and pembina.
        toolkit.ObjectNotFound: where there is no such appointment.
        toolkit.ValidationError: where somebody else changed it since it was read.
    """
    role = faq.answerer_role(actor)
    version = 1
    if visit_id:
        now = one(visit_id)
        if seen != now["versi"]:
            raise _changed()
        version = now["versi"] + 1
    first = _id_of_form(actor, form_key) if form_key else new_id()
    row = Visit(visit_id=visit_id or first, version=version, author=actor.id, role=role)
    for field in FIELDS:
        setattr(row, field, data.get(field) or "")
    model.Session.add(row)
    try:
        model.Session.commit()
    except IntegrityError as error:
        model.Session.rollback()
        if form_key and not visit_id:
            return first
        raise _changed() from error
    return str(row.visit_id)


def _id_of_form(actor: Actor, form_key: str) -> str:
    # the same person and form give the same id, so the database takes the first one only
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{actor.id} {form_key}"))


def _changed() -> toolkit.ValidationError:
    return toolkit.ValidationError(
        {
            "versi": [
                "Catatan ini baru saja diubah orang lain. Muat ulang halaman, lalu ubah lagi "
                "bila masih perlu."
            ]
        }
    )


def one(visit_id: str) -> dict[str, Any]:
    """Return an appointment as it stands now.

    Raises:
        toolkit.ObjectNotFound: where there is none.
    """
    row = model.Session.execute(_ONE, {"visit_id": visit_id}).first()
    if row is None:
        raise toolkit.ObjectNotFound("Pertemuan tidak ditemukan.")
    return _dictize(row)


def listed(orgs: list[str] | None, year: int | None, limit: int = 500) -> list[dict[str, Any]]:
    """Return the appointments with these agencies (None = all), newest first."""
    values = {"orgs": orgs, "year": year, "limit": limit}
    return [_dictize(row) for row in model.Session.execute(_LIST, values)]


def _dictize(row: Any) -> dict[str, Any]:
    when: date = row.date
    return {
        "id": row.visit_id,
        "versi": row.version,
        "owner_org": row.owner_org,
        "owner_org_title": row.title or row.name,
        "tanggal": when.isoformat(),
        "tempat": row.place,
        "topik": row.topic,
        "hal": row.subject,
        "peserta": row.participants,
        "hasil": row.outcome,
        "dicatat_oleh": row.fullname or row.login or row.author,
        "peran": row.role,
        "dicatat": row.created_at.isoformat(),
    }
