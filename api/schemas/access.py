"""Login, users, API keys, audit."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, SecretStr, field_validator
from pydantic.config import JsonDict

from api.access import Right
from api.schemas.base import Input, Output, Time

Role = Literal["reviewer", "operator", "integrator", "auditor", "admin"]

_AT = "2026-05-04T08:30:00.000Z"
_SESSION: JsonDict = {
    "user": "li",
    "role": "reviewer",
    "rights": ["cameras.read", "catalog.read", "incidents.decide", "incidents.read"],
    "originals": False,
    "must_change": False,
    "expires_at": _AT,
}
_USER: JsonDict = {
    "name": "李明",
    "role": "reviewer",
    "originals": False,
    "must_change": True,
    "disabled": False,
    "locked_until": None,
    "created_at": _AT,
    "seen_at": None,
}
_KEY: JsonDict = {
    "id": "3f9a1c7b20de",
    "name": "city platform",
    "scopes": ["events.read"],
    "owner": "wang",
    "created_at": _AT,
    "expires_at": "2026-08-02T08:30:00.000Z",
    "used_at": None,
    "revoked_at": None,
}
_ENTRY: JsonDict = {
    "n": 17,
    "at": _AT,
    "actor": "wang",
    "action": "user.add",
    "object": "李明",
    "detail": {"role": "reviewer", "originals": False},
    "hash": "5d1f…",
}

RESERVED = frozenset({"nobody", "system", "cli", "worker", "relay"})


def _like(example: JsonDict) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class Login(Input):
    """What a person types in."""

    model_config = _like({"name": "li", "password": "…"})

    name: str = Field(max_length=200)
    password: SecretStr = Field(max_length=200)


class Session(Output):
    """Who is logged in, and what they may do. `must_change`: nothing else until then."""

    model_config = _like(_SESSION)

    user: str
    role: Role
    rights: list[Right]
    originals: bool
    must_change: bool
    expires_at: Time


class PasswordChange(Input):
    """A new password has 10 characters or more, of three kinds (small letters, capitals, digits,
    others), or 16 of any kind; six different ones at least; and not the person's name in it.
    """

    model_config = _like({"old": "…", "new": "…"})

    old: SecretStr = Field(max_length=200)
    new: SecretStr = Field(max_length=200, json_schema_extra={"minLength": 10})


class User(Output):
    """A person who may log in."""

    model_config = _like(_USER)

    name: str
    role: Role
    originals: bool
    must_change: bool
    disabled: bool
    locked_until: Time | None
    created_at: Time
    seen_at: Time | None


class NewUser(Input):
    """A person to add; the answer holds a password for the first login."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "李明", "role": "reviewer"}]}
    )

    name: str = Field(pattern=r"^[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff_.-]{0,63}$")
    role: Role
    originals: bool = False

    @field_validator("name")
    @classmethod
    def _is_a_persons(cls, name: str) -> str:
        if name.casefold() in RESERVED:
            raise ValueError("the audit uses this name for what no person did")
        return name


class UserChange(Input):
    """What to change of a person; what is left out stays."""

    model_config = _like({"disabled": True})

    role: Role | None = None
    originals: bool | None = None
    disabled: bool | None = None


class FirstPassword(Output):
    """Shown once; it opens nothing but the change of it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"user": _USER, "password": "k7Rm-…"}]}
    )

    user: User
    password: str


class ApiKey(Output):
    """A key of a program. The key itself is shown once, when it is made."""

    model_config = _like(_KEY)

    id: str
    name: str
    scopes: list[Right]
    owner: str
    created_at: Time
    expires_at: Time | None
    used_at: Time | None
    revoked_at: Time | None


class NewApiKey(Input):
    """A key to make; its scopes are among the rights of whoever makes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "city platform", "scopes": ["events.read"], "expires_in_days": 90}
            ]
        }
    )

    name: str = Field(min_length=1, max_length=100)
    scopes: list[Right] = Field(min_length=1)
    expires_in_days: int | None = Field(default=365, ge=1, le=3650)


class MadeApiKey(Output):
    """A new key; `secret` goes into the header `Authorization: Bearer`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"key": _KEY, "secret": "sk_3f9a1c7b20de_…"}]}
    )

    key: ApiKey
    secret: str


class AuditEntry(Output):
    """One link of the audit chain."""

    model_config = _like(_ENTRY)

    n: int
    at: Time
    actor: str
    action: str
    object: str
    detail: dict[str, Any]
    hash: str


class AuditPage(Output):
    """Entries, newest first; `next` is the `before` of the next page, None after the last."""

    entries: list[AuditEntry]
    next: int | None


class AuditCheck(Output):
    """Whether the chain is whole; `broken_at` is the first entry that was tampered with."""

    whole: bool
    broken_at: int | None
    entries: int
    head: str
