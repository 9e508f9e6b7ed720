"""Things, vehicles, cycles and animals: at rest exactly where and when they say."""

from __future__ import annotations

import math
from typing import get_args

import numpy as np
import pytest

from scenes.actors.animals import Animal, AnimalKind
from scenes.actors.coachwork import VehicleKind
from scenes.actors.cycles import Cycle, lowest_of, row
from scenes.actors.driving import Drive, Halt, reverse
from scenes.actors.frames import CycleKind
from scenes.actors.handling import Drop, Hold, PickUp, PutDown, Throw
from scenes.actors.motion import Motion
from scenes.actors.person import Person
from scenes.actors.props import Prop
from scenes.actors.riding import Dismount, Ride, rider
from scenes.actors.standing import Stand
from scenes.actors.things import Thing, ThingKind, draw_thing
from scenes.actors.vehicles import LABEL, Vehicle, draw_vehicle
from scenes.actors.walking import Walk
from scenes.actors.wind import Flag, Flicker
from scenes.shapes import Body, Face


def thing(kind: ThingKind, seed: int = 1) -> Thing:
    return draw_thing(np.random.default_rng(seed), kind)


def lowest(body: Body) -> float:
    return min(lowest_of(solid) for solid in body.solids)


def extent(body: Body) -> np.ndarray:
    """Return the size of a body along x, y, z."""
    low, high = [], []
    for solid in body.solids:
        if isinstance(solid, Face):
            points, thick = np.array(solid.corners), np.zeros((len(solid.corners), 1))
        else:
            points = np.array([solid.a, solid.b])
            thick = np.array([[solid.radius_a], [solid.radius_b]])
        low.append((points - thick).min(axis=0))
        high.append((points + thick).max(axis=0))
    size: np.ndarray = np.max(high, axis=0) - np.min(low, axis=0)
    return size


@pytest.mark.parametrize("kind", get_args(ThingKind))
def test_every_thing_lies_on_the_ground_and_has_its_size(kind: ThingKind) -> None:
    one = thing(kind)
    (body,) = Prop(one, lies=(2.0, 3.0)).bodies(0.0)
    assert body.label == ""
    assert lowest(body) > (-0.7 if kind == "umbrella" else -0.06)
    assert extent(body).max() < 2.2 * max(one.size) + 0.1
    assert extent(body).max() > 0.35 * max(one.size)


@pytest.mark.parametrize("kind", ["bin bag", "suitcase", "box", "bottle", "trolley case", "paper"])
def test_what_is_put_down_rests_from_an_exact_time_at_an_exact_place(kind: ThingKind) -> None:
    one = thing(kind)
    put = PutDown(one)
    person = Person(3, holds=(one,)).does(Walk([(4.0, 0.0)]), put, Walk([(9.0, 3.0)]))
    left = Prop(one, (person,))
    (rest,) = left.rests
    begin, end = person.span(put)
    assert begin < rest.begin < end
    assert (rest.end, rest.left_by) == (math.inf, person)
    assert math.dist(rest.place, (4.0, 0.0)) < 1.1
    still = left.bodies(rest.begin + 1e-6)
    assert left.bodies(rest.begin + 100.0) == still
    assert left.bodies(rest.begin - 0.6) != still


@pytest.mark.parametrize("act", ["put", "drop", "throw"])
def test_a_thing_never_jumps_and_never_sinks(act: str) -> None:
    one = thing("bin bag")
    ways: dict[str, Motion] = {"put": PutDown(one), "drop": Drop(one), "throw": Throw(one)}
    leave = ways[act]
    person = Person(3, holds=(one,)).does(Walk([(3.0, 0.0)]), leave, Stand(1.0))
    left = Prop(one, (person,))
    places = [left.placed(float(t)) for t in np.arange(0.0, person.end + 2.0, 0.02)]
    points = np.array([p.at for p in places if p is not None])
    assert len(points) == len(places)
    assert points[:, 2].min() >= 0.0
    assert np.linalg.norm(np.diff(points, axis=0), axis=1).max() / 0.02 < 10.0
    (rest,) = left.rests
    if act == "throw":
        assert rest.place[0] > 4.0


def test_what_one_leaves_another_takes_along() -> None:
    one = thing("suitcase")
    put = PutDown(one)
    anna = Person(3, holds=(one,)).does(Walk([(4.0, 0.0)]), put, Walk([(-6.0, 0.0)]))
    take = PickUp(one)
    ben = Person(4, at=(9.0, 0.0), heading=math.pi, leaves=True).does(
        Stand(until=20.0), Walk([(5.2, 0.0)]), take, Walk([(12.0, 0.0)])
    )
    case = Prop(one, (anna, ben))
    (rest,) = case.rests
    assert ben.span(take)[0] < rest.end < ben.span(take)[1]
    assert case.bodies(ben.end + 0.1) == ()
    carried = case.placed(ben.end - 0.5)
    assert carried is not None
    assert math.dist(carried.at[:2], ben.place(ben.end - 0.5)) < 0.8


def test_what_lay_there_before_and_what_is_taken_away_for_good() -> None:
    one = thing("box")
    lying = Prop(one, lies=(1.0, 2.0), begin=3.0, end=8.0)
    assert [bool(lying.bodies(t)) for t in (2.9, 3.0, 7.9, 8.0)] == [False, True, True, False]
    assert [(r.begin, r.end, r.place) for r in lying.rests] == [(3.0, 8.0, (1.0, 2.0))]


def test_what_comes_out_of_a_pocket_is_not_there_before() -> None:
    can = thing("can")
    hold = Hold(can)
    person = Person(2).does(Stand(2.0), hold, Drop(can))
    left = Prop(can, (person,))
    assert left.bodies(1.9) == ()
    assert left.bodies(person.span(hold)[1]) != ()
    assert len(left.rests) == 1


@pytest.mark.parametrize("kind", get_args(VehicleKind))
def test_vehicles_are_as_large_as_they_say_and_stand_on_the_road(kind: VehicleKind) -> None:
    look = draw_vehicle(np.random.default_rng(7), kind)
    (body,) = Vehicle(1, at=(3.0, 4.0), look=look).bodies(0.0)
    assert body.label == LABEL[kind]
    assert -0.01 < lowest(body) < 0.02
    assert extent(body) == pytest.approx(look.size, rel=0.25)
    assert extent(body)[0] > extent(body)[2] * 1.8


def test_a_car_stops_at_an_exact_time_and_place_and_goes_on() -> None:
    stop, wait, leave = Drive([(0.0, 5.0)], until=12.0), Halt(30.0), Drive([(40.0, 5.0)])
    car = Vehicle(2, at=(-50.0, 5.0), leaves=True).does(stop, wait, leave)
    assert car.course.span(stop)[1] == pytest.approx(12.0)
    assert car.course.stops()[0] == pytest.approx((12.0, 42.0))
    assert car.place(12.0) == pytest.approx((0.0, 5.0), abs=1e-6)
    assert car.place(30.0) == car.place(41.9)
    assert car.bodies(car.course.end + 0.1) == ()


def test_a_stop_is_heralded_by_brake_lights_and_a_reverse_by_a_white_one() -> None:
    stop, park = Drive([(0.0, 0.0)], speed=10.0), reverse((-6.0, 2.0), heading=0.0)
    car = Vehicle(2, at=(-60.0, 0.0), speed=10.0).does(stop, park)
    end = car.course.span(stop)[1]
    assert [len(car.bodies(t)[0].lamps) for t in (1.0, end - 0.5, end + 1.0)] == [0, 2, 2]
    colors = {lamp.color for lamp in car.bodies(end + 1.0)[0].lamps}
    assert colors.isdisjoint({lamp.color for lamp in car.bodies(end - 0.5)[0].lamps})
    rolling = car.course.rolling(car.course.end)
    assert rolling.place == pytest.approx((-6.0, 2.0))
    assert math.remainder(rolling.heading, math.tau) == pytest.approx(0.0, abs=0.05)


def test_a_drive_has_no_jumps_in_place_heading_or_speed() -> None:
    legs = (
        Drive([(0.0, 0.0), (12.0, 8.0)], speed=8.0, on=3.0),
        Drive([(12.0, 30.0)], speed=6.0),
        Halt(2.0),
        reverse((12.5, 22.0)),
    )
    car = Vehicle(2, at=(-20.0, 0.0), speed=8.0).does(*legs)
    times = np.arange(0.0, car.course.end, 0.02)
    rolls = [car.course.rolling(float(t)) for t in times]
    places = np.array([r.place for r in rolls])
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1) / 0.02
    speeds = np.abs([r.speed for r in rolls])
    assert np.abs(steps - speeds[:-1]).max() < 0.5
    turns = np.diff([r.heading for r in rolls])
    assert np.abs((turns + math.pi) % math.tau - math.pi).max() < 0.1
    assert np.abs(np.diff(speeds)).max() / 0.02 < 6.0


def test_a_halt_needs_a_standing_vehicle() -> None:
    with pytest.raises(ValueError, match="halt"):
        Vehicle(1).does(Drive([(20.0, 0.0)], on=5.0), Halt(3.0)).place(0.0)


def test_lit_cars_have_lamps_ahead_and_behind() -> None:
    (body,) = Vehicle(1, lights=True).bodies(0.0)
    xs = [lamp.at[0] for lamp in body.lamps]
    assert min(xs) < -1.5
    assert max(xs) > 1.5


def test_vehicles_differ_by_seed() -> None:
    looks = [draw_vehicle(np.random.default_rng(seed)) for seed in range(40)]
    assert len({look.color for look in looks}) > 35
    assert len({look.kind for look in looks}) == 4


@pytest.mark.parametrize("kind", get_args(CycleKind))
def test_a_rider_sits_on_the_saddle_with_hands_at_the_grips(kind: CycleKind) -> None:
    bike = Cycle(5, kind, (-10.0, 0.0), begin=0.0).does(Drive([(10.0, 0.0)], speed=4.0))
    man = rider(6, bike)
    for at in np.arange(0.5, bike.course.end - 0.5, 0.4):
        (machine,), (person,) = bike.bodies(float(at)), man.bodies(float(at))
        assert (machine.label in ("bicycle", "motorcycle"), person.label) == (True, "person")
        x, y = bike.place(float(at))
        assert math.dist(man.place(float(at)), (x, y)) < 0.6
        wrist = np.array(person.keypoints[10])
        hips = np.array(person.keypoints[12])
        assert wrist[0] - hips[0] > 0.25
        assert 0.8 < wrist[2] < 1.3
        assert min(person.keypoints[15][2], person.keypoints[16][2]) > 0.1


def test_a_rider_gets_off_and_walks_while_the_cycle_stands_or_falls() -> None:
    bike = Cycle(5, "bicycle", (-10.0, 0.0), begin=0.0).does(Drive([(0.0, 0.0)], speed=4.0))
    tipped = Cycle(5, "bicycle", (-10.0, 0.0), begin=0.0, tips=9.0).does(*bike.driving)
    off = Dismount()
    man = Person(6, at=bike.at).does(Ride(bike), off, Walk([(3.0, 4.0)]))
    assert man.span(off)[0] == pytest.approx(bike.course.end)
    assert man.stance(man.end).place == pytest.approx((3.0, 4.0))
    standing, fallen = extent(bike.bodies(20.0)[0]), extent(tipped.bodies(20.0)[0])
    assert standing[2] > 0.85
    assert fallen[2] < 0.6
    assert lowest(tipped.bodies(20.0)[0]) >= -1e-9


def test_a_row_of_cycles_stands_side_by_side() -> None:
    rowed = row(3, (0.0, 0.0), 0.0, 8, shared=True)
    assert len({bike.paint for bike in rowed}) == 1
    gaps = np.diff([bike.at[0] for bike in rowed])
    assert gaps.min() > 0.3
    assert all(lowest(bike.bodies(0.0)[0]) > -0.01 for bike in rowed)


@pytest.mark.parametrize("kind", get_args(AnimalKind))
def test_animals_are_small_and_no_detectors_class(kind: AnimalKind) -> None:
    one = Animal(3, kind).does(Drive([(5.0, 1.0)], speed=1.2), Halt(3.0))
    (body,) = one.bodies(2.0)
    assert body.label == ""
    assert extent(body).max() < 1.6
    assert lowest(body) > -0.02


def test_a_bird_that_flies_is_in_the_air() -> None:
    bird = Animal(3, "bird").does(Halt(2.0), Drive([(30.0, 1.0)], speed=7.0, speed_up=3.0))
    assert lowest(bird.bodies(1.0)[0]) < 0.1
    assert lowest(bird.bodies(4.5)[0]) > 1.0


def test_a_flag_moves_and_its_pole_does_not() -> None:
    flag = Flag(2, (1.0, 1.0))
    one, other = flag.bodies(1.0)[0].solids, flag.bodies(1.5)[0].solids
    assert one[-1] == other[-1]
    assert one[:-1] != other[:-1]
    assert flag.bodies(1.0) == flag.bodies(1.0)


def test_a_bad_lamp_goes_off_and_on_by_its_seed() -> None:
    lamp = Flicker(4, (0.0, 0.0, 6.0))
    shines = [bool(lamp.bodies(float(t))) for t in np.arange(0.0, 60.0, 0.05)]
    assert 0.5 < np.mean(shines) < 0.99
    assert shines == [
        bool(Flicker(4, (0.0, 0.0, 6.0)).bodies(float(t))) for t in np.arange(0, 60, 0.05)
    ]
