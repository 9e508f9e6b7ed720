"""What people and the city's platform decide: case columns, guarded by a version number."""

from __future__ import annotations

from time import time

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from events import lifecycle, payload
from store import announce, audit
from store.case_tables import DecisionRow, IncidentRow, PlaceRow
from store.database import writing
from store.incident import Conflict, Incident, UnknownIncident, load

NOT_WRONG = frozenset({"duplicate", "below_threshold", "gone", "not_ours", "test"})
"""Reasons of a rejection that do not say that the algorithm was wrong: it saw what was there."""
FIXTURE = "fixture"
"""The reject reason that mutes a place until it is lifted."""


def decide(
    engine: Engine,
    incident_id: str,
    version: int,
    action: str,
    actor: str,
    reason: str = "",
    duplicate_of: str = "",
) -> Incident:
    """Move a case as the life cycle's table says, and return it as it is then.

    `version` is the one that the actor saw. `reason` is a key of `lifecycle.REJECT_REASONS`,
    optionally with ': ' and words. Decision, state, log and audit row are one transaction.

    Raises:
        UnknownIncident: there is none of this id (or none that `duplicate_of` names).
        Conflict: somebody decided before; it carries the fresh incident. Sightings never do that.
        lifecycle.IllegalTransition: the table has no such move.
        ValueError: no actor, or an incident called a duplicate of itself.
    """
    if not actor.strip():
        raise ValueError("every decision names its actor")
    with writing(engine) as session:
        row = _row(session, incident_id)
        if row.version != version:
            raise Conflict(load(session, row))
        to = lifecycle.next_state(row.state, action)
        if duplicate_of:
            _mark_duplicate(session, row, action, duplicate_of)
        _move(session, row, action, to, actor, reason)
        return load(session, row)


def verdict(action: str, reason: str) -> str:
    """Return what a reviewer's move says of the algorithm: see `IncidentRow.verdict`."""
    if action == "reject":
        return "excused" if reason.partition(":")[0] in NOT_WRONG else "wrong"
    return {"confirm": "confirm", "mark_duplicate": "duplicate"}.get(action, "")


def lift_mute(engine: Engine, incident_id: str, actor: str) -> Incident:
    """Let the incident's place be heard again after it was muted as a fixture.

    Raises:
        UnknownIncident: there is none of this id.
    """
    with writing(engine) as session:
        row = _row(session, incident_id)
        place = session.get_one(PlaceRow, row.place)
        if place.fixture:
            place.fixture = False
            audit.append(session, actor, "place.lift_mute", place.id, {"incident": row.id})
            session.flush()
        return load(session, row)


def _row(session: Session, incident_id: str) -> IncidentRow:
    row = session.get(IncidentRow, incident_id)
    if row is None:
        raise UnknownIncident(f"no incident {incident_id!r}")
    return row


def _mark_duplicate(session: Session, row: IncidentRow, action: str, duplicate_of: str) -> None:
    if action != "mark_duplicate":
        raise ValueError(f"{action!r} does not name another incident")
    other = _row(session, duplicate_of)
    if other.id == row.id:
        raise ValueError("an incident is not a duplicate of itself")
    if other.state == "duplicate":
        raise ValueError(f"{other.id} is a duplicate itself, of {other.duplicate_of}: name that")
    row.duplicate_of = duplicate_of


def _move(
    session: Session, row: IncidentRow, action: str, to: str, actor: str, reason: str
) -> None:
    now, before = time(), row.state
    row.state, row.version, row.decided_at = to, row.version + 1, now
    if row.released_at is None and to in lifecycle.RELEASED:
        row.released_at = now
    place = session.get_one(PlaceRow, row.place)
    if action == "reject" and reason.partition(":")[0].strip() == FIXTURE:
        place.fixture = True
    if action == "redecide":
        row.duplicate_of = None
        if before == "rejected" and _called_a_fixture(session, row):
            place.fixture = False
    _note(session, row, action, before, actor, reason, now)


def _called_a_fixture(session: Session, row: IncidentRow) -> bool:
    """Say whether it was this incident whose rejection muted the place."""
    reasons = session.scalars(
        select(DecisionRow.reason)
        .where(DecisionRow.incident == row.id, DecisionRow.action == "reject")
        .order_by(DecisionRow.version.desc())
        .limit(1)
    )
    return any(reason.partition(":")[0].strip() == FIXTURE for reason in reasons)


def _note(
    session: Session,
    row: IncidentRow,
    action: str,
    before: str,
    actor: str,
    reason: str,
    now: float,
) -> None:
    """Write decision, log and audit row of a move that was made."""
    by = lifecycle.ACTIONS[action].who
    if by == "reviewer":
        row.verdict = verdict(action, reason)
        row.judged_at = now if row.judged_at is None else row.judged_at
    session.add(
        DecisionRow(
            incident=row.id,
            version=row.version,
            action=action,
            from_state=before,
            to_state=row.state,
            actor=actor,
            by=by,
            reason=reason,
            rule="",
            at=now,
        )
    )
    session.flush()
    made = payload.Decision(action=action, by=by, at=payload.utc(now), reason=reason)
    announce.incident(session, row, payload.REVIEWED, f"version {row.version}", now, made)
    detail = {"from": before, "to": row.state, "version": row.version, "reason": reason}
    audit.append(session, actor, f"incident.{action}", row.id, detail)
