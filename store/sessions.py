"""Logins of people in browsers. Only the hash of a session's token is kept."""

from __future__ import annotations

import hashlib
from secrets import token_urlsafe

import msgspec
from sqlalchemy import Engine, delete, or_, update

from store import audit, logins
from store.access_tables import SessionRow, UserRow
from store.database import reading, writing

LONGEST_S = 12 * 3600.0
"""A session ends then, however busy it is."""
SEEN_EVERY_S = 60.0
"""`seen_at` is written at most so often."""


class Known(msgspec.Struct, frozen=True):
    """A session that holds, and whose it is."""

    token_hash: str
    user: str
    role: str
    originals: bool
    must_change: bool
    expires_at: float
    seen_at: float


def begin(engine: Engine, user: str, address: str, now: float, idle_s: float) -> str:
    """Begin a session of somebody whose password was right; return its token.

    Sessions that are over, of anybody, are removed on the way.
    """
    token = token_urlsafe(32)
    with writing(engine) as session:
        over = or_(SessionRow.seen_at < now - idle_s, SessionRow.created_at < now - LONGEST_S)
        session.execute(delete(SessionRow).where(over))
        session.add(
            SessionRow(
                token_hash=hash_of(token), user=user, created_at=now, seen_at=now, address=address
            )
        )
        session.execute(update(UserRow).where(UserRow.name == user).values(seen_at=now))
        logins.forget(session, user)
        audit.append(session, user, "login", user, {"address": address})
    return token


def find(engine: Engine, token: str, now: float, idle_s: float) -> Known | None:
    """Return the session of a token; None when it is over, ended, or its person is disabled."""
    with reading(engine) as session:
        row = session.get(SessionRow, hash_of(token))
        user = None if row is None else session.get(UserRow, row.user)
    if row is None or user is None or user.disabled:
        return None
    expires_at = min(row.created_at + LONGEST_S, row.seen_at + idle_s)
    if expires_at <= now:
        return None
    return Known(
        token_hash=row.token_hash,
        user=user.name,
        role=user.role,
        originals=user.originals,
        must_change=user.must_change,
        expires_at=expires_at,
        seen_at=row.seen_at,
    )


def touch(engine: Engine, known: Known, now: float) -> None:
    """Note that a person is still there; at most once a minute is it written."""
    if now - known.seen_at < SEEN_EVERY_S:
        return
    with writing(engine) as session:
        mine = SessionRow.token_hash == known.token_hash
        session.execute(update(SessionRow).where(mine).values(seen_at=now))
        session.execute(update(UserRow).where(UserRow.name == known.user).values(seen_at=now))


def end(engine: Engine, token: str) -> None:
    """End a session (logout); harmless when there is none."""
    with writing(engine) as session:
        row = session.get(SessionRow, hash_of(token))
        if row is not None:
            session.delete(row)
            audit.append(session, row.user, "logout", row.user)


def hash_of(token: str) -> str:
    """Return what is stored of a token. It is random and long: a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
