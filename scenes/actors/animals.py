"""Dogs, cats and birds: small, moving, and no detector's business."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from scenes.actors.course import Point2
from scenes.actors.driving import Course, Driving, Rolling
from scenes.actors.hulls import Frame, darker, frame
from scenes.shapes import Body, Color, Solid

AnimalKind = Literal["dog", "cat", "bird"]

_COATS: tuple[Color, ...] = (
    (45.0, 70.0, 105.0),
    (30.0, 30.0, 32.0),
    (170.0, 185.0, 200.0),
    (80.0, 120.0, 160.0),
    (130.0, 130.0, 130.0),
)
_HEIGHT: dict[AnimalKind, float] = {"dog": 0.5, "cat": 0.26, "bird": 0.16}


@dataclass(frozen=True)
class Animal:
    """An animal that goes as vehicles do (`Drive`, `Halt`), only smaller; label ''.

    A bird that drives faster than 2 m/s flies, up to 2.5 m high.
    """

    seed: int
    kind: AnimalKind = "dog"
    at: Point2 = (0.0, 0.0)
    heading: float = 0.0
    begin: float = -math.inf
    leaves: bool = False
    driving: tuple[Driving, ...] = ()

    def does(self, *driving: Driving) -> Animal:
        """Return the same animal with these pieces after those already given."""
        return replace(self, driving=(*self.driving, *driving))

    @cached_property
    def course(self) -> Course:
        """Return where it is at any time."""
        begin = self.begin if math.isfinite(self.begin) else 0.0
        return Course.of(self.at, self.heading, begin, 0.0, self.driving)

    @cached_property
    def _drawn(self) -> tuple[float, Color]:
        rng = np.random.default_rng([self.seed, 31])
        size = _HEIGHT[self.kind] * float(rng.uniform(0.75, 1.3))
        return size, _COATS[int(rng.integers(len(_COATS)))]

    def bodies(self, at: float) -> tuple[Body, ...]:
        if at < self.begin or (self.leaves and at >= self.course.end):
            return ()
        rolling = self.course.rolling(at)
        size, coat = self._drawn
        (x, y), speed = rolling.place, abs(rolling.speed)
        high = 0.0
        if self.kind == "bird":
            high = 2.5 * min(1.0, max(0.0, speed - 2.0) / 3.0)
        own = frame((x, y, high), rolling.heading)
        if self.kind == "bird":
            return (Body("", tuple(_bird(own, size, coat, at, high > 0.05, self.seed))),)
        return (Body("", tuple(_fourfooted(own, size, coat, rolling, at, self.seed))),)


def _fourfooted(
    own: Frame, h: float, coat: Color, rolling: Rolling, at: float, seed: int
) -> list[Solid]:
    speed = abs(rolling.speed)
    phase = rolling.rolled / (1.5 * h) * 2 * math.pi
    swing = 0.3 * h * min(1.0, speed / 0.6)
    nod = 0.04 * h * math.sin(2 * phase) if speed > 0.1 else 0.12 * h * math.sin(0.9 * at + seed)
    back = h * 0.78
    solids: list[Solid] = [
        own.rod((-0.42 * h, 0, back), (0.4 * h, 0, back), 0.15 * h, coat, thin=0.18 * h),
        own.rod((0.45 * h, 0, back + 0.08 * h), (0.62 * h, 0, h * 1.05 + nod), 0.11 * h, coat),
        own.rod(
            (0.62 * h, 0, h * 1.08 + nod),
            (0.88 * h, 0, h * 1.0 + nod),
            0.12 * h,
            darker(coat, 0.92),
            thin=0.06 * h,
        ),
        own.rod(
            (-0.5 * h, 0, back + 0.05 * h),
            (-0.82 * h, 0.1 * h * math.sin(5 * at + seed), h * 1.0),
            0.05 * h,
            coat,
            thin=0.025 * h,
        ),
    ]
    for i, (x, y) in enumerate(((0.36, 0.1), (0.36, -0.1), (-0.36, 0.1), (-0.36, -0.1))):
        step = math.sin(phase + (math.pi if i in (1, 2) else 0.0))
        lift = max(0.0, math.cos(phase + (math.pi if i in (1, 2) else 0.0))) * swing * 0.4
        foot = (x * h + step * swing, y * h, 0.04 * h + lift)
        solids.append(
            own.rod(
                (x * h, y * h, back - 0.08 * h), foot, 0.07 * h, darker(coat, 0.9), thin=0.04 * h
            )
        )
    solids += [
        own.rod(
            (0.6 * h, side * h, h * 1.17 + nod),
            (0.58 * h, side * 1.3 * h, h * 1.28 + nod),
            0.04 * h,
            darker(coat, 0.75),
            thin=0.015 * h,
        )
        for side in (0.07, -0.07)
    ]
    return solids


def _bird(own: Frame, h: float, coat: Color, at: float, flies: bool, seed: int) -> list[Solid]:
    peck = max(0.0, math.sin(2.1 * at + seed)) ** 6 * 0.6 if not flies else 0.0
    solids: list[Solid] = [
        own.rod((-0.5 * h, 0, 0.6 * h), (0.35 * h, 0, 0.7 * h), 0.2 * h, coat, thin=0.3 * h),
        own.rod(
            (0.55 * h, 0, (1.05 - peck) * h),
            (0.75 * h, 0, (1.0 - peck) * h),
            0.18 * h,
            darker(coat, 0.8),
            thin=0.05 * h,
        ),
        own.rod((-0.5 * h, 0, 0.6 * h), (-1.1 * h, 0, 0.5 * h), 0.12 * h, darker(coat, 0.85)),
    ]
    if flies:
        beat = 0.9 * h * math.sin(2 * math.pi * 6.0 * at + seed)
        for side in (1.0, -1.0):
            wing = (
                (0.3 * h, side * 0.2 * h, 0.8 * h),
                (-0.4 * h, side * 0.2 * h, 0.75 * h),
                (-0.3 * h, side * 1.8 * h, 0.8 * h + beat),
                (0.2 * h, side * 1.5 * h, 0.8 * h + beat),
            )
            solids.append(own.face(wing, darker(coat, 0.9)))
    else:
        solids += [
            own.rod(
                (0, side * h, 0.5 * h),
                (0.04 * h, side * h, 0.03 * h),
                0.03 * h,
                (60.0, 90.0, 160.0),
            )
            for side in (0.12, -0.12)
        ]
    return solids
