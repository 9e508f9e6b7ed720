"""What must be hidden: the head of every person and the plate band of every vehicle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import cv2
import numpy as np

from events.alert import Box, Mask
from models.detector import Detections, Pixels

VEHICLES = frozenset({"car", "truck", "bus", "motorcycle"})
FLOOR = 0.15
"""Boxes down to this score are masked: one hidden litter bin costs less than one shown face."""
_MARGIN = 0.15
"""Share of the box by which a mask is widened on each side."""
_UNSURE = 0.35
"""Below this score the posture is not trusted and the whole upper half is hidden."""
_HEAD = 5
"""COCO keypoints 0-4 are nose, eyes and ears."""


def masks(tables: Mapping[str, Detections]) -> tuple[Mask, ...]:
    """Return the areas to hide, in fractions of the picture, from all tables of one picture."""
    found: list[Mask] = []
    for table in tables.values():
        for i, label in enumerate(table.labels):
            if table.scores[i] < FLOOR:
                continue
            box = tuple(float(v) for v in table.boxes[i])
            if label == "person":
                found.extend(_heads(box, float(table.scores[i]), table.keypoints, i))
            elif label in VEHICLES:
                found.append(Mask("plate", _plate(box)))
    return tuple(found)


def _heads(box: tuple[float, ...], score: float, keypoints: object, i: int) -> Iterable[Mask]:
    x1, y1, x2, y2 = box
    width, height = x2 - x1, y2 - y1
    yield Mask("head", _widened((x1, y1, x2, y1 + height * (0.5 if score < _UNSURE else 0.3))))
    points = np.asarray(keypoints)
    if points.ndim != 3 or points.shape[1] < _HEAD:
        if width > height:  # lying, and no keypoint says at which end the head is
            yield Mask("head", _widened((x1, y1, x2, y2)))
        return
    head = points[i, :_HEAD]
    seen = head[head[:, 2] > 0.3]
    if len(seen) == 0:
        if width > height:
            yield Mask("head", _widened((x1, y1, x2, y2)))
        return
    reach = 0.12 * max(width, height)
    low, high = seen[:, :2].min(axis=0) - reach, seen[:, :2].max(axis=0) + reach
    yield Mask("head", _clip((float(low[0]), float(low[1]), float(high[0]), float(high[1]))))


def _plate(box: tuple[float, ...]) -> Box:
    x1, y1, x2, y2 = box
    return _widened((x1, y1 + (y2 - y1) * 0.45, x2, y2))


def _widened(box: tuple[float, float, float, float]) -> Box:
    x1, y1, x2, y2 = box
    dx, dy = (x2 - x1) * _MARGIN, (y2 - y1) * _MARGIN
    return _clip((x1 - dx, y1 - dy, x2 + dx, y2 + dy))


def _clip(box: tuple[float, float, float, float]) -> Box:
    x1, y1, x2, y2 = (min(max(v, 0.0), 1.0) for v in box)
    return (x1, y1, x2, y2)


def hide(pixels: Pixels, areas: Iterable[Mask]) -> Pixels:
    """Return a copy of a BGR picture in which the areas are mosaicked beyond recognition."""
    shown = pixels.copy()
    height, width = pixels.shape[:2]
    for area in areas:
        x1, y1 = int(area.box[0] * width), int(area.box[1] * height)
        x2, y2 = int(np.ceil(area.box[2] * width)), int(np.ceil(area.box[3] * height))
        part = shown[y1:y2, x1:x2]
        if part.size == 0:
            continue
        coarse = cv2.resize(part, (4, 4), interpolation=cv2.INTER_AREA)
        shown[y1:y2, x1:x2] = cv2.resize(
            coarse, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_NEAREST
        )
    return shown
