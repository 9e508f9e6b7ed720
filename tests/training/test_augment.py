"""Augmentation moves boxes with the pixels that they mark."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from training.augment import cropped, mirrored, mosaic, prepared, quarter_turned, window
from training.shelf import Sample


def _marked(label: str = "person") -> Sample:
    """A white thing on black, with its box."""
    pixels = np.zeros((90, 160, 3), np.uint8)
    pixels[30:70, 60:80] = 255
    return Sample(pixels, np.array([[60, 30, 80, 70]], np.float32), (label,))


def _white(sample: Sample) -> list[float]:
    rows, columns = np.nonzero(sample.pixels[..., 0] > 200)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


@pytest.mark.parametrize("turn", [mirrored, quarter_turned])
def test_turning_keeps_the_box_on_the_thing(turn: Callable[[Sample], Sample]) -> None:
    turned = turn(_marked())
    np.testing.assert_allclose(turned.boxes[0], _white(turned))


def test_four_quarter_turns_are_none() -> None:
    sample = _marked()
    turned = quarter_turned(quarter_turned(quarter_turned(quarter_turned(sample))))
    np.testing.assert_array_equal(turned.pixels, sample.pixels)
    np.testing.assert_allclose(turned.boxes, sample.boxes)


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_a_window_scales_and_shifts_the_box(scale: float) -> None:
    seen = window(_marked(), (200, 200), scale, 20.0, 10.0)
    np.testing.assert_allclose(seen.boxes[0], _white(seen), atol=2.0)


def test_what_hardly_shows_is_unknown_rather_than_absent() -> None:
    seen = window(_marked(), (64, 90), 1.0, 0.0, 0.0)
    assert len(seen.boxes) == 0
    np.testing.assert_allclose(seen.ignored, [[60, 30, 64, 70]])


def test_what_is_out_of_sight_is_gone() -> None:
    seen = window(_marked(), (50, 90), 1.0, 0.0, 0.0)
    assert len(seen.boxes) == len(seen.ignored) == 0


def test_boxes_stay_inside_whatever_is_drawn() -> None:
    random = np.random.default_rng(3)
    for _ in range(30):
        for sample in (
            cropped(_marked(), (96, 64), random),
            mosaic([_marked()] * 4, (96, 64), random),
        ):
            assert sample.pixels.shape == (64, 96, 3)
            assert len(sample.labels) == len(sample.boxes)
            assert (sample.boxes >= 0).all()
            assert (sample.boxes[:, 2:] <= [96, 64]).all()


def test_the_same_seed_prepares_the_same_picture() -> None:
    def once(count: int) -> Sample:
        return prepared([_marked()] * count, (96, 96), np.random.default_rng(count))

    for count in (1, 4):
        np.testing.assert_array_equal(once(count).pixels, once(count).pixels)
        np.testing.assert_array_equal(once(count).boxes, once(count).boxes)


def test_vehicles_are_never_laid_on_their_side() -> None:
    random = np.random.default_rng(0)
    for _ in range(40):
        # Far smaller than the window, the thing keeps its shape whatever is drawn.
        box = prepared([_marked("car")], (320, 320), random).boxes[0]
        assert box[3] - box[1] > box[2] - box[0]
