"""How many pictures a second a decoder makes: all of a clip, or its key pictures alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import av
from av.video.codeccontext import VideoCodecContext

from inference.parts import Part

Unit = tuple[bytes, bool]
"""One access unit with start codes (parameter sets before each key), and whether it is a key."""


class NoDecoder(Exception):
    """A decoder is not there, or does not take the clip."""


def units(path: Path) -> tuple[str, list[Unit]]:
    """Return a clip's codec ('h264', 'hevc') and its access units."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context.codec.name
        plain = av.BitStreamFilterContext(f"{codec}_mp4toannexb", stream)
        found = []
        for packet in container.demux(stream):
            if packet.size:
                key = packet.is_keyframe
                found += [(bytes(one), key) for one in plain.filter(packet)]
    return codec, found


def rate(decoder: str, clip: Sequence[Unit], sessions: int, seconds: float) -> float:
    """Return pictures a second over all sessions, each decoding the clip round and round.

    One thread a session. `decoder` is libav's name: 'h264', 'h264_cuvid', 'hevc_cuvid' ...

    Raises:
        NoDecoder: it cannot be opened, or made no picture.
    """
    counts = [0] * sessions
    failures: list[str] = []
    stop = threading.Event()

    def body(number: int, _end: threading.Event) -> None:
        try:
            context = av.CodecContext.create(decoder, "r")
            if not isinstance(context, VideoCodecContext):
                raise NoDecoder(f"{decoder} makes no pictures")
            context.thread_count = 1
            while not stop.is_set():
                for data, _ in clip:
                    counts[number] += len(context.decode(av.Packet(data)))
        except (av.FFmpegError, ValueError, NoDecoder) as error:
            failures.append(f"{type(error).__name__}: {error}")

    begun = time.perf_counter()
    parts = [Part(f"session-{n}", partial(body, n), stop) for n in range(sessions)]
    stop.wait(seconds)
    stop.set()
    for part in parts:
        part.join(10.0)
    lasted = time.perf_counter() - begun
    if failures or not sum(counts):
        raise NoDecoder(f"{decoder}: {failures[0] if failures else 'no picture'}")
    return sum(counts) / lasted


def keys(clip: Sequence[Unit]) -> list[Unit]:
    """Return the key pictures alone: what a camera at rest costs."""
    return [unit for unit in clip if unit[1]]
