"""Cameras and their tasks as messages: wanted and observed, without a secret."""

from __future__ import annotations

from datetime import UTC, datetime
from time import time
from typing import Any

from pydantic import SecretStr, ValidationError
from sqlalchemy.orm import Session

from api.context import Context
from api.desired import version_of
from api.schemas.base import Words
from api.schemas.camera import Camera, CameraDetail, Rate, Task, TaskIn, Value
from api.words import because_words, state_words, way_words
from store import cameras, desired, observed, tasks
from store.database import reading
from store.parameters import Shared, resolve
from store.values import Task as Wanted
from streams.camera import Camera as WantedCamera
from streams.camera import shown_url

DAY_S = 86_400.0


def camera_of(seen: cameras.Seen) -> Camera:
    """Return a camera as a message."""
    return Camera(**_fields(seen))


def detail(here: Context, camera: str) -> CameraDetail | None:
    """Return a camera with its tasks, None when there is none."""
    now = time()
    with reading(here.database) as session:
        seen = cameras.find(session, camera, now)
        if seen is None:
            return None
        revision = desired.revision_in(session)
        found = _tasks(here, session, seen, revision, now)
        return CameraDetail(**_fields(seen), tasks=found, revision=revision)


def task(here: Context, camera: str, algorithm: str) -> Task | None:
    """Return one task, None when there is none."""
    found = detail(here, camera)
    return next((t for t in found.tasks if t.algorithm == algorithm), None) if found else None


def at(unix: float) -> datetime:
    """Return unix seconds as an aware time."""
    return datetime.fromtimestamp(unix, UTC)


def maybe_at(unix: float | None) -> datetime | None:
    """Return unix seconds as an aware time, None for never."""
    return None if unix is None else at(unix)


def _fields(seen: cameras.Seen) -> dict[str, Any]:
    wanted: WantedCamera = seen.camera
    own = wanted.model_dump(exclude={"url", "sub_url", "password"})
    return own | {
        "url": shown_url(wanted.url),
        "sub_url": shown_url(wanted.sub_url) if wanted.sub_url else "",
        "version": version_of(wanted),
        "has_password": wanted.password != SecretStr(""),
        "state": seen.state,
        "state_words": state_words(seen.state, silent=seen.silent),
        "state_since": maybe_at(seen.since),
        "applied": seen.applied,
        "algorithms": list(seen.algorithms),
        "blind": list(seen.blind),
        "because": seen.blind,
        "because_words": {a: because_words(why) for a, why in seen.blind.items()},
        "open_incidents": seen.open_incidents,
        "rate": None if seen.rate is None else _rate(seen.rate),
    }


def _rate(rate: observed.Rate) -> Rate:
    return Rate(
        way=rate.way,
        why=rate.why,
        why_words=way_words(rate.why),
        wanted=rate.wanted,
        reached=rate.reached,
        shed=rate.shed,
        at=at(rate.at),
    )


def _tasks(
    here: Context, session: Session, seen: cameras.Seen, revision: int, now: float
) -> list[Task]:
    wanted: WantedCamera = seen.camera
    shared = Shared.of(desired.settings_in(session), desired.templates_in(session))
    looks = cameras.looking(session, [wanted.id], now)
    shares = cameras.coverage(session, wanted.id, now - DAY_S, now)
    found = []
    for task in tasks.of_camera(session, wanted.id):
        look = looks.get((wanted.id, task.algorithm), cameras.NOT_HEARD)
        if not (task.enabled and wanted.enabled):
            look = cameras.OFF
        found.append(
            Task(
                camera=task.camera,
                algorithm=task.algorithm,
                name=name_of(here, task.algorithm),
                wanted=_wanted(task),
                values=values(here, shared, task),
                watching=look.watching,
                because=look.because,
                because_words=because_words(look.because),
                since=maybe_at(look.since),
                coverage=shares.get(task.algorithm),
                version=version_of(task),
                revision=revision,
            )
        )
    return found


def name_of(here: Context, algorithm: str) -> Words:
    """Return an algorithm's name; its id when the catalog has it no more."""
    known = here.algorithms.by_id.get(algorithm)
    if known is None:
        return Words(zh=algorithm, en=algorithm)
    return Words(zh=known.manifest.name.zh, en=known.manifest.name.en)


def values(here: Context, shared: Shared, task: Wanted) -> dict[str, Value]:
    """Return a task's values with their origins; none when they are no parameters any more."""
    known = here.algorithms.by_id.get(task.algorithm)
    if known is None:
        return {}
    layers = shared.layers(task.algorithm, task.template, task.parameters)
    try:
        found = resolve(known.parameters, layers)
    except ValidationError:
        return {}
    return {n: Value(value=v.value, origin=v.origin, counts=v.counts) for n, v in found.items()}


def _wanted(task: Wanted) -> TaskIn:
    fields = task.model_dump(mode="json", exclude={"camera", "algorithm"})
    for zone in fields["zones"]:
        zone.pop("view")
    return TaskIn.model_validate(fields)
