"""Users, API keys and the audit chain."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.access import Caller, Right, needs
from api.context import Here
from api.schemas.access import (
    ApiKey,
    AuditCheck,
    AuditPage,
    FirstPassword,
    MadeApiKey,
    NewApiKey,
    NewUser,
    User,
    UserChange,
)

router = APIRouter(prefix="/api/v1", tags=["people"])


@router.get("/users")
def users(caller: Annotated[Caller, needs(Right.USERS_WRITE)], here: Here) -> list[User]:
    """Return all people, by name."""
    raise NotImplementedError


@router.post("/users", status_code=201)
def add_user(
    given: NewUser, caller: Annotated[Caller, needs(Right.USERS_WRITE)], here: Here
) -> FirstPassword:
    """Add a person; the answer shows the first password once."""
    raise NotImplementedError


@router.patch("/users/{name}")
def change_user(
    name: str, given: UserChange, caller: Annotated[Caller, needs(Right.USERS_WRITE)], here: Here
) -> User:
    """Change role, rights or whether the person may log in; ends the sessions of a disabled one."""
    raise NotImplementedError


@router.post("/users/{name}/password")
def reset_password(
    name: str, caller: Annotated[Caller, needs(Right.USERS_WRITE)], here: Here
) -> FirstPassword:
    """Give a new first password and end all sessions."""
    raise NotImplementedError


@router.get("/keys")
def keys(caller: Annotated[Caller, needs(Right.KEYS_WRITE)], here: Here) -> list[ApiKey]:
    """Return the caller's own API keys (an admin: all), newest first."""
    raise NotImplementedError


@router.post("/keys", status_code=201)
def make_key(
    given: NewApiKey, caller: Annotated[Caller, needs(Right.KEYS_WRITE)], here: Here
) -> MadeApiKey:
    """Make an API key; the answer shows the secret once."""
    raise NotImplementedError


@router.delete("/keys/{key}")
def revoke_key(key: str, caller: Annotated[Caller, needs(Right.KEYS_WRITE)], here: Here) -> ApiKey:
    """Revoke a key at once."""
    raise NotImplementedError


@router.get("/audit")
def audit(
    caller: Annotated[Caller, needs(Right.AUDIT_READ)],
    here: Here,
    before: int | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    actor: str = "",
    action: str = "",
) -> AuditPage:
    """Return who did what, newest first."""
    raise NotImplementedError


@router.get("/audit/check")
def check_audit(caller: Annotated[Caller, needs(Right.AUDIT_READ)], here: Here) -> AuditCheck:
    """Verify the whole chain."""
    raise NotImplementedError
