"""Evidence (data dukung) of an isian: its list, the list as one hash, and its part in a revision.

A revision starts with the list of what it revises; what it adds or takes away stays with the
working copy until the revision is published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection

from ckan import model
from sqlalchemy import func, select

from ckanext.lppd.model.review_tables import Bukti, BuktiRemoval
from ckanext.lppd.model.tables import Isian


def of_isian(isian: Isian) -> list[Bukti]:
    """Return the evidence on the list of an isian, oldest first; what was removed is absent."""
    lists = [isian.id, *([isian.parent_id] if isian.parent_id else [])]
    removed = select(BuktiRemoval.bukti_id).where(BuktiRemoval.isian_id.in_(lists))
    query = (
        select(Bukti)
        .where(Bukti.isian_id.in_(lists), Bukti.id.not_in(removed))
        .order_by(Bukti.created_at, Bukti.id)
    )
    return list(model.Session.scalars(query))


def given_of(rows: Collection[Isian]) -> dict[str, set[str]]:
    """Return isian id -> codes of the documents on its list, for many isian in one query."""
    lists = {row.id: {row.id, *([row.parent_id] if row.parent_id else [])} for row in rows}
    query = (
        select(Bukti.isian_id, Bukti.document, func.array_agg(BuktiRemoval.isian_id))
        .outerjoin(BuktiRemoval, BuktiRemoval.bukti_id == Bukti.id)
        .where(Bukti.isian_id.in_({one for ids in lists.values() for one in ids}))
        .group_by(Bukti.id, Bukti.isian_id, Bukti.document)
    )
    found: dict[str, set[str]] = {isian_id: set() for isian_id in lists}
    for put_on, document, taken_off in model.Session.execute(query):
        for isian_id, ids in lists.items():
            if put_on in ids and not ids & set(taken_off):
                found[isian_id].add(document)
    return found


def list_sha256(isian: Isian) -> str | None:
    """Return the list as one hash: what an approver saw of it; None for an empty list."""
    rows = of_isian(isian)
    if not rows:
        return None
    content = sorted([row.id, row.title, row.document, row.sha256] for row in rows)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def adopt(parent: Isian, copy: Isian) -> None:
    """Give a published isian the list of its revision; flushes, no commit."""
    wanted = of_isian(copy)
    kept = {row.id for row in wanted}
    for row in of_isian(parent):
        if row.id not in kept:
            removal = model.Session.get(BuktiRemoval, (row.id, copy.id))
            model.Session.add(
                BuktiRemoval(bukti_id=row.id, isian_id=parent.id, removed_by=removal.removed_by)
            )
    for row in wanted:
        if row.isian_id == copy.id:
            fields = ("title", "document", "filename", "mimetype", "size", "sha256", "created_by")
            model.Session.add(
                Bukti(isian_id=parent.id, **{name: getattr(row, name) for name in fields})
            )
    model.Session.flush()
