"""The queue of cameras with a picture: urgent first, alike within a priority, nobody starved."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from inference.ready import Ready

FALL, LITTER = 0, 5


def free(_camera: str) -> bool:
    return True


def test_urgent_first_then_who_was_served_longest_ago() -> None:
    ready: Ready[str] = Ready(5.0)
    ready.add("b", LITTER, 10.0, 20.0)
    ready.add("c", LITTER, 9.0, 20.0)
    ready.add("a", FALL, 19.0, 20.1)
    ready.add("c", LITTER, 9.0, 20.2)
    assert len(ready) == 3
    assert ready.take(2, 20.3, free) == ["a", "c"]
    assert ready.take(2, 20.3, free) == ["b"]
    assert ready.take(2, 20.3, free) == []


def test_a_camera_whose_last_picture_is_on_its_way_keeps_its_place() -> None:
    ready: Ready[str] = Ready(5.0)
    for number, camera in enumerate("abc"):
        ready.add(camera, LITTER, float(number), 20.0)
    for now in (20.1, 30.0):
        assert ready.take(0, now, free) == []
        ready.add("z", FALL, 0.0, now)
        assert ready.take(1, now, lambda camera: camera == "z") == ["z"]
    assert ready.take(3, 30.0, free) == ["a", "b", "c"]


def test_overload_slows_all_of_a_priority_alike_and_starves_nobody() -> None:
    """40 cameras for falls and 40 for litter, each with a new picture at once, 8 a turn."""
    ready: Ready[str] = Ready(5.0)
    priority = {f"fall-{n}": FALL for n in range(40)} | {f"litter-{n}": LITTER for n in range(40)}
    served_at = dict.fromkeys(priority, 0.0)
    served: Counter[str] = Counter()
    now = 0.0
    for _ in range(4000):
        now += 0.1
        for camera, rank in priority.items():
            ready.add(camera, rank, served_at[camera], now)
        for place, camera in enumerate(ready.take(8, now, free)):
            served[camera] += 1
            served_at[camera] = now + place / 1000
    falls = [served[camera] for camera in priority if camera.startswith("fall")]
    litter = [served[camera] for camera in priority if camera.startswith("litter")]
    assert min(falls) >= 0.95 * max(falls)
    assert min(litter) >= 0.95 * max(litter) > 0
    assert min(falls) > 2 * max(litter)


@given(st.integers(1, 24), st.integers(1, 16))
def test_cameras_that_all_wait_are_served_in_turn(cameras: int, limit: int) -> None:
    ready: Ready[str] = Ready(5.0)
    served_at = {f"{n:02d}": 0.0 for n in range(cameras)}
    turns = dict.fromkeys(served_at, 0)
    for turn in range(60):
        now = 1.0 + turn
        for camera, at in served_at.items():
            ready.add(camera, LITTER, at, now)
        for place, camera in enumerate(ready.take(limit, now, free)):
            served_at[camera] = now + place / 1000
            turns[camera] += 1
    assert max(turns.values()) - min(turns.values()) <= 1
