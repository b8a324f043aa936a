"""The queues of walidata and pembina: what waits, since when, and who takes it.

One query for a page and one for the count, whatever the number of isian.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ckan import model
from sqlalchemy import bindparam, delete, text
from sqlalchemy.dialects.postgresql import insert

from ckanext.lppd.model import Claim
from ckanext.lppd.workflow import roles, rules

STATES: dict[str, tuple[str, ...]] = {
    rules.WALIDATA: (rules.MENUNGGU_WALIDATA, rules.DISETUJUI),
    rules.PEMBINA: (rules.MENUNGGU_PEMBINA,),
}
LAMA, TENGGAT = "lama", "tenggat"
_ORDER = {
    LAMA: "since NULLS FIRST, i.id",
    TENGGAT: "i.due NULLS LAST, since NULLS FIRST, i.id",
}
_SINCE = """LEFT JOIN LATERAL (
       SELECT t.created_at AS since FROM lppd_transition t
        WHERE t.isian_id = i.id AND t.to_state = i.state AND t.from_state <> i.state
        ORDER BY t.id DESC LIMIT 1) w ON true"""
# filter -> (the join it needs, its condition): what is not asked for is not looked up
_FILTERS: dict[str, tuple[str, str]] = {
    "org": ('LEFT JOIN "group" g ON g.id = i.owner_org', "(g.id = :org OR g.name = :org)"),
    "urusan": (
        "LEFT JOIN lppd_indicator n ON n.edition = i.edition AND n.code = i.code",
        "n.urusan = :urusan",
    ),
    "priority": ("", "i.priority = :priority"),
    "since": (_SINCE, "w.since >= :since"),
    "mine": (
        "LEFT JOIN lppd_claim c ON c.isian_id = i.id AND c.role = :role",
        "c.user_id = :mine",
    ),
}
# what is shown of an isian is looked up for the rows of the page alone
_PAGE = """
WITH page AS (SELECT i.id, w.since AS since {found} ORDER BY {order} LIMIT :limit OFFSET :offset)
SELECT i.id, i.kind, i.parent_id, i.edition, i.code, i.year, i.owner_org, i.package_id, i.state,
       i.priority, i.due, g.title AS owner_title, p.title AS dataset_title,
       n.data ->> 'nama' AS name, n.urusan, since,
       (SELECT count(*) FROM lppd_note o
         WHERE o.isian_id = i.id
           AND NOT EXISTS (SELECT 1 FROM lppd_note_done d WHERE d.note_id = o.id)) AS open_notes,
       c.user_id AS claimed_by, coalesce(nullif(u.fullname, ''), u.name) AS claimed_name
  FROM page
  JOIN lppd_isian i ON i.id = page.id
  LEFT JOIN lppd_indicator n ON n.edition = i.edition AND n.code = i.code
  LEFT JOIN "group" g ON g.id = i.owner_org
  LEFT JOIN package p ON p.id = i.package_id
  LEFT JOIN lppd_claim c ON c.isian_id = i.id AND c.role = :role
  LEFT JOIN "user" u ON u.id = c.user_id
 ORDER BY {order}
"""
_CHOICES = text(
    """
    WITH waiting AS MATERIALIZED (
         SELECT owner_org, edition, code FROM lppd_isian WHERE state IN :states)
    SELECT g.name, coalesce(nullif(g.title, ''), g.name) AS title, NULL AS urusan
      FROM "group" g WHERE g.id IN (SELECT owner_org FROM waiting)
     UNION ALL
    SELECT DISTINCT NULL, NULL, n.urusan
      FROM lppd_indicator n JOIN waiting w ON w.edition = n.edition AND w.code = n.code
    """
).bindparams(bindparam("states", expanding=True))
_WAITING = text("SELECT id FROM lppd_isian WHERE id IN :ids AND state IN :states").bindparams(
    bindparam("ids", expanding=True), bindparam("states", expanding=True)
)


@dataclass(frozen=True)
class Filter:
    """What of a queue is asked for; None leaves a filter out."""

    role: str
    org: str | None = None
    urusan: str | None = None
    priority: bool | None = None
    since: date | datetime | None = None
    mine: str | None = None
    order: str = LAMA

    def parameters(self) -> dict[str, Any]:
        """Return the values for the query; of the filters those that are asked for."""
        asked = {name: getattr(self, name) for name in _FILTERS}
        return {
            "role": self.role,
            "states": list(STATES[self.role]),
            **{name: value for name, value in asked.items() if value is not None},
        }

    def found(self, *, with_since: bool = False) -> str:
        """Return the FROM and WHERE of the isian that fit; `w.since` can be read where asked."""
        asked = [_FILTERS[name] for name in self.parameters() if name in _FILTERS]
        joins = [join for join, _condition in asked if join]
        if with_since and _SINCE not in joins:
            joins.append(_SINCE)
        conditions = ["i.state IN :states", *(condition for _join, condition in asked)]
        return f" FROM lppd_isian i {' '.join(joins)} WHERE {' AND '.join(conditions)}"


def _query(sql: str) -> Any:
    return text(sql).bindparams(bindparam("states", expanding=True))


def page(wanted: Filter, *, limit: int, offset: int = 0) -> tuple[int, list[Any]]:
    """Return how many fit and one page of them."""
    parameters = wanted.parameters()
    counted = _query("SELECT count(*)" + wanted.found())
    count = int(model.Session.execute(counted, parameters).scalar() or 0)
    sql = _PAGE.format(found=wanted.found(with_since=True), order=_ORDER[wanted.order])
    rows = model.Session.execute(_query(sql), {**parameters, "limit": limit, "offset": offset})
    return count, list(rows)


def choices(role: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the agencies (name, title) and the urusan that stand in a queue now."""
    agencies: dict[str, str] = {}
    affairs: set[str] = set()
    for row in model.Session.execute(_CHOICES, {"states": list(STATES[role])}):
        if row.name:
            agencies[row.name] = row.title
        if row.urusan:
            affairs.add(row.urusan)
    return sorted(agencies.items(), key=lambda item: item[1].lower()), sorted(affairs)


@dataclass(frozen=True)
class Neighbours:
    """The isian before and after one in its queue, and where it stands (0 where it left it)."""

    previous: str | None
    next: str | None
    place: int
    total: int


def neighbours(wanted: Filter, isian_id: str) -> Neighbours:
    """Return what stands beside an isian; for one that was decided, `next` is the first waiting."""
    order = _ORDER[wanted.order]
    sql = f"SELECT i.id, w.since AS since{wanted.found(with_since=True)} ORDER BY {order}"
    ids = [row.id for row in model.Session.execute(_query(sql), wanted.parameters())]
    if isian_id not in ids:
        return Neighbours(None, next(iter(ids), None), 0, len(ids))
    at = ids.index(isian_id)
    # what was just approved goes to the end of the queue; the work goes on at its beginning
    after = ids[at + 1 :] or ids[:at]
    return Neighbours(ids[at - 1] if at else None, next(iter(after), None), at + 1, len(ids))


def queues_of(user_id: str | None) -> list[str]:
    """Return the queues whose organisations this user belongs to, walidata first."""
    held = roles.reading_roles(user_id)
    return [role for role in STATES if role in held]


def claim(ids: Iterable[str], role: str, user_id: str, *, release: bool) -> int:
    """Take isian of a queue for this user, or give them back; commits. Decides nothing.

    Returns how many of the ids wait in this queue; others are left alone.
    """
    wanted = {"ids": list(ids) or [""], "states": list(STATES[role])}
    waiting = [row.id for row in model.Session.execute(_WAITING, wanted)]
    if not waiting:
        return 0
    if release:
        model.Session.execute(
            delete(Claim).where(
                Claim.isian_id.in_(waiting), Claim.role == role, Claim.user_id == user_id
            )
        )
    else:
        rows = [{"isian_id": one, "role": role, "user_id": user_id} for one in waiting]
        adding = insert(Claim).values(rows)
        model.Session.execute(
            adding.on_conflict_do_update(
                index_elements=["isian_id", "role"],
                set_={"user_id": adding.excluded.user_id},
            )
        )
    model.Session.commit()
    return len(waiting)
