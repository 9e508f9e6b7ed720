"""Shadows of bodies on the ground, as masks over a cut of the picture."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from scenes.camera import NEAR, Camera, Floats
from scenes.shapes import Body, Capsule, Face

Box = tuple[int, int, int, int]
"""(x1, y1, x2, y2) in pixels."""

_ARC = np.linspace(0, 2 * np.pi, 10, endpoint=False)


def cast(
    bodies: Sequence[Body], camera: Camera, towards: Floats, height: float = 99.0
) -> list[Floats]:
    """Return outlines (n, 2) in pixels of what `bodies` throw on the ground.

    `towards` is the unit vector to the light; only solids that begin below `height` metres count.
    """
    capsules: list[Capsule] = []
    corners: list[Floats] = []
    for body in bodies:
        for solid in body.solids:
            if isinstance(solid, Capsule):
                if min(solid.a[2], solid.b[2]) < height:
                    capsules.append(solid)
            else:
                corners += _face(solid, towards, height)
    polygons = _capsules(capsules, towards) + corners
    return _seen(polygons, camera)


def _face(face: Face, towards: Floats, height: float) -> list[Floats]:
    points = np.array(face.corners, dtype=float)
    if points[:, 2].min() >= height:
        return []
    return [_down(points, towards)]


def _down(points: Floats, towards: Floats) -> Floats:
    high = np.maximum(points[..., 2:3], 0) / max(float(towards[2]), 0.05)
    flat: Floats = points[..., :2] - high * towards[:2]
    return flat


def _capsules(capsules: list[Capsule], towards: Floats) -> list[Floats]:
    if not capsules:
        return []
    ends = np.array([(c.a, c.b) for c in capsules], dtype=float)
    radii = np.array([(c.radius_a, c.radius_b) for c in capsules])
    middle = _down(ends, towards)
    flat = float(np.hypot(towards[0], towards[1]))
    long = np.array([towards[0], towards[1]]) / flat if flat > 1e-6 else np.array([1.0, 0.0])
    across = np.array([-long[1], long[0]])
    stretch = 1 / max(float(towards[2]), 0.15)
    ring = np.cos(_ARC)[:, None] * long * stretch + np.sin(_ARC)[:, None] * across
    points = middle[:, :, None] + radii[:, :, None, None] * ring
    return list(points.reshape(len(capsules), -1, 2))


def _seen(polygons: list[Floats], camera: Camera) -> list[Floats]:
    if not polygons:
        return []
    counts = [len(p) for p in polygons]
    flat = np.concatenate(polygons)
    world = np.concatenate([flat, np.zeros((len(flat), 1))], axis=1)
    pixels, depths = camera.project(world)
    found, start = [], 0
    for count in counts:
        cut = slice(start, start + count)
        start += count
        if depths[cut].min() >= NEAR:
            hull = cv2.convexHull(pixels[cut].clip(-9e3, 9e3).astype(np.float32))
            found.append(hull[:, 0].astype(float))
    return found


def extent(outlines: Sequence[Floats], size: tuple[int, int], margin: int) -> Box | None:
    """Return the box of whole pixels around outlines, within the picture."""
    if not outlines:
        return None
    points = np.concatenate(outlines)
    x1, y1 = (int(v) for v in np.floor(points.min(0)) - margin)
    x2, y2 = (int(v) for v in np.ceil(points.max(0)) + margin + 1)
    box = max(x1, 0), max(y1, 0), min(x2, size[0]), min(y2, size[1])
    return box if box[0] < box[2] and box[1] < box[3] else None


def mask(outlines: Sequence[Floats], box: Box, blur: float) -> NDArray[np.float32]:
    """Return how much of the light outlines take (h, w), 0..1, over a box."""
    x1, y1, x2, y2 = box
    image = np.zeros((y2 - y1, x2 - x1), np.uint8)
    for outline in outlines:
        points = ((outline - (x1 + 0.5, y1 + 0.5)) * 16).round().astype(np.int32)
        cv2.fillConvexPoly(image, points, 255, cv2.LINE_AA, 4)
    if blur > 0.3:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), blur), np.uint8)
    result: NDArray[np.float32] = image.astype(np.float32) * np.float32(1 / 255)
    return result
