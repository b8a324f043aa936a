"""Reminders before and after due dates; any number of runs and hosts tell each step once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from ckan import model
from sqlalchemy import text

from ckanext.lppd.notices import rules
from ckanext.lppd.workflow import kalender
from ckanext.lppd.workflow import rules as workflow

_DUE = text(
    """
    SELECT i.id, i.code, i.year, i.due, i.owner_org, n.data ->> 'nama' AS name, p.title
      FROM lppd_isian i
      LEFT JOIN lppd_indicator n ON n.edition = i.edition AND n.code = i.code
      LEFT JOIN package p ON p.id = i.package_id
      LEFT JOIN lppd_year y ON y.edition = i.edition AND y.year = i.year
     WHERE i.due IS NOT NULL AND i.owner_org IS NOT NULL AND i.state = ANY(:states)
       AND (y.state = :open OR i.edition IS NULL)
       AND i.due <= CAST(:today AS date) + CAST(:days AS integer)
     ORDER BY i.due, i.id
    """
)
# what other agencies owe of it
_PARTS = text(
    """
    SELECT c.isian_id, c.owner_org, coalesce(nullif(g.title, ''), g.name) AS agency,
           string_agg(c.part, ', ' ORDER BY c.part) AS parts
      FROM lppd_contributor c JOIN "group" g ON g.id = c.owner_org
     WHERE c.isian_id = ANY(:ids)
       AND NOT EXISTS (SELECT 1 FROM lppd_part_value v
                        WHERE v.isian_id = c.isian_id AND v.part = c.part)
     GROUP BY c.isian_id, c.owner_org, g.title, g.name
    """
)
_WORKERS = text(
    """
    SELECT DISTINCT m.group_id, u.id
      FROM member m
      JOIN "user" u ON u.id = m.table_id AND u.state = 'active'
     WHERE m.table_name = 'user' AND m.state = 'active' AND m.capacity IN ('admin', 'editor')
       AND m.group_id = ANY(:orgs)
    """
)
_INSERT = text(
    """
    INSERT INTO lppd_notice (user_id, kind, key, isian_id, data)
    SELECT r.user_id, r.kind, r.key, r.isian_id, r.data
      FROM jsonb_to_recordset(CAST(:rows AS jsonb))
           AS r(user_id text, kind text, key text, isian_id text, data jsonb)
     ORDER BY r.user_id, r.key
    ON CONFLICT (user_id, key) DO NOTHING
    """
)


def remind(today: date) -> int:
    """Write the reminders that are due on a day and commit; return how many were new.

    The agency that answers is reminded of the isian, one that supplies a part of that part as long
    as it is missing. Four statements whatever the number of isian and people.
    """
    due = model.Session.execute(
        _DUE,
        {
            "today": today,
            "days": max(rules.REMIND_DAYS),
            "states": list(workflow.EDITABLE),
            "open": kalender.PENGISIAN_DIBUKA,
        },
    ).all()
    parts: dict[str, list[Any]] = defaultdict(list)
    if due:
        for part in model.Session.execute(_PARTS, {"ids": [row.id for row in due]}):
            parts[part.isian_id].append(part)
    orgs = {row.owner_org for row in due}
    orgs |= {part.owner_org for found in parts.values() for part in found}
    workers: dict[str, list[str]] = defaultdict(list)
    if orgs:
        for group_id, user_id in model.Session.execute(_WORKERS, {"orgs": sorted(orgs)}):
            workers[group_id].append(user_id)
    rows = [
        {"user_id": user_id, **notice}
        for row in due
        for org, notice in _notices(row, parts[row.id], today)
        for user_id in workers[org]
    ]
    written = 0
    if rows:
        written = int(model.Session.execute(_INSERT, {"rows": json.dumps(rows)}).rowcount)
    model.Session.commit()
    return written


def _notices(row: Any, parts: list[Any], today: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield agency and notice for each reminder of one isian that is due now."""
    step = rules.reminder((row.due - today).days)
    if step is None:
        return
    kind, number = step
    data = {
        "code": row.code,
        "name": row.name or row.title,
        "year": row.year,
        "due": row.due.isoformat(),
    }
    # the date is part of the key: a new due date begins its own reminders
    end = f"{row.id}:{row.due.isoformat()}:{number}"
    yield row.owner_org, {"kind": kind, "key": f"{kind}:{end}", "isian_id": row.id, "data": data}
    for part in parts:
        theirs = rules.OF_CONTRIBUTORS[kind]
        yield (
            part.owner_org,
            {
                "kind": theirs,
                "key": f"{theirs}:{part.owner_org}:{end}",
                "isian_id": row.id,
                "data": {
                    **data,
                    "org": part.owner_org,
                    "agency": part.agency,
                    "parts": part.parts,
                },
            },
        )
