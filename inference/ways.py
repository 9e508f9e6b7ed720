"""Which way a camera's pictures come in: the tap's, or a thread of its own with libav; and back."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Literal

from inference.parts import Part, Parts
from streams.libav.pool import DecoderPool
from streams.life import Life
from streams.supervisor import Supervisor
from streams.tap import Body, Tap, Unsuited, Why
from streams.tap.tap import KeyFrameTap

log = logging.getLogger(__name__)

KEYS_S = 1.0
"""Who wants pictures more often cannot live on key frames: few cameras send as many."""
OFTEN = "often"
"""Why libav: pictures are wanted more often than key frames come."""
_LOOK_S = 0.25
_DECODERS = 8

Name = Literal["", "tap", "libav"]
"""'': none yet, or between two."""


@dataclass(frozen=True)
class Shared:
    """A tap and the bodies of the threads it needs."""

    tap: Tap
    bodies: Mapping[str, Body]


def shared() -> Shared:
    """Return the tap of this process with decoders for its cores."""
    pool = DecoderPool()
    tap = KeyFrameTap(pool)
    cores = len(os.sched_getaffinity(0))
    return Shared(tap, {**pool.bodies(min(cores, _DECODERS)), **tap.bodies()})


class Entry:
    """How one camera's pictures come in. Any thread may ask; `Ways` alone moves it.

    Without `ways` it is libav, from `start` on.
    """

    def __init__(self, life: Life, supervisor: Supervisor, parts: Parts, ways: Ways | None) -> None:
        self.life = life
        self.way: Name = ""
        self.part: Part | None = None
        """The thread of its own, while or after libav reads the camera."""
        self.unsuited: Unsuited | None = None
        self.again_at = 0.0
        self.after: Entry | None = None
        self.stopped = False
        self._supervisor = supervisor
        self._parts = parts
        self._ways = ways

    @property
    def running(self) -> bool:
        """True while pictures may still come."""
        return not self.stopped and (self.part is None or self.part.alive)

    @property
    def gone(self) -> bool:
        """True when it was stopped and has let go of the camera."""
        return self.stopped and self.way != "tap" and (self.part is None or not self.part.alive)

    @property
    def why(self) -> str:
        """Say why libav reads the camera though there is a tap: `OFTEN`, a `Why`; '' otherwise."""
        if self._ways is None or self.way != "libav":
            return ""
        return OFTEN if self.unsuited is None else str(self.unsuited.why)

    def start(self, after: Entry | None = None) -> None:
        """Begin, when `after`, which read the same camera, has let go of it."""
        self.after = after
        if self._ways is None:
            self.read()
        else:
            self._ways.review(self)

    def review(self) -> None:
        """Say that other pictures are wanted now."""
        if self._ways is not None:
            self._ways.review(self)

    def stop(self) -> None:
        """Ask it to end; does not wait."""
        self.stopped = True
        if self.part is not None:
            self.part.stop()
        self.review()

    def read(self) -> None:
        """Read the camera in a thread of its own."""

        def run(stop: threading.Event) -> None:
            while self.after is not None and not self.after.gone and not stop.wait(_LOOK_S):
                pass
            self.after = None
            self._supervisor.run(stop)

        self.part, self.way = self._parts.start(f"camera-{self.life.camera.id}", run), "libav"


class Ways:
    """Moves cameras between the ways. `run` is the body of one part; the rest is for any thread."""

    def __init__(self, tap: Tap, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.tap = tap
        self._monotonic = monotonic
        self._posted: SimpleQueue[Entry] = SimpleQueue()
        self._moving: dict[Entry, None] = {}
        self._given_up: dict[Entry, None] = {}

    def review(self, entry: Entry) -> None:
        """Have looked at soon which way suits a camera."""
        self._posted.put(entry)

    def run(self, stop: threading.Event) -> None:
        """Move cameras until told to stop."""
        while not stop.is_set():
            self.turn(_LOOK_S)

    def turn(self, timeout_s: float) -> None:
        """Look at who was posted, who is between two ways, and whom the tap may try again."""
        moving, self._moving = self._moving, {}
        try:
            moving[self._posted.get(timeout=timeout_s)] = None
            while True:
                moving[self._posted.get_nowait()] = None
        except Empty:
            pass
        now = self._monotonic()
        again = [entry for entry in self._given_up if entry.stopped or entry.again_at <= now]
        for entry in {**moving, **dict.fromkeys(again)}:
            if not self._moved(entry, now):
                self._moving[entry] = None

    def _moved(self, entry: Entry, now: float) -> bool:
        """Bring a camera one step on to the way that suits it; False while it must be waited."""
        wanted = self._suited(entry, now)
        if entry.way == wanted:
            return True
        if entry.way == "tap":
            self.tap.remove(entry.life.camera.id)
            entry.way = ""
        if entry.part is not None:
            entry.part.stop()
            if entry.part.alive:
                return False
            entry.way, entry.part = "", None
        if wanted == "":
            return True
        if entry.after is not None and not entry.after.gone:
            return False
        entry.after = None
        if wanted == "tap":
            entry.way = "tap"
            self.tap.add(entry.life, partial(self._give_back, entry))
        else:
            entry.read()
        log.info("camera %s is read by %s %s", entry.life.camera.id, wanted, entry.why)
        return True

    def _suited(self, entry: Entry, now: float) -> Name:
        if entry.stopped:
            self._given_up.pop(entry, None)
            return ""
        period, unsuited = entry.life.sampler.period, entry.unsuited
        if unsuited is not None:
            too_long = unsuited.gop if unsuited.why is Why.GOP_TOO_LONG else None
            fits = too_long is not None and (period is None or period >= too_long)
            if not fits and now < entry.again_at:
                self._given_up[entry] = None
                return "libav"
            entry.unsuited = None
            self._given_up.pop(entry, None)
        return "libav" if period is not None and period < KEYS_S else "tap"

    def _give_back(self, entry: Entry, unsuited: Unsuited) -> None:
        """Take a camera from the tap that it cannot serve. In the tap's thread."""
        entry.unsuited, entry.again_at = unsuited, self._monotonic() + unsuited.again_s
        self.review(entry)
