"""Detectors on bad days: the batch fails, the pictures stay with their cameras."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from inference.engine import Engine
from models.detector import Detections, Pixels
from models.fake import FakeDetector

PICTURE: Pixels = np.zeros((4, 4, 3), np.uint8)


class Miscounting(FakeDetector):
    """Returns some tables more or fewer than there are pictures, at every second call."""

    def __init__(self, off_by: int) -> None:
        super().__init__("off")
        self._off_by = off_by
        self._turn = 0

    def detect(self, pictures: Sequence[Pixels]) -> list[Detections]:
        tables = super().detect(pictures)
        self._turn += 1
        if self._turn % 2:
            return (tables + tables)[: len(tables) + self._off_by]
        return tables


@pytest.mark.parametrize("off_by", [-1, 1])
def test_a_wrong_number_of_tables_fails_the_batch_and_the_next_goes_on(off_by: int) -> None:
    engine = Engine()
    engine.add(Miscounting(off_by))
    assert engine.detect("off", [PICTURE] * 4) == [None] * 4
    assert "tables for 4 pictures" in engine.health["off"].last_error
    assert engine.health["off"].red
    found = engine.detect("off", [PICTURE] * 4)
    assert [len(table) for table in found if table is not None] == [0] * 4
    assert not engine.health["off"].red


def test_a_failed_batch_fails_its_own_pictures_only() -> None:
    engine = Engine()
    engine.add(FakeDetector("fake", batch_sizes=(1, 2), fail_at=frozenset({1})))
    found = engine.detect("fake", [PICTURE] * 5)
    assert [table is None for table in found] == [False, False, True, True, False]
    assert engine.health["fake"].errors == 1


def table(rows: list[list[float]], **columns: object) -> Detections:
    count = len(rows)
    given = {
        "boxes": np.array(rows, np.float32).reshape(count, 4),
        "scores": np.full(count, 0.9, np.float32),
        "labels": tuple(f"row {n}" for n in range(count)),
        "keypoints": np.zeros((count, 0, 3), np.float32),
    }
    return Detections(**(given | columns))  # type: ignore[arg-type]


def test_rows_that_say_nothing_are_left_out_before_any_rule_sees_them() -> None:
    engine = Engine()
    rows = [
        [0.1, 0.1, 0.2, 0.2],
        [np.nan, 0.1, 0.2, 0.2],
        [-0.1, -0.1, 0.2, 0.2],
        [0.3, 0.3, 0.2, 0.4],
        [-3e38, -3e38, 3e38, 3e38],
        [1.2, 0.1, 1.5, 0.2],
        [0.5, 0.5, 0.9, np.inf],
    ]
    engine.add(FakeDetector("fake", script=[table(rows)]))
    (found,) = engine.detect("fake", [PICTURE])
    assert found is not None
    assert found.labels == ("row 0", "row 2")
    np.testing.assert_allclose(found.boxes, [rows[0], [0, 0, 0.2, 0.2]])


@pytest.mark.parametrize(
    "columns",
    [
        {"scores": np.zeros(3, np.float32)},
        {"boxes": np.zeros((2, 5), np.float32)},
        {"labels": ("one",)},
        {"keypoints": np.zeros((2, 17), np.float32)},
    ],
)
def test_what_is_no_table_fails_the_batch(columns: dict[str, object]) -> None:
    engine = Engine()
    engine.add(FakeDetector("fake", script=[table([[0, 0, 1, 1]] * 2, **columns)]))
    assert engine.detect("fake", [PICTURE]) == [None]
    assert "columns of" in engine.health["fake"].last_error


def test_a_table_in_order_is_not_touched() -> None:
    good = table([[0.1, 0.1, 0.2, 0.2]])
    assert good.sound() is good
    assert len(Detections.none().sound()) == 0
