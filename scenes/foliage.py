"""Trees and bushes: many dabs of leaf around branches, and the dappled shade under them."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Picture:
    """The fine picture that is painted into: colours, normals, one over depth, where leaves are."""

    color: Map
    normal: Map
    near: Map
    leaves: Map


def paint(tree: Tree, camera: Camera, scale: int, into: Picture, up: float = 1.0) -> None:
    """Draw a tree where nothing nearer stands; with `up` -1 as water mirrors it."""
    middle, half = _crown(tree)
    seen = camera.seen_from(np.array([*tree.at, up * tree.trunk]))
    if seen[2] < NEAR + tree.crown:
        return
    size = camera.focal_px * scale / float(seen[2])
    rng = np.random.default_rng((tree.seed, 5))
    trunk = np.array([[*tree.at, 0.0], [*tree.at, up * (tree.trunk + 0.6 * float(half[2]))]])
    pixels, depths = camera.project(trunk)
    if depths.min() > NEAR and tree.trunk > 0:
        wide = max(1, int(0.09 * (1 + tree.height / 10) * 2 * size))
        _stroke(into, pixels * scale, wide, 1 / float(depths[0]))
    count = int(np.clip(tree.crown**2 * 260, 120, 1500))
    lumps = rng.normal(0, 1, (9, 3))
    lumps *= rng.uniform(0.25, 0.75, (9, 1)) / np.linalg.norm(lumps, axis=1, keepdims=True)
    away = rng.normal(0, 1, (count, 3))
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    spots = lumps[rng.integers(0, 9, count)] + away * rng.uniform(0.2, 0.5, (count, 1))
    world = (middle + spots * half) * (1, 1, up)
    pixels, depths = camera.project(world)
    radius = np.maximum(rng.uniform(0.05, 0.17, count) * size, 0.8)
    tone = 1 + 0.16 * rng.normal(0, 1, count) + 0.22 * spots[:, 2]
    facing = away * 0.75 + np.array([0, 0, 0.55])
    facing /= np.linalg.norm(facing, axis=1, keepdims=True)
    colors = tone[:, None] * np.array(tree.color)
    for i in np.argsort(-depths).tolist():
        if depths[i] > NEAR:
            _dab(
                into,
                pixels[i] * scale,
                round(float(radius[i])),
                1 / float(depths[i]),
                colors[i],
                facing[i],
            )


def _stroke(into: Picture, pixels: Floats, wide: int, at: float) -> None:
    mask = np.zeros(into.near.shape, np.uint8)
    ends = pixels.clip(-9000, 9000).astype(int).tolist()
    cv2.line(mask, ends[0], ends[1], 1, wide)
    shown = mask.view(bool) & (into.near < at)
    into.color[shown] = (52.0, 66.0, 78.0)
    into.normal[shown] = (-0.7, -0.5, 0.4)
    into.near[shown] = at


def _dab(into: Picture, spot: Floats, r: int, at: float, color: Floats, facing: Floats) -> None:
    x, y = int(spot[0]), int(spot[1])
    height, width = into.near.shape
    if not (-r <= x < width + r and -r <= y < height + r):
        return
    probe = into.near[min(max(y, 0), height - 1), min(max(x, 0), width - 1)]
    if probe > at * 1.02 + 0.002:
        return
    cv2.circle(into.color, (x, y), r, color.tolist(), -1)
    cv2.circle(into.normal, (x, y), r, facing.tolist(), -1)
    cv2.circle(into.near, (x, y), r, (at,), -1)
    cv2.circle(into.leaves, (x, y), r, (1.0,), -1)


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
