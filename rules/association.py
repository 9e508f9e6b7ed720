"""Which detection continues which remembered object: similarity, and the best assignment."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from rules.boxes import area, covered, iou, overlap
from rules.looks import likeness
from rules.observation import Box, Object

Matrix = NDArray[np.float64]

_GROUPS = {  # Detectors flip among these.
    "car": "vehicle",
    "truck": "vehicle",
    "bus": "vehicle",
    "bicycle": "two-wheeler",
    "motorcycle": "two-wheeler",
}
_DOUBLE = 0.65  # IoU at which two detections of one group are one object.
_HIDDEN = 0.4  # Share of a box under nearer boxes from which a miss is no news.
_ALIKE = 0.15  # Similarity below which nothing is continued.
_AREA = 3.0  # A box does not grow or shrink by more than this from one picture to the next.
_UNLIKE = 0.3  # Likeness below which two looks are two vehicles.
_SPOT = 0.3  # Sizes around its old spot in which a thing that seemed to leave is found again.


class Expected(msgspec.Struct, frozen=True):
    """Where a remembered object may be now.

    `gate` is how far (picture heights) from the middle of `box` it may be; `spot` is where it
    stood, if it only seemed to leave, and `side` its size; `stands` that it stood when last seen.
    """

    label: str
    box: Box
    gate: float
    side: float
    stands: bool
    spot: Box | None = None
    look: bytes = b""


def single(objects: Sequence[Object]) -> list[Object]:
    """Return the objects, best first, without the doubles seen under two labels of a group."""
    kept: list[Object] = []
    for found in sorted(objects, key=lambda o: -o.score):
        group = _group(found.label)
        if not any(_group(k.label) == group and iou(k.box, found.box) >= _DOUBLE for k in kept):
            kept.append(found)
    return kept


def similarity(
    expected: Sequence[Expected], objects: Sequence[Object], aspect: float
) -> tuple[Matrix, Matrix]:
    """Return (rows expected, columns objects) similarity 0..1, 0 where it cannot be; and likeness.

    Half is overlap, half how near the centres are: small and fast boxes do not overlap at all.
    """
    if not expected or not objects:
        empty = np.zeros((len(expected), len(objects)))
        return empty, empty
    near = _agreement([e.box for e in expected], [e.gate for e in expected], objects, aspect)
    back = [row for row, e in enumerate(expected) if e.spot is not None]
    if back:
        # What seemed to leave may have been something that passed: its spot still claims it.
        spots = [e.spot for e in expected if e.spot is not None]
        gates = [_SPOT * expected[row].side for row in back]
        near[back] = np.maximum(near[back], _agreement(spots, gates, objects, aspect))
    group = np.array([_group(o.label) for o in objects])
    own = np.array([_group(e.label) for e in expected])
    near[own[:, None] != group[None, :]] = 0.0
    if not any(o.look for o in objects):
        return near, np.ones_like(near)
    alike = likeness([e.look for e in expected], [o.look for o in objects])
    # Where one stood, another one that looks quite different is another one.
    stands = np.array([e.stands for e in expected])
    near[(alike < _UNLIKE) & stands[:, None]] = 0.0
    return near, alike


def assigned(near: Matrix, rows: Sequence[int], columns: Sequence[int]) -> dict[int, int]:
    """Return row to column of the best assignment among these rows and columns."""
    if not rows or not columns:
        return {}
    part = near[np.ix_(rows, columns)]
    left, right = linear_sum_assignment(part, maximize=True)
    best = zip(left.tolist(), right.tolist(), strict=True)
    return {rows[r]: columns[c] for r, c in best if part[r, c] >= _ALIKE}


def is_hidden(box: Box, boxes: Sequence[Box]) -> bool:
    """Tell whether nearer boxes (their foot is not above its own) cover much of a box."""
    slack = 0.1 * (box[3] - box[1])
    front = [b for b in boxes if b[3] >= box[3] - slack and overlap(box, b) > 0.0]
    return area(box) > 0.0 and sum(covered(box, b) for b in front) >= _HIDDEN


def _group(label: str) -> str:
    return _GROUPS.get(label, label)


def _agreement(
    boxes: Sequence[Box], gates: Sequence[float], objects: Sequence[Object], aspect: float
) -> Matrix:
    a = np.array(boxes, np.float64)[:, None, :]
    b = np.array([o.box for o in objects], np.float64)[None, :, :]
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    both = np.prod(np.clip(high - low, 0.0, None), axis=-1)
    area_a = np.prod(a[..., 2:] - a[..., :2], axis=-1)
    area_b = np.prod(b[..., 2:] - b[..., :2], axis=-1)
    union = area_a + area_b - both
    shared = np.divide(both, union, out=np.zeros_like(both), where=union > 0.0)
    apart = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2 * (aspect, 1.0)
    gate = np.array(gates, np.float64)[:, None]
    close = 1.0 - np.hypot(apart[..., 0], apart[..., 1]) / np.maximum(gate, 1e-6)
    other_size = (area_a > _AREA * area_b) | (area_b > _AREA * area_a)
    found: Matrix = np.where(
        (close <= 0.0) | other_size, 0.0, 0.5 * shared + 0.5 * np.clip(close, 0.0, 1.0)
    )
    return found
