"""One ground spot across jittering boxes, so that one problem in one place is one incident."""

from __future__ import annotations

from math import hypot

import msgspec

from events.alert import Box


class Spot(msgspec.Struct, frozen=True):
    """How a kind of problem stands on the ground.

    `foot` is the lower share of a box that touches the ground; `reach` how far two foot areas may
    lie apart, in their mean size; `alike` the IoU of whole boxes that is enough by itself (the
    foot may be hidden); `joined` the share of the smaller foot area inside the other that is
    enough by itself (things that grow), None for things that do not.
    """

    foot: float
    reach: float
    alike: float
    joined: float | None = None


SPOTS: dict[str, Spot] = {
    # The neighbouring bay, seen at an angle, is about 0.6 foot sizes away with an IoU of 0.3.
    "illegal_parking": Spot(foot=0.5, reach=0.4, alike=0.55),
    # A cluster grows and shrinks at its ends.
    "nonmotor_parking": Spot(foot=1.0, reach=0.5, alike=0.3, joined=0.5),
    "litter": Spot(foot=1.0, reach=0.8, alike=0.3, joined=0.5),
    "fall": Spot(foot=1.0, reach=1.0, alike=0.2),
    # Water is timed per zone; where two regions of one zone overlap it is the same water.
    "flooding": Spot(foot=1.0, reach=0.0, alike=0.05, joined=0.05),
}
OTHER = Spot(foot=0.5, reach=0.5, alike=0.5)

_SMALLEST = 0.01
"""Side below which jitter no longer shrinks with the box, as a fraction of the picture."""


def same_spot(kind: str, a: Box, b: Box) -> bool:
    """Return whether two boxes (x1, y1, x2, y2 in fractions of the picture) are one ground spot.

    Symmetric. Distances are measured in the boxes' own size, axis by axis, so that neither the
    picture's aspect nor the distance from the camera matters.
    """
    spot = SPOTS.get(kind, OTHER)
    foot_a, foot_b = _foot(a, spot.foot), _foot(b, spot.foot)
    if _distance(foot_a, foot_b) <= spot.reach or _iou(a, b) >= spot.alike:
        return True
    return spot.joined is not None and _inside(foot_a, foot_b) >= spot.joined


def _foot(box: Box, share: float) -> Box:
    x1, y1, x2, y2 = box
    return (x1, y2 - (y2 - y1) * share, x2, y2)


def _distance(a: Box, b: Box) -> float:
    width = max(_SMALLEST, ((a[2] - a[0]) + (b[2] - b[0])) / 2)
    height = max(_SMALLEST, ((a[3] - a[1]) + (b[3] - b[1])) / 2)
    across = (a[0] + a[2] - b[0] - b[2]) / 2
    along = (a[1] + a[3] - b[1] - b[3]) / 2
    return hypot(across / width, along / height)


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _shared(a: Box, b: Box) -> float:
    return _area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))


def _iou(a: Box, b: Box) -> float:
    shared = _shared(a, b)
    union = _area(a) + _area(b) - shared
    return shared / union if union > 0 else 0.0


def _inside(a: Box, b: Box) -> float:
    smaller = min(_area(a), _area(b))
    return _shared(a, b) / smaller if smaller > 0 else 0.0
