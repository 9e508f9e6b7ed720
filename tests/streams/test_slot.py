"""The slot: newest wins, counted; lossless for files."""

from __future__ import annotations

import numpy as np

from streams.picture import Picture, Shot
from streams.slot import Slot
from tests.streams.beside import ThreadPoolExecutor


def shot(number: int) -> Shot:
    return Shot("a", 1, float(number), Picture(np.zeros((2, 2, 3), np.uint8), float(number), True))


def test_the_newest_wins_and_the_lost_are_counted() -> None:
    slot = Slot()
    for number in range(3):
        slot.put(shot(number))
    taken = slot.take()
    assert taken is not None
    assert taken.captured_at == 2.0
    assert slot.dropped == 2
    assert slot.take() is None


def test_it_says_since_when_a_shot_waits() -> None:
    slot = Slot(monotonic=iter([7.0, 8.0]).__next__)
    since = [slot.waiting_since]
    slot.put(shot(1))
    slot.put(shot(2))
    since.append(slot.waiting_since)
    slot.take()
    assert [*since, slot.waiting_since] == [None, 8.0, None]


def test_the_engine_is_woken_and_may_take_at_once() -> None:
    taken = []
    slot = Slot(on_put=lambda: taken.append(slot.take()), lossless=True)
    slot.put(shot(1))
    slot.put(shot(2))
    assert [one.captured_at for one in taken if one is not None] == [1.0, 2.0]


def test_lossless_loses_nothing_to_a_slow_taker() -> None:
    slot = Slot(lossless=True)

    def feed() -> None:
        for number in range(200):
            slot.put(shot(number))

    got = []
    with ThreadPoolExecutor(1) as pool:
        fed = pool.submit(feed)
        while not fed.done():
            taken = slot.take()
            if taken is not None:
                got.append(taken.captured_at)
        fed.result()
    assert got == [float(number) for number in range(200)]
    assert slot.dropped == 0


def test_closing_frees_a_blocked_put_and_refuses_more() -> None:
    slot = Slot(lossless=True)
    with ThreadPoolExecutor(1) as pool:
        fed = pool.submit(slot.put, shot(1))
        slot.close()
        fed.result(timeout=10)
    slot.put(shot(2))
    assert slot.closed
    assert slot.take() is None
