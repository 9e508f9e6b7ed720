"""Stream time from timestamps that are missing, jump or turn back."""

from __future__ import annotations

import pytest

from streams.times import StreamTimes


def test_the_first_packet_is_zero() -> None:
    times = StreamTimes(0.1)
    assert times.of(7000.0, 6999.9) == pytest.approx((0.0, -0.1))
    assert times.of(7000.1, None) == pytest.approx((0.1, 0.1))


def test_missing_times_are_one_step_apart() -> None:
    times = StreamTimes(0.1)
    assert times.of(None, None) == (0.0, 0.0)
    assert times.of(0.08, None)[0] == pytest.approx(0.1)
    assert times.of(None, None)[0] == pytest.approx(0.2)
    assert times.of(None, 0.28)[0] == pytest.approx(0.3)


@pytest.mark.parametrize("jump", [-5000.0, 5000.0])
def test_a_jump_is_bridged(jump: float) -> None:
    times = StreamTimes(0.1)
    times.of(6000.0, 6000.0)
    assert times.of(6000.0 + jump, 6000.0 + jump) == pytest.approx((0.1, 0.1))
    assert times.of(6000.1 + jump, 6000.1 + jump) == pytest.approx((0.2, 0.2))


def test_a_real_gap_stays_a_gap() -> None:
    times = StreamTimes(0.1)
    times.of(0.0, 0.0)
    assert times.of(25.0, 25.0)[0] == 25.0


def test_b_pictures_go_back_a_little() -> None:
    times = StreamTimes(0.1)
    shown = [times.of(pts, None)[0] for pts in (0.0, 0.4, 0.1, 0.2, 0.3, 0.8)]
    assert shown == pytest.approx([0.0, 0.4, 0.1, 0.2, 0.3, 0.8])
