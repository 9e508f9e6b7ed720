"""Flat-sided solids from few numbers: boxes, prisms, discs, in a frame of their own."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenes.actors.pose import Floats
from scenes.shapes import Capsule, Color, Face, Point3, Solid


@dataclass(frozen=True, slots=True)
class Frame:
    """Own axes (x ahead, y to the left, z up) in the world: `turn` (3, 3) and `at` (3,)."""

    at: Floats
    turn: Floats

    def point(self, x: float, y: float, z: float) -> Point3:
        """Return a point of the own axes as one of the world."""
        (a, b, c), (d, e, f), (g, h, i) = self.turn.tolist()
        p, q, r = self.at.tolist()
        return (
            p + a * x + b * y + c * z,
            q + d * x + e * y + f * z,
            r + g * x + h * y + i * z,
        )

    def face(self, corners: Sequence[Point3], color: Color, shine: float = 0.0) -> Face:
        """Return a face from corners in the own axes; its normal is the corners' own."""
        (a, b, c), (d, e, f), (g, h, i) = self.turn.tolist()
        p, q, r = self.at.tolist()
        # Plain numbers: for a handful of corners they are several times faster than arrays.
        world = tuple(
            (p + a * x + b * y + c * z, q + d * x + e * y + f * z, r + g * x + h * y + i * z)
            for x, y, z in corners
        )
        return Face(world, _normal(world), color, shine)

    def rod(
        self, a: Point3, b: Point3, radius: float, color: Color, thin: float | None = None
    ) -> Capsule:
        """Return a capsule between two points of the own axes; `thin` is the radius at `b`."""
        return Capsule(
            self.point(*a), self.point(*b), radius, radius if thin is None else thin, color
        )


def _normal(corners: Sequence[Point3]) -> Point3:
    """Return the unit normal of a flat polygon (Newell's method: no three corners decide alone)."""
    nx = ny = nz = 0.0
    x, y, z = corners[-1]
    for u, v, w in corners:
        nx += (y - v) * (z + w)
        ny += (z - w) * (x + u)
        nz += (x - u) * (y + v)
        x, y, z = u, v, w
    size = math.sqrt(nx * nx + ny * ny + nz * nz) or 1.0
    return (nx / size, ny / size, nz / size)


def frame(at: Point3, heading: float, top: Point3 | None = None, roll: float = 0.0) -> Frame:
    """Return the frame that stands at a point with a heading, its up axis toward `top`."""
    c, s = math.cos(heading), math.sin(heading)
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    if top is not None and (top[0] - at[0]) ** 2 + (top[1] - at[1]) ** 2 > 1e-8:
        up = np.array([top[0] - at[0], top[1] - at[1], top[2] - at[2]])
        up /= np.linalg.norm(up)
        ahead = turn[:, 0] - up * float(turn[:, 0] @ up)
        if float(np.linalg.norm(ahead)) < 1e-3:
            ahead = np.array([0.0, 0.0, 1.0])
        ahead /= np.linalg.norm(ahead)
        turn = np.stack([ahead, np.cross(up, ahead), up], axis=1)
    if roll:
        c, s = math.cos(roll), math.sin(roll)
        turn = turn @ np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])
    return Frame(np.array(at), turn)


def box(
    own: Frame, low: Point3, high: Point3, color: Color, shine: float = 0.0, bottom: bool = False
) -> list[Solid]:
    """Return the five or six sides of a box between two corners of the own axes."""
    (x, y, z), (u, v, w) = low, high
    sides: list[Solid] = [
        own.face(((u, y, z), (u, v, z), (u, v, w), (u, y, w)), color, shine),
        own.face(((x, v, z), (x, y, z), (x, y, w), (x, v, w)), color, shine),
        own.face(((u, v, z), (x, v, z), (x, v, w), (u, v, w)), color, shine),
        own.face(((x, y, z), (u, y, z), (u, y, w), (x, y, w)), color, shine),
        own.face(((x, y, w), (u, y, w), (u, v, w), (x, v, w)), color, shine),
    ]
    if bottom:
        sides.append(own.face(((x, v, z), (u, v, z), (u, y, z), (x, y, z)), color, shine))
    return sides


def disc(own: Frame, at: Point3, radius: float, color: Color, corners: int = 14) -> Face:
    """Return an upright disc across the own y axis: a wheel seen from the side."""
    turns = [2 * math.pi * i / corners for i in range(corners)]
    ring = [(at[0] + radius * math.cos(t), at[1], at[2] + radius * math.sin(t)) for t in turns]
    return own.face(ring, color)


def ring(
    own: Frame, at: Point3, radius: float, thick: float, color: Color, corners: int = 12
) -> list[Solid]:
    """Return a thin wheel across the own y axis, made of rods."""
    turns = [2 * math.pi * i / corners for i in range(corners + 1)]
    points = [(at[0] + radius * math.cos(t), at[1], at[2] + radius * math.sin(t)) for t in turns]
    return [own.rod(a, b, thick, color) for a, b in itertools.pairwise(points)]


def cylinder(
    own: Frame,
    at: Point3,
    low: float,
    high: float,
    wide: float,
    color: Color,
    top: float | None = None,
    corners: int = 10,
    shine: float = 0.0,
    lid: bool = True,
) -> list[Solid]:
    """Return an upright drum from height `low` to `high`; `top` is its radius there."""
    top = wide if top is None else top
    turns = [2 * math.pi * i / corners for i in range(corners + 1)]
    below = [(at[0] + wide * math.cos(t), at[1] + wide * math.sin(t), at[2] + low) for t in turns]
    above = [(at[0] + top * math.cos(t), at[1] + top * math.sin(t), at[2] + high) for t in turns]
    sides: list[Solid] = [
        own.face((below[i], below[i + 1], above[i + 1], above[i]), color, shine)
        for i in range(corners)
    ]
    if lid and top > 0.01:
        sides.append(own.face(above[:-1], color, shine))
    return sides


def darker(color: Color, share: float) -> Color:
    """Return a colour with `share` of its light; above 1 it is lighter."""
    return (color[0] * share, color[1] * share, color[2] * share)
