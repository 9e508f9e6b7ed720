"""Cameras, their tasks with zones and parameters, and what is observed of them."""

from __future__ import annotations

from datetime import time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, JsonValue, SecretStr, field_validator
from pydantic.config import JsonDict

from api.schemas.base import Box, FieldProblem, Input, Output, Time, Words

Origin = Literal["default", "settings", "template", "camera"]
"""Who gives a parameter's value: manifest, settings for every camera, template, this camera."""


_ZONE: JsonValue = {
    "name": "pavement",
    "kind": "include",
    "points": [[0.1, 0.5], [0.9, 0.5], [0.9, 0.95], [0.1, 0.95]],
}
_TASK: JsonDict = {
    "enabled": True,
    "parameters": {"dwell_s": 120},
    "zones": [_ZONE],
    "time_plan": [{"days": [0, 1, 2, 3, 4], "start": "06:00:00", "end": "22:00:00"}],
    "review": None,
    "template": "",
}
_CAMERA: JsonDict = {
    "name": "North gate",
    "url": "rtsp://10.20.0.7:554/Streaming/Channels/101",
    "username": "viewer",
    "password": "…",
    "owner_unit": "District 4",
    "place_code": "420106004",
    "lon": 114.3,
    "lat": 30.6,
    "crs": "CGCS2000",
}


def _like(example: JsonDict) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class Zone(Input):
    """A named polygon in fractions of the picture."""

    name: str = Field(default="zone", min_length=1, max_length=64)
    kind: Literal["include", "exclude"] = "include"
    points: list[tuple[float, float]]


class Period(Input):
    """Hours of a week by the camera's clock; `start` > `end` goes over midnight; 0 is Monday."""

    days: list[int] = Field(default_factory=lambda: [0, 1, 2, 3, 4, 5, 6])
    start: time = time(0, 0)
    end: time = time(23, 59, 59)


class Value(Output):
    """What a parameter is and who says so.

    `counts` is what is used of it where another parameter bounds it, else the value: a
    confirmation never counts more than half of how long something must last.
    """

    value: Any
    origin: Origin
    counts: Any


class TaskIn(Input):
    """One algorithm on one camera, as wanted. `parameters` hold this camera's own values only."""

    model_config = _like(_TASK)

    enabled: bool = True
    parameters: dict[str, Any] = Field(default_factory=dict)
    zones: list[Zone] = Field(default_factory=list)
    time_plan: list[Period] = Field(default_factory=list)
    review: bool | None = None
    template: str = ""


class Task(Output):
    """One algorithm on one camera: wanted and observed.

    `watching` None: nothing was heard yet, or it is switched off. `because` is for programs,
    `because_words` for people. `coverage` is the share of the last 24 hours, as far as it was
    wanted, in which it really looked.
    """

    camera: str
    algorithm: str
    name: Words
    wanted: TaskIn
    values: dict[str, Value]
    watching: bool | None
    because: str
    because_words: Words
    since: Time | None
    coverage: float | None
    version: str
    """Of what is wanted: sent back as `If-Match`, a change of somebody else is not overwritten."""
    revision: int
    """The newest of the desired state: it runs when the camera's `applied` has reached it."""


class Rate(Output):
    """How a camera is read, and what its most demanding algorithm wants and gets.

    Pictures a second, over the last minute; `reached` and `shed` (replaced by newer ones before
    anybody had time for them) are null until there is something to say. `way` is 'tap' (key frames
    only) or 'libav' (every frame), `why` says why not the tap, where there is one.
    """

    way: str
    why: str
    why_words: Words
    wanted: float
    reached: float | None
    shed: float | None
    at: Time


class Camera(Output):
    """A camera: wanted and observed. The password never leaves the server.

    In `url` and `sub_url` values that may be secrets are shown as `***`; sent back as they are
    shown, the stored address stays. `state` is 'unknown' while nobody can tell.
    `applied` is the revision that the worker runs for it, None before the first; it is up to date
    from the revision on that last changed anything (`revision` of the list).
    """

    id: str
    name: str
    url: str
    sub_url: str
    username: str
    has_password: bool
    gb_id: str
    owner_unit: str
    place_code: str
    lon: float | None
    lat: float | None
    crs: str
    rotation: int
    time_zone: str
    enabled: bool
    version: str
    """Of what is wanted: sent back as `If-Match`, a change of somebody else is not overwritten."""
    state: str
    state_words: Words
    state_since: Time | None
    applied: int | None
    algorithms: list[str]
    blind: list[str]
    """Algorithms that should look through it and cannot."""
    because: dict[str, str]
    """Algorithm that cannot look to why, for programs."""
    because_words: dict[str, Words]
    """The same for people."""
    open_incidents: int
    rate: Rate | None
    """What it gets; null while nobody can tell."""


class CameraDetail(Camera):
    """A camera with its tasks; `revision` is the newest of the desired state (see `applied`)."""

    tasks: list[Task]
    revision: int


class CameraPage(Output):
    """Cameras by id; `next` is the `after` of the next page, '' after the last.

    `total` counts what the filter lets through; `units` are the owner units of all cameras.
    """

    cameras: list[Camera]
    next: str
    total: int
    units: list[str]
    revision: int


class CameraIn(Input):
    """A camera as an operator writes it.

    `password`: left out, the stored one stays as long as it goes to the same address and login.
    `time_zone`: IANA name in which time plans are meant, '' for the machine's; left out, the stored
    one stays.
    """

    model_config = _like(_CAMERA)

    name: str = Field(default="", max_length=200)
    url: str
    sub_url: str = ""
    username: str = ""
    password: SecretStr | None = None
    gb_id: str = ""
    owner_unit: str = ""
    place_code: str = ""
    lon: float | None = None
    lat: float | None = None
    crs: Literal["", "CGCS2000", "WGS84", "GCJ02", "BD09"] = ""
    rotation: Literal[0, 90, 180, 270] = 0
    time_zone: str | None = Field(default=None, max_length=64)
    enabled: bool = True

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        try:
            return ZoneInfo(name).key if name else name
        except (OSError, ValueError, LookupError):
            raise ValueError("no time zone of this name; 'Asia/Shanghai' is one") from None


class NewCamera(CameraIn):
    """A camera to add."""

    model_config = _like({"id": "gate-1", **_CAMERA})

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")


class ProbeIn(Input):
    """An address to try before it is saved. With `camera` its stored password is used."""

    model_config = _like({"url": "rtsp://10.20.0.7/h264", "username": "viewer", "password": "…"})

    url: str
    username: str = ""
    password: SecretStr | None = None
    camera: str = ""


class Probed(Output):
    """What one attempt showed; `picture` is a JPEG in Base64, '' when none came."""

    works: bool
    state: str
    words: Words
    codec: str = ""
    width: int = 0
    height: int = 0
    rate: float = 0.0
    picture: str = ""


class Applied(Output):
    """The revision that a change made; the worker applies it within seconds."""

    revision: int


class TryIn(Input):
    """Zones and parameters to try on the newest picture; nothing is saved."""

    model_config = _like({"zones": [_ZONE], "parameters": {"dwell_s": 120}, "template": ""})

    zones: list[Zone] = Field(default_factory=list)
    parameters: dict[str, Any] = Field(default_factory=dict)
    template: str = ""


class Seen(Output):
    """One detection; `zone` is the include zone it counts for, '' when it is in none."""

    label: str
    score: float
    box: Box
    zone: str = ""


class Judged(Output):
    """What an algorithm makes of one picture.

    verdict: 'candidate' = it would start timing this; 'clear' = nothing; 'needs_video' = one
    picture cannot tell (litter must be left behind, a car must stay); `words` say why.
    """

    verdict: Literal["candidate", "clear", "needs_video"]
    words: Words
    subjects: list[Seen]


class Tried(Output):
    """A test run: the picture it was made on (JPEG, Base64, masked), what was seen, what of it."""

    captured_at: Time
    picture: str
    width: int
    height: int
    detections: list[Seen]
    judged: Judged


class CopyIn(Input):
    """Copy a task's zones, parameters or time plan to other cameras."""

    model_config = _like({"to": ["gate-2", "gate-3"], "what": ["zones", "parameters"]})

    to: list[str] = Field(min_length=1)
    what: list[Literal["zones", "parameters", "time_plan"]] = Field(min_length=1)


class Interval(Output):
    """A stretch of watching or blindness; `end` None: still."""

    watching: bool
    because: str
    because_words: Words
    start: Time
    end: Time | None


class Refusals(Output):
    """Why a document would be refused."""

    errors: list[FieldProblem]
