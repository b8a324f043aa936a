"""Who plays which part: the only place that turns CKAN memberships into Satu Data roles.

A part = CKAN capacity in an organisation that has a `peran_sdi`. A sysadmin holds no part by being
sysadmin; `ignore_auth` gives none either.
"""

from __future__ import annotations

from typing import Any

from ckan import model
from sqlalchemy import text

from ckanext.lppd.workflow import rules

WRITERS = ("admin", "editor")

_MEMBERSHIPS = text(
    """
    SELECT m.group_id, m.capacity, coalesce(o.role, '') AS role
      FROM member m
      JOIN "group" g ON g.id = m.group_id AND g.state = 'active' AND g.is_organization
      LEFT JOIN lppd_organization o ON o.group_id = m.group_id
     WHERE m.table_name = 'user' AND m.state = 'active' AND m.table_id = :user_id
    """
)


def _memberships(user_id: str | None) -> list[tuple[str, str, str]]:
    if not user_id:
        return []
    rows = model.Session.execute(_MEMBERSHIPS, {"user_id": user_id})
    return [(row.group_id, row.capacity, row.role) for row in rows]


def parts_in(user_id: str | None, owner_org: str | None) -> frozenset[str]:
    """Return the roles this user may act in for a dataset of this organisation.

    Producers are editors or admins of the owner; walidata and pembina are editors or admins of
    an organisation with that role.
    """
    parts = set()
    for group_id, capacity, role in _memberships(user_id):
        if capacity not in WRITERS:
            continue
        if group_id == owner_org:
            parts.add(rules.PRODUSEN)
        if role in (rules.WALIDATA, rules.PEMBINA):
            parts.add(role)
    return frozenset(parts)


def reading_roles(user_id: str | None) -> frozenset[str]:
    """Return the roles whose organisations this user belongs to, whatever the capacity.

    Members of the walidata, pembina, perencana and pengawas organisations read every governed
    private dataset (design: Inspektorat reads everything of the year).
    """
    return frozenset(role for _group, _capacity, role in _memberships(user_id) if role)


def may_see_evidence(user_id: str | None, owner_org: str | None) -> bool:
    """Tell whether this user reads the evidence (data dukung) of an isian of this organisation.

    It may hold personal data: producers of the owner, walidata and pembina as editors or admins,
    and the pengawas (Inspektorat). Not the planner, not plain members, not a sysadmin as such.
    """
    held = parts_in(user_id, owner_org)
    return bool(held) or rules.PENGAWAS in reading_roles(user_id)


def may_plan(user: Any) -> bool:
    """Tell whether this CKAN user opens years and assigns isian: walidata, perencana, sysadmin."""
    if user is None:
        return False
    planners = {rules.WALIDATA, rules.PERENCANA}
    return bool(user.sysadmin or reading_roles(user.id) & planners)


def is_reviewer(user_id: str | None) -> bool:
    """Tell whether this user reads governed private datasets of every organisation."""
    return bool(reading_roles(user_id) - {rules.PRODUSEN})


def organisations_of(user_id: str | None, *, writing: bool = True) -> list[str]:
    """Return the ids of the organisations this user belongs to (as editor or admin)."""
    return [
        group_id
        for group_id, capacity, _role in _memberships(user_id)
        if not writing or capacity in WRITERS
    ]
