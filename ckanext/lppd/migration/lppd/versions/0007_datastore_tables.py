"""Which DataStore table holds the rows of which released bytes.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the register; the tables themselves lie in the DataStore's own database."""
    op.execute("SET LOCAL lock_timeout = '15s'")
    op.execute(
        """
        CREATE TABLE lppd_datastore_table (
            sha256 text NOT NULL,
            schema_sha256 text NOT NULL,
            name text NOT NULL UNIQUE,
            rows bigint NOT NULL,
            loaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (sha256, schema_sha256)
        )
        """
    )


def downgrade() -> None:
    """Remove the register; the tables are left to nobody and can be dropped by hand."""
    op.execute("SET LOCAL lock_timeout = '15s'")
    op.execute("DROP TABLE lppd_datastore_table")
