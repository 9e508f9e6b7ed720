"""Which cells learn which object: the assignment's promises, on small made-up pictures."""

from __future__ import annotations

import numpy as np

from models.heads.table import grid
from training.assign import assign, overlaps

CELLS, STRIDES = grid(128, 128, (8, 16, 32))
CENTRES = (CELLS + 0.5) * STRIDES[:, None]


def _guess(boxes: np.ndarray, classes: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Every cell says the box of its own size at its own place, and believes in nothing much."""
    half = STRIDES[:, None] * 1.5
    return np.concatenate((CENTRES - half, CENTRES + half), axis=1), np.full(
        (len(CELLS), classes), 0.1, np.float32
    )


def test_overlap_is_that_of_areas() -> None:
    ours = np.array([[0, 0, 10, 10]], np.float32)
    theirs = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30]], np.float32)
    np.testing.assert_allclose(overlaps(ours, theirs), [[1.0, 1 / 3, 0.0]], atol=1e-6)


def test_each_object_is_learned_near_its_middle_and_no_cell_learns_two() -> None:
    boxes = np.array([[8, 8, 40, 40], [70, 70, 110, 100]], np.float32)
    predicted, scores = _guess(boxes)
    found = assign(boxes, np.array([0, 1]), predicted, scores, CENTRES, STRIDES)
    assert set(found.objects) == {0, 1}
    assert len(set(found.cells)) == len(found.cells)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    far = np.abs(CENTRES[found.cells] - middles[found.objects]).max(axis=1)
    assert (far <= 2.5 * STRIDES[found.cells]).all()


def test_two_objects_at_one_place_share_the_cells() -> None:
    boxes = np.array([[20, 20, 60, 60], [22, 22, 62, 62]], np.float32)
    predicted, scores = _guess(boxes)
    found = assign(boxes, np.array([0, 1]), predicted, scores, CENTRES, STRIDES)
    assert len(set(found.cells)) == len(found.cells)
    assert len(found.cells) >= 1


def test_the_cell_that_already_knows_it_is_chosen() -> None:
    boxes = np.array([[30, 30, 70, 70]], np.float32)
    predicted, scores = _guess(boxes)
    inside = np.flatnonzero((np.abs(CENTRES - 50) < 8).all(axis=1))
    predicted[inside[0]] = boxes[0]
    scores[inside[0]] = 0.9
    found = assign(boxes, np.array([0]), predicted, scores, CENTRES, STRIDES)
    assert inside[0] in found.cells
    assert found.overlaps[list(found.cells).index(inside[0])] == 1.0


def test_an_empty_street_teaches_nobody() -> None:
    predicted, scores = _guess(np.zeros((0, 4), np.float32))
    nothing = np.zeros((0, 4), np.float32)
    found = assign(nothing, np.zeros(0, np.int64), predicted, scores, CENTRES, STRIDES)
    assert len(found.cells) == len(found.objects) == 0
