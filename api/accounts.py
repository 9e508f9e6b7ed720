"""The commands about people and API keys: each does one thing and returns what to tell."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from time import time

from pydantic import ValidationError
from sqlalchemy import Engine

from api import passwords
from api.access import ROLES, Right, rights_of, unfit_scope
from api.problem import field_problems
from api.schemas.access import NewUser
from store import keys, users

ACTOR = "cli"
"""Who the audit says it was, unless told: whoever may read the database's file."""
_DAY_S = 86_400.0

Command = Callable[[Engine, argparse.Namespace], str]


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    shared: argparse.ArgumentParser,
    told: Callable[[Command], object],
) -> None:
    """Add `user` and `key` with their commands to a parser."""
    by = argparse.ArgumentParser(add_help=False, parents=[shared])
    by.add_argument("--actor", default=ACTOR, metavar="NAME")

    user = commands.add_parser("user", help="people who may log in")
    of_users = user.add_subparsers(required=True, metavar="COMMAND")
    command = of_users.add_parser("add", parents=[by], help="add a person; prints a password")
    command.add_argument("name")
    command.add_argument("--role", required=True, choices=list(ROLES))
    command.add_argument("--originals", action="store_true", help="may see unmasked pictures")
    command.set_defaults(run=told(add_user))
    command = of_users.add_parser("password", parents=[by], help="reset; lifts a lock, too")
    command.add_argument("name")
    command.set_defaults(run=told(reset_password))
    command = of_users.add_parser("list", parents=[shared], help="everybody")
    command.set_defaults(run=told(list_users))

    key = commands.add_parser("key", help="API keys of programs")
    of_keys = key.add_subparsers(required=True, metavar="COMMAND")
    command = of_keys.add_parser("add", parents=[by], help="make a key; prints it once")
    command.add_argument("name", help="what it is for")
    command.add_argument("--owner", required=True, metavar="USER")
    command.add_argument("--scope", required=True, action="append", choices=[*map(str, Right)])
    command.add_argument("--days", type=int, default=365, help="0: it never expires")
    command.set_defaults(run=told(add_key))
    command = of_keys.add_parser("revoke", parents=[by], help="end a key at once")
    command.add_argument("id")
    command.set_defaults(run=told(revoke_key))
    command = of_keys.add_parser("list", parents=[shared], help="all keys, newest first")
    command.set_defaults(run=told(list_keys))


def add_user(engine: Engine, given: argparse.Namespace) -> str:
    """Add a person; the password opens nothing but the change of it."""
    try:
        new = NewUser(name=given.name, role=given.role, originals=given.originals)
    except ValidationError as error:
        reasons = (f"{p.field}: {p.reason}" for p in field_problems(error.errors()))
        raise ValueError("\n".join(reasons)) from None
    password = passwords.first_password()
    hash = passwords.hash_of(password)
    users.add(engine, new.name, new.role, new.originals, hash, given.actor)
    return f"{new.name} logs in the first time with: {password}"


def reset_password(engine: Engine, given: argparse.Namespace) -> str:
    """Give a new first password."""
    password = passwords.first_password()
    hash = passwords.hash_of(password)
    users.set_password(engine, given.name, hash, given.actor, must_change=True)
    return f"{given.name} logs in the next time with: {password}"


def list_users(engine: Engine, _given: argparse.Namespace) -> str:
    """Return a line a person."""
    return "\n".join(_user(user) for user in users.users(engine))


def add_key(engine: Engine, given: argparse.Namespace) -> str:
    """Make a key for somebody, with no more rights than that person has."""
    owner = users.find(engine, given.owner)
    if owner is None:
        raise users.UnknownUser(f"there is no user {given.owner!r}")
    scopes = sorted({Right(scope) for scope in given.scope})
    rights = rights_of(owner.role, owner.originals)
    unfit = [f"{s}: {why}" for s in scopes if (why := unfit_scope(s, rights))]
    if unfit:
        raise ValueError("\n".join(unfit))
    now = time()
    until = now + given.days * _DAY_S if given.days > 0 else None
    key, secret = keys.make(engine, given.name, scopes, owner.name, given.actor, now, until)
    return f"key {key.id}, shown only now: {secret}"


def revoke_key(engine: Engine, given: argparse.Namespace) -> str:
    """Revoke a key."""
    return f"revoked: {_key(keys.revoke(engine, given.id, given.actor, time()))}"


def list_keys(engine: Engine, _given: argparse.Namespace) -> str:
    """Return a line a key."""
    return "\n".join(_key(key) for key in keys.keys(engine))


def _user(user: users.User) -> str:
    words = [user.name, user.role]
    words += ["originals"] if user.originals else []
    words += ["disabled"] if user.disabled else []
    words += ["must change the password"] if user.must_change else []
    words += [f"locked until {_when(user.locked_until)}"] if user.locked_until else []
    return "  ".join([*words, f"seen {_when(user.seen_at)}" if user.seen_at else "never seen"])


def _key(key: keys.Key) -> str:
    words = [key.id, repr(key.name), f"of {key.owner}", ",".join(key.scopes)]
    words += [f"until {_when(key.expires_at)}"] if key.expires_at else []
    words += [f"revoked {_when(key.revoked_at)}"] if key.revoked_at else []
    return "  ".join([*words, f"used {_when(key.used_at)}" if key.used_at else "never used"])


def _when(unix: float) -> str:
    return datetime.fromtimestamp(unix).astimezone().isoformat(sep=" ", timespec="minutes")
