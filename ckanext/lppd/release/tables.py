"""From a public resource to the DataStore table of its current release.

A table belongs to bytes and rules, not to a resource: it has a name of its own that says nothing,
and is reached only through the resource whose current release names these bytes. So the switch to a
revision and a withdrawal are one row of CKAN's database for readers of the DataStore too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ckan import model
from ckan import plugins as p
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.release import manifest

PREFIX = "lppd_tabel_"
PREPARING = (
    "Tabel untuk data ini sedang disiapkan. Coba lagi beberapa menit lagi, atau unduh berkasnya."
)
NOT_RELEASED = "Tabel DataStore hanya ada untuk data LPPD yang terpublikasi."

# One statement, so that release, visibility and table are of the same moment.
_RESOLVE = text(
    """
    SELECT p.id AS package_id, t.name AS name,
           (p.state = 'active' AND p.private IS FALSE AND f.file IS NOT NULL
            AND lppd_released(p.id)) AS released
      FROM resource r
      JOIN package p ON p.id = r.package_id
      LEFT JOIN lppd_current_release c ON c.package_id = p.id
      LEFT JOIN lppd_release l ON l.id = c.release_id
      LEFT JOIN LATERAL (SELECT file FROM jsonb_array_elements(l.content -> 'resources') file
                          WHERE file ->> 'id' = r.id LIMIT 1) f ON true
      LEFT JOIN lppd_datastore_table t ON t.sha256 = f.file ->> 'sha256'
                                      AND t.schema_sha256 = f.file ->> 'schema_sha256'
     WHERE r.id = :id AND lppd_governed(p.type)
    """
)
_ACTIVE = text(
    """
    SELECT file ->> 'id' AS id
      FROM lppd_current_release c
      JOIN lppd_release l ON l.id = c.release_id
      CROSS JOIN LATERAL jsonb_array_elements(l.content -> 'resources') file
      JOIN lppd_datastore_table t ON t.sha256 = file ->> 'sha256'
                                 AND t.schema_sha256 = file ->> 'schema_sha256'
     WHERE c.package_id = :id
    """
)


@dataclass(frozen=True)
class Target:
    """A governed resource: its dataset, whether its release is public, its table if loaded."""

    package_id: str
    released: bool
    name: str | None


class Pinned(str):
    """A resource id that stays with one table while a long answer is written.

    A client can only ever send a plain `str`.
    """

    table: str

    @classmethod
    def to(cls, resource_id: str, table: str) -> Pinned:
        """Return the id, tied to this table."""
        pinned = cls(resource_id)
        pinned.table = table
        return pinned


def enabled() -> bool:
    """Tell whether the portal has a DataStore."""
    return bool(p.plugin_loaded("datastore"))


def is_hidden(name: Any) -> bool:
    """Tell whether a name is one of our tables, which nobody reads or writes by name."""
    return isinstance(name, str) and name.startswith(PREFIX)


def resolve(resource_id: str) -> Target | None:
    """Return where the rows of a governed resource are now; None for every other id."""
    row = model.Session.execute(_RESOLVE, {"id": resource_id}).first()
    if row is None:
        return None
    return Target(row.package_id, bool(row.released), row.name)


def mark_active(dataset: dict[str, Any]) -> None:
    """Set `datastore_active` of a governed dataset's resources to what is true now."""
    if dataset.get("type") not in manifest.GOVERNED_TYPES or not enabled():
        return
    loaded: set[str] = set()
    if not dataset.get("private", True):
        rows = model.Session.execute(_ACTIVE, {"id": dataset["id"]})
        loaded = {row.id for row in rows}
    for resource in dataset.get("resources") or []:
        resource["datastore_active"] = resource.get("id") in loaded


def table_for(context: Any, resource_id: str, action: str) -> tuple[Target, str] | None:
    """Return the table that a caller of this action reads; None for ids not governed.

    Raises:
        toolkit.ObjectNotFound: for a table's own name, for data that the caller may not read, that
            is not released, or whose table is not there yet.
    """
    if is_hidden(resource_id):
        raise unknown(resource_id)
    target = resolve(resource_id)
    if target is None:
        return None
    try:
        toolkit.check_access(action, context, {"resource_id": str(resource_id)})
    except toolkit.NotAuthorized as error:
        # the same words as for an id that does not exist
        raise unknown(resource_id) from error
    if not target.released:
        raise toolkit.ObjectNotFound(NOT_RELEASED)
    name = resource_id.table if isinstance(resource_id, Pinned) else target.name
    if name is None:
        raise toolkit.ObjectNotFound(PREPARING)
    return target, name


def unknown(resource_id: str) -> toolkit.ObjectNotFound:
    """Return core's own refusal of an id that the DataStore does not know."""
    return toolkit.ObjectNotFound(f'Resource "{resource_id}" was not found.')
