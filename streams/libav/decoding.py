"""From packets to pictures: a decoder that asks the sampler first, and can be drained."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias, cast

import av
import numpy as np
from av.packet import Packet as AvPacket
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from streams.picture import Pixels

AnyPacket: TypeAlias = "AvPacket[VideoStream]"


def clockwise(frame: VideoFrame) -> int:
    """Return how far the frame's display matrix turns it clockwise: 0, 90, 180 or 270 degrees.

    Angles between are rounded; mirroring is not honoured (no camera does it).
    """
    return round(-frame.rotation / 90) * 90 % 360


def to_pixels(frame: VideoFrame, rotation: int) -> Pixels:
    """Return the frame as BGR (height, width, 3) uint8, turned clockwise by `rotation` degrees."""
    pixels = cast(Pixels, frame.to_ndarray(format="bgr24"))
    return np.ascontiguousarray(np.rot90(pixels, -(rotation // 90)))


MOST_DELAYED = 16
"""No decoder holds more pictures back for reordering; beyond that a packet gave no picture."""


HEALED_AFTER = 600
"""Pictures after which damage counts as overwritten: some streams renew themselves without keys."""


class Decoder:
    """One decoder of one stream. `corrupt` counts the packets that no sound picture came of.

    What libav notices is left out: a damaged picture and, because libav marks only that one, all
    that build upon it, which is until the next sound key picture. Flipped bits that still make
    sense to the decoder are not noticed: few in H.264, nearly all in H.265.
    """

    def __init__(self, context: VideoCodecContext) -> None:
        self._context = context
        self._held = 0
        self._damaged = 0
        """Pictures since the last damage that nothing has mended yet, 0: none."""
        self.corrupt = 0

    def decode(self, packet: AnyPacket, drain: bool) -> Iterator[VideoFrame]:
        """Yield the frames that are ready, in display order.

        With `drain` everything up to and including this packet comes out at once, and the decoder
        is flushed: it then needs a key packet.
        """
        self._held += 1
        yield from self._sound(packet)
        if self._held > MOST_DELAYED:
            self._held = MOST_DELAYED
            self.corrupt += 1
        if drain:
            yield from self.drain()
            self._context.flush_buffers()

    def drain(self) -> Iterator[VideoFrame]:
        """Yield what the decoder still holds; afterwards it takes nothing until flushed."""
        yield from self._sound(None)
        self.corrupt += self._held
        self._held = 0

    def _sound(self, packet: AnyPacket | None) -> list[VideoFrame]:
        try:
            frames = self._context.decode(packet)
        except av.EOFError:
            return []
        except (av.InvalidDataError, av.BugError, av.UndefinedError):
            self.corrupt += 1
            self._damaged = 1
            self._held = max(0, self._held - 1)
            return []
        self._held = max(0, self._held - len(frames))
        sound = [frame for frame in frames if self._is_sound(frame)]
        self.corrupt += len(frames) - len(sound)
        return sound

    def _is_sound(self, frame: VideoFrame) -> bool:
        if frame.is_corrupt:
            self._damaged = 1
        elif self._damaged and (frame.key_frame or self._damaged >= HEALED_AFTER):
            self._damaged = 0
        elif self._damaged:
            self._damaged += 1
        return not self._damaged


def new_context(stream: VideoStream, parameters: bytes | None = None) -> VideoCodecContext:
    """Return a fresh single-threaded decoder for a stream: frame threads would delay pictures."""
    context = VideoCodecContext.create(stream.codec_context.name, "r")
    context.extradata = stream.codec_context.extradata if parameters is None else parameters
    context.thread_count = 1
    return cast(VideoCodecContext, context)


def seconds(value: int | None, base: Fraction | None) -> float | None:
    """Return a timestamp in seconds; None stays None."""
    return None if value is None or base is None else float(value * base)
