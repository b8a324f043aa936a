"""Decisions of Forum Satu Data: who records them, their numbers, their versions.

The forum's secretariat is ex officio a unit of Bappeda and supports it technically and
administratively (Perpres 39/2019 article 24); so the perencana writes the record.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ckanext.lppd.model import ForumDecision
from ckanext.lppd.workflow import roles, rules
from ckanext.lppd.workflow.service import Actor

RECORDERS = frozenset({rules.PERENCANA})

FIELDS = ("date", "place", "members", "agenda", "decision", "indicators", "link", "supporting")

_NUMBER_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('lppd_forum_decision'), :year)")
_NEXT_NUMBER = text(
    "SELECT coalesce(max(number), 0) + 1 FROM lppd_forum_decision WHERE year = :year"
)
# The newest version of each decision counts, for what it touches as well.
_CURRENT = """
      FROM (SELECT DISTINCT ON (year, number) * FROM lppd_forum_decision
             ORDER BY year, number, version DESC) d
      LEFT JOIN "user" u ON u.id = d.author
"""
_FILTERS = """
     WHERE (CAST(:year AS integer) IS NULL OR d.year = :year)
       AND (CAST(:touching AS text) IS NULL OR d.indicators @> CAST(:touching AS jsonb))
       AND (CAST(:words AS text) IS NULL OR d.agenda || ' ' || d.decision ILIKE :words)
"""
_LIST = text(
    f"SELECT d.*, u.fullname, u.name AS login {_CURRENT} {_FILTERS} "
    "ORDER BY d.year DESC, d.number DESC LIMIT :limit OFFSET :offset"
)
_COUNT = text(f"SELECT count(*) {_CURRENT} {_FILTERS}")
_VERSIONS = text(
    "SELECT d.*, u.fullname, u.name AS login FROM lppd_forum_decision d "
    'LEFT JOIN "user" u ON u.id = d.author '
    "WHERE d.year = :year AND d.number = :number ORDER BY d.version DESC"
)
_YEARS = text("SELECT DISTINCT year FROM lppd_forum_decision ORDER BY year DESC")
_NAMES = text(
    "SELECT edition, code, data ->> 'nama' AS name FROM lppd_indicator "
    "WHERE (edition, code) IN (SELECT r.edition, r.code "
    "FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS r(edition text, code text))"
)
_BY_FORM = text(
    "SELECT year, number FROM lppd_forum_decision WHERE author = :author AND form_key = :form_key"
)


def recorder_role(user_id: str | None) -> str | None:
    """Return the role in which this person records decisions, or None."""
    held = roles.reading_roles(user_id) & RECORDERS
    return next(iter(held), None)


def _required_role(actor: Actor) -> str:
    role = recorder_role(actor.id)
    if role is None:
        raise toolkit.NotAuthorized(
            "Keputusan Forum Satu Data dicatat oleh sekretariat Forum (Bappeda)."
        )
    return role


def is_web_address(link: str) -> bool:
    """Tell whether a link is an ordinary web address: anything else is never shown as one."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def record(actor: Actor, data: dict[str, Any], form_key: str | None) -> tuple[int, int]:
    """Record a decision under the next number of the year of its date; commits.

    Returns:
        Year and number; those of the first time where the same form comes twice.

    Raises:
        toolkit.NotAuthorized: for others than the secretariat.
    """
    role = _required_role(actor)
    repeated = _sent_before(actor, form_key)
    if repeated is not None:
        return repeated
    year = data["date"].year
    model.Session.execute(_NUMBER_LOCK, {"year": year})
    number = model.Session.scalar(_NEXT_NUMBER, {"year": year})
    try:
        _add(actor, role, data, year, number, 1, form_key)
    except IntegrityError:
        model.Session.rollback()
        repeated = _sent_before(actor, form_key)
        if repeated is None:
            raise
        return repeated
    return year, number


def correct(actor: Actor, year: int, number: int, seen: int, data: dict[str, Any]) -> int:
    """Add a new version of a decision with a reason; commits; returns the version.

    The number stays: a decision keeps the year it was recorded under.

    Raises:
        toolkit.ObjectNotFound: where there is no such decision.
        toolkit.ValidationError: where somebody else corrected it since it was read.
    """
    role = _required_role(actor)
    newest = versions(year, number)[0]
    if newest["versi"] != seen:
        raise _changed()
    try:
        _add(actor, role, data, year, number, seen + 1, None)
    except IntegrityError as error:
        model.Session.rollback()
        raise _changed() from error
    return seen + 1


def _add(
    actor: Actor,
    role: str,
    data: dict[str, Any],
    year: int,
    number: int,
    version: int,
    form_key: str | None,
) -> None:
    row = ForumDecision(
        year=year,
        number=number,
        version=version,
        reason=data.get("reason") or "",
        author=actor.id,
        role=role,
        form_key=form_key or None,
    )
    for field in FIELDS:
        setattr(row, field, data.get(field) or ([] if field == "indicators" else ""))
    model.Session.add(row)
    model.Session.commit()


def _changed() -> toolkit.ValidationError:
    return toolkit.ValidationError(
        {
            "versi": [
                "Keputusan ini baru saja diperbaiki orang lain. Muat ulang halaman, lalu "
                "perbaiki lagi bila masih perlu."
            ]
        }
    )


def _sent_before(actor: Actor, form_key: str | None) -> tuple[int, int] | None:
    if not form_key:
        return None
    row = model.Session.execute(_BY_FORM, {"author": actor.id, "form_key": form_key}).first()
    return (row.year, row.number) if row is not None else None


def years() -> list[int]:
    """Return the years that have decisions, newest first."""
    return [row.year for row in model.Session.execute(_YEARS)]


def listed(
    *,
    year: int | None = None,
    edition: str | None = None,
    code: str | None = None,
    q: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> dict[str, Any]:
    """Return count and decisions as they stand now, newest first; three statements."""
    touching = None
    if edition or code:
        wanted = {k: v for k, v in (("edition", edition), ("code", code)) if v}
        touching = json.dumps([wanted])
    words = None
    if q:
        escaped = q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        words = f"%{escaped}%"
    values = {"year": year, "touching": touching, "words": words}
    rows = model.Session.execute(_LIST, {**values, "limit": limit, "offset": offset}).all()
    return {"count": model.Session.scalar(_COUNT, values), "results": _dictized(rows)}


def versions(year: int, number: int) -> list[dict[str, Any]]:
    """Return every version of a decision, newest first.

    Raises:
        toolkit.ObjectNotFound: where there is no such decision.
    """
    rows = model.Session.execute(_VERSIONS, {"year": year, "number": number}).all()
    if not rows:
        raise toolkit.ObjectNotFound("Keputusan tidak ditemukan.")
    return _dictized(rows)


def _dictized(rows: list[Any]) -> list[dict[str, Any]]:
    wanted = [item for row in rows for item in row.indicators]
    names: dict[tuple[str, str], str] = {}
    if wanted:
        found = model.Session.execute(_NAMES, {"wanted": json.dumps(wanted)})
        names = {(row.edition, row.code): row.name for row in found}
    return [
        {
            "tahun": row.year,
            "nomor": row.number,
            "versi": row.version,
            "tanggal": row.date.isoformat(),
            "tempat": row.place,
            "hadir": row.members,
            "agenda": row.agenda,
            "keputusan": row.decision,
            "indikator": [
                {
                    "edisi": item["edition"],
                    "kode": item["code"],
                    "nama": names.get((item["edition"], item["code"]), ""),
                }
                for item in row.indicators
            ],
            "tautan": row.link,
            "keterangan": row.supporting,
            "alasan": row.reason,
            "dicatat_oleh": row.fullname or row.login or row.author,
            "peran": row.role,
            "dicatat": row.created_at.isoformat(),
        }
        for row in rows
    ]
