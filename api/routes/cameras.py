"""Cameras: wanted, observed, tried."""

from __future__ import annotations

from http import HTTPStatus
from time import time
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from pydantic import SecretStr

from api import cameras as messages
from api import door
from api.access import Caller, Right, needs
from api.context import Context, Here
from api.desired import Expect, keep_secret, unhidden
from api.problem import Conflict, Forbidden, Invalid, NotFound
from api.schemas.base import FieldProblem, Words
from api.schemas.camera import (
    Applied,
    CameraDetail,
    CameraIn,
    CameraPage,
    NewCamera,
    Probed,
    ProbeIn,
)
from api.words import state_words
from api.worker import WorkerAnswered
from store import audit, desired
from store import cameras as stored
from store.database import reading, writing
from streams.camera import HIDDEN, Camera

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
    wanted = stored.Filter(search.strip(), tuple(state or ()), blind, unit)
    with reading(here.database) as session:
        page = stored.page(session, time(), wanted, after, limit)
    found = [messages.camera_of(seen) for seen in page.cameras]
    return CameraPage(
        cameras=found,
        next=found[-1].id if page.more else "",
        total=page.total,
        units=list(page.units),
        revision=page.revision,
    )


@router.post("/cameras", status_code=201)
def add_camera(
    given: NewCamera, caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)], here: Here
) -> CameraDetail:
    """Add a camera. 409 when the id is taken."""
    _put(here, caller, given.id, given, expect="new")
    return _detail(here, given.id)


@router.get("/cameras/{camera}")
def camera(
    camera: str, caller: Annotated[Caller, needs(Right.CAMERAS_READ)], here: Here
) -> CameraDetail:
    """Return one camera with its tasks."""
    return _detail(here, camera)


@router.put("/cameras/{camera}")
def change_camera(
    camera: str,
    given: CameraIn,
    caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)],
    here: Here,
    if_match: Annotated[str | None, Header()] = None,
) -> CameraDetail:
    """Change a camera. 412 when `If-Match` names another version than the stored one."""
    _put(here, caller, camera, given, expect="there", if_match=if_match)
    return _detail(here, camera)


@router.delete("/cameras/{camera}")
def remove_camera(
    camera: str, caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)], here: Here
) -> Applied:
    """Remove a camera and its tasks; its incidents stay."""
    return Applied(revision=door.remove(here, caller, Camera, camera))


@router.post("/probe")
def probe(
    given: ProbeIn, caller: Annotated[Caller, needs(Right.CAMERAS_WRITE)], here: Here
) -> Probed:
    """Try an address once; what is wrong comes back in words, not as an error."""
    asked = _login(here, given)
    try:
        answer = here.worker.ask("POST", "/probe", json=asked).json()
    except WorkerAnswered as refused:
        # A camera that does not work is an answer, not a failure of the worker.
        if refused.status != HTTPStatus.UNPROCESSABLE_ENTITY or "word" not in refused.content:
            raise
        answer = refused.content
    words = Words(zh=answer["detail_zh"], en=answer["detail"])
    shown = {name: answer[name] for name in ("works", "codec", "width", "height", "rate")}
    return Probed(state=answer["word"], words=words, picture=answer.get("picture", ""), **shown)


@router.get("/cameras/{camera}/picture", response_class=Response)
def picture(
    camera: str,
    caller: Annotated[Caller, needs(Right.CAMERAS_READ)],
    here: Here,
    masked: bool = True,
    width: Annotated[int, Query(ge=0, le=4096)] = 0,
) -> Response:
    """Return the newest picture as JPEG, masked unless the right says otherwise.

    `width` asks for a smaller one. `X-Captured-At` is its time; 409 while there is none yet.
    """
    with reading(here.database) as session:
        seen = stored.find(session, camera, time())
    if seen is None:
        raise NotFound(f"camera {camera}")
    if not masked:
        _let_see(here, caller, camera)
    asked = {"masked": masked, **({"width": width} if width else {})}
    try:
        answer = here.worker.ask("GET", f"/cameras/{camera}/snapshot", params=asked)
    except WorkerAnswered as refused:
        if refused.status not in (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT):
            raise
        detail = state_words(seen.state, silent=seen.silent).en
        raise Conflict(detail, type="no-picture", title="There is no picture yet.") from None
    headers = {"X-Captured-At": answer.headers["X-Captured-At"], "Cache-Control": "no-store"}
    return Response(answer.content, media_type="image/jpeg", headers=headers)


def _put(
    here: Context, caller: Caller, id: str, given: CameraIn, expect: Expect, **more: Any
) -> None:
    fields = given.model_dump(exclude={"id", "password"})
    if given.time_zone is None:
        with reading(here.database) as session:
            known = desired.find_in(session, Camera, id)
        fields["time_zone"] = known.time_zone if known else ""
    password = given.password or SecretStr("")
    wanted = door.made(Camera, {"id": id, **fields, "password": password})
    door.put(here, caller, wanted, left_out=given.password is None, expect=expect, **more)


def _detail(here: Context, camera: str) -> CameraDetail:
    found = messages.detail(here, camera)
    if found is None:
        raise NotFound(f"camera {camera}")
    return found


def _let_see(here: Context, caller: Caller, camera: str) -> None:
    """Let somebody see a picture without masks, and put it on record before they do."""
    if not caller.may(Right.EVIDENCE_ORIGINAL):
        raise Forbidden(f"it needs the right {Right.EVIDENCE_ORIGINAL}")
    with writing(here.database) as session:
        audit.append(session, caller.name, "camera.original", camera)


def _login(here: Context, given: ProbeIn) -> dict[str, str]:
    """Return address and login to try; a stored password goes to its own camera only."""
    password = given.password
    url = given.url
    if given.camera:
        with reading(here.database) as session:
            known = desired.find_in(session, Camera, given.camera)
        if known is None:
            raise NotFound(f"camera {given.camera}")
        fields = {"id": known.id, "url": url, "username": given.username}
        asked = unhidden(door.made(Camera, fields), known)
        url = asked.url
        if password is None:
            kept = keep_secret(asked, known)
            if not isinstance(kept, Camera):
                raise _invalid("password", "give it again: the address or the login is another one")
            password = kept.password
    if HIDDEN in url:
        raise _invalid("url", f"{HIDDEN} hides a part of the address: write it out")
    secret = password.get_secret_value() if password else ""
    return {"url": url, "username": given.username, "password": secret}


def _invalid(field: str, reason: str) -> Invalid:
    return Invalid([FieldProblem(field=field, reason=reason)])
