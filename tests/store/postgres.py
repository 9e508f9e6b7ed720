"""A private PostgreSQL server for tests: its own folder and socket, nothing durable, stoppable."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
from sqlalchemy import make_url
from sqlalchemy.engine import URL

from store.database import open_database

_DEBIAN = Path("/usr/lib/postgresql")
_NOBODY = ("postgres", "nobody")
"""Whose rights the server gets when the tests run as root, which it refuses to serve."""
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=40")
_PLAIN = ("shared_buffers=48MB", "listen_addresses=", "log_min_messages=fatal")


class NoServer(Exception):
    """PostgreSQL is not installed here, or does not start."""


class Cluster:
    """One server; `database` makes a fresh, migrated database in it in some ten milliseconds."""

    def __init__(self) -> None:
        self._programs = _programs()
        self.folder = Path(tempfile.mkdtemp(prefix="sharp-pg-"))
        self._user = _other_user()
        if self._user is not None:
            os.chown(self.folder, self._user, -1)
        self._numbers = itertools.count(1)
        self._run("initdb", "--no-sync", "-U", "sharp", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.start()
        self._template = self.url(self._create("template0"))
        open_database(self._template).dispose()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = [f"-c {one}" for one in (*_FAST, *_PLAIN)]
        options.append(f"-c unix_socket_directories={self.folder}")
        log = self.folder / "log"
        self._run("pg_ctl", "start", "-w", "-s", "-l", str(log), "-o", " ".join(options))

    def stop(self) -> None:
        """Stop the server at once, as a crash would; every connection breaks."""
        self._run("pg_ctl", "stop", "-w", "-s", "-m", "immediate")

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder)

    def database(self) -> str:
        """Return the URL of a fresh database with the newest schema."""
        return self.url(self._create(str(make_url(self._template).database)))

    def empty(self) -> str:
        """Return the URL of a fresh database without any table."""
        return self.url(self._create("template0"))

    def drop(self, url: str) -> None:
        """Delete a database, whoever still uses it."""
        self._say(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def url(self, name: str) -> str:
        """Return the URL of a database of this server."""
        where = {"host": str(self.folder)}
        url = URL.create("postgresql", username="sharp", database=name, query=where)
        return url.render_as_string()

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _say(self, sql: str) -> None:
        target = f"host={self.folder} user=sharp dbname=postgres"
        with psycopg.connect(target, autocommit=True) as connection:
            connection.execute(sql.encode())

    def _run(self, program: str, *options: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), "-D", str(self.folder / "data"), *options],
            user=self._user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise NoServer(f"{program}: {done.stderr.strip()[-500:]}")


def _programs() -> Path:
    found = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found and (known := shutil.which("initdb")):
        found = [Path(known).resolve()]
    if not found:
        raise NoServer("no PostgreSQL here; on Debian: sudo apt-get install postgresql")
    return found[-1].parent


def _other_user() -> int | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return next(known[name] for name in _NOBODY if name in known)
