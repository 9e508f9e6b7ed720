"""The water level on a line that a person has calibrated: up a pillar, a wall or a kerb.

The line is compared with its own dry look from its foot upwards: what is under water looks
different, what is above it does not. Without water at its foot there is nothing to read.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rules.primitives.water_features import Mask
from rules.sight import Sight

Line = tuple[float, ...]
"""(x1, y1, x2, y2) in fractions of the picture: from the ground up to the mark."""

_LONG = 640
_STEPS, _ACROSS = 96, 7  # Samples up the line, and px across it whose mean they are.
_LIFT = 8.0  # Grey levels added before logarithms are taken: the dark is noise.
_CHANGED = 0.15  # Logarithm of brightness or of one colour that means another surface.
_LEAST = 0.02  # Part of the line; a lower reading is the edge of the ground.

Profile = NDArray[np.float32]
"""(96, 3) mean BGR up the line."""


def fault_of(line: Line) -> str:
    """Return what is wrong with a line, '' when nothing is; () is no line."""
    if not line:
        return ""
    if len(line) != 4:
        return "a reference line is x1, y1, x2, y2: from its foot to its mark"
    if not all(0.0 <= v <= 1.0 for v in line):
        return "a reference line is given in fractions of the picture, between 0 and 1"
    if np.hypot(line[2] - line[0], line[3] - line[1]) < 0.02:
        return "the reference line is too short to be read"
    return ""


def profile(sight: Sight, line: Line) -> Profile:
    """Return what the picture shows up the line."""
    pixels = sight.scaled(_LONG)
    height, width = pixels.shape[:2]
    foot, top = (np.array(p) * (width, height) for p in (line[:2], line[2:]))
    way = (top - foot) / max(float(np.hypot(*(top - foot))), 1e-6)
    aside = np.arange(_ACROSS)[None, :, None] - _ACROSS // 2
    up = foot + (top - foot) * np.linspace(0.0, 1.0, _STEPS)[:, None]
    spots = (up[:, None, :] + aside * np.array((-way[1], way[0]))).astype(np.float32)
    seen = cv2.remap(
        pixels, spots[..., 0], spots[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(seen.astype(np.float32).mean(axis=1), np.float32)


def read(now: Profile, dry: Profile, light: float) -> float:
    """Return up to which part (0..1) the line changed, from its foot; `light`: the picture's gain.

    It is the part below which most is changed and above which most is not.
    """
    relit = now * np.float32(np.exp(-light))
    change = np.abs(np.log((relit + _LIFT) / (dry + _LIFT))).max(axis=1)
    # Beyond three limits it is no more certain, but a bright edge would outweigh many samples.
    gain = np.cumsum(np.minimum(change, 3 * _CHANGED) - _CHANGED)
    best = int(gain.argmax())
    part = (best + 1) / _STEPS
    return part if gain[best] > 0.0 and part >= _LEAST else 0.0


def at_foot(cells: Mask, line: Line) -> bool:
    """Tell whether a map of cells is set near the foot of a line: what stands there hides some."""
    rows, columns = cells.shape
    x, y = min(columns - 1, int(line[0] * columns)), min(rows - 1, int(line[1] * rows))
    return bool(cells[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].any())


def crossed(hidden: Mask, line: Line) -> bool:
    """Tell whether somebody stands before the line; `hidden` are cells."""
    rows, columns = hidden.shape
    for share in np.linspace(0.0, 1.0, 9).tolist():
        x, y = (line[k] + share * (line[k + 2] - line[k]) for k in (0, 1))
        if hidden[min(rows - 1, int(y * rows)), min(columns - 1, int(x * columns))]:
            return True
    return False
