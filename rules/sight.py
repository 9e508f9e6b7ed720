"""One picture with what the models saw in it: the input of every rule's first stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


class Detections(Protocol):
    """The columns a rule reads of a detection table (see `models.detector.Detections`)."""

    @property
    def boxes(self) -> NDArray[np.float32]: ...
    @property
    def scores(self) -> NDArray[np.float32]: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def keypoints(self) -> NDArray[np.float32]: ...


class Sight:
    """A BGR picture, its capture time (unix seconds) and one detection table per model role.

    Scaled copies are kept, so that ten algorithms on one picture scale it once.
    """

    def __init__(self, pixels: Pixels, at: float, detections: Mapping[str, Detections]) -> None:
        self.pixels = pixels
        self.at = at
        self.detections = detections
        self._scaled: dict[int, Pixels] = {}

    def seen_with(self, detections: Mapping[str, Detections]) -> Sight:
        """Return the same picture with other tables; scaled copies stay shared."""
        other = Sight(self.pixels, self.at, detections)
        other._scaled = self._scaled
        return other

    @property
    def aspect(self) -> float:
        """Width over height."""
        height, width = self.pixels.shape[:2]
        return float(width) / float(height)

    def scaled(self, long_side: int) -> Pixels:
        """Return the picture with its longer side at most `long_side` px (area filter, cached)."""
        found = self._scaled.get(long_side)
        if found is None:
            height, width = self.pixels.shape[:2]
            ratio = long_side / max(height, width)
            if ratio >= 1.0:
                found = self.pixels
            else:
                size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
                found = np.asarray(
                    cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA), np.uint8
                )
            self._scaled[long_side] = found
        return found
