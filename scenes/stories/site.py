"""Where and when a scene plays: a place, a day and a camera drawn from a seed, and room in it."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TypeVar

import numpy as np

from scenes.actors.course import Point2
from scenes.camera import Camera
from scenes.places import PLACES
from scenes.shapes import Actor, Capsule
from scenes.stage import Polygon, Stage
from scenes.stories.day import Day, Time, Weathers, draw_day

T = TypeVar("T")
A = TypeVar("A", bound=Actor)

WALKABLE = ("square", "pavement", "floor", "crossing", "lawn")
SCALE = (0.035, 0.3)
"""How much of the picture's height a metre is, where a story does not care."""
SIZES = ((640, 360), (640, 360), (640, 480), (704, 396), (768, 432))


class Unfit(Exception):
    """The place that was drawn has no room for the story; the next one is tried."""


class Site:
    """The place, the day and the camera of a scene. All that is random comes from `rng`."""

    def __init__(self, script: str, seed: int, attempt: int) -> None:
        self.script = script
        self.seed = seed
        self.rng = np.random.default_rng([seed, zlib.crc32(script.encode()), attempt])
        self.kinds: tuple[str, ...] = tuple(PLACES)
        self.day: Day | None = None
        self._times: tuple[Time, ...] | None = None
        self._weathers: tuple[Weathers, ...] | None = None
        self._clear: list[tuple[Point2, float]] = []

    # -- drawing ------------------------------------------------------------------------------

    def uniform(self, low: float, high: float) -> float:
        """Return a number between two."""
        return float(self.rng.uniform(low, high))

    def chance(self, share: float) -> bool:
        """Return True in `share` (0..1) of all scenes."""
        return bool(self.rng.random() < share)

    def pick(self, among: Sequence[T]) -> T:
        """Return one of several."""
        return among[int(self.rng.integers(len(among)))]

    def number(self) -> int:
        """Return a seed for something of its own."""
        return int(self.rng.integers(2**31))

    # -- place and day ------------------------------------------------------------------------

    def look_like(
        self,
        places: Sequence[str] = (),
        times: Sequence[Time] = (),
        weathers: Sequence[Weathers] = (),
    ) -> None:
        """Say where and when it plays; empty leaves it to the seed. Before the first spot."""
        self.kinds = tuple(p for p in places if p in PLACES) or self.kinds
        self._times = tuple(times) or self._times
        self._weathers = tuple(weathers) or self._weathers

    @cached_property
    def stage(self) -> Stage:
        """Return the place."""
        return PLACES[self.pick(self.kinds)](self.number())

    @cached_property
    def camera(self) -> Camera:
        """Return the camera, where no spot has chosen one."""
        return self.stage.camera(self.number(), self.pick(SIZES))

    @property
    def weather(self) -> Day:
        """Return light, weather and sensor of the scene.

        Raises:
            Unfit: the story wants a sky, and this place has none.
        """
        if self.day is None:
            if self.stage.indoor and (self._times or self._weathers):
                raise Unfit("indoors there is no weather")
            self.day = draw_day(self.rng, self.stage.indoor, self._times, self._weathers)
        return self.day

    # -- room ---------------------------------------------------------------------------------

    def spot(self, regions: Sequence[str] = WALKABLE, scale: tuple[float, float] = SCALE) -> Point2:
        """Return a point that the camera sees well; the first one chooses the camera.

        Raises:
            Unfit: no camera of this place sees such a point.
        """
        fixed = "camera" in self.__dict__
        for _ in range(1 if fixed else 12):
            camera = self.camera if fixed else self.stage.camera(self.number(), self.pick(SIZES))
            there = [r for r in regions if r in self.stage.regions]
            for region in self.rng.permutation(there).tolist():
                found = self.stage.spots(camera, region, self.number(), 12, scale)
                for point in found:
                    if self._free(point, 1.0) and self._unfurnished(point):
                        self.__dict__["camera"] = camera
                        return point
        raise Unfit(f"{self.stage.kind}: no spot in {', '.join(regions)}")

    def keep_clear(self, point: Point2, radius: float = 1.8) -> None:
        """Have nobody who is added without a place come within `radius` metres of a point."""
        self._clear.append((point, radius))

    def _free(self, point: Point2, margin: float) -> bool:
        return all(math.dist(point, other) > radius + margin for other, radius in self._clear)

    def _unfurnished(self, point: Point2) -> bool:
        """Tell whether no bin, bench, lamp or tree stands within a metre of a point."""
        for body in self.stage.fixtures:
            for solid in body.solids:
                at = solid.a if isinstance(solid, Capsule) else solid.corners[0]
                if math.dist(at[:2], point) < 1.0:
                    return False
        return all(math.dist(tree.at, point) > 1.2 for tree in self.stage.trees)

    def toward_camera(self, point: Point2, metres: float) -> Point2:
        """Return the point so many metres nearer to the camera (negative: farther)."""
        x, y = self.camera.at[0] - point[0], self.camera.at[1] - point[1]
        far = math.hypot(x, y) or 1.0
        return point[0] + metres * x / far, point[1] + metres * y / far

    def aside(self, point: Point2, metres: float) -> Point2:
        """Return the point so many metres beside it, as the camera sees it."""
        x, y = self.toward_camera(point, 1.0)
        x, y = x - point[0], y - point[1]
        return point[0] - metres * y, point[1] + metres * x

    def region_of(self, point: Point2) -> Polygon | None:
        """Return the smallest polygon of the stage, walkable or not, that a point lies in."""
        found = [
            polygon
            for polygons in self.stage.regions.values()
            for polygon in polygons
            if within(polygon, point)
        ]
        return min(found, key=area, default=None)

    def approach(self, goal: Point2, metres: float, seen: bool = False) -> Point2:
        """Return a point about so far from `goal`, on ground that one walks on, out of the way.

        With `seen` one that is in view, if there is such a point.
        """
        walkable = [p for name in WALKABLE for p in self.stage.regions.get(name, ())]
        best, least = None, float("inf")
        for _ in range(60):
            angle = self.uniform(-math.pi, math.pi)
            point = (goal[0] + metres * math.cos(angle), goal[1] + metres * math.sin(angle))
            off = 0.0 if any(within(p, point) for p in walkable) else 10.0
            off += 0.0 if self._open(goal, point) else 5.0
            off += 2.0 if seen and not self._in_view(point) else 0.0
            if off < least:
                best, least = point, off
            if least == 0.0:
                break
        return best or (goal[0] + metres, goal[1])

    def _in_view(self, point: Point2) -> bool:
        spots = [self.camera.spot((*point, height)) for height in (0.0, 1.8)]
        return all(spot is not None and 0 < spot[0] < 1 and 0 < spot[1] < 1 for spot in spots)

    def _open(self, one: Point2, other: Point2) -> bool:
        """Tell whether no house stands between two points on the ground."""
        for share in (0.25, 0.5, 0.75, 1.0):
            x = one[0] + share * (other[0] - one[0])
            y = one[1] + share * (other[1] - one[1])
            for block in self.stage.blocks:
                low, high = block.low, block.high
                if low[0] - 0.4 < x < high[0] + 0.4 and low[1] - 0.4 < y < high[1] + 0.4:
                    return False
        return True


def within(polygon: Iterable[Sequence[float]], point: Point2) -> bool:
    """Tell whether a point lies in a polygon (even-odd rule)."""
    corners, inside = list(polygon), False
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (y1 > point[1]) != (y2 > point[1]):
            cut = x1 + (point[1] - y1) * (x2 - x1) / (y2 - y1)
            inside ^= point[0] < cut
    return inside


def area(polygon: Iterable[Sequence[float]]) -> float:
    """Return how large a polygon is, in the square of its unit."""
    corners = list(polygon)
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2
