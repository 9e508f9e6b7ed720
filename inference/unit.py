"""Everything the worker holds for one camera: slot, ring, sampler, supervisor, tasks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from inference.parts import Parts
from inference.task import TaskRunner
from inference.ways import Entry, Ways
from models.detector import Detections
from streams.backoff import Door
from streams.camera import Camera
from streams.clock import Clock
from streams.life import Life
from streams.picture import Shot
from streams.resolver import Resolver
from streams.ring import PacketRing
from streams.sampler import Sampler, phase_of
from streams.slot import Slot
from streams.source import Source
from streams.state import CameraState
from streams.supervisor import Supervisor

LOOKED_AT_S = 15.0
"""Somebody who looks at a camera asks again within this time."""
LOOKED_AT_PERIOD_S = 2.0
"""How often a camera without tasks shows a picture while somebody looks at it."""
RING_S = 30.0
RING_BYTES = 48 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture that was judged, and what each model saw in it (by model id)."""

    shot: Shot
    tables: Mapping[str, Detections]


class CameraUnit:
    """One camera at work. Built and stopped by the worker, served by the engine's loop."""

    def __init__(
        self,
        camera: Camera,
        runners: Sequence[TaskRunner],
        *,
        source: Source,
        resolver: Resolver,
        clock: Clock,
        ready: Callable[[CameraUnit], None],
        parts: Parts,
        ways: Ways | None = None,
        door: Door | None = None,
        lossless: bool = False,
        once: bool = False,
    ) -> None:
        self.camera = camera
        self.runners = tuple(runners)
        self.slot = Slot(on_put=lambda: ready(self), lossless=lossless)
        self.ring = PacketRing(RING_S, RING_BYTES)
        self._looked_at = float("-inf")
        # What is played from files must not depend on what a camera is called.
        self.sampler = Sampler(self.periods, 0.0 if lossless else phase_of(camera.id))
        self.clock = clock
        self.state: CameraState | None = None
        self.served_at = 0.0
        self.last_shot: Shot | None = None
        self.seen: Seen | None = None
        life = Life(
            camera,
            resolver=resolver,
            sampler=self.sampler,
            slot=self.slot,
            ring=self.ring,
            clock=clock,
            on_state=self._on_state,
            door=door,
        )
        self.entry = Entry(life, Supervisor(life, source, once=once), parts, ways)

    @property
    def periods(self) -> tuple[float, ...]:
        """Return the seconds between pictures that each task wants, or else who looks at it."""
        if not self.runners and time.monotonic() - self._looked_at < LOOKED_AT_S:
            # No reason to leave the tap: who looks sees every key frame.
            gop = self.sampler.gop if self.entry.way == "tap" else None
            return (max(LOOKED_AT_PERIOD_S, gop or 0.0),)
        return tuple(runner.period_s for runner in self.runners)

    def look(self) -> None:
        """Say that somebody looks: without tasks, pictures come for a while. Any thread."""
        self._looked_at = time.monotonic()
        if not self.runners:
            self.sampler.replace(self.periods)

    @property
    def priority(self) -> int:
        """Return the most urgent priority among the tasks."""
        return min((runner.priority for runner in self.runners), default=9)

    @property
    def running(self) -> bool:
        """True while the source may still bring pictures."""
        return self.entry.running

    @property
    def picture_age_s(self) -> float | None:
        """Return how old the last picture is in wall-clock seconds, None before the first."""
        return None if self.last_shot is None else time.time() - self.last_shot.captured_at

    def start(self, after: Entry | None = None) -> None:
        """Connect the camera, when `after`, which read it before, has let go of it."""
        self.entry.start(after)

    def stop(self) -> None:
        """Ask the camera to stop and take nothing more from it; does not wait."""
        self.slot.close()
        self.entry.stop()

    def change_tasks(self, runners: Sequence[TaskRunner]) -> None:
        """Swap the tasks; the connection stays, unless the pictures now wanted need another way."""
        self.runners = tuple(runners)
        self.sampler.replace(self.periods)
        self.entry.review()

    def _on_state(self, state: CameraState) -> None:
        self.state = state
