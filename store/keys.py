"""API keys of programs. Only the hash of a key is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from hmac import compare_digest
from secrets import token_hex, token_urlsafe

import msgspec
from sqlalchemy import Engine, select, update

from store import audit
from store.access_tables import ApiKeyRow, UserRow
from store.database import reading, writing

PREFIX = "sk_"
"""Begins every key, so that scanners for leaked secrets recognise one."""
USED_EVERY_S = 60.0
"""`used_at` is written at most so often."""


class UnknownKey(LookupError):
    """There is no such key."""


class Key(msgspec.Struct, frozen=True):
    """A key without its secret part."""

    id: str
    name: str
    scopes: tuple[str, ...]
    owner: str
    created_at: float
    expires_at: float | None
    used_at: float | None
    revoked_at: float | None


class Owned(msgspec.Struct, frozen=True):
    """A key that holds, and what its owner is now: a key never outlives its owner's rights."""

    key: Key
    role: str
    originals: bool


def make(
    engine: Engine,
    name: str,
    scopes: Sequence[str],
    owner: str,
    actor: str,
    now: float,
    expires_at: float | None,
) -> tuple[Key, str]:
    """Make a key; return it and the secret, which cannot be read again."""
    id = token_hex(6)
    secret = f"{PREFIX}{id}_{token_urlsafe(32)}"
    with writing(engine) as session:
        row = ApiKeyRow(
            id=id,
            name=name,
            key_hash=_hash(secret),
            scopes=list(scopes),
            owner=owner,
            created_at=now,
            expires_at=expires_at,
            used_at=None,
            revoked_at=None,
        )
        session.add(row)
        detail = {"name": name, "scopes": list(scopes), "owner": owner, "expires_at": expires_at}
        audit.append(session, actor, "key.make", id, detail)
        return _key(row), secret


def keys(engine: Engine, owner: str | None = None) -> list[Key]:
    """Return the keys of one owner, or all; newest first."""
    chosen = select(ApiKeyRow).order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.id)
    if owner is not None:
        chosen = chosen.where(ApiKeyRow.owner == owner)
    with reading(engine) as session:
        return [_key(row) for row in session.scalars(chosen)]


def find(engine: Engine, secret: str, now: float) -> Owned | None:
    """Return the key of a secret; None when wrong, revoked, too old, or its owner is disabled."""
    prefix, _, rest = secret.partition("_")
    if f"{prefix}_" != PREFIX:
        return None
    with reading(engine) as session:
        row = session.get(ApiKeyRow, rest.partition("_")[0])
        owner = None if row is None else session.get(UserRow, row.owner)
    if row is None or not compare_digest(row.key_hash, _hash(secret)):
        return None
    over = row.expires_at is not None and row.expires_at <= now
    if row.revoked_at is not None or over or owner is None or owner.disabled:
        return None
    return Owned(_key(row), owner.role, owner.originals)


def touch(engine: Engine, key: Key, now: float) -> None:
    """Note that a key is in use; at most once a minute is it written."""
    if key.used_at is not None and now - key.used_at < USED_EVERY_S:
        return
    with writing(engine) as session:
        session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key.id).values(used_at=now))


def revoke(engine: Engine, id: str, actor: str, now: float, owner: str | None = None) -> Key:
    """Revoke a key (of that owner) at once; again is harmless.

    Raises:
        UnknownKey: there is none, or it is another owner's.
    """
    with writing(engine) as session:
        row = session.get(ApiKeyRow, id)
        if row is None or (owner is not None and row.owner != owner):
            raise UnknownKey(f"there is no key {id!r}")
        if row.revoked_at is None:
            row.revoked_at = now
            audit.append(session, actor, "key.revoke", id, {"name": row.name, "owner": row.owner})
        return _key(row)


def _key(row: ApiKeyRow) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        scopes=tuple(row.scopes),
        owner=row.owner,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
