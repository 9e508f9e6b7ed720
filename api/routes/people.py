"""Users, API keys and the audit chain."""

from __future__ import annotations

from time import time
from typing import Annotated, cast

from fastapi import APIRouter, Query

import store.audit
import store.keys
import store.users
from api import passwords
from api.access import Caller, Right, needs, unfit_scope
from api.context import Here
from api.problem import Conflict, Invalid, NotFound
from api.schemas.access import (
    ApiKey,
    AuditCheck,
    AuditEntry,
    AuditPage,
    FirstPassword,
    MadeApiKey,
    NewApiKey,
    NewUser,
    Role,
    User,
    UserChange,
)
from api.schemas.base import FieldProblem, maybe_time, time_of

router = APIRouter(prefix="/api/v1", tags=["people"])

_DAY_S = 86_400.0


@router.get("/users")
def users(caller: Annotated[Caller, needs(Right.USERS_WRITE)], here: Here) -> list[User]:
    """Return all people, by name."""
    return [_user(user) for user in store.users.users(here.database)]


@router.post("/users", status_code=201)
def add_user(
    given: NewUser, caller: Annotated[Caller, needs(Right.USERS_WRITE)], here: Here
) -> FirstPassword:
    """Add a person; the answer shows the first password once."""
    password, hash = _first_password()
    try:
        added = store.users.add(
            here.database, given.name, given.role, given.originals, hash, caller.name
        )
    except store.users.NameTaken as taken:
        raise Conflict(str(taken), type="name-taken", title="This name is taken.") from taken
    return FirstPassword(user=_user(added), password=password)


@router.patch("/users/{name}")
def change_user(
    name: str, given: UserChange, caller: Annotated[Caller, needs(Right.USERS_WRITE)], here: Here
) -> User:
    """Change role, rights or whether the person may log in; ends the sessions of a disabled one."""
    try:
        changed = store.users.change(
            here.database,
            name,
            caller.name,
            role=given.role,
            originals=given.originals,
            disabled=given.disabled,
        )
    except store.users.UnknownUser:
        raise NotFound(f"user {name}") from None
    except store.users.LastAdmin as last:
        title = "The last admin who can log in stays one."
        raise Conflict(str(last), type="last-admin", title=title) from last
    return _user(changed)


@router.post("/users/{name}/password")
def reset_password(
    name: str, caller: Annotated[Caller, needs(Right.USERS_WRITE)], here: Here
) -> FirstPassword:
    """Give a new first password and end all sessions."""
    password, hash = _first_password()
    try:
        user = store.users.set_password(here.database, name, hash, caller.name, must_change=True)
    except store.users.UnknownUser:
        raise NotFound(f"user {name}") from None
    return FirstPassword(user=_user(user), password=password)


@router.get("/keys")
def keys(caller: Annotated[Caller, needs(Right.KEYS_WRITE)], here: Here) -> list[ApiKey]:
    """Return the caller's own API keys (an admin: all), newest first."""
    return [_key(key) for key in store.keys.keys(here.database, _owner(caller))]


@router.post("/keys", status_code=201)
def make_key(
    given: NewApiKey, caller: Annotated[Caller, needs(Right.KEYS_WRITE)], here: Here
) -> MadeApiKey:
    """Make an API key; the answer shows the secret once."""
    errors = [
        FieldProblem(field=f"scopes[{n}]", reason=reason)
        for n, scope in enumerate(given.scopes)
        if (reason := unfit_scope(scope, caller.rights))
    ]
    if errors:
        raise Invalid(errors)
    now = time()
    days = given.expires_in_days
    key, secret = store.keys.make(
        here.database,
        given.name,
        sorted(set(given.scopes)),
        caller.name,
        caller.name,
        now,
        None if days is None else now + days * _DAY_S,
    )
    return MadeApiKey(key=_key(key), secret=secret)


@router.delete("/keys/{key}")
def revoke_key(key: str, caller: Annotated[Caller, needs(Right.KEYS_WRITE)], here: Here) -> ApiKey:
    """Revoke a key at once."""
    try:
        return _key(store.keys.revoke(here.database, key, caller.name, time(), _owner(caller)))
    except store.keys.UnknownKey:
        raise NotFound(f"API key {key}") from None


@router.get("/audit")
def audit(
    caller: Annotated[Caller, needs(Right.AUDIT_READ)],
    here: Here,
    before: int | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    actor: str = "",
    action: Annotated[str, Query(description="'camera' finds 'camera.put', too")] = "",
    object: str = "",
    people: Annotated[bool, Query(description="leave out what the service did by itself")] = False,
) -> AuditPage:
    """Return who did what, newest first."""
    found = store.audit.newest(here.database, before, limit + 1, actor, action, object, people)
    entries = [
        AuditEntry(
            n=entry.n,
            at=time_of(entry.at),
            actor=entry.actor,
            action=entry.action,
            object=entry.object,
            detail=entry.detail,
            hash=entry.hash,
        )
        for entry in found[:limit]
    ]
    return AuditPage(entries=entries, next=entries[-1].n if len(found) > limit else None)


@router.get("/audit/check")
def check_audit(caller: Annotated[Caller, needs(Right.AUDIT_READ)], here: Here) -> AuditCheck:
    """Verify the whole chain."""
    broken = store.audit.verify(here.database)
    entries, head = store.audit.head(here.database)
    return AuditCheck(whole=broken is None, broken_at=broken, entries=entries, head=head)


def _owner(caller: Caller) -> str | None:
    """Return whose keys a caller handles: the own, or everybody's."""
    return None if caller.may(Right.USERS_WRITE) else caller.name


def _first_password() -> tuple[str, str]:
    password = passwords.first_password()
    with passwords.turn():
        return password, passwords.hash_of(password)


def _user(user: store.users.User) -> User:
    return User(
        name=user.name,
        role=cast(Role, user.role),
        originals=user.originals,
        must_change=user.must_change,
        disabled=user.disabled,
        locked_until=maybe_time(user.locked_until),
        created_at=time_of(user.created_at),
        seen_at=maybe_time(user.seen_at),
    )


def _key(key: store.keys.Key) -> ApiKey:
    return ApiKey(
        id=key.id,
        name=key.name,
        scopes=[Right(scope) for scope in key.scopes if scope in set(Right)],
        owner=key.owner,
        created_at=time_of(key.created_at),
        expires_at=maybe_time(key.expires_at),
        used_at=maybe_time(key.used_at),
        revoked_at=maybe_time(key.revoked_at),
    )
