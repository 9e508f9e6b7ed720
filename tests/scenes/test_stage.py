"""Places: drawn from a seed, pure in time, the same in every process."""

from __future__ import annotations

import subprocess
import sys
from zlib import crc32

import numpy as np
import pytest

from scenes.curve import Curve, always, ramp, step
from scenes.places import PLACES
from scenes.places.street import street
from scenes.shot import Shot
from scenes.unsteady import Shake
from scenes.weather import Weather
from tests.scenes.stages import Still, cuboid, man

SMALL = (192, 108)


def _scene(seed: int = 4) -> Shot:
    stage = street(seed)
    camera = stage.camera(seed, SMALL)
    (spot,) = stage.spots(camera, "carriageway", seed, 1)
    actors = (Still((cuboid(*spot, 1.5), man(spot[0] + 2, spot[1]))),)
    weather = Weather(rain=always(0.5), wet=always(0.5), wind=always(0.5))
    return Shot("a", "test", seed, stage, camera, 30.0, actors, weather=weather, shake=Shake())


def test_any_order_gives_the_same_pictures() -> None:
    times = (0.0, 3.4, 7.0, 29.96)
    first, second = _scene(), _scene()
    forward = {at: first.render(at) for at in times}
    backward = {at: second.render(at) for at in reversed(times)}
    for at in times:
        assert (forward[at].pixels == backward[at].pixels).all()
        assert forward[at].marked == backward[at].marked
    assert (first.render(3.4).pixels == forward[3.4].pixels).all()


def test_another_process_gives_the_same_picture() -> None:
    code = (
        "from zlib import crc32; from tests.scenes.test_stage import _scene;"
        "print(crc32(_scene().render(5.2).pixels.tobytes()))"
    )
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=50
    )
    assert int(other.stdout) == crc32(_scene().render(5.2).pixels.tobytes())


@pytest.mark.parametrize("kind", sorted(PLACES))
def test_a_place_is_drawn_from_its_seed(kind: str) -> None:
    make = PLACES[kind]
    assert make(7) == make(7)
    assert make(7) != make(8)
    stage = make(7)
    shot = Shot("a", "test", 7, stage, stage.camera(7, SMALL), 10.0)
    pixels = shot.render(0).pixels
    assert pixels.shape == (108, 192, 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert pixels.std() > 8


@pytest.mark.parametrize("kind", sorted(PLACES))
def test_most_cameras_of_a_place_see_where_its_stories_play(kind: str) -> None:
    region = {"corridor": "floor", "square": "square"}.get(kind, "carriageway")
    seen = 0
    for seed in range(12):
        stage = PLACES[kind](seed)
        seen += bool(stage.spots(stage.camera(seed), region, seed, 3))
    assert seen >= 9


def test_spots_lie_in_their_region_and_in_the_picture() -> None:
    stage = street(2)
    camera = stage.camera(2)
    spots = stage.spots(camera, "pavement", 2, 6)
    assert spots
    for x, y in spots:
        inside = [
            min(p[0] for p in area) < x < max(p[0] for p in area)
            and min(p[1] for p in area) < y < max(p[1] for p in area)
            for area in stage.regions["pavement"]
        ]
        assert any(inside)
        spot = camera.spot((x, y, 0.0))
        assert spot is not None
        assert all(0 < v < 1 for v in spot)


def test_curves() -> None:
    assert step(5.0, 1.0, 2.0).at(4.999) == 1.0
    assert step(5.0, 1.0, 2.0).at(5.0) == 2.0
    slope = ramp(10.0, 20.0, 0.0, 1.0)
    assert [slope.at(t) for t in (0.0, 10.0, 15.0, 20.0, 99.0)] == [0.0, 0.0, 0.5, 1.0, 1.0]
    bump = Curve(((0.0, 0.0), (1.0, 1.0), (2.0, 0.0)))
    assert [bump.at(t) for t in (0.5, 1.0, 1.5)] == [0.5, 1.0, 0.5]
