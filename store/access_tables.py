"""The tables of who may do what: users, sessions, API keys, signing keys, and which process lives.

Passwords are Argon2 hashes, tokens and keys SHA-256 hashes of random values: none can be read back.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from store.tables import Base


class UserRow(Base):
    """A person. `originals`: may see pictures without masks, and each look is audited."""

    __tablename__ = "user"

    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    originals: Mapped[bool]
    password_hash: Mapped[str]
    must_change: Mapped[bool]
    """The password was given by somebody else and opens nothing but the change of it."""
    disabled: Mapped[bool]
    created_at: Mapped[float]
    seen_at: Mapped[float | None]


class LoginFailureRow(Base):
    """Failed logins under one name, whether somebody has that name or not.

    By the hash of what was typed: people type passwords into the wrong field.
    """

    __tablename__ = "login_failure"

    name_hash: Mapped[str] = mapped_column(primary_key=True)
    failed: Mapped[int]
    locked_until: Mapped[float]
    tried_at: Mapped[float]


class SessionRow(Base):
    """One login in one browser, by the hash of its token."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("user.name"), index=True)
    created_at: Mapped[float]
    seen_at: Mapped[float]
    address: Mapped[str]


class ApiKeyRow(Base):
    """A key of a program: what it may do, whose it is, until when."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    key_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[Any]]
    owner: Mapped[str]
    created_at: Mapped[float]
    expires_at: Mapped[float | None]
    used_at: Mapped[float | None]
    revoked_at: Mapped[float | None]


class SecretRow(Base):
    """A random value that the processes of one installation share, such as what signs links."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class ProcessRow(Base):
    """A running process of ours and when it was last heard of: 'worker', 'relay'."""

    __tablename__ = "process"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[float]
    seen_at: Mapped[float]
    detail: Mapped[dict[str, Any]]
