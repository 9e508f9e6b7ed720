"""The same street at 0.5 to 25 pictures a second, and with a restart: the same findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import pi

import numpy as np
import pytest

from rules.composition import Composition
from rules.observation import Box, Finding, Observation
from tests.rules.people import STAND, filmed, lying
from tests.rules.street import START, Vehicle, driving, observations, parking, standing, told
from tests.rules.test_cluster import bikes, row
from tests.rules.test_posture import falling

RATES = (0.5, 1.0, 5.0, 25.0)
SPOT: Box = (0.4, 0.5, 0.5, 0.62)
Street = Callable[[float], Iterable[Observation]]


def parked(period: float) -> Iterable[Observation]:
    """A car parks at 10 s and leaves at 45 s while a bus passes again and again."""
    street = [
        Vehicle(standing(SPOT, 10.0, 45.0), 1),
        Vehicle(driving((-0.3, 0.4, 0.0, 0.75), 0.25, since=20.0, every=14.0), 2, "bus", 0.8),
    ]
    return observations(street, 65.0, period, missed=0.1)


def clustered(period: float) -> Iterable[Observation]:
    """Five bikes stand from 10 s on; they are taken away at 45 s."""
    return observations(row(5, 10.0, 45.0), 95.0, period, missed=0.1)


def fallen(period: float) -> Iterable[Observation]:
    """Someone falls at 6 s, lies for 12 s and gets up."""
    down = lying()
    moves = [(6.0, STAND, "hold"), (0.9, down, "fall"), (12.0, down, "hold")]
    moves += [(2.0, STAND, "ease"), (12.0, STAND, "hold")]
    return filmed(moves, heading=pi / 2, period=period)


def changes(found: Sequence[Finding]) -> list[tuple[str, float]]:
    wanted = ("opened", "cleared")
    return [(f.change, f.at - START) for f in found if f.change in wanted]


CASES: dict[str, tuple[Callable[[], Composition], Street, tuple[float, float]]] = {
    "illegal_parking": (lambda: parking(dwell_s=20.0), parked, (30.0, 55.0)),
    "nonmotor_parking": (lambda: bikes(dwell_s=20.0), clustered, (30.0, 75.0)),
    "fall": (falling, fallen, (11.9, 25.0)),
}
"""Rule, street, and when it must be opened and cleared at the highest rate (s)."""


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", CASES)
def test_every_rate_gives_the_same_findings(name: str, rate: float) -> None:
    if name == "fall" and rate < 1.0:
        pytest.skip("a fall takes a second: its time resolution is one picture a second")
    rule, street, times = CASES[name]
    found = changes(told(rule(), street(1.0 / rate)))
    assert [change for change, _ in found] == ["opened", "cleared"]
    for (_, at), expected in zip(found, times, strict=True):
        # The tracker may remember what has gone for as long as it took to believe in it.
        assert expected - 2.0 - 1.0 / rate <= at <= expected + 4.0 + 4.0 / rate


@pytest.mark.parametrize("cut", [0.25, 0.45, 0.8])
@pytest.mark.parametrize("name", CASES)
def test_a_restart_in_the_middle_changes_nothing(name: str, cut: float) -> None:
    rule, street, _ = CASES[name]
    pictures = list(street(0.2))
    at = int(cut * len(pictures))
    first = rule()
    state = first.start()
    found: list[Finding] = []
    for seen in pictures[:at]:
        state, some = first.step(state, seen, seen.at)
        found.extend(some)
    second = rule()
    state = second.load(first.dump(state))
    for seen in pictures[at:]:
        state, some = second.step(state, seen, seen.at)
        found.extend(some)
    assert found == told(rule(), pictures)


@pytest.mark.parametrize("name", CASES)
def test_time_that_goes_backwards_and_odd_boxes_raise_nothing(name: str) -> None:
    rule, street, _ = CASES[name]
    pictures = list(street(1.0))[:8]
    made = rule()
    state = made.start()
    now = pictures[0].at
    for seen in (*pictures, *reversed(pictures)):
        now = max(now, seen.at)  # The loop hands on a clock that never goes back.
        state, found = made.step(state, seen, now)
        assert all(f.change != "opened" for f in found)
    assert np.isfinite(now)
