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
_HEAD = 5
"""COCO keypoints 0-4 are nose, eyes and ears."""
_SEEN, _ENOUGH = 0.5, 3
"""So many head points of at least this visibility tell where the head of a lying person is."""
_REACH = 0.16
"""How far around the head points is hidden, as a share of the longer side of the body."""
_SAME = 0.4


def masks(tables: Mapping[str, Detections], aspect: float) -> tuple[Mask, ...]:
    """Return the areas to hide, in fractions of the picture, from all tables of one picture.

    `aspect` is the picture's width over its height.
    """
    found: list[Mask] = []
    known = list(_known_heads(tables.values(), aspect))
    found += [Mask("head", head) for _, head in known]
    for table in tables.values():
        for i, label in enumerate(table.labels):
            score = float(table.scores[i])
            if score < FLOOR:
                continue
            box = _box(table, i)
            if label == "person":
                told = any(_overlap(box, other) >= _SAME for other, _ in known)
                found += _body(box, score, aspect, told)
            elif label in VEHICLES:
                found.append(Mask("plate", _plate(box)))
    return tuple(found)


def _box(table: Detections, i: int) -> Box:
    x1, y1, x2, y2 = (float(v) for v in table.boxes[i])
    return (x1, y1, x2, y2)


def _known_heads(tables: Iterable[Detections], aspect: float) -> Iterable[tuple[Box, Box]]:
    """Yield (body, head) of every person whose head is told by keypoints."""
    for table in tables:
        if table.keypoints.ndim != 3 or table.keypoints.shape[1] < _HEAD:
            continue
        for i, label in enumerate(table.labels):
            points = table.keypoints[i, :_HEAD]
            seen = points[points[:, 2] >= _SEEN]
            if label != "person" or table.scores[i] < FLOOR or len(seen) < _ENOUGH:
                continue
            x1, y1, x2, y2 = box = _box(table, i)
            side = _REACH * max((x2 - x1) * aspect, y2 - y1)
            reach = np.array((side / aspect, side))
            low, high = seen[:, :2].min(axis=0) - reach, seen[:, :2].max(axis=0) + reach
            yield box, _clip((float(low[0]), float(low[1]), float(high[0]), float(high[1])))


def _body(box: Box, score: float, aspect: float, told: bool) -> list[Mask]:
    """Return what to hide of a person: the upper part, and all when the head may be anywhere."""
    x1, y1, x2, y2 = box
    if (x2 - x1) * aspect > _WIDE * (y2 - y1):
        return [] if told else [Mask("head", _widened(box))]
    share = 0.5 if score < _UNSURE else 0.3
    return [Mask("head", _widened((x1, y1, x2, y1 + (y2 - y1) * share)))]


def _overlap(a: Box, b: Box) -> float:
    """Return the intersection over union of two boxes."""
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    both = width * height
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return both / (areas - both) if areas > both else 0.0


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
        coarse = cv2.resize(part, (4, 4), interpolation=cv2.INTER_AREA)
        shown[y1:y2, x1:x2] = cv2.resize(
            coarse, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_NEAREST
        )
    return shown
