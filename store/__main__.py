"""The store's upkeep: python -m store retain | keep | hold | release | holds | backup | restore."""

from __future__ import annotations

import argparse
import logging
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from datetime import time as clock
from functools import partial
from pathlib import Path

import msgspec
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from config.settings import SettingsError, settings
from store import backup, processes, retention
from store.blobs import Blobs
from store.database import DatabaseError, open_database
from store.incident import UnknownIncident
from store.retention import Keep

log = logging.getLogger("store")

_YOUNG_S = 86_400.0
"""Blobs that nobody refers to are left alone for a day: their rows may be on the way."""
_NAMED = re.compile(rb"[0-9a-f]{64}")
_AGAIN_S = 600.0
"""How long after a run that failed the keeper tries again."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused (the reason is on stderr)."""
    given = _parser().parse_args(arguments)
    try:
        status: int = given.run(given)
    except (
        ArgumentError,
        DatabaseError,
        OSError,
        SettingsError,
        UnknownIncident,
        ValueError,
    ) as error:
        print(error, file=sys.stderr)
        return 1
    except SQLAlchemyError as error:
        print(f"the database cannot be used: {type(error).__name__}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m store", description=__doc__)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--database", metavar="URL", default="", help="not that of settings")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    add = commands.add_parser("retain", parents=[shared], help="remove what is old, now")
    add.set_defaults(run=_retain)

    add = commands.add_parser("keep", parents=[shared], help="remove what is old, every day")
    add.add_argument("--at", type=clock.fromisoformat, default=clock(3, 30), metavar="HH:MM")
    add.set_defaults(run=_keep)

    add = commands.add_parser("hold", parents=[shared], help="keep an incident whatever its age")
    add.add_argument("incident", metavar="INCIDENT")
    add.add_argument("--reason", required=True)
    add.add_argument("--actor", required=True, metavar="NAME")
    add.set_defaults(run=_hold)

    add = commands.add_parser("release", parents=[shared], help="end a hold")
    add.add_argument("incident", metavar="INCIDENT")
    add.add_argument("--actor", required=True, metavar="NAME")
    add.set_defaults(run=_release)

    add = commands.add_parser("holds", parents=[shared], help="show what is held, and why")
    add.set_defaults(run=_holds)

    add = commands.add_parser("backup", parents=[shared], help="copy database and evidence")
    add.add_argument("folder", type=Path, metavar="FOLDER")
    add.set_defaults(run=_backup)

    add = commands.add_parser("restore", parents=[shared], help="fill an empty place from a backup")
    add.add_argument("folder", type=Path, metavar="FOLDER")
    add.set_defaults(run=_restore)
    return parser


@contextmanager
def _opened(given: argparse.Namespace) -> Iterator[Engine]:
    engine = open_database(given.database or settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def _retain(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        print(_once(engine))
    return 0


def _once(engine: Engine) -> str:
    """Remove what is old, sweep what nobody refers to, and say how much that was."""
    now = time.time()
    removed = retention.retain(engine, _kept_days(), now)
    waiting = _spooled(settings.spool_dir)

    def kept(digits: str) -> set[str]:
        return retention.blob_hashes(engine, digits) | {s for s in waiting if s[:2] == digits}

    swept = Blobs(settings.blobs_dir).sweep(kept, _YOUNG_S)
    rendered = _sweep_renders(
        settings.cache_dir / "renders", partial(retention.blob_hashes, engine)
    )
    counts = {**msgspec.to_builtins(removed), "blobs": swept, "renders": rendered}
    return ", ".join(f"{name.replace('_', ' ')} {many}" for name, many in counts.items())


def _kept_days() -> Keep:
    first, *kinds = settings.keep_incidents.split(",")
    named = (kind.partition("=") for kind in kinds)
    return Keep(
        incidents=int(first),
        kinds={name.strip(): int(days) for name, _, days in named},
        evidence=settings.keep_evidence,
        observations=settings.keep_observations,
        log=settings.keep_log,
        audit=settings.keep_audit,
    )


def _spooled(spool: Path) -> set[str]:
    """Return the hashes that stand in files which the database has not got yet."""
    files = [file for file in spool.rglob("*.json") if file.is_file()] if spool.exists() else []
    found: set[str] = set()
    for file in files:
        try:
            found |= {one.decode() for one in _NAMED.findall(file.read_bytes())}
        except FileNotFoundError:  # the worker has just finished with it
            continue
    return found


def _sweep_renders(folder: Path, kept: Callable[[str], set[str]]) -> int:
    """Delete what was made for showing evidence that is gone."""
    files = [file for file in folder.glob("*") if _NAMED.match(file.name.encode())]
    hashes = {digits: kept(digits) for digits in {file.name[:2] for file in files}}
    gone = [file for file in files if file.name[:64] not in hashes[file.name[:2]]]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)


def _keep(given: argparse.Namespace) -> int:
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with _opened(given) as engine:
        beat, wrong, due = processes.Beat(engine, "keeper"), {}, time.time()
        while not stop.is_set():
            if time.time() >= due:
                wrong = _tried(engine)
                due = (
                    time.time() + _AGAIN_S
                    if wrong
                    else _next(given.at, datetime.now().astimezone())
                )
            try:
                beat.tell(wrong)
            except SQLAlchemyError as error:
                log.warning("that the keeper lives is said later: %s", type(error).__name__)
            stop.wait(1.0)
    return 0


def _tried(engine: Engine) -> dict[str, str]:
    try:
        log.info("removed: %s", _once(engine))
    except (SQLAlchemyError, OSError) as error:
        said = (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
        log.error("what is old was not removed: %s", said)
        return {"retention": said}
    return {}


def _next(at: clock, now: datetime) -> float:
    """Return when the clock on the wall shows `at` next, in unix seconds."""
    today = datetime.combine(now.date(), at, tzinfo=now.tzinfo)
    return (today if today > now else today + timedelta(days=1)).timestamp()


def _hold(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        retention.hold(engine, given.incident, given.reason, given.actor, time.time())
    return 0


def _release(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        if not retention.release(engine, given.incident, given.actor):
            print(f"{given.incident} is not held", file=sys.stderr)
            return 1
    return 0


def _holds(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        for one in retention.holds(engine):
            since = datetime.fromtimestamp(one.at).astimezone().isoformat(" ", "seconds")
            print(f"{one.incident}  {since}  {one.actor}  {one.reason}")
    return 0


def _backup(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        told = backup.backup(engine, Blobs(settings.blobs_dir), given.folder, time.time())
    print(f"{told.database}, {told.blobs} blobs, audit {told.audit[0]}:{told.audit[1]}")
    for sha256 in told.missing:
        print(f"missing or damaged: {sha256}", file=sys.stderr)
    return 1 if told.missing else 0


def _restore(given: argparse.Namespace) -> int:
    url = given.database or settings.database_url
    told = backup.restore(given.folder, url, Blobs(settings.blobs_dir))
    print(f"{told.database}, {told.blobs} blobs; the audit chain verifies to row {told.audit[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
