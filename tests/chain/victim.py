"""A worker to be killed: `python -m tests.chain.victim FOLDER KIND T0 SPEED`, on a painted world.

The world goes on while no worker runs: film time is (wall - T0) x SPEED, whoever looks.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from inference.worker import Intake
from streams.clock import FileClock
from streams.picture import Opened, Packet, Picture
from streams.source import Attempt, Wanted
from streams.synthetic import Step
from tests.chain.rig import BEGUN, Rig
from tests.chain.scenes import SCENES


class _World:
    """Plays a film from where the world is now; one attempt ends with the film."""

    def __init__(self, film: list[Step], t0: float, speed: float) -> None:
        self._film = film
        self._t0 = t0
        self._speed = speed
        self._pause = threading.Event()

    def run(self, attempt: Attempt, wanted: Wanted) -> Iterator[Opened | Packet | Picture]:
        now = (time.time() - self._t0) * self._speed
        met_key = False
        for step in self._film:
            if isinstance(step, Opened):
                yield step
                continue
            assert isinstance(step, Packet | Picture)
            at = step.pts if isinstance(step, Packet) else step.stream_time
            if at < now or not (met_key or step.key):
                continue
            met_key = True
            self._pause.wait(max(0.0, self._t0 + at / self._speed - time.time()))
            if isinstance(step, Packet):
                wanted.decode(step.key, step.pts)
                yield step
            elif wanted.show(step.key, step.stream_time):
                yield step


def main() -> int:
    """Run the worker until the film is over."""
    folder, kind, t0, speed = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
    scene = SCENES[kind]
    rig = Rig(folder)
    rig.want("cam", scene.film(), {kind: scene.parameters})
    rig.intake = Intake(
        source=lambda _camera: _World(rig.films["cam"], t0, speed),
        clock=lambda _camera: FileClock(BEGUN),
        lossless=True,
        once=True,
        clock_name="film",
    )
    with rig.worker() as worker:
        print("up", flush=True)
        while (time.time() - t0) * speed < scene.seconds + 2:
            threading.Event().wait(0.1)
            if worker.parts.failures:
                print(worker.parts.failures, flush=True)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
