"""A worker to be killed: `python -m tests.chain.victim FOLDER`, on a painted world.

The world goes on while no worker runs: film time is (wall - t0) x speed, whoever looks. FOLDER
holds `world.json`: {"speed": s, "until": wall, "t0": {kind: wall}}, one camera a kind.
"""

from __future__ import annotations

import json
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
    """Run the worker until the world ends."""
    folder = Path(sys.argv[1])
    world = json.loads((folder / "world.json").read_text())
    speed, t0 = world["speed"], world["t0"]
    rig = Rig(folder)
    for kind in t0:
        rig.want(kind, SCENES[kind].film(), {kind: SCENES[kind].parameters})
    rig.intake = Intake(
        source=lambda camera: _World(rig.films[camera.id], t0[camera.id], speed),
        clock=lambda _camera: FileClock(BEGUN),
        lossless=True,
        once=True,
        clock_name="film",
    )
    with rig.worker() as worker:
        print("up", flush=True)
        while time.time() < world["until"]:
            threading.Event().wait(0.1)
            if worker.parts.failures:
                print(worker.parts.failures, flush=True)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
