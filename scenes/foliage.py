"""Trees and bushes: many dabs of leaf around branches, and the dappled shade under them."""

from __future__ import annotations

import cv2
import numpy as np

from scenes.camera import NEAR, Camera, Floats
from scenes.stage import Tree
from scenes.texture import Map, clouds


def _crown(tree: Tree) -> tuple[Floats, Floats]:
    """Return the crown's middle and its half axes, metres."""
    low = tree.trunk
    middle = np.array([tree.at[0], tree.at[1], (low + tree.height) / 2])
    return middle, np.array([tree.crown, tree.crown, max(0.2, (tree.height - low) / 2)])


def paint(
    tree: Tree, camera: Camera, scale: int, color: Map, normal: Map, near: Map, leaves: Map
) -> None:
    """Draw a tree into a fine picture where nothing nearer stands."""
    middle, half = _crown(tree)
    seen = camera.seen_from(np.array([*tree.at, tree.trunk]))
    if seen[2] < NEAR + tree.crown:
        return
    size = camera.focal_px * scale / float(seen[2])
    rng = np.random.default_rng((tree.seed, 5))
    trunk = np.array([[*tree.at, 0.0], [*tree.at, tree.trunk + 0.6 * float(half[2])]])
    pixels, depths = camera.project(trunk)
    if depths.min() > NEAR and tree.trunk > 0:
        wide = max(1, int(0.09 * (1 + tree.height / 10) * 2 * size))
        side = np.array([-0.7, 0.5, 0.4])
        _stroke(color, pixels * scale, wide, (52.0, 66.0, 78.0), near, 1 / depths[0])
        _stroke(normal, pixels * scale, wide, tuple(side), near, 1 / depths[0], mark=True)
    count = int(np.clip(tree.crown**2 * 260, 120, 1500))
    lumps = rng.normal(0, 1, (9, 3))
    lumps /= np.linalg.norm(lumps, axis=1, keepdims=True)
    lumps *= rng.uniform(0.25, 0.75, (9, 1))
    away = rng.normal(0, 1, (count, 3))
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    spots = lumps[rng.integers(0, 9, count)] + away * rng.uniform(0.2, 0.5, (count, 1))
    world = middle + spots * half
    order = np.argsort(-camera.seen_from(world)[:, 2])
    pixels, depths = camera.project(world)
    radius = np.maximum(rng.uniform(0.05, 0.17, count) * size, 0.8)
    tone = 1 + 0.16 * rng.normal(0, 1, count) + 0.22 * spots[:, 2]
    for i in order:
        if depths[i] < NEAR:
            continue
        _dab(
            i, pixels * scale, radius, near, 1 / depths[i], leaves, color, normal, tone, away, tree
        )


def _stroke(
    image: Map,
    pixels: Floats,
    wide: int,
    value: tuple[float, ...],
    near: Map,
    at: float,
    mark: bool = False,
) -> None:
    mask = np.zeros(near.shape, np.uint8)
    a, b = (tuple(int(v) for v in p.clip(-9000, 9000)) for p in pixels)
    cv2.line(mask, a, b, 1, wide)
    shown = mask.view(bool) & (near < at)
    image[shown] = value
    if mark:
        near[shown] = at


def _dab(
    i: int,
    pixels: Floats,
    radius: Floats,
    near: Map,
    at: float,
    leaves: Map,
    color: Map,
    normal: Map,
    tone: Floats,
    away: Floats,
    tree: Tree,
) -> None:
    x, y, r = int(pixels[i, 0]), int(pixels[i, 1]), round(float(radius[i]))
    height, width = near.shape
    if not (-r <= x < width + r and -r <= y < height + r):
        return
    probe = near[min(max(y, 0), height - 1), min(max(x, 0), width - 1)]
    if probe > at * 1.02 + 0.002:
        return
    shade = tuple(float(c * tone[i]) for c in tree.color)
    facing = away[i] * 0.75 + np.array([0, 0, 0.55])
    facing = facing / np.linalg.norm(facing)
    cv2.circle(color, (x, y), r, shade, -1)
    cv2.circle(normal, (x, y), r, tuple(float(v) for v in facing), -1)
    cv2.circle(near, (x, y), r, float(at), -1)
    cv2.circle(leaves, (x, y), r, 1.0, -1)


def shade(tree: Tree, place: Map, towards: Floats) -> Map:
    """Return how much of the sun the tree takes from each spot (h, w), dappled at its edge."""
    middle, half = _crown(tree)
    to = (place - middle.astype(np.float32)) / half.astype(np.float32)
    ray = (towards / half).astype(np.float32)
    along = -(to @ ray) / float(ray @ ray)
    nearest = to + along[..., None] * ray
    square = (nearest**2).sum(-1)
    speckle = clouds(
        (nearest[..., 0] * 2.2 + nearest[..., 2]).astype(np.float32),
        (nearest[..., 1] * 2.2).astype(np.float32),
        0.5,
        tree.seed,
    )
    cover = np.clip((1.0 - square + 0.5 * speckle) * 2.2, 0, 0.92)
    result: Map = np.where(along > 0, cover, cover * 0.4 * (square < 1)).astype(np.float32)
    return result
