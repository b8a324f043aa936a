"""Indexes that answer Kelengkapan and the queues without the wide rows behind them.

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
    """Put the newest act's state and time, and the urusan of an indicator, into indexes."""
    op.execute("SET LOCAL lock_timeout = '15s'")
    op.execute("DROP INDEX lppd_transition_isian")
    op.execute(
        """
        CREATE INDEX lppd_transition_isian ON lppd_transition (isian_id, id)
            INCLUDE (from_state, to_state, created_at)
        """
    )
    op.execute(
        "CREATE INDEX lppd_indicator_affair ON lppd_indicator (edition, code) "
        "INCLUDE (urusan, position)"
    )


def downgrade() -> None:
    """Leave the order of acts alone in an index."""
    op.execute("SET LOCAL lock_timeout = '15s'")
    op.execute("DROP INDEX lppd_transition_isian, lppd_indicator_affair")
    op.execute("CREATE INDEX lppd_transition_isian ON lppd_transition (isian_id, id)")
