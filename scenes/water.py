"""Standing water: a low spot that fills, and which share of a zone it covers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from scenes.camera import Zone
from scenes.curve import Curve
from scenes.shapes import Body, Capsule, Color, Point3, Solid
from scenes.stage import Bowl
from scenes.texture import Map


@dataclass(frozen=True, slots=True)
class Water:
    """Water whose level changes over time.

    `level` is in metres above the deepest spot of the stage's low spot (0: none, 0.3: a street
    under water); see `Stage.height`. `color` is BGR of the water itself, `clear` 0..1 how much
    of the ground shows through, `ripple` 0..1 how restless it is.
    """

    level: Curve
    color: Color = (70.0, 92.0, 104.0)
    clear: float = 0.25
    ripple: float = 0.4


def share_of(height: Map, zone: Zone, level: float) -> float:
    """Return which share of a zone's pixels lies below `level`; `height` (h, w) as in `Ground`."""
    tall, wide = height.shape
    points = np.array(zone, dtype=float) * (wide, tall)
    mask = np.zeros(height.shape, np.uint8)
    cv2.fillPoly(mask, [((points - 0.5) * 16).round().astype(np.int32)], 1, cv2.LINE_8, 4)
    inside = mask.view(bool)
    total = int(np.count_nonzero(inside))
    return int(np.count_nonzero(height[inside] < level)) / total if total else 0.0


def sunk(body: Body, bowl: Bowl, level: float) -> Body:
    """Return what of a body shows above water that stands `level` metres over the deepest spot."""
    if level <= 0 or not body.solids:
        return body
    points = np.array([p for s in body.solids for p in _points(s)])
    low = points[points[:, 2] <= points[:, 2].min() + 0.4].mean(0)
    x, y = np.array([low[0]], np.float32), np.array([low[1]], np.float32)
    deep = level - float(bowl.height(x, y)[0])
    if deep <= 0.01:
        return body
    solids = tuple(s for s in (_lowered(s, deep) for s in body.solids) if s is not None)
    joints = tuple((x, y, z - deep) for x, y, z in body.keypoints)
    lamps = tuple(
        replace(lamp, at=(*lamp.at[:2], max(0.02, lamp.at[2] - deep))) for lamp in body.lamps
    )
    return Body(body.label, solids, joints, lamps)


def _points(solid: Solid) -> tuple[Point3, ...]:
    return (solid.a, solid.b) if isinstance(solid, Capsule) else solid.corners


def _lowered(solid: Solid, deep: float) -> Solid | None:
    """A solid `deep` metres lower, without what is then below the surface."""
    if isinstance(solid, Capsule):
        a, b = np.array(solid.a), np.array(solid.b)
        a[2], b[2] = a[2] - deep, b[2] - deep
        ra, rb = solid.radius_a, solid.radius_b
        if a[2] < 0 and b[2] < 0:
            return None
        if a[2] < 0 or b[2] < 0:
            share = float(-a[2] / (b[2] - a[2]))
            cut, radius = a + (b - a) * share, ra + (rb - ra) * share
            if a[2] < 0:
                a, ra = cut, radius
            else:
                b, rb = cut, radius
        return replace(solid, a=_tuple(a), b=_tuple(b), radius_a=ra, radius_b=rb)
    corners: list[Point3] = []
    lowered = [(x, y, z - deep) for x, y, z in solid.corners]
    for i, corner in enumerate(lowered):
        before = lowered[i - 1]
        if (before[2] >= 0) != (corner[2] >= 0):
            share = -before[2] / (corner[2] - before[2])
            corners.append(_tuple(np.array(before) + share * np.subtract(corner, before)))
        if corner[2] >= 0:
            corners.append(corner)
    return replace(solid, corners=tuple(corners)) if len(corners) >= 3 else None


def _tuple(point: NDArray[np.float64]) -> Point3:
    x, y, z = (float(v) for v in point)
    return x, y, z
