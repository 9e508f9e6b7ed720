"""Geometry of boxes in fractions of the picture; lengths are in picture heights."""

from __future__ import annotations

from math import hypot, sqrt

from rules.observation import Box, Point


def centre(box: Box) -> Point:
    """Return the middle of a box, in fractions."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def foot(box: Box) -> Point:
    """Return where an upright thing meets the ground: the middle of the lower edge."""
    return (box[0] + box[2]) / 2, box[3]


def area(box: Box) -> float:
    """Return the share of the picture that a box covers (0 for a degenerate box)."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def overlap(a: Box, b: Box) -> float:
    """Return the share of the picture that both boxes cover."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return width * height if width > 0.0 and height > 0.0 else 0.0


def iou(a: Box, b: Box) -> float:
    """Return intersection over union, 0..1."""
    both = overlap(a, b)
    if both == 0.0:
        return 0.0
    union = area(a) + area(b) - both
    return both / union if union > 0.0 else 0.0


def covered(box: Box, by: Box) -> float:
    """Return the share (0..1) of `box` that lies under `by`."""
    whole = area(box)
    return overlap(box, by) / whole if whole > 0.0 else 0.0


def size(box: Box, aspect: float) -> float:
    """Return the side of the square of equal area, in picture heights."""
    return sqrt(area(box) * aspect)


def distance(a: Point, b: Point, aspect: float) -> float:
    """Return the distance of two points, in picture heights."""
    return hypot((a[0] - b[0]) * aspect, a[1] - b[1])


def nearness(a: Box, b: Box, aspect: float) -> float:
    """Return how much two boxes are one place: 1 the same, 0 elsewhere.

    The better of their overlap and of how close their centres are, measured in the size of the
    smaller one: a thin box that wobbles has little overlap with itself but stays where it is.
    Boxes of very different area are no one place by their centres.
    """
    small, large = sorted((size(a, aspect), size(b, aspect)))
    close = 0.0
    if small > 0.0 and small >= 0.5 * large:
        close = 1.0 - distance(centre(a), centre(b), aspect) / small
    return max(iou(a, b), close, 0.0)
