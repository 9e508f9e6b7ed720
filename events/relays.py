"""One relay thread per enabled destination, so that a slow one holds up nobody."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from events.relay import LEASE_S, Relay, consumer

_log = logging.getLogger("events")

LOOK_S = 1.0
"""How often it is looked whether the destinations have changed."""
AGAIN_S = 5.0
"""How long a relay that broke down stays down."""


class Target(Protocol):
    """What of a destination matters here; values that compare equal are the same destination."""

    @property
    def id(self) -> str: ...
    @property
    def audience(self) -> str: ...


T = TypeVar("T", bound=Target)


@dataclass
class Running(Generic[T]):
    """One destination's thread; `relay` once it has begun."""

    target: T
    stop: threading.Event = field(default_factory=threading.Event)
    started: float = field(default_factory=time.monotonic)
    thread: threading.Thread | None = None  # noqa: TID251 - the type
    relay: Relay | None = None

    @property
    def alive(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


class Relays(Generic[T]):
    """Keeps the threads as the desired state wants them.

    `read` gives the wanted destinations by id, None when they cannot be known now. `serve` is run
    by each thread: it delivers to its target until its `stop` is set, and sets its `relay`. `tell`
    takes why destinations do not get their events, by id.
    """

    def __init__(
        self,
        read: Callable[[], Mapping[str, T] | None],
        serve: Callable[[Running[T]], None],
        tell: Callable[[dict[str, str]], None],
    ) -> None:
        self._read = read
        self._serve = serve
        self._tell = tell
        self._wanted: Mapping[str, T] = {}
        self._running: dict[str, Running[T]] = {}

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, then end the threads."""
        while not stop.is_set():
            wanted = self._read()
            self._wanted = self._wanted if wanted is None else wanted
            self._tell(self._wrong())
            self._reconcile()
            stop.wait(LOOK_S)
        for running in self._running.values():
            running.stop.set()
        for running in self._running.values():
            if running.thread is not None:
                running.thread.join(LEASE_S)

    def _wrong(self) -> dict[str, str]:
        wrong = {}
        for id, running in self._running.items():
            if not running.alive:
                wrong[id] = "its relay broke down and is started again"
            elif running.relay is not None and running.relay.failing:
                wrong[id] = running.relay.failing
        return wrong

    def _reconcile(self) -> None:
        for id, running in list(self._running.items()):
            if self._wanted.get(id) != running.target:
                running.stop.set()
            if running.alive:
                continue
            if running.stop.is_set() or time.monotonic() - running.started > AGAIN_S:
                del self._running[id]
        # A changed destination waits for its old thread: two of them would fight for the lease.
        for id, target in self._wanted.items():
            if id not in self._running:
                self._start(target)

    def _start(self, target: T) -> None:
        running = Running(target)
        running.thread = threading.Thread(  # noqa: TID251 - one per destination
            target=self._deliver, args=(running,), name=consumer(target.id), daemon=True
        )
        self._running[target.id] = running
        running.thread.start()
        _log.info("%s: relaying (%s)", consumer(target.id), target.audience)

    def _deliver(self, running: Running[T]) -> None:
        """The root of a relay thread: whatever breaks it is logged, and it is started anew."""
        try:
            self._serve(running)
        except Exception:  # noqa: BLE001 - the thread's root
            name = consumer(running.target.id)
            _log.exception("%s broke down; again in %.0f s", name, AGAIN_S)
