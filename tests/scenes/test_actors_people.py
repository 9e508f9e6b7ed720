"""People: bones keep their length, feet stay above ground, nobody moves faster than a body can."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scenes.actors.course import Point2
from scenes.actors.cycles import lowest_of
from scenes.actors.falling import Fall, FallKind, LieStill, TryToRise, Tumble, Twitch
from scenes.actors.figure import COCO, L_ANKLE, R_ANKLE
from scenes.actors.handling import Drop, PickUp, PutDown, Sweep, Throw
from scenes.actors.look import Kind, draw_look
from scenes.actors.motion import Motion
from scenes.actors.person import Person
from scenes.actors.standing import (
    Away,
    Bend,
    Jump,
    Kneel,
    LieDown,
    PushUps,
    Rise,
    SitDown,
    Squat,
    Stand,
    Stay,
    TieShoes,
    Turn,
)
from scenes.actors.things import draw_thing
from scenes.actors.walking import Walk, run

BAG = draw_thing(np.random.default_rng(1), "bin bag")
BONES = ((5, 7), (7, 9), (6, 8), (8, 10), (11, 13), (13, 15), (12, 14), (14, 16), (5, 6), (11, 12))
CALM: dict[str, tuple[Motion, ...]] = {
    "walk": (Walk([(4.0, 0.0), (4.0, 3.0)]), Stand(1.0), Walk([(0.0, 0.0)])),
    "run": (run((8.0, 0.0), (8.0, 6.0)), Stand(0.5)),
    "turn": (Turn(heading=2.5), Turn(to=(-3.0, -1.0)), Stand(2.0, bearing="phone")),
    "low": (Squat(2.0), Bend(), TieShoes(2.0), Kneel(1.0), Kneel(1.0, one_knee=True)),
    "sit": (SitDown(), Stay(2.0), Rise(), SitDown(seat=0.0), Stay(1.0), Walk([(2.0, 1.0)])),
    "lie": (LieDown(), Stay(2.0), Rise(), LieDown("side"), Rise()),
    "bench": (SitDown(0.45), LieDown("rest", height=0.45), Stay(1.0), Rise()),
    "push-ups": (PushUps(count=2), Walk([(1.0, 1.0)])),
    "sweep": (Sweep(4.0), Walk([(2.0, 2.0)])),
    "bag": (PickUp(BAG), Walk([(3.0, 0.0)]), PutDown(BAG), PickUp(BAG, squat=True), Throw(BAG)),
}
WILD: dict[str, tuple[Motion, ...]] = {
    "trip": (Walk([(2.0, 0.0)]), Fall("trip"), LieStill(2.0), Rise()),
    "slip": (Fall("slip", 0.5), Twitch(2.0), TryToRise(), LieStill(1.0)),
    "collapse": (Fall("collapse", 1.4), LieStill(1.0), Rise(), Stand(1.0)),
    "faint": (Fall("faint", toward=2.0), TryToRise(), Rise()),
    "slump": (SitDown(), Stay(1.0), Fall("slump"), LieStill(2.0), Rise()),
    "play": (Jump(2), Tumble(), run((3.0, 0.0)), Tumble(toward=1.6)),
}
ALL = CALM | WILD


def someone(motions: tuple[Motion, ...], seed: int = 5, kind: Kind = "adult") -> Person:
    look = draw_look(np.random.default_rng(seed), kind)
    return Person(seed, look=look).does(*motions)


def tracks(person: Person, rate: float) -> tuple[np.ndarray, np.ndarray]:
    times = np.arange(0.0, person.end, 1.0 / rate)
    return times, np.array([person.joints(t).keypoints for t in times])


@pytest.mark.parametrize("kind", ["adult", "child"])
@pytest.mark.parametrize("name", ALL)
def test_bones_keep_their_length(name: str, kind: Kind) -> None:
    _, points = tracks(someone(ALL[name], kind=kind), 5.0)
    for a, b in BONES:
        lengths = np.linalg.norm(points[:, a] - points[:, b], axis=1)
        assert np.ptp(lengths) < 1e-9


@pytest.mark.parametrize("kind", ["adult", "child"])
@pytest.mark.parametrize("name", ALL)
def test_no_joint_is_below_the_ground_and_something_touches_it(name: str, kind: Kind) -> None:
    person = someone(ALL[name], kind=kind)
    radii = person.dressed.figure.radii
    for at in np.arange(0.0, person.end, 0.1):
        low = (person.joints(float(at)).at[:, 2] - radii).min()
        assert low >= -1e-9
        assert low < 0.6, "nobody floats higher than a jump or a bench"


@pytest.mark.parametrize("name", ALL)
def test_nothing_of_the_drawn_body_is_below_the_ground(name: str) -> None:
    person = someone(ALL[name], seed=9)
    for at in np.arange(0.0, person.end, 0.25):
        for body in person.bodies(float(at)):
            assert min(lowest_of(solid) for solid in body.solids) > -0.05


@pytest.mark.parametrize(("name", "limit"), [*((n, 9.0) for n in CALM), *((n, 16.0) for n in WILD)])
def test_no_joint_is_faster_than_a_body_can_be(name: str, limit: float) -> None:
    times, points = tracks(someone(ALL[name]), 100.0)
    speed = np.linalg.norm(np.diff(points, axis=0), axis=2) * 100.0
    worst = np.unravel_index(speed.argmax(), speed.shape)
    assert speed.max() < limit, f"joint {worst[1]} at {times[worst[0]]:.2f} s"


def test_a_planted_foot_stands_still() -> None:
    person = someone((Walk([(8.0, 0.0)], speed=1.3),))
    times = np.arange(2.0, 5.0, 0.02)
    ankles = np.array([person.joints(t).at[[L_ANKLE, R_ANKLE]] for t in times])
    speed = np.abs(np.diff(ankles[:, :, 0], axis=0)) / 0.02
    assert np.median(speed.min(axis=1)) < 0.25
    assert np.median(speed.max(axis=1)) > 1.5


def test_a_walk_ends_exactly_where_and_when_it_says() -> None:
    walk, wait, back = (
        Walk([(6.0, 2.0)], until=9.0),
        Stand(until=12.5),
        Walk([(0.0, 0.0)], within=8),
    )
    person = someone((walk, wait, back))
    assert person.span(walk) == pytest.approx((0.0, 9.0))
    assert person.span(wait) == pytest.approx((9.0, 12.5))
    assert person.end == pytest.approx(20.5)
    assert person.stance(9.0).place == pytest.approx((6.0, 2.0))
    assert person.stance(person.end).place == pytest.approx((0.0, 0.0))


def test_what_cannot_be_done_in_time_is_refused() -> None:
    with pytest.raises(ValueError, match="too fast"):
        someone((Walk([(50.0, 0.0)], within=3.0),)).end  # noqa: B018
    with pytest.raises(ValueError, match="until"):
        someone((Stand(5.0), Stand(until=4.0))).end  # noqa: B018
    with pytest.raises(LookupError):
        someone((Stand(5.0),)).span(Stand(5.0))


def test_who_has_left_or_is_indoors_is_not_drawn() -> None:
    person = Person(3, begin=2.0, leaves=True).does(
        Stand(1.0), Away(3.0, at=(5.0, 5.0)), Stand(1.0)
    )
    seen = [t for t in np.arange(0.0, 9.0, 0.5) if person.bodies(float(t))]
    assert seen == [2.0, 2.5, 6.0, 6.5]
    assert person.place(6.5) == pytest.approx((5.0, 5.0), abs=0.1)


@pytest.mark.parametrize("kind", ["trip", "slip", "collapse", "faint"])
@pytest.mark.parametrize("toward", [None, 0.0, math.pi / 2, math.pi, -math.pi / 2])
def test_a_fall_says_when_and_where_the_body_is_down(kind: FallKind, toward: float | None) -> None:
    fall, rise = Fall(kind, 0.8, toward), Rise()
    person = someone((Walk([(2.0, 1.0)]), fall, LieStill(until=30.0), rise))
    (down,) = person.downs
    begin, _ = person.span(fall)
    assert (down.fell, down.begin) == pytest.approx((begin, begin + 0.8))
    assert down.end == pytest.approx(30.0)
    assert not down.willed
    assert math.dist(down.place, (2.0, 1.0)) < 1.6
    assert height(person, begin) > 0.8 * person.dressed.height
    assert height(person, down.begin) < 0.7
    if toward is not None:
        hips, head = (np.array(person.joints(down.begin).point(j)[:2]) for j in (0, 3))
        along = float(np.dot(head - hips, (math.cos(toward), math.sin(toward))))
        assert along > 0.35, "the head lies toward where the fall went"


def height(person: Person, at: float) -> float:
    return max(z for _, _, z in person.joints(at).keypoints)


def test_lying_down_of_ones_own_will_is_slow_and_is_called_so() -> None:
    lie = LieDown(seconds=4.0)
    person = someone((lie, Stay(5.0)))
    (down,) = person.downs
    assert down.willed
    assert (down.fell, down.begin, down.end) == (4.0, 4.0, math.inf)


def test_a_child_at_play_is_up_again_at_once() -> None:
    person = someone((Tumble(1.9),), kind="child")
    (down,) = person.downs
    assert down.end - down.begin < 0.5
    assert height(person, person.end) > 0.8 * person.dressed.height


def side_on(person: Person, at: float) -> float:
    """Height over width of the joints, seen along +y."""
    points = np.array(person.joints(at).keypoints)
    width = max(np.ptp(points[:, 0]), 0.2)
    return float(np.ptp(points[:, 2]) / width)


def test_upright_is_tall_and_lying_is_flat() -> None:
    for seed in range(8):
        person = someone((Stand(2.0), Fall("faint", toward=0.0), LieStill(2.0)), seed)
        assert side_on(person, 1.0) > 2.0
        assert side_on(person, person.end) < 0.7


def test_the_same_time_gives_the_same_body_in_any_order() -> None:
    motions = ALL["trip"]
    one, other = someone(motions), someone(motions)
    times = [4.0, 0.5, 3.1, 1.7]
    assert [one.bodies(t) for t in times] == [
        other.bodies(t) for t in sorted(times, key=times.index)
    ]
    assert one.bodies(0.5) == other.bodies(0.5)


@pytest.mark.parametrize("kind", ["adult", "old", "child", "worker", "cleaner"])
def test_people_differ_by_seed_and_stay_within_their_kind(kind: Kind) -> None:
    looks = [draw_look(np.random.default_rng(seed), kind) for seed in range(60)]
    low, high = (1.0, 1.4) if kind == "child" else (1.45, 1.9)
    assert all(low <= look.height <= high for look in looks)
    assert len({look.upper_color for look in looks}) == 60
    assert len({look.skin for look in looks}) == 60
    if kind == "adult":
        assert len({look.lower for look in looks}) == 3


def test_seventeen_keypoints_of_a_standing_person_lie_in_order() -> None:
    (body,) = someone((Stand(3.0),)).bodies(1.0)
    assert len(body.keypoints) == len(COCO) == 17
    heights = [body.keypoints[j][2] for j in (0, 5, 7, 11, 13, 15)]
    assert heights == sorted(heights, reverse=True)
    left, right = body.keypoints[5], body.keypoints[6]
    assert left[1] > right[1], "who looks along +x has the left shoulder at +y"


def test_something_dropped_in_walking_is_let_go_exactly_then() -> None:
    drop = Drop(BAG)
    person = Person(4, holds=(BAG,)).does(Walk([(3.0, 0.0)]), drop)
    begin, _ = person.span(drop)
    ((since, until),) = person.holding(BAG)
    assert since == -math.inf
    assert until == pytest.approx(begin + 0.25)


PLACES: tuple[Point2, ...] = ((3.0, 0.0), (3.0, 3.0), (0.0, 3.0))


def test_a_way_is_followed_with_its_corners_cut() -> None:
    person = someone((Walk(PLACES),))
    route = np.array([person.stance(t).place for t in np.arange(0.0, person.end, 0.05)])
    for corner in PLACES[:-1]:
        nearest = np.linalg.norm(route - np.array(corner), axis=1).min()
        assert 0.05 < nearest < 0.5
