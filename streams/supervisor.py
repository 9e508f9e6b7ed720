"""One camera's life: attempts, states, back-off. The only place that retries."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from threading import Event

from streams.backoff import Backoff
from streams.camera import Camera
from streams.clock import CaptureClock, Clock
from streams.picture import Opened, Packet, Picture, Shot
from streams.resolver import Resolver
from streams.ring import PacketRing
from streams.sampler import Sampler
from streams.slot import Slot
from streams.source import Attempt, Reason, Source, SourceError
from streams.state import CameraState, CameraWord, state, state_of

log = logging.getLogger(__name__)

PATIENCE_S = 30.0
"""Without a key packet or picture for so long a session counts as blind; longer than a GOP."""


@dataclass(slots=True)
class _Session:
    """What a session has seen so far, by the wall clock."""

    number: int
    key_at: float
    picture_at: float


class Supervisor:
    """Runs one camera in one thread: `Thread(target=supervisor.run, args=(stop,))`.

    Packets go to `ring`, pictures to `slot`; `on_state` hears every change, in this thread.
    `once` makes a single attempt and ends with it, as an evaluation wants it: `state` then says
    ENDED when the source was played to its end. The caller closes the slot.
    A camera that sends nothing at all holds `run` for up to `read_timeout_s` after `stop` is set.
    """

    def __init__(
        self,
        camera: Camera,
        *,
        resolver: Resolver,
        source: Source,
        sampler: Sampler,
        slot: Slot,
        ring: PacketRing | None = None,
        clock: Clock | None = None,
        on_state: Callable[[CameraState], None] = lambda _: None,
        backoff: Backoff | None = None,
        once: bool = False,
        first_session: int = 1,
        open_timeout_s: float = 20.0,
        read_timeout_s: float = 20.0,
        patience_s: float = PATIENCE_S,
        wall: Callable[[], float] = time.time,
        wait: Callable[[Event, float], bool] = Event.wait,
    ) -> None:
        self._camera = camera
        self._resolver = resolver
        self._source = source
        self._sampler = sampler
        self._slot = slot
        self._ring = ring
        self._clock = clock if clock is not None else CaptureClock()
        self._on_state = on_state
        self._backoff = backoff if backoff is not None else Backoff()
        self._once = once
        self._number = first_session - 1
        self._timeouts = (open_timeout_s, read_timeout_s)
        self._patience_s = patience_s
        self._wall = wall
        self._wait = wait
        self._state = state(CameraWord.OFF, wall())

    @property
    def state(self) -> CameraState:
        """The state that was announced last."""
        return self._state

    def run(self, stop: Event) -> None:
        """Attempt until `stop` is set (or once); never raises."""
        while not stop.is_set():
            reason = self._try(stop)
            if self._once or stop.is_set():
                return
            self._wait(stop, self._backoff.next(reason))

    def _try(self, stop: Event) -> Reason:
        """Make one attempt; whatever ends it becomes a state."""
        try:
            self._attempt(stop)
            reason, cause = Reason.ENDED, ""
        except SourceError as error:
            reason, cause = error.reason, error.detail
        except Exception as error:  # noqa: BLE001 - a thread's root: it fails this camera only
            # the text of an unknown error may hold the address, so only its kind and place are told
            cause = f"{type(error).__name__} at {_place(error)}"
            log.error("camera %s: attempt failed: %s", self._camera.id, cause)
            reason = Reason.FAILED
        if not stop.is_set():
            self._announce(state_of(reason, self._wall(), cause))
        return reason

    def _attempt(self, stop: Event) -> None:
        if self._state.word in (CameraWord.OFF, CameraWord.LIVE, CameraWord.ENDED):
            self._announce(state(CameraWord.CONNECTING, self._wall()))
        self._number += 1
        self._clock.start()
        self._sampler.restart()
        now = self._wall()
        session = _Session(self._number, now, now)
        attempt = Attempt(
            self._resolver.resolve(self._camera), self._camera.rotation, *self._timeouts
        )
        items = self._source.run(attempt, self._sampler)
        try:
            for item in items:
                if stop.is_set():
                    return
                self._consume(item, session)
        finally:
            # a generator holds the connection: give it back now, not when it is collected
            if isinstance(items, Generator):
                items.close()

    def _consume(self, item: Opened | Packet | Picture, session: _Session) -> None:
        now = self._wall()
        if isinstance(item, Opened):
            if self._ring is not None:
                self._ring.add(item, now)
        elif isinstance(item, Packet):
            self._packet(item, session, now)
        else:
            captured_at = self._clock.of(item.stream_time, now)
            self._live(now)
            self._slot.put(Shot(self._camera.id, session.number, captured_at, item))
            # a lossless slot holds us for as long as its taker needs
            session.picture_at = self._wall()

    def _packet(self, packet: Packet, session: _Session, now: float) -> None:
        captured_at = self._clock.at(packet.dts, now) + packet.pts - packet.dts
        if self._ring is not None:
            self._ring.add(packet, captured_at)
        if packet.key:
            session.key_at = now
            if self._sampler.period is None:
                self._live(now)
        self._watch(session, now)

    def _watch(self, session: _Session, now: float) -> None:
        """Say so when packets come, but nothing can be seen."""
        period = self._sampler.period
        if period is None:
            session.picture_at = now
            blind_since = session.key_at
        else:
            blind_since = session.picture_at + period
        if now - blind_since <= self._patience_s:
            return
        if now - session.key_at > self._patience_s:
            self._announce(state(CameraWord.NO_KEY_FRAME, now))
        else:
            cause = "video comes in, but no picture of it can be decoded"
            self._announce(state(CameraWord.NOT_VIDEO, now, cause))

    def _live(self, now: float) -> None:
        self._backoff.reset()
        self._announce(state(CameraWord.LIVE, now))

    def _announce(self, new: CameraState) -> None:
        """Keep `since` of an unchanged state; tell changes only."""
        if new.word is self._state.word:
            new = replace(new, since=self._state.since)
        if new != self._state:
            self._state = new
            self._on_state(new)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
