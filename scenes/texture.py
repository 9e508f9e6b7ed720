"""Noise in world coordinates: the grain, stains and wear that procedural surfaces are made of."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float32]
"""Any picture-shaped array of float32."""

_SIDE = 256


@cache
def _tile() -> Map:
    """White noise that wraps round, mean 0, about -1..1."""
    tile: Map = np.random.default_rng(20250).uniform(-1, 1, (_SIDE, _SIDE)).astype(np.float32)
    return tile


def noise(x: Map, y: Map, cell: float, seed: int, pixel: Map | float = 0.0) -> Map:
    """Return value noise, about -1..1, whose lumps are `cell` metres.

    Where a pixel covers more than a lump (`pixel` metres) it fades, so that nothing flickers far
    off. Pure in its arguments; shaped like `x`, which needs two dimensions.
    """
    spin = 0.7 + 0.61 * (seed % 17)
    fade = np.clip(1.6 - np.asarray(pixel, np.float32) / cell, 0, 1)
    if not fade.any():
        return np.zeros_like(x)
    c, s = np.float32(np.cos(spin) / cell), np.float32(np.sin(spin) / cell)
    u = _wrapped(x * c - y * s + np.float32((seed * 37.17) % _SIDE))
    v = _wrapped(x * s + y * c + np.float32((seed * 91.73) % _SIDE))
    lumps = cv2.remap(_tile(), u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    result: Map = (lumps * fade).astype(np.float32)
    return result


def _wrapped(u: Map) -> Map:
    u = u.astype(np.float32)
    wrapped: Map = u - np.float32(_SIDE) * np.floor(u * np.float32(1 / _SIDE))
    return wrapped


def clouds(
    x: Map, y: Map, cell: float, seed: int, pixel: Map | float = 0.0, octaves: int = 3
) -> Map:
    """Return noise of several sizes, the largest `cell` metres, about -1..1."""
    total = noise(x, y, cell, seed, pixel)
    gain = 1.0
    for octave in range(1, octaves):
        gain *= 0.55
        total = total + gain * noise(x, y, cell * 0.47**octave, seed + 31 * octave, pixel)
    result: Map = (total / 1.5).astype(np.float32)
    return result


def edge(distance: Map, pixel: Map | float) -> Map:
    """Return 0..1 across an edge: 1 where `distance` (metres) is positive, soft over a pixel."""
    result: Map = np.clip(distance / np.maximum(pixel, 1e-4) + 0.5, 0, 1).astype(np.float32)
    return result


def grid(t: Map, period: float, width: float, pixel: Map | float) -> Map:
    """Return 1 on lines of `width` metres every `period` metres, 0 between, averaged per pixel."""
    away = np.abs(np.mod(t + period / 2, period) - period / 2)
    soft = np.maximum(np.asarray(pixel, np.float32), width * 0.3)
    line = np.clip((width / 2 - away) / soft + 0.5, 0, 1) * np.minimum(1, width / soft * 1.2)
    result: Map = line.astype(np.float32)
    return result
