"""The way into the model's input and back loses less than a pixel."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.letterbox import geometry, letterbox
from models.manifest import Preprocessing

SIZES = [(1920, 1080), (1080, 1920), (641, 479), (333, 777), (37, 41), (5000, 100), (640, 640)]
SPEC = Preprocessing(width=640, height=384)


def row_for(spec: Preprocessing) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.full((3, spec.height, spec.width), np.nan, np.float32)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize(("wide", "high"), [(640, 640), (640, 384), (416, 416), (96, 320)])
def test_points_come_back_within_a_pixel(width: int, height: int, wide: int, high: int) -> None:
    place = geometry(width, height, wide, high)
    # By hand: the corner of the picture lies at the centred offset, the scale is one for both axes.
    ratio = min(wide / width, high / height)
    for x, y in [(0, 0), (width, height), (width / 3, height / 7)]:
        inside = (x * ratio + (wide - width * ratio) / 2, y * ratio + (high - height * ratio) / 2)
        back = place.fractions(np.array([inside], np.float32))[0]
        # A pixel of the input, or of the picture where that is larger.
        assert abs(back[0] * width - x) < max(1.0, 1 / ratio)
        assert abs(back[1] * height - y) < max(1.0, 1 / ratio)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_mark_in_the_picture_is_found_where_it_was(width: int, height: int) -> None:
    picture = np.zeros((height, width, 3), np.uint8)
    left, top = width // 4, height // 4
    right, bottom = left + max(1, width // 2), top + max(1, height // 2)
    picture[top:bottom, left:right] = 255
    spec = Preprocessing(width=640, height=384, pad=0)
    row = row_for(spec)
    place = letterbox(picture, spec, row)
    # The area between half-bright edges, weighed by brightness: sub-pixel, whatever the filter.
    weights = row[0].astype(np.float64)
    columns, lines = weights.sum(0), weights.sum(1)
    middle = [
        [
            (columns * (np.arange(640) + 0.5)).sum() / columns.sum(),
            (lines * (np.arange(384) + 0.5)).sum() / lines.sum(),
        ]
    ]
    x, y = place.fractions(np.array(middle, np.float32))[0]
    scale = max(width / place.width, height / place.height, 1.0)
    assert abs(x * width - (left + right) / 2) < scale
    assert abs(y * height - (top + bottom) / 2) < scale


def test_the_row_is_filled_whole_and_the_margins_are_padding() -> None:
    row = row_for(SPEC)
    place = letterbox(np.full((100, 100, 3), 255, np.uint8), SPEC, row)
    assert not np.isnan(row).any()
    assert (place.left, place.top, place.width, place.height) == (128, 0, 384, 384)
    np.testing.assert_allclose(row[:, :, :128], 114 / 255, rtol=1e-6)
    np.testing.assert_allclose(row[:, :, 512:], 114 / 255, rtol=1e-6)
    np.testing.assert_allclose(row[:, :, 128:512], 1.0, rtol=1e-6)


@pytest.mark.parametrize(("color", "order"), [("bgr", (0, 1, 2)), ("rgb", (2, 1, 0))])
def test_channels_are_ordered_then_normalised(color: str, order: tuple[int, int, int]) -> None:
    mean, std = (10.0, 20.0, 30.0), (2.0, 4.0, 5.0)
    spec = Preprocessing.model_validate(
        {"width": 64, "height": 64, "color": color, "mean": mean, "std": std, "pad": 7}
    )
    picture = np.empty((64, 32, 3), np.uint8)
    picture[:] = (100, 150, 200)
    row = row_for(spec)
    letterbox(picture, spec, row)
    for channel in range(3):
        value = ((100, 150, 200)[order[channel]] - mean[channel]) / std[channel]
        np.testing.assert_allclose(row[channel, :, 20:44], value, rtol=1e-5)
        np.testing.assert_allclose(
            row[channel, :, :16], (7 - mean[channel]) / std[channel], rtol=1e-5
        )


def test_the_picture_itself_is_left_alone() -> None:
    picture = np.random.default_rng(1).integers(0, 255, (384, 640, 3), np.uint8)
    before = picture.copy()
    row = row_for(SPEC)
    letterbox(picture, SPEC, row)
    np.testing.assert_array_equal(picture, before)
    np.testing.assert_allclose(row, cv2.dnn.blobFromImage(before, 1 / 255, swapRB=True)[0], 1e-5)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((0, 10, 3), np.uint8),
        np.zeros((10, 10), np.uint8),
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((10, 10, 3), np.float32),
    ],
)
def test_what_is_no_picture_is_refused(
    picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    with pytest.raises(ValueError, match="not a BGR picture"):
        letterbox(picture, SPEC, row_for(SPEC))


def test_a_row_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="the model takes 3 x 384 x 640"):
        letterbox(np.zeros((8, 8, 3), np.uint8), SPEC, np.zeros((3, 640, 640), np.float32))
