"""Evidence clips: a camera's own packets as MP4, and any clip as one that a browser plays."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.packet import Packet as AvPacket
from av.video.stream import VideoStream

from streams.libav.decoding import AnyPacket
from streams.libav.encoding import TIME_BASE, H264Writer
from streams.libav.file import FileSource
from streams.nal import Codec, Layout, is_parameter_set, to_annexb
from streams.picture import Opened, Packet, Picture, Pixels
from streams.sampler import Sampler
from streams.source import Attempt

RAW_FORMATS = {"h264": "h264", "hevc": "hevc", "mpeg4": "m4v", "mjpeg": "mjpeg"}
"""libav's name of the bare stream of a codec: from it the MP4's description is read."""


class MuxError(Exception):
    """The packets cannot become an MP4; transcode instead."""


def mux(opened: Opened, packets: Sequence[Packet], path: Path) -> None:
    """Write the packets of one run to an MP4 (faststart) without re-encoding.

    The first packet must be a key packet; the first picture shown gets time 0. `opened.rotation`
    becomes the display matrix. Nothing is left at `path` when it fails.

    Raises:
        MuxError: no packets, no key at the start, or a codec that MP4 does not hold.
    """
    if not packets or not packets[0].key:
        raise MuxError("a clip starts with a key packet")
    if opened.codec not in RAW_FORMATS:
        raise MuxError(f"codec {opened.codec!r} is not muxed")
    try:
        bodies = _annexb(opened, packets)
        _write(opened, packets, bodies, path)
    except (av.FFmpegError, ValueError, IndexError, OSError) as error:
        path.unlink(missing_ok=True)
        raise MuxError(f"{opened.codec}: {type(error).__name__}") from error


def transcode_playable(
    path_in: Path, path_out: Path, draw: Callable[[Pixels, float], Pixels] | None = None
) -> None:
    """Write any clip as H.264 (yuv420p, faststart), turned for display.

    `draw(pixels, stream_time) -> pixels` may change each picture, e.g. to mask faces; it must keep
    the size. Nothing is left at `path_out` when it fails.

    Raises:
        SourceError: `path_in` is missing or not video.
    """
    with closing(FileSource(path_in).run(Attempt(""), Sampler([0.0]))) as items:
        opened = next(items)
        rate = opened.rate if isinstance(opened, Opened) else 0.0
        with H264Writer(path_out, rate, crf=23) as writer:
            for item in items:
                if isinstance(item, Picture):
                    pixels = draw(item.pixels, item.stream_time) if draw else item.pixels
                    writer.write(pixels, item.stream_time)


def decoding_times(shown: Sequence[int]) -> list[int]:
    """Return dts for pts given in decode order: growing, and never later than the pts.

    A camera's own dts are often missing or wrong where it sends B-frames. The n-th packet is
    decoded when the n-th picture is shown, less the largest delay that reordering needs.
    """
    ordered = sorted(shown)
    delay = max((a - b for a, b in zip(ordered, shown, strict=True)), default=0)
    return [at - delay for at in ordered]


def _write(opened: Opened, packets: Sequence[Packet], bodies: Sequence[bytes], path: Path) -> None:
    raw = io.BytesIO(bodies[0])
    with (
        av.open(raw, format=RAW_FORMATS[opened.codec]) as described,
        av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container,
    ):
        template = described.streams.video[0]
        stream = container.add_stream_from_template(template)
        stream.time_base = TIME_BASE
        if opened.rotation:
            stream.set_display_rotation(-opened.rotation)
        shown = _growing([round(packet.pts / TIME_BASE) for packet in packets])
        for packet, body, pts, dts in zip(
            packets, bodies, shown, decoding_times(shown), strict=True
        ):
            container.mux(_av_packet(packet, body, pts, dts, stream))


def _growing(shown: Sequence[int]) -> list[int]:
    """Start at 0 and part equal times by a tick: MP4 has one picture per time."""
    first, used, parted = min(shown), set[int](), []
    for wanted in shown:
        at = wanted
        while at in used:
            at += 1
        used.add(at)
        parted.append(at - first)
    return parted


def _av_packet(packet: Packet, body: bytes, pts: int, dts: int, stream: VideoStream) -> AnyPacket:
    made = cast(AnyPacket, AvPacket(body))
    made.pts, made.dts, made.time_base = pts, dts, Fraction(TIME_BASE)
    made.duration = round(packet.duration / TIME_BASE)
    made.is_keyframe = packet.key
    made.stream = stream
    return made


def _annexb(opened: Opened, packets: Sequence[Packet]) -> list[bytes]:
    """Return the packets as byte streams, the first one with the parameter sets it needs."""
    if opened.codec not in ("h264", "hevc"):
        return [opened.parameters + packets[0].data, *(packet.data for packet in packets[1:])]
    codec: Codec = "h264" if opened.codec == "h264" else "hevc"
    layout = Layout(codec, opened.parameters)
    bodies = [layout.split(packet.data) for packet in packets]
    if not any(is_parameter_set(codec, unit) for unit in bodies[0]):
        bodies[0] = [*layout.parameter_sets, *bodies[0]]
    return [to_annexb(units) for units in bodies]
