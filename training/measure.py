"""How good a detector is on labelled pictures: average precision and the like, by class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.assign import overlaps
from training.shelf import Boxes

MATCH = 0.5
"""A detection is right when it overlaps an object of its class by at least this (AP50)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One picture: what there is and what was found, boxes in pixels, scores descending."""

    truth: Boxes
    truth_labels: tuple[str, ...]
    ignored: Boxes
    found: Boxes
    scores: NDArray[np.float32]
    found_labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """One class: how many there were, AP50, and precision and recall at a score."""

    label: str
    objects: int
    ap50: float
    precision: float
    recall: float


def measure(
    pictures: Iterable[Judged], labels: Sequence[str], at_score: float
) -> tuple[Measured, ...]:
    """Return one row for each label that occurs in the truth."""
    pictures = tuple(pictures)
    rows = []
    for label in labels:
        count = sum(picture.truth_labels.count(label) for picture in pictures)
        if not count:
            continue
        scores, right = _hits(pictures, label)
        above = scores >= at_score
        hits = int(right[above].sum())
        precision = hits / max(1, int(above.sum()))
        rows.append(Measured(label, count, _average(scores, right, count), precision, hits / count))
    return tuple(rows)


def _hits(pictures: Sequence[Judged], label: str) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return scores and correctness of every detection of a class that counts."""
    scores: list[float] = []
    right: list[bool] = []
    for picture in pictures:
        truth = picture.truth[[one == label for one in picture.truth_labels]]
        taken = np.zeros(len(truth), np.bool_)
        for box, score, name in zip(
            picture.found, picture.scores, picture.found_labels, strict=True
        ):
            if name != label:
                continue
            iou = np.where(taken, 0.0, overlaps(box[None], truth)[0])
            best = int(iou.argmax()) if len(iou) else -1
            if best >= 0 and iou[best] >= MATCH:
                taken[best] = True
            elif _unknown(box, picture.ignored):
                continue
            scores.append(float(score))
            right.append(best >= 0 and bool(iou[best] >= MATCH))
    return np.array(scores, np.float32), np.array(right, np.bool_)


def _unknown(box: Boxes, ignored: Boxes) -> bool:
    """Tell whether half of a box lies where nobody knows what there is."""
    low, high = np.maximum(box[:2], ignored[:, :2]), np.minimum(box[2:], ignored[:, 2:])
    shared = np.prod(np.clip(high - low, 0.0, None), axis=1)
    area = max(float(np.prod(box[2:] - box[:2])), 1e-6)
    return bool((shared / area >= 0.5).any())


def _average(scores: NDArray[np.float32], right: NDArray[np.bool_], count: int) -> float:
    """Return the area under the precision-recall curve, precision made monotonic."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(right[order])
    recall = np.concatenate(([0.0], hits / count))
    precision = np.concatenate(([1.0], hits / np.arange(1, len(hits) + 1)))
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(((recall[1:] - recall[:-1]) * precision[1:]).sum())
