"""A container's health check, `python -m scripts.healthy worker | relay | api`; 0 is healthy."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import httpx
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from config.settings import SettingsError, settings
from store import deliveries
from store.database import DatabaseError, open_database, reading
from store.log import DatabaseLog


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is wrong, one line each; 0 when nothing is."""
    parser = argparse.ArgumentParser(prog="python -m scripts.healthy", description=__doc__)
    parser.add_argument("part", choices=["worker", "relay", "api"])
    parser.add_argument("--port", type=int, default=8000, help="of the API (%(default)s)")
    parser.add_argument(
        "--behind",
        type=float,
        default=300.0,
        metavar="SECONDS",
        help="how old the oldest undelivered event may be (%(default)s)",
    )
    given = parser.parse_args(arguments)
    try:
        if given.part == "worker":
            wrong = list(wrong_with_worker(settings.worker_socket))
        elif given.part == "api":
            wrong = list(wrong_with_api(given.port))
        else:
            engine = open_database(settings.database_url)
            wrong = list(wrong_with_relay(engine, given.behind, time.time()))
            engine.dispose()
    except (SettingsError, DatabaseError) as error:
        wrong = [str(error)]
    except SQLAlchemyError as error:  # its text may name the server and the login
        wrong = [f"the database cannot be used: {type(error).__name__}"]
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def wrong_with_worker(socket: Path) -> Iterator[str]:
    """Yield what the worker says of itself, or that it does not answer."""
    if not socket.exists():
        yield f"no worker listens: there is no {socket.name}"
        return
    transport = httpx.HTTPTransport(uds=str(socket))
    try:
        with httpx.Client(transport=transport, timeout=5.0) as client:
            answer = client.get("http://worker/health")
    except httpx.TransportError as error:
        yield f"the worker does not answer: {type(error).__name__}"
        return
    if not answer.is_success:
        yield answer.text


def wrong_with_api(port: int) -> Iterator[str]:
    """Yield what the API says of itself, or that it does not answer.

    What it says of other processes is theirs: restarting the API would not help them.
    """
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5.0)
    except httpx.TransportError as error:
        yield f"the API does not answer: {type(error).__name__}"
        return
    if not answer.is_success:
        yield answer.text


def wrong_with_relay(engine: Engine, behind_s: float, now: float) -> Iterator[str]:
    """Yield the enabled destinations whose oldest undelivered event is older than `behind_s`.

    `now` is unix seconds. A destination that is down counts: its events are not arriving.
    """
    log = DatabaseLog(engine)
    with reading(engine) as session:
        found = deliveries.progress(session)
    for destination, progress in found:
        # The cursor of what is new: what comes again is not late.
        waiting = log.after(progress.cursor, 1) if destination.enabled else []
        for event in waiting:
            age_s = now - datetime.fromisoformat(event.time).timestamp()
            if age_s > behind_s:
                yield f"{destination.id} is {age_s:.0f} s behind, from event {event.seq} on"


if __name__ == "__main__":
    sys.exit(main())
