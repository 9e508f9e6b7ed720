"""`stays` with `track` and `episodes`: illegal parking as the catalog ships it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rules.observation import Box, Finding, View
from rules.zones import Zone, Zones
from tests.rules.street import START, Vehicle, driving, observations, parking, standing, told

SPOT: Box = (0.4, 0.5, 0.5, 0.62)
TRUCK: Box = (-0.3, 0.4, 0.0, 0.75)


def opened(found: Sequence[Finding]) -> list[float]:
    return [f.at - START for f in found if f.change == "opened"]


@pytest.mark.parametrize("period", [0.2, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("restart", [False, True])
def test_a_parked_car_is_told_once(period: float, restart: bool) -> None:
    pictures = observations([Vehicle(standing(SPOT), 1)], 90.0, period, missed=0.2)
    (at,) = opened(told(parking(), pictures, restart))
    assert 60.0 <= at <= 60.0 + 4 * period


@pytest.mark.parametrize("period", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_passing_traffic_does_not_hide_a_parked_car(period: float, seed: int) -> None:
    street = [
        Vehicle(standing(SPOT), 1),
        Vehicle(driving(TRUCK, 0.25, since=8.0, every=6.0), 2, "bus", 0.8),
        Vehicle(driving((-0.3, 0.45, -0.05, 0.8), 0.4, since=9.5, every=5.0), 3, "truck", 0.8),
    ]
    found = told(parking(), observations(street, 120.0, period, seed, missed=0.1))
    (at,) = opened(found)
    assert 60.0 <= at <= 75.0


@pytest.mark.parametrize("period", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_successive_cars_at_one_spot_are_no_stay(period: float, seed: int) -> None:
    """A drop-off point: every car stands 20 s, the next one is there 3 s later."""
    street = [
        Vehicle(standing(SPOT, since=23.0 * k, until=23.0 * k + 20.0), 10 + k) for k in range(8)
    ]
    assert opened(told(parking(), observations(street, 180.0, period, seed))) == []


def test_dense_traffic_is_no_stay() -> None:
    """Sampled just so that every picture shows some car at the same place."""
    street = [
        Vehicle(driving((-0.1, 0.5, 0.0, 0.62), 0.25, since=-8.0 + k), 20 + k) for k in range(60)
    ]
    assert opened(told(parking(dwell_s=5.0), observations(street, 40.0, 1.0))) == []


def test_only_the_foot_in_the_zone_counts() -> None:
    zone = Zone(points=((0.3, 0.6), (0.6, 0.6), (0.6, 0.9), (0.3, 0.9)))
    above: Box = (0.4, 0.45, 0.5, 0.57)
    rule = parking(Zones((zone,)))
    inside = observations([Vehicle(standing(SPOT), 1)], 80.0, 1.0)
    assert len(opened(told(rule, inside))) == 1
    outside = observations([Vehicle(standing(above), 1)], 80.0, 1.0)
    assert opened(told(rule, outside)) == []


def test_persons_and_far_or_doubtful_cars_are_not_judged() -> None:
    far: Box = (0.4, 0.5, 0.42, 0.52)
    other: Box = (0.7, 0.5, 0.8, 0.62)
    street = [
        Vehicle(standing(SPOT), 1, "person"),
        Vehicle(standing(far), 2),
        Vehicle(standing(other), 3, score=0.27),
    ]
    assert opened(told(parking(), observations(street, 90.0, 1.0))) == []


def test_a_car_that_leaves_is_cleared() -> None:
    found = told(parking(), observations([Vehicle(standing(SPOT, until=80.0), 1)], 120.0, 1.0))
    (cleared,) = [f for f in found if f.change == "cleared"]
    assert 88.0 <= cleared.at - START <= 95.0
    assert cleared.facts["seen_gone"] is True
    assert cleared.facts["label"] in ("car", "truck")


def test_a_short_stop_comes_to_nothing() -> None:
    found = told(parking(), observations([Vehicle(standing(SPOT, until=30.0), 1)], 60.0, 1.0))
    assert [f.change for f in found] == ["candidate", "dropped"]


def test_downtime_in_the_dwell_is_a_gap() -> None:
    pictures = [
        p
        for p in observations([Vehicle(standing(SPOT), 1)], 90.0, 1.0)
        if not 20.0 <= p.at - START < 45.0
    ]
    (at,) = opened(told(parking(), pictures, restart=True))
    assert 60.0 <= at <= 62.0


def test_after_a_camera_move_the_dwell_begins_anew() -> None:
    def view(t: float) -> View:
        return View(fault="moved" if 40.0 <= t < 44.0 else "", epoch=1 if t < 44.0 else 2)

    pictures = list(observations([Vehicle(standing(SPOT), 1)], 120.0, 1.0, view=view))
    (at,) = opened(told(parking(view_restarts=True), pictures))
    assert 104.0 <= at <= 106.0


def test_an_open_episode_goes_on_over_a_camera_move() -> None:
    def view(t: float) -> View:
        return View(fault="moved" if 70.0 <= t < 74.0 else "", epoch=1 if t < 74.0 else 2)

    pictures = list(observations([Vehicle(standing(SPOT), 1)], 160.0, 1.0, view=view))
    found = told(parking(view_restarts=True), pictures)
    assert [f.change for f in found] == ["candidate", "opened", "updated"]


def queue(goes: float, first: float = 5.0) -> list[Vehicle]:
    """Return four cars that stop one behind the other, and start one after the other."""
    return [
        Vehicle(
            standing((0.2 + 0.11 * k, 0.5, 0.3 + 0.11 * k, 0.62), first + 2 * k, goes + 2 * k), k
        )
        for k in range(4)
    ]


@pytest.mark.parametrize("period", [0.2, 1.0, 2.0])
def test_a_queue_is_no_stay_if_the_city_says_how_long_a_light_takes(period: float) -> None:
    pictures = list(observations(queue(60.0), 90.0, period, missed=0.1))
    assert len(opened(told(parking(dwell_s=20.0), pictures))) == 4
    assert opened(told(parking(dwell_s=20.0, queue_s=90.0), pictures)) == []


@pytest.mark.parametrize("restart", [False, True])
def test_who_stays_when_the_queue_drives_on_is_parked(restart: bool) -> None:
    street = [*queue(40.0)[1:], Vehicle(standing((0.2, 0.5, 0.3, 0.62), 5.0), 0)]
    pictures = observations(street, 120.0, 1.0)
    found = told(parking(dwell_s=20.0, queue_s=90.0), pictures, restart)
    (at,) = opened(found)
    # The others go from 42 s on; a car that is gone at once is remembered for 10 s.
    assert 60.0 <= at <= 75.0


def test_a_row_that_stands_longer_than_any_light_is_parked() -> None:
    found = told(parking(dwell_s=20.0, queue_s=60.0), observations(queue(1e9), 120.0, 1.0))
    assert len(opened(found)) == 4
    assert all(85.0 <= at <= 95.0 for at in opened(found))


def test_who_stood_alone_first_is_in_no_queue() -> None:
    alone = Vehicle(standing((0.2, 0.5, 0.3, 0.62)), 0)
    others = [*queue(1e9, first=20.0)[1:]]
    found = told(parking(dwell_s=40.0, queue_s=300.0), observations([alone, *others], 90.0, 1.0))
    (at,) = opened(found)
    assert 40.0 <= at <= 43.0


def test_the_numbers_behind_a_stay_are_told() -> None:
    zone = Zone(points=((0.3, 0.4), (0.6, 0.4), (0.6, 0.9), (0.3, 0.9)))
    found = told(parking(Zones((zone,))), observations([Vehicle(standing(SPOT), 1)], 80.0, 1.0))
    (event,) = [f for f in found if f.change == "opened"]
    tests = {m.name: m for m in event.measures}
    assert {"score", "height", "alike", "in_zone", "strayed"} <= tests.keys()
    assert all(tests[name].met for name in ("score", "height", "alike", "in_zone", "strayed"))
    assert tests["in_zone"].value == pytest.approx(1.5, abs=0.2)
