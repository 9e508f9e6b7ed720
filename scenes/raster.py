"""Solids to pixels: capsules and faces into a small canvas with depth and whose pixel it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scenes.camera import NEAR, Camera, Floats, beyond_near
from scenes.shapes import Body, Capsule, Face

Shader = Callable[[Floats, Floats, Floats, Floats, NDArray[np.intp]], Floats]
"""(points, normals, colours, shine, body index), rows n -> display colours (n, 3), 0..255."""

_SHIFT = 4
_SIDES = 9
"""Strips across a limb: enough that a leg 20 px wide looks round."""
_FIFTHS = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
_ARC = np.linspace(0, 2 * np.pi, 12, endpoint=False)


@dataclass(slots=True)
class Canvas:
    """A cut of the picture, `scale` times as fine, whose corner lies at pixel `origin`.

    `color` (h, w, 3) uint8, `near` (h, w) float32 is one over the depth of what is drawn (0 for
    nothing), `ids` (h, w) int16 is the body's index plus one (0 for the background).
    """

    origin: tuple[int, int]
    scale: int
    color: NDArray[np.uint8]
    near: NDArray[np.float32]
    ids: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Piece:
    """One solid as seen: its outline in pixels, its depth plane and its colours.

    `outline` (n, 2); `plane` (a, b, c): one over depth at pixel (x, y) is a x + b y + c; `strips`
    are outlines painted inside, with their colours; `slopes` (3, 3) the same as `plane` for each
    colour channel, where it is not flat.
    """

    body: int
    outline: Floats
    plane: Floats
    color: Floats
    strips: tuple[tuple[Floats, Floats], ...] = ()
    slopes: Floats | None = None


def pieces(bodies: Sequence[Body], camera: Camera, shade: Shader, scale: int = 1) -> list[Piece]:
    """Return the solids of `bodies` that lie before the camera, in the order of the bodies.

    `scale` is how much finer they will be drawn than a pixel; it decides how round limbs are.
    """
    capsules: list[tuple[int, Capsule]] = []
    faces: list[tuple[int, Face]] = []
    for index, body in enumerate(bodies):
        for solid in body.solids:
            if isinstance(solid, Capsule):
                capsules.append((index, solid))
            else:
                faces.append((index, solid))
    found = _faces(faces, camera, shade) + _capsules(capsules, camera, shade, scale)
    found.sort(key=lambda piece: piece.body)
    return found


def _capsules(
    capsules: list[tuple[int, Capsule]], camera: Camera, shade: Shader, scale: int
) -> list[Piece]:
    if not capsules:
        return []
    ends = np.array([(s.a, s.b) for _, s in capsules], dtype=float)
    radii = np.array([(s.radius_a, s.radius_b) for _, s in capsules])
    seen = camera.seen_from(ends)
    kept = (seen[..., 2] >= NEAR).min(axis=1)
    if not kept.any():
        return []
    capsules = [c for c, keep in zip(capsules, kept.tolist(), strict=True) if keep]
    ends, radii, seen = ends[kept], radii[kept], seen[kept]
    spots = camera.pixels(seen)
    spread = radii * camera.focal_px / seen[..., 2]
    colors = _limb_colors(capsules, ends, seen, camera, shade)
    outlines = _hulls(spots, spread)
    near = 1 / np.maximum(seen[..., 2] - 0.6 * radii, NEAR)
    along = spots[:, 1] - spots[:, 0]
    length = np.maximum((along**2).sum(1), 1e-6)
    slope = along * ((near[:, 1] - near[:, 0]) * (length > 1) / length)[:, None]
    base = near[:, 0] - (slope * spots[:, 0]).sum(1)
    flat = length <= 1
    base[flat] = near[flat].max(1)
    found = []
    for i, (body, _) in enumerate(capsules):
        width = float(spread[i].max()) * scale
        plane = np.array([slope[i, 0], slope[i, 1], base[i]])
        strips = _strips(spots[i], spread[i], colors[i], width) if width > 1.2 else ()
        found.append(Piece(body, outlines[i], plane, colors[i, _SIDES], strips))
    return found


def _limb_colors(
    capsules: list[tuple[int, Capsule]], ends: Floats, seen: Floats, camera: Camera, shade: Shader
) -> Floats:
    """Colours (n, sides + 1, 3) across each limb as seen, left to right, and of its ends."""
    count = len(capsules)
    middle = ends.mean(1)
    back = np.array(camera.at) - middle
    back /= np.linalg.norm(back, axis=1, keepdims=True)
    axis = ends[:, 1] - ends[:, 0]
    size = np.linalg.norm(axis, axis=1, keepdims=True)
    axis = np.where(size > 1e-6, axis / np.maximum(size, 1e-9), camera.axes[1])
    side = np.cross(back, axis)
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    front = np.cross(axis, side)
    across = np.linspace(-0.92, 0.92, _SIDES)
    normals = side[:, None] * across[:, None] + front[:, None] * np.sqrt(1 - across**2)[:, None]
    tips = back * 0.8 + np.array([0.0, 0.0, 0.45])
    tips /= np.linalg.norm(tips, axis=1, keepdims=True)
    normals = np.concatenate([normals, tips[:, None]], axis=1).reshape(-1, 3)
    repeat = _SIDES + 1
    albedo = np.repeat(np.array([s.color for _, s in capsules], dtype=float), repeat, axis=0)
    index = np.repeat(np.array([body for body, _ in capsules]), repeat)
    points = np.repeat(middle, repeat, axis=0)
    return shade(points, normals, albedo, np.zeros(len(index)), index).reshape(count, repeat, 3)


def _hulls(spots: Floats, spread: Floats) -> list[Floats]:
    ring = np.stack([np.cos(_ARC), np.sin(_ARC)], axis=-1)
    points = spots[:, :, None] + spread[:, :, None, None] * ring
    flat = points.reshape(len(spots), -1, 2).astype(np.float32)
    return [cv2.convexHull(p)[:, 0].astype(float) for p in flat]


def _strips(
    spots: Floats, spread: Floats, colors: Floats, width: float
) -> tuple[tuple[Floats, Floats], ...]:
    """Lengthwise strips of a limb, from one side as seen to the other."""
    along = spots[1] - spots[0]
    length = float(np.hypot(*along))
    if length < 0.35 * float(spread.max()):
        return _discs(spots, spread, colors)
    side = np.array([-along[1], along[0]]) / length
    count = 3 if width < 4 else 5 if width < 9 else 9
    cuts = np.linspace(-1, 1, count + 1)
    picked = np.linspace(0, _SIDES - 1, count).round().astype(int)
    strips = []
    for i in range(count):
        quad = np.array(
            [
                spots[0] + side * spread[0] * cuts[i],
                spots[1] + side * spread[1] * cuts[i],
                spots[1] + side * spread[1] * cuts[i + 1],
                spots[0] + side * spread[0] * cuts[i + 1],
            ]
        )
        strips.append((quad, colors[picked[i]]))
    return tuple(strips)


def _discs(spots: Floats, spread: Floats, colors: Floats) -> tuple[tuple[Floats, Floats], ...]:
    """A ball: nested discs that move towards the brighter side and grow brighter."""
    tone = colors[:_SIDES].sum(1)
    order = np.argsort(tone)
    lean = np.array([np.sign(tone[-2] - tone[0]) * 0.25, -0.3])
    radius, middle = float(spread.max()), spots.mean(0)
    ring = np.stack([np.cos(_ARC), np.sin(_ARC)], axis=-1)
    found = []
    for share, size in ((0.15, 0.97), (0.45, 0.8), (0.75, 0.6), (1.0, 0.35)):
        color = colors[order[int(share * (_SIDES - 1))]]
        found.append((middle + lean * radius * (1 - size) + ring * radius * size, color))
    return tuple(found)


def _faces(faces: list[tuple[int, Face]], camera: Camera, shade: Shader) -> list[Piece]:
    if not faces:
        return []
    counts = [len(face.corners) for _, face in faces]
    corners = np.array([c for _, face in faces for c in face.corners], dtype=float)
    repeat = np.repeat(np.arange(len(faces)), counts)
    normals = np.array([face.normal for _, face in faces], dtype=float)[repeat]
    towards = ((np.array(camera.at) - corners) * normals).sum(1, keepdims=True)
    normals = np.where(towards < 0, -normals, normals)
    albedo = np.array([face.color for _, face in faces], dtype=float)[repeat]
    shine = np.array([face.shine for _, face in faces])[repeat]
    owner = np.array([body for body, _ in faces])[repeat]
    colors = shade(corners, normals, albedo, shine, owner)
    seen = camera.seen_from(corners)
    spots = camera.pixels(seen)
    found = []
    start = 0
    for (body, _), count in zip(faces, counts, strict=True):
        cut = slice(start, start + count)
        start += count
        mine = seen[cut]
        if (mine[:, 2] < NEAR).all():
            continue
        whole = (mine[:, 2] >= NEAR).all()
        shown = spots[cut] if whole else camera.pixels(beyond_near(mine))
        depths = mine[:, 2] if whole else beyond_near(mine)[:, 2]
        values = np.empty((len(shown), 4))
        values[:, 0] = 1 / depths
        values[:, 1:] = colors[cut] if whole else colors[cut].mean(axis=0)
        plane, area = _plane(shown, values)
        if area < 1e-3:
            continue
        slopes = plane[:, 1:] if area > 60 else None
        found.append(Piece(body, shown, plane[:, 0], values[0, 1:], (), slopes))
    return found


def _plane(spots: Floats, values: Floats) -> tuple[Floats, float]:
    """Return (3, k), the affine map from pixel to each of k values, and how large a face is.

    Through three corners far from each other; the size is the parallelogram that they span, pixels.
    """
    count = len(spots)
    i, j = (1, 2) if count == 3 else (count // 3, 2 * count // 3)
    (x, y), (ax, ay), (bx, by) = spots[0].tolist(), spots[i].tolist(), spots[j].tolist()
    ax, ay, bx, by = ax - x, ay - y, bx - x, by - y
    det = ax * by - ay * bx
    plane = np.empty((3, values.shape[1]))
    if abs(det) < 1e-3:
        return plane, 0.0
    da, db = values[i] - values[0], values[j] - values[0]
    plane[0] = (da * by - db * ay) / det
    plane[1] = (db * ax - da * bx) / det
    plane[2] = values[0] - plane[0] * x - plane[1] * y
    return plane, abs(det)


def draw(canvas: Canvas, piece: Piece, ident: int) -> None:
    """Draw one solid where nothing nearer is; `ident` is written into `canvas.ids`."""
    scale, (ox, oy) = canvas.scale, canvas.origin
    height, width = canvas.near.shape
    outline = (piece.outline - (ox, oy)) * scale - 0.5
    left, top, wide, high = cv2.boundingRect(outline.clip(-9000, 9000).astype(np.float32))
    x1, y1, x2, y2 = (
        max(left, 0),
        max(top, 0),
        min(left + wide + 1, width),
        min(top + high + 1, height),
    )
    if x1 >= x2 or y1 >= y2:
        return
    mask = np.zeros((y2 - y1, x2 - x1), np.uint8)
    _fill(mask, outline - (x1, y1), 255)
    a, b, c = piece.plane
    xs = (np.arange(x1, x2, dtype=np.float32) + 0.5) / scale + ox
    ys = (np.arange(y1, y2, dtype=np.float32) + 0.5) / scale + oy
    near = np.add.outer(np.float32(b) * ys + np.float32(c), np.float32(a) * xs)
    cut = (slice(y1, y2), slice(x1, x2))
    shown = cv2.bitwise_and(cv2.compare(near, canvas.near[cut], cv2.CMP_GT), mask)
    cv2.copyTo(near, shown, canvas.near[cut])
    canvas.ids[cut][shown.view(bool)] = ident
    cv2.copyTo(_paint(piece, outline - (x1, y1), xs, ys, canvas), shown, canvas.color[cut])


def _paint(
    piece: Piece, outline: Floats, xs: Floats, ys: Floats, canvas: Canvas
) -> NDArray[np.uint8]:
    """The colours of a solid over its box (h, w, 3): an even slope, strips, or one colour."""
    size = len(xs), len(ys)
    if piece.slopes is not None:
        gx, gy, base = piece.slopes
        u = xs[0] + (xs[-1] - xs[0]) * _FIFTHS
        v = ys[0] + (ys[-1] - ys[0]) * _FIFTHS
        coarse = ((v[:, None] * gy + base)[:, None] + u[:, None] * gx).clip(0, 255)
        smooth = cv2.resize(coarse.astype(np.uint8), size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(smooth, np.uint8)
    patch = np.empty((size[1], size[0], 3), np.uint8)
    cv2.rectangle(patch, (0, 0), size, _byte(piece.color), -1)
    if piece.strips:
        origin = outline[0] - (piece.outline[0] * canvas.scale)
        for quad, color in piece.strips:
            _fill(patch, quad * canvas.scale + origin, _byte(color))
    return patch


def _byte(color: Floats) -> tuple[int, int, int]:
    b, g, r = (int(min(255.0, max(0.0, v))) for v in color)
    return b, g, r


def _fill(image: NDArray[np.uint8], outline: Floats, value: int | tuple[int, int, int]) -> None:
    points = (outline.clip(-8000, 8000) * (1 << _SHIFT)).round().astype(np.int32)
    cv2.fillConvexPoly(image, points, value, cv2.LINE_8, _SHIFT)


def cover(outlines: Sequence[Floats], scale: int, limit: int = 3000) -> int:
    """Return how many pixels (`scale` times as fine) solids cover together, edge or not."""
    low = np.floor(np.min([o.min(0) for o in outlines], axis=0)) - 1
    high = np.ceil(np.max([o.max(0) for o in outlines], axis=0)) + 1
    size = ((high - low) * scale).astype(int)
    if size.max() > limit:
        low, high = low.clip(-limit / scale / 3), high.clip(None, limit / scale)
        size = np.maximum(((high - low) * scale).astype(int), 1)
    mask = np.zeros((int(size[1]), int(size[0])), np.uint8)
    for outline in outlines:
        _fill(mask, (outline - low) * scale - 0.5, 1)
    return int(cv2.countNonZero(mask))
