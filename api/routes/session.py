"""Login and logout of people in the console."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from api.access import Caller, needs
from api.context import Here
from api.schemas.access import Login, PasswordChange, Session

router = APIRouter(prefix="/api/v1", tags=["session"])


@router.post("/session")
def log_in(given: Login, request: Request, response: Response, here: Here) -> Session:
    """Log in; sets the session cookie. Too many failures lock the name for a while."""
    raise NotImplementedError


@router.get("/session")
def current(caller: Annotated[Caller, needs()], here: Here) -> Session:
    """Return who is logged in."""
    raise NotImplementedError


@router.delete("/session", status_code=204)
def log_out(request: Request, response: Response, here: Here) -> None:
    """Log out; harmless when nobody is logged in."""
    raise NotImplementedError


@router.put("/session/password")
def change_password(
    given: PasswordChange, caller: Annotated[Caller, needs()], request: Request, here: Here
) -> Session:
    """Change the own password; all other sessions of it end."""
    raise NotImplementedError
