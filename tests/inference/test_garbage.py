"""Whatever a model says, no rule of the catalog breaks, and garbage alone raises nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference.engine import Engine
from models.catalog import Catalog
from models.detector import Detections, Pixels
from models.fake import FakeDetector
from rules.observation import Finding
from rules.sight import Sight
from store.catalog import Algorithms

ALGORITHMS = Algorithms(Catalog.read())
LABELS = ("person", "car", "bicycle", "dog", "no such class")
ANY = st.floats(width=32, allow_nan=True, allow_infinity=True)
BROKEN = st.sampled_from([math.nan, math.inf, -math.inf, 3e38, -3e38, 0.0, -1.0, 2.0])
SIZE = (72, 128)


@st.composite
def tables(draw: st.DrawFn) -> Detections:
    """Any table of the right shape: its values may be anything at all."""
    count = draw(st.integers(0, 4))
    depth = draw(st.sampled_from([0, 17]))
    value = st.one_of(BROKEN, ANY, st.floats(0, 1, width=32))
    numbers = draw(st.lists(value, min_size=count * 5, max_size=count * 5))
    points = draw(st.lists(value, min_size=3, max_size=3))
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=count, max_size=count))
    return Detections(
        np.array(numbers[: count * 4], np.float32).reshape(count, 4),
        np.array(numbers[count * 4 :], np.float32),
        tuple(labels),
        np.tile(np.array(points, np.float32), (count, depth, 1)).reshape(count, depth, 3),
    )


def street(seed: int = 5) -> Pixels:
    return np.random.default_rng(seed).integers(70, 180, (*SIZE, 3), np.uint8)


def watch(
    name: str, seen: list[Detections], times: list[float], pixels: list[Pixels]
) -> list[Finding]:
    """Run an algorithm with the shortest dwell over pictures; return what it opened."""
    algorithm = ALGORITHMS[name]
    parameters = algorithm.parameters(dwell_s=4.0, confirm_s=1.0)
    rule = algorithm.rule(parameters, ())
    state, opened = rule.start(), []
    engine = Engine()
    engine.add(FakeDetector("fake", script=seen))
    for at, picture in zip(times, pixels, strict=True):
        (table,) = engine.detect("fake", [picture])
        assert table is not None
        sight = Sight(picture, at, dict.fromkeys(algorithm.manifest.models, table))
        state, observation = rule.perceive(state, sight)
        state, findings = rule.step(state, observation, at)
        state = rule.load(rule.dump(state))
        opened += [finding for finding in findings if finding.change == "opened"]
    return opened


@pytest.mark.parametrize("name", ALGORITHMS.ids)
@given(seen=st.lists(tables(), min_size=8, max_size=8))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_numbers_are_borne(name: str, seen: list[Detections]) -> None:
    watch(name, seen, [1000.0 + n for n in range(8)], [street()] * 8)


@pytest.mark.parametrize("name", ALGORITHMS.ids)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_no_finding_however_long_it_stays(name: str, value: float) -> None:
    table = Detections(
        np.full((3, 4), value, np.float32),
        np.full(3, 0.9, np.float32),
        ("car", "person", "bicycle"),
        np.zeros((3, 17, 3), np.float32),
    )
    assert watch(name, [table] * 15, [1000.0 + n for n in range(15)], [street()] * 15) == []


@pytest.mark.parametrize("name", ALGORITHMS.ids)
@pytest.mark.parametrize(
    "box",
    [(0.6, 0.6, 0.4, 0.4), (0.5, 0.5, 0.5, 0.5), (-3.0, -3.0, -2.0, -2.0), (2.0, 2.0, 3.0, 3.0)],
    ids=["inside out", "empty", "left of the picture", "right of it"],
)
def test_boxes_that_are_nowhere_are_no_finding(
    name: str, box: tuple[float, float, float, float]
) -> None:
    table = Detections(
        np.array([box], np.float32),
        np.array([0.9], np.float32),
        ("person" if name == "fall" else "car",),
        np.zeros((1, 17, 3), np.float32),
    )
    assert watch(name, [table] * 15, [1000.0 + n for n in range(15)], [street()] * 15) == []


GREEN = np.tile(np.array((0, 135, 0), np.uint8), (*SIZE, 1))
FLAT: dict[str, Pixels] = {
    "gray": np.full((*SIZE, 3), 128, np.uint8),
    "black": np.zeros((*SIZE, 3), np.uint8),
    "white": np.full((*SIZE, 3), 255, np.uint8),
    "green": GREEN,
    "one pixel": np.full((1, 1, 3), 90, np.uint8),
    "one row": np.full((1, 128, 3), 90, np.uint8),
}


@pytest.mark.parametrize("name", ALGORITHMS.ids)
@pytest.mark.parametrize("picture", FLAT)
def test_pictures_without_content_raise_nothing(name: str, picture: str) -> None:
    count = 15
    pixels = [FLAT[picture]] * count
    times = [1000.0 + n for n in range(count)]
    assert watch(name, [Detections.none()] * count, times, pixels) == []


@pytest.mark.parametrize("name", ALGORITHMS.ids)
@pytest.mark.parametrize("picture", ["gray", "black", "green"])
def test_a_street_that_goes_gray_in_the_middle_raises_nothing(name: str, picture: str) -> None:
    pixels = [street()] * 20 + [FLAT[picture]] * 20 + [street()] * 5
    times = [1000.0 + n for n in range(45)]
    assert watch(name, [Detections.none()] * 45, times, pixels) == []


@pytest.mark.parametrize("name", ALGORITHMS.ids)
@pytest.mark.parametrize(
    "times",
    [
        [1000.0] * 30,
        [1000.0 - n for n in range(30)],
        [1000.0 - 60 * (n % 2) for n in range(30)],
    ],
    ids=["standing", "backwards", "to and fro"],
)
def test_time_that_does_not_pass_raises_nothing(name: str, times: list[float]) -> None:
    """A car that stands, in time that does not pass: no dwell is ever up."""
    table = Detections(
        np.array([(0.4, 0.4, 0.6, 0.6)], np.float32),
        np.array([0.9], np.float32),
        ("car",),
        np.zeros((1, 17, 3), np.float32),
    )
    opened = watch(name, [table] * 30, times, [street()] * 30)
    assert opened == []
