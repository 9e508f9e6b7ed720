"""Destinations with options and a filter; replays; dead letters that are tried again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; destinations of before want everything, as they did."""
    for name in ("options", "filter"):
        op.add_column(
            "destination", sa.Column(name, sa.JSON(), nullable=False, server_default="{}")
        )
    op.add_column("consumer", sa.Column("replay", sa.BigInteger(), nullable=True))
    op.add_column(
        "dead_letter", sa.Column("again", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("dead_letter", "again")
    op.drop_column("consumer", "replay")
    for name in ("filter", "options"):
        op.drop_column("destination", name)
