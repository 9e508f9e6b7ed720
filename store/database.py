"""The database: opened once a process, brought to the newest schema, one writer at a time."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_S = 30.0
"""How long a writer waits for another one before it gives up."""
WAY_BACK = "restore the backup from before the upgrade (docs/operations.md)"

_WRITER_LOCK = 0x5348_4152_50
_SCHEMA_LOCK = _WRITER_LOCK + 1
_WRITES = "sharp_writes"
_PATIENCE: dict[str, Any] = {
    # A server that is cut off says nothing: without these a write would wait for hours.
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "sharp-eyes",
}
_OPTIONS: dict[str, Any] = {
    # The database's errors would otherwise quote rows, and with them passwords.
    "hide_parameters": True,
    "json_serializer": lambda value: msgspec.json.encode(value).decode(),
    "json_deserializer": msgspec.json.decode,
}


class DatabaseError(Exception):
    """The database cannot be used as it is; the text says why and never holds a password."""


def open_database(url: str) -> Engine:
    """Return an engine on the database at `url`, upgraded to the newest schema.

    Any number of processes may do so at once, also the first time: one migrates, the others wait.

    Raises:
        DatabaseError: an in-memory database, an unknown kind, or a schema newer than this program.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(url, parsed.database)
    if parsed.get_backend_name() != "postgresql":
        raise DatabaseError(f"{parsed.get_backend_name()!r} is not supported: sqlite or postgresql")
    return _open_postgresql(url, parsed)


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Yield a session whose block is one durable transaction, alone among all processes.

    SQLite has one writer anyway (`BEGIN IMMEDIATE`); on PostgreSQL an advisory lock does the same,
    so that the order of the log and of the audit chain is the order of the commits.
    """
    engine = engine.execution_options(**{_WRITES: True})
    with Session(engine, expire_on_commit=False) as session, session.begin():
        if is_postgresql(engine):
            session.execute(text(f"SET LOCAL lock_timeout = '{BUSY_S:.0f}s'"))
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Yield a session that sees one state of the database and writes nothing."""
    if is_postgresql(engine):
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine, expire_on_commit=False) as session:
        yield session


def is_postgresql(bind: Engine | Connection) -> bool:
    """Say whether the database is PostgreSQL; it is SQLite otherwise."""
    return bind.dialect.name == "postgresql"


def alembic_config(connection: Connection) -> Config:
    """Return the migrations' configuration, bound to an open connection."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _open_postgresql(url: str, parsed: URL) -> Engine:
    given = {**_PATIENCE, **parsed.query}
    engine = create_engine(url, pool_pre_ping=True, connect_args=given, **_OPTIONS)
    event.listen(engine, "handle_error", _quote_no_row)
    with ExitStack() as undo:
        undo.callback(engine.dispose)
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})
            _upgrade(connection)
        undo.pop_all()
    return engine


def _open_sqlite(url: str, database: str | None) -> Engine:
    if not database or ":memory:" in database or database.startswith("file:"):
        raise DatabaseError("the database is shared by several processes: give it a file")
    path = Path(database)
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_S}, **_OPTIONS)
    event.listen(engine, "connect", _set_up_connection)
    event.listen(engine, "begin", _begin)
    # Changing the journal mode does not wait for a lock as other statements do, hence a file lock.
    with path.with_name(path.name + ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _use_wal(path)
        with engine.execution_options(**{_WRITES: True}).connect() as connection:
            _upgrade(connection)
    return engine


def _quote_no_row(context: ExceptionContext) -> None:
    """Cut the server's details off an error: they quote the row that it refused."""
    primary = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
    if primary is None:
        return
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = (primary,)


def _use_wal(path: Path) -> None:
    # Passwords of cameras are in it; its journal gets the same permissions.
    path.touch(mode=0o600)
    try:
        connection = sqlite3.connect(path, timeout=BUSY_S)
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{path.name} cannot be used: {error}") from error
    if mode != "wal":
        raise DatabaseError(f"{path.name} lies where SQLite cannot keep a write-ahead log")


def _set_up_connection(connection: Any, _record: object) -> None:
    # The driver's own transactions begin too late and too weakly; `_begin` says what is meant.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
    finally:
        cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _upgrade(connection: Connection) -> None:
    config = alembic_config(connection)
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    known = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseError(
            f"its schema {current} is newer than this program: upgrade the program, or {WAY_BACK}"
        )
    if current != script.get_current_head():
        command.upgrade(config, "head")
    connection.commit()
