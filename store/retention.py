"""How long things are kept: incidents by kind, their pictures, observations, log, audit.

Nothing of an incident under legal hold goes, and no open case. Each batch is one transaction, so
that the worker and people wait for no more than a moment.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import takewhile
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Engine, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from events.payload import rfc3339
from events.relay import consumer
from store import audit
from store.case_tables import (
    KEPT,
    AlertRow,
    DecisionRow,
    EvidenceRow,
    HoldRow,
    IncidentRow,
    PlaceRow,
    TraceRow,
)
from store.database import reading, writing
from store.incident import MUTED, UnknownIncident
from store.tables import AuditRow, ConsumerRow, DeadLetterRow, DestinationRow, EventRow, IntervalRow

ACTOR = f"{audit.RULE}retention"
OVER = (*sorted(MUTED), "closed")
"""States of a case that is done; what is open is kept, however old."""
GONE = "removed after its time"
"""Why evidence is lost that was kept as long as it should be."""
BATCH = 200
_ROWS = 2_000
_DAY_S = 86_400.0


class Keep(msgspec.Struct, frozen=True):
    """Days that each thing is kept, 0 for ever. `kinds` overrides `incidents` for some kinds."""

    incidents: int = 730
    kinds: dict[str, int] = {}
    evidence: int = 365
    observations: int = 400
    log: int = 400
    audit: int = 0


class Removed(msgspec.Struct, frozen=True):
    """How much went, and what should have gone by age and is kept: open, or under legal hold."""

    incidents: int = 0
    evidence: int = 0
    observations: int = 0
    events: int = 0
    audit: int = 0
    still_open: int = 0
    held: int = 0


class Hold(msgspec.Struct, frozen=True):
    """An incident that must not go, why, and who says so."""

    incident: str
    reason: str
    actor: str
    at: float


def hold(engine: Engine, incident: str, reason: str, actor: str, now: float) -> None:
    """Keep an incident with all its evidence until `release`; again renews the reason.

    Raises:
        UnknownIncident: there is none of this id.
        ValueError: no reason, or nobody who gives it.
    """
    if not reason.strip() or not actor.strip():
        raise ValueError("a hold has a reason and names who gives it")
    with writing(engine) as session:
        if session.get(IncidentRow, incident) is None:
            raise UnknownIncident(f"no incident {incident!r}")
        session.merge(HoldRow(incident=incident, reason=reason, actor=actor, at=now))
        audit.append(session, actor, "incident.hold", incident, {"reason": reason})


def release(engine: Engine, incident: str, actor: str) -> bool:
    """End a hold; False when there is none."""
    with writing(engine) as session:
        row = session.get(HoldRow, incident)
        if row is not None:
            session.delete(row)
            audit.append(session, actor, "incident.release-hold", incident)
        return row is not None


def holds(engine: Engine) -> list[Hold]:
    """Return all holds, oldest first."""
    with reading(engine) as session:
        rows = session.scalars(select(HoldRow).order_by(HoldRow.at, HoldRow.incident))
        return [Hold(row.incident, row.reason, row.actor, row.at) for row in rows]


def retain(engine: Engine, keep: Keep, now: float) -> Removed:
    """Remove what is older than it should be kept; one audit row says how much."""
    with reading(engine) as session:
        aged = _aged(keep, now)
        old = select(func.count()).select_from(IncidentRow).where(aged)
        still_open = session.scalar(old.where(IncidentRow.state.not_in(OVER))) or 0
        held = session.scalar(old.where(_held(IncidentRow.id))) or 0
    removed = Removed(
        incidents=sum(iter(lambda: _incidents(engine, aged), 0)),
        evidence=_evidence(engine, keep, now),
        observations=_observations(engine, keep, now),
        events=_events(engine, keep, now),
        still_open=still_open,
        held=held,
    )
    with writing(engine) as session:
        session.execute(
            delete(PlaceRow).where(
                ~PlaceRow.fixture,
                PlaceRow.used_at < now - max(keep.incidents, *keep.kinds.values(), 1) * _DAY_S,
                ~exists().where(IncidentRow.place == PlaceRow.id),
            )
        )
        cut = _audit(session, keep, now)
        detail = {**msgspec.to_builtins(removed), **({} if cut is None else cut)}
        if cut or any((removed.incidents, removed.evidence, removed.observations, removed.events)):
            audit.append(session, ACTOR, audit.RETAINED, "", detail)
    return msgspec.structs.replace(removed, audit=0 if cut is None else cut["audit"])


def blob_hashes(engine: Engine, prefix: str = "") -> set[str]:
    """Return the hashes of the pictures and clips that incidents refer to (see `Blobs.sweep`)."""
    hash = EvidenceRow.sha256
    with reading(engine) as session:
        return set(session.scalars(select(hash).where(KEPT, hash >= prefix, hash < f"{prefix}g")))


def _aged(keep: Keep, now: float) -> ColumnElement[bool]:
    """Say of an incident that nothing has happened to it for as long as its kind is kept."""
    touched = func.coalesce(IncidentRow.decided_at, IncidentRow.updated_at)
    others = IncidentRow.kind.not_in(keep.kinds)
    times: list[tuple[int, ColumnElement[bool]]] = [(keep.incidents, others)]
    times += [(days, IncidentRow.kind == kind) for kind, days in keep.kinds.items()]
    parts: list[ColumnElement[bool]] = []
    for days, which in times:
        if days > 0:
            end = now - days * _DAY_S
            # The first condition is for an index: what was touched long ago was opened before.
            old = (IncidentRow.opened_at < end, IncidentRow.updated_at < end, touched < end)
            parts.append(and_(*old, which))
    return or_(*parts) if parts else IncidentRow.id.is_(None)


def _held(incident: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return exists().where(HoldRow.incident == incident)


def _incidents(engine: Engine, aged: ColumnElement[bool]) -> int:
    """Remove one batch with all that belongs to it; return how many incidents went."""
    with writing(engine) as session:
        ids = session.scalars(
            select(IncidentRow.id)
            .where(aged, IncidentRow.state.in_(OVER), ~_held(IncidentRow.id))
            .order_by(IncidentRow.opened_at)
            .limit(BATCH)
        ).all()
        if not ids:
            return 0
        for later in (IncidentRow.previous, IncidentRow.duplicate_of):
            session.execute(update(IncidentRow).where(later.in_(ids)).values({later.key: None}))
        for table in (DecisionRow, TraceRow, EvidenceRow, AlertRow):
            session.execute(delete(table).where(table.incident.in_(ids)))
        delivered = EventRow.seq <= _delivered(session)
        session.execute(delete(EventRow).where(EventRow.incident.in_(ids), delivered))
        session.execute(delete(IncidentRow).where(IncidentRow.id.in_(ids)))
        return len(ids)


def _evidence(engine: Engine, keep: Keep, now: float) -> int:
    """Let go of pictures and clips that are older than they should be; their rows say so."""
    if not keep.evidence:
        return 0
    old = EvidenceRow.captured_at.between(0.001, now - keep.evidence * _DAY_S)
    of_closed = exists().where(IncidentRow.id == EvidenceRow.incident, IncidentRow.state.in_(OVER))
    chosen = select(EvidenceRow.id).where(KEPT, old, of_closed, ~_held(EvidenceRow.incident))
    gone = {"sha256": "", "state": "lost", "why": GONE, "masks": []}
    many = 0
    while True:
        with writing(engine) as session:
            ids = session.scalars(chosen.limit(_ROWS)).all()
            session.execute(update(EvidenceRow).where(EvidenceRow.id.in_(ids)).values(gone))
            many += len(ids)
        if len(ids) < _ROWS:
            return many


def _observations(engine: Engine, keep: Keep, now: float) -> int:
    if not keep.observations:
        return 0
    old = IntervalRow.ended < now - keep.observations * _DAY_S
    many = 0
    while True:
        with writing(engine) as session:
            ids = session.scalars(select(IntervalRow.id).where(old).limit(_ROWS)).all()
            session.execute(delete(IntervalRow).where(IntervalRow.id.in_(ids)))
            many += len(ids)
        if len(ids) < _ROWS:
            return many


def _events(engine: Engine, keep: Keep, now: float) -> int:
    """Remove the oldest events; what a destination has not got yet stays, and all behind it."""
    if not keep.log:
        return 0
    end, many, after = rfc3339(now - keep.log * _DAY_S), 0, 0
    while True:
        with writing(engine) as session:
            rows = session.execute(
                select(EventRow.seq, EventRow.time)
                .where(EventRow.seq > after, EventRow.seq <= _delivered(session))
                .order_by(EventRow.seq)
                .limit(_ROWS)
            ).all()
            old = [seq for seq, at in takewhile(lambda row: row[1] < end, rows)]
            last = old[-1] if old else after
            here = and_(EventRow.seq > after, EventRow.seq <= last, ~_held(EventRow.incident))
            ids = session.scalars(select(EventRow.seq).where(here)).all()
            session.execute(delete(EventRow).where(EventRow.seq.in_(ids)))
            session.execute(delete(DeadLetterRow).where(DeadLetterRow.seq.in_(ids)))
            many, after = many + len(ids), last
        if len(old) < _ROWS:
            return many


def _delivered(session: Session) -> int:
    """Return the place up to which every destination that is on has got the log."""
    places = [session.scalar(select(func.max(EventRow.seq))) or 0]
    for id in session.scalars(select(DestinationRow.id).where(DestinationRow.enabled)).all():
        row = session.get(ConsumerRow, consumer(id))
        replay = None if row is None else row.replay
        places.append(
            0 if row is None else min(row.cursor, row.cursor if replay is None else replay)
        )
    return min(places)


def _audit(session: Session, keep: Keep, now: float) -> dict[str, Any] | None:
    """Cut the chain's oldest rows off; what is returned and audited lets the rest be verified."""
    first, last = session.execute(select(func.min(AuditRow.n), func.max(AuditRow.n))).one()
    if not keep.audit or first is None:
        return None

    def young(n: int) -> bool:
        at = session.scalar(select(AuditRow.at).where(AuditRow.n == n))
        return at is None or at >= now - keep.audit * _DAY_S

    begin = first + bisect_left(range(first, last), True, key=young)
    held = select(func.min(AuditRow.n)).where(AuditRow.object.in_(select(HoldRow.incident)))
    begin = min(begin, session.scalar(held) or begin)
    if begin <= first:
        return None
    hash = session.scalar(select(AuditRow.hash).where(AuditRow.n == begin - 1))
    session.execute(delete(AuditRow).where(AuditRow.n < begin))
    return {"audit": begin - first, "upto": begin - 1, "hash": hash}
