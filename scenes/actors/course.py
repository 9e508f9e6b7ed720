"""Ways through the scene: a path by its length, and a pace with exact times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenes.actors.pose import Floats, shortest

Point2 = tuple[float, float]


@dataclass(frozen=True)
class Path:
    """A curve on the ground: `points` (n, 2) in metres, close together, no two the same."""

    points: Floats

    @cached_property
    def _along(self) -> Floats:
        steps = np.hypot(*np.diff(self.points, axis=0).T)
        return np.concatenate([[0.0], np.cumsum(steps)])

    @cached_property
    def _headings(self) -> Floats:
        steps = np.diff(self.points, axis=0)
        turns = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
        if len(turns) == 1:
            return np.array([turns[0], turns[0]])
        inner = (turns[1:] + turns[:-1]) / 2
        return np.concatenate([turns[:1], inner, turns[-1:]])

    @property
    def length(self) -> float:
        """Return how long it is, in metres."""
        return float(self._along[-1])

    def at(self, along: float) -> Point2:
        """Return the point `along` metres from the beginning."""
        x = float(np.interp(along, self._along, self.points[:, 0]))
        y = float(np.interp(along, self._along, self.points[:, 1]))
        return (x, y)

    def heading(self, along: float) -> float:
        """Return the direction of the way there, in radians, without jumps of a full turn."""
        return float(np.interp(along, self._along, self._headings))


def walked(points: Sequence[Point2], corner: float = 0.5) -> Path:
    """Return a walker's way through `points`: straight, with corners cut by up to `corner` metres.

    Raises:
        ValueError: fewer than two different points.
    """
    kept = _different(points)
    out = [kept[0]]
    for before, here, after in zip(kept, kept[1:], kept[2:], strict=False):
        cut = min(corner, math.dist(before, here) / 2, math.dist(here, after) / 2)
        a, b = _toward(here, before, cut), _toward(here, after, cut)
        out += [_bezier(a, here, b, float(share)) for share in np.linspace(0.0, 1.0, 9)]
    out.append(kept[-1])
    return Path(np.array(_different(out)))


def driven(points: Sequence[Point2], begin: float | None = None, end: float | None = None) -> Path:
    """Return a vehicle's way through `points`: a cubic Hermite spline with Catmull-Rom tangents.

    `begin` and `end` are its directions of travel there, in radians; else the points say.

    Raises:
        ValueError: fewer than two different points.
    """
    kept = np.array(_different(points))
    steps = np.diff(kept, axis=0)
    tangents = np.vstack([steps[:1], (steps[1:] + steps[:-1]) / 2, steps[-1:]])
    for i, angle in ((0, begin), (-1, end)):
        if angle is not None:
            size = float(np.hypot(*steps[i]))
            tangents[i] = size * math.cos(angle), size * math.sin(angle)
    t = np.linspace(0.0, 1.0, 33)[:-1, None]
    pieces = [
        (2 * t**3 - 3 * t**2 + 1) * p
        + (t**3 - 2 * t**2 + t) * m
        + (3 * t**2 - 2 * t**3) * q
        + (t**3 - t**2) * n
        for p, q, m, n in zip(kept, kept[1:], tangents, tangents[1:], strict=False)
    ]
    return Path(np.vstack([*pieces, kept[-1:]]))


def _different(points: Sequence[Point2]) -> list[Point2]:
    kept = [points[0]] if points else []
    for point in points[1:]:
        if math.dist(point, kept[-1]) > 1e-3:
            kept.append(point)
    if len(kept) < 2:
        raise ValueError("a way needs two different points")
    return kept


def _toward(here: Point2, there: Point2, distance: float) -> Point2:
    share = distance / math.dist(here, there)
    return (here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share)


def _bezier(a: Point2, b: Point2, c: Point2, t: float) -> Point2:
    u, v, w = (1 - t) ** 2, 2 * t * (1 - t), t * t
    return (u * a[0] + v * b[0] + w * c[0], u * a[1] + v * b[1] + w * c[1])


@dataclass(frozen=True, slots=True)
class Pace:
    """How a way is covered: speed up, keep the speed, slow down. Metres and seconds."""

    length: float
    first: float
    cruise: float
    last: float
    speed_up: float
    slow_down: float

    @property
    def phases(self) -> tuple[float, float, float]:
        """Return how long it speeds up, keeps its speed, and slows down."""
        up = (self.cruise - self.first) / self.speed_up
        down = (self.cruise - self.last) / self.slow_down
        used = (self.cruise + self.first) / 2 * up + (self.cruise + self.last) / 2 * down
        return up, max(0.0, self.length - used) / self.cruise, down

    @property
    def duration(self) -> float:
        """Return how long the whole way takes."""
        return sum(self.phases)

    def at(self, seconds: float) -> tuple[float, float]:
        """Return (metres covered, speed) after `seconds`."""
        up, keep, down = self.phases
        t = min(max(seconds, 0.0), up + keep + down)
        if t < up:
            return self.first * t + self.speed_up * t * t / 2, self.first + self.speed_up * t
        covered = (self.first + self.cruise) / 2 * up
        if t < up + keep:
            return covered + self.cruise * (t - up), self.cruise
        covered += self.cruise * keep
        t -= up + keep
        speed = self.cruise - self.slow_down * t
        return min(self.length, covered + self.cruise * t - self.slow_down * t * t / 2), speed


def pace(
    length: float,
    cruise: float,
    first: float = 0.0,
    last: float = 0.0,
    speed_up: float = 1.5,
    slow_down: float = 1.5,
) -> Pace:
    """Return the pace of a way of `length` metres; a short one never reaches `cruise`.

    Where the way is too short to brake or to speed up as asked, it brakes or speeds up harder.
    """
    if first > last:
        slow_down = max(slow_down, (first**2 - last**2) / (2 * length))
    else:
        speed_up = max(speed_up, (last**2 - first**2) / (2 * length))
    reach = 2 * speed_up * slow_down * length + slow_down * first**2 + speed_up * last**2
    peak = math.sqrt(reach / (speed_up + slow_down))
    top = min(max(cruise, first, last), max(peak, first, last))
    return Pace(length, first, top, last, speed_up, slow_down)


def pace_within(length: float, duration: float, speed_up: float, slow_down: float) -> Pace:
    """Return the pace from standing to standing that takes exactly `duration` seconds.

    Raises:
        ValueError: no speed is enough with this acceleration.
    """
    slow, fast = 1e-3, 100.0
    if pace(length, fast, 0, 0, speed_up, slow_down).duration > duration:
        raise ValueError(f"{length:.1f} m in {duration:.1f} s is too fast")
    for _ in range(60):
        middle = (slow + fast) / 2
        longer = pace(length, middle, 0, 0, speed_up, slow_down).duration > duration
        slow, fast = (middle, fast) if longer else (slow, middle)
    return pace(length, fast, 0, 0, speed_up, slow_down)


def turned(one: float, other: float, share: float) -> float:
    """Return the heading that is `share` (0..1) of the shorter way from `one` to `other`."""
    return one + shortest(other - one) * share
