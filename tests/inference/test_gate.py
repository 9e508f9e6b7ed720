"""What has not changed is not inferred again, for a bounded time, and is judged all the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from inference.engine import Engine
from inference.gate import changed, glimpse
from inference.loop import Loop
from models.detector import Pixels
from models.fake import FakeDetector
from models.manifest import PictureNeed
from streams.picture import Picture, Shot
from streams.slot import Slot

RED = (0, 0, 255)


def street(seed: int = 0, noise: float = 2.0, size: tuple[int, int] = (360, 640)) -> Pixels:
    """A grey street with kerbs and the noise of one picture."""
    picture = np.full((*size, 3), 90.0, np.float32)
    picture[size[0] // 3 : size[0] // 2] = 140
    picture[:, :: size[1] // 8] = 60
    picture += np.random.default_rng(seed).normal(0, noise, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("size", [(360, 640), (1080, 1920), (576, 704)])
@pytest.mark.parametrize("noise", [0.0, 2.0, 4.0])
def test_noise_is_no_change_and_a_small_dark_thing_is(size: tuple[int, int], noise: float) -> None:
    before, now = street(1, noise, size), street(2, noise, size)
    assert not changed(glimpse(before), glimpse(now))
    # A fiftieth of the picture's height, as wide; nobody sees less in it, and no detector does.
    side = size[0] // 50
    now[200 : 200 + side, 301 : 301 + side] = 20
    assert changed(glimpse(before), glimpse(now))


def test_slow_dusk_adds_up() -> None:
    first = street(1, 0.0).astype(np.int16)
    steps = [glimpse(np.clip(first - level, 0, 255).astype(np.uint8)) for level in range(14)]
    # Against what was looked at last, not against the picture before: nothing creeps past.
    assert [changed(steps[0], step) for step in steps] == [False] * 13 + [True]


class _Runner:
    def __init__(self, unchanged_s: float, models: dict[str, str]) -> None:
        self.key = ("one", "a")
        self.models, self.unchanged_s = models, unchanged_s
        self.judged: list[tuple[float, dict[str, int]]] = []

    def due(self, now: float) -> bool:
        return True

    def judge(self, shot: Shot, _sight: Any, tables: Any, record: Any) -> None:
        record(self, shot, None)
        counts = {model: len(table) for model, table in tables.items()}
        self.judged.append((shot.captured_at, counts))


class _Unit:
    priority = 5
    served_at = 0.0

    def __init__(self, *runners: _Runner) -> None:
        self.camera = type("Camera", (), {"id": "one"})()
        self.slot = Slot()
        self.runners = runners
        self.last_shot: Shot | None = None
        self.seen: Any = None


class _Counting(FakeDetector):
    pictures = 0

    def detect(self, pictures: Any) -> Any:
        self.pictures += len(pictures)
        return super().detect(pictures)


class _Recorder:
    """Asks for everything that must be hidden, as an alert does."""

    asks = False

    def record(self, _runner: Any, _shot: Any, _finding: Any, tables: Any) -> None:
        if self.asks:
            tables()


class _Street:
    """A camera, its engine and its judge, stepped by hand."""

    def __init__(self, *runners: _Runner) -> None:
        self.unit = _Unit(*runners)
        self.objects, self.pose = _Counting("objects"), _Counting("pose", pose=True)
        self.recorder = _Recorder()
        self.engine = Engine()
        self.engine.add(self.objects)
        self.engine.add(self.pose)
        self.loop = Loop(self.engine, self.recorder)  # type: ignore[arg-type]

    def see(self, at: float, pixels: Pixels, session: int = 1) -> None:
        self.unit.slot.put(Shot("one", session, at, Picture(pixels, at, True)))
        self.loop.ready(self.unit)  # type: ignore[arg-type]
        assert self.loop.turn()
        assert self.loop.judge.step(0)


def test_an_unchanged_view_is_judged_with_what_was_seen_for_a_bounded_time() -> None:
    runner = _Runner(4.0, {"objects": "objects"})
    one = _Street(runner)
    for at in range(8):
        picture = street(at)
        picture[100:200, 100:150] = RED
        one.see(float(at), picture)
    assert one.objects.pictures == 2
    assert one.engine.health["objects"].unchanged == 6
    assert runner.judged == [(float(at), {"objects": 1}) for at in range(8)]
    assert one.unit.seen.shot.captured_at == 7.0


def test_what_comes_into_view_is_seen_at_once() -> None:
    runner = _Runner(10.0, {"objects": "objects"})
    one = _Street(runner)
    one.see(0.0, street(0))
    one.see(1.0, street(1))
    busy = street(2)
    busy[100:140, 100:120] = RED
    one.see(2.0, busy)
    assert [counts["objects"] for _, counts in runner.judged] == [0, 0, 1]
    assert one.objects.pictures == 2


def test_who_wants_every_picture_gets_it_and_the_others_are_spared() -> None:
    strict = _Runner(0.0, {"pose": "pose"})
    patient = _Runner(5.0, {"objects": "objects"})
    one = _Street(strict, patient)
    for at in range(4):
        one.see(float(at), street(at))
    assert (one.pose.pictures, one.objects.pictures) == (4, 1)
    # The strictest of those who share a model decides.
    shared = _Street(_Runner(0.0, {"a": "objects"}), _Runner(5.0, {"b": "objects"}))
    for at in range(4):
        shared.see(float(at), street(at))
    assert shared.objects.pictures == 4


def test_another_connection_another_size_or_a_clock_gone_back_is_looked_at() -> None:
    one = _Street(_Runner(5.0, {"objects": "objects"}))
    one.see(10.0, street(0))
    one.see(11.0, street(0), session=2)
    one.see(12.0, street(0, size=(720, 1280)), session=2)
    one.see(9.0, street(0, size=(720, 1280)), session=2)
    assert one.objects.pictures == 4


def test_an_alert_is_masked_by_what_is_seen_in_its_own_picture() -> None:
    one = _Street(_Runner(5.0, {"objects": "objects"}))
    one.see(0.0, street(0))
    one.recorder.asks = True
    one.see(1.0, street(1))
    assert (one.objects.pictures, one.pose.pictures) == (2, 1)


def test_a_failed_batch_is_not_remembered() -> None:
    one = _Street(_Runner(5.0, {"objects": "objects"}))
    failing = FakeDetector("objects", fail_at=frozenset({0}))
    one.engine.add(failing)
    one.see(0.0, street(0))
    assert one.unit.seen.tables == {}
    one.see(1.0, street(0))
    assert set(one.unit.seen.tables) == {"objects"}


def test_a_manifest_allows_it_and_says_for_how_long() -> None:
    assert PictureNeed().unchanged_s == 0.0
    with pytest.raises(ValueError, match="unchanged_s"):
        PictureNeed(unchanged_s=61.0)
