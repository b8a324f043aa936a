"""Reminders before and after due dates; any number of runs and hosts tell each step once."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from typing import Any

from ckan import model
from sqlalchemy import text

from ckanext.lppd.notices import rules
from ckanext.lppd.workflow import rules as workflow

_DUE = text(
    """
    SELECT i.id, i.code, i.year, i.due, i.owner_org, n.data ->> 'nama' AS name, p.title
      FROM lppd_isian i
      LEFT JOIN lppd_indicator n ON n.edition = i.edition AND n.code = i.code
      LEFT JOIN package p ON p.id = i.package_id
     WHERE i.due IS NOT NULL AND i.owner_org IS NOT NULL AND i.state = ANY(:states)
       AND i.due <= CAST(:today AS date) + CAST(:days AS integer)
     ORDER BY i.due, i.id
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

    Three statements whatever the number of isian and people.
    """
    due = model.Session.execute(
        _DUE,
        {"today": today, "days": max(rules.REMIND_DAYS), "states": list(workflow.EDITABLE)},
    ).all()
    workers: dict[str, list[str]] = defaultdict(list)
    orgs = sorted({row.owner_org for row in due})
    if orgs:
        for group_id, user_id in model.Session.execute(_WORKERS, {"orgs": orgs}):
            workers[group_id].append(user_id)
    rows: list[dict[str, Any]] = []
    for row in due:
        step = rules.reminder((row.due - today).days)
        if step is None:
            continue
        kind, number = step
        data = {
            "code": row.code,
            "name": row.name or row.title,
            "year": row.year,
            "due": row.due.isoformat(),
        }
        # the date is part of the key: a new due date begins its own reminders
        key = f"{kind}:{row.id}:{row.due.isoformat()}:{number}"
        rows += [
            {"user_id": user_id, "kind": kind, "key": key, "isian_id": row.id, "data": data}
            for user_id in workers[row.owner_org]
        ]
    written = 0
    if rows:
        written = int(model.Session.execute(_INSERT, {"rows": json.dumps(rows)}).rowcount)
    model.Session.commit()
    return written
