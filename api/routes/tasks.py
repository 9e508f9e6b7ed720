"""Tasks: which algorithm looks through which camera, where and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from time import time
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from sqlalchemy.orm import Session

from api import cameras as messages
from api import door
from api.access import Caller, Right, needs
from api.checks import at, misfits
from api.context import Context, Here
from api.problem import Invalid, NotFound
from api.schemas.base import FieldProblem
from api.schemas.camera import Applied, CopyIn, Interval, Task, TaskIn, Tried, TryIn
from api.words import because_words
from api.worker import WorkerAnswered
from store import desired, tasks
from store.database import reading
from store.parameters import Shared
from store.values import Task as Wanted
from streams.camera import Camera

router = APIRouter(prefix="/api/v1", tags=["tasks"])
_HOUR_S = 3600.0
_COPIED: Mapping[str, tuple[str, ...]] = {
    "zones": ("zones",),
    # Where values come from a template, the template is what makes them the same.
    "parameters": ("parameters", "template"),
    "time_plan": ("time_plan",),
}


@router.put("/cameras/{camera}/tasks/{algorithm}")
def put_task(
    camera: str,
    algorithm: str,
    given: TaskIn,
    caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)],
    here: Here,
    if_match: Annotated[str | None, Header()] = None,
) -> Task:
    """Add or change a task; the worker applies it within seconds, without a restart.

    412 when `If-Match` names another version than the stored one.
    """
    _known(here, camera, algorithm)
    door.put(here, caller, _made(camera, algorithm, given.model_dump()), if_match=if_match)
    found = messages.task(here, camera, algorithm)
    if found is None:  # Removed by somebody else in between.
        raise NotFound(f"task {camera}/{algorithm}")
    return found


@router.delete("/cameras/{camera}/tasks/{algorithm}")
def remove_task(
    camera: str, algorithm: str, caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)], here: Here
) -> Applied:
    """Remove a task."""
    return Applied(revision=door.remove(here, caller, Wanted, camera, algorithm))


@router.post("/cameras/{camera}/tasks/{algorithm}/try")
def try_task(
    camera: str,
    algorithm: str,
    given: TryIn,
    caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)],
    here: Here,
) -> Tried:
    """Try zones and parameters on the newest picture; nothing is saved."""
    _known(here, camera, algorithm)
    wanted = _made(camera, algorithm, given.model_dump())
    with reading(here.database) as session:
        shared = _shared(session)
    wrong = misfits(here.algorithms, shared, {"": wanted}, {camera}, ())
    if wrong:
        raise Invalid([FieldProblem(field=r.field, reason=r.reason) for r in wrong])
    effective = shared.effective(wanted).model_dump(mode="json")
    asked = {name: effective[name] for name in ("camera", "algorithm", "parameters", "zones")}
    return Tried.model_validate(_look(here, asked))


@router.post("/cameras/{camera}/tasks/{algorithm}/copy")
def copy_task(
    camera: str,
    algorithm: str,
    given: CopyIn,
    caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)],
    here: Here,
) -> Applied:
    """Copy zones, parameters or time plan to other cameras; a missing task is added."""
    names = [name for what in given.what for name in _COPIED[what]]
    with reading(here.database) as session:
        source = desired.find_in(session, Wanted, camera, algorithm)
        if source is None:
            raise NotFound(f"task {camera}/{algorithm}")
        copied = {name: getattr(source, name) for name in names}
        put: dict[str, Wanted] = {}
        wrong = []
        for index, target in enumerate(given.to):
            path = at("to", index)
            if desired.find_in(session, Camera, target) is None:
                wrong.append(FieldProblem(field=path, reason=f"there is no camera {target!r}"))
                continue
            there = desired.find_in(session, Wanted, target, algorithm)
            before = there or Wanted(camera=target, algorithm=algorithm)
            put[path] = before.model_copy(update=copied)
    if wrong:
        raise Invalid(wrong)
    return Applied(revision=door.put_all(here, caller, put))


@router.get("/cameras/{camera}/tasks/{algorithm}/intervals")
def intervals(
    camera: str,
    algorithm: str,
    caller: Annotated[Caller, needs(Right.CAMERAS_READ)],
    here: Here,
    hours: Annotated[int, Query(ge=1, le=720)] = 24,
) -> list[Interval]:
    """Return when it looked and when it was blind, and why, oldest first."""
    start = time() - hours * _HOUR_S
    with reading(here.database) as session:
        found = tasks.intervals(session, camera, algorithm, start)
        if not found and desired.find_in(session, Wanted, camera, algorithm) is None:
            raise NotFound(f"task {camera}/{algorithm}")
    return [
        Interval(
            watching=interval.watching,
            because=interval.because,
            because_words=because_words(interval.because),
            start=messages.at(interval.start),
            end=messages.maybe_at(interval.end),
        )
        for interval in found
    ]


def _known(here: Context, camera: str, algorithm: str) -> None:
    """Refuse an address that names a camera or an algorithm that is not there."""
    if algorithm not in here.algorithms.by_id:
        there = ", ".join(here.algorithms.ids)
        raise NotFound(f"algorithm {algorithm}; the catalog has {there}")
    with reading(here.database) as session:
        if desired.find_in(session, Camera, camera) is None:
            raise NotFound(f"camera {camera}")


def _made(camera: str, algorithm: str, fields: Mapping[str, Any]) -> Wanted:
    return door.made(Wanted, {**fields, "camera": camera, "algorithm": algorithm})


def _shared(session: Session) -> Shared:
    return Shared.of(desired.settings_in(session), desired.templates_in(session))


def _look(here: Context, asked: Mapping[str, Any]) -> Any:
    """Return what the worker makes of it; its complaints about fields become ours."""
    try:
        return here.worker.ask("POST", "/look", json=asked).json()
    except WorkerAnswered as refused:
        if refused.status == HTTPStatus.NOT_FOUND:
            raise NotFound(f"picture: {refused.detail}") from None
        errors: Sequence[Mapping[str, str]] = refused.content.get("errors", ())
        if refused.status != HTTPStatus.UNPROCESSABLE_ENTITY or not errors:
            raise
        raise Invalid(
            [FieldProblem(field=e["field"], reason=e["reason"]) for e in errors]
        ) from None
