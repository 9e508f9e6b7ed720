"""Things left behind, and everything that only looks so."""

from __future__ import annotations

import math
from dataclasses import replace

from scenes.actors.course import Point2
from scenes.actors.driving import Drive, Halt
from scenes.actors.handling import Hold, PickUp, PutDown, Throw
from scenes.actors.look import draw_look
from scenes.actors.person import Person
from scenes.actors.props import Prop
from scenes.actors.standing import SitDown, Stand, Stay
from scenes.actors.things import Thing, ThingKind
from scenes.actors.vehicles import Vehicle
from scenes.actors.walking import Walk
from scenes.stories import traffic
from scenes.stories.draft import Draft, story
from scenes.stories.drift import Blown
from scenes.stories.site import WALKABLE, Unfit
from scenes.stories.windows import due, dwell_s, event

KNOWN_S = (8.0, 13.0)
"""How long the view has been known when something is put down: a camera is not new every minute."""
BAGS: tuple[ThingKind, ...] = (
    "bin bag",
    "paper bag",
    "suitcase",
    "trolley case",
    "rucksack",
    "box",
)
LEAST_PX, SMALL_PX = 14.0, 24.0
"""Sizes of small litter, its longer side in a picture that is scaled to 640 across."""


def _pixels(draft: Draft, thing: Thing, at: Point2) -> float:
    """Return how large a lying thing is in pixels of a picture 640 across: its longer side."""
    length, _, height = thing.size
    spots = [
        draft.camera.spot((at[0] + dx, at[1] + dy, z))
        for dx, dy in ((-length / 2, 0.0), (length / 2, 0.0), (0.0, -length / 2), (0.0, length / 2))
        for z in (0.0, height)
    ]
    seen = [spot for spot in spots if spot is not None]
    if not seen:
        return 0.0
    width, high = draft.camera.size
    wide = max(p[0] for p in seen) - min(p[0] for p in seen)
    tall = (max(p[1] for p in seen) - min(p[1] for p in seen)) * high / width
    return 640.0 * max(wide, tall)


def _large_enough(draft: Draft, thing: Thing, at: Point2, least: float = LEAST_PX) -> None:
    if _pixels(draft, thing, at) < least:
        raise Unfit("the thing would be too small to be seen")


def _left(draft: Draft, prop: Prop, owner: Person, what: str) -> None:
    """Tell the event of a thing that somebody has left where it lies."""
    rest = prop.rests[-1]
    gone = draft.away_at(owner, rest.place)
    _large_enough(draft, prop.thing, rest.place)
    draft.event(event("litter", rest.begin, gone, what))
    draft.must_show(prop, gone)
    draft.keep_clear(rest.place, 2.5)
    draft.lasts(due("litter", gone) + 2.0)


def _bringer(draft: Draft, thing: Thing, spot: Point2) -> Person:
    return draft.walker(spot, ahead_s=KNOWN_S, holds=(thing,))


def _puts_down(draft: Draft, thing: Thing) -> None:
    spot = draft.spot()
    owner = _bringer(draft, thing, spot).does(PutDown(thing), Stand(draft.uniform(0.3, 6.0)))
    owner = draft.add(draft.leaving(owner))
    _left(draft, draft.prop(thing, owner), owner, f"{thing.kind} put down")


@story("litter_bag_dropped", "litter", True, "somebody puts a bag or a box down and walks off")
def bag_dropped(draft: Draft) -> None:
    """The plain case."""
    _puts_down(draft, draft.thing(draft.pick(BAGS)))
    draft.passers(0, 1)


@story("litter_thrown", "litter", True, "somebody throws a bag aside while walking on")
def thrown(draft: Draft) -> None:
    """It flies and slides; the thrower hardly stops."""
    thing = draft.thing(draft.pick(("bin bag", "paper bag", "box")), 0.9)
    spot = draft.spot()
    throw = Throw(thing, draft.uniform(1.5, 3.0), draft.uniform(0.8, 1.8))
    owner = draft.add(draft.leaving(_bringer(draft, thing, spot).does(throw)))
    prop = draft.prop(thing, owner)
    place = prop.rests[-1].place
    if draft.region_of(place) is None:
        raise Unfit("it would land outside")
    _left(draft, prop, owner, f"{thing.kind} thrown")


@story("litter_heap", "litter", True, "several bags are put down together: one heap, one event")
def heap(draft: Draft) -> None:
    """Somebody brings one bag after the other."""
    spot = draft.spot(scale=(0.045, 0.3))
    things = [draft.thing("bin bag") for _ in range(int(draft.rng.integers(2, 4)))]
    owner = _bringer(draft, things[0], spot).does(PutDown(things[0]))
    for thing in things[1:]:
        source = draft.near(spot, 3.0)
        owner = owner.does(Walk([source], 1.2))
        beside = (spot[0] + draft.uniform(-0.25, 0.25), spot[1] + draft.uniform(-0.25, 0.25))
        owner = owner.does(Hold(thing), Walk([beside], 1.2), PutDown(thing))
    owner = draft.add(draft.leaving(owner))
    props = [draft.prop(thing, owner) for thing in things]
    first = props[0].rests[-1]
    gone = draft.away_at(owner, first.place)
    _large_enough(draft, things[0], first.place)
    draft.event(event("litter", first.begin, gone, f"{len(things)} bags"))
    draft.must_show(props[0], gone)
    draft.keep_clear(first.place, 3.0)
    draft.lasts(due("litter", gone) + 2.0)


@story("litter_small", "litter", True, "something small is left: 14 to 24 pixels of 640")
def small(draft: Draft) -> None:
    """Just above what the algorithm says that it sees."""
    kinds: tuple[ThingKind, ...] = ("paper bag", "rucksack", "box", "bottle", "can", "bucket")
    thing = draft.thing(draft.pick(kinds), draft.uniform(0.6, 1.0))
    spot = draft.spot(scale=(0.05, 0.3))
    if not LEAST_PX <= _pixels(draft, thing, spot) <= SMALL_PX:
        raise Unfit("not of the wanted size")
    owner = _bringer(draft, thing, spot).does(PutDown(thing), Stand(draft.uniform(0.3, 2.0)))
    owner = draft.add(draft.leaving(owner))
    _left(draft, draft.prop(thing, owner), owner, f"small {thing.kind}")


@story("litter_crowd", "litter", True, "left behind while others walk by")
def crowd(draft: Draft) -> None:
    """People pass, some of them in front of it."""
    _puts_down(draft, draft.thing(draft.pick(BAGS)))
    draft.passers(3, 6)


@story("litter_night", "litter", True, "left behind at night")
def night(draft: Draft) -> None:
    """Under street lamps, or in infrared light."""
    draft.look_like(times=("night", "infrared"))
    _puts_down(draft, draft.thing(draft.pick(BAGS)))


@story("litter_rain", "litter", True, "left behind in rain, on wet ground, in falling snow")
def rain(draft: Draft) -> None:
    """Bad weather."""
    draft.look_like(weathers=("rain", "wet", "snow"))
    _puts_down(draft, draft.thing(draft.pick(BAGS)))


@story("litter_waits", "litter", True, "the owner stays beside it for a while before leaving")
def waits(draft: Draft) -> None:
    """As long as the dwell and more; what counts is that they leave."""
    thing = draft.thing(draft.pick(BAGS))
    spot = draft.spot()
    wait = Stand(draft.uniform(15.0, 25.0))
    owner = _bringer(draft, thing, spot).does(PutDown(thing), wait)
    owner = draft.add(draft.leaving(owner))
    prop = draft.prop(thing, owner)
    rest, gone = prop.rests[-1], draft.away_at(owner, prop.rests[-1].place)
    _large_enough(draft, thing, rest.place)
    # Not before they have left for good: while they stand beside it there is nothing to raise.
    leaves = owner.span(wait)[1]
    draft.event(
        event("litter", leaves, gone, "left after waiting") | {"not_before": round(leaves, 2)}
    )
    draft.must_show(prop, gone)
    draft.keep_clear(rest.place, 2.5)
    draft.lasts(due("litter", gone) + 2.0)


@story("litter_from_car", "litter", True, "a bag is put out of a car, and the car drives off")
def from_car(draft: Draft) -> None:
    """Somebody stops, gets out with it, gets in again; nobody walks away from it."""
    draft.look_like(places=traffic.STREETS)
    at = traffic.kerb(draft)
    car, stands = traffic.arriving(draft, at, draft.uniform(10.0, 14.0))
    ahead, aside = _sides(draft, car, at.heading)
    door = _shifted(at.spot, aside, car.painted.size[1] / 2 + 0.5)
    thing = draft.thing(draft.pick(("bin bag", "box", "suitcase")))
    goal = _shifted(_shifted(door, ahead, draft.uniform(-1.5, 1.0)), aside, draft.uniform(0.3, 1.2))
    way = math.atan2(goal[1] - door[1], goal[0] - door[0])
    look = draw_look(draft.rng)
    owner = Person(draft.number(), door, way, look, begin=stands + 1.0, holds=(thing,))
    owner = owner.does(Walk([goal], 1.1), PutDown(thing), Walk([door], 1.3))
    owner = draft.add(replace(owner, leaves=True))
    lane = traffic.onto(traffic.nearest(draft, at.spot), _shifted(at.spot, ahead, 12.0))
    off = Drive([lane, _shifted(lane, ahead, 45.0)], draft.uniform(6.0, 9.0))
    car = car.does(Halt(owner.end + draft.uniform(0.5, 1.5) - stands), off)
    car = draft.add(replace(car, leaves=True))
    prop = draft.prop(thing, owner)
    rest, gone = prop.rests[-1], car.course.end
    while gone > rest.begin and math.dist(car.place(gone - 0.25), rest.place) > 7.0:
        gone -= 0.25
    _large_enough(draft, thing, rest.place)
    draft.event(event("litter", rest.begin, gone, f"{thing.kind} put out of a car"))
    draft.must_show(prop, gone)
    draft.keep_clear(rest.place, 2.5)
    draft.lasts(due("litter", gone) + 2.0)


def _sides(draft: Draft, car: Vehicle, heading: float) -> tuple[Point2, Point2]:
    """Return the ways (x, y in metres) ahead and towards the kerb of a car that stands there."""
    ahead = math.cos(heading), math.sin(heading)
    spot = car.place(car.course.end)
    lane = traffic.onto(traffic.nearest(draft, spot), spot)
    left = (lane[0] - spot[0]) * -ahead[1] + (lane[1] - spot[1]) * ahead[0]
    side = -1.0 if left > 0.0 else 1.0
    return ahead, (-ahead[1] * side, ahead[0] * side)


def _shifted(point: Point2, way: Point2, metres: float) -> Point2:
    return point[0] + way[0] * metres, point[1] + way[1] * metres


# -- what is not left behind -----------------------------------------------------------------------


@story("litter_no_owner_stays", "litter", False, "the owner stays beside the bag")
def no_owner_stays(draft: Draft) -> None:
    """Put down, and guarded to the end."""
    thing = draft.thing(draft.pick(BAGS))
    spot = draft.spot()
    owner = draft.add(
        _bringer(draft, thing, spot).does(PutDown(thing), Stand(400.0, bearing="phone"))
    )
    draft.prop(thing, owner)
    draft.keep_clear(spot)
    draft.lasts(60.0)
    draft.passers(0, 2)


@story(
    "litter_no_picked_up", "litter", False, "put down, left for less than the dwell, taken again"
)
def no_picked_up(draft: Draft) -> None:
    """The owner comes back in time."""
    thing = draft.thing(draft.pick(BAGS))
    spot = draft.spot()
    owner = _bringer(draft, thing, spot).does(PutDown(thing))
    away = draft.near(spot, 3.0)
    owner = owner.does(Walk([away], 1.4), Stand(draft.uniform(0.2, 1.5)), Walk([spot], 1.4))
    owner = draft.add(draft.leaving(owner.does(PickUp(thing))))
    prop = draft.prop(thing, owner)
    rest = prop.rests[0]
    if rest.end - rest.begin > dwell_s("litter") - 2.0:
        raise Unfit("it would lie for the dwell")
    draft.lasts(owner.end - 5.0)


@story("litter_no_ghost", "litter", False, "what stood there from the start is taken away")
def no_ghost(draft: Draft) -> None:
    """The ground that it uncovers is new, and no thing."""
    thing = draft.thing(draft.pick((*BAGS, "cone", "bin")))
    spot = draft.spot()
    taker = draft.walker(spot, ahead_s=KNOWN_S).does(PickUp(thing))
    taker = draft.add(draft.leaving(taker))
    draft.prop(thing, taker, lies=spot)
    draft.lasts(taker.end + 25.0)


@story("litter_no_stands", "litter", False, "somebody stands still for long")
def no_stands(draft: Draft) -> None:
    """A person at rest is no thing."""
    draft.add(draft.walker(draft.spot(), ahead_s=KNOWN_S).does(Stand(400.0, bearing="phone")))
    draft.lasts(70.0)
    draft.passers(0, 2)


@story("litter_no_sits", "litter", False, "somebody sits on a bench for long")
def no_sits(draft: Draft) -> None:
    """The same, lower."""
    spot = draft.spot()
    draft.bench(spot)
    draft.add(draft.walker(spot, ahead_s=KNOWN_S).does(SitDown(), Stay(400.0)))
    draft.lasts(70.0)


@story("litter_no_carried", "litter", False, "things are carried, pushed and pulled through")
def no_carried(draft: Draft) -> None:
    """Nothing comes to rest."""
    for _ in range(int(draft.rng.integers(2, 4))):
        thing = draft.thing(draft.pick((*BAGS, "shopping cart", "pram", "umbrella")))
        walker = draft.walker(draft.spot(), holds=(thing,), ahead_s=(3.0, 20.0))
        walker = draft.add(draft.leaving(walker))
        draft.prop(thing, walker)
    draft.lasts(45.0)


@story("litter_no_umbrella", "litter", False, "umbrellas are opened and held, waiting")
def no_umbrella(draft: Draft) -> None:
    """They hide who holds them, and are no part of a person."""
    for _ in range(int(draft.rng.integers(1, 4))):
        spot = draft.spot()
        thing = draft.thing("umbrella")
        holder = draft.walker(spot, ahead_s=KNOWN_S)
        holder = holder.does(Hold(thing, draft.uniform(0.8, 1.6)), Stand(400.0, bearing="loose"))
        draft.prop(thing, draft.add(holder))
        draft.keep_clear(spot)
    draft.lasts(60.0)
    draft.passers(0, 2)


@story("litter_no_leaves", "litter", False, "leaves and paper blow over the ground")
def no_leaves(draft: Draft) -> None:
    """Small things that never rest."""
    draft.look_like(weathers=("wind",))
    draft.lasts(60.0)
    wind = draft.uniform(-math.pi, math.pi)
    for _ in range(int(draft.rng.integers(4, 9))):
        speed = draft.uniform(0.5, 1.4)
        x, y = draft.spot()
        seconds = draft.uniform(8.0, 20.0)
        way = speed * math.cos(wind), speed * math.sin(wind)
        start = x - way[0] * seconds / 2, y - way[1] * seconds / 2
        kind: ThingKind = draft.pick(("leaf", "paper", "leaf"))
        thing = draft.thing(kind, draft.uniform(1.0, 1.8))
        draft.add(
            Blown(thing, start, way, draft.uniform(0.0, 45.0), seconds, draft.uniform(1.5, 2.6))
        )
    draft.passers(0, 2)


@story("litter_no_crowd", "litter", False, "people come and go, stop and talk")
def no_crowd(draft: Draft) -> None:
    """Much foreground, nothing of it left."""
    draft.spot(WALKABLE)
    draft.passers(6, 10)
    draft.standers(1, 3)
    draft.lasts(60.0)
