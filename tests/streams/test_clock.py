"""Capture time: anchored at the first packet, re-anchored by drift, never back."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.clock import CaptureClock, FileClock


def test_time_is_the_wall_at_the_first_packet_plus_stream_time() -> None:
    clock = CaptureClock()
    assert clock.at(0.0, 1000.0) == 1000.0
    # the packet arrives 0.4 s late: jitter of the network is not time
    assert clock.at(0.5, 1000.9) == 1000.5
    assert clock.of(0.45, 1000.95) == 1000.45


def test_drift_beyond_a_second_anchors_anew() -> None:
    clock = CaptureClock()
    clock.at(0.0, 1000.0)
    assert clock.at(10.0, 1010.9) == 1010.0
    assert clock.at(11.0, 1012.5) == 1012.5
    assert clock.at(11.5, 1013.0) == 1013.0


def test_a_wall_clock_set_back_slows_time_until_it_has_caught_up() -> None:
    clock = CaptureClock()
    clock.at(0.0, 1000.0)
    clock.at(4.0, 1004.0)
    assert clock.at(5.0, 995.0) == 1004.5
    assert clock.at(6.0, 996.0) == 1005.0
    assert clock.at(30.0, 1030.0) == pytest.approx(1030.0, abs=1.0)


def test_a_new_session_does_not_start_before_the_end_of_the_last() -> None:
    clock = CaptureClock()
    clock.at(0.0, 1000.0)
    clock.at(60.0, 1060.0)
    clock.start()
    assert clock.at(0.0, 1059.0) == 1060.0


def test_a_picture_before_any_packet_anchors() -> None:
    assert CaptureClock().of(2.0, 500.0) == 500.0


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e5), st.booleans()), max_size=40))
def test_time_never_goes_back_whatever_comes(steps: list[tuple[float, float, bool]]) -> None:
    clock = CaptureClock()
    packets, pictures = [], []
    for stream_time, wall, new_session in steps:
        if new_session:
            clock.start()
        packets.append(clock.at(stream_time, wall))
        pictures.append(clock.of(stream_time, wall))
    # what is stored is anchor + stream time: equal up to rounding
    assert all(b >= a - 1e-6 for a, b in itertools.pairwise(packets))
    assert pictures == sorted(pictures)


def test_files_have_base_plus_stream_time() -> None:
    clock = FileClock(100.0)
    clock.start()
    assert clock.at(2.5, 9e9) == clock.of(2.5, 0.0) == 102.5
