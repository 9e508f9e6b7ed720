"""What reviewers said last stands with the incident, so that the overview counts from indices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_EXCUSED = ("duplicate", "below_threshold", "gone", "not_ours", "test")
_OPEN = "state NOT IN ('rejected', 'duplicate', 'closed', 'voided')"


def upgrade() -> None:
    """Add it, and work it out for incidents of before."""
    op.add_column("incident", sa.Column("judged_at", sa.Double(), nullable=True))
    op.add_column("incident", sa.Column("verdict", sa.Text(), nullable=False, server_default=""))
    excused = " OR ".join(f"d.reason = '{r}' OR d.reason LIKE '{r}:%'" for r in _EXCUSED)
    theirs = "FROM decision d WHERE d.incident = incident.id AND d.\"by\" = 'reviewer'"
    op.execute(
        f"UPDATE incident SET judged_at = (SELECT min(d.at) {theirs}),"  # noqa: S608
        " verdict = COALESCE((SELECT CASE WHEN d.action = 'confirm' THEN 'confirm'"
        " WHEN d.action = 'mark_duplicate' THEN 'duplicate'"
        f" WHEN d.action = 'reject' AND ({excused}) THEN 'excused'"
        " WHEN d.action = 'reject' THEN 'wrong' ELSE '' END"
        f" {theirs} ORDER BY d.version DESC LIMIT 1), '')"
    )
    op.create_index("ix_incident_counted", "incident", ["opened_at", "kind", "state", "verdict"])
    op.create_index("ix_incident_judged", "incident", ["judged_at", "opened_at"])
    only = sa.text(_OPEN)
    op.create_index(
        "ix_incident_open", "incident", ["camera"], sqlite_where=only, postgresql_where=only
    )


def downgrade() -> None:
    """Drop it."""
    for name in ("ix_incident_open", "ix_incident_judged", "ix_incident_counted"):
        op.drop_index(name, "incident")
    op.drop_column("incident", "verdict")
    op.drop_column("incident", "judged_at")
