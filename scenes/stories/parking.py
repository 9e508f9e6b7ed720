"""Vehicles that stay where they may not, and those that only seem to."""

from __future__ import annotations

import math
from dataclasses import replace

from scenes.actors.coachwork import VehicleKind
from scenes.actors.driving import Drive, Halt
from scenes.actors.vehicles import Vehicle
from scenes.stories import traffic
from scenes.stories.draft import Draft, story
from scenes.stories.script import Kind
from scenes.stories.site import Unfit, within
from scenes.stories.traffic import STREETS
from scenes.stories.windows import due, dwell_s, event

KIND: Kind = "illegal_parking"
CREEPS_S = 1.0
"""So long a vehicle that comes to a stop takes for its last half metre (slowing by 1.2 m/s2)."""


def _watched(draft: Draft, at: traffic.Kerb, made: Vehicle) -> None:
    """Give the algorithm its zone, drawn so that the vehicle that parks stands in it."""
    polygon = traffic.zone(draft, at)
    draft.watch(KIND, polygon)
    x, y = traffic.foot(draft.camera, at.spot, at.heading, made.painted.size)
    if not within(draft.zones[KIND][0], (x, y)):
        raise Unfit("from here its foot point is outside the zone")


def _parks(
    draft: Draft,
    kind: VehicleKind | None = None,
    reverse: bool = False,
    scale: tuple[float, float] = (0.04, 0.2),
) -> None:
    at = traffic.kerb(draft, scale)
    made, stands = traffic.arriving(draft, at, draft.uniform(9.0, 14.0), kind, reverse)
    _watched(draft, at, made)
    draft.add(made)
    what = f"{made.painted.kind} stands from {stands:.1f} s"
    draft.event(event(KIND, stands - CREEPS_S, stands, what))
    draft.lasts(due(KIND, stands) + 2.0)
    draft.keep_clear(at.spot, 3.5)


@story("parking_drives_in", KIND, True, "a car drives in, stops at the kerb and stays")
def drives_in(draft: Draft) -> None:
    """The plain case."""
    draft.look_like(places=STREETS)
    _parks(draft)
    draft.passers(0, 2)


@story("parking_occluded", KIND, True, "a car stays while traffic and people pass before it")
def occluded(draft: Draft) -> None:
    """Hidden again and again."""
    draft.look_like(places=STREETS)
    _parks(draft)
    traffic.traffic(draft, 12, 30)
    draft.passers(2, 5)


@story("parking_reversed", KIND, True, "a car passes the place and reverses into it")
def reversed_in(draft: Draft) -> None:
    """It stands twice, and only the second time for long."""
    draft.look_like(places=STREETS)
    _parks(draft, reverse=True)


@story("parking_night", KIND, True, "a car parks at night, traffic with headlights passes")
def night(draft: Draft) -> None:
    """Beams sweep over it."""
    draft.look_like(places=STREETS, times=("night", "infrared", "dusk"))
    _parks(draft)
    traffic.traffic(draft, 4, 12)


@story("parking_rain", KIND, True, "a car parks in rain, snow or fog")
def rain(draft: Draft) -> None:
    """Bad weather."""
    draft.look_like(places=STREETS, weathers=("rain", "snow", "fog", "wet"))
    _parks(draft)
    traffic.traffic(draft, 0, 8)


@story("parking_large", KIND, True, "a bus, a truck or a van stays at the kerb")
def large(draft: Draft) -> None:
    """Long vehicles."""
    draft.look_like(places=STREETS)
    _parks(draft, draft.pick(("van", "truck", "bus")), scale=(0.03, 0.09))
    draft.passers(0, 2)


@story("parking_small", KIND, True, "a car parks far away")
def small(draft: Draft) -> None:
    """A few dozen pixels."""
    draft.look_like(places=STREETS)
    _parks(draft, scale=(0.03, 0.05))
    traffic.traffic(draft, 0, 6)


@story("parking_stood", KIND, True, "a car stands there from the first picture on")
def stood(draft: Draft) -> None:
    """Nobody saw it come."""
    draft.look_like(places=STREETS)
    at = traffic.kerb(draft)
    made = traffic.vehicle(draft, None, at.spot, at.heading)
    _watched(draft, at, made)
    draft.add(made)
    draft.roads.append((at.spot, at.spot))
    draft.event(event(KIND, 0.0, 0.0, "stands from the start"))
    draft.lasts(due(KIND, 0.0) + 10.0)
    traffic.traffic(draft, 4, 10)
    draft.passers(0, 2)


# -- what does not park ----------------------------------------------------------------------------


@story("parking_no_short_stop", KIND, False, "a car stops for less than the dwell and drives on")
def no_short_stop(draft: Draft) -> None:
    """Somebody gets out."""
    draft.look_like(places=STREETS)
    at = traffic.kerb(draft)
    made, _ = traffic.arriving(draft, at, draft.uniform(9.0, 14.0))
    _watched(draft, at, made)
    ahead = _ahead(at, 45.0)
    made = made.does(Halt(draft.uniform(4.0, dwell_s(KIND) - 4.0)), Drive([ahead], 9.0, on=9.0))
    draft.add(replace(made, leaves=True))
    draft.lasts(made.course.end + 8.0)
    draft.passers(0, 2)


@story("parking_no_leaves", KIND, False, "a car that stood there leaves before the dwell is over")
def no_leaves(draft: Draft) -> None:
    """What it uncovers is new ground."""
    draft.look_like(places=STREETS)
    at = traffic.kerb(draft)
    made = traffic.vehicle(draft, None, at.spot, at.heading, 0.0)
    _watched(draft, at, made)
    made = made.does(
        Halt(draft.uniform(4.0, dwell_s(KIND) - 4.0)), Drive([_ahead(at, 45.0)], 9.0, on=9.0)
    )
    draft.add(replace(made, leaves=True))
    draft.lasts(made.course.end + 30.0)
    draft.roads.append((at.spot, at.spot))
    traffic.traffic(draft, 0, 6)


@story("parking_no_queue", KIND, False, "a queue waits at a light for less than the dwell")
def no_queue(draft: Draft) -> None:
    """Several cars stand in a lane that is watched, then drive on."""
    draft.look_like(places=STREETS)
    if not draft.stage.lanes:
        raise Unfit("no lanes")
    x, y = draft.spot(("carriageway",), (0.03, 0.15))
    lane = traffic.nearest(draft, (x, y))
    heading = math.atan2(lane.end[1] - lane.start[1], lane.end[0] - lane.start[0])
    c, s = math.cos(heading), math.sin(heading)
    red = draft.uniform(6.0, 8.0)
    halts = draft.uniform(7.0, dwell_s(KIND) - 4.0)
    line = traffic.onto(lane, (x, y))
    for place in range(int(draft.rng.integers(2, 5))):
        back = 7.5 * place
        stop = (line[0] - c * back, line[1] - s * back)
        start = (stop[0] - c * 40.0, stop[1] - s * 40.0)
        speed = draft.uniform(7.0, 9.0)
        made = traffic.vehicle(draft, None, start, heading, 0.0, speed).does(Drive([stop], speed))
        begin = red + 1.2 * place - made.course.end
        end = (line[0] + c * 60.0, line[1] + s * 60.0)
        made = traffic.vehicle(draft, None, start, heading, begin, speed)
        made = made.does(Drive([stop], speed), Halt(halts), Drive([end], 9.0, on=9.0))
        draft.add(replace(made, leaves=True))
        draft.lasts(made.course.end)
    draft.roads.append((line, line))
    draft.watch(KIND, *draft.stage.regions["carriageway"])
    draft.passers(0, 2)


@story("parking_no_traffic", KIND, False, "dense traffic drives through the zone")
def no_traffic(draft: Draft) -> None:
    """One after the other at the same places."""
    draft.look_like(places=STREETS)
    draft.spot(("carriageway",), (0.03, 0.15))
    traffic.traffic(draft, 25, 45, 4.0, 10.0)
    draft.lasts(60.0)
    draft.watch(KIND, *draft.stage.regions["carriageway"])


@story("parking_no_headlights", KIND, False, "headlights sweep over a street at night")
def no_headlights(draft: Draft) -> None:
    """Bright spots that move."""
    draft.look_like(places=STREETS, times=("night", "infrared"))
    draft.spot(("carriageway",), (0.03, 0.15))
    traffic.traffic(draft, 8, 20)
    draft.lasts(60.0)
    draft.watch(KIND, *draft.stage.regions["carriageway"])


@story("parking_no_bay", KIND, False, "cars stand in bays beside the zone, where they may")
def no_bay(draft: Draft) -> None:
    """Standing for good, but outside."""
    draft.look_like(places=STREETS)
    bays = draft.stage.regions.get("parking", ())
    if not bays:
        raise Unfit("no bays")
    x, y = draft.spot(("parking",), (0.03, 0.15))
    low, high = traffic.span(bays[0])
    lane = traffic.nearest(draft, (x, y))
    heading = math.atan2(lane.end[1] - lane.start[1], lane.end[0] - lane.start[0])
    middle = (low[1] + high[1]) / 2
    draft.watch(KIND, *draft.stage.regions["no_parking"])
    for place in range(-2, 3):
        spot = (x + 6.2 * place, middle)
        if draft.chance(0.7):
            made = draft.add(traffic.vehicle(draft, None, spot, heading))
            try:
                foot = traffic.foot(draft.camera, spot, heading, made.painted.size)
            except Unfit:
                continue
            if any(within(zone, foot) for zone in draft.zones[KIND]):
                raise Unfit("from here it stands in the zone")
    traffic.traffic(draft, 4, 12)
    draft.lasts(60.0)


def _ahead(at: traffic.Kerb, metres: float) -> tuple[float, float]:
    c, s = math.cos(at.heading), math.sin(at.heading)
    return at.spot[0] + c * metres, at.spot[1] + s * metres
