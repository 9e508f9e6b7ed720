"""Intervals against published values and exact sums."""

from __future__ import annotations

from math import exp, factorial, isclose

import pytest

from inference.evaluation.bounds import rate_at_most, wilson


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),  # Newcombe 1998, table I: 81/263, 15/148, 0/20, 1/29
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_the_wilson_interval_is_the_published_one(
    found: int, of: int, low: float, high: float
) -> None:
    assert wilson(found, of) == pytest.approx((low, high), abs=6e-5)


def test_nothing_counted_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert rate_at_most(0, 0.0) == float("inf")


@pytest.mark.parametrize("count", [0, 1, 3, 20])
def test_as_few_events_come_in_one_of_twenty_when_the_rate_is_at_the_bound(count: int) -> None:
    mean = rate_at_most(count, 2.0) * 2.0
    assert isclose(sum(exp(-mean) * mean**k / factorial(k) for k in range(count + 1)), 0.05)


def test_no_event_in_twenty_hours_is_the_rule_of_three() -> None:
    assert rate_at_most(0, 20.0) == pytest.approx(3.0 / 20.0, rel=0.002)


@pytest.mark.parametrize(("found", "of"), [(-1, 3), (4, 3)])
def test_what_is_no_share_is_refused(found: int, of: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(found, of)
