"""The batcher's choice: urgent first, oldest served first, nobody starves, no padding."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inference.batcher import Waiting, batches, choose, split


def _waiting(camera: str, priority: int = 5, served: float = 0.0, since: float = 99.0) -> Waiting:
    return Waiting(camera, priority, served, since)


def test_urgent_algorithms_go_first() -> None:
    waiting = [_waiting("litter", priority=6), _waiting("fall", priority=0, served=98.0)]
    assert choose(waiting, 1, now=100.0, patience_s=5.0) == ["fall"]


def test_within_a_priority_the_camera_served_longest_ago_goes_first() -> None:
    waiting = [_waiting("a", served=50.0), _waiting("b", served=10.0), _waiting("c", served=30.0)]
    assert choose(waiting, 3, now=100.0, patience_s=5.0) == ["b", "c", "a"]


def test_a_picture_that_waited_too_long_overtakes_urgent_ones() -> None:
    waiting = [_waiting("fall", priority=0), _waiting("litter", priority=9, since=90.0)]
    assert choose(waiting, 1, now=100.0, patience_s=5.0) == ["litter"]


def test_every_camera_is_served_when_one_priority_floods_the_device() -> None:
    served = {f"fall-{i}": 0.0 for i in range(8)} | {"litter": 0.0}
    since = dict.fromkeys(served, 0.0)
    turns: dict[str, int] = dict.fromkeys(served, 0)
    for turn in range(200):
        now = turn * 0.5
        waiting = [Waiting(c, 9 if c == "litter" else 0, served[c], since[c]) for c in served]
        for camera in choose(waiting, 2, now, patience_s=5.0):
            served[camera], since[camera] = now, now
            turns[camera] += 1
    assert min(turns.values()) >= 10


@given(st.integers(1, 24), st.integers(1, 16))
def test_cameras_that_all_wait_are_served_in_turn(cameras: int, limit: int) -> None:
    served = {f"{i:02d}": 0.0 for i in range(cameras)}
    turns = dict.fromkeys(served, 0)
    clock = 1.0
    for _ in range(60):
        waiting = [Waiting(c, 5, at, clock) for c, at in served.items()]
        for camera in choose(waiting, limit, clock, patience_s=5.0):
            clock += 0.001
            served[camera] = clock
            turns[camera] += 1
    assert max(turns.values()) - min(turns.values()) <= 1


@given(st.integers(0, 200), st.sampled_from([(1, 2, 4, 8), (1,), (2, 4), (1, 8, 32)]))
def test_split_loses_no_picture_and_pads_only_below_the_smallest_size(
    count: int, sizes: tuple[int, ...]
) -> None:
    lengths = split(count, sizes)
    assert sum(lengths) == count
    assert all(length in sizes or length < sizes[0] for length in lengths)


def test_pictures_of_like_proportions_share_a_batch() -> None:
    wide, hd, tall, old = (360, 640, 3), (1080, 1920, 3), (640, 360, 3), (480, 640, 3)
    assert batches([wide, tall, hd, old, wide], (1, 2, 4)) == [[0, 2], [4], [1], [3]]


@given(
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4000)), max_size=30),
    st.sampled_from([(1, 2, 4, 8), (1,), (2, 4)]),
)
def test_every_picture_is_in_one_batch(
    shapes: list[tuple[int, int]], sizes: tuple[int, ...]
) -> None:
    together = batches(shapes, sizes)
    assert sorted(place for places in together for place in places) == list(range(len(shapes)))
    assert all(0 < len(places) <= sizes[-1] for places in together)
