"""Values that several tests use."""

from __future__ import annotations

from events import payload
from events.bus import Event
from events.payload import CameraPlace, Evidence, IncidentData, MadeBy, utc

T0 = 1_767_225_600.0
HASH = "9f" * 32


def incident(
    id: str = "inc-1", state: str = "pending_review", evidence: tuple[Evidence, ...] | None = None
) -> IncidentData:
    """Return an incident with one masked and one unmasked picture, and a clip to come."""
    if evidence is None:
        evidence = (
            Evidence("wide", "attached", HASH, "image/jpeg", utc(T0 + 60), masked=False),
            Evidence("wide", "attached", "a1" * 32, "image/jpeg", utc(T0 + 60), masked=True),
            Evidence("clip", "pending", masked=False),
        )
    return IncidentData(
        id=id,
        kind="litter",
        codes={"GB/T 47678.5-2026": "06010", "GA/T 2000.254-2019": None},
        first_seen=utc(T0),
        confirmed_at=utc(T0 + 60),
        last_seen=utc(T0 + 61.5),
        camera=CameraPlace(id="cam-1", name="东门", lon=114.3, lat=30.6, crs="CGCS2000"),
        confidence=0.8,
        box=(0.1, 0.2, 0.3, 0.4),
        zone="pavement",
        dwell_s=61.5,
        severity="normal",
        state=state,
        presence="here",
        made_by=MadeBy("litter", "1", {"detector": "ab" * 32}, {"dwell_s": 60.0}),
        evidence=evidence,
    )


def event(
    number: int = 1, city: bool = False, type: str = payload.OPENED, incident_id: str = "inc-1"
) -> Event:
    """Return an event not yet in a log (`seq` 0)."""
    return Event(
        seq=0,
        id=f"event-{number}",
        type=type,
        source="/sharp-eyes/test",
        subject=incident_id,
        time=payload.rfc3339(T0 + number),
        data=payload.incident_data(incident(incident_id)),
        incident=incident_id,
        city=city,
    )
