"""Ages of judged pictures, counted by class."""

from __future__ import annotations

from inference.delays import BOUNDS_S, Delays


def test_ages_are_counted_up_to_each_bound() -> None:
    delays = Delays()
    for seconds in (0.0, 0.02, 0.021, 1.0, 1.1, 99.0):
        delays.add(seconds)
    rows = dict(delays.cumulative)
    assert rows["0.02"] == 2
    assert rows["0.03"] == 3
    assert rows["1"] == 4
    assert rows["30"] == 5
    assert rows["+Inf"] == 6
    assert len(rows) == len(BOUNDS_S) + 1
