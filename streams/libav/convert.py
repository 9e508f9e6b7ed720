"""Decoded pictures kept as planes: what a decoder gives is copied once and made BGR when seen."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane

from streams.libav.decoding import to_pixels
from streams.picture import Pixels, Planes

FULL_RANGE = 2
"""libav's AVCOL_RANGE_JPEG."""


@dataclass(frozen=True, slots=True)
class StackedPlanes:
    """Planes of 4:2:0, limited range: Y above, then U, then V, in (height * 3 / 2, width) uint8.

    `rotation` is how far the picture is to be turned clockwise, in degrees (0, 90, 180, 270).
    """

    stacked: Pixels
    rotation: int

    def pixels(self) -> Pixels:
        """Return BGR (height, width, 3) uint8, turned for display."""
        pixels = np.asarray(cv2.cvtColor(self.stacked, cv2.COLOR_YUV2BGR_I420), np.uint8)
        return np.ascontiguousarray(np.rot90(pixels, -(self.rotation // 90)))


def planes_of(frame: VideoFrame, rotation: int) -> Planes | Pixels:
    """Return a copy of a frame's planes, of which its pixels can be made.

    Layouts other than 4:2:0 of limited range, and odd sizes, are made into pixels at once.
    """
    plain = frame.format.name == "yuv420p" and frame.color_range != FULL_RANGE
    if not plain or frame.width % 2 or frame.height % 4:
        return to_pixels(frame, rotation)
    stacked = np.empty((frame.height * 3 // 2, frame.width), np.uint8)
    at = 0
    for plane in frame.planes:
        rows = _rows(plane)
        stacked.reshape(-1)[at : at + rows.size].reshape(rows.shape)[:] = rows
        at += rows.size
    return StackedPlanes(stacked, rotation)


def _rows(plane: VideoPlane) -> Pixels:
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]
