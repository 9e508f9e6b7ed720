"""Who calls and what they may do: rights, roles, and the dependency that every route declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Literal

import msgspec
from fastapi import Depends, Request


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


class Caller(msgspec.Struct, frozen=True):
    """Who made a request. `name` is what the audit says: a user's name, or 'key:<id>'."""

    name: str
    kind: Literal["user", "key"]
    rights: frozenset[Right]
    role: str = ""
    must_change: bool = False

    def may(self, right: Right) -> bool:
        """Say whether the caller has a right (nobody has any before a due password change)."""
        return right in self.rights and not self.must_change


OPEN = "open_to_everyone"
"""Mark of the few routes that need no login, as an attribute of their endpoint."""


def open_to_everyone(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a route as needing no right. Everything else is refused without one."""
    setattr(endpoint, OPEN, True)
    return endpoint


def needs(*rights: Right) -> Any:
    """Return a dependency that gives the `Caller`, if it has one of `rights` (none: any login).

    Raises (as problem+json): 401 nobody is logged in, 403 the right is missing.
    """

    def caller(request: Request) -> Caller:
        raise NotImplementedError

    return Depends(caller)
