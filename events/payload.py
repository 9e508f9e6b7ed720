"""Event types and what their `data` holds: the public contract, versioned in the type's name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec

from events.alert import Box, Fact

PREFIX = "city.sharp-eyes."
OPENED = PREFIX + "incident.opened.v1"
UPDATED = PREFIX + "incident.updated.v1"
CLEARED = PREFIX + "incident.cleared.v1"
REOPENED = PREFIX + "incident.reopened.v1"
REVIEWED = PREFIX + "incident.reviewed.v1"
EVIDENCE = PREFIX + "incident.evidence.v1"
CAMERA_STATE = PREFIX + "camera.state.v1"
COVERAGE = PREFIX + "coverage.v1"
TEST = PREFIX + "test.v1"
"""What an operator sends to see whether a destination works; it is in no log."""

INCIDENT_TYPES = (OPENED, UPDATED, CLEARED, REOPENED, REVIEWED, EVIDENCE)
TYPES = (*INCIDENT_TYPES, CAMERA_STATE, COVERAGE)

Time = Annotated[datetime, msgspec.Meta(tz=True)]
Crs = Literal["", "CGCS2000", "WGS84", "GCJ02", "BD09"]


class CameraPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The camera and where it stands. `gb_id` is the 20-digit GB/T 28181 id, '' when unknown."""

    id: str
    gb_id: str = ""
    name: str = ""
    owner_unit: str = ""
    place_code: str = ""
    lon: float | None = None
    lat: float | None = None
    crs: Crs = ""
    address: str = ""


class MadeBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What made the incident; `models` is model id to weight hash."""

    algorithm: str
    algorithm_version: str
    models: dict[str, str]
    parameters: dict[str, Any]
    clock: str = ""
    revision: int = 0


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture or clip by content hash. The log holds no bytes.

    `masked` is True only when heads and plates are hidden in the bytes behind this hash or link.
    `url`, where there is one, gives the bytes for some minutes; it is relative to the server that
    handed the event out, and stands instead of the hash of the original. `base64` are a picture's
    bytes, for a destination that asks for them; '' everywhere else.
    """

    role: str
    state: Literal["pending", "attached", "lost"]
    sha256: str = ""
    media_type: str = ""
    captured_at: Time | None = None
    masked: bool = False
    why: str = ""
    url: str = ""
    base64: str = ""


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The move behind a `reviewed` event: the life cycle's action, who kind-wise, and why.

    `rule` names the rule that decided when no person did. Names of persons stay in the audit.
    """

    action: str
    by: Literal["reviewer", "system", "platform"]
    at: Time
    reason: str = ""
    rule: str = ""


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One number that the latest message rests on, and the limit that it was held against.

    `above`: it had to be at least the limit, otherwise at most. The incident's page and its answer
    of the API have words and unit for each `name`, and how it went over time.
    """

    name: str
    value: float
    limit: float
    above: bool = True


class IncidentData(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One incident in full, as every incident event carries it.

    `codes` is code list to code, None where that list has no code for the kind. `box` is
    (x1, y1, x2, y2) in fractions of the picture as displayed. `dwell_s` is how long the condition
    had held when the incident was last seen. `merged` counts the alerts folded into this one.
    `presence` is what the camera says, `state` what the case is (see `events.lifecycle`).
    `level` is how grave it became, 0 for the least; `severity` (low, medium, high, urgent) goes
    with it. Neither falls again.
    """

    id: str
    kind: str
    codes: dict[str, str | None]
    first_seen: Time
    confirmed_at: Time
    """When the dwell was up and the alert was raised."""
    last_seen: Time
    cleared_at: Time | None = None
    camera: CameraPlace
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)]
    box: Box
    zone: str = ""
    dwell_s: Annotated[float, msgspec.Meta(ge=0)]
    severity: str
    level: Annotated[int, msgspec.Meta(ge=0)] = 0
    state: str
    presence: Literal["here", "gone", "unknown"]
    merged: Annotated[int, msgspec.Meta(ge=0)] = 0
    version: int = 1
    """Of the case; a decision sends back the one it was made on."""
    facts: dict[str, Fact] = {}
    measures: tuple[Measure, ...] = ()
    made_by: MadeBy
    evidence: tuple[Evidence, ...] = ()
    suggested_department: str = ""
    previous: str = ""
    """The incident before this one at the same place, '' for the first."""
    duplicate_of: str = ""
    decision: Decision | None = None


class CameraStateData(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A camera changed its state; `why` is in words and never holds a login."""

    camera: CameraPlace
    state: str
    since: Time
    why: str = ""


class CoverageData(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From `since` an algorithm really looks through a camera, or is blind because of something.

    `until` is set when the interval is over.
    """

    camera: CameraPlace
    algorithm: str
    watching: bool
    since: Time
    until: Time | None = None
    because: str = ""


Payload = IncidentData | CameraStateData | CoverageData


def utc(unix: float) -> datetime:
    """Return unix seconds as an aware time in UTC, to the millisecond."""
    return datetime.fromtimestamp(round(unix, 3), UTC)


def rfc3339(unix: float) -> str:
    """Return unix seconds as the RFC 3339 UTC text of an event's `time`, to the millisecond."""
    return utc(unix).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event_data(payload: Payload) -> dict[str, object]:
    """Return a payload as the plain JSON object of `Event.data`."""
    # Through JSON, so that it is the same before and after a log has stored it: lists, no tuples.
    made: dict[str, object] = msgspec.json.decode(msgspec.json.encode(payload))
    return made


def incident_data(incident: IncidentData) -> dict[str, object]:
    """Return an incident as the plain JSON object of `Event.data`."""
    return event_data(incident)


def read_incident(data: Mapping[str, object]) -> IncidentData:
    """Return the incident in the data of an incident event.

    Raises:
        msgspec.ValidationError: not an incident of this version; the text names the field.
    """
    return msgspec.convert(data, IncidentData)


def schema(of: type[Payload] = IncidentData) -> dict[str, Any]:
    """Return the JSON Schema of an event's data, as published in `docs/schemas/`."""
    made = msgspec.json.schema(of)
    # Through JSON, because msgspec leaves tuples in it.
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **plain}
