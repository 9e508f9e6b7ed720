"""Alerts and desired values that tests of the store and the API share."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from events.alert import Alert, EvidenceRef, Maker
from store.values import Destination, Task, Template, Words
from streams.camera import Camera

BOX = (0.4, 0.5, 0.5, 0.6)
ELSEWHERE = (0.8, 0.1, 0.9, 0.2)
PICTURE = EvidenceRef("wide", "attached", "ab" * 32, "image/jpeg", 1000.0)
CLIP = EvidenceRef("clip", "pending", captured_at=1000.0)
MAKER = Maker(
    algorithm="litter",
    algorithm_version="1",
    models={"nano": "cd" * 32},
    parameters={"dwell_s": 5.0},
    zone={"name": "square"},
    clock="camera session",
    revision=3,
)


def alert(id: str, change: Any = "opened", at: float = 1000.0, **fields: Any) -> Alert:
    """An alert about litter on camera gate-1; everything can be said otherwise."""
    usual: dict[str, Any] = {
        "camera": "gate-1",
        "algorithm": "litter",
        "kind": "litter",
        "episode": "e1",
        "box": BOX,
        "since": at - 10,
        "last_seen": at,
        "score": 0.8,
        "severity": "medium",
        "facts": {"area": 0.1},
        "maker": MAKER,
        "evidence": (),
    }
    return Alert(id=id, change=change, at=at, **(usual | fields))


def camera(id: str = "gate-1", **fields: Any) -> Camera:
    """A camera with a password."""
    usual: dict[str, Any] = {
        "url": "rtsp://10.0.0.7:554/main?token=t0ken",
        "username": "viewer",
        "password": SecretStr("s3cret"),
        "lon": 114.3,
        "lat": 30.6,
        "crs": "CGCS2000",
    }
    return Camera(id=id, **(usual | fields))


def task(camera: str = "gate-1", algorithm: str = "litter", **fields: Any) -> Task:
    """A task."""
    return Task(camera=camera, algorithm=algorithm, **fields)


def destination(id: str = "city", **fields: Any) -> Destination:
    """A destination with a secret."""
    usual: dict[str, Any] = {"url": "https://city.example/hook/p4th", "secret": "wh-secret"}
    return Destination(id=id, **(usual | fields))


def template(id: str = "demo", **fields: Any) -> Template:
    """A template without values."""
    return Template(id=id, **({"name": Words(zh="演示", en="Demo")} | fields))
