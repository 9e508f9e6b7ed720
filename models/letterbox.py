"""The way from a picture of any size to a model's input, and the way back for boxes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detector import Pixels
from models.manifest import Preprocessing


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where the picture lies inside the model's input, in input pixels.

    Both axes have their own extent, because each is rounded to whole pixels by itself.
    """

    left: int
    top: int
    width: int
    height: int

    def fractions(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (..., 2) points in input pixels as fractions of the picture, not clipped."""
        origin = np.array((self.left, self.top), np.float32)
        extent = np.array((self.width, self.height), np.float32)
        return (points - origin) / extent


def geometry(picture_width: int, picture_height: int, width: int, height: int) -> Geometry:
    """Return where a picture lies when fitted, centred and unturned, into width x height."""
    ratio = min(width / picture_width, height / picture_height)
    inner_width = min(width, max(1, round(picture_width * ratio)))
    inner_height = min(height, max(1, round(picture_height * ratio)))
    return Geometry(
        (width - inner_width) // 2, (height - inner_height) // 2, inner_width, inner_height
    )


def check(picture: Pixels) -> None:
    """Refuse what is no picture.

    Raises:
        ValueError: it is empty or not 8 bit BGR.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(f"not a BGR picture: shape {picture.shape}, {picture.dtype}")


def _placed(picture: Pixels, spec: Preprocessing) -> Geometry:
    check(picture)
    if spec.fit == "stretch":
        return Geometry(0, 0, spec.width, spec.height)
    return geometry(picture.shape[1], picture.shape[0], spec.width, spec.height)


def letterbox_bytes(picture: Pixels, spec: Preprocessing, row: NDArray[np.uint8]) -> Geometry:
    """Write `picture` (height, width, 3 BGR) into `row`, one (H, W, 3) row of a batch of bytes.

    For a network that normalises by itself: resized straight into its place, `spec.pad` around it,
    channels as they are.

    Raises:
        ValueError: the picture is empty or not 8 bit BGR, or the row is not H x W x 3.
    """
    place = _placed(picture, spec)
    if row.shape != (spec.height, spec.width, 3):
        raise ValueError(f"row is {row.shape}, the model takes {spec.height} x {spec.width} x 3")
    bottom, right = place.top + place.height, place.left + place.width
    row[: place.top] = row[bottom:] = spec.pad
    row[place.top : bottom, : place.left] = row[place.top : bottom, right:] = spec.pad
    inner = row[place.top : bottom, place.left : right]
    if inner.shape == picture.shape:
        np.copyto(inner, picture)
    else:
        cv2.resize(picture, (place.width, place.height), inner, interpolation=cv2.INTER_LINEAR)
    return place


def letterbox(picture: Pixels, spec: Preprocessing, row: NDArray[np.float32]) -> Geometry:
    """Write `picture` (height, width, 3 BGR) into `row`, one (3, H, W) row of a batch.

    The row is filled whole: resized picture in the middle, `spec.pad` around it (nothing is left
    around a stretched one), channels in `spec.color` order, each as (x - mean) / std in that order.

    Raises:
        ValueError: the picture is empty or not 8 bit BGR, or the row is not 3 x H x W.
    """
    place = _placed(picture, spec)
    if row.shape != (3, spec.height, spec.width):
        raise ValueError(f"row is {row.shape}, the model takes 3 x {spec.height} x {spec.width}")
    rows = slice(place.top, place.top + place.height)
    columns = slice(place.left, place.left + place.width)
    planes = cv2.split(_resized(picture, place))
    for channel in range(3):
        plane = row[channel]
        mean, scale = np.float32(spec.mean[channel]), np.float32(1.0 / spec.std[channel])
        _fill_margins(plane, place, (np.float32(spec.pad) - mean) * scale)
        inner = plane[rows, columns]
        source = planes[2 - channel if spec.color == "rgb" else channel]
        # Scaled straight into the batch: the float picture exists only once.
        if mean:
            np.subtract(source, mean, out=inner)
            np.multiply(inner, scale, out=inner)
        else:
            np.multiply(source, scale, out=inner)
    return place


def _resized(picture: Pixels, place: Geometry) -> Pixels:
    if picture.shape[:2] == (place.height, place.width):
        return picture
    resized = cv2.resize(picture, (place.width, place.height), interpolation=cv2.INTER_LINEAR)
    return resized.astype(np.uint8, copy=False)


def _fill_margins(plane: NDArray[np.float32], place: Geometry, value: np.float32) -> None:
    bottom, right = place.top + place.height, place.left + place.width
    plane[: place.top] = value
    plane[bottom:] = value
    plane[place.top : bottom, : place.left] = value
    plane[place.top : bottom, right:] = value
