"""Suppression against a plain reference: greedy, class by class."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.nms import CANDIDATES, suppress


def overlap(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    common = max(0.0, width) * max(0.0, height)
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (one, other)]
    return float(common / (sum(areas) - common))


def reference(
    boxes: NDArray[np.float32], scores: NDArray[np.float32], classes: NDArray[np.int64], iou: float
) -> list[int]:
    kept: list[int] = []
    for index in sorted(range(len(boxes)), key=lambda i: -scores[i]):
        rivals = (k for k in kept if classes[k] == classes[index])
        if all(overlap(boxes[k], boxes[index]) <= iou for k in rivals):
            kept.append(index)
    return kept


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("iou", [0.3, 0.65])
@pytest.mark.parametrize("unit", [1.0, 640.0])
def test_as_the_reference(seed: int, iou: float, unit: float) -> None:
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 0.5, (200, 2))
    far = corner + rng.uniform(0.1, 0.5, (200, 2))
    boxes = (np.concatenate((corner, far), 1) * unit).astype(np.float32)
    scores = rng.permutation(np.linspace(0.05, 0.99, 200)).astype(np.float32)
    classes = rng.integers(0, 4, 200)
    kept = suppress(boxes, scores, classes, iou)
    expected = reference(boxes, scores, classes, iou)
    assert 4 < len(expected) < 200
    assert kept.tolist() == expected


def test_boxes_beyond_the_edges_are_compared_all_the_same() -> None:
    boxes = np.array([[-50, -50, 10, 10], [-49, -50, 10, 10], [-50, -50, 10, 10]], np.float32)
    kept = suppress(boxes, np.array([0.5, 0.9, 0.7], np.float32), np.array([0, 0, 1]), 0.6)
    assert kept.tolist() == [1, 2]


@pytest.mark.parametrize("count", [0, 1])
def test_few(count: int) -> None:
    boxes = np.array([[0, 0, 1, 1]], np.float32)[:count]
    kept = suppress(boxes, np.ones(count, np.float32), np.zeros(count, np.int64), 0.5)
    assert kept.tolist() == list(range(count))


def test_only_the_best_candidates_are_compared() -> None:
    count = CANDIDATES + 50
    left = np.arange(count, dtype=np.float32) * 10
    boxes = np.stack((left, left * 0, left + 5, left * 0 + 5), 1)
    scores = np.linspace(0.1, 0.9, count, dtype=np.float32)
    kept = suppress(boxes, scores, np.zeros(count, np.int64), 0.5)
    assert kept.tolist() == list(range(count - 1, 49, -1))
