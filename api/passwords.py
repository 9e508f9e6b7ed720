"""Passwords: Argon2id hashes, what a new one must be like, and random first ones."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.problem import TooMany

LEAST = 10
LONG = 16
"""From here on, length is enough and kinds of characters do not matter."""
_KINDS = 3
_DIFFERENT = 6
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without letters that are taken for one another when read aloud."""

HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each hash takes a core and 64 MiB: a flood of logins must not take the machine."""
_WAIT_S = 3.0


def hash_of(password: str) -> str:
    """Return a password's hash."""
    return HASHER.hash(password)


NOBODY = hash_of(secrets.token_urlsafe(16))
"""Compared with for names that nobody has, so that the answer takes as long."""


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn to hash.

    Raises:
        TooMany: too many people log in at this moment.
    """
    if not _AT_ONCE.acquire(timeout=_WAIT_S):
        raise TooMany(_WAIT_S, "many logins are being checked")
    try:
        yield
    finally:
        _AT_ONCE.release()


def fits(hash: str, password: str) -> bool:
    """Say whether a password is the one of a hash."""
    try:
        return HASHER.verify(hash, password)
    except (VerificationError, InvalidHashError):
        return False


def is_dated(hash: str) -> bool:
    """Say whether a hash was made with other costs than today's."""
    return HASHER.check_needs_rehash(hash)


def first_password() -> str:
    """Return a random password that can be read aloud: four groups of four."""
    letters = [secrets.choice(_ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, 16, 4))


def weakness(password: str, name: str) -> str:
    """Return why a password will not do for a person, empty when it will."""
    if len(password) < LEAST:
        return f"a password has at least {LEAST} characters"
    if len(set(password)) < _DIFFERENT:
        return f"a password has at least {_DIFFERENT} different characters"
    if name.casefold() in password.casefold() and len(name) > 2:
        return "a password does not hold your name"
    if len(password) < LONG and _kinds(password) < _KINDS:
        return (
            f"take three of: small letters, capitals, digits, others; or {LONG} characters and more"
        )
    return ""


def _kinds(password: str) -> int:
    others = any(not c.isalnum() or not c.isascii() for c in password)
    return others + sum(
        any(kind(c) for c in password if c.isascii())
        for kind in (str.islower, str.isupper, str.isdigit)
    )
