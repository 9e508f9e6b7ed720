"""A detector without a network: sees rectangles of known colours, or plays a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detector import Detections, DetectorError, Pixels


@dataclass(frozen=True, slots=True)
class Paint:
    """A colour that stands for a class; codecs shift colours, so `tolerance` is per channel."""

    label: str
    bgr: tuple[int, int, int]
    tolerance: int = 70


PAINTS = (
    Paint("person", (0, 0, 255)),
    Paint("car", (255, 0, 0)),
    Paint("truck", (0, 255, 0)),
    Paint("bicycle", (255, 0, 255)),
)
"""Red people, blue cars, green trucks, magenta bicycles: far apart, unlike a grey street."""

FIGURE: tuple[tuple[float, float], ...] = (
    (0.50, 0.08),  # nose
    (0.55, 0.06),
    (0.45, 0.06),
    (0.60, 0.08),
    (0.40, 0.08),
    (0.70, 0.22),  # shoulders
    (0.30, 0.22),
    (0.78, 0.38),
    (0.22, 0.38),
    (0.80, 0.52),
    (0.20, 0.52),
    (0.63, 0.54),  # hips
    (0.37, 0.54),
    (0.62, 0.76),
    (0.38, 0.76),
    (0.62, 0.97),  # ankles
    (0.38, 0.97),
)
"""COCO's 17 points of a standing figure, as (across, along) fractions of its box."""


class FakeDetector:
    """Finds painted rectangles, or returns the tables of a script one a picture, over and over.

    `smallest` is the least area of a rectangle as a fraction of the picture. With `pose`, only
    people are found and get 17 keypoints: along the longer side of their box, so a wide person
    lies, head to the left. `fail_at` names calls of `detect` (from 0) that raise DetectorError.
    """

    def __init__(
        self,
        model: str = "fake",
        *,
        paints: Sequence[Paint] = PAINTS,
        script: Sequence[Detections] = (),
        pose: bool = False,
        smallest: float = 0.0005,
        batch_sizes: tuple[int, ...] = (1, 2, 4, 8),
        fail_at: frozenset[int] = frozenset(),
    ) -> None:
        self._model = model
        self._paints = tuple(p for p in paints if p.label == "person") if pose else tuple(paints)
        self._script = tuple(script)
        self._pose = pose
        self._smallest = smallest
        self._sizes = batch_sizes
        self._fail_at = fail_at
        self._calls = 0
        self._pictures = 0
        self._closed = False

    @property
    def model(self) -> str:
        return self._model

    @property
    def sha256(self) -> str:
        return "0" * 64

    @property
    def device(self) -> str:
        return "cpu"

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        return self._sizes

    def detect(self, pictures: Sequence[Pixels]) -> list[Detections]:
        if not 1 <= len(pictures) <= self._sizes[-1]:
            raise ValueError(
                f"{len(pictures)} pictures; this detector takes 1 to {self._sizes[-1]}"
            )
        call, self._calls = self._calls, self._calls + 1
        if self._closed:
            raise DetectorError(f"{self._model}: closed")
        if call in self._fail_at:
            raise DetectorError(f"{self._model}: call {call} fails by request")
        return [self._one(picture) for picture in pictures]

    def close(self) -> None:
        self._closed = True

    def _one(self, picture: Pixels) -> Detections:
        index, self._pictures = self._pictures, self._pictures + 1
        if self._script:
            return self._script[index % len(self._script)]
        return self._look(picture)

    def _look(self, picture: Pixels) -> Detections:
        boxes: list[tuple[float, ...]] = []
        scores: list[float] = []
        labels: list[str] = []
        for paint in self._paints:
            for box, filled in _patches(picture, paint, self._smallest):
                boxes.append(box)
                scores.append(filled)
                labels.append(paint.label)
        order = np.argsort(-np.array(scores, np.float32), kind="stable")
        table = np.array(boxes, np.float32).reshape(-1, 4)[order]
        return Detections(
            table,
            np.array(scores, np.float32)[order],
            tuple(labels[index] for index in order),
            _figures(table, picture) if self._pose else np.zeros((len(table), 0, 3), np.float32),
        )


def _patches(
    picture: Pixels, paint: Paint, smallest: float
) -> list[tuple[tuple[float, ...], float]]:
    """Return each patch's box in fractions, and how much of the box it fills (0..1)."""
    low = np.array([max(0, value - paint.tolerance) for value in paint.bgr], np.uint8)
    high = np.array([min(255, value + paint.tolerance) for value in paint.bgr], np.uint8)
    height, width = picture.shape[:2]
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.inRange(picture, low, high))
    found: list[tuple[tuple[float, ...], float]] = []
    for left, top, wide, high_, area in stats[1:count].tolist():
        if wide * high_ >= smallest * width * height:
            box = (left / width, top / height, (left + wide) / width, (top + high_) / height)
            found.append((box, area / (wide * high_)))
    return found


def _figures(boxes: NDArray[np.float32], picture: Pixels) -> NDArray[np.float32]:
    height, width = picture.shape[:2]
    across, along = np.array(FIGURE, np.float32).T
    points = np.ones((len(boxes), len(FIGURE), 3), np.float32)
    for (x1, y1, x2, y2), figure in zip(boxes, points, strict=True):
        lies = (x2 - x1) * width > (y2 - y1) * height
        figure[:, 0] = x1 + (along if lies else across) * (x2 - x1)
        figure[:, 1] = y1 + (across if lies else along) * (y2 - y1)
    return points
