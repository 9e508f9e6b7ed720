"""SimOTA: which cells answer for which object (YOLOX, arXiv:2107.08430, section 2.2).

Plain numpy: it runs without gradients, and is checked where torch is not installed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

CENTRE_CELLS = 2.5
"""A cell so near to an object's centre (in strides) may answer for it even outside its box."""

CANDIDATES = 10
"""The summed overlap of so many best cells says how many cells an object gets."""

_FAR = 1e5
_TINY = 1e-8


@dataclass(frozen=True, slots=True)
class Assigned:
    """Which cells answer: numbers of cells, of the object each answers for, and their overlap."""

    cells: NDArray[np.int64]
    objects: NDArray[np.int64]
    overlaps: Array


def overlaps(ours: Array, theirs: Array) -> Array:
    """Return the (N, M) intersection over union of (N, 4) and (M, 4) x1 y1 x2 y2 boxes."""
    low = np.maximum(ours[:, None, :2], theirs[None, :, :2])
    high = np.minimum(ours[:, None, 2:], theirs[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0.0, None), axis=2)
    area = np.prod(ours[:, 2:] - ours[:, :2], axis=1)[:, None]
    other = np.prod(theirs[:, 2:] - theirs[:, :2], axis=1)[None]
    result: Array = (shared / np.maximum(area + other - shared, _TINY)).astype(np.float32)
    return result


def assign(
    boxes: Array,
    classes: NDArray[np.int64],
    predicted: Array,
    scores: Array,
    centres: Array,
    strides: Array,
) -> Assigned:
    """Return the cells that learn an object; each cell answers for one object at most.

    Args:
        boxes: (M, 4) objects, x1 y1 x2 y2 in input pixels.
        classes: (M,) their class numbers.
        predicted: (N, 4) boxes that the cells say now, same form.
        scores: (N, C) objectness x class 0..1 that they say now.
        centres: (N, 2) centres of the cells in input pixels.
        strides: (N,) sizes of the cells.
    """
    inside, near = _geometry(boxes, centres, strides)
    cells = np.flatnonzero((inside | near).any(axis=1))
    if not len(boxes) or not len(cells):
        return Assigned(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))
    iou = overlaps(predicted[cells], boxes)
    cost = _class_cost(scores[cells], classes) + 3.0 * -np.log(iou + _TINY)
    cost = cost + _FAR * ~(inside & near)[cells]
    chosen = _dynamic_k(cost, iou)
    # A cell that several objects want goes to the cheapest.
    contested = chosen.sum(axis=1) > 1
    if contested.any():
        best = cost[contested].argmin(axis=1)
        chosen[contested] = False
        chosen[np.flatnonzero(contested), best] = True
    rows, objects = np.nonzero(chosen)
    return Assigned(cells[rows], objects.astype(np.int64), iou[rows, objects])


def _geometry(
    boxes: Array, centres: Array, strides: Array
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return (N, M): the cell's centre is in the box; it is near to the box's centre."""
    x, y = centres[:, None, 0], centres[:, None, 1]
    inside = (x > boxes[:, 0]) & (x < boxes[:, 2]) & (y > boxes[:, 1]) & (y < boxes[:, 3])
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    reach = CENTRE_CELLS * strides[:, None]
    near = (np.abs(x - middle[:, 0]) < reach) & (np.abs(y - middle[:, 1]) < reach)
    return inside, near


def _class_cost(scores: Array, classes: NDArray[np.int64]) -> Array:
    """Return the (N, M) binary cross entropy of the scores' roots against each object's class."""
    likely = np.clip(np.sqrt(scores), _TINY, 1.0 - 1e-6)
    none = -np.log1p(-likely)
    result: Array = none.sum(axis=1, keepdims=True) + (-np.log(likely) - none)[:, classes]
    return result


def _dynamic_k(cost: Array, iou: Array) -> NDArray[np.bool_]:
    chosen = np.zeros(cost.shape, np.bool_)
    best = -np.sort(-iou, axis=0)[:CANDIDATES]
    counts = np.maximum(best.sum(axis=0).astype(np.int64), 1)
    for index, count in enumerate(counts):
        order = np.argpartition(cost[:, index], min(count, len(cost)) - 1)[:count]
        chosen[order, index] = True
    return chosen
