"""Back-off: growing, capped, jittered, gentle to accounts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.backoff import Backoff, Door
from streams.source import Reason


def test_it_doubles_up_to_the_cap() -> None:
    backoff = Backoff(rand=lambda: 0.0)
    waits = [backoff.next(Reason.UNREACHABLE, absent_s=5.0) for _ in range(6)]
    assert waits == [1, 2, 4, 8, 8, 8]


def test_a_camera_away_for_long_is_asked_less_often() -> None:
    backoff = Backoff(rand=lambda: 0.0)
    for _ in range(9):
        backoff.next(Reason.UNREACHABLE, absent_s=600.0)
    assert backoff.next(Reason.UNREACHABLE, absent_s=601.0) == 60.0
    backoff.reset()
    assert backoff.next(Reason.UNREACHABLE) == 1.0


def test_a_host_is_not_asked_more_than_twenty_times_a_second() -> None:
    door = Door(20.0)
    waits = [door.turn("recorder", 100.0) for _ in range(200)]
    assert waits == pytest.approx([i / 20 for i in range(200)])
    assert door.turn("other", 100.0) == 0.0
    assert door.turn("recorder", 105.0) == pytest.approx(5.0)
    assert door.turn("recorder", 200.0) == 0.0


def test_it_begins_again_after_pictures() -> None:
    backoff = Backoff(rand=lambda: 0.0)
    for _ in range(5):
        backoff.next(Reason.STALLED)
    backoff.reset()
    assert backoff.next(Reason.STALLED) == 1.0


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 2000), st.sampled_from(Reason))
def test_a_wait_is_never_short_and_never_for_ever(rand: float, times: int, reason: Reason) -> None:
    backoff = Backoff(rand=lambda: rand)
    for _ in range(times % 50):
        backoff.next(reason)
    assert 0.5 <= backoff.next(reason) <= 900.0


def test_a_refused_login_is_not_repeated_soon() -> None:
    backoff = Backoff(rand=lambda: 0.999)
    for _ in range(3):
        backoff.next(Reason.UNREACHABLE)
    waits = [backoff.next(Reason.REFUSED) for _ in range(3)]
    assert waits == pytest.approx([45, 90, 180], rel=0.01)


def test_cameras_do_not_come_back_in_step() -> None:
    early, late = Backoff(rand=lambda: 0.99), Backoff(rand=lambda: 0.01)
    assert early.next(Reason.ENDED) < 0.6 < late.next(Reason.ENDED)
