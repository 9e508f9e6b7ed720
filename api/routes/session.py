"""Login and logout of people in the console."""

from __future__ import annotations

from time import time
from typing import Annotated, cast

from fastapi import APIRouter, Request, Response

from api import login
from api.access import (
    COOKIE,
    Caller,
    needs_person,
    open_to_everyone,
    refuse_foreign_pages,
    rights_of,
)
from api.context import Context, Here
from api.problem import Unauthorized
from api.schemas.access import Login, PasswordChange, Role, Session
from api.schemas.base import time_of
from store import sessions

router = APIRouter(prefix="/api/v1", tags=["session"])


@router.post("/session")
@open_to_everyone
def log_in(given: Login, request: Request, response: Response, here: Here) -> Session:
    """Log in; sets the session cookie. Too many failures lock the name for a while."""
    refuse_foreign_pages(request, strict=False)
    password = given.password.get_secret_value()
    token = login.log_in(here.database, given.name, password, _address(request), here.idle_s)
    if old := request.cookies.get(COOKIE):
        sessions.end(here.database, old)
    response.set_cookie(
        COOKIE,
        token,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return _session(here, token)


@router.get("/session")
def current(caller: Annotated[Caller, needs_person()], request: Request, here: Here) -> Session:
    """Return who is logged in."""
    return _session(here, request.cookies[COOKIE])


@router.delete("/session", status_code=204)
@open_to_everyone
def log_out(request: Request, response: Response, here: Here) -> None:
    """Log out; harmless when nobody is logged in."""
    refuse_foreign_pages(request, strict=True)
    if token := request.cookies.get(COOKIE):
        sessions.end(here.database, token)
        response.delete_cookie(
            COOKIE,
            path="/",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )


@router.put("/session/password")
def change_password(
    given: PasswordChange,
    caller: Annotated[Caller, needs_person()],
    request: Request,
    here: Here,
) -> Session:
    """Change the own password; all other sessions of it end."""
    login.change_password(
        here.database,
        caller.name,
        given.old.get_secret_value(),
        given.new.get_secret_value(),
        caller.session,
        _address(request),
    )
    return _session(here, request.cookies[COOKIE])


def _session(here: Context, token: str) -> Session:
    known = sessions.find(here.database, token, time(), here.idle_s)
    if known is None:
        # It ended between two looks: another browser changed the password, an admin disabled it.
        raise Unauthorized()
    return Session(
        user=known.user,
        role=cast(Role, known.role),
        rights=sorted(rights_of(known.role, known.originals)),
        originals=known.originals,
        must_change=known.must_change,
        expires_at=time_of(known.expires_at),
    )


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
