"""Tasks: which algorithm looks through which camera, where and how."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.access import Caller, Right, needs
from api.context import Here
from api.schemas.camera import Applied, CopyIn, Interval, Task, TaskIn, Tried, TryIn

router = APIRouter(prefix="/api/v1", tags=["tasks"])


@router.put("/cameras/{camera}/tasks/{algorithm}")
def put_task(
    camera: str,
    algorithm: str,
    given: TaskIn,
    caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)],
    here: Here,
) -> Task:
    """Add or change a task; the worker applies it within seconds, without a restart."""
    raise NotImplementedError


@router.delete("/cameras/{camera}/tasks/{algorithm}")
def remove_task(
    camera: str, algorithm: str, caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)], here: Here
) -> Applied:
    """Remove a task."""
    raise NotImplementedError


@router.post("/cameras/{camera}/tasks/{algorithm}/try")
def try_task(
    camera: str,
    algorithm: str,
    given: TryIn,
    caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)],
    here: Here,
) -> Tried:
    """Try zones and parameters on the newest picture; nothing is saved."""
    raise NotImplementedError


@router.post("/cameras/{camera}/tasks/{algorithm}/copy")
def copy_task(
    camera: str,
    algorithm: str,
    given: CopyIn,
    caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)],
    here: Here,
) -> Applied:
    """Copy zones, parameters or time plan to other cameras; a missing task is added."""
    raise NotImplementedError


@router.get("/cameras/{camera}/tasks/{algorithm}/intervals")
def intervals(
    camera: str,
    algorithm: str,
    caller: Annotated[Caller, needs(Right.CAMERAS_READ)],
    here: Here,
    hours: Annotated[int, Query(ge=1, le=720)] = 24,
) -> list[Interval]:
    """Return when it looked and when it was blind, and why, oldest first."""
    raise NotImplementedError
