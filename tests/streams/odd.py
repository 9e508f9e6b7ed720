"""Video that is unusual and valid, made by the tests themselves: any format, any timing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from streams.picture import Pixels

TICKS = 1000
"""Times are whole milliseconds."""


def encode(
    path: Path,
    pictures: Iterable[Pixels],
    times: Sequence[float],
    *,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    gop: int = 10,
    aspect: Fraction | None = None,
    rotation: int = 0,
    params: str = "",
    audio_first: bool = False,
    flags: str = "",
) -> Path:
    """Encode pictures at `times` (seconds); `aspect` is that of a pixel, `rotation` clockwise."""
    options = {"preset": "ultrafast", "g": str(gop), "bf": "0"} | (
        {"flags": flags} if flags else {}
    )
    name = "x265-params" if codec == "libx265" else "x264-params"
    own = f"keyint={gop}:min-keyint={gop}:scenecut=0:log-level=none:pools=1"
    if codec == "libx264":
        own = f"keyint={gop}:min-keyint={gop}:scenecut=0"
    if codec.startswith("libx26"):
        options[name] = own + (f":{params}" if params else "")
    frames = iter(pictures)
    first = next(frames)
    with av.open(str(path), "w") as container:
        sound = _silence(container) if audio_first else None
        stream = cast(VideoStream, container.add_stream(codec, rate=10, options=options))
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = pix_fmt
        stream.codec_context.time_base = Fraction(1, TICKS)
        stream.codec_context.bit_rate = 2_000_000
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(-rotation)
        if sound is not None:
            _play(container, sound, times[-1])
        for at, pixels in zip(times, (first, *frames), strict=True):
            frame = VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format=pix_fmt)
            frame.pts, frame.time_base = round(at * TICKS), Fraction(1, TICKS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _silence(container: av.container.OutputContainer) -> AudioStream:
    return container.add_stream("aac", rate=8000, layout="mono")


def _play(container: av.container.OutputContainer, stream: AudioStream, seconds: float) -> None:
    size = 1024
    for index in range(int(seconds * 8000 / size)):
        frame = AudioFrame.from_ndarray(np.zeros((1, size), np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 8000, index * size, Fraction(1, 8000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def joined(path: Path, parts: Sequence[Path]) -> Path:
    """Put elementary streams end to end, as a camera does that changes its resolution."""
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def retimed(path: Path, source: Path, shift: Sequence[float]) -> Path:
    """Copy a clip packet by packet into MPEG-TS with `shift[n]` seconds added to packet n."""
    with av.open(str(source)) as given, av.open(str(path), "w", format="mpegts") as made:
        stream = given.streams.video[0]
        copy = made.add_stream_from_template(stream)
        number = 0
        for packet in given.demux(stream):
            if packet.dts is None or packet.pts is None or packet.time_base is None:
                continue
            moved = round(shift[number] / packet.time_base)
            packet.pts, packet.dts, packet.stream = packet.pts + moved, packet.dts + moved, copy
            made.mux_one(packet)
            number += 1
    return path
