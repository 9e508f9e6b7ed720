"""Bodies into the picture, and what a perfect detector would say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scenes import raster
from scenes.camera import NEAR, Camera, Floats
from scenes.raster import Canvas, Piece
from scenes.scene import Marked, Pixels
from scenes.shapes import Body, Capsule
from scenes.texture import Map

_MARGIN = 2
Area = tuple[float, float, float, float]
"""(x1, y1, x2, y2) in pixels, also beyond the picture."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One body as drawn: its solids as seen, its box in pixels, and how much of it shows (0..1)."""

    body: Body
    box: Area
    visible: float
    seen_keypoints: tuple[bool, ...]


def paint_bodies(
    pixels: Pixels,
    camera: Camera,
    bodies: Sequence[Body],
    shade: raster.Shader,
    near: Map,
    fine: bool = True,
) -> list[Drawn]:
    """Draw bodies into `pixels` where nothing of the stage is nearer; say what shows of each.

    Not `fine`: edges are hard, and nothing is said of what shows (as for a mirrored picture).
    """
    scale = 2 if fine and camera.size[0] <= 1400 else 1
    found = raster.pieces(bodies, camera, shade, scale)
    mine: dict[int, list[Piece]] = {}
    for piece in found:
        mine.setdefault(piece.body, []).append(piece)
    boxes = {i: _box([p.outline for p in ps]) for i, ps in mine.items()}
    drawn: list[Drawn] = []
    for group in _groups(boxes):
        canvas = _canvas(pixels, near, [boxes[i] for i in group], scale, camera.size)
        if canvas is None:
            continue
        for i in group:
            for piece in mine[i]:
                raster.draw(canvas, piece, i + 1)
        _put_back(pixels, canvas)
        if fine:
            drawn += [_drawn(bodies[i], i, mine[i], canvas, camera) for i in group]
    return drawn


def _box(outlines: Sequence[Floats]) -> Area:
    points = np.concatenate(outlines)
    (x1, y1), (x2, y2) = points.min(0), points.max(0)
    return float(x1), float(y1), float(x2), float(y2)


def _groups(boxes: dict[int, Area]) -> list[list[int]]:
    """Put bodies whose boxes touch together; each group is drawn on one canvas."""
    groups: list[tuple[Area, list[int]]] = []
    for index, box in boxes.items():
        area, members = box, [index]
        touching = True
        while touching:
            near = [group for group in groups if _touch(area, group[0])]
            groups = [group for group in groups if not _touch(area, group[0])]
            touching = bool(near)
            for other, known in near:
                area, members = _union(area, other), known + members
        groups.append((area, members))
    return [sorted(members) for _, members in groups]


def _union(a: Area, b: Area) -> Area:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _touch(a: Area, b: Area) -> bool:
    gap = 2 * _MARGIN + 1
    return a[0] < b[2] + gap and b[0] < a[2] + gap and a[1] < b[3] + gap and b[1] < a[3] + gap


def _canvas(
    pixels: Pixels,
    near: Map,
    boxes: Sequence[Area],
    scale: int,
    size: tuple[int, int],
) -> Canvas | None:
    x1 = max(int(min(b[0] for b in boxes)) - _MARGIN, 0)
    y1 = max(int(min(b[1] for b in boxes)) - _MARGIN, 0)
    x2 = min(int(max(b[2] for b in boxes)) + _MARGIN + 1, size[0])
    y2 = min(int(max(b[3] for b in boxes)) + _MARGIN + 1, size[1])
    if x1 >= x2 or y1 >= y2:
        return None
    cut = (slice(y1, y2), slice(x1, x2))
    fine = ((x2 - x1) * scale, (y2 - y1) * scale)
    color = cv2.resize(pixels[cut], fine, interpolation=cv2.INTER_NEAREST)
    depth = cv2.resize(near[cut], fine, interpolation=cv2.INTER_NEAREST)
    ids = np.zeros((fine[1], fine[0]), np.int16)
    return Canvas((x1, y1), scale, np.asarray(color, np.uint8), np.asarray(depth, np.float32), ids)


def _put_back(pixels: Pixels, canvas: Canvas) -> None:
    x, y = canvas.origin
    height, width = (side // canvas.scale for side in canvas.near.shape)
    cut = (slice(y, y + height), slice(x, x + width))
    pixels[cut] = cv2.resize(canvas.color, (width, height), interpolation=cv2.INTER_AREA)


def _drawn(
    body: Body, index: int, pieces: Sequence[Piece], canvas: Canvas, camera: Camera
) -> Drawn:
    outlines = [p.outline for p in pieces]
    box = _box(outlines)
    if not body.label:
        return Drawn(body, box, 1.0, ())
    shown = int(np.count_nonzero(canvas.ids == index + 1))
    whole = raster.cover(outlines, canvas.scale)
    share = min(1.0, shown / whole) if whole else 0.0
    return Drawn(body, box, share, _keypoints(body, index, canvas, camera))


def _keypoints(body: Body, index: int, canvas: Canvas, camera: Camera) -> tuple[bool, ...]:
    """Which joints show: nothing but their own limb lies before them."""
    if not body.keypoints:
        return ()
    spots, depths = camera.project(np.array(body.keypoints, dtype=float))
    cells = np.floor((spots - canvas.origin) * canvas.scale).astype(int)
    height, width = canvas.near.shape
    seen = []
    for (x, y), depth, spot in zip(cells, depths, spots, strict=True):
        inside = 0 <= x < width and 0 <= y < height and depth > NEAR
        inside = inside and 0 <= spot[0] < camera.size[0] and 0 <= spot[1] < camera.size[1]
        if not inside:
            seen.append(False)
            continue
        before = 1 / max(float(canvas.near[y, x]), 1e-6)
        seen.append(bool(canvas.ids[y, x] == index + 1 and depth - before < 0.22))
    return tuple(seen)


def marked(drawn: Drawn, camera: Camera) -> Marked | None:
    """Return a body as a perfect detector would say it; None when nothing of it shows."""
    width, height = camera.size
    x1, y1, x2, y2 = drawn.box
    x1, x2 = max(x1, 0) / width, min(x2, width) / width
    y1, y2 = max(y1, 0) / height, min(y2, height) / height
    if not drawn.body.label or drawn.visible <= 0 or x1 >= x2 or y1 >= y2:
        return None
    keypoints: tuple[tuple[float, float, float], ...] = ()
    if drawn.body.keypoints:
        spots, depths = camera.project(np.array(drawn.body.keypoints, dtype=float))
        keypoints = tuple(
            (float(x) / width, float(y) / height, 1.0 if seen else 0.0)
            if depth > NEAR
            else (0.0, 0.0, 0.0)
            for (x, y), depth, seen in zip(spots, depths, drawn.seen_keypoints, strict=True)
        )
    return Marked(drawn.body.label, (x1, y1, x2, y2), drawn.visible, keypoints)


def outline(body: Body, camera: Camera) -> Area | None:
    """Return a body's box in fractions of the picture, cut at its edge; None outside it."""

    def plain(p: Floats, n: Floats, c: Floats, s: Floats, b: NDArray[np.intp]) -> Floats:
        return c

    found = raster.pieces((body,), camera, plain)
    if not found:
        return None
    width, height = camera.size
    x1, y1, x2, y2 = _box([piece.outline for piece in found])
    box = max(x1 / width, 0.0), max(y1 / height, 0.0), min(x2 / width, 1.0), min(y2 / height, 1.0)
    return box if box[0] < box[2] and box[1] < box[3] else None


def foot(body: Body) -> NDArray[np.float64]:
    """Return where a body stands: the middle of what lies lowest of it, on the ground."""
    points: list[tuple[float, float, float]] = []
    for solid in body.solids:
        points += [solid.a, solid.b] if isinstance(solid, Capsule) else list(solid.corners)
    spots = np.array(points, dtype=float)
    low = spots[spots[:, 2] <= spots[:, 2].min() + 0.4]
    middle: NDArray[np.float64] = low.mean(0) * (1, 1, 0)
    return middle
