"""Bicycles and e-bikes left standing together, and those that only pass or stand alone."""

from __future__ import annotations

import math

from scenes.actors.course import Point2
from scenes.actors.cycles import Cycle, row
from scenes.actors.driving import Drive, Halt
from scenes.actors.frames import CycleKind
from scenes.actors.look import draw_look
from scenes.actors.person import Person
from scenes.actors.riding import Dismount, Ride, rider
from scenes.actors.standing import Stand
from scenes.stories import traffic
from scenes.stories.draft import Draft, story
from scenes.stories.script import Kind
from scenes.stories.site import Unfit, within
from scenes.stories.windows import due, event

KIND: Kind = "nonmotor_parking"
REGIONS = ("pavement", "square", "floor")
SCALE = (0.06, 0.25)
OUTDOORS = ("street", "square", "yard")
MIXED: tuple[CycleKind, ...] = ("bicycle", "bicycle", "scooter")


def _place(draft: Draft) -> tuple[Point2, float]:
    """Return where cycles stand and along which direction; the zone is the ground about them."""
    draft.look_like(OUTDOORS)
    spot = draft.spot(REGIONS, SCALE)
    region = draft.region_of(spot)
    if region is None:
        raise Unfit("no ground for cycles")
    low, high = traffic.span(region)
    along = 0.0 if high[0] - low[0] >= high[1] - low[1] else math.pi / 2
    x, y = spot
    reach = 6.0
    x1, x2 = max(low[0], x - reach), min(high[0], x + reach)
    y1, y2 = max(low[1], y - reach), min(high[1], y + reach)
    draft.watch(KIND, ((x1, y1), (x2, y1), (x2, y2), (x1, y2)))
    draft.keep_clear(spot, 4.0)
    return spot, along


def _stand(draft: Draft, count: int, spot: Point2, along: float) -> None:
    """Put a row there, the middle of it at the spot, all of it in view and in the zone."""
    gap = draft.uniform(0.6, 0.85)
    start = (
        spot[0] - math.cos(along) * gap * (count - 1) / 2,
        spot[1] - math.sin(along) * gap * (count - 1) / 2,
    )
    turn = draft.uniform(1.2, 1.9)
    for cycle in row(draft.number(), start, along, count, gap, turn, MIXED, draft.chance(0.4)):
        seen = draft.camera.spot((*cycle.place(0.0), 0.3))
        if seen is None or not within(draft.zones[KIND][0], seen):
            raise Unfit("not all of them are in the zone")
        draft.add(cycle)


@story("nonmotor_row", KIND, True, "a row of bicycles and e-bikes stands on the pavement")
def stands(draft: Draft) -> None:
    """From the first picture on."""
    spot, along = _place(draft)
    _stand(draft, int(draft.rng.integers(4, 9)), spot, along)
    draft.event(event(KIND, 0.0, 0.0, "a row of cycles from the start"))
    draft.lasts(due(KIND, 0.0) + 8.0)
    draft.passers(0, 2)


@story("nonmotor_busy", KIND, True, "a row of cycles stands while people walk by")
def busy(draft: Draft) -> None:
    """Hidden now and then."""
    spot, along = _place(draft)
    _stand(draft, int(draft.rng.integers(5, 10)), spot, along)
    draft.event(event(KIND, 0.0, 0.0, "a row of cycles from the start"))
    draft.lasts(due(KIND, 0.0) + 8.0)
    draft.passers(3, 6)


@story("nonmotor_night", KIND, True, "a row of cycles stands at night or in the rain")
def night(draft: Draft) -> None:
    """Thin things in bad light."""
    draft.look_like(OUTDOORS, times=("night", "dusk", "infrared", "overcast"))
    spot, along = _place(draft)
    _stand(draft, int(draft.rng.integers(4, 9)), spot, along)
    draft.event(event(KIND, 0.0, 0.0, "a row of cycles from the start"))
    draft.lasts(due(KIND, 0.0) + 8.0)


@story("nonmotor_arrive", KIND, True, "riders come one by one, leave their cycles and walk off")
def arrive(draft: Draft) -> None:
    """The cluster grows under the eyes of the camera, with people about it until the last left."""
    spot, along = _place(draft)
    count, gap = int(draft.rng.integers(3, 6)), draft.uniform(0.8, 1.1)
    at, stood, alone = draft.uniform(9.0, 11.0), [], []
    for number in range(count):
        off = gap * (number - (count - 1) / 2)
        place = (spot[0] + math.cos(along) * off, spot[1] + math.sin(along) * off)
        cycle, person = _arriving(draft, place, at)
        if not within(draft.zones[KIND][0], _foot(draft, place, cycle.heading)):
            raise Unfit("not all of them are in the zone")
        walks = draft.add(draft.leaving(person.does(Dismount(side=draft.pick((-0.6, 0.6))))))
        draft.add(cycle)
        stood.append(cycle.course.end)
        alone.append(draft.away_at(walks, spot, 3.5 + gap * count / 2))
        at += draft.uniform(1.5, 3.5)
    draft.event(event(KIND, sorted(stood)[2], max(alone), f"{count} cycles are left"))
    draft.lasts(due(KIND, max(alone)) + 2.0)


def _foot(draft: Draft, place: Point2, heading: float) -> Point2:
    """Return where a cycle's box stands in the picture: below its middle, at the nearer wheel."""
    c, s = 0.8 * math.cos(heading), 0.8 * math.sin(heading)
    wheels = [(place[0] + c, place[1] + s), (place[0] - c, place[1] - s)]
    spots = [spot for wheel in wheels if (spot := draft.camera.spot((*wheel, 0.0)))]
    if len(spots) < 2:
        raise Unfit("not all of them are in view")
    return (spots[0][0] + spots[1][0]) / 2, max(spots[0][1], spots[1][1])


def _arriving(draft: Draft, place: Point2, at: float) -> tuple[Cycle, Person]:
    """Return a cycle, not yet added, that stops at a place at a second, and who rides it."""
    speed = draft.uniform(2.5, 4.0)
    start = draft.approach(place, draft.uniform(16.0, 22.0))
    heading = math.atan2(place[1] - start[1], place[0] - start[0])
    kind, seed = draft.pick(MIXED), draft.number()
    lasted = Cycle(seed, kind, start, heading, 0.0, speed).does(Drive([place], speed)).course.end
    cycle = Cycle(seed, kind, start, heading, max(0.0, at - lasted), speed)
    cycle = cycle.does(Drive([place], speed))
    look, begin = draw_look(draft.rng), cycle.begin
    return cycle, Person(draft.number(), start, heading, look, begin).does(Ride(cycle))


@story("nonmotor_no_rest", KIND, False, "riders stop together, stay on their cycles and ride on")
def no_rest(draft: Draft) -> None:
    """A cluster for longer than the dwell, but everybody is at his own."""
    spot, along = _place(draft)
    c, s = math.cos(along), math.sin(along)
    for number in range(int(draft.rng.integers(3, 6))):
        back, off = 2.2 * (number - 1), draft.uniform(-0.5, 0.5)
        stop = (spot[0] - c * back - s * off, spot[1] - s * back + c * off)
        start = (stop[0] - c * 25, stop[1] - s * 25)
        speed, end = draft.uniform(2.5, 4.5), (stop[0] + c * 25, stop[1] + s * 25)
        pieces = (Drive([stop], speed), Halt(draft.uniform(15.0, 25.0)), Drive([end], speed))
        cycle = Cycle(
            draft.number(), draft.pick(MIXED), start, along, 1.5 * number, speed, leaves=True
        ).does(*pieces)
        draft.add(cycle)
        draft.add(rider(draft.number(), cycle))
        draft.lasts(cycle.course.end - 4.0)


@story("nonmotor_no_single", KIND, False, "one or two cycles stand alone")
def no_single(draft: Draft) -> None:
    """Fewer than a cluster."""
    spot, along = _place(draft)
    _stand(draft, int(draft.rng.integers(1, 3)), spot, along)
    draft.lasts(50.0)
    draft.passers(0, 2)


@story("nonmotor_no_passing", KIND, False, "cycles roll through, one after the other")
def no_passing(draft: Draft) -> None:
    """Nothing stands."""
    spot, along = _place(draft)
    c, s = math.cos(along), math.sin(along)
    for number in range(int(draft.rng.integers(4, 9))):
        sense = 1.0 if draft.chance(0.5) else -1.0
        off = draft.uniform(-1.0, 1.0)
        start = (spot[0] - sense * c * 25 - s * off, spot[1] - sense * s * 25 + c * off)
        end = (spot[0] + sense * c * 25 - s * off, spot[1] + sense * s * 25 + c * off)
        speed = draft.uniform(2.5, 5.0)
        heading = math.atan2(end[1] - start[1], end[0] - start[0])
        begin = number * draft.uniform(4.0, 7.0)
        cycle = Cycle(
            draft.number(), draft.pick(MIXED), start, heading, begin, speed, leaves=True
        ).does(Drive([end], speed, on=speed))
        draft.add(cycle)
    draft.lasts(50.0)


@story("nonmotor_no_owner", KIND, False, "people stand with their cycles and talk")
def no_owner(draft: Draft) -> None:
    """Somebody is with each of them."""
    spot, along = _place(draft)
    c, s = math.cos(along), math.sin(along)
    for place in (-1.1, 0.0, 1.1):
        at = (spot[0] + c * place * 1.3, spot[1] + s * place * 1.3)
        draft.add(Cycle(draft.number(), draft.pick(MIXED), at, along + 1.5))
        beside = (at[0] + c * 0.55, at[1] + s * 0.55)
        person = draft.walker(beside, ahead_s=(0.5, 1.0), begin=-6.0)
        draft.add(person.does(Stand(400.0, bearing=draft.pick(("loose", "phone", "ease")))))
    draft.lasts(50.0)
