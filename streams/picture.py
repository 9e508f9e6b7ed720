"""What a source yields: how the stream was opened, its packets, its decoded pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""A picture as displayed: shape (height, width, 3), BGR, 0-255, C-contiguous."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The stream as its first packets describe it; comes again when the stream changes.

    `codec` is libav's name ('h264', 'hevc', ...); `width` x `height` are coded pixels before
    rotation; `rate` is pictures a second (0.0 when unknown); `parameters` is the codec's extradata;
    `rotation` is how far the picture is turned clockwise for display, in degrees (0, 90, 180, 270).
    """

    codec: str
    width: int
    height: int
    rate: float
    parameters: bytes
    rotation: int


@dataclass(frozen=True, slots=True)
class Packet:
    """One access unit as the camera sent it. Times are stream seconds, first packet = 0.0."""

    data: bytes
    pts: float
    dts: float
    key: bool
    duration: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded picture, turned for display. `stream_time` is its pts in stream seconds."""

    pixels: Pixels
    stream_time: float
    key: bool


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture in a camera's slot: who took it, in which session, and when (unix seconds).

    `captured_at` is the `now` of every rule; `session` grows with each attempt of this camera.
    """

    camera: str
    session: int
    captured_at: float
    picture: Picture
