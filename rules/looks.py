"""What a vehicle looks like, in 44 bytes: enough to tell two at one place apart, no more.

Never for persons: inside one camera and one task only, to keep successive vehicles apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from rules.observation import Box
from rules.sight import Pixels

_GRID = 6
_TINTS = 2
SIZE = _GRID * _GRID + 2 * _TINTS * _TINTS
_MARGIN = 0.1  # The rim of a box is mostly street.
_FLAT = 3.0  # Grey levels of contrast below which a surface shows nothing to compare.


def look(pixels: Pixels, box: Box) -> bytes:
    """Return the look of a box of a BGR picture: 6 x 6 lightness, 2 x 2 tints (CIE a, b)."""
    height, width = pixels.shape[:2]
    dx, dy = _MARGIN * (box[2] - box[0]), _MARGIN * (box[3] - box[1])
    x1, y1 = max(0, int((box[0] + dx) * width)), max(0, int((box[1] + dy) * height))
    x2, y2 = int((box[2] - dx) * width) + 1, int((box[3] - dy) * height) + 1
    part = pixels[y1:y2, x1:x2]
    if part.size == 0:
        return b""
    small = cv2.resize(part, (_GRID, _GRID), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB)
    tints = cv2.resize(lab, (_TINTS, _TINTS), interpolation=cv2.INTER_AREA)[..., 1:]
    return lab[..., 0].tobytes() + tints.tobytes()


def likeness(a: Sequence[bytes], b: Sequence[bytes]) -> NDArray[np.float64]:
    """Return how alike two lists of looks are, (len(a), len(b)), 1 the same to -1; 1 if unknown.

    Correlation of the lightness, which a change of light leaves alone, less the difference of
    the tints (a tenth for every 2 steps beyond 6, which white balance and shade may make).
    """
    light_a, tint_a, known_a = _table(a)
    light_b, tint_b, known_b = _table(b)
    alike = light_a @ light_b.T
    apart = np.hypot(*np.moveaxis(tint_a[:, None] - tint_b[None, :], -1, 0)).mean(axis=-1)
    alike = alike - 0.05 * np.clip(apart - 6.0, 0.0, None)
    alike[~known_a, :] = 1.0
    alike[:, ~known_b] = 1.0
    return np.asarray(np.clip(alike, -1.0, 1.0), np.float64)


def mixed(old: bytes, new: bytes, share: float) -> bytes:
    """Return the look that follows slow changes of light: `share` of the new one."""
    if len(old) != SIZE or len(new) != SIZE:
        return new or old
    both = [np.frombuffer(x, np.uint8).astype(np.float32) for x in (old, new)]
    return (both[0] + share * (both[1] - both[0])).round().astype(np.uint8).tobytes()


def _table(
    looks: Sequence[bytes],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
    """Return normalised lightness (N, 36), tints (N, 4, 2), and which looks are known."""
    known = np.array([len(x) == SIZE for x in looks], np.bool_)
    data = b"".join(x if len(x) == SIZE else bytes(SIZE) for x in looks)
    values = np.frombuffer(data, np.uint8).reshape(len(looks), SIZE).astype(np.float32)
    cells = _GRID * _GRID
    light = values[:, :cells] - values[:, :cells].mean(axis=1, keepdims=True)
    norm = np.linalg.norm(light, axis=1, keepdims=True)
    known &= norm[:, 0] > _FLAT * _GRID
    light = light / np.maximum(norm, 1e-6)
    return light, values[:, cells:].reshape(len(looks), _TINTS * _TINTS, 2), known
