"""Decoded pictures to BGR by the cheapest route: resize the planes, then convert what is left."""

from __future__ import annotations

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane

from streams.libav.decoding import to_pixels
from streams.picture import Pixels

FULL_RANGE = 2
"""libav's AVCOL_RANGE_JPEG."""


def key_pixels(frame: VideoFrame, rotation: int, longest: int = 0) -> Pixels:
    """Return the frame as BGR (height, width, 3) uint8, turned clockwise by `rotation` degrees.

    With `longest` above 0 a larger picture is made smaller, so that its longer edge is at most that
    (rounded to even sizes); it is never enlarged. Layouts other than 4:2:0 of limited range go the
    general way, and so do odd sizes.
    """
    plain = frame.format.name == "yuv420p" and frame.color_range != FULL_RANGE
    if not plain or frame.width % 2 or frame.height % 2:
        return _smaller(to_pixels(frame, rotation), longest)
    width, height = fitted(frame.width, frame.height, longest)
    stacked = np.empty((height * 3 // 2, width), np.uint8)
    chroma = stacked[height:].reshape(-1)
    quarter = width * height // 4
    targets = (
        stacked[:height],
        chroma[:quarter].reshape(height // 2, width // 2),
        chroma[quarter:].reshape(height // 2, width // 2),
    )
    for plane, target in zip(frame.planes, targets, strict=True):
        source = _array(plane)
        if source.shape == target.shape:
            target[:] = source
        else:
            size = (target.shape[1], target.shape[0])
            target[:] = cv2.resize(source, size, interpolation=cv2.INTER_AREA)
    pixels = np.asarray(cv2.cvtColor(stacked, cv2.COLOR_YUV2BGR_I420), np.uint8)
    return np.ascontiguousarray(np.rot90(pixels, -(rotation // 90)))


def fitted(width: int, height: int, longest: int) -> tuple[int, int]:
    """Return the even size within `longest` (0: no bound) of the same shape."""
    if longest <= 0 or max(width, height) <= longest:
        return width, height
    ratio = longest / max(width, height)
    return max(2, round(width * ratio / 2) * 2), max(2, round(height * ratio / 2) * 2)


def _smaller(pixels: Pixels, longest: int) -> Pixels:
    height, width = pixels.shape[:2]
    size = fitted(width, height, longest)
    if size == (width, height):
        return pixels
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _array(plane: VideoPlane) -> Pixels:
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]
