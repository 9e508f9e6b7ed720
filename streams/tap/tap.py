"""The tap: one thread, hundreds of cameras, key pictures only."""

from __future__ import annotations

import logging
import selectors
import time
from collections import deque
from collections.abc import Callable, Mapping
from threading import Event, RLock

from streams.life import Life
from streams.tap import Body, Counts, KeyDecoder, Unsuited
from streams.tap.lookup import Asked, Found, Lookups
from streams.tap.served import Outcome, Served, Timeouts
from streams.tap.session import BUFFER_BYTES

log = logging.getLogger(__name__)

TICK_S = 0.2
"""How often streams are read. A read costs more than the packets in it, so the fewer the better."""
SWEEP_S = 0.25
LOOKUPS = 2
"""Threads that look up names: one that hangs does not hold up all cameras."""


class KeyFrameTap:
    """Implements `streams.tap.Tap`. One camera's failure, of whatever kind, ends its attempt only.

    Conversations are served as they come, streams once a tick: a read then brings many packets.
    """

    def __init__(
        self,
        decoder: KeyDecoder,
        *,
        timeouts: Timeouts | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._decoder = decoder
        self._timeouts = timeouts or Timeouts()
        self._monotonic = monotonic
        self._lock = RLock()
        self._buffer = bytearray(BUFFER_BYTES)
        self._served: dict[str, Served] = {}
        self._lookups = Lookups()
        self._outcomes: deque[Outcome] = deque()
        self._talking = selectors.DefaultSelector()
        self._playing = selectors.DefaultSelector()
        self._swept_at = 0.0

    def add(self, life: Life, on_unsuited: Callable[[Unsuited], None]) -> None:
        """Serve a camera until it is removed or found unsuited; a camera of this id is replaced."""
        with self._lock:
            self.remove(life.camera.id)
            self._served[life.camera.id] = Served(
                life,
                on_unsuited,
                self._decoder,
                self._lookups,
                self._timeouts,
                self._buffer,
                self._outcomes.append,
            )

    def remove(self, camera: str) -> None:
        """Let a camera go: nothing of its life is touched any more when this returns."""
        with self._lock:
            served = self._served.pop(camera, None)
            if served is not None:
                self._leave(served)

    def counts(self) -> Mapping[str, Counts]:
        """Return what was counted, by camera id."""
        with self._lock:
            return {camera: served.counts for camera, served in self._served.items()}

    def bodies(self) -> Mapping[str, Body]:
        """Return the bodies of its threads by name."""
        lookups = {f"tap-lookup-{number}": self._lookups.run for number in range(LOOKUPS)}
        return {"tap": self.run, **lookups}

    def run(self, stop: Event) -> None:
        """Serve until told to stop, then leave every camera."""
        tick_at = self._monotonic()
        while not stop.is_set():
            wait = max(0.0, tick_at - self._monotonic())
            events = self._talking.select(wait)
            with self._lock:
                for key, _ in events:
                    self._try(key.data, self._ready)
                if self._monotonic() >= tick_at:
                    self._tick()
                    tick_at = self._monotonic() + TICK_S
        with self._lock:
            for camera in list(self._served):
                self.remove(camera)
            self._talking.close()
            self._playing.close()

    # -- one turn -----------------------------------------------------------------------------

    def _tick(self) -> None:
        now = self._monotonic()
        for asked, found in self._lookups.answers():
            self._located(asked, found)
        while self._outcomes:
            outcome = self._outcomes.popleft()
            if self._served.get(outcome.served.life.camera.id) is outcome.served:
                outcome.served.outcome(outcome)
        for key, _ in self._playing.select(0):
            self._try(key.data, Served.read)
        if now - self._swept_at >= SWEEP_S:
            self._swept_at = now
            for served in list(self._served.values()):
                self._try(served, Served.sweep)
        for served in list(self._served.values()):
            if served.due is not None and served.due <= now:
                self._try(served, self._begin)

    def _try(self, served: Served, step: Callable[[Served, float], None]) -> None:
        """Do a step; what it raises ends this camera's attempt and nothing else."""
        if self._served.get(served.life.camera.id) is not served:
            return
        now = self._monotonic()
        try:
            step(served, now)
        except Exception as error:  # noqa: BLE001 - a root: it fails this camera's attempt only
            self._forget(served)
            unsuited = served.fail(error, now)
            if unsuited is not None:
                self._give_back(served, unsuited)

    def _begin(self, served: Served, now: float) -> None:
        session = served.begin(now)
        if session is not None:
            both = selectors.EVENT_READ | selectors.EVENT_WRITE
            self._talking.register(session, both, served)

    def _ready(self, served: Served, now: float) -> None:
        session = served.session
        if session is None:
            return
        served.ready(now)
        if session.talk.playing:
            self._talking.unregister(session)
            self._playing.register(session, selectors.EVENT_READ, served)
        elif session.connected:
            unsent = selectors.EVENT_WRITE if session.unsent else 0
            self._talking.modify(session, selectors.EVENT_READ | unsent, served)

    def _located(self, asked: Asked, found: Found | Exception) -> None:
        served = self._served.get(asked.life.camera.id)
        if served is not None and served.life is asked.life:
            self._try(served, lambda one, now: one.located(asked, found, now))

    def _give_back(self, served: Served, unsuited: Unsuited) -> None:
        camera = served.life.camera.id
        self._served.pop(camera, None)
        log.info("camera %s is not for the tap: %s: %s", camera, unsuited.why, unsuited.cause)
        served.on_unsuited(unsuited)

    def _leave(self, served: Served) -> None:
        self._forget(served)
        served.close()

    def _forget(self, served: Served) -> None:
        """Unregister a session, whichever way it is watched."""
        if served.session is None or served.session.fileno() < 0:
            return
        for selector in (self._talking, self._playing):
            if served.session in selector.get_map():
                selector.unregister(served.session)
