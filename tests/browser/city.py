"""The painted city as desired state: people, cameras with zones, a template with short times."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine

from api import passwords
from rules.zones import Zone
from store import desired, keys, users
from store.values import Task, Template, Words
from streams.camera import Camera

ACTOR = "world"
ROLES = ("reviewer", "operator", "integrator", "auditor", "admin")
SCOPES = ("detect", "events.read", "events.read_all", "catalog.read", "cameras.read")
LOGIN = ("camera", "pa/ss@word")
"""What the camera server asks for."""

TEMPLATE = Template(
    id="demo",
    name=Words(zh="演示", en="Demo"),
    note=Words(zh="时间缩短到几秒，仅供演示。", en="Times of a few seconds, for showing only."),
    parameters={
        "illegal_parking": {"dwell_s": 4.0, "confirm_s": 1.0, "absence_s": 3.0},
        "fall": {"dwell_s": 3.0, "confirm_s": 1.0},
        "litter": {"dwell_s": 3.0, "absence_s": 3.0},
        "flooding": {"dwell_s": 2.0, "absence_s": 4.0},
    },
)


@dataclass(frozen=True)
class Place:
    """A camera: the film it shows (as the server calls it), what looks through it and where."""

    id: str
    name: str
    film: str
    algorithms: Mapping[str, tuple[Zone, ...]]
    unit: str = "江城区城市管理局"
    code: str = "420103"


def _zone(name: str, *points: tuple[float, float]) -> tuple[Zone, ...]:
    return (Zone(name=name, points=points),)


_LANE = _zone("消防通道", (0.02, 0.4), (0.98, 0.4), (0.98, 0.98), (0.02, 0.98))
_ROAD = _zone("桥下路面", (0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0))

PLACES = (
    Place("renmin-12", "人民路12号消防通道", "illegal_parking", {"illegal_parking": _LANE}),
    Place("subway-a", "地铁A口广场", "fall", {"fall": ()}),
    Place("market-east", "East Market, waste corner", "litter", {"litter": ()}),
    Place("bridge-3", "三号桥下穿通道", "flooding", {"flooding": _ROAD}),
    Place("ring-road", "Ring Road, no algorithm yet", "traffic", {}),
)
WRONG = Place("harbour", "港口路(密码错误)", "traffic", {"illegal_parking": ()})
AWAY = Place("old-town", "Old Town (unreachable)", "", {"litter": ()})


@dataclass(frozen=True)
class Access:
    """What opens the console and the API; one password for all five people."""

    password: str
    key: str


def populate(engine: Engine, port: int, hook: str = "") -> Access:
    """Write the city into a database, new or old; cameras are at `port` of this machine."""
    password = passwords.first_password()
    hash = passwords.hash_of(password)
    for role in ROLES:
        if users.find(engine, role) is None:
            users.add(engine, role, role, False, hash, ACTOR)
        users.set_password(engine, role, hash, ACTOR, must_change=False)
    _, key = keys.make(engine, "world", SCOPES, "admin", ACTOR, time.time(), None)
    desired.change(engine, ACTOR, put=(TEMPLATE, *_cameras(port)))
    places = (*PLACES, WRONG, AWAY)
    desired.change(engine, ACTOR, put=tuple(task for place in places for task in _tasks(place)))
    return Access(password, key)


def address(port: int, film: str) -> str:
    """Return where the camera server shows a film."""
    return f"rtsp://127.0.0.1:{port}/{film}"


def _cameras(port: int) -> Iterable[Camera]:
    user, password = LOGIN
    for number, place in enumerate((*PLACES, WRONG, AWAY)):
        given: dict[str, Any] = {
            "id": place.id,
            "name": place.name,
            "url": address(port, place.film) if place.film else "rtsp://127.0.0.1:9/away",
            "username": user,
            "password": SecretStr("wrong" if place is WRONG else password),
            "owner_unit": place.unit,
            "place_code": place.code,
            "lon": 114.29 + number / 1000,
            "lat": 30.59,
            "crs": "CGCS2000",
        }
        yield Camera(**given)


def _tasks(place: Place) -> Iterable[Task]:
    for algorithm, zones in place.algorithms.items():
        yield Task(camera=place.id, algorithm=algorithm, zones=zones, template=TEMPLATE.id)
