"""The API and the console (`serve`), and commands on the same database for those with a shell."""

from __future__ import annotations

import argparse
import gc
import json
import logging
import sys
import tomllib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from time import time

import msgspec
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, OperationalError

from api import accounts, serving
from api.app import create_app
from api.context import Context
from api.desired import Refused, apply
from api.worker import WorkerClient
from config.settings import ROOT, SettingsError, settings
from events import lifecycle
from models.catalog import Catalog
from models.manifest import ManifestError
from models.weights import WeightStore
from store import audit, desired, incidents, observed
from store.blobs import Blobs
from store.catalog import Algorithms
from store.database import DatabaseError, open_database
from store.incidents import Conflict, Filter, Incident, UnknownIncident
from store.keys import UnknownKey
from store.users import UnknownUser

_DAY_S = 86_400.0
_UNKNOWN = (UnknownIncident, UnknownKey, UnknownUser)
_REVIEWER = [action.name for action in lifecycle.ACTIONS.values() if action.who == "reviewer"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused (the reasons are on stderr)."""
    given = _parser().parse_args(arguments)
    try:
        if given.run is None:
            return _openapi()
        engine = open_database(given.database or settings.database_url)
        try:
            status: int = given.run(engine, given)
            return status
        finally:
            engine.dispose()
    except Refused as refused:
        for error in refused.errors:
            print(f"{error.field}: {error.reason}", file=sys.stderr)
    except (
        UnknownKey,
        SettingsError,
        DatabaseError,
        ManifestError,
        UnknownIncident,
        UnknownUser,
    ) as error:
        print(error, file=sys.stderr)
    except Conflict as conflict:
        print(f"{conflict}; look again and decide with that version", file=sys.stderr)
    except ArgumentError:
        print("the database's address is no SQLAlchemy URL", file=sys.stderr)
    except OperationalError as error:
        print(f"the database cannot be used: {type(error.orig).__name__}", file=sys.stderr)
    except (lifecycle.IllegalTransition, OSError, UnicodeDecodeError, ValueError) as error:
        print(error, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m api", description=__doc__)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--database", metavar="URL", help="instead of the one in the settings")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("serve", parents=[shared], help="the API and the console")
    command.add_argument("--host", default="127.0.0.1", metavar="ADDRESS")
    command.add_argument("--port", type=int, default=8000)
    command.set_defaults(run=_serve)

    accounts.add_commands(commands, shared, _told)

    command = commands.add_parser("openapi", help="print the description of the API")
    command.set_defaults(run=None)

    command = commands.add_parser("apply", parents=[shared], help="check and apply a city document")
    command.add_argument("file", type=Path, metavar="FILE.toml")
    command.add_argument("--actor", required=True, metavar="NAME")
    command.add_argument("--prune", action="store_true", help="remove what it does not name")
    command.set_defaults(run=_apply)

    command = commands.add_parser("status", parents=[shared], help="cameras and who looks")
    command.set_defaults(run=_status)

    command = commands.add_parser("incidents", parents=[shared], help="newest first")
    command.add_argument("--state", action="append", default=[], choices=[*lifecycle.STATES])
    command.add_argument("--kind", action="append", default=[])
    command.add_argument("--camera", action="append", default=[])
    command.add_argument("--after", default="", metavar="CURSOR", help="the next page")
    command.add_argument("--limit", type=int, default=50)
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.set_defaults(run=_incidents)

    command = commands.add_parser("decide", parents=[shared], help="move a case")
    command.add_argument("incident", metavar="INCIDENT")
    command.add_argument("--action", required=True, choices=_REVIEWER)
    command.add_argument("--version", required=True, type=int, help="the one that you saw")
    command.add_argument("--actor", required=True, metavar="NAME")
    command.add_argument("--reason", default="", help="for reject: KEY or 'KEY: words'")
    command.add_argument("--duplicate-of", default="", metavar="INCIDENT")
    command.set_defaults(run=_decide)

    command = commands.add_parser("audit", parents=[shared], help="verify the audit chain")
    command.add_argument("--anchor", metavar="N:HASH", help="an earlier end of the chain")
    command.set_defaults(run=_audit)
    return parser


def _serve(engine: Engine, given: argparse.Namespace) -> int:
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    worker = WorkerClient(settings.worker_socket)
    context = Context(
        database=engine,
        algorithms=Algorithms(Catalog.read(settings.catalog_dirs)),
        weights=WeightStore(settings.weights_dir),
        blobs=Blobs(settings.blobs_dir),
        worker=worker,
        console=ROOT / "web" / "dist",
        idle_s=settings.session_idle_minutes * 60.0,
    )
    password = serving.first_admin(context)
    if password is not None:
        print("Nobody could log in yet, so there is an admin now. Log in the first time with")
        print(f"    name:     {serving.FIRST_ADMIN}\n    password: {password}")
        print("It is shown only now, and you will choose your own at the first login.", flush=True)
    # What is loaded by now stays: walking through it again and again took 50 ms off answers.
    gc.collect()
    gc.freeze()
    try:
        serving.serve(context, given.host, given.port, settings.trusted_proxies)
    finally:
        worker.close()
    return 0


def _openapi() -> int:
    print(json.dumps(create_app(None).openapi(), ensure_ascii=False, indent=1))
    return 0


def _told(command: accounts.Command) -> Callable[[Engine, argparse.Namespace], int]:
    def run(engine: Engine, given: argparse.Namespace) -> int:
        print(command(engine, given))
        return 0

    return run


def _apply(engine: Engine, given: argparse.Namespace) -> int:
    try:
        document = tomllib.loads(given.file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        print(f"{given.file.name}: not TOML: {error}", file=sys.stderr)
        return 1
    algorithms = Algorithms(Catalog.read(settings.catalog_dirs))
    print(f"revision {apply(engine, algorithms, document, given.actor, given.prune)}")
    return 0


def _status(engine: Engine, _given: argparse.Namespace) -> int:
    wanted, now = desired.read(engine), time()
    states, applied = observed.camera_states(engine), observed.applied(engine)
    print(f"revision {wanted.revision}")
    for camera in wanted.cameras:
        state = states.get(camera.id)
        said = "nothing known" if state is None else f"{state.state} since {_when(state.since)}"
        detail = f" ({state.detail})" if state is not None and state.detail else ""
        runs = f"runs revision {applied[camera.id]}" if camera.id in applied else "not applied"
        print(f"{camera.id}: {said}{detail}; {runs}")
        for task in wanted.tasks:
            if task.camera == camera.id:
                share = observed.coverage(engine, camera.id, task.algorithm, now - _DAY_S, now)
                word = _looking(engine, camera.id, task.algorithm)
                print(f"  {task.algorithm}: {word}; looked {share:.1%} of 24 h")
    return 0


def _looking(engine: Engine, camera: str, algorithm: str) -> str:
    known = observed.intervals(engine, camera, algorithm)
    if not known or known[-1].end is not None:
        return "not watching"
    word = "watching" if known[-1].watching else f"blind, because {known[-1].because},"
    return f"{word} since {_when(known[-1].start)}"


def _incidents(engine: Engine, given: argparse.Namespace) -> int:
    wanted = Filter(states=tuple(given.state), kinds=tuple(given.kind), cameras=tuple(given.camera))
    page = incidents.list_incidents(engine, wanted, given.after, given.limit)
    for incident in page.incidents:
        print(msgspec.json.encode(incident).decode() if given.json else _line(incident))
    if page.next:
        print(f"more: --after {page.next}", file=sys.stderr)
    return 0


def _line(incident: Incident) -> str:
    parts = (
        incident.id,
        f"v{incident.version}",
        _when(incident.opened_at),
        incident.camera,
        incident.kind,
        incident.state,
        incident.presence + (" muted" if incident.muted else ""),
    )
    return "  ".join(parts)


def _decide(engine: Engine, given: argparse.Namespace) -> int:
    key = given.reason.partition(":")[0].strip()
    if given.action == "reject" and key not in lifecycle.REJECT_REASONS:
        keys = ", ".join(lifecycle.REJECT_REASONS)
        print(f"--reason: a rejection begins with one of: {keys}", file=sys.stderr)
        return 1
    decided = incidents.decide(
        engine,
        given.incident,
        given.version,
        given.action,
        given.actor,
        given.reason,
        given.duplicate_of,
    )
    print(_line(decided))
    return 0


def _audit(engine: Engine, given: argparse.Namespace) -> int:
    anchor = None
    if given.anchor:
        number, _, hash = given.anchor.partition(":")
        anchor = (int(number), hash)
    broken = audit.verify(engine, anchor)
    if broken is not None:
        print(f"row {broken} was changed, removed or put in", file=sys.stderr)
        return 1
    print("{}:{}".format(*audit.head(engine)))
    return 0


def _when(unix: float) -> str:
    return datetime.fromtimestamp(unix).astimezone().isoformat(sep=" ", timespec="seconds")


if __name__ == "__main__":
    sys.exit(main())
