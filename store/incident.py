"""An incident as a value: what the store hands out, frozen, with its evidence and decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from events.alert import Box, EvidenceRef, Fact, Maker
from events.trace import Measure
from store import explained
from store.case_tables import DecisionRow, EvidenceRow, IncidentRow, PlaceRow
from store.explained import Explained, Risen
from store.tables import Base

Presence = Literal["here", "gone", "unknown"]
Change = Literal["opened", "updated", "reopened", "cleared", "evidence", "muted", "repeated"]
"""What an alert did to an incident."""


class Decision(msgspec.Struct, frozen=True):
    """One move of the case; `version` is the case's version after it, `rule` a rule that did it."""

    version: int
    action: str
    from_state: str
    to_state: str
    actor: str
    reason: str
    rule: str
    at: float
    by: Literal["reviewer", "system", "platform"] = "reviewer"


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One episode of a problem at a place. Times are unix seconds of capture.

    `presence` is what the camera says, `state` what the case is. `version` grows with decisions
    only: send the one that was shown with the next decision. `merged` counts further alerts.
    """

    id: str
    place: str
    previous: str
    camera: str
    algorithm: str
    kind: str
    episode: str
    presence: Presence
    since: float
    opened_at: float
    updated_at: float
    last_seen: float
    cleared_at: float | None
    box: Box
    score: float
    severity: str
    level: int
    levels: tuple[Risen, ...]
    """Every rise after the opening, oldest first."""
    measures: tuple[Measure, ...]
    """The tests behind the newest sighting."""
    facts: dict[str, Fact]
    maker: Maker
    codes: dict[str, str | None]
    merged: int
    reopened: int
    state: str
    version: int
    decided_at: float | None
    released_at: float | None
    duplicate_of: str
    muted: bool
    fixture: bool = False
    """Its place is muted until somebody lifts that."""
    evidence: tuple[EvidenceRef, ...] = ()
    decisions: tuple[Decision, ...] = ()
    opened: Explained | None = None
    """What it rested on when it was opened; lists leave it and `latest` out."""
    latest: Explained | None = None


class Recorded(msgspec.Struct, frozen=True):
    """What an alert did: which incident it belongs to, and what became of it.

    `muted`: it belongs to something rejected that is still there, and nobody was told.
    `repeated`: the alert was known already; nothing changed.
    """

    incident: str
    change: Change


class Page(msgspec.Struct, frozen=True):
    """Some incidents, in the order asked for, and the cursor of the next page ('' after all)."""

    incidents: tuple[Incident, ...]
    next: str = ""


Order = Literal["newest", "gravest"]
"""How incidents are listed: by when they were opened, or the graver first and then so."""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which incidents to list; what is empty or None does not restrict. Times are of opening."""

    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()
    presence: Presence | None = None
    opened_from: float | None = None
    opened_before: float | None = None


class Conflict(Exception):
    """Somebody decided first; `incident` is the fresh one."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(
            f"incident {incident.id} is at version {incident.version} ({incident.state}) by now"
        )
        self.incident = incident


class UnknownIncident(LookupError):
    """There is no incident of this id."""


MUTED = frozenset({"rejected", "duplicate", "voided"})
"""States in which what is still there is told to nobody until it is gone."""


def load(session: Session, row: IncidentRow) -> Incident:
    """Return the incident of a row, with its evidence, its decisions, and what it rests on."""
    (found,) = load_all(session, [row])
    kept = explained.read(session, row.id)
    return msgspec.structs.replace(found, opened=kept.get("opened"), latest=kept.get("latest"))


def load_all(session: Session, rows: Sequence[IncidentRow]) -> list[Incident]:
    """Return the incidents of rows, in their order; a few queries for all of them."""
    ids = [row.id for row in rows]
    evidence: dict[str, list[EvidenceRow]] = defaultdict(list)
    for ref in session.scalars(
        select(EvidenceRow).where(EvidenceRow.incident.in_(ids)).order_by(EvidenceRow.id)
    ):
        evidence[ref.incident].append(ref)
    decisions: dict[str, list[DecisionRow]] = defaultdict(list)
    for made in session.scalars(
        select(DecisionRow).where(DecisionRow.incident.in_(ids)).order_by(DecisionRow.version)
    ):
        decisions[made.incident].append(made)
    fixtures = set(
        session.scalars(
            select(PlaceRow.id).where(PlaceRow.id.in_([r.place for r in rows]), PlaceRow.fixture)
        )
    )
    return [
        _value(row, evidence[row.id], decisions[row.id], fixture=row.place in fixtures)
        for row in rows
    ]


def _value(
    row: IncidentRow, evidence: list[EvidenceRow], decisions: list[DecisionRow], fixture: bool
) -> Incident:
    derived = {
        "previous": row.previous or "",
        "duplicate_of": row.duplicate_of or "",
        "fixture": fixture,
        "muted": fixture or (row.state in MUTED and row.presence != "gone"),
        "evidence": [_fields(ref, EvidenceRef) for ref in evidence],
        "decisions": [_fields(made, Decision) for made in decisions],
    }
    return msgspec.convert(_fields(row, Incident) | derived, Incident)


def _fields(row: Base, kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {n: getattr(row, n) for n in kind.__struct_fields__ if hasattr(row, n)}
