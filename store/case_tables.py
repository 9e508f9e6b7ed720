"""The tables of a case: place, incident, its alerts, evidence and decisions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from events.alert import SEVERITIES
from store.tables import Base, Counter

_PENDING = text("state = 'pending'")
_KEPT = text("sha256 <> ''")
_OPEN = text("state NOT IN ('rejected', 'duplicate', 'closed', 'voided')")


class PlaceRow(Base):
    """A ground spot where a kind of problem happens; it lasts, incidents at it come and go.

    `site` is the camera's place code, or the camera itself when it has none. `box` is the spot as
    `camera` sees it: spots compare within one camera's picture only.
    """

    __tablename__ = "place"
    __table_args__ = (Index("ix_place_camera_kind", "camera", "kind"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str]
    camera: Mapped[str]
    kind: Mapped[str]
    box: Mapped[list[Any]]
    used_at: Mapped[float]
    fixture: Mapped[bool]
    """A person said that what stands here is a fixture: muted until lifted."""


class IncidentRow(Base):
    """One episode at a place. Times are unix seconds of capture."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_place_opened", "place", "opened_at"),
        Index("ix_incident_opened", "opened_at", "id"),
        # The overview counts from these two alone.
        Index("ix_incident_counted", "opened_at", "kind", "state", "verdict"),
        Index("ix_incident_judged", "judged_at", "opened_at"),
        Index("ix_incident_open", "camera", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_incident_camera_kind", "camera", "kind", "presence"),
        Index("ix_incident_camera_opened", "camera", "opened_at", "id"),
        # The lanes of `store.listing`; the columns behind the id spare a look at the row.
        Index("ix_incident_rank", "rank", "opened_at", "id"),
        Index("ix_incident_state_rank", "state", "rank", "opened_at", "id", "kind", "presence"),
        Index("ix_incident_kind_rank", "kind", "rank", "opened_at", "id", "presence"),
        Index("ix_incident_presence_rank", "presence", "rank", "opened_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(ForeignKey("place.id"))
    previous: Mapped[str | None] = mapped_column(ForeignKey("incident.id"), index=True)

    # Sighting columns: written when alerts are recorded, never by a decision.
    camera: Mapped[str]
    algorithm: Mapped[str]
    kind: Mapped[str]
    episode: Mapped[str]
    presence: Mapped[str]
    since: Mapped[float]
    opened_at: Mapped[float]
    updated_at: Mapped[float]
    last_seen: Mapped[float]
    cleared_at: Mapped[float | None]
    box: Mapped[list[Any]]
    score: Mapped[float]
    severity: Mapped[str]
    rank: Mapped[int] = mapped_column(server_default="-1")
    """The severity as a number that indexes can order by; it follows `severity` by itself."""
    level: Mapped[int]
    """How grave it became; like `severity` it never falls."""
    levels: Mapped[list[Any]]
    """Every rise after the opening, oldest first (see `store.incident.Risen`)."""
    measures: Mapped[list[Any]]
    """The tests behind the newest sighting (see `events.trace.Measure`)."""
    facts: Mapped[dict[str, Any]]
    maker: Mapped[dict[str, Any]]
    codes: Mapped[dict[str, Any]]
    merged: Mapped[int]
    reopened: Mapped[int]

    # Case columns: written by decisions, never by a sighting. `version` guards these only.
    state: Mapped[str]
    version: Mapped[int]
    decided_at: Mapped[float | None]
    judged_at: Mapped[float | None]
    """When a reviewer first decided."""
    verdict: Mapped[str] = mapped_column(server_default="")
    """What reviewers last said: confirm, duplicate, wrong, excused ('' nothing yet)."""
    released_at: Mapped[float | None]
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("incident.id"), index=True)

    @validates("severity")
    def _ranked(self, _name: str, severity: str) -> str:
        self.rank = SEVERITIES.index(severity) if severity in SEVERITIES else -1
        return severity


IS_OPEN = IncidentRow.state.not_in(
    [literal_column(f"'{state}'") for state in ("rejected", "duplicate", "closed", "voided")]
)
"""Somebody needs to look after it, said as its index says it."""


class TraceRow(Base):
    """What an incident rests on: as it was opened, kept for good, and the latest of later ones."""

    __tablename__ = "trace"

    incident: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    """'opened' or 'latest'."""
    change: Mapped[str]
    at: Mapped[float]
    level: Mapped[int]
    measures: Mapped[list[Any]]
    body: Mapped[dict[str, Any] | None]
    """The trace, None where there is none (see `events.trace.Trace`)."""


class AlertRow(Base):
    """An alert as it came, but for the traces of updates; its id makes a repeat harmless."""

    __tablename__ = "alert"
    __table_args__ = (Index("ix_alert_episode", "camera", "algorithm", "episode"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    incident: Mapped[str] = mapped_column(ForeignKey("incident.id"), index=True)
    change: Mapped[str]
    camera: Mapped[str]
    algorithm: Mapped[str]
    episode: Mapped[str]
    at: Mapped[float]
    recorded_at: Mapped[float]
    body: Mapped[dict[str, Any]]


class EvidenceRow(Base):
    """A picture or clip by content hash: pending, attached or lost."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index("ix_evidence_pending", "id", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_evidence_kept", "captured_at", sqlite_where=_KEPT, postgresql_where=_KEPT),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    incident: Mapped[str] = mapped_column(ForeignKey("incident.id"), index=True)
    alert: Mapped[str] = mapped_column(ForeignKey("alert.id"), index=True)
    episode: Mapped[str]
    role: Mapped[str]
    state: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    media_type: Mapped[str]
    captured_at: Mapped[float]
    masks: Mapped[list[Any]]
    why: Mapped[str]


AWAITED = EvidenceRow.state == literal_column("'pending'")
"""Evidence that is still to come, said as its index says it: with a parameter it is not used."""


KEPT = EvidenceRow.sha256 != literal_column("''")
"""Evidence that there is, said as its index says it."""


class HoldRow(Base):
    """An incident under legal hold: nothing of it is removed, however old."""

    __tablename__ = "legal_hold"

    incident: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[float]


class DecisionRow(Base):
    """One move of a case; append-only. `version` is the case's version after it."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("incident", "version"), Index("ix_decision_at", "at"))

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    incident: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    version: Mapped[int]
    action: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    actor: Mapped[str]
    by: Mapped[str]
    reason: Mapped[str]
    rule: Mapped[str]
    at: Mapped[float]
