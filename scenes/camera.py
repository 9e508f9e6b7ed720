"""A pinhole camera on a pole: from metres to pixels, and from a pixel to the ground."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scenes.shapes import Point3

Floats = NDArray[np.float64]
Zone = tuple[tuple[float, float], ...]
"""A polygon in fractions of the picture, x right, y down."""

NEAR = 0.25
"""Nothing nearer than this (metres along the optical axis) is drawn."""


@dataclass(frozen=True)
class Camera:
    """Where a camera hangs and what it sees.

    `at` in metres; `pan` in degrees, 0 looks along +y and positive turns right; `tilt` in degrees
    below the horizon; `roll` in degrees, positive turns the camera clockwise; `focal` in picture
    widths (0.87 is 60 degrees across); `bend` is the first radial lens coefficient, negative for a
    barrel; `size` is (width, height) in pixels.
    """

    at: Point3
    pan: float
    tilt: float
    focal: float
    size: tuple[int, int]
    roll: float = 0.0
    bend: float = 0.0

    @cached_property
    def axes(self) -> Floats:
        """Return the camera's right, down and forward as rows, shape (3, 3)."""
        pan, tilt, roll = np.radians([self.pan, self.tilt, self.roll])
        forward = np.array([np.sin(pan) * np.cos(tilt), np.cos(pan) * np.cos(tilt), -np.sin(tilt)])
        right = np.array([np.cos(pan), -np.sin(pan), 0.0])
        down = np.cross(forward, right)
        c, s = np.cos(roll), np.sin(roll)
        return np.stack([c * right + s * down, c * down - s * right, forward])

    @property
    def focal_px(self) -> float:
        """Return the focal length in pixels."""
        return self.focal * self.size[0]

    def sized(self, size: tuple[int, int]) -> Camera:
        """Return the same view at another resolution of the same shape."""
        return replace(self, size=size)

    def padded(self, margin: int) -> Camera:
        """Return the same view with `margin` more pixels on every side."""
        width, height = self.size
        wider = width + 2 * margin
        return replace(self, size=(wider, height + 2 * margin), focal=self.focal * width / wider)

    def seen_from(self, points: Floats) -> Floats:
        """Return world points (..., 3) in camera axes: right, down, forward in metres."""
        seen: Floats = (points - np.asarray(self.at)) @ self.axes.T
        return seen

    def pixels(self, seen: Floats) -> Floats:
        """Return the pixels (..., 2) of points in camera axes (..., 3) that lie beyond NEAR."""
        depth = np.maximum(seen[..., 2:3], 1e-6)
        plane = seen[..., :2] / depth
        if self.bend:
            square = (plane**2).sum(-1, keepdims=True)
            plane = plane * (1 + self.bend * np.minimum(square, self._limit))
        width, height = self.size
        pixels: Floats = plane * self.focal_px + np.array([width / 2, height / 2])
        return pixels

    def project(self, points: Floats) -> tuple[Floats, Floats]:
        """Return pixels (..., 2) and depths (...) of world points (..., 3).

        A depth below NEAR says that the point is behind the camera; its pixel means nothing.
        """
        seen = self.seen_from(points)
        return self.pixels(seen), seen[..., 2]

    def rays(self, pixels: Floats) -> Floats:
        """Return the directions (..., 3) in the world of pixels (..., 2); forward part 1."""
        width, height = self.size
        bent = (pixels - np.array([width / 2, height / 2])) / self.focal_px
        plane = bent
        if self.bend:
            for _ in range(5):
                square = np.minimum((plane**2).sum(-1, keepdims=True), self._limit)
                plane = bent / (1 + self.bend * square)
        rays: Floats = plane[..., :1] * self.axes[0] + plane[..., 1:] * self.axes[1] + self.axes[2]
        return rays

    def ground(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the metres (x, y) on the ground under a spot given in fractions of the picture.

        None above the horizon.
        """
        ray = self.rays(np.array([x * self.size[0], y * self.size[1]]))
        if ray[2] > -1e-6:
            return None
        reach = -self.at[2] / ray[2]
        return float(self.at[0] + reach * ray[0]), float(self.at[1] + reach * ray[1])

    def spot(self, point: Point3) -> tuple[float, float] | None:
        """Return where a point is seen, in fractions of the picture; None behind the camera."""
        pixel, depth = self.project(np.array(point))
        if depth < NEAR:
            return None
        return float(pixel[0] / self.size[0]), float(pixel[1] / self.size[1])

    def zone(self, polygon: tuple[tuple[float, float], ...], z: float = 0.0) -> Zone:
        """Return a polygon on the ground (metres) as seen, cut at the picture's edge.

        In fractions of the picture; () when none of it is seen.
        """
        return as_fractions(clipped(self.outline(polygon, z), self.size), self.size)

    def outline(self, polygon: tuple[tuple[float, float], ...], z: float = 0.0) -> Floats:
        """Return the pixels (n, 2) of a polygon on the ground, cut at the near plane.

        Long edges get points in between, so that the lens bends them.
        """
        points = np.array([(x, y, z) for x, y in polygon], dtype=float)
        ends = np.roll(points, -1, axis=0)
        pieces = [
            a + (b - a) * np.linspace(0, 1, self._pieces(a, b), endpoint=False)[:, None]
            for a, b in zip(points, ends, strict=True)
        ]
        seen = beyond_near(self.seen_from(np.concatenate(pieces)))
        return self.pixels(seen) if len(seen) else np.zeros((0, 2))

    @property
    def _limit(self) -> float:
        """The square of the radius up to which the lens stays one to one."""
        return 0.9 / (3 * abs(self.bend)) if self.bend else 1e9

    def _pieces(self, a: Floats, b: Floats) -> int:
        if not self.bend:
            return 1
        return int(min(40.0, float(np.linalg.norm(b - a)))) + 1


def beyond_near(seen: Floats) -> Floats:
    """Return a polygon in camera axes (n, 3) cut at the near plane; empty when nothing is left."""
    inside = seen[:, 2] >= NEAR
    if inside.all():
        return seen
    kept: list[Floats] = []
    for i in range(len(seen)):
        a, b = seen[i - 1], seen[i]
        if inside[i - 1] != inside[i]:
            kept.append(a + (b - a) * ((NEAR - a[2]) / (b[2] - a[2])))
        if inside[i]:
            kept.append(b)
    return np.array(kept).reshape(-1, 3)


def clipped(pixels: Floats, size: tuple[int, int]) -> Floats:
    """Return a polygon (n, 2) cut at the picture's edges (Sutherland-Hodgman)."""
    for axis, limit, sign in ((0, 0.0, 1), (0, size[0], -1), (1, 0.0, 1), (1, size[1], -1)):
        if not len(pixels):
            break
        inside = (pixels[:, axis] - limit) * sign >= 0
        kept: list[Floats] = []
        for i in range(len(pixels)):
            a, b = pixels[i - 1], pixels[i]
            if inside[i - 1] != inside[i]:
                kept.append(a + (b - a) * ((limit - a[axis]) / (b[axis] - a[axis])))
            if inside[i]:
                kept.append(b)
        pixels = np.array(kept).reshape(-1, 2)
    return pixels


def as_fractions(pixels: Floats, size: tuple[int, int]) -> Zone:
    """Return pixels (n, 2) as fractions of the picture, without points that repeat."""
    zone: list[tuple[float, float]] = []
    for x, y in pixels / np.array(size, dtype=float):
        point = (round(min(1.0, max(0.0, float(x))), 5), round(min(1.0, max(0.0, float(y))), 5))
        if not zone or point != zone[-1]:
            zone.append(point)
    if len(zone) > 1 and zone[0] == zone[-1]:
        zone.pop()
    return tuple(zone) if len(zone) >= 3 else ()
