"""Back-off: growing, capped, jittered, gentle to accounts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.backoff import Backoff
from streams.source import Reason


def test_it_doubles_up_to_the_cap() -> None:
    backoff = Backoff(rand=lambda: 0.0)
    waits = [backoff.next(Reason.UNREACHABLE) for _ in range(8)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


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
