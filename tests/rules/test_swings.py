"""Rhythm: push-ups have one, the wobble of a detector and a person who lies have none."""

from __future__ import annotations

from math import pi, sin

import numpy as np
import pytest

from rules.swings import Swing, in_rhythm, swung

LEAST = 0.06


def followed(values: list[float], period: float) -> Swing:
    swing = Swing()
    for number, value in enumerate(values):
        swing = swung(swing, value, number * period)
    return swing


@pytest.mark.parametrize("rate", [2.5, 5.0, 25.0])
@pytest.mark.parametrize("each", [1.1, 1.5, 2.0])
def test_push_ups_are_a_rhythm_at_every_rate(rate: float, each: float) -> None:
    rng = np.random.default_rng(3)
    count = int(7.0 * rate)
    values = [
        0.4 + 0.07 * sin(2 * pi * k / rate / each) + rng.normal(0, 0.01) for k in range(count)
    ]
    assert in_rhythm(followed(values, 1 / rate), LEAST)


def test_wobble_is_no_rhythm() -> None:
    """Noise of a second's memory, as a tracker's boxes have it; and somebody who sinks slowly."""
    hits = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        drift, values = 0.0, []
        for k in range(40):
            drift = 0.82 * drift + rng.normal(0, 0.012)
            values.append(0.4 + drift + rng.normal(0, 0.01) - 0.004 * k)
        hits += in_rhythm(followed(values, 0.2), LEAST)
    assert hits <= 1


def test_a_movement_or_two_are_no_rhythm() -> None:
    values = [0.4 + (0.1 if 8 <= k < 14 else 0.0) for k in range(40)]
    assert not in_rhythm(followed(values, 0.2), LEAST)
    assert not in_rhythm(followed([0.4] * 40, 0.2), LEAST)
    assert not in_rhythm(Swing(), LEAST)
