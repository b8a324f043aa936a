"""The `validation` table: created when missing, adopted when ckanext-validation left one.

The statements are repeatable, so that `ckan db upgrade -p lppd_validation` and
`ckan validation init-db` may both run, in any order.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

TABLE = "validation"
# The columns ckanext-validation's table has always had; a table without them is someone else's.
INHERITED_COLUMNS = frozenset(
    {"id", "resource_id", "status", "created", "finished", "report", "error"}
)
ADDED_COLUMNS = (
    ("started", "timestamp without time zone"),
    ("run_id", "text"),
    ("sha256", "text"),
    ("schema_sha256", "text"),
)
INDEX = "idx_lppd_validation_resource_id"

UPGRADE = (
    f"""CREATE TABLE IF NOT EXISTS {TABLE} (
        id varchar NOT NULL PRIMARY KEY,
        resource_id varchar,
        status varchar,
        created timestamp without time zone,
        finished timestamp without time zone,
        report json,
        error json
    )""",
    *(f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS {n} {kind}" for n, kind in ADDED_COLUMNS),
    # Not unique: ckanext-validation could insert two rows for one resource, and they are kept.
    f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE} (resource_id)",
)
# The table and its rows stay: they may have come from ckanext-validation.
DOWNGRADE = (
    f"DROP INDEX IF EXISTS {INDEX}",
    *(f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS {name}" for name, _ in ADDED_COLUMNS),
)


class ForeignTableError(Exception):
    """A table named `validation` exists that ckanext-validation did not make."""


def columns(connection: Connection) -> frozenset[str]:
    """Return the column names of the table, an empty set where there is no table."""
    inspector = inspect(connection)
    if not inspector.has_table(TABLE):
        return frozenset()
    return frozenset(column["name"] for column in inspector.get_columns(TABLE))


def upgrade(connection: Connection) -> None:
    """Create or adopt the table.

    Raises:
        ForeignTableError: where the existing table lacks a column of ckanext-validation.
    """
    found = columns(connection)
    missing = INHERITED_COLUMNS - found
    if found and missing:
        names = ", ".join(sorted(missing))
        raise ForeignTableError(
            f'Table "{TABLE}" exists but is not the one of ckanext-validation: '
            f"it has no column {names}. Rename that table, then run this again."
        )
    _run(connection, UPGRADE)


def downgrade(connection: Connection) -> None:
    """Remove what `upgrade` added to an existing table; rows and inherited columns stay."""
    _run(connection, DOWNGRADE)


def _run(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(text(statement))
