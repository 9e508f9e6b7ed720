"""`track`: one object, one id, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from math import sin

import pytest

from rules import codec
from rules.motion import displacement
from rules.observation import Box, Object, Observation, Scene, Track, View
from rules.primitives.track import Tracker, Trails
from rules.zones import Zones
from tests.rules.street import ASPECT, START, Vehicle, driving, observations, standing

SPOT: Box = (0.4, 0.5, 0.5, 0.62)


def follow(pictures: Iterable[Observation], **values: float) -> list[tuple[Track, ...]]:
    tracker = Tracker(Tracker.Params(**values), Zones())
    state = Trails()
    told = []
    for seen in pictures:
        state, scene = tracker.step(state, Scene(seen), seen.at)
        assert codec.loads(codec.dumps(state), Trails) == state
        told.append(scene.tracks)
    return told


@pytest.mark.parametrize("period", [0.04, 0.2, 1.0, 2.0])
def test_a_standing_car_keeps_its_id_and_its_time(period: float) -> None:
    told = follow(observations([Vehicle(standing(SPOT), 1)], 40.0, period, missed=0.3))
    ids = {t.id for tracks in told for t in tracks}
    assert len(ids) == 1
    (last,) = told[-1]
    assert last.still_since is not None
    assert last.still_since - START <= 5 * period


@pytest.mark.parametrize(("period", "speed"), [(0.04, 0.3), (0.2, 0.3), (0.5, 0.1), (1.0, 0.05)])
def test_a_driving_car_keeps_its_id_and_never_stands(period: float, speed: float) -> None:
    car = Vehicle(driving((0.0, 0.5, 0.1, 0.62), speed), 1)
    told = follow(observations([car], 0.8 / speed, period))
    tracks = [t for now in told for t in now]
    assert len({t.id for t in tracks}) == 1
    assert all(t.still_since is None for t in tracks)


def test_label_flips_are_one_vehicle_and_the_best_label_stays() -> None:
    told = follow(observations([Vehicle(standing(SPOT), 1)], 20.0, 0.5, seed=3))
    assert all(len(tracks) <= 1 for tracks in told)


def test_two_labels_on_one_vehicle_are_one_track() -> None:
    both = (Object("car", 0.6, SPOT), Object("truck", 0.5, SPOT), Object("person", 0.5, SPOT))
    (tracks,) = follow([Observation(at=START, aspect=ASPECT, objects=both)])
    assert sorted(t.label for t in tracks) == ["car", "person"]


def test_a_weak_detection_continues_but_does_not_begin() -> None:
    def at(t: float, score: float) -> Observation:
        return Observation(at=START + t, aspect=ASPECT, objects=(Object("car", score, SPOT),))

    assert follow([at(0, 0.15)]) == [()]
    told = follow([at(0, 0.6), at(0.5, 0.15), at(1.0, 0.15)])
    assert [t.seen for (t,) in told] == [True, True, True]


@pytest.mark.parametrize("period", [0.2, 0.5, 1.0, 2.0])
def test_a_standing_car_is_remembered_behind_passing_trucks(period: float) -> None:
    truck = driving((-0.3, 0.4, 0.0, 0.75), 0.25, since=12.0, every=6.0)
    street = [Vehicle(standing(SPOT), 1), Vehicle(truck, 2, "bus", 0.8)]
    told = follow(observations(street, 120.0, period))
    first = min(t.id for t in told[0])
    for tracks in told[1:]:
        (car,) = [t for t in tracks if t.id == first]
        assert car.still_since is None or car.still_since - START < 3 * period
    mine = [t for tracks in told for t in tracks if t.id == first]
    assert sum(t.hidden for t in mine) > 0.1 * len(mine)
    assert sum(t.seen or t.hidden for t in mine) > 0.9 * len(mine)


def test_a_car_that_leaves_is_forgotten_in_free_view() -> None:
    street = [Vehicle(standing(SPOT, until=30.0), 1)]
    told = follow(observations(street, 60.0, 1.0), forget_s=10.0)
    assert told[32]
    assert not told[32][0].seen
    assert told[45] == ()


def test_a_slow_queue_does_not_stand() -> None:
    """A car length (0.1) in 20 s, in steps: nobody has stood at one place for 20 s."""
    creeping = Vehicle(lambda t: (0.2 + 0.005 * t, 0.5, 0.3 + 0.005 * t, 0.62), 1)
    told = follow(observations([creeping], 100.0, 0.5, jitter=0.01))
    spells = [
        t - tracks[0].still_since
        for t, tracks in zip((START + 0.5 * k for k in range(200)), told, strict=True)
        if tracks and tracks[0].still_since is not None
    ]
    assert max(spells) < 20.0


def test_a_swaying_camera_moves_nothing() -> None:
    def sway(t: float) -> View:
        return View(warp=(1.0 + 0.02 * sin(t), 0.0, 0.03 * sin(t / 3), 0.0))

    def there(t: float) -> Box:
        a, _, tx, _ = sway(t).warp
        x1, y1, x2, y2 = SPOT
        return a * x1 + tx, a * y1, a * x2 + tx, a * y2

    told = follow(observations([Vehicle(there, 1)], 60.0, 0.5, view=sway))
    (last,) = told[-1]
    assert last.still_since is not None
    assert last.still_since - START < 2.0
    assert last.box[0] == pytest.approx(there(59.5)[0], abs=0.02)


def test_a_fault_of_the_view_pauses_and_changes_nothing() -> None:
    tracker = Tracker(Tracker.Params(), Zones())
    blind = Observation(at=START, aspect=ASPECT, view=View(fault="covered"))
    state, scene = tracker.step(Trails(), Scene(blind), START)
    assert state == Trails()
    assert scene.paused == "covered"


def test_persons_have_no_look() -> None:
    from rules.primitives.objects import Objects

    with pytest.raises(ValueError, match="vehicles only"):
        Objects.Params(looks=("car", "person"))


def test_a_box_cut_by_the_border_moves_with_its_free_edge() -> None:
    """The next car at the border is another one, though the border cuts both at the same place."""
    stood: Box = (0.72, 0.11, 1.0, 0.49)
    came: Box = (0.8, 0.11, 1.0, 0.49)
    assert displacement(stood, came, ASPECT) > 0.25
    mirrored: list[Box] = [(1.0 - b[2], b[1], 1.0 - b[0], b[3]) for b in (stood, came)]
    assert displacement(mirrored[0], mirrored[1], ASPECT) == pytest.approx(
        displacement(stood, came, ASPECT)
    )
    # Away from the border one edge alone is something that passes in front.
    inside: list[Box] = [(b[0] - 0.2, b[1], b[2] - 0.2, b[3]) for b in (stood, came)]
    assert displacement(inside[0], inside[1], ASPECT) < 0.05
