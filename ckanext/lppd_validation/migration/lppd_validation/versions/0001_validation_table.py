"""Create the `validation` table, or adopt the one of ckanext-validation.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from alembic import op

from ckanext.lppd_validation import ddl

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create or adopt; refuses a table that is not ckanext-validation's."""
    ddl.upgrade(op.get_bind())


def downgrade() -> None:
    """Drop the added columns and index; the rows stay."""
    ddl.downgrade(op.get_bind())
