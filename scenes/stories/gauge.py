"""A post that stands in rising water: it stays where it is, and its foot goes under."""

from __future__ import annotations

from dataclasses import dataclass

from scenes.actors.course import Point2
from scenes.shapes import Body, Color, Face, Point3
from scenes.water import Water

_RINGS = 5
_SIDES: tuple[tuple[Point2, Point2, Point3], ...] = (
    ((-1.0, -1.0), (1.0, -1.0), (0.0, -1.0, 0.0)),
    ((1.0, -1.0), (1.0, 1.0), (1.0, 0.0, 0.0)),
    ((1.0, 1.0), (-1.0, 1.0), (0.0, 1.0, 0.0)),
    ((-1.0, 1.0), (-1.0, -1.0), (-1.0, 0.0, 0.0)),
)
"""Corners of each side, in radii, and the way it faces."""


@dataclass(frozen=True, slots=True)
class Post:
    """A square post of `height` metres at `at`, with rings in two colours, as bollards have."""

    at: Point2
    height: float
    water: Water
    ground: float
    """How high (m) the ground at its foot lies above the deepest spot."""
    radius: float = 0.09
    colors: tuple[Color, Color] = ((60.0, 70.0, 190.0), (215.0, 218.0, 220.0))

    def depth(self, at: float) -> float:
        """Return how deep (m) the water stands at its foot."""
        return max(0.0, self.water.level.at(at) - self.ground)

    def bodies(self, at: float) -> tuple[Body, ...]:
        """Return what of it is above the water.

        A shot lowers every body by the depth, because its water has no height of its own; a post
        does not sink, so it is handed over higher by as much.
        """
        deep = self.depth(at)
        deep = deep if deep > 0.01 else 0.0
        x, y = self.at
        each = self.height / _RINGS
        solids: list[Face] = []
        for ring in range(_RINGS):
            low, high = max(deep, ring * each), (ring + 1) * each
            if high > low:
                color = self.colors[ring % 2]
                solids += [
                    Face(
                        tuple(
                            (x + self.radius * u, y + self.radius * v, z + deep)
                            for (u, v), z in zip(
                                (one, other, other, one), (low, low, high, high), strict=True
                            )
                        ),
                        normal,
                        color,
                    )
                    for one, other, normal in _SIDES
                ]
        return (Body("", tuple(solids)),) if solids else ()
