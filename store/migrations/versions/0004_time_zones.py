"""In which time zone a camera's time plans are meant."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; cameras of before stay with the machine's."""
    op.add_column("camera", sa.Column("time_zone", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("camera", "time_zone")
