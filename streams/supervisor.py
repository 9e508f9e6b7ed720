"""Drives one camera's life with one source in one thread: attempt, wait, attempt again."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from threading import Event

from streams.life import Life
from streams.picture import Opened, Packet, Picture
from streams.source import Attempt, Reason, Source
from streams.state import CameraState

OPEN_TIMEOUT_S = 20.0
READ_TIMEOUT_S = 15.0
"""Without any packet for so long a camera counts as stalled."""


class Supervisor:
    """Runs one camera in one thread: `Thread(target=supervisor.run, args=(stop,))`.

    States, sessions and waits are the life's. `once` makes a single attempt and ends with it, as an
    evaluation wants it: `state` then says ENDED when the source was played to its end. The caller
    closes the slot.
    A camera that sends nothing at all holds `run` for up to `read_timeout_s` after `stop` is set.
    """

    def __init__(
        self,
        life: Life,
        source: Source,
        *,
        once: bool = False,
        open_timeout_s: float = OPEN_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
        wait: Callable[[Event, float], bool] = Event.wait,
    ) -> None:
        self._life = life
        self._source = source
        self._once = once
        self._timeouts = (open_timeout_s, read_timeout_s)
        self._wait = wait

    @property
    def state(self) -> CameraState:
        """The state that was announced last."""
        return self._life.state

    def run(self, stop: Event) -> None:
        """Attempt until `stop` is set (or once); never raises."""
        while not stop.is_set():
            reason = self._try(stop)
            if self._once or stop.is_set():
                return
            self._wait(stop, self._life.wait_s(reason))

    def _try(self, stop: Event) -> Reason:
        """Make one attempt; whatever ends it becomes a state."""
        ended: Exception | None = None
        try:
            self._attempt(stop)
        except Exception as error:  # noqa: BLE001 - a thread's root: it fails this camera only
            ended = error
        return Reason.ENDED if stop.is_set() else self._life.ended(ended)

    def _attempt(self, stop: Event) -> None:
        life = self._life
        life.begin()
        url = life.address()
        turn = life.turn(url, time.monotonic())
        if turn > 0 and self._wait(stop, turn):
            return
        attempt = Attempt(url, life.camera.rotation, *self._timeouts)
        items = self._source.run(attempt, life.sampler)
        try:
            for item in items:
                if stop.is_set():
                    return
                self._consume(item)
        finally:
            # a generator holds the connection: give it back now, not when it is collected
            if isinstance(items, Generator):
                items.close()

    def _consume(self, item: Opened | Packet | Picture) -> None:
        if isinstance(item, Opened):
            self._life.opened(item)
        elif isinstance(item, Packet):
            self._life.packet(item)
        else:
            self._life.picture(item)
