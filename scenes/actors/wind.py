"""What the wind and a bad contact move: flags and banners, and a street lamp that flickers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenes.actors.course import Point2
from scenes.actors.hulls import frame
from scenes.shapes import Body, Color, Lamp, Point3, Solid


@dataclass(frozen=True)
class Flag:
    """Cloth on a pole, or with `banner` hung from its upper edge; `wind` 0 hangs, 1 is a gale.

    `at` is the pole's foot (a banner's upper corner on the ground), `heading` where the cloth
    goes from there, `size` its length and height in metres, `top` the height of its upper edge.
    """

    seed: int
    at: Point2
    heading: float = 0.0
    size: tuple[float, float] = (1.2, 0.8)
    top: float = 4.5
    color: Color = (40.0, 40.0, 200.0)
    wind: float = 0.5
    banner: bool = False

    @cached_property
    def _waves(self) -> tuple[tuple[float, float, float], ...]:
        rng = np.random.default_rng([self.seed, 41])
        return tuple(
            (
                float(rng.uniform(0.5, 1.0)) * a,
                float(rng.uniform(0.8, 1.25)) * w,
                float(rng.uniform(0, 6.3)),
            )
            for a, w in ((0.16, 3.1), (0.09, 5.3), (0.05, 8.9))
        )

    def _out(self, share: float, at: float) -> float:
        """Return how far the cloth is out of its plane, in metres, at a share of its length."""
        total = sum(
            a * math.sin(w * at * (0.4 + self.wind) - 4.5 * share + p) for a, w, p in self._waves
        )
        return total * self.wind * self.size[0] * math.pow(share, 0.7)

    def bodies(self, at: float) -> tuple[Body, ...]:
        own = frame((*self.at, 0.0), self.heading)
        long, high = self.size
        solids: list[Solid] = []
        sag = 0.0 if self.banner else (1 - min(1.0, self.wind * 1.6)) * 0.8
        cuts = 6
        for i in range(cuts):
            columns = []
            for share in (i / cuts, (i + 1) / cuts):
                drop = sag * long * share
                x = long * share * (1 - 0.75 * sag)
                # A banner is tied above: only its lower edge goes out.
                above = 0.15 if self.banner else 1.0
                out = self._out(0.3 + 0.7 * share if self.banner else share, at)
                columns.append(
                    ((x, out * above, self.top - drop), (x, out, self.top - high - drop))
                )
            (a, b), (c, d) = columns
            shade = 0.92 + 0.08 * math.sin(3.0 * i)
            blue, green, red = self.color
            solids.append(own.face((a, c, d, b), (blue * shade, green * shade, red * shade)))
        if not self.banner:
            solids.append(
                own.rod((0, 0, 0.04), (0, 0, self.top + 0.1), 0.04, (150.0, 152.0, 154.0))
            )
        return (Body("", tuple(solids)),)


@dataclass(frozen=True)
class Flicker:
    """A street lamp with a bad contact: on for some seconds, then off for a moment, by its seed."""

    seed: int
    at: Point3
    color: Color = (150.0, 200.0, 255.0)
    reach: float = 9.0

    def shines(self, at: float) -> bool:
        """Return whether it is on at a time."""
        rng = np.random.default_rng([self.seed, 42, max(0, math.floor(at / 4.0))])
        begin, length = float(rng.uniform(0.0, 3.0)), float(rng.uniform(0.1, 0.9))
        inside = begin <= at % 4.0 < begin + length
        return not inside or int(at * 9.0) % 2 == 0

    def bodies(self, at: float) -> tuple[Body, ...]:
        if not self.shines(at):
            return ()
        return (Body("", (), (), (Lamp(self.at, self.color, self.reach),)),)
