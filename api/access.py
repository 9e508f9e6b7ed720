"""Who calls and what they may do: rights, roles, and the dependency that every route declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from time import time
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
from fastapi import Depends, Request

from api.context import Context
from api.problem import Forbidden, Unauthorized
from store import keys, sessions

COOKIE = "sharp_session"
BACKGROUND = "X-Background"
"""A header of requests that no person caused (polling by the console): they keep nobody in."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Right(StrEnum):
    """What a caller may do. Roles are sets of them; the scopes of API keys are them."""

    INCIDENTS_READ = "incidents.read"
    INCIDENTS_DECIDE = "incidents.decide"
    EVIDENCE_ORIGINAL = "evidence.original"
    """Pictures without masks. No role has it: it is given to a person, and each look is audited."""
    CAMERAS_READ = "cameras.read"
    CAMERAS_WRITE = "cameras.write"
    CATALOG_READ = "catalog.read"
    CATALOG_WRITE = "catalog.write"
    DESTINATIONS_READ = "destinations.read"
    DESTINATIONS_WRITE = "destinations.write"
    DETECT = "detect"
    EVENTS_READ = "events.read"
    """Released incidents, as the city gets them."""
    EVENTS_READ_ALL = "events.read_all"
    """Every event, also of what nobody has released."""
    METRICS_READ = "metrics.read"
    KEYS_WRITE = "keys.write"
    USERS_WRITE = "users.write"
    AUDIT_READ = "audit.read"


_LOOK = frozenset({Right.INCIDENTS_READ, Right.CAMERAS_READ, Right.CATALOG_READ})

ROLES: Mapping[str, frozenset[Right]] = {
    "reviewer": _LOOK | {Right.INCIDENTS_DECIDE},
    "operator": _LOOK
    | {
        Right.CAMERAS_WRITE,
        Right.CATALOG_WRITE,
        Right.DESTINATIONS_READ,
        Right.DETECT,
        Right.METRICS_READ,
    },
    "integrator": frozenset(
        {
            Right.CATALOG_READ,
            Right.CAMERAS_READ,
            Right.DESTINATIONS_READ,
            Right.DESTINATIONS_WRITE,
            Right.DETECT,
            Right.EVENTS_READ,
            Right.KEYS_WRITE,
            Right.METRICS_READ,
        }
    ),
    "auditor": _LOOK | {Right.AUDIT_READ},
    "admin": frozenset(Right) - {Right.EVIDENCE_ORIGINAL},
}
"""Role to rights."""

_PEOPLE_ONLY = frozenset({Right.USERS_WRITE, Right.KEYS_WRITE})


class Caller(msgspec.Struct, frozen=True):
    """Who made a request. `name` is what the audit says: a user's name, or 'key:<id>'."""

    name: str
    kind: Literal["user", "key"]
    rights: frozenset[Right]
    role: str = ""
    must_change: bool = False
    session: str = ""
    """Hash of the session's token; empty for keys."""

    def may(self, right: Right) -> bool:
        """Say whether the caller has a right (nobody has any before a due password change)."""
        return right in self.rights and not self.must_change


OPEN = "open_to_everyone"
"""Mark of the few routes that need no login, as an attribute of their endpoint."""
NEEDS = "needs"
"""Mark of the dependencies that let nobody in without a login; its value is the rights."""


def open_to_everyone(endpoint: Endpoint) -> Endpoint:
    """Mark a route as needing no right. Everything else is refused without one."""
    setattr(endpoint, OPEN, True)
    return endpoint


def needs(*rights: Right) -> Any:
    """Return a dependency that gives the `Caller`, if it has one of `rights` (none: any login).

    Raises (as problem+json): 401 nobody is logged in, 403 the right is missing.
    """

    def caller(request: Request) -> Caller:
        found = who(request)
        if found.must_change:
            raise Forbidden(type="password-change-due", title="Change your password first.")
        if rights and not any(found.may(right) for right in rights):
            raise Forbidden(f"it needs the right {' or '.join(rights)}")
        return found

    setattr(caller, NEEDS, rights)
    return Depends(caller)


def needs_person() -> Any:
    """Return a dependency that gives a logged-in person, also one whose password is due."""

    def caller(request: Request) -> Caller:
        found = who(request)
        if found.kind != "user":
            raise Forbidden("only people have a session; an API key has none")
        return found

    setattr(caller, NEEDS, ())
    return Depends(caller)


def who(request: Request) -> Caller:
    """Return who makes a request, by API key or session; the database is asked each time.

    A stream asks again every few seconds, so that it ends with the login it was opened with
    (blocking: call it in a thread).

    Raises:
        Unauthorized: nobody, or not any more.
        Forbidden: a browser sent it for a page of another site.
    """
    here: Context = request.app.state.context
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _program(here, credentials.strip())
    token = request.cookies.get(COOKIE, "")
    known = sessions.find(here.database, token, time(), here.idle_s) if token else None
    if known is None:
        raise Unauthorized()
    refuse_foreign_pages(request, strict=True)
    if BACKGROUND not in request.headers and not _is_stream(request):
        sessions.touch(here.database, known, time())
    return Caller(
        name=known.user,
        kind="user",
        rights=rights_of(known.role, known.originals),
        role=known.role,
        must_change=known.must_change,
        session=known.token_hash,
    )


def rights_of(role: str, originals: bool) -> frozenset[Right]:
    """Return what a person may do."""
    own = {Right.EVIDENCE_ORIGINAL} if originals else set()
    return ROLES.get(role, frozenset()) | own


def unfit_scope(scope: Right, rights: frozenset[Right]) -> str:
    """Return why somebody with these rights cannot give a key this one, empty when they can."""
    if scope in _PEOPLE_ONLY:
        return "only people can have it: a key that makes users or keys could not be taken back"
    return "" if scope in rights else "you do not have it yourself"


def refuse_foreign_pages(request: Request, *, strict: bool) -> None:
    """Refuse to write when a browser asks on behalf of another site's page.

    Browsers say where a request comes from and pages cannot change that. `strict` refuses also
    what says nothing, which no browser does that a person is logged in with.

    Raises:
        Forbidden: it is so.
    """
    if request.method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        ours = site == "same-origin"
    elif origin is not None:
        ours = urlsplit(origin).netloc == request.headers.get("Host")
    else:
        ours = not strict
    if not ours:
        raise Forbidden("its Origin is not this service", type="cross-site")


def _program(here: Context, secret: str) -> Caller:
    now = time()
    found = keys.find(here.database, secret, now)
    if found is None:
        raise Unauthorized("this API key is unknown, revoked or too old")
    keys.touch(here.database, found.key, now)
    scopes = {Right(scope) for scope in found.key.scopes if scope in set(Right)}
    return Caller(
        name=f"key:{found.key.id}",
        kind="key",
        rights=frozenset(scopes) & rights_of(found.role, found.originals),
    )


def _is_stream(request: Request) -> bool:
    return request.headers.get("Accept", "").startswith("text/event-stream")
