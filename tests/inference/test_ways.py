"""From the tap to libav and back: one reader of a camera at a time, whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from inference.parts import Parts, join_all
from inference.ways import OFTEN, Entry, Ways
from streams.camera import Camera
from streams.life import Life
from streams.resolver import StaticResolver
from streams.sampler import Sampler
from streams.slot import Slot
from streams.tap import Body, Counts, Unsuited, Why

CAMERA = Camera(id="gate", url="rtsp://10.0.0.1/x")


class _Tap:
    def __init__(self) -> None:
        self.read: dict[str, Callable[[Unsuited], None]] = {}

    def add(self, life: Life, on_unsuited: Callable[[Unsuited], None]) -> None:
        self.read[life.camera.id] = on_unsuited

    def remove(self, camera: str) -> None:
        self.read.pop(camera, None)

    def counts(self) -> Mapping[str, Counts]:
        return {}

    def bodies(self) -> Mapping[str, Body]:
        return {}


class _Libav:
    """A supervisor whose read hangs until `let_go`."""

    def __init__(self) -> None:
        self.reading = threading.Event()
        self.let_go = threading.Event()

    def run(self, _stop: threading.Event) -> None:
        self.reading.set()
        self.let_go.wait(30)
        self.reading.clear()


class _World:
    def __init__(self, parts: Parts) -> None:
        self.now = 0.0
        self.parts = parts
        self.tap = _Tap()
        self.ways = Ways(self.tap, lambda: self.now)
        self.libav = _Libav()

    def entry(self, *periods: float) -> Entry:
        sampler = Sampler(periods)
        life = Life(CAMERA, resolver=StaticResolver(), sampler=sampler, slot=Slot())
        supervisor: Any = self.libav
        return Entry(life, supervisor, self.parts, self.ways)

    def turn(self) -> None:
        self.ways.turn(0.0)

    def ended(self, entry: Entry) -> None:
        """Let libav's read end."""
        assert entry.part is not None
        self.libav.let_go.set()
        assert join_all([entry.part], 10)


@pytest.fixture
def world() -> Iterator[_World]:
    with Parts() as parts:
        made = _World(parts)
        yield made
        made.libav.let_go.set()


def test_tasks_that_change_move_a_camera_when_the_other_has_let_go(world: _World) -> None:
    entry = world.entry(2.0)
    entry.start()
    world.turn()
    assert (entry.way, list(world.tap.read)) == ("tap", ["gate"])
    entry.life.sampler.replace([0.2, 2.0])
    entry.review()
    world.turn()
    assert (entry.way, entry.why, list(world.tap.read)) == ("libav", OFTEN, [])
    assert world.libav.reading.wait(10)
    entry.life.sampler.replace([2.0])
    entry.review()
    world.turn()
    assert list(world.tap.read) == []
    world.ended(entry)
    world.turn()
    assert (entry.way, entry.why, list(world.tap.read)) == ("tap", "", ["gate"])


def test_what_the_tap_gives_back_is_tried_again_after_its_time(world: _World) -> None:
    entry = world.entry(2.0)
    entry.start()
    world.turn()
    unsuited = Unsuited(Why.CODEC)
    world.tap.read.pop("gate")(unsuited)
    world.turn()
    assert (entry.way, entry.why) == ("libav", "codec")
    entry.review()
    world.turn()
    assert entry.way == "libav"
    world.now = unsuited.again_s
    world.turn()
    world.ended(entry)
    world.turn()
    assert (entry.way, list(world.tap.read)) == ("tap", ["gate"])


def test_a_gop_that_was_too_long_suits_slower_tasks_at_once(world: _World) -> None:
    entry = world.entry(2.0)
    entry.start()
    world.turn()
    world.tap.read.pop("gate")(Unsuited(Why.GOP_TOO_LONG, gop=4.0))
    world.turn()
    assert (entry.way, entry.why) == ("libav", "gop_too_long")
    entry.life.sampler.replace([5.0])
    entry.review()
    world.turn()
    world.ended(entry)
    world.turn()
    assert (entry.way, entry.why) == ("tap", "")


def test_the_next_of_a_camera_waits_until_the_one_before_has_let_go(world: _World) -> None:
    old = world.entry(0.2)
    old.start()
    world.turn()
    assert world.libav.reading.wait(10)
    old.stop()
    new = world.entry(2.0)
    new.start(after=old)
    world.turn()
    assert (old.running, old.gone) == (False, False)
    assert (new.way, new.running, list(world.tap.read)) == ("", True, [])
    world.ended(old)
    world.turn()
    assert (old.running, old.gone) == (False, True)
    world.turn()
    assert (new.way, list(world.tap.read)) == ("tap", ["gate"])
    new.stop()
    world.turn()
    assert new.gone
    assert list(world.tap.read) == []
