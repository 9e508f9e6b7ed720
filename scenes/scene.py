"""The seam of generated scenes: a fixed camera, a time, a picture, and what is true in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Shape (height, width, 3), BGR, 0-255, C-contiguous."""


@dataclass(frozen=True, slots=True)
class Marked:
    """One labelled thing in a picture: what a perfect detector would say.

    `box` is (x1, y1, x2, y2) in fractions of the picture, of what the solids cover, cut at the
    picture's edge; `visible` is the share of it (0..1) that no nearer thing hides and the edge
    does not cut. `keypoints` are (x, y, v) in fractions, v 1 when seen and 0 when hidden or
    outside; 17 in COCO order, or ().
    """

    label: str
    box: tuple[float, float, float, float]
    visible: float
    keypoints: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a scene."""

    pixels: Pixels
    marked: tuple[Marked, ...]


class Scene(Protocol):
    """One shot of one camera. Pure in time: any rate and any order give the same pictures."""

    @property
    def name(self) -> str:
        """Return a name that is unique for script and seed, fit for a file name."""
        ...

    @property
    def script(self) -> str:
        """Return which script it plays: 'litter_bag_dropped', 'parking_queue_at_light' ..."""
        ...

    @property
    def conditions(self) -> tuple[str, ...]:
        """Return what is bad about it: 'night', 'rain', 'shake' ...; for tables by condition."""
        ...

    @property
    def size(self) -> tuple[int, int]:
        """Return (width, height) in pixels."""
        ...

    @property
    def duration_s(self) -> float:
        """Return how long it lasts."""
        ...

    @property
    def truth(self) -> dict[str, Any]:
        """Return its entry of a truth file's `clips` (form: inference/evaluation/truth.py)."""
        ...

    def render(self, at: float) -> Frame:
        """Return the picture at `at` seconds, 0 <= at <= duration_s."""
        ...
