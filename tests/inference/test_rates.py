"""Reached rate against wanted rate: over a minute, told when it differs, anew with a change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inference.rates import Rates, Seen

ONE = Seen("gate", "tap", "", 2.0, 0, 0)


def test_rates_are_of_the_last_minute_and_told_when_they_differ() -> None:
    rates = Rates()
    rates.look([ONE], 0.0)
    assert not rates.due(19.9)
    assert rates.due(20.0)
    (first,) = rates.news()
    assert (first.wanted, first.reached, first.shed) == (0.5, None, None)
    rates.told([first])
    told = []
    for turn in range(1, 13):
        # All pictures come for two minutes, then half of them are shed.
        late = max(0, turn - 6)
        count = 10 * turn - 5 * late
        rates.look([replace(ONE, judged=count, shed=5 * late)], 20.0 * turn)
        news = rates.news()
        told += news
        rates.told(news)
        assert rates.news() == []
    assert told[0].reached == pytest.approx(0.5)
    assert [rate.reached for rate in told[1:]] == pytest.approx([5 / 12, 1 / 3, 1 / 4])
    assert told[-1].shed == pytest.approx(0.25)


def test_other_tasks_or_another_way_begin_a_new_count() -> None:
    rates = Rates()
    rates.look([ONE], 0.0)
    rates.look([replace(ONE, judged=10)], 20.0)
    assert rates.newest["gate"].reached == 0.5
    fall = replace(ONE, judged=10, period_s=0.2, way="libav", why="often")
    rates.look([fall], 40.0)
    assert rates.newest["gate"].wanted == 5.0
    assert [rate.reached for rate in rates.newest.values()] == [None]
    rates.look([replace(fall, judged=3)], 60.0)
    assert [rate.reached for rate in rates.newest.values()] == [None]
    rates.look([replace(fall, judged=103)], 80.0)
    assert rates.newest["gate"].reached == 5.0
    rates.look([replace(fall, judged=103, period_s=None)], 100.0)
    assert (rates.newest["gate"].wanted, rates.newest["gate"].way) == (0.0, "libav")
    rates.look([], 120.0)
    assert rates.newest == {}
