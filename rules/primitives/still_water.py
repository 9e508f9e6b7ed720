"""A weak guess at water from a single picture, where no dry look exists.

On ground, most structure has a direction: kerbs, lanes, joints, shadows. Light that is broken by
a moving surface has none. The share of the lower picture that is structured without direction is
the guess. Grass, gravel, crowds and leaves look the same to it, and calm water looks like
asphalt: it may order pictures for a reviewer, it must never raise an event by itself, and
`surface` does not use it. On 33 stills of traffic cameras (17 flooded, all at night; 16 dry or
merely wet, 4 at night) its ROC AUC is 0.82; nothing is fitted but `LIKELY`. Without the camera
that has the most stills it is 0.75, with one mean per camera and label 0.74. Knowing whether it is
night would alone give 0.875 on them, so they tell little of water.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rules.glance import Glance
from rules.observation import Fact, Subject
from rules.primitives.water_features import CELL, look_at
from rules.sight import Pixels, Sight
from rules.zones import Zones

LIKELY = 0.2
"""From here on all of those stills are flooded, but only half of the flooded ones get there.

Chosen on other cameras than the one it is tried on: precision and recall 0.65 each.
"""

_GROUND = 0.4  # Without a mask the upper part of the picture is not taken for ground.
_ENERGY = 3.0  # Gradient in grey levels per pixel that counts as structure.
_COHERENCE = 0.3  # Below this, a patch's gradients agree on no direction (0 none, 1 one).


def still_share(pixels: Pixels, area: NDArray[np.bool_] | None = None) -> float:
    """Return the share (0..1) of the ground in a BGR picture that glitters like water.

    area: (H, W) mask of the ground at any resolution; the lower 60 % when None.
    """
    grey = cv2.GaussianBlur(look_at(pixels).grey, (0, 0), 0.5)
    across = cv2.Sobel(grey, -1, 1, 0, ksize=3, scale=0.125)
    down = cv2.Sobel(grey, -1, 0, 1, ksize=3, scale=0.125)
    xx, yy, xy = (_pooled(p) for p in (across * across, down * down, across * down))
    # The sums of a blur may come out a trifle below zero.
    energy = np.sqrt(np.maximum(xx + yy, 0.0))
    coherence = np.sqrt((xx - yy) ** 2 + 4.0 * xy * xy) / (energy * energy + 0.5)
    rows, columns = energy.shape
    if area is None:
        ground = np.zeros((rows, columns), np.bool_)
        ground[round(_GROUND * rows) :] = True
    else:
        small = cv2.resize(area.astype(np.uint8), (columns, rows), interpolation=cv2.INTER_NEAREST)
        ground = small > 0
    glitter = (energy > _ENERGY) & (coherence < _COHERENCE)
    return float((glitter & ground).sum()) / max(1.0, float(ground.sum()))


def glance(sight: Sight, zones: Zones) -> Glance:
    """Return the guess in words, with its worth; the subject is the ground that was looked at."""
    height, width = sight.pixels.shape[:2]
    ground = None if zones.whole else zones.mask(width, height) > 0
    share = still_share(sight.pixels, ground)
    likely = share >= LIKELY
    box, zone = (0.0, _GROUND, 1.0, 1.0), "whole picture"
    if ground is not None and ground.any():
        rows, columns = np.nonzero(ground.any(axis=1))[0], np.nonzero(ground.any(axis=0))[0]
        box = (columns[0] / width, rows[0] / height, columns[-1] / width, rows[-1] / height)
        zone = zones.include[0].name if len(zones.include) == 1 else ""
    facts: dict[str, Fact] = {"label": "water", "zone": zone, "share": round(share, 3)}
    worth_zh = "像积水；草地、碎石、人群也会如此" if likely else "不能排除积水：平静水面不反光"
    worth = (
        "like water, but grass, gravel and crowds do so too"
        if likely
        else "which rules no flood out: calm water does not glitter"
    )
    return Glance(
        "needs_video",
        "需要连续视频：积水须与干燥时的地面对比。"
        f"仅供参考：地面 {share:.0%} 有水面状反光（{worth_zh}）。",
        "This needs video: flooding is judged against the ground when it is dry."
        f" A weak hint only: {share:.0%} of the ground glitters ({worth}).",
        (Subject("water", box, None, round(share, 3), None, facts),) if likely else (),
    )


def _pooled(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    size = (plane.shape[1] // CELL, plane.shape[0] // CELL)
    cells = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.blur(cells, (3, 3)), np.float32)
