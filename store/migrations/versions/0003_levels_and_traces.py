"""How grave an incident became, and the tests that it rests on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; incidents of before stay at the least level, with nothing measured."""
    op.add_column(
        "incident", sa.Column("level", sa.BigInteger(), nullable=False, server_default="0")
    )
    for name in ("levels", "measures"):
        op.add_column("incident", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "trace",
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("fk_trace_incident")),
        sa.PrimaryKeyConstraint("incident", "role", name=op.f("pk_trace")),
    )


def downgrade() -> None:
    """Drop them; what had become graver keeps its severity."""
    op.drop_table("trace")
    for name in ("measures", "levels", "level"):
        op.drop_column("incident", name)
