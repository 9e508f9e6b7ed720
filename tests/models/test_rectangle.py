"""The smallest input that holds the pictures, at the scale that the manifest gives them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.letterbox import geometry
from models.manifest import Preprocessing
from models.rectangle import rectangle, sized

SQUARE = Preprocessing(width=640, height=640)
SIDE = st.integers(16, 4000)


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        ([(1080, 1920)], (384, 640)),
        ([(360, 640)], (384, 640)),
        ([(576, 704)], (544, 640)),
        ([(1920, 1080)], (640, 384)),
        ([(480, 480)], (640, 640)),
        ([(1080, 1920), (480, 640)], (480, 640)),
        ([(1080, 1920), (1920, 1080)], (640, 640)),
        ([(1, 5000)], (32, 640)),
    ],
)
def test_sides_follow_the_pictures(
    shapes: list[tuple[int, int]], expected: tuple[int, int]
) -> None:
    assert rectangle(SQUARE, shapes) == expected


def test_models_that_stretch_or_have_other_steps_keep_their_size() -> None:
    stretched = Preprocessing(width=640, height=640, fit="stretch")
    odd = Preprocessing(width=300, height=300)
    assert rectangle(stretched, [(1080, 1920)]) == (640, 640)
    assert rectangle(odd, [(1080, 1920)]) == (300, 300)


@given(
    st.lists(st.tuples(SIDE, SIDE), min_size=1, max_size=4),
    st.sampled_from([(640, 640), (640, 384), (416, 416), (96, 320)]),
)
def test_every_picture_keeps_its_scale(
    shapes: list[tuple[int, int]], size: tuple[int, int]
) -> None:
    spec = Preprocessing(width=size[0], height=size[1])
    small = sized(spec, rectangle(spec, shapes))
    assert small.height <= spec.height
    assert small.width <= spec.width
    for height, width in shapes:
        before = geometry(width, height, spec.width, spec.height)
        now = geometry(width, height, small.width, small.height)
        assert (now.width, now.height) == (before.width, before.height)
