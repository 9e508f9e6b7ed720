"""Failed logins, and how long a name is locked after too many of them.

A name that nobody has is counted as one that somebody has: the answers must not tell them apart.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Engine, delete, or_
from sqlalchemy.orm import Session

from store import audit
from store.access_tables import LoginFailureRow
from store.database import reading, writing

FREE = 5
"""Failures before the first lock."""
FIRST_LOCK_S = 60.0
LONGEST_LOCK_S = 3600.0
FORGET_S = 86_400.0
"""After a day without a failure the counting begins anew."""


def lock_s(failed: int) -> float:
    """Return how long a name is locked after so many failures in a row."""
    if failed < FREE:
        return 0.0
    return min(FIRST_LOCK_S * 2.0 ** min(failed - FREE, 16), LONGEST_LOCK_S)


def attempt(engine: Engine, name: str, now: float) -> float:
    """Count an attempt before it is judged; return the seconds to wait when the name is locked.

    Counted first, so that guesses made at the same moment share one budget. A locked name is not
    counted on: who keeps trying does not lock a person out for longer.
    """
    with writing(engine) as session:
        old = or_(LoginFailureRow.locked_until < now, LoginFailureRow.locked_until == 0)
        session.execute(
            delete(LoginFailureRow).where(LoginFailureRow.tried_at < now - FORGET_S, old)
        )
        row = session.get(LoginFailureRow, _hash(name))
        if row is None:
            row = LoginFailureRow(name_hash=_hash(name), failed=0, locked_until=0.0, tried_at=now)
            session.add(row)
        if row.locked_until > now:
            return row.locked_until - now
        row.failed += 1
        row.tried_at = now
        wait = lock_s(row.failed)
        row.locked_until = now + wait if wait else 0.0
        return 0.0


def failed(engine: Engine, name: str, known: bool, because: str, address: str) -> None:
    """Put a failed attempt into the audit, and the lock that it led to.

    What was typed is shown only when it is the name of somebody. Who tried is not known, so the
    actor is nobody.
    """
    shown = name if known else ""
    with writing(engine) as session:
        detail = {"because": because, "address": address}
        audit.append(session, "nobody", "login.failed", shown, detail)
        row = session.get(LoginFailureRow, _hash(name))
        if row is not None and row.locked_until:
            audit.append(session, "system", "login.locked", shown, {"failed": row.failed})


def forget(session: Session, name: str) -> None:
    """Count anew for a name, inside the caller's transaction."""
    session.execute(delete(LoginFailureRow).where(LoginFailureRow.name_hash == _hash(name)))


def locked_until(engine: Engine, name: str, now: float) -> float | None:
    """Return until when a name is locked, None when it is not."""
    with reading(engine) as session:
        return locked_until_in(session, name, now)


def locked_until_in(session: Session, name: str, now: float) -> float | None:
    """Return the same, as the session's transaction sees it."""
    row = session.get(LoginFailureRow, _hash(name))
    return row.locked_until if row is not None and row.locked_until > now else None


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
