"""The seam to inference: a batch of pictures in, a table of detections out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


BEYOND = 1.0
"""A box may reach so far out of the picture, in pictures; further out it is a network's mistake."""


@dataclass(frozen=True, slots=True)
class Detections:
    """What one model saw in one picture, as columns of equal length N.

    boxes: (N, 4) float32, x1 y1 x2 y2 as fractions of the picture as displayed, clipped to 0..1.
    scores: (N,) float32 in 0..1, descending.
    labels: N class names.
    keypoints: (N, K, 3) float32 x, y (fractions) and visibility 0..1; K is 0 without a pose head.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    labels: tuple[str, ...]
    keypoints: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.labels)

    def sound(self) -> Detections:
        """Return the table without the rows that say nothing: it keeps the promises above.

        A row goes whose numbers are not all finite, whose box has no area in the picture, or lies
        or reaches far beyond it. A table that is in order comes back as it is.

        Raises:
            ValueError: the columns do not have the form or the length of a table.
        """
        count = len(self.labels)
        forms = (self.boxes.shape, self.scores.shape, self.keypoints.shape)
        depth = self.keypoints.shape[1] if self.keypoints.ndim == 3 else 0
        if forms != ((count, 4), (count,), (count, depth, 3)):
            raise ValueError(f"{count} labels beside columns of {forms}")
        if not count:
            return self
        finite = np.isfinite(self.boxes).all(axis=1) & np.isfinite(self.scores)
        finite &= np.isfinite(self.keypoints).all(axis=(1, 2))
        near = ((self.boxes >= -BEYOND) & (self.boxes <= 1 + BEYOND)).all(axis=1)
        inside = np.clip(self.boxes, 0.0, 1.0)
        kept = finite & near & (inside[:, 2:] > inside[:, :2]).all(axis=1)
        scores = np.clip(self.scores, 0.0, 1.0)
        if kept.all() and (inside == self.boxes).all() and (scores == self.scores).all():
            return self
        labels = tuple(label for label, keep in zip(self.labels, kept, strict=True) if keep)
        return Detections(inside[kept], scores[kept], labels, self.keypoints[kept])

    @classmethod
    def none(cls) -> Detections:
        """Return the empty table."""
        return cls(
            np.zeros((0, 4), np.float32),
            np.zeros(0, np.float32),
            (),
            np.zeros((0, 0, 3), np.float32),
        )


class DetectorError(Exception):
    """A batch failed. It fails the pictures of its own batch only and turns health red."""


class Detector(Protocol):
    """One loaded model on one device."""

    @property
    def model(self) -> str:
        """The catalog id of the model, e.g. 'yolov8n-coco'."""
        ...

    @property
    def sha256(self) -> str:
        """The hash that every alert names: of the weight file, hex."""
        ...

    @property
    def device(self) -> str:
        """What it runs on, as an operator reads it: 'cpu', 'cuda:1', 'remote'."""
        ...

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        """Batch sizes that are prepared, ascending; the last is the largest that may be sent."""
        ...

    def detect(self, pictures: Sequence[Pixels]) -> list[Detections]:
        """Detect in 1 to `batch_sizes[-1]` BGR pictures of any size; one table each, in order.

        Confidence floor and NMS come from the model's manifest; rules raise the floor.

        Raises:
            DetectorError: the runtime failed on this batch.
        """
        ...

    def close(self) -> None:
        """Free the device memory. The detector is unusable afterwards."""
        ...
