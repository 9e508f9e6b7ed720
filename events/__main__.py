"""The event log at work: relay it, look at it, say where it goes (see docs/buses.md)."""

from __future__ import annotations

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
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from api.links import Links, links
from api.worker import WorkerAnswered, WorkerAway, WorkerClient
from config.settings import SettingsError, settings
from events import asyncapi, lifecycle, payload
from events.arguments import named, parser
from events.brokers.opened import open_publisher
from events.bus import BusError, Event, Publisher
from events.cloudevent import structured
from events.destination import SCHEMES, Options, read_options
from events.log import end, follow
from events.pictures import with_pictures
from events.relay import DestinationSpec, Relay, consumer
from events.relays import Relays, Running
from events.wording import line
from store import deliveries, desired, processes
from store.database import DatabaseError, open_database, reading
from store.log import DatabaseLog
from store.relaying import Office
from store.values import Destination, shown_address

if TYPE_CHECKING:
    import argparse

_log = logging.getLogger("events")

_PROCESS = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
"""Names this process in leases."""
_RENDER_S = 5.0
"""How long the worker may take to mask a picture that travels inside an event."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused (the reason is on stderr)."""
    given = parser(__doc__, _COMMANDS).parse_args(arguments)
    try:
        status: int = given.run(given)
    except (SettingsError, DatabaseError, ArgumentError, _No) as error:
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


class _No(Exception):
    """A command cannot be done; the text says why."""


@contextmanager
def _opened(given: argparse.Namespace) -> Iterator[Engine]:
    engine = open_database(given.database or settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


# --- tail, lifecycle, schema, asyncapi


def _tail(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        log = DatabaseLog(engine)
        stop = _stop_on_signals()
        for event in follow(log, _start(given, log), given.follow, stop):
            print(structured(event).decode() if given.json else line(event), flush=True)
            if given.consumer:
                log.ack(f"tail:{given.consumer}", event.seq)
    return 0


def _start(given: argparse.Namespace, log: DatabaseLog) -> int:
    if given.consumer:
        return log.cursor(f"tail:{given.consumer}")
    if given.after is not None:
        return max(0, int(given.after))
    return 0 if given.from_start or not given.follow else end(log)


def _lifecycle(_: argparse.Namespace) -> int:
    print(lifecycle.mermaid())
    return 0


def _schema(given: argparse.Namespace) -> int:
    known = asyncapi.schemas()
    if given.name not in known:
        raise _No(f"no schema {given.name!r}; there are {', '.join(known)}")
    print(json.dumps(known[given.name], indent=2, ensure_ascii=False))
    return 0


def _asyncapi(_: argparse.Namespace) -> int:
    print(json.dumps(asyncapi.document(), indent=2, ensure_ascii=False))
    return 0


# --- destinations


def _destinations(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        heard = processes.read(engine).get("relay")
        wrong = {} if heard is None else heard.wrong
        with reading(engine) as session:
            found = deliveries.progress(session)
    for one, progress in found:
        print(f"{one.id}  {one.type}  {one.audience}  {shown_address(one.url)}", end="")
        print("" if one.enabled else "  off")
        print(f"    {_behind(progress)}, {progress.dead_letters} dead letters")
        if one.id in wrong:
            print(f"    {wrong[one.id]}")
    return 0


def _behind(progress: deliveries.Progress) -> str:
    if not progress.waiting:
        return f"at {progress.cursor}, nothing waits"
    text = f"at {progress.cursor}, {progress.waiting} wait"
    if progress.oldest:
        text += f", the first since {deliveries.lag_s(progress, time.time()):.0f} s"
    return text if progress.replay is None else f"{text}; a replay is at {progress.replay}"


def _add(given: argparse.Namespace) -> int:
    scheme = given.url.partition("://")[0]
    kind = next((name for name, known in SCHEMES.items() if scheme in known), "webhook")
    try:
        destination = Destination.model_validate(
            {
                "id": given.id,
                "type": kind,
                "url": given.url,
                "audience": given.audience,
                "pictures": given.pictures,
                "secret": _secret(given.secret_from),
                "options": named(given.option, _text, json.loads),
                "filter": {
                    "kinds": given.kind,
                    "districts": given.district,
                    "severity": given.severity,
                    "types": given.type,
                },
            }
        )
    except ValueError as error:
        raise _No(_why(error)) from None
    with _opened(given) as engine:
        if _find(engine, given.id) is not None and not given.replace:
            raise _No(f"there is a destination {given.id!r}; give --replace to change it")
        revision = desired.put_destination(engine, destination, given.actor)
    print(f"revision {revision}; try it: python -m events test {given.id}")
    return 0


def _why(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    found = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}" for wrong in found)


def _secret(file: str | None) -> str:
    if file is None:
        return ""
    return (sys.stdin.read() if file == "-" else _text(file)).strip()


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _No(f"{file} cannot be read: {error}") from None


def _remove(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        _known(engine, given.id)
        print(f"revision {desired.remove_destination(engine, given.id, given.actor)}")
    return 0


def _test(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        destination = _known(engine, given.id)
    sent = Event(
        seq=0,
        id=f"test-{secrets.token_hex(8)}",
        type=payload.TEST,
        source="/sharp-eyes/events",
        subject=given.id,
        time=payload.rfc3339(time.time()),
        data={"text": "a test: nothing has happened"},
    )
    began = time.monotonic()
    with ExitStack() as stack:
        try:
            publisher = _publisher(destination)
            stack.callback(publisher.close)
            publisher.publish(sent)
        except (BusError, ValueError) as error:
            raise _No(f"not delivered: {error}") from None
    print(f"delivered as {sent.id} in {time.monotonic() - began:.2f} s")
    return 0


def _dead_letters(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        if given.redrive:
            return _redrive(given, engine)
        log = DatabaseLog(engine)
        known = [given.destination] if given.destination else _ids(engine)
        for destination in known:
            for seq, id, why in log.dead_letters(consumer(destination)):
                found = [line(event) for event in log.after(seq - 1, 1) if event.id == id]
                print(f"{destination}  {seq}  {id}  {why}")
                print(f"    {found[0] if found else 'no longer in the log'}")
    return 0


def _redrive(given: argparse.Namespace, engine: Engine) -> int:
    if not (given.destination and given.actor):
        raise _No("--redrive needs --destination and --actor")
    _known(engine, given.destination)
    count = deliveries.redrive(engine, given.destination, given.actor, given.event)
    print(f"{count} are tried again while the relay runs")
    return 0


def _replay(given: argparse.Namespace) -> int:
    with _opened(given) as engine:
        _known(engine, given.id)
        after = given.after
        if after is None:
            after = DatabaseLog(engine).before(_instant(given.since))
        try:
            count = deliveries.replay(engine, given.id, after, given.actor)
        except deliveries.ReplayRuns as error:
            raise _No(str(error)) from None
    print(f"up to {count} events come again while the relay runs, from {after} on")
    return 0


def _instant(text: str) -> str:
    try:
        return payload.rfc3339(datetime.fromisoformat(text).timestamp())
    except ValueError:
        raise _No(f"{text!r} is no time; write 2026-07-01T08:00:00+08:00") from None


def _ids(engine: Engine) -> list[str]:
    return [destination.id for destination in desired.read(engine).destinations]


def _find(engine: Engine, id: str) -> Destination | None:
    with reading(engine) as session:
        return desired.find_in(session, Destination, id)


def _known(engine: Engine, id: str) -> Destination:
    found = _find(engine, id)
    if found is None:
        raise _No(f"no destination {id!r}; there are: {', '.join(_ids(engine)) or 'none'}")
    return found


def _publisher(destination: Destination) -> Publisher:
    one = destination
    return open_publisher(one.type, one.url, one.secret, one.options)


# --- relay


def _relay(given: argparse.Namespace) -> int:
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    with _opened(given) as engine:
        stop = _stop_on_signals()
        _log.info("relaying from %s", engine.url.render_as_string(hide_password=True))
        office = Office(engine)
        serve = partial(_serve, engine, office, given.lease)
        Relays(office.read, serve, office.tell).run(stop)
    _log.info("stopped")
    return 0


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _serve(engine: Engine, office: Office, lease_s: float, running: Running[Destination]) -> None:
    """Deliver to one destination until it is told to stop."""
    destination = running.target
    options = read_options(destination.type, destination.options)
    spec = DestinationSpec(
        destination.id, destination.audience, destination.pictures, destination.filter
    )
    with ExitStack() as stack:
        publisher = _publisher(destination)
        stack.callback(publisher.close)
        evidence = _Evidence(engine, consumer(destination.id), options)
        stack.callback(evidence.close)
        running.relay = Relay(
            DatabaseLog(engine),
            spec,
            publisher,
            f"{_PROCESS}:{destination.id}",
            time.time,
            running.stop.wait,
            lease_s=lease_s,
            delivered=office.mark_pushed if destination.audience == "city" else None,
            show=lambda event: with_pictures(
                event, spec.pictures, evidence, options.inline_pictures
            ),
        )
        running.relay.run(running.stop)


class _Evidence:
    """Pictures as `events.pictures.Shown` wants them: links of the API, bytes from the worker."""

    def __init__(self, engine: Engine, by: str, options: Options) -> None:
        self._engine = engine
        self._by = by
        self._options = options
        self._worker = WorkerClient(settings.worker_socket, _RENDER_S)

    def link(self, sha256: str, masked: bool) -> str:
        made = links(self._engine, self._by, masked=masked)
        lives_s = self._options.link_minutes * 60
        return self._options.server + Links(made.key, made.by, made.now, masked, lives_s).to(sha256)

    def read(self, sha256: str, masked: bool) -> bytes | None:
        try:
            asked = {"masked": str(masked).lower()}
            return self._worker.ask("GET", f"/render/{sha256}", params=asked).content
        except WorkerAway:
            raise BusError("the worker, which gives the pictures, is away") from None
        except WorkerAnswered as said:
            if said.status == 404:
                return None
            raise BusError(
                f"the worker gives no picture: {said.status}", said.retry_after_s
            ) from None

    def close(self) -> None:
        self._worker.close()


_COMMANDS = {
    "relay": _relay,
    "tail": _tail,
    "destinations": _destinations,
    "add": _add,
    "remove": _remove,
    "test": _test,
    "dead-letters": _dead_letters,
    "replay": _replay,
    "lifecycle": _lifecycle,
    "schema": _schema,
    "asyncapi": _asyncapi,
}


if __name__ == "__main__":
    sys.exit(main())
