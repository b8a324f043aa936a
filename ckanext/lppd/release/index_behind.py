"""Searches leave out what was withdrawn until the index knows it: hits, counts and facets.

Hits alone could be re-checked after the search (labels.py). A count or a facet cannot, and with it
the words of a withdrawn dataset could be guessed one by one.
"""

from __future__ import annotations

from typing import Any

from ckan import model
from sqlalchemy import text

_NOTE = text(
    "INSERT INTO lppd_index_behind (package_id) SELECT id FROM package WHERE id = :id "
    "ON CONFLICT (package_id) DO NOTHING"
)
_FORGET = text("DELETE FROM lppd_index_behind WHERE package_id = :id")
# one that was published again meanwhile is found again
_CLOSED = text(
    "SELECT package_id FROM lppd_index_behind b WHERE NOT EXISTS (SELECT 1 FROM package p "
    "WHERE p.id = b.package_id AND p.state = 'active' AND p.private IS FALSE)"
)


def note(package_id: str) -> None:
    """Remember a dataset that is closed in this transaction; the caller commits."""
    model.Session.execute(_NOTE, {"id": package_id})


def forget(package_id: str) -> None:
    """Forget a dataset whose entry in the index is right again; commits on its own."""
    with model.Session.get_bind().begin() as connection:
        connection.execute(_FORGET, {"id": package_id})


def leave_out(search_params: dict[str, Any]) -> dict[str, Any]:
    """Have a search pass over what the index calls public and the database does not.

    Only an entry that says `public` is passed over, so a row that stayed behind hides nothing.
    """
    behind = model.Session.scalars(_CLOSED).all()
    if behind:
        ids = " OR ".join(f'"{package_id}"' for package_id in behind)
        wanted = search_params.get("fq") or ""
        search_params["fq"] = f"{wanted} -(+capacity:public +id:({ids}))".strip()
    return search_params
