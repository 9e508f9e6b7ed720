"""Batches: no picture is lost, none is padded that need not be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inference.batcher import batches, split


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
