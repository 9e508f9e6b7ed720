"""Cameras: wanted, observed, tried."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.access import Caller, Right, needs
from api.context import Here
from api.schemas.camera import (
    Applied,
    CameraDetail,
    CameraIn,
    CameraPage,
    NewCamera,
    Probed,
    ProbeIn,
)

router = APIRouter(prefix="/api/v1", tags=["cameras"])


@router.get("/cameras")
def cameras(
    caller: Annotated[Caller, needs(Right.CAMERAS_READ)],
    here: Here,
    search: str = "",
    state: Annotated[list[str] | None, Query()] = None,
    blind: bool = False,
    unit: str = "",
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> CameraPage:
    """Return cameras by id; `search` looks in id, name, unit and place code.

    `blind`: only those through which an algorithm should look and cannot. `unit`: only this
    owner unit's.
    """
    raise NotImplementedError


@router.post("/cameras", status_code=201)
def add_camera(
    given: NewCamera, caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)], here: Here
) -> CameraDetail:
    """Add a camera. 409 when the id is taken."""
    raise NotImplementedError


@router.get("/cameras/{camera}")
def camera(
    camera: str, caller: Annotated[Caller, needs(Right.CAMERAS_READ)], here: Here
) -> CameraDetail:
    """Return one camera with its tasks."""
    raise NotImplementedError


@router.put("/cameras/{camera}")
def change_camera(
    camera: str, given: CameraIn, caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)], here: Here
) -> CameraDetail:
    """Change a camera."""
    raise NotImplementedError


@router.delete("/cameras/{camera}")
def remove_camera(
    camera: str, caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)], here: Here
) -> Applied:
    """Remove a camera and its tasks; its incidents stay."""
    raise NotImplementedError


@router.post("/probe")
def probe(
    given: ProbeIn, caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)], here: Here
) -> Probed:
    """Try an address once; what is wrong comes back in words, not as an error."""
    raise NotImplementedError


@router.get("/cameras/{camera}/picture", response_class=Response)
def picture(
    camera: str,
    caller: Annotated[Caller, needs(Right.CAMERAS_READ)],
    here: Here,
    masked: bool = True,
) -> Response:
    """Return the newest picture as JPEG, masked unless the right says otherwise.

    `X-Captured-At` is its time; 409 while there is none yet.
    """
    raise NotImplementedError
