"""Pictures that people look at wait for the cameras' work, and are never starved."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from inference.engine import Engine, Overloaded, Requests
from inference.loop import Loop
from models.detector import Detections, Pixels
from models.fake import FakeDetector

BLACK: Pixels = np.zeros((8, 8, 3), np.uint8)


class _Noting(FakeDetector):
    """Notes how many pictures each batch had."""

    def __init__(self) -> None:
        super().__init__("m")
        self.batches: list[int] = []

    def detect(self, pictures: Sequence[Pixels]) -> list[Detections]:
        self.batches.append(len(pictures))
        return super().detect(pictures)


def _asked(requests: Requests, count: int, *, idle: bool) -> list[threading.Thread]:  # noqa: TID251
    def ask() -> None:
        requests.ask("m", BLACK, 10.0, idle=idle)

    threads = [threading.Thread(target=ask) for _ in range(count)]  # noqa: TID251
    for thread in threads:
        thread.start()
    return threads


def _waiting(requests: Requests, urgent: int, idle: int) -> None:
    for _ in range(500):
        if (requests._queue.qsize(), requests._idle.qsize()) == (urgent, idle):
            return
        threading.Event().wait(0.01)
    pytest.fail("the requests did not arrive")


def test_each_turn_takes_a_few_idle_pictures_beside_urgent_ones_and_many_alone() -> None:
    engine, noting = Engine(), _Noting()
    engine.add(noting)
    loop = Loop(engine, None)  # type: ignore[arg-type]
    threads = [*_asked(loop.requests, 3, idle=False), *_asked(loop.requests, 6, idle=True)]
    _waiting(loop.requests, 3, 6)
    assert loop.turn()
    _waiting(loop.requests, 0, 3)
    assert loop.turn()
    assert not loop.turn()
    for thread in threads:
        thread.join(5)
    assert sum(noting.batches) == 9
    assert engine.health["m"].ms_per_picture is not None


def test_a_full_idle_queue_leaves_room_for_urgent_pictures() -> None:
    requests = Requests(lambda: None, most=2)
    threads = _asked(requests, 2, idle=True)
    _waiting(requests, 0, 2)
    with pytest.raises(Overloaded):
        requests.ask("m", BLACK, 0.1, idle=True)
    threads += _asked(requests, 1, idle=False)
    _waiting(requests, 1, 2)
    for request in [*requests.take(9), *requests.take_idle(9)]:
        request.table = Detections.none()
        request.done.set()
    for thread in threads:
        thread.join(5)
