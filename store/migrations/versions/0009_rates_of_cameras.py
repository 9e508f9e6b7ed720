"""Which way each camera comes in, and the rate of pictures that it reaches of what is wanted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; the worker fills it."""
    op.create_table(
        "camera_rate",
        sa.Column("camera", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Double(), nullable=False),
        sa.Column("reached", sa.Double(), nullable=True),
        sa.Column("shed", sa.Double(), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("camera", name="pk_camera_rate"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("camera_rate")
