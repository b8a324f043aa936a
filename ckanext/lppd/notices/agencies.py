"""Telling the people of agencies: parts of an isian, and what happened to a year.

Each function writes in one statement whatever the number of people, without a commit, and returns
whether somebody wants a mail about it at once. For use inside `service.guarded`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ckan import model
from sqlalchemy import text

from ckanext.lppd.notices import rules
from ckanext.lppd.workflow import rules as workflow

# Who works for an agency, as in `service`: editors and admins that are active.
_WORKERS = """
      JOIN "group" g ON g.id = w.org AND g.state = 'active' AND g.is_organization
      JOIN member m ON m.group_id = g.id AND m.table_name = 'user' AND m.state = 'active'
                   AND m.capacity IN ('admin', 'editor')
      JOIN "user" u ON u.id = m.table_id AND u.state = 'active' AND u.id <> :actor
"""
_AT_ONCE = """
    SELECT count(*) FROM told JOIN lppd_notice_setting s ON s.user_id = told.user_id
     WHERE s.frequency = 'langsung' AND NOT s.muted @> to_jsonb(told.kind)
"""
_TELL = text(
    f"""
    WITH told AS (
    INSERT INTO lppd_notice (user_id, kind, key, isian_id, data)
    SELECT DISTINCT ON (u.id, w.key) u.id, w.kind, w.key, w.isian_id,
           w.data || jsonb_build_object('org', g.id,
                                        'agency', coalesce(nullif(g.title, ''), g.name))
      FROM jsonb_to_recordset(CAST(:rows AS jsonb))
           AS w(org text, kind text, key text, isian_id text, data jsonb)
      {_WORKERS}
     ORDER BY u.id, w.key
    ON CONFLICT (user_id, key) DO NOTHING
    RETURNING user_id, kind)
    {_AT_ONCE}
    """
)
_GIVEN = text(
    """
    SELECT c.owner_org AS org, string_agg(c.part, ', ' ORDER BY c.part) AS parts
      FROM lppd_contributor c
     WHERE c.isian_id = :isian_id
       AND EXISTS (SELECT 1 FROM lppd_part_value v
                    WHERE v.isian_id = c.isian_id AND v.part = c.part)
     GROUP BY c.owner_org
    """
)
# One notice for a person, whatever the number of agencies and isian behind it.
_YEAR = text(
    f"""
    WITH work AS (
        SELECT i.owner_org AS org, i.id, i.state FROM lppd_isian i
         WHERE i.kind = 'indikator' AND i.edition = :edition AND i.year = :year
         UNION
        SELECT c.owner_org, i.id, i.state
          FROM lppd_contributor c JOIN lppd_isian i ON i.id = c.isian_id
         WHERE i.kind = 'indikator' AND i.edition = :edition AND i.year = :year),
    told AS (
    INSERT INTO lppd_notice (user_id, kind, key, data)
    SELECT u.id, :kind, :key, CAST(:data AS jsonb) || jsonb_build_object(
               'number', count(DISTINCT w.id),
               'open', count(DISTINCT w.id) FILTER (WHERE w.state = ANY(:editable)))
      FROM work w
      {_WORKERS}
     GROUP BY u.id
     ORDER BY u.id
    ON CONFLICT (user_id, key) DO NOTHING
    RETURNING user_id, kind)
    {_AT_ONCE}
    """
)


def tell(rows: Sequence[dict[str, Any]], actor: str) -> bool:
    """Tell the people of agencies, the actor left out.

    Args:
        rows: org (id of the agency), kind, key, isian_id, data of each notice.
        actor: id of the user who did it.
    """
    values = {"rows": json.dumps(list(rows)), "actor": actor}
    return bool(model.Session.scalar(_TELL, values))


def tell_givers(isian_id: str, kind: str, key: str, data: dict[str, Any], actor: str) -> bool:
    """Tell the agencies that gave a part of an isian what became of it; two statements."""
    givers = model.Session.execute(_GIVEN, {"isian_id": isian_id}).all()
    rows = [
        {
            "org": giver.org,
            "kind": kind,
            "key": f"{key}:{giver.org}",
            "isian_id": isian_id,
            "data": {**data, "parts": giver.parts},
        }
        for giver in givers
    ]
    return tell(rows, actor) if rows else False


def tell_year(edition: str, year: int, act: str, key: str, *, actor: str, note: str) -> bool:
    """Tell everybody whose agency has work in a year what happened to it.

    Args:
        edition, year: which year.
        act: one of `rules.YEAR_ACTS`.
        key: what makes this event one (told once to each person).
        actor: id of the user who did it.
        note: the reason that was given, if any.
    """
    data = {"edition": edition, "year": year, "act": act, "text": note}
    values = {
        "edition": edition,
        "year": year,
        "kind": rules.TAHUN,
        "key": key,
        "actor": actor,
        "data": json.dumps(data),
        "editable": sorted(workflow.EDITABLE),
    }
    return bool(model.Session.scalar(_YEAR, values))
