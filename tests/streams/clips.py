"""Clips for the tests: every picture shows its number, so that it is known which one came out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from streams.libav.decoding import to_pixels
from streams.picture import Packet, Pixels

SIDE = 16
BITS = 10


def numbered(number: int, width: int = 192, height: int = 96) -> Pixels:
    """Draw a number as a row of black and white squares along the top, above a rough ground."""
    pixels = np.full((height, width, 3), 110, np.uint8)
    # rough, so that key pictures need several RTP packets
    ground = np.random.default_rng(1).integers(60, 160, (height - 2 * SIDE, width, 1), np.uint8)
    pixels[2 * SIDE :] = ground
    for bit in range(BITS):
        left = bit * SIDE
        pixels[:SIDE, left : left + SIDE] = 235 if number >> bit & 1 else 20
    return pixels


def number_in(pixels: Pixels, scale: float = 1.0) -> int:
    """Read the number back, also after lossy coding."""
    centre = int(SIDE / 2 * scale)
    step = SIDE * scale
    return sum(
        (pixels[centre, int(bit * step) + centre].mean() > 128) << bit for bit in range(BITS)
    )


def make_clip(
    path: Path,
    count: int = 30,
    *,
    codec: str = "libx264",
    rate: int = 10,
    gop: int = 10,
    b_frames: int = 0,
    rotation: int = 0,
    size: tuple[int, int] = (192, 96),
    container_format: str | None = None,
) -> Path:
    """Encode `count` numbered pictures; `rotation` is written as a display matrix (clockwise)."""
    options = {"g": str(gop), "bf": str(b_frames)}
    if codec == "libx264":
        options |= {"preset": "ultrafast", "sc_threshold": "0", "x264-params": "b-adapt=0"}
    if codec == "libx265":
        options = {
            "preset": "ultrafast",
            "x265-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={b_frames}"
            ":b-adapt=0:open-gop=0:log-level=none:pools=1",
        }
    with av.open(str(path), "w", format=container_format) as container:
        stream = cast(VideoStream, container.add_stream(codec, rate=rate, options=options))
        stream.width, stream.height = size
        stream.pix_fmt = "rgb8" if codec == "gif" else "yuv420p"
        if codec != "gif":
            stream.codec_context.bit_rate = 2_000_000
        if rotation:
            stream.set_display_rotation(-rotation)
        for number in range(count):
            frame = VideoFrame.from_ndarray(numbered(number, *size), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(stream.encode(frame.reformat(format=stream.pix_fmt)))
        container.mux(stream.encode(None))
    return path


def decoded_numbers(path: Path) -> list[tuple[int, float]]:
    """Decode a file with plain PyAV: the number and time of each picture, in display order."""
    with av.open(str(path)) as container:
        return [
            (number_in(to_pixels(frame, 0)), float(frame.time))
            for frame in container.decode(video=0)
        ]


def packet(at: float, key: bool = False, size: int = 10) -> Packet:
    """Return a packet without content, shown and decoded at `at`."""
    return Packet(b"x" * size, at, at, key)
