"""What a source yields: how the stream was opened, its packets, its decoded pictures."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Protocol

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


class Planes(Protocol):
    """A picture as the decoder left it: half the bytes, and made into pixels when it is seen."""

    def pixels(self) -> Pixels:
        """Return the picture as displayed; always the same bytes."""
        ...


class Picture:
    """One decoded picture, turned for display. `stream_time` is its pts in stream seconds.

    Of planes the pixels are made when somebody asks, shared by all who hold them at the time, and
    forgotten with the last of them: a camera that keeps its last picture keeps the planes alone.
    """

    __slots__ = ("_held", "_made", "key", "stream_time")

    def __init__(self, pixels: Pixels | Planes, stream_time: float, key: bool) -> None:
        self._held = pixels
        self._made: weakref.ref[Pixels] | None = None
        self.stream_time = stream_time
        self.key = key

    @property
    def pixels(self) -> Pixels:
        """The picture as displayed: (height, width, 3) BGR uint8. Not to be written to."""
        if isinstance(self._held, np.ndarray):
            return self._held
        pixels = self._made() if self._made is not None else None
        if pixels is None:
            pixels = self._held.pixels()
            self._made = weakref.ref(pixels)
        return pixels


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture in a camera's slot: who took it, in which session, and when (unix seconds).

    `captured_at` is the `now` of every rule; `session` grows with each attempt of this camera.
    """

    camera: str
    session: int
    captured_at: float
    picture: Picture
