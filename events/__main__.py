"""The event log at work: python -m events relay | tail | dead-letters | lifecycle | schema."""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from config.settings import SettingsError, settings
from events import lifecycle, payload
from events.bus import Event
from events.cloudevent import structured
from events.lifecycle import IllegalTransition
from events.log import Log, end
from events.relay import LEASE_S, DestinationSpec, Relay, consumer
from events.webhook import Webhook
from events.wording import line
from store import decisions, desired, processes
from store.database import DatabaseError, open_database
from store.incident import Conflict, UnknownIncident
from store.log import DatabaseLog
from store.values import Destination

_log = logging.getLogger("events")

_LOOK_S = 1.0
"""How often the relay looks whether the destinations have changed."""
_AGAIN_S = 5.0
"""How long a relay that broke down stays down."""
_FOLLOW_S = 0.25
_PAGE = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused (the reason is on stderr)."""
    given = _parser().parse_args(arguments)
    try:
        status: int = given.run(given)
    except (SettingsError, DatabaseError, ArgumentError) as error:
        print(error, file=sys.stderr)
        return 1
    except SQLAlchemyError as error:
        print(f"the database cannot be used: {type(error).__name__}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read the output has seen enough; keep Python's own last flush quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m events", description=__doc__)
    database = argparse.ArgumentParser(add_help=False)
    database.add_argument("--database", metavar="URL", default="", help="not that of settings")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    add = commands.add_parser("relay", parents=[database], help="deliver to all destinations")
    add.add_argument(
        "--lease",
        type=_seconds,
        default=LEASE_S,
        metavar="SECONDS",
        help="how long a killed relay keeps its successor waiting (%(default)s)",
    )
    add.set_defaults(run=_relay)

    add = commands.add_parser("tail", parents=[database], help="show events as they come")
    start = add.add_mutually_exclusive_group()
    start.add_argument("--after", type=int, metavar="SEQ", help="begin beyond this place")
    start.add_argument("--from-start", action="store_true", help="begin with the oldest event")
    start.add_argument("--consumer", metavar="NAME", help="go on where this name's last tail ended")
    add.add_argument("--json", action="store_true", help="one CloudEvent (JSON) a line")
    add.add_argument(
        "--follow",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="wait for more; without it, begin with the oldest and end with the newest",
    )
    add.set_defaults(run=_tail)

    add = commands.add_parser("dead-letters", parents=[database], help="what was refused, and why")
    add.add_argument("--destination", metavar="ID", help="of this one only, also a removed one")
    add.set_defaults(run=_dead_letters)

    add = commands.add_parser("lifecycle", help="the life cycle as a Mermaid diagram")
    add.set_defaults(run=_lifecycle)
    add = commands.add_parser("schema", help="the JSON Schema of an incident event's data")
    add.set_defaults(run=_schema)
    return parser


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.1 <= value <= 600.0:
        raise argparse.ArgumentTypeError("between 0.1 and 600 seconds")
    return value


@contextmanager
def _opened(given: argparse.Namespace) -> Iterator[Engine]:
    engine = open_database(given.database or settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


# --- tail, dead-letters, lifecycle, schema


def _tail(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        log = DatabaseLog(engine)
        stop = _stop_on_signals()
        for event in _events(log, _start(given, log), given.follow, stop):
            print(structured(event).decode() if given.json else line(event), flush=True)
            if given.consumer:
                log.ack(_tail_name(given.consumer), event.seq)
    return 0


def _start(given: argparse.Namespace, log: DatabaseLog) -> int:
    if given.consumer:
        return log.cursor(_tail_name(given.consumer))
    if given.after is not None:
        return max(0, int(given.after))
    return 0 if given.from_start or not given.follow else end(log)


def _tail_name(name: str) -> str:
    return f"tail:{name}"


def _events(log: Log, seq: int, follow: bool, stop: threading.Event) -> Iterator[Event]:
    while not stop.is_set():
        page = log.after(seq, _PAGE)
        for event in page:
            if stop.is_set():
                return
            yield event
            seq = event.seq
        if not page:
            if not follow:
                return
            stop.wait(_FOLLOW_S)


def _dead_letters(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        log = DatabaseLog(engine)
        known = [given.destination] if given.destination else _destinations(engine)
        for destination in known:
            for seq, id, why in log.dead_letters(consumer(destination)):
                found = [line(event) for event in log.after(seq - 1, 1) if event.id == id]
                print(f"{destination}  {seq}  {id}  {why}")
                print(f"    {found[0] if found else 'no longer in the log'}")
    return 0


def _destinations(engine: Engine) -> list[str]:
    return [destination.id for destination in desired.read(engine).destinations]


def _lifecycle(_: argparse.Namespace) -> int:
    print(lifecycle.mermaid())
    return 0


def _schema(_: argparse.Namespace) -> int:
    print(json.dumps(payload.schema(), indent=2, ensure_ascii=False))
    return 0


# --- relay


@dataclass
class _Running:
    """One destination's thread."""

    destination: Destination
    thread: threading.Thread  # noqa: TID251 - the type
    stop: threading.Event
    started: float = field(default_factory=time.monotonic)


def _relay(given: argparse.Namespace) -> int:
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    with _opened(given) as engine:
        stop = _stop_on_signals()
        _log.info("relaying from %s", engine.url.render_as_string(hide_password=True))
        _Relays(engine, given.lease).run(stop)
    _log.info("stopped")
    return 0


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


class _Relays:
    """One thread per enabled destination, so that a slow one holds up nobody."""

    def __init__(self, engine: Engine, lease_s: float) -> None:
        self._engine = engine
        self._lease_s = lease_s
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._running: dict[str, _Running] = {}
        self._revision = -1
        self._wanted: dict[str, Destination] = {}
        self._relays: dict[str, Relay] = {}
        self._beat = processes.Beat(engine, "relay")

    def run(self, stop: threading.Event) -> None:
        """Keep the threads as the desired state wants them until `stop` is set, then end them."""
        while not stop.is_set():
            try:
                self._read()
                self._beat.tell(self._wrong())
            except SQLAlchemyError as error:
                # Its text may name the server; the kind of failure says enough.
                _log.warning("the database cannot be used: %s", type(error).__name__)
            self._reconcile()
            stop.wait(_LOOK_S)
        for running in self._running.values():
            running.stop.set()
        for running in self._running.values():
            running.thread.join(LEASE_S)

    def _read(self) -> None:
        revision = desired.revision(self._engine)
        if revision != self._revision:
            found = desired.read(self._engine)
            self._wanted = {d.id: d for d in found.destinations if d.enabled}
            self._revision = found.revision

    def _wrong(self) -> dict[str, str]:
        """Return why a destination does not get its events, by destination."""
        wrong = {}
        for id, running in self._running.items():
            relay = self._relays.get(id)
            if not running.thread.is_alive():
                wrong[id] = "its relay broke down and is started again"
            elif relay is not None and relay.failing:
                wrong[id] = relay.failing
        return wrong

    def _reconcile(self) -> None:
        for id, running in list(self._running.items()):
            if self._wanted.get(id) != running.destination:
                running.stop.set()
            if running.thread.is_alive():
                continue
            if running.stop.is_set() or time.monotonic() - running.started > _AGAIN_S:
                del self._running[id]
        # A changed destination waits for its old thread: two of them would fight for the lease.
        for id, destination in self._wanted.items():
            if id not in self._running:
                self._start(destination)

    def _start(self, destination: Destination) -> None:
        stop = threading.Event()
        thread = threading.Thread(  # noqa: TID251 - one per destination
            target=self._deliver,
            args=(destination, stop),
            name=consumer(destination.id),
            daemon=True,
        )
        self._running[destination.id] = _Running(destination, thread, stop)
        thread.start()
        _log.info("%s: relaying (%s)", consumer(destination.id), destination.audience)

    def _deliver(self, destination: Destination, stop: threading.Event) -> None:
        """The root of a relay thread: whatever breaks it is logged, and it is started anew."""
        try:
            publisher = Webhook(destination.url, destination.secret)
            try:
                relay = self._made(destination, publisher, stop)
                self._relays[destination.id] = relay
                relay.run(stop)
            finally:
                publisher.close()
        except Exception:  # noqa: BLE001 - the thread's root
            _log.exception("%s broke down; again in %.0f s", consumer(destination.id), _AGAIN_S)

    def _made(self, destination: Destination, publisher: Webhook, stop: threading.Event) -> Relay:
        spec = DestinationSpec(destination.id, destination.audience, destination.pictures)
        return Relay(
            DatabaseLog(self._engine),
            spec,
            publisher,
            self._owner,
            time.time,
            stop.wait,
            lease_s=self._lease_s,
            delivered=self._mark_pushed if destination.audience == "city" else None,
        )

    def _mark_pushed(self, event: Event) -> None:
        """Move the case on once the city has it; somebody else's move in between stands."""
        data: dict[str, Any] = event.data
        if event.type not in payload.INCIDENT_TYPES or data.get("state") != "confirmed":
            return
        version = int(data.get("version", 0))
        try:
            decisions.decide(self._engine, event.incident, version, "push", "relay")
        except (Conflict, IllegalTransition, UnknownIncident) as passed:
            _log.debug("%s is not marked as pushed: %s", event.incident, type(passed).__name__)


if __name__ == "__main__":
    sys.exit(main())
