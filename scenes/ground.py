"""What the ground looks like: asphalt, slabs, paint and dirt, as functions of world metres."""

from __future__ import annotations

import numpy as np

from scenes.shapes import Color
from scenes.stage import Layer
from scenes.texture import Map, clouds, edge, grid, noise

MARK_OF = {"paint", "stain", "crack", "iron"}
"""Materials that lie on another one and let it show through."""


def surface(layer: Layer, x: Map, y: Map, pixel: Map) -> tuple[Map, Map]:
    """Return colour (h, w, 3; BGR as in daylight) and cover (h, w; 0..1) of a layer.

    `x`, `y` are metres on the ground and `pixel` is how many metres a pixel covers, all (h, w).
    """
    make = {
        "asphalt": _asphalt,
        "slabs": _slabs,
        "tiles": _slabs,
        "cobbles": _cobbles,
        "concrete": _concrete,
        "grass": _grass,
        "paint": _paint,
        "stain": _stain,
        "crack": _crack,
        "iron": _iron,
    }[layer.material]
    return make(layer, x, y, pixel)


def _tinted(color: Color, factor: Map) -> Map:
    tinted: Map = factor[..., None] * np.array(color, np.float32)
    return tinted


def _full(x: Map) -> Map:
    return np.ones_like(x)


def _asphalt(layer: Layer, x: Map, y: Map, pixel: Map) -> tuple[Map, Map]:
    seed = layer.seed
    shade = 1 + 0.16 * noise(x, y, 0.035, seed, pixel) + 0.10 * noise(x, y, 0.11, seed + 1, pixel)
    shade += 0.07 * clouds(x, y, 3.0, seed + 2, pixel)
    shade += 0.05 * clouds(x, y * 6, 9.0, seed + 3, pixel)
    dirt = np.clip(clouds(x, y, 1.6, seed + 4, pixel) - 0.25, 0, 1)
    return _tinted(layer.color, (shade - layer.wear * 0.35 * dirt).astype(np.float32)), _full(x)


def _slabs(layer: Layer, x: Map, y: Map, pixel: Map) -> tuple[Map, Map]:
    seed, side = layer.seed, layer.scale
    long = side * (1.0, 1.5, 2.0)[seed % 3]
    row = np.floor(y / side)
    shift = np.mod(row, 2) * long * 0.5 if seed % 2 else np.zeros_like(x)
    u = (x + shift).astype(np.float32)
    tone = _per_cell(np.floor(u / long), row, seed)
    fade = np.clip(1.5 - pixel / side, 0, 1)
    shade = 1 + 0.075 * tone * fade + 0.07 * noise(x, y, 0.05, seed + 1, pixel)
    shade += 0.08 * clouds(x, y, 2.2, seed + 2, pixel)
    dirt = np.clip(clouds(x, y, 0.9, seed + 4, pixel) - 0.2, 0, 1)
    joint = 0.012 if layer.material == "slabs" else 0.006
    lines = np.maximum(grid(y, side, joint * 1.6, pixel), grid(u, long, joint * 1.6, pixel))
    shade = (shade - layer.wear * 0.5 * dirt) * (1 - 0.42 * lines)
    return _tinted(layer.color, shade.astype(np.float32)), _full(x)


def _per_cell(i: Map, j: Map, seed: int) -> Map:
    """A number -1..1 for each cell of a grid."""
    mixed = np.sin(i * 12.9898 + j * 78.233 + seed * 3.7) * 43758.547
    cell: Map = (2 * (mixed - np.floor(mixed)) - 1).astype(np.float32)
    return cell


def _cobbles(layer: Layer, x: Map, y: Map, pixel: Map) -> tuple[Map, Map]:
    seed, side = layer.seed, layer.scale
    wobble = 0.12 * side * noise(x, y, 0.4, seed, pixel)
    u, v = (x + wobble).astype(np.float32), (y + wobble).astype(np.float32)
    row = np.floor(v / side)
    u = (u + np.mod(row, 2) * side / 2).astype(np.float32)
    fade = np.clip(1.6 - pixel / side, 0, 1)
    shade = 1 + 0.17 * _per_cell(np.floor(u / side), row, seed) * fade
    shade += 0.1 * clouds(x, y, 2.5, seed + 2, pixel)
    lines = np.maximum(grid(v, side, 0.02, pixel), grid(u, side, 0.02, pixel))
    return _tinted(layer.color, (shade * (1 - 0.5 * lines)).astype(np.float32)), _full(x)


def _concrete(layer: Layer, x: Map, y: Map, pixel: Map) -> tuple[Map, Map]:
    seed = layer.seed
    shade = 1 + 0.05 * noise(x, y, 0.05, seed, pixel) + 0.1 * clouds(x, y, 1.5, seed + 1, pixel)
    shade += 0.08 * clouds(x, y, 6.0, seed + 2, pixel)
    lines = np.maximum(grid(x, layer.scale, 0.02, pixel), grid(y, layer.scale, 0.02, pixel))
    dirt = np.clip(clouds(x, y, 0.8, seed + 4, pixel) - 0.2, 0, 1)
    shade = (shade - layer.wear * 0.4 * dirt) * (1 - 0.3 * lines)
    return _tinted(layer.color, shade.astype(np.float32)), _full(x)


def _grass(layer: Layer, x: Map, y: Map, pixel: Map) -> tuple[Map, Map]:
    seed = layer.seed
    shade = 1 + 0.35 * noise(x, y, 0.05, seed, pixel) + 0.2 * noise(x, y, 0.17, seed + 1, pixel)
    shade += 0.2 * clouds(x, y, 2.0, seed + 2, pixel)
    color = _tinted(layer.color, shade.astype(np.float32))
    bare = np.clip(clouds(x, y, 1.3, seed + 5, pixel) * 2 - 1 + layer.wear, 0, 1)[..., None]
    soil = np.array((70.0, 96.0, 116.0), np.float32)
    mixed: Map = color * (1 - bare) + soil * bare
    return mixed, _full(x)


def _paint(layer: Layer, x: Map, y: Map, pixel: Map) -> tuple[Map, Map]:
    seed = layer.seed
    shade = 1 + 0.05 * noise(x, y, 0.04, seed, pixel)
    worn = noise(x, y, 0.06, seed + 1, pixel) * 0.6 + clouds(x, y, 0.7, seed + 2, pixel)
    cover = np.clip(1.25 - layer.wear * (0.75 + 1.1 * worn), 0.05, 0.95)
    return _tinted(layer.color, shade.astype(np.float32)), cover.astype(np.float32)


def _stain(layer: Layer, x: Map, y: Map, pixel: Map) -> tuple[Map, Map]:
    corners = np.array(layer.polygon)
    middle, half = corners.mean(0), np.maximum(np.ptp(corners, axis=0) / 2, 0.05)
    away = np.hypot((x - middle[0]) / half[0], (y - middle[1]) / half[1])
    ragged = away + 0.35 * clouds(x, y, float(half.min()), layer.seed, pixel)
    cover = layer.wear * np.clip((0.85 - ragged) * 2.2, 0, 1)
    return _tinted(layer.color, _full(x)), cover.astype(np.float32)


def _crack(layer: Layer, x: Map, y: Map, pixel: Map) -> tuple[Map, Map]:
    line = clouds(x, y, layer.scale, layer.seed, pixel * 0.4)
    thin = np.clip(1 - np.abs(line) * layer.scale / np.maximum(0.02, pixel * 0.8), 0, 1)
    cover = thin * layer.wear * np.clip(0.03 / np.maximum(pixel, 0.03), 0, 1)
    return _tinted(layer.color, _full(x)), cover.astype(np.float32)


def _iron(layer: Layer, x: Map, y: Map, pixel: Map) -> tuple[Map, Map]:
    corners = np.array(layer.polygon)
    middle, half = corners.mean(0), float(np.ptp(corners, axis=0).max() / 2)
    away = np.hypot(x - middle[0], y - middle[1]).astype(np.float32)
    ribs = np.maximum(grid(x, 0.09, 0.03, pixel), grid(y, 0.09, 0.03, pixel))
    rim = edge((away - half * 0.8).astype(np.float32), pixel)
    shade = 1 + 0.25 * ribs - 0.3 * rim
    inside = edge((half * 0.98 - away).astype(np.float32), pixel)
    return _tinted(layer.color, shade.astype(np.float32)), inside
