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
