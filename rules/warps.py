"""From a picture back to the reference of its view, and forth: a camera that sways or zooms a bit.

A warp is `observation.View.warp`: (a, b, tx, ty) in long sides of the picture.
"""

from __future__ import annotations

from math import hypot

from rules.boxes import centre
from rules.observation import Box, Point

Warp = tuple[float, float, float, float]

STILL: Warp = (1.0, 0.0, 0.0, 0.0)


def to_reference(point: Point, warp: Warp, aspect: float) -> Point:
    """Return where a point of the picture lies in the reference; both in fractions."""
    if warp == STILL:
        return point
    a, b, tx, ty = warp
    wide, tall = _sides(aspect)
    x, y = point[0] * wide - tx, point[1] * tall - ty
    scale = a * a + b * b
    return (a * x + b * y) / scale / wide, (a * y - b * x) / scale / tall


def from_reference(point: Point, warp: Warp, aspect: float) -> Point:
    """Return where a point of the reference lies in the picture; both in fractions."""
    if warp == STILL:
        return point
    a, b, tx, ty = warp
    wide, tall = _sides(aspect)
    x, y = point[0] * wide, point[1] * tall
    return (a * x - b * y + tx) / wide, (b * x + a * y + ty) / tall


def box_to_reference(box: Box, warp: Warp, aspect: float) -> Box:
    """Return a box of the picture in the reference: its centre goes along, its size scales."""
    if warp == STILL:
        return box
    return _around(to_reference(centre(box), warp, aspect), box, 1.0 / hypot(warp[0], warp[1]))


def box_from_reference(box: Box, warp: Warp, aspect: float) -> Box:
    """Return a box of the reference in the picture."""
    if warp == STILL:
        return box
    return _around(from_reference(centre(box), warp, aspect), box, hypot(warp[0], warp[1]))


def _around(middle: Point, box: Box, scale: float) -> Box:
    half_width, half_height = (box[2] - box[0]) / 2 * scale, (box[3] - box[1]) / 2 * scale
    x, y = middle
    return x - half_width, y - half_height, x + half_width, y + half_height


def _sides(aspect: float) -> tuple[float, float]:
    """Return width and height of the picture in its long sides."""
    return (1.0, 1.0 / aspect) if aspect >= 1.0 else (aspect, 1.0)
