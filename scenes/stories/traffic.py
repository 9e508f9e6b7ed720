"""Vehicles of a story: traffic in the lanes, and somebody who stops at the kerb."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scenes.actors.coachwork import VehicleKind
from scenes.actors.course import Point2
from scenes.actors.driving import Drive, Driving, Halt
from scenes.actors.vehicles import Vehicle, draw_vehicle
from scenes.camera import Camera
from scenes.stage import Lane, Polygon
from scenes.stories.draft import Draft
from scenes.stories.site import Unfit, within

STREETS = ("street", "crossroads", "junction", "bus_stop", "gate", "lot", "alley")
REACH = 45.0
"""So many metres from the middle of the scene traffic begins and ends."""


@dataclass(frozen=True, slots=True)
class Kerb:
    """A place at the kerb where one may not park: the spot, the way of travel, the strip."""

    spot: Point2
    heading: float
    strip: Polygon


def dark(draft: Draft) -> bool:
    """Tell whether vehicles have their lamps on."""
    return draft.weather.lighting.light.lamps > 0.2


def kerb(draft: Draft, scale: tuple[float, float] = (0.04, 0.2)) -> Kerb:
    """Return where somebody may stop against the rules, seen by the camera.

    Raises:
        Unfit: the place has no road.
    """
    if not draft.stage.lanes:
        raise Unfit(f"{draft.stage.kind} has no lanes")
    x, y = draft.spot(("no_parking",), scale)
    lane = nearest(draft, (x, y))
    heading = math.atan2(lane.end[1] - lane.start[1], lane.end[0] - lane.start[0])
    strips = draft.stage.regions.get("no_parking", ())
    strip = next((p for p in strips if within(p, (x, y))), None)
    if strip is None:
        raise Unfit("no strip along the kerb")
    low, high = span(strip)
    if high[0] - low[0] >= high[1] - low[1]:
        y = (low[1] + high[1]) / 2
    else:
        x = (low[0] + high[0]) / 2
    return Kerb((x, y), heading, strip)


def zone(draft: Draft, at: Kerb, reach: float = 14.0, margin: float = 0.6) -> Polygon:
    """Return the piece of the strip around a spot, as an operator draws it: not too tight."""
    low, high = span(at.strip)
    x1, x2 = max(low[0], at.spot[0] - reach) - margin, min(high[0], at.spot[0] + reach) + margin
    y1, y2 = max(low[1], at.spot[1] - reach) - margin, min(high[1], at.spot[1] + reach) + margin
    return ((x1, y1), (x2, y1), (x2, y2), (x1, y2))


def foot(camera: Camera, place: Point2, heading: float, size: tuple[float, float, float]) -> Point2:
    """Return where the bottom of a vehicle's box is in the middle, in fractions of the picture.

    Raises:
        Unfit: it is not wholly in view.
    """
    c, s = math.cos(heading), math.sin(heading)
    spots = []
    for ahead in (-size[0] / 2, size[0] / 2):
        for left in (-size[1] / 2, size[1] / 2):
            for up in (0.0, size[2]):
                x = place[0] + c * ahead - s * left
                y = place[1] + s * ahead + c * left
                spots.append(camera.spot((x, y, up)))
    seen = [spot for spot in spots if spot is not None]
    if len(seen) < 8 or not all(-0.02 < v < 1.02 for spot in seen for v in spot):
        raise Unfit("the vehicle is not wholly in view")
    return (min(p[0] for p in seen) + max(p[0] for p in seen)) / 2, max(p[1] for p in seen)


def vehicle(
    draft: Draft,
    kind: VehicleKind | None,
    at: Point2,
    heading: float,
    begin: float = -math.inf,
    speed: float = 0.0,
) -> Vehicle:
    """Return a vehicle, not yet added, with its lamps on when it is dark."""
    look = draw_vehicle(draft.rng, kind)
    return Vehicle(draft.number(), at, heading, look, begin=begin, speed=speed, lights=dark(draft))


def arriving(
    draft: Draft, at: Kerb, stops: float, kind: VehicleKind | None = None, reverse: bool = False
) -> tuple[Vehicle, float]:
    """Return a vehicle that drives in and stops at the kerb, and when exactly it stands."""
    lane = nearest(draft, at.spot)
    c, s = math.cos(at.heading), math.sin(at.heading)
    side = _side(lane, at.spot)
    back = 40.0
    start = (at.spot[0] - c * back + s * side, at.spot[1] - s * back - c * side)
    speed = draft.uniform(6.0, 9.0)
    if reverse:
        past = 9.0 + draft.uniform(0.0, 2.0)
        beyond = (at.spot[0] + c * past + s * side, at.spot[1] + s * past - c * side)
        pieces: list[Driving] = [
            Drive([beyond], speed, heading=at.heading),
            Halt(draft.uniform(0.6, 1.5)),
            Drive([at.spot], 1.8, heading=at.heading, back=True, speed_up=1.0, slow_down=1.2),
        ]
    else:
        near = (at.spot[0] - c * 12.0 + s * side, at.spot[1] - s * 12.0 - c * side)
        pieces = [Drive([near, at.spot], speed, heading=at.heading)]
    made = vehicle(draft, kind, start, at.heading, 0.0, speed).does(*pieces)
    begin = max(0.0, stops - made.course.end)
    made = vehicle(draft, kind, start, at.heading, begin, speed).does(*pieces)
    draft.roads.append((at.spot, at.spot))
    return made, made.course.end


def traffic(draft: Draft, low: int, high: int, slow: float = 5.0, fast: float = 12.0) -> None:
    """Let so many vehicles a minute drive through, in lanes where nobody stands; none stops."""
    draft.later(lambda: _drive(draft, int(draft.rng.integers(low, high + 1)), slow, fast))


def _drive(draft: Draft, a_minute: int, slow: float, fast: float) -> None:
    for lane in draft.stage.lanes:
        if any(_lane_distance(lane, spot) < 2.6 for spot, _ in draft.roads):
            continue
        speed = draft.uniform(slow, fast)
        middle = _middle(lane)
        way = np.array(lane.end) - np.array(lane.start)
        way = way / max(float(np.hypot(*way)), 1e-6)
        start, end = middle - way * REACH, middle + way * REACH
        heading = math.atan2(way[1], way[0])
        each = max(3.0, 60.0 * len(draft.stage.lanes) / max(a_minute, 0.01))
        at = -2 * REACH / speed + draft.uniform(0.0, each)
        while at < draft.duration_s:
            kind: VehicleKind | None = None
            if draft.chance(0.15):
                kind = "bus" if draft.chance(0.5) else "truck"
            through = Drive([(float(end[0]), float(end[1]))], speed, on=speed)
            made = vehicle(draft, kind, (float(start[0]), float(start[1])), heading, at, speed)
            draft.add(_leaving(made.does(through)))
            at += max(3.5, draft.uniform(0.5, 1.5) * each)


def _leaving(made: Vehicle) -> Vehicle:
    return replace(made, leaves=True)


def _middle(lane: Lane) -> NDArray[np.float64]:
    a, b = np.array(lane.start, float), np.array(lane.end, float)
    share = float(np.clip(np.dot(-a, b - a) / max(np.dot(b - a, b - a), 1e-9), 0.0, 1.0))
    middle: NDArray[np.float64] = a + share * (b - a)
    return middle


def _side(lane: Lane, spot: Point2) -> float:
    """Return how far to the left of a spot its lane lies, in the way of travel."""
    way = np.array(lane.end) - np.array(lane.start)
    way = way / max(float(np.hypot(*way)), 1e-6)
    off = np.array(lane.start) - np.array(spot)
    return -float(off[1] * way[0] - off[0] * way[1])


def _lane_distance(lane: Lane, spot: Point2) -> float:
    return abs(_side(lane, spot))


def onto(lane: Lane, spot: Point2) -> Point2:
    """Return the point in the middle of a lane that is nearest to a spot."""
    a, b = np.array(lane.start, float), np.array(lane.end, float)
    share = np.dot(np.array(spot) - a, b - a) / max(np.dot(b - a, b - a), 1e-9)
    x, y = a + float(np.clip(share, 0.0, 1.0)) * (b - a)
    return float(x), float(y)


def nearest(draft: Draft, spot: Point2) -> Lane:
    """Return the lane that a spot lies in, or the one beside it."""
    return min(draft.stage.lanes, key=lambda lane: _lane_distance(lane, spot))


def span(polygon: Polygon) -> tuple[Point2, Point2]:
    """Return the lowest and the highest x and y of a polygon."""
    xs, ys = [p[0] for p in polygon], [p[1] for p in polygon]
    return (min(xs), min(ys)), (max(xs), max(ys))
