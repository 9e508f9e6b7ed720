"""The application on a real port, because streams and shutting down are the server's own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from api.serving import Server

PATIENCE_S = 20.0


@dataclass
class Served:
    """A running server. `stop` returns how long it took."""

    url: str
    server: Server
    thread: threading.Thread  # noqa: TID251 - the type

    def stop(self) -> float:
        begun = monotonic()
        self.server.should_exit = True
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive(), "the server does not stop"
        return monotonic() - begun


@contextmanager
def served(app: FastAPI) -> Iterator[Served]:
    """Serve an application on a free port of loopback."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=15
    )
    server = Server(config)
    thread = threading.Thread(target=server.run, name="served")  # noqa: TID251
    thread.start()
    try:
        until(lambda: server.started, "the server's start")
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(f"http://127.0.0.1:{port}", server, thread)
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)


def until(done: Callable[[], bool], what: str) -> None:
    """Wait for something that other threads do."""
    never = threading.Event()
    for _ in range(int(PATIENCE_S / 0.02)):
        if done():
            return
        never.wait(0.02)
    pytest.fail(f"not in {PATIENCE_S:.0f} s: {what}")


@dataclass(frozen=True)
class Told:
    """One message of a stream."""

    id: str
    data: dict[str, Any]


class Listening:
    """An open stream as a browser's EventSource reads it."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.iter_lines()

    def next(self) -> Told:
        """Return the next message; comments are passed over."""
        id, data = "", ""
        for line in self._lines:
            name, _, value = line.partition(": ")
            if name == "id":
                id = value
            elif name == "data":
                data = value
            elif not line and data:
                return Told(id, json.loads(data))
        raise EOFError("the stream is over")

    def until(self, **said: Any) -> Told:
        """Return the next message that says all this."""
        while True:
            told = self.next()
            if said.items() <= told.data.items():
                return told


@contextmanager
def listening(
    url: str, headers: dict[str, str], last: str = "", **query: Any
) -> Iterator[Listening]:
    """Open a stream."""
    more = {"Last-Event-ID": last} if last else {}
    with (
        httpx.Client(timeout=PATIENCE_S) as client,
        client.stream("GET", url, headers={**headers, **more}, params=query) as answer,
    ):
        if answer.status_code != 200:
            answer.read()
        yield Listening(answer)
