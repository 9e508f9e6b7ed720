"""Values that change over a scene's time, written down as points."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Curve:
    """A piecewise linear function of time: ((seconds, value), ...), held at both ends.

    Two points at one time make a step: from that time on the later one holds.
    """

    points: tuple[tuple[float, float], ...]

    def at(self, at: float) -> float:
        """Return the value at `at` seconds."""
        before = self.points[0]
        for point in self.points:
            if point[0] > at:
                if before[0] > at:
                    return point[1]
                share = (at - before[0]) / (point[0] - before[0])
                return before[1] + share * (point[1] - before[1])
            before = point
        return before[1]

    @property
    def constant(self) -> bool:
        """Return whether it never changes."""
        return all(value == self.points[0][1] for _, value in self.points)


def always(value: float) -> Curve:
    """Return a curve that holds one value."""
    return Curve(((0.0, value),))


def step(at: float, before: float, after: float) -> Curve:
    """Return a curve that jumps from one value to another at `at` seconds."""
    return Curve(((at, before), (at, after)))


def ramp(start: float, end: float, before: float, after: float) -> Curve:
    """Return a curve that goes evenly from one value to another between two times."""
    return Curve(((start, before), (end, after)))


ZERO = always(0.0)
ONE = always(1.0)
