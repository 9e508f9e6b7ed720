"""Indices that keep the console quick at a million incidents, and a severity that they order by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDICES: dict[str, tuple[str, list[str]]] = {
    "ix_incident_camera_opened": ("incident", ["camera", "opened_at", "id"]),
    "ix_incident_rank": ("incident", ["rank", "opened_at", "id"]),
    "ix_incident_state_rank": (
        "incident",
        ["state", "rank", "opened_at", "id", "kind", "presence"],
    ),
    "ix_incident_kind_rank": ("incident", ["kind", "rank", "opened_at", "id", "presence"]),
    "ix_incident_presence_rank": ("incident", ["presence", "rank", "opened_at", "id"]),
    "ix_incident_previous": ("incident", ["previous"]),
    "ix_incident_duplicate_of": ("incident", ["duplicate_of"]),
    "ix_decision_at": ("decision", ["at"]),
    "ix_evidence_alert": ("evidence", ["alert"]),
    "ix_event_log_type": ("event_log", ["type", "seq"]),
    "ix_event_log_incident": ("event_log", ["incident", "seq"]),
    "ix_audit_actor": ("audit", ["actor", "n"]),
    "ix_audit_action": ("audit", ["action", "n"]),
    "ix_audit_object": ("audit", ["object", "n"]),
    "ix_watch_interval_ended": ("watch_interval", ["ended"]),
}
PARTIAL: dict[str, tuple[str, list[str], str]] = {
    "ix_event_log_city": ("event_log", ["seq"], "city"),
    "ix_evidence_pending": ("evidence", ["id"], "state = 'pending'"),
    "ix_audit_people": (
        "audit",
        ["n"],
        "actor <> 'inference' AND actor NOT LIKE 'rule: %'",
    ),
}


def upgrade() -> None:
    """Add them; at a million incidents this takes a minute or two, once."""
    op.add_column(
        "incident", sa.Column("rank", sa.BigInteger(), nullable=False, server_default="-1")
    )
    op.execute(
        "UPDATE incident SET rank = CASE severity WHEN 'low' THEN 0 WHEN 'medium' THEN 1"
        " WHEN 'high' THEN 2 WHEN 'urgent' THEN 3 ELSE -1 END"
    )
    op.drop_index("ix_incident_state", "incident")
    for name, (table, columns) in INDICES.items():
        op.create_index(name, table, columns)
    for name, (table, columns, where) in PARTIAL.items():
        only = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    """Drop them."""
    for name, (table, _columns, _where) in PARTIAL.items():
        op.drop_index(name, table)
    for name, (table, _columns) in INDICES.items():
        op.drop_index(name, table)
    op.create_index("ix_incident_state", "incident", ["state", "opened_at", "id"])
    op.drop_column("incident", "rank")
