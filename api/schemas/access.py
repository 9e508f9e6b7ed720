"""Login, users, API keys, audit."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator

from api.access import Right
from api.schemas.base import Input, Output, Time

Role = Literal["reviewer", "operator", "integrator", "auditor", "admin"]

RESERVED = frozenset({"nobody", "system", "cli", "worker", "relay"})


class Login(Input):
    """What a person types in."""

    name: str = Field(max_length=200)
    password: SecretStr = Field(max_length=200)


class Session(Output):
    """Who is logged in, and what they may do. `must_change`: nothing else until then."""

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

    old: SecretStr = Field(max_length=200)
    new: SecretStr = Field(max_length=200, json_schema_extra={"minLength": 10})


class User(Output):
    """A person who may log in."""

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

    role: Role | None = None
    originals: bool | None = None
    disabled: bool | None = None


class FirstPassword(Output):
    """Shown once; it opens nothing but the change of it."""

    user: User
    password: str


class ApiKey(Output):
    """A key of a program. The key itself is shown once, when it is made."""

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

    name: str = Field(min_length=1, max_length=100)
    scopes: list[Right] = Field(min_length=1)
    expires_in_days: int | None = Field(default=365, ge=1, le=3650)


class MadeApiKey(Output):
    """A new key; `secret` goes into the header `Authorization: Bearer`."""

    key: ApiKey
    secret: str


class AuditEntry(Output):
    """One link of the audit chain."""

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
