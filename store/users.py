"""People who may log in: added, changed and given passwords, each in one audited transaction.

Passwords come in as hashes; which role may do what is not known here.
"""

from __future__ import annotations

from time import time
from typing import Any

import msgspec
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from store import audit, logins
from store.access_tables import SessionRow, UserRow
from store.database import reading, writing

ADMIN = "admin"
"""The role of which one enabled person must remain."""


class UnknownUser(LookupError):
    """Nobody has this name."""


class NameTaken(ValueError):
    """Somebody has this name already, perhaps in other letters (Li and li are one)."""


class LastAdmin(ValueError):
    """Without this person nobody could administer the service."""


class User(msgspec.Struct, frozen=True):
    """A person; the password's hash is not in it."""

    name: str
    role: str
    originals: bool
    must_change: bool
    disabled: bool
    created_at: float
    seen_at: float | None
    locked_until: float | None = None


def users(engine: Engine) -> list[User]:
    """Return all people, by name."""
    with reading(engine) as session:
        rows = session.scalars(select(UserRow).order_by(UserRow.name))
        return [_user(session, row) for row in rows]


def find(engine: Engine, name: str) -> User | None:
    """Return a person, None when nobody has the name."""
    with reading(engine) as session:
        row = session.get(UserRow, name)
        return None if row is None else _user(session, row)


def password_hash(engine: Engine, name: str) -> str | None:
    """Return the hash of a person's password, None when nobody has the name."""
    with reading(engine) as session:
        return session.scalar(select(UserRow.password_hash).where(UserRow.name == name))


def add(engine: Engine, name: str, role: str, originals: bool, hash: str, actor: str) -> User:
    """Add a person whose password must be changed at the first login.

    Raises:
        NameTaken: somebody has the name, or one that differs only in capitals.
    """
    with writing(engine) as session:
        return _add(session, name, role, originals, hash, actor)


def add_first(engine: Engine, name: str, hash: str) -> bool:
    """Add an admin if there is nobody yet; say whether it was done."""
    with writing(engine) as session:
        if session.scalar(select(UserRow.name).limit(1)) is not None:
            return False
        _add(session, name, ADMIN, False, hash, "system")
        return True


def change(
    engine: Engine,
    name: str,
    actor: str,
    role: str | None = None,
    originals: bool | None = None,
    disabled: bool | None = None,
) -> User:
    """Change what is not None; a disabled person's sessions end.

    Raises:
        UnknownUser: nobody has the name.
        LastAdmin: it would leave no enabled admin.
    """
    wanted = {"role": role, "originals": originals, "disabled": disabled}
    with writing(engine) as session:
        row = _get(session, name)
        was_admin = row.role == ADMIN and not row.disabled
        changed = {k: v for k, v in wanted.items() if v is not None and v != getattr(row, k)}
        for field, value in changed.items():
            setattr(row, field, value)
        session.flush()
        if changed:
            if was_admin:
                _keep_an_admin(session)
            if row.disabled:
                end_sessions(session, name)
            audit.append(session, actor, "user.change", name, changed)
        return _user(session, row)


def set_password(
    engine: Engine, name: str, hash: str, actor: str, *, must_change: bool, keep: str = ""
) -> User:
    """Set a password, lift a lock and end the person's sessions, except `keep` (a token's hash).

    Raises:
        UnknownUser: nobody has the name.
    """
    with writing(engine) as session:
        row = _get(session, name)
        row.password_hash, row.must_change = hash, must_change
        logins.forget(session, name)
        end_sessions(session, name, keep)
        action = "user.password-reset" if must_change else "user.password"
        audit.append(session, actor, action, name)
        return _user(session, row)


def renew_hash(engine: Engine, name: str, old: str, new: str) -> None:
    """Replace the hash of an unchanged password by one made with today's costs."""
    with writing(engine) as session:
        row = session.get(UserRow, name)
        if row is not None and row.password_hash == old:
            row.password_hash = new


def end_sessions(session: Session, name: str, keep: str = "") -> None:
    """End a person's sessions except one, inside the caller's transaction."""
    theirs = SessionRow.user == name
    session.execute(delete(SessionRow).where(theirs, SessionRow.token_hash != keep))


def _add(session: Session, name: str, role: str, originals: bool, hash: str, actor: str) -> User:
    taken = session.scalars(select(UserRow.name)).all()
    if name.casefold() in {other.casefold() for other in taken}:
        raise NameTaken(f"there is a user {name!r} already")
    row = UserRow(
        name=name,
        role=role,
        originals=originals,
        password_hash=hash,
        must_change=True,
        disabled=False,
        created_at=time(),
        seen_at=None,
    )
    session.add(row)
    session.flush()
    logins.forget(session, name)
    audit.append(session, actor, "user.add", name, {"role": role, "originals": originals})
    return _user(session, row)


def _keep_an_admin(session: Session) -> None:
    enabled = select(func.count()).where(UserRow.role == ADMIN, UserRow.disabled.is_(False))
    if not session.scalar(enabled):
        raise LastAdmin("the last enabled admin stays one")


def _get(session: Session, name: str) -> UserRow:
    row = session.get(UserRow, name)
    if row is None:
        raise UnknownUser(f"there is no user {name!r}")
    return row


def _user(session: Session, row: UserRow) -> User:
    fields: dict[str, Any] = {
        field: getattr(row, field) for field in User.__struct_fields__ if field != "locked_until"
    }
    return User(locked_until=logins.locked_until_in(session, row.name, time()), **fields)
