"""A person logs in, or changes the password."""

from __future__ import annotations

from time import time

from sqlalchemy import Engine

from api import passwords
from api.problem import Invalid, Refusal, TooMany, Unauthorized
from api.schemas.base import FieldProblem
from store import logins, sessions, users

LOCKED = "Too many failed logins under this name; wait a while."
WRONG = "The name or the password is wrong."


def log_in(engine: Engine, name: str, password: str, address: str, idle_s: float) -> str:
    """Check name and password and begin a session; return its token.

    Unknown names, wrong passwords and disabled people get the same answer after the same time.

    Raises:
        Unauthorized: wrong.
        TooMany: the name is locked, or too many people log in at once.
    """
    with passwords.turn():
        _attempt(engine, name)
        hash = users.password_hash(engine, name)
        right = passwords.fits(hash or passwords.NOBODY, password)
        if right and hash is not None and passwords.is_dated(hash):
            users.renew_hash(engine, name, hash, passwords.hash_of(password))
    user = users.find(engine, name)
    if not right or user is None or user.disabled:
        because = "disabled" if right and user is not None else "wrong password"
        because = because if user is not None else "unknown name"
        logins.failed(engine, name, user is not None, because, address)
        raise Unauthorized(type="login-failed", title=WRONG)
    return sessions.begin(engine, name, address, time(), idle_s)


def change_password(engine: Engine, name: str, old: str, new: str, keep: str, address: str) -> None:
    """Change a person's own password; ends all sessions except `keep` (a token's hash).

    The old password is guarded like a login: who finds an open browser cannot guess it there.

    Raises:
        Invalid: the old password is wrong, or the new one will not do.
        TooMany: too many wrong old passwords.
    """
    why = passwords.weakness(new, name)
    if not why and old == new:
        why = "take another one than before"
    if why:
        raise _invalid("new", why, "weak-password")
    with passwords.turn():
        _attempt(engine, name)
        hash = users.password_hash(engine, name)
        right = hash is not None and passwords.fits(hash, old)
        fresh = passwords.hash_of(new) if right else ""
    if not right:
        logins.failed(engine, name, True, "wrong old password", address)
        raise _invalid("old", "it is not your password", "wrong-password")
    users.set_password(engine, name, fresh, name, must_change=False, keep=keep)


def _attempt(engine: Engine, name: str) -> None:
    wait = logins.attempt(engine, name, time())
    if wait:
        raise TooMany(wait, type="locked", title=LOCKED)


def _invalid(field: str, reason: str, type: str) -> Refusal:
    return Invalid([FieldProblem(field=field, reason=reason)], type=type, title=f"{reason}.")
