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
_WIDE = 0.7
"""Width over height, in pixels, from which a person may lie or crouch: the head can be anywhere."""
_CELLS = 4
"""A head or a plate is left with so many cells a side."""
_BODY_CELLS = 9
"""A body with so many along its longer side: less than one for a face, enough to see it lie."""


def masks(tables: Mapping[str, Detections], aspect: float) -> tuple[Mask, ...]:
    """Return the areas to hide, in fractions of the picture, from all tables of one picture.

    `aspect` is the picture's width over its height.
    """
    found: list[Mask] = []
    for table in tables.values():
        for i, label in enumerate(table.labels):
            score = float(table.scores[i])
            if score < FLOOR:
                continue
            x1, y1, x2, y2 = (float(v) for v in table.boxes[i])
            if label == "person":
                found.append(_person((x1, y1, x2, y2), score, aspect))
            elif label in VEHICLES:
                found.append(Mask("plate", _plate((x1, y1, x2, y2))))
    return tuple(found)


def _person(box: Box, score: float, aspect: float) -> Mask:
    """Return what to hide of a person: the upper part, or all when the head may be anywhere.

    Head keypoints are not asked: on lying people pose models place them wrong, and surely so.
    """
    x1, y1, x2, y2 = box
    if (x2 - x1) * aspect > _WIDE * (y2 - y1):
        return Mask("body", _widened(box))
    share = 0.5 if score < _UNSURE else 0.3
    return Mask("head", _widened((x1, y1, x2, y1 + (y2 - y1) * share)))


def _plate(box: Box) -> Box:
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
        cells = _cells(area.what, part.shape[1], part.shape[0])
        coarse = cv2.resize(part, cells, interpolation=cv2.INTER_AREA)
        shown[y1:y2, x1:x2] = cv2.resize(
            coarse, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_NEAREST
        )
    return shown


def _cells(what: str, width: int, height: int) -> tuple[int, int]:
    """Return how many cells a mosaic has across and down."""
    if what != "body":
        return _CELLS, _CELLS
    cell = max(width, height) / _BODY_CELLS
    return max(1, round(width / cell)), max(1, round(height / cell))
