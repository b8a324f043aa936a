"""The index that tells since when an isian waits, and its state at a date, without the row.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put what Kelengkapan and the queues ask of the newest act into its index."""
    op.execute("SET LOCAL lock_timeout = '15s'")
    op.execute("DROP INDEX lppd_transition_isian")
    op.execute(
        """
        CREATE INDEX lppd_transition_isian ON lppd_transition (isian_id, id)
            INCLUDE (from_state, to_state, created_at)
        """
    )


def downgrade() -> None:
    """Leave the order alone in the index."""
    op.execute("SET LOCAL lock_timeout = '15s'")
    op.execute("DROP INDEX lppd_transition_isian")
    op.execute("CREATE INDEX lppd_transition_isian ON lppd_transition (isian_id, id)")
