"""Bicycles, e-bikes, scooters, motorcycles and tricycles: ridden, parked, fallen over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from scenes.actors.course import Point2
from scenes.actors.driving import Course, Driving
from scenes.actors.frames import LABEL, CycleKind, cycle
from scenes.actors.hulls import frame
from scenes.actors.pose import smooth, toppling
from scenes.shapes import Body, Capsule, Color, Face, Lamp, Solid

_PAINT: tuple[Color, ...] = (
    (40.0, 40.0, 42.0),
    (200.0, 202.0, 204.0),
    (45.0, 45.0, 180.0),
    (170.0, 90.0, 40.0),
    (60.0, 150.0, 60.0),
    (50.0, 190.0, 225.0),
    (150.0, 150.0, 60.0),
)
SHARED: tuple[Color, ...] = ((215.0, 150.0, 30.0), (40.0, 200.0, 240.0), (70.0, 190.0, 60.0))
"""The paints of shared bicycles."""


@dataclass(frozen=True)
class Cycle:
    """A cycle that does one piece of driving after the other from `begin` on; without any, parked.

    `at` is the middle between its wheels. It stands upright while it moves (leaning into bends),
    on its stand while it stands. `tips` is the time at which it falls over to its right (negative
    `side`) or left. Its rider is a `Person` with a `Ride`; a cycle without one is pushed or parked.
    """

    seed: int
    kind: CycleKind = "bicycle"
    at: Point2 = (0.0, 0.0)
    heading: float = 0.0
    begin: float = -math.inf
    speed: float = 0.0
    leaves: bool = False
    lights: bool = False
    paint: Color | None = None
    tips: float | None = None
    side: float = -1.0
    end: float = math.inf
    driving: tuple[Driving, ...] = ()

    def does(self, *driving: Driving) -> Cycle:
        """Return the same cycle with these pieces after those already given."""
        return replace(self, driving=(*self.driving, *driving))

    @property
    def label(self) -> str:
        """Return the detector's class."""
        return LABEL[self.kind]

    @cached_property
    def course(self) -> Course:
        """Return where it is at any time: `span(piece)`, `stops()`, `rolling(at)`, `end`."""
        begin = self.begin if math.isfinite(self.begin) else 0.0
        return Course.of(self.at, self.heading, begin, self.speed, self.driving)

    @cached_property
    def _drawn(self) -> tuple[Color, bool]:
        rng = np.random.default_rng([self.seed, 21])
        paint = self.paint or _PAINT[int(rng.integers(len(_PAINT)))]
        return paint, bool(rng.random() < 0.5)

    def place(self, at: float) -> Point2:
        """Return its middle on the ground at a time."""
        return self.course.rolling(at).place

    def present(self, at: float) -> bool:
        """Return whether it is in the scene."""
        return self.begin <= at < self.end and not (self.leaves and at >= self.course.end)

    def lean(self, at: float) -> float:
        """Return how far it leans to its left, in radians: into a bend, on its stand, fallen."""
        rolling = self.course.rolling(at)
        if self.kind == "tricycle":
            return 0.0
        bend = math.atan(rolling.speed**2 * rolling.turning / 9.81)
        rides = smooth(abs(rolling.speed) / 1.2)
        upright = max(-0.4, min(0.4, bend)) * rides + 0.13 * (1 - rides)
        if self.tips is None or at <= self.tips:
            return upright
        goal = math.copysign(math.radians(82), self.side)
        return upright + (goal - upright) * toppling((at - self.tips) / 0.6)

    def bodies(self, at: float) -> tuple[Body, ...]:
        if not self.present(at):
            return ()
        rolling = self.course.rolling(at)
        (x, y), lean = rolling.place, self.lean(at)
        own = frame((x, y, 0.0), rolling.heading, roll=-lean)
        paint, basket = self._drawn
        stands = abs(rolling.speed) < 0.05 and abs(lean) < 0.2 and self.kind != "tricycle"
        solids = cycle(own, self.kind, paint, basket, rolling.rolled, stands)
        lamps: list[Lamp] = []
        if self.lights:
            lamps = [
                Lamp(own.point(0.65, 0.0, 0.9), (225.0, 245.0, 255.0), 7.0),
                Lamp(own.point(-0.9, 0.0, 0.65), (40.0, 40.0, 255.0), 1.2),
            ]
        return (Body(self.label, _above_ground(solids), (), tuple(lamps)),)


def _above_ground(solids: Sequence[Solid]) -> tuple[Solid, ...]:
    """Return the solids, lifted so that none is below the ground."""
    lowest = min(lowest_of(solid) for solid in solids)
    if lowest >= 0.0:
        return tuple(solids)
    return tuple(_lifted(solid, -lowest) for solid in solids)


def lowest_of(solid: Solid) -> float:
    """Return the height of the lowest point of a solid."""
    if isinstance(solid, Capsule):
        return min(solid.a[2] - solid.radius_a, solid.b[2] - solid.radius_b)
    return min(z for _, _, z in solid.corners)


def _lifted(solid: Solid, up: float) -> Solid:
    if isinstance(solid, Face):
        return replace(solid, corners=tuple((x, y, z + up) for x, y, z in solid.corners))
    (x, y, z), (u, v, w) = solid.a, solid.b
    return replace(solid, a=(x, y, z + up), b=(u, v, w + up))


def row(
    seed: int,
    at: Point2,
    along: float,
    count: int,
    gap: float = 0.65,
    turn: float = math.pi / 2,
    kinds: Sequence[CycleKind] = ("bicycle",),
    shared: bool = False,
) -> tuple[Cycle, ...]:
    """Return a row of parked cycles: `count` of them every `gap` metres in direction `along`.

    `turn` is how they stand against the row; `shared` gives all of them one firm's paint.
    """
    rng = np.random.default_rng([seed, 22])
    paint = SHARED[int(rng.integers(len(SHARED)))] if shared else None
    found = []
    for i in range(count):
        far = i * gap + float(rng.normal(0, gap * 0.08))
        place = (at[0] + math.cos(along) * far, at[1] + math.sin(along) * far)
        heading = along + turn + float(rng.normal(0, 0.07))
        kind = kinds[int(rng.integers(len(kinds)))]
        found.append(Cycle(int(rng.integers(2**31)), kind, place, heading, paint=paint))
    return tuple(found)
