"""What changes is announced: rows of the store as CloudEvents for the log (`events.payload`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast
from uuid import NAMESPACE_URL, uuid5

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from events import payload
from events.alert import Box
from events.bus import Event
from events.payload import CameraPlace, CameraStateData, CoverageData, Decision, IncidentData
from store import log
from store.bulk import chunks
from store.case_tables import EvidenceRow, IncidentRow
from store.tables import CameraRow

NAMESPACE = uuid5(NAMESPACE_URL, "tag:sharp-eyes,2026:store")
"""Ids made of other ids: the same alert gives the same incident and events, on every machine."""


def derived_id(*parts: object) -> str:
    """Return an id that is always the same for the same parts."""
    return str(uuid5(NAMESPACE, "/".join(str(part) for part in parts)))


def incident(
    session: Session,
    row: IncidentRow,
    type: str,
    cause: str,
    at: float,
    decision: Decision | None = None,
) -> None:
    """Log an incident event; `cause` (an alert id, a version) makes its id stable.

    It carries the whole incident, so that a consumer that sees only released ones lacks nothing.
    """
    log.append(
        session,
        Event(
            seq=0,
            id=derived_id(row.id, type, cause),
            type=type,
            source=_source(row.camera),
            subject=row.id,
            time=payload.rfc3339(at),
            data=payload.incident_data(_incident_data(session, row, decision)),
            incident=row.id,
            # Once the city knows of an incident it hears of everything that follows.
            city=row.released_at is not None,
        ),
    )


def places(session: Session, cameras: Collection[str]) -> dict[str, CameraPlace]:
    """Return where cameras stand; one that is not wanted (any more) has its id alone."""
    found = {camera: CameraPlace(id=camera) for camera in cameras}
    for part in chunks(cameras):
        for row in session.scalars(select(CameraRow).where(CameraRow.id.in_(part))):
            found[row.id] = place_of(row)
    return found


def camera_state(place: CameraPlace, state: str, since: float, why: str) -> Event:
    """Return the event that a camera changed its state (internal)."""
    data = CameraStateData(camera=place, state=state, since=payload.utc(since), why=why)
    return _internal(payload.CAMERA_STATE, place.id, since, data, state)


def coverage(
    place: CameraPlace,
    algorithm: str,
    because: str,
    *,
    since: float,
    until: float | None,
    watching: bool,
) -> Event:
    """Return the event that an algorithm begins to watch, goes blind, or ends (internal)."""
    data = CoverageData(
        camera=place,
        algorithm=algorithm,
        watching=watching,
        since=payload.utc(since),
        until=None if until is None else payload.utc(until),
        because=because,
    )
    at = since if until is None else until
    cause = f"{since}/{algorithm}/{watching}/{because}/{until}"
    return _internal(payload.COVERAGE, place.id, at, data, cause)


def _internal(
    type: str, camera: str, at: float, data: CameraStateData | CoverageData, cause: str
) -> Event:
    return Event(
        seq=0,
        id=derived_id(camera, type, at, cause),
        type=type,
        source=_source(camera),
        subject=camera,
        time=payload.rfc3339(at),
        data=payload.event_data(data),
    )


def _source(camera: str) -> str:
    return f"/sharp-eyes/cameras/{camera}"


def _camera_place(session: Session, camera: str) -> CameraPlace:
    row = session.get(CameraRow, camera)
    return CameraPlace(id=camera) if row is None else place_of(row)


def place_of(row: CameraRow) -> CameraPlace:
    """Return a camera and where it stands, without its address."""
    return CameraPlace(
        id=row.id,
        gb_id=row.gb_id,
        name=row.name,
        owner_unit=row.owner_unit,
        place_code=row.place_code,
        lon=row.lon,
        lat=row.lat,
        crs=cast(payload.Crs, row.crs),
    )


def _incident_data(session: Session, row: IncidentRow, decision: Decision | None) -> IncidentData:
    return IncidentData(
        id=row.id,
        kind=row.kind,
        codes=row.codes,
        first_seen=payload.utc(row.since),
        confirmed_at=payload.utc(row.opened_at),
        last_seen=payload.utc(row.last_seen),
        cleared_at=None if row.cleared_at is None else payload.utc(row.cleared_at),
        camera=_camera_place(session, row.camera),
        confidence=min(1.0, max(0.0, row.score)),
        box=cast(Box, tuple(row.box)),
        zone=str(row.maker["zone"].get("name", "")),
        dwell_s=max(0.0, row.last_seen - row.since),
        severity=row.severity,
        level=row.level,
        state=row.state,
        presence=cast(Any, row.presence),
        merged=row.merged,
        version=row.version,
        facts=row.facts,
        measures=msgspec.convert(row.measures, tuple[payload.Measure, ...]),
        made_by=_made_by(row.maker),
        evidence=tuple(_evidence(session, row.id)),
        previous=row.previous or "",
        duplicate_of=row.duplicate_of or "",
        decision=decision,
    )


def _made_by(maker: dict[str, Any]) -> payload.MadeBy:
    fields = {name: maker[name] for name in payload.MadeBy.__struct_fields__}
    return msgspec.convert(fields, payload.MadeBy)


def _evidence(session: Session, incident: str) -> list[payload.Evidence]:
    rows = session.scalars(
        select(EvidenceRow).where(EvidenceRow.incident == incident).order_by(EvidenceRow.id)
    )
    return [
        payload.Evidence(
            role=row.role,
            state=cast(Any, row.state),
            sha256=row.sha256,
            media_type=row.media_type,
            captured_at=payload.utc(row.captured_at) if row.captured_at else None,
            why=row.why,
        )
        for row in rows
    ]
