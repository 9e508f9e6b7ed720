"""Incidents that must not go; an index by which old pictures are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; nothing is held yet."""
    op.create_table(
        "legal_hold",
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("fk_legal_hold_incident")),
        sa.PrimaryKeyConstraint("incident", name=op.f("pk_legal_hold")),
    )
    kept = sa.text("sha256 <> ''")
    op.create_index(
        "ix_evidence_kept", "evidence", ["captured_at"], sqlite_where=kept, postgresql_where=kept
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_evidence_kept", "evidence")
    op.drop_table("legal_hold")
