"""One camera's life over all its attempts, whoever makes them: states, sessions, back-off."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from streams.backoff import Backoff, Door
from streams.camera import Camera
from streams.clock import CaptureClock, Clock
from streams.picture import Opened, Packet, Picture, Shot
from streams.resolver import Resolver
from streams.ring import PacketRing
from streams.sampler import Sampler
from streams.slot import Slot
from streams.source import Reason, SourceError
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


class Life:
    """Where a camera's packets and pictures go, what its state is, when it is tried again.

    The one place of retry policy: a `Supervisor` drives it with a source in its own thread, the
    tap drives hundreds from one thread. Used by one thread at a time; it may be handed from one to
    the other, and then sessions, state and back-off go on.

    Packets go to `ring`, pictures to `slot`; `on_state` hears every change, in the driving thread.
    `door` is shared by all cameras of a process.
    """

    def __init__(
        self,
        camera: Camera,
        *,
        resolver: Resolver,
        sampler: Sampler,
        slot: Slot,
        ring: PacketRing | None = None,
        clock: Clock | None = None,
        on_state: Callable[[CameraState], None] = lambda _: None,
        backoff: Backoff | None = None,
        door: Door | None = None,
        first_session: int = 1,
        patience_s: float = PATIENCE_S,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.camera = camera
        self.sampler = sampler
        self.slot = slot
        self.ring = ring
        self.clock = clock if clock is not None else CaptureClock()
        self.patience_s = patience_s
        self.wall = wall
        self._resolver = resolver
        self._on_state = on_state
        self._backoff = backoff if backoff is not None else Backoff()
        self._door = door
        self._session = _Session(first_session - 1, 0.0, 0.0)
        self._good_at = wall()
        self._state = state(CameraWord.OFF, self._good_at)

    @property
    def state(self) -> CameraState:
        """The state that was announced last."""
        return self._state

    @property
    def session(self) -> int:
        """The number of the attempt that runs or ran last; 0 before the first."""
        return self._session.number

    def begin(self) -> None:
        """Begin an attempt."""
        if self._state.word in (CameraWord.OFF, CameraWord.LIVE, CameraWord.ENDED):
            self.announce(state(CameraWord.CONNECTING, self.wall()))
        self.clock.start()
        self.sampler.restart()
        now = self.wall()
        self._session = _Session(self._session.number + 1, now, now)

    def address(self) -> str:
        """Return the complete URL of this attempt; login included: never log or store it.

        It may take its time, and may be called beside the driving thread.

        Raises:
            SourceError: there is no address for this attempt.
        """
        return self._resolver.resolve(self.camera)

    def turn(self, url: str, now: float) -> float:
        """Return the seconds until this attempt may connect; `now` is monotonic."""
        return self._door.turn(urlsplit(url).hostname or "", now) if self._door else 0.0

    def ended(self, error: Exception | None) -> Reason:
        """Make whatever ended the attempt a state; None: played to its end."""
        reason, cause = Reason.ENDED, ""
        if isinstance(error, SourceError):
            reason, cause = error.reason, error.detail
        elif error is not None:
            # the text of an unknown error may hold the address, so only its kind and place are told
            cause = f"{type(error).__name__} at {_place(error)}"
            log.error("camera %s: attempt failed: %s", self.camera.id, cause)
            reason = Reason.FAILED
        self.announce(state_of(reason, self.wall(), cause))
        return reason

    def wait_s(self, reason: Reason) -> float:
        """Return the seconds until the next attempt, after one that ended for `reason`."""
        return self._backoff.next(reason, max(0.0, self.wall() - self._good_at))

    def opened(self, opened: Opened) -> None:
        """Take note of what the stream is."""
        if self.ring is not None:
            self.ring.add(opened, self.wall())

    def packet(self, packet: Packet) -> None:
        """Keep a packet for evidence and take note of it."""
        now = self.wall()
        captured_at = self.clock.at(packet.dts, now) + packet.pts - packet.dts
        if self.ring is not None:
            self.ring.add(packet, captured_at)
        self.media(packet.key, now)

    def picture(self, picture: Picture) -> None:
        """Offer a picture to the slot."""
        now = self.wall()
        captured_at = self.clock.of(picture.stream_time, now)
        self.live(now)
        self.slot.put(Shot(self.camera.id, self._session.number, captured_at, picture))
        # a lossless slot holds us for as long as its taker needs
        self.seen(self.wall())

    def media(self, key: bool, now: float) -> None:
        """Take note that video comes; say so when nothing of it can be seen."""
        if key:
            self._session.key_at = now
            if self.sampler.period is None:
                self.live(now)
        self._watch(now)

    def seen(self, now: float) -> None:
        """Take note that a picture came out, at `now` by the wall."""
        self._session.picture_at = now

    def live(self, now: float) -> None:
        """Say that pictures come."""
        self._backoff.reset()
        self._good_at = now
        self.announce(state(CameraWord.LIVE, now))

    def announce(self, new: CameraState) -> None:
        """Keep `since` of an unchanged state; tell changes only."""
        if new.word is self._state.word:
            new = replace(new, since=self._state.since)
        if new != self._state:
            self._state = new
            self._on_state(new)

    def _watch(self, now: float) -> None:
        session, period = self._session, self.sampler.period
        if period is None:
            session.picture_at = now
            blind_since = session.key_at
        else:
            blind_since = session.picture_at + period
        if now - blind_since <= self.patience_s:
            return
        if now - session.key_at > self.patience_s:
            self.announce(state(CameraWord.NO_KEY_FRAME, now))
        else:
            cause = "video comes in, but no picture of it can be decoded"
            self.announce(state(CameraWord.NOT_VIDEO, now, cause))


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
