"""Device and judge side by side: neither waits for the other, and no promise is broken by it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from inference.engine import Engine
from inference.loop import Loop
from inference.parts import Parts
from models.detector import Detections, Pixels
from models.fake import FakeDetector
from streams.picture import Picture, Shot
from streams.slot import Slot

WAIT_S = 20.0


class _Device(FakeDetector):
    """Notes the first value of each picture, and refuses a second thread at once."""

    def __init__(self) -> None:
        super().__init__("m")
        self.seen: list[int] = []
        self.alone = threading.Lock()

    def detect(self, pictures: Sequence[Pixels]) -> list[Detections]:
        assert self.alone.acquire(blocking=False)
        try:
            self.seen += [int(picture[0, 0, 0]) for picture in pictures]
            return super().detect(pictures)
        finally:
            self.alone.release()


class _Runner:
    """A task that notes what it judges and may be held at it."""

    unchanged_s = 0.0

    def __init__(self, camera: str) -> None:
        self.key = (camera, "a")
        self.models = {"objects": "m"}
        self.judged: list[float] = []
        self.threads: set[str] = set()
        self.held, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()
        self.completes = False

    def due(self, now: float) -> bool:
        return True

    def judge(self, shot: Shot, _sight: Any, _tables: Any, record: Any) -> None:
        self.threads.add(threading.current_thread().name)
        self.held.set()
        assert self.go_on.wait(WAIT_S)
        if self.completes:
            record(self, shot, None)
        self.judged.append(shot.captured_at)


class _Unit:
    """What the loop asks of a camera."""

    priority = 5
    served_at = 0.0

    def __init__(self, name: str) -> None:
        self.camera = type("Camera", (), {"id": name})()
        self.ready: Callable[[Any], None] = lambda _unit: None
        self.slot = Slot(on_put=lambda: self.ready(self))
        self.runner = _Runner(name)
        self.runners = (self.runner,)
        self.last_shot: Shot | None = None
        self.seen: Any = None

    def put(self, number: int) -> None:
        pixels = np.full((8, 8, 3), number, np.uint8)
        self.slot.put(Shot(self.camera.id, 1, float(number), Picture(pixels, float(number), True)))


class _Completing:
    """A recorder that wants everything the models can say, as masks do."""

    def record(self, _runner: Any, _shot: Any, _finding: Any, tables: Any) -> None:
        assert set(tables()) == {"m", "masks"}


@contextmanager
def running(*units: _Unit, engine: Engine | None = None) -> Iterator[tuple[Loop, _Device]]:
    device = _Device()
    engine = engine or Engine()
    engine.add(device)
    loop = Loop(engine, _Completing(), largest_batch=2)  # type: ignore[arg-type]
    for unit in units:
        unit.ready = loop.ready
    with Parts() as parts:
        parts.start("judge", loop.judge.run)
        engine_part = parts.start("engine", loop.run)
        yield loop, device
        for unit in units:
            unit.runner.go_on.set()
        engine_part.stop()
        assert engine_part.join(WAIT_S)
        assert parts.failures == {}


def until(said: Any) -> None:
    for _ in range(2000):
        if said():
            return
        threading.Event().wait(0.01)
    pytest.fail("it did not come to pass")


def test_the_device_goes_on_while_a_rule_takes_its_time() -> None:
    slow, other = _Unit("slow"), _Unit("other")
    slow.runner.go_on.clear()
    with running(slow, other) as (loop, device):
        slow.put(1)
        loop.wake()
        assert slow.runner.held.wait(WAIT_S)
        other.put(2)
        loop.wake()
        until(lambda: device.seen == [1, 2])
        assert loop.requests.ask("m", np.full((8, 8, 3), 9, np.uint8), WAIT_S).labels == ()
        assert slow.runner.judged == other.runner.judged == []
        slow.runner.go_on.set()
        until(lambda: other.runner.judged == [2.0])
    assert slow.runner.threads == other.runner.threads == {"judge"}


def test_of_a_camera_one_picture_is_on_its_way_and_the_newest_waits() -> None:
    unit = _Unit("one")
    unit.runner.go_on.clear()
    with running(unit) as (loop, device):
        unit.put(1)
        loop.wake()
        assert unit.runner.held.wait(WAIT_S)
        for number in (2, 3, 4):
            unit.put(number)
            loop.wake()
        # A request has its answer from a later turn: the camera's pictures were passed over in it.
        loop.requests.ask("m", np.full((8, 8, 3), 9, np.uint8), WAIT_S)
        assert device.seen == [1, 9]
        unit.runner.go_on.set()
        until(lambda: unit.runner.judged == [1.0, 4.0])
    assert unit.slot.dropped == 2


def test_a_judge_that_is_behind_is_not_given_ever_more() -> None:
    units = [_Unit(f"{number}") for number in range(12)]
    for unit in units:
        unit.runner.go_on.clear()
    with running(*units) as (loop, device):
        for number, unit in enumerate(units):
            unit.put(number)
        loop.wake()
        until(lambda: len(device.seen) >= 4)
        loop.requests.ask("m", np.full((8, 8, 3), 99, np.uint8), WAIT_S)
        # One is being judged, two wait for it, and two were on the device when the second came.
        assert len(device.seen) <= 1 + 2 + 2 + 1
        for unit in units:
            unit.runner.go_on.set()
        until(lambda: all(unit.runner.judged for unit in units))


def test_a_change_is_made_when_nothing_is_on_its_way() -> None:
    unit = _Unit("one")
    unit.runner.go_on.clear()
    seen_by_change: list[tuple[list[float], str]] = []
    with running(unit) as (loop, _):
        unit.put(1)
        loop.wake()
        assert unit.runner.held.wait(WAIT_S)
        made = threading.Event()

        def change() -> None:
            seen_by_change.append((list(unit.runner.judged), threading.current_thread().name))
            made.set()

        loop.post(change)
        unit.put(2)
        assert not made.wait(0.1)
        unit.runner.go_on.set()
        assert made.wait(WAIT_S)
        until(lambda: unit.runner.judged == [1.0, 2.0])
    assert seen_by_change == [([1.0], "judge")]


def test_the_judge_uses_the_device_between_two_batches() -> None:
    units = [_Unit(f"{number}") for number in range(4)]
    engine = Engine()
    engine.add(FakeDetector("masks"))
    with running(*units, engine=engine) as (loop, device):
        for unit in units:
            unit.runner.completes = True
        for number in range(1, 40):
            for unit in units:
                unit.put(number)
            loop.wake()
            until(lambda: all(unit.slot.waiting_since is None for unit in units))
        until(lambda: all(unit.runner.judged[-1:] == [39.0] for unit in units))
    assert all(unit.runner.judged == sorted(unit.runner.judged) for unit in units)
    assert len(device.seen) == 4 * 39


def test_what_was_detected_is_judged_before_the_end() -> None:
    unit = _Unit("one")
    with running(unit) as (loop, _):
        unit.put(1)
        loop.wake()
        until(lambda: unit.slot.waiting_since is None)
    assert unit.runner.judged == [1.0]
