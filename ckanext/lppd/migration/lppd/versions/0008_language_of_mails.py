"""The language of a person's mails is empty until chosen: then it is that of the portal.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the language be empty; what stands there already counts as chosen."""
    op.execute("SET LOCAL lock_timeout = '15s'")
    op.execute(
        """
        ALTER TABLE lppd_notice_setting
            ALTER COLUMN language DROP NOT NULL, ALTER COLUMN language DROP DEFAULT
        """
    )


def downgrade() -> None:
    """Write Indonesian for those who chose nothing."""
    op.execute("SET LOCAL lock_timeout = '15s'")
    op.execute("UPDATE lppd_notice_setting SET language = 'id' WHERE language IS NULL")
    op.execute(
        """
        ALTER TABLE lppd_notice_setting
            ALTER COLUMN language SET DEFAULT 'id', ALTER COLUMN language SET NOT NULL
        """
    )
