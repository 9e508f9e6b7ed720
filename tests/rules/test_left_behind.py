"""`left_behind`: whose is it, and has its owner left? Hand-made blobs, then the whole chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from rules.observation import Blob, Box, Object, Observation, Scene, Subject, View
from rules.primitives.left_behind import LeftBehind, Watch
from rules.zones import Zone, Zones
from tests.rules import pavement
from tests.rules.pavement import Figure, at, opened, told, walking

HERE: Box = (0.45, 0.55, 0.5, 0.62)
Objects = Callable[[float], Sequence[Object]]


def person(x: float, foot: float = 0.63, height: float = 0.3, score: float = 0.8) -> Object:
    return Object("person", score, (x - 0.05, foot - height, x + 0.05, foot))


def blob(**facts: object) -> Blob:
    given: dict[str, object] = {
        "key": 1,
        "box": HERE,
        "area": 0.002,
        "since": 5.0,
        "appeared": True,
        "contrast": 0.4,
    }
    return Blob(**{**given, **facts})  # type: ignore[arg-type]


def judged(
    objects: Objects,
    until: float = 40.0,
    blobs: Callable[[float], Sequence[Blob]] = lambda t: [blob()] if t >= 6 else [],
    zones: Zones | None = None,
    view: Callable[[float], View] = lambda t: View(),
    period: float = 1.0,
) -> list[tuple[float, tuple[Subject, ...]]]:
    rule, state = LeftBehind(LeftBehind.Params(), zones or Zones()), Watch()
    said = []
    for t in np.arange(0.0, until, period).tolist():
        seen = Observation(
            at=t, aspect=4 / 3, objects=tuple(objects(t)), blobs=tuple(blobs(t)), view=view(t)
        )
        state, scene = rule.step(state, Scene(seen), t)
        said.append((t, scene.subjects))
    return said


def holding(said: list[tuple[float, tuple[Subject, ...]]]) -> list[float]:
    return [t for t, subjects in said if any(s.holds for s in subjects)]


def leaves(at_s: float) -> Objects:
    return lambda t: [person(0.42)] if t <= at_s else [person(0.42 + 0.15 * (t - at_s))]


def test_it_holds_once_the_owner_is_gone_and_counts_from_then() -> None:
    said = judged(leaves(10.0))
    first = holding(said)[0]
    assert 12.0 <= first <= 17.0
    (subject,) = dict(said)[first]
    assert subject.since is not None
    assert 10.0 <= subject.since <= first - 2.0
    assert holding(said) == [t for t, _ in said if t >= first]
    assert subject.facts["zone"] == "whole picture"


def test_while_the_owner_is_near_it_is_seen_not_to_hold() -> None:
    said = judged(lambda t: [person(0.3)])
    assert holding(said) == []
    assert {s.holds for t, subjects in said if t > 6 for s in subjects} == {False}


def test_an_owner_who_is_missed_now_and_then_has_not_left() -> None:
    assert holding(judged(lambda t: [person(0.3)] if t % 3 else [])) == []


def test_somebody_far_behind_is_not_with_it() -> None:
    """As near in the picture, but their feet are far up the street."""
    assert holding(judged(lambda t: [person(0.47, foot=0.35, height=0.12)]))


def test_who_walks_by_is_no_owner_who_stops_is() -> None:
    def passing(t: float) -> Sequence[Object]:
        return [person(0.1 + 0.17 * ((t + 1.3 * k) % 5)) for k in range(2)]

    said = judged(passing, 60.0)
    assert len(holding(said)) > 15
    back = judged(lambda t: [person(0.42)] if t <= 10 or 20 <= t <= 25 else [], 40.0)
    assert set(range(23, 26)).isdisjoint(holding(back))
    assert holding(back)[-1] == 39.0


def test_who_stops_beside_old_litter_does_not_end_it() -> None:
    said = judged(lambda t: [person(0.42)] if t <= 10 or t >= 60 else [], 80.0)
    assert {s.holds for t, subjects in said if t >= 63 for s in subjects} == {None}


def test_what_was_taken_away_or_is_light_never_holds() -> None:
    assert holding(judged(lambda t: [], blobs=lambda t: [blob(appeared=False)])) == []


def test_hidden_is_unknown_not_gone() -> None:
    said = judged(lambda t: [], blobs=lambda t: [blob(seen=t < 20)])
    assert {s.holds for t, subjects in said if t >= 20 for s in subjects} == {None}


@pytest.mark.parametrize("label", ["car", "truck"])
def test_a_vehicle_that_stood_there_explains_it(label: str) -> None:
    car = Object(label, 0.8, (0.4, 0.5, 0.6, 0.65))
    assert holding(judged(lambda t: [car] if 5 <= t < 20 else [])) == []


def test_what_lay_beside_a_car_that_drove_off_is_left() -> None:
    """It is a small part of the car's box: a car that is only missed would show as more."""
    car = Object("car", 0.8, (0.1, 0.1, 0.6, 0.65))
    assert holding(judged(lambda t: [car] if 2 <= t < 12 else []))[0] >= 12.0


@pytest.mark.parametrize("box", [(0.4, 0.2, 0.5, 0.3), (0.42, 0.66, 0.48, 0.9)])
def test_an_umbrella_and_the_image_on_wet_ground_belong_to_who_stands_there(box: Box) -> None:
    holder = person(0.45, foot=0.62, height=0.3)
    blobs = [blob(box=box)]
    assert holding(judged(lambda t: [holder], blobs=lambda t: blobs if t >= 6 else [])) == []
    gone = judged(lambda t: [holder] if t < 10 else [], blobs=lambda t: blobs if t >= 6 else [])
    assert holding(gone)


def test_a_vehicle_that_only_passed_does_not() -> None:
    def passing(t: float) -> Sequence[Object]:
        x = 0.1 * (t - 4)
        return [Object("car", 0.8, (x, 0.5, x + 0.2, 0.65))] if t < 12 else []

    assert holding(judged(passing))


def test_a_person_who_is_no_longer_detected_is_no_litter() -> None:
    sitting = (0.4, 0.4, 0.52, 0.63)
    person_blob = blob(box=(0.41, 0.42, 0.51, 0.63), area=0.02)
    said = judged(
        lambda t: [Object("person", 0.7, sitting)] if t < 15 else [],
        60.0,
        blobs=lambda t: [person_blob],
    )
    assert holding(said) == []


def test_weak_detections_are_nobody() -> None:
    assert holding(judged(lambda t: [person(0.42, score=0.15)]))


def test_outside_the_zone_nothing_is_said() -> None:
    zone = Zone(name="square", points=((0.0, 0.7), (1.0, 0.7), (1.0, 1.0), (0.0, 1.0)))
    assert all(not subjects for _, subjects in judged(leaves(10.0), zones=Zones((zone,))))


def test_a_heap_is_one_subject_under_the_name_of_its_first_piece() -> None:
    second = blob(key=2, box=(0.51, 0.56, 0.54, 0.62), since=20.0)
    far = blob(key=3, box=(0.8, 0.56, 0.84, 0.62), since=20.0)
    said = judged(lambda t: [], blobs=lambda t: [blob()] if t < 21 else [second, blob(), far])
    last = {s.key: s.box for s in said[-1][1]}
    assert last == {"blob-1": (0.45, 0.55, 0.54, 0.62), "blob-3": far.box}


def test_it_pauses_while_the_view_is_at_fault() -> None:
    rule = LeftBehind(LeftBehind.Params(), Zones())
    seen = Observation(at=9.0, aspect=1.0, blobs=(blob(),), view=View(fault="moved"))
    state, scene = rule.step(Watch(), Scene(seen), 9.0)
    assert (state, scene.paused, scene.subjects) == (Watch(), "moved", ())


def test_after_a_move_what_lay_there_is_unknown() -> None:
    said = judged(
        lambda t: [],
        blobs=lambda t: [blob()] if t < 20 else [],
        view=lambda t: View(epoch=1 + (t >= 20)),
    )
    assert [(s.key, s.holds) for s in said[-1][1]] == [("blob-1", None)]


# The whole chain, with pixels.

BAG = (150.0, 150.0, 172.0, 168.0)
OWNER = walking((8, 0, 170), (14, 145, 170), (17, 145, 170), (25, 330, 170))


def owner(seen: Callable[[float], bool] = lambda t: True) -> Figure:
    return Figure(OWNER, 3, "person", seen=seen)


@pytest.mark.parametrize("period", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("restart", [False, True])
def test_a_bag_left_behind_is_told_once(period: float, restart: bool) -> None:
    ((when, box),) = opened(
        told(pavement.Scene([owner(), Figure(at(BAG, 15.0), 5)]), 50.0, period, restart)
    )
    assert 25.0 <= when <= 36.0
    assert np.abs(np.array(box) - BAG).max() <= 5.0


def test_it_is_told_though_the_owner_is_often_or_never_detected() -> None:
    for seen in (lambda t: int(t * 7) % 2 == 0, lambda t: False):
        scene = pavement.Scene([owner(seen), Figure(at(BAG, 15.0), 5)])
        assert len(opened(told(scene, 45.0))) == 1


def test_a_trolley_is_told_and_the_owner_beside_it_is_not() -> None:
    trolley = walking((8, 20, 168), (14, 165, 168), (99, 165, 168), size=(26, 24))
    assert len(opened(told(pavement.Scene([owner(), Figure(trolley, 9)]), 45.0))) == 1
    waits = Figure(walking((8, 0, 170), (14, 140, 170), (90, 140, 170)), 3, "person")
    assert opened(told(pavement.Scene([waits, Figure(at(BAG, 15.0), 5)]), 60.0)) == []


def test_somebody_who_comes_and_is_then_missed_for_good_is_not_told() -> None:
    path = walking((8, 0, 170), (14, 140, 170), (90, 140, 170))
    waits = Figure(path, 3, "person", seen=lambda t: t < 20)
    assert opened(told(pavement.Scene([waits]), 60.0)) == []


def test_a_crowd_walking_by_does_not_keep_it_from_being_told() -> None:
    starts = np.cumsum(np.random.default_rng(3).exponential(4.0, 12)) + 24.0
    crowd = [
        Figure(walking((s, -20, 175), (s + 8, 340, 175)), 10 + k, "person")
        for k, s in enumerate(starts.tolist())
    ]
    scene = pavement.Scene([owner(), Figure(at(BAG, 15.0), 5), *crowd])
    assert len(opened(told(scene, 70.0))) == 1


def test_picked_up_it_is_cleared() -> None:
    taker = Figure(
        walking((40, 0, 170), (44, 145, 170), (46, 145, 170), (52, 330, 170)), 4, "person"
    )
    scene = pavement.Scene([owner(), Figure(at(BAG, 15.0, 45.0), 5), taker])
    found = told(scene, 65.0)
    assert [change for change, _, _ in found if change in ("opened", "cleared")] == [
        "opened",
        "cleared",
    ]
    assert 45.0 <= found[-1][1] <= 60.0


def test_a_camera_that_trembles_or_was_bumped() -> None:
    figures = [owner(), Figure(at(BAG, 15.0), 5)]
    trembling = pavement.Scene(
        figures, shift=lambda t: (1.5 * float(np.sin(t * 2.1)), 1.2 * float(np.cos(t * 1.7)))
    )
    bumped = pavement.Scene(figures, shift=lambda t: (5.0, 3.0) if t > 22 else (0.0, 0.0))
    for scene in (trembling, bumped):
        assert len(opened(told(scene, 50.0))) == 1


def test_a_camera_that_turns_away_tells_nothing() -> None:
    scene = pavement.Scene([owner()], shift=lambda t: (60.0, 10.0) if t > 30 else (0.0, 0.0))
    assert opened(told(scene, 70.0)) == []


@pytest.mark.parametrize("weather", [pavement.snow, pavement.rain])
def test_in_rain_and_snow(weather: Callable[[NDArray[np.float64], float], None]) -> None:
    empty = pavement.Scene([owner()], weather=weather)
    assert opened(told(empty, 50.0, 2.0)) == []
    scene = pavement.Scene([owner(), Figure(at(BAG, 15.0), 5)], weather=weather)
    assert len(opened(told(scene, 50.0, 2.0))) == 1
