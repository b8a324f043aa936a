"""Which datasets and organisations are governed beyond our own types: asked of the database.

`manifest.package_row(...).governed` is the one question about a dataset; the answers here are the
cheap parts of it, each one lookup by primary key, for places that see many ordinary datasets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckan import model
from sqlalchemy import bindparam, text

from ckanext.lppd.release.manifest import GOVERNED_TYPES

_SCOPE = text("SELECT warisan FROM lppd_governed_dataset WHERE package_id = :id")
_AMONG = text("SELECT package_id FROM lppd_governed_dataset WHERE package_id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)
_GOVERNS_RESOURCE = text(
    "SELECT lppd_governs(p.id, p.type) FROM resource r JOIN package p ON p.id = r.package_id "
    "WHERE r.id = :id"
)
_ENROLLED = text(
    "SELECT e.group_id FROM lppd_enrolled_org e WHERE e.group_id = :id "
    'OR e.group_id = (SELECT g.id FROM "group" g WHERE g.name = :id)'
)
# A working copy is governed as its original is, wherever the organisation stands by now.
_HOLD = text(
    "INSERT INTO lppd_governed_dataset (package_id, why, group_id) "
    "SELECT p.id, 'baru', p.owner_org FROM package p "
    "WHERE p.id = :id AND NOT lppd_governed(p.type) ON CONFLICT (package_id) DO NOTHING"
)


def is_governed(package_id: str, dataset_type: str | None) -> bool:
    """Tell whether a dataset is governed; our own types are known without a query."""
    return dataset_type in GOVERNED_TYPES or scope_of(package_id) is not None


def scope_of(package_id: str) -> str | None:
    """Return `warisan` or `dikelola` for a dataset that has a row of its own, None for others."""
    row = model.Session.execute(_SCOPE, {"id": package_id}).first()
    if row is None:
        return None
    return "warisan" if row.warisan else "dikelola"


def governed_among(package_ids: Iterable[str]) -> set[str]:
    """Return those of the ids that have a row of their own, in one query."""
    ids = list(package_ids)
    if not ids:
        return set()
    return {row.package_id for row in model.Session.execute(_AMONG, {"ids": ids})}


def governs_resource(resource_id: Any) -> bool:
    """Tell whether a file with this id belongs to a governed dataset, deleted files included."""
    if not resource_id:
        return False
    return bool(model.Session.execute(_GOVERNS_RESOURCE, {"id": str(resource_id)}).scalar())


def enrolled_id(organisation: str | None) -> str | None:
    """Return the id of the organisation with this id or name where it is enrolled, else None."""
    if not organisation:
        return None
    return model.Session.execute(_ENROLLED, {"id": organisation}).scalar()


def is_enrolled(organisation: str | None) -> bool:
    """Tell whether the organisation with this id or name is enrolled."""
    return enrolled_id(organisation) is not None


def hold(package_id: str) -> None:
    """Keep a dataset governed whatever its organisation is; nothing for our own types."""
    model.Session.execute(_HOLD, {"id": package_id})
