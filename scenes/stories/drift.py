"""What the wind carries: leaves and paper that never lie still for long."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scenes.actors.course import Point2
from scenes.actors.things import Thing
from scenes.actors.wares import Placed, ware
from scenes.shapes import Body


@dataclass(frozen=True, slots=True)
class Blown:
    """A leaf or a sheet of paper that skips over the ground, from `start` on at `begin` seconds.

    It moves with `speed` (x, y in m/s) on average, in gusts `every` seconds apart, and is gone
    after `seconds`.
    """

    thing: Thing
    start: Point2
    speed: Point2
    begin: float
    seconds: float
    every: float = 2.3

    def bodies(self, at: float) -> tuple[Body, ...]:
        """Return where it is."""
        t = at - self.begin
        if not 0.0 <= t < self.seconds:
            return ()
        phase = 2 * math.pi * t / self.every
        # Never backwards, never at rest for more than a part of a gust.
        far = t - 0.8 * self.every / (2 * math.pi) * math.sin(phase)
        x, y = self.start[0] + self.speed[0] * far, self.start[1] + self.speed[1] * far
        high = 0.04 + 0.18 * max(0.0, math.sin(phase / 2)) ** 2
        tip = 0.02 * math.sin(3.1 * phase), 0.02 * math.cos(2.3 * phase)
        placed = Placed((x, y, high), (x + tip[0], y + tip[1], high + 0.02), 1.7 * phase)
        return (Body("", ware(self.thing, placed)),)
