"""Datasets that were withdrawn and that the search index may still call public.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; a row is written with the withdrawal and goes with the new index entry."""
    op.execute("SET LOCAL lock_timeout = '15s'")
    op.execute(
        """
        CREATE TABLE lppd_index_behind (
            package_id text PRIMARY KEY,
            since timestamptz NOT NULL DEFAULT clock_timestamp()
        )
        """
    )


def downgrade() -> None:
    """Remove the table; run `ckan search-index rebuild` where something was still in it."""
    op.execute("SET LOCAL lock_timeout = '15s'")
    op.execute("DROP TABLE lppd_index_behind")
