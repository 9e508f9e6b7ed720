"""What the worker saw: alerts become incidents at places, each alert exactly once.

Writes the sighting columns only; the case columns of an incident are set once, when it opens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from time import time
from typing import Any

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from events import lifecycle, payload
from events.alert import Alert, Box, EvidenceRef
from events.places import same_spot
from store import announce, audit, explained
from store.bulk import chunks
from store.case_tables import AlertRow, DecisionRow, EvidenceRow, IncidentRow, PlaceRow
from store.database import reading, writing
from store.incident import MUTED, Change, Recorded
from store.tables import CameraRow

REOPEN_S = 1800.0
"""Back within this many seconds is the same incident, unless an algorithm says otherwise."""

_OVER = MUTED | {"closed"}
"""States in which a case is done: what comes back is a new incident, linked to it."""

_TYPES: dict[Change, str] = {
    "opened": payload.OPENED,
    "updated": payload.UPDATED,
    "reopened": payload.REOPENED,
    "cleared": payload.CLEARED,
    "evidence": payload.EVIDENCE,
}


def record(
    engine: Engine,
    alert: Alert,
    review: bool,
    reopen_s: float = REOPEN_S,
    codes: Mapping[str, str | None] | None = None,
) -> Recorded:
    """Take an alert in, durably, with all that follows from it, in one transaction.

    `review`: a new incident waits for a person; otherwise the rule 'review off' releases it.
    `codes` are the city's codes for the kind, code list to code. A repeat changes nothing.
    """
    with writing(engine) as session:
        known = session.get(AlertRow, alert.id)
        if known is not None:
            return Recorded(known.incident, "repeated")
        place, row, own = _find(session, alert)
        change = None if row is None else _change(session, row, own, alert, reopen_s)
        if row is None or change is None:
            row = _open(session, alert, place, row, review, codes or {})
            change = "opened"
        else:
            _follow(session, row, alert, change)
        _audit(session, row, alert, change)
        return Recorded(row.id, change)


def lose_sight(engine: Engine, since: Mapping[tuple[str, str], float]) -> int:
    """Say of cameras' algorithms (in pairs) that nobody looks any more, each since a moment.

    What was here is now unknown. Returns how many incidents.
    """
    with reading(engine) as session:
        seen_by = {(row.camera, row.algorithm) for row in _here(session, since)}
    if not seen_by & since.keys():
        return 0
    with writing(engine) as session:
        rows = [row for row in _here(session, since) if (row.camera, row.algorithm) in since]
        for row in rows:
            at = since[row.camera, row.algorithm]
            row.presence, row.updated_at = "unknown", max(row.updated_at, at)
            session.flush()
            if not _is_muted(session, row):
                announce.incident(session, row, payload.UPDATED, f"unknown/{at}", at)
        return len(rows)


def _here(session: Session, pairs: Collection[tuple[str, str]]) -> list[IncidentRow]:
    """Return the incidents that are here at the cameras of some pairs."""
    query = select(IncidentRow).where(IncidentRow.presence == "here")
    parts = chunks({camera for camera, _ in pairs})
    return [
        row for part in parts for row in session.scalars(query.where(IncidentRow.camera.in_(part)))
    ]


def _find(session: Session, alert: Alert) -> tuple[PlaceRow | None, IncidentRow | None, bool]:
    """Return the place, an incident there, and whether that is the one of the alert's episode."""
    own = _of_episode(session, alert)
    if own is None:
        place = _find_place(session, alert)
        return place, None if place is None else _newest_at(session, place.id), False
    place = session.get_one(PlaceRow, own.place)
    if _sees(alert) and own.presence == "gone" and alert.at > own.updated_at:
        return place, _newest_at(session, place.id), False
    return place, own, True


def _change(
    session: Session, row: IncidentRow, own: bool, alert: Alert, reopen_s: float
) -> Change | None:
    """Return what the alert does to the incident; None: it needs a new one."""
    plain: Change = "updated" if alert.change == "opened" else alert.change
    if _is_muted(session, row):
        return "muted" if _sees(alert) else plain
    if own:
        return plain
    if row.state in _OVER:
        # Also while its thing still stands there: a rule that begins anew needs a new case.
        return None
    if row.presence != "gone":
        return plain
    away = alert.at - (row.updated_at if row.cleared_at is None else row.cleared_at)
    if away > reopen_s:
        return None
    return "reopened" if away > 0 and _sees(alert) else plain


def _sees(alert: Alert) -> bool:
    return alert.change in ("opened", "updated")


def _of_episode(session: Session, alert: Alert) -> IncidentRow | None:
    latest = session.scalar(
        select(AlertRow.incident)
        .where(
            AlertRow.camera == alert.camera,
            AlertRow.algorithm == alert.algorithm,
            AlertRow.episode == alert.episode,
        )
        .order_by(AlertRow.recorded_at.desc())
        .limit(1)
    )
    return None if latest is None else session.get_one(IncidentRow, latest)


def _find_place(session: Session, alert: Alert) -> PlaceRow | None:
    """Return the place of this spot: of something still there first, then the latest used."""
    there = session.scalars(
        select(IncidentRow)
        .where(
            IncidentRow.camera == alert.camera,
            IncidentRow.kind == alert.kind,
            IncidentRow.presence != "gone",
        )
        .order_by(IncidentRow.updated_at.desc())
    )
    for row in there:
        if same_spot(alert.kind, _box(row.box), alert.box):
            return session.get_one(PlaceRow, row.place)
    places = session.scalars(
        select(PlaceRow)
        .where(PlaceRow.camera == alert.camera, PlaceRow.kind == alert.kind)
        .order_by(PlaceRow.used_at.desc())
    )
    return next((p for p in places if same_spot(alert.kind, _box(p.box), alert.box)), None)


def _newest_at(session: Session, place: str) -> IncidentRow | None:
    return session.scalars(
        select(IncidentRow)
        .where(IncidentRow.place == place)
        .order_by(IncidentRow.opened_at.desc(), IncidentRow.updated_at.desc())
        .limit(1)
    ).first()


def _open(
    session: Session,
    alert: Alert,
    place: PlaceRow | None,
    previous: IncidentRow | None,
    review: bool,
    codes: Mapping[str, str | None],
) -> IncidentRow:
    """Open an incident; whatever the alert says beyond that follows at once."""
    if place is None:
        camera = session.get(CameraRow, alert.camera)
        place = PlaceRow(
            id=announce.derived_id("place", alert.id),
            site=(camera.place_code if camera else "") or alert.camera,
            camera=alert.camera,
            kind=alert.kind,
            box=list(alert.box),
            used_at=alert.at,
            fixture=False,
        )
        session.add(place)
        session.flush()
    place.used_at = alert.at
    if previous is not None and previous.presence != "gone":
        previous.presence = "unknown"
    row = _new_row(alert, place.id, previous, review, codes)
    session.add(row)
    session.flush()
    _keep(session, row, alert)
    decision = None if review else _release(session, row, alert)
    announce.incident(session, row, payload.OPENED, alert.id, alert.at, decision)
    if alert.change == "cleared":
        _see(row, alert)
        announce.incident(session, row, payload.CLEARED, alert.id, alert.at)
    return row


def _new_row(
    alert: Alert,
    place: str,
    previous: IncidentRow | None,
    review: bool,
    codes: Mapping[str, str | None],
) -> IncidentRow:
    return IncidentRow(
        id=announce.derived_id("incident", alert.id),
        place=place,
        previous=None if previous is None else previous.id,
        camera=alert.camera,
        algorithm=alert.algorithm,
        kind=alert.kind,
        episode=alert.episode,
        presence="here",
        since=alert.since,
        opened_at=alert.at,
        updated_at=alert.at,
        last_seen=alert.last_seen,
        cleared_at=None,
        box=list(alert.box),
        score=alert.score,
        severity=alert.severity,
        level=alert.level,
        levels=[],
        measures=explained.plain(alert.measures),
        facts=alert.facts,
        maker=msgspec.to_builtins(alert.maker),
        codes=dict(codes),
        merged=0,
        reopened=0,
        state=lifecycle.initial(review),
        version=1,
        decided_at=None,
        released_at=None,
        duplicate_of=None,
    )


def _release(session: Session, row: IncidentRow, alert: Alert) -> payload.Decision:
    """Note that the rule 'review off' decided, where no person does."""
    now = time()
    row.decided_at = now
    row.released_at = now if row.state in lifecycle.RELEASED else None
    actor = f"{audit.RULE}{lifecycle.REVIEW_OFF}"
    session.add(
        DecisionRow(
            incident=row.id,
            version=row.version,
            action="confirm",
            from_state="",
            to_state=row.state,
            actor=actor,
            by="system",
            reason="",
            rule=lifecycle.REVIEW_OFF,
            at=now,
        )
    )
    detail = {"algorithm": alert.algorithm, "camera": alert.camera, "state": row.state}
    audit.append(session, actor, "incident.confirm", row.id, detail)
    return payload.Decision(
        action="confirm", by="system", at=payload.utc(now), rule=lifecycle.REVIEW_OFF
    )


def _follow(session: Session, row: IncidentRow, alert: Alert, change: Change) -> None:
    """Let an incident go on with one more alert."""
    muted = _is_muted(session, row)
    _see(row, alert)
    row.reopened += change == "reopened"
    session.get_one(PlaceRow, row.place).used_at = alert.at
    _keep(session, row, alert)
    if change == "cleared" and muted and _is_muted(session, row):
        return  # a fixture comes and goes unheard
    if change != "muted":
        announce.incident(session, row, _TYPES[change], alert.id, alert.at)


def _see(row: IncidentRow, alert: Alert) -> None:
    """Bring the sighting columns up to date; what comes late does not turn them back."""
    if alert.change == "evidence":
        return
    explained.rise(row, alert)
    row.merged += _sees(alert)
    row.last_seen = max(row.last_seen, alert.last_seen)
    if alert.at < row.updated_at:
        return
    row.updated_at, row.episode = alert.at, alert.episode
    row.facts, row.measures = alert.facts, explained.plain(alert.measures)
    row.maker = msgspec.to_builtins(alert.maker)
    if _sees(alert):
        row.presence, row.cleared_at = "here", None
        row.box, row.score = list(alert.box), alert.score
    else:
        row.presence, row.cleared_at = "gone", alert.at


def _keep(session: Session, row: IncidentRow, alert: Alert) -> None:
    """Keep the alert, what it rests on, and its evidence."""
    session.add(
        AlertRow(
            id=alert.id,
            incident=row.id,
            change=alert.change,
            camera=alert.camera,
            algorithm=alert.algorithm,
            episode=alert.episode,
            at=alert.at,
            recorded_at=time(),
            body=msgspec.to_builtins(_kept(alert)),
        )
    )
    session.flush()
    explained.keep(session, row, alert)
    for ref in alert.evidence:
        pending = _pending(session, row, alert, ref) if alert.change == "evidence" else None
        kept = pending or EvidenceRow(incident=row.id, episode=alert.episode, role=ref.role)
        kept.alert, kept.state, kept.sha256, kept.why = alert.id, ref.state, ref.sha256, ref.why
        kept.media_type = ref.media_type or kept.media_type or ""
        kept.captured_at = ref.captured_at or kept.captured_at or 0.0
        kept.masks = msgspec.to_builtins(ref.masks, builtin_types=()) if ref.masks else []
        session.add(kept)
        session.flush()


def _pending(
    session: Session, row: IncidentRow, alert: Alert, ref: EvidenceRef
) -> EvidenceRow | None:
    """Return what is still awaited in this role: of the same moment first, else the oldest."""
    waiting = session.scalars(
        select(EvidenceRow)
        .where(
            EvidenceRow.incident == row.id,
            EvidenceRow.episode == alert.episode,
            EvidenceRow.role == ref.role,
            EvidenceRow.state == "pending",
        )
        .order_by(EvidenceRow.id)
    ).all()
    same = [found for found in waiting if found.captured_at == ref.captured_at]
    return next(iter([*same, *waiting]), None)


def _is_muted(session: Session, row: IncidentRow) -> bool:
    if row.state in MUTED and row.presence != "gone":
        return True
    return session.get_one(PlaceRow, row.place).fixture


def _audit(session: Session, row: IncidentRow, alert: Alert, change: Change) -> None:
    body = msgspec.json.encode(_kept(alert), order="sorted")
    detail = {
        "alert": alert.id,
        "level": row.level,
        "alert_sha256": hashlib.sha256(body).hexdigest(),
        "evidence": [ref.sha256 for ref in alert.evidence if ref.sha256],
    }
    audit.append(session, audit.SERVICE, f"incident.{change}", row.id, detail)


def _kept(alert: Alert) -> Alert:
    """Return the alert as it is kept: something may stand for weeks and be told every minute."""
    return msgspec.structs.replace(alert, trace=None) if alert.change == "updated" else alert


def _box(stored: list[Any]) -> Box:
    return (stored[0], stored[1], stored[2], stored[3])
