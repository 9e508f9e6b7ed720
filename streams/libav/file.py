"""A clip as a source: played once, as fast as it is consumed, for evaluation."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from streams.libav.decoding import AnyPacket, Decoder, clockwise, new_context, seconds, to_pixels
from streams.picture import Opened, Packet, Picture
from streams.source import Attempt, Reason, SourceError, Wanted

FALLBACK_RATE = 25.0
GENERATE_PTS = 0x0001
"""libav's AVFMT_FLAG_GENPTS, which PyAV sets."""


@dataclass(frozen=True, slots=True)
class _First:
    """What the first picture of a clip tells about it."""

    at: float
    frame: VideoFrame


class FileSource:
    """Plays a local file of any kind libav reads. The first picture has stream time 0.0.

    With `freeze_first_s` / `freeze_last_s` the first / last picture is shown that long before /
    after the clip, at the clip's rate; stream time 0 is then the start of the frozen part. Frozen
    parts have pictures but no packets. The attempt's URL is ignored, its rotation is not.
    """

    def __init__(self, path: Path, freeze_first_s: float = 0.0, freeze_last_s: float = 0.0) -> None:
        self._path = path
        self._freeze_first_s = freeze_first_s
        self._freeze_last_s = freeze_last_s
        self.corrupt = 0

    def run(self, attempt: Attempt, wanted: Wanted) -> Generator[Opened | Packet | Picture]:
        """Yield the whole clip, then return.

        Raises:
            SourceError: NOT_FOUND or NOT_VIDEO; the detail names the file, not the folder.
        """
        first = _first_picture(self._path)
        with _open(self._path) as container:
            playing = _Playing(container, first, attempt.rotation, wanted, self)
            yield playing.opened
            yield from playing.play(self._freeze_first_s, self._freeze_last_s)


class _Playing:
    """One pass through one file."""

    def __init__(
        self,
        container: InputContainer,
        first: _First,
        rotation: int,
        wanted: Wanted,
        source: FileSource,
    ) -> None:
        self._container = container
        self._stream = _video(container)
        self._stream.thread_type = "AUTO"
        self._decoder = Decoder(self._stream.codec_context)
        self._wanted = wanted
        self._source = source
        self._first = first
        self._rotation = (clockwise(first.frame) + rotation) % 360
        self._step = 1.0 / (float(self._stream.average_rate or 0) or FALLBACK_RATE)
        self._shift = 0.0
        self._now = -self._step
        self._last: VideoFrame | None = None
        self._complete = True
        self._ends = 0.0
        self.opened = Opened(
            self._stream.codec_context.name,
            first.frame.width,
            first.frame.height,
            float(self._stream.average_rate or 0),
            self._stream.codec_context.extradata or b"",
            self._rotation,
        )

    def play(self, freeze_first_s: float, freeze_last_s: float) -> Iterator[Packet | Picture]:
        """Yield the frozen start, the clip and the frozen end."""
        self._shift = freeze_first_s
        yield from self._freeze(self._first.frame, 0.0, freeze_first_s)
        tail: list[AnyPacket] = []
        for packet in self._packets():
            if packet.is_keyframe:
                tail.clear()
            if freeze_last_s > 0:
                tail.append(packet)
            yield from self._packet(packet)
        for frame in self._decoder.drain():
            yield from self._picture(frame)
        if freeze_last_s > 0:
            # what the sampler left out was not decoded: the last picture may be among it
            last = self._last if self._complete else _last_picture(self._stream, tail)
            after = self._now if self._complete else max(self._now, self._ends)
            yield from self._freeze(last or self._first.frame, after + self._step, freeze_last_s)
        self._source.corrupt = self._decoder.corrupt

    def _packets(self) -> Iterator[AnyPacket]:
        """Demux to the end; a damaged place in the file is counted and passed over."""
        for packet in self._container.demux(self._stream):
            if packet.size:
                yield packet

    def _freeze(self, frame: VideoFrame, start: float, duration: float) -> Iterator[Picture]:
        """Show one picture at the clip's rate in start <= time < start + duration."""
        count = math.ceil(duration / self._step - 1e-6)
        pixels = to_pixels(frame, self._rotation) if count > 0 else None
        for index in range(count):
            self._now = start + index * self._step
            if pixels is not None and self._wanted.show(False, self._now):
                yield Picture(pixels, self._now, False)

    def _packet(self, packet: AnyPacket) -> Iterator[Packet | Picture]:
        base = packet.time_base
        dts = seconds(packet.dts if packet.dts is not None else packet.pts, base) or 0.0
        pts = seconds(packet.pts if packet.pts is not None else packet.dts, base) or 0.0
        origin = self._first.at - self._shift
        duration = seconds(packet.duration, base) or self._step
        key = packet.is_keyframe
        yield Packet(bytes(packet), pts - origin, min(dts, pts) - origin, key, duration)
        self._ends = max(self._ends, pts - origin)
        decode = self._wanted.decode(key, pts - origin)
        self._complete = decode and (key or self._complete)
        if decode:
            for frame in self._decoder.decode(packet, self._wanted.drain):
                # a drained picture without times of its own has those of its packet
                own = pts - origin if frame.key_frame else None
                yield from self._picture(frame, own)

    def _picture(self, frame: VideoFrame, own: float | None = None) -> Iterator[Picture]:
        at = _time(frame, self._stream)
        if at is not None:
            now = at - self._first.at + self._shift
        else:
            now = self._now + self._step if own is None else own
        # a file may repeat or turn back its times: a picture is never earlier than the one before
        self._now = max(now, self._now + self._step / 100)
        self._last = frame
        if self._wanted.show(frame.key_frame, self._now):
            yield Picture(to_pixels(frame, self._rotation), self._now, frame.key_frame)


def _open(path: Path) -> InputContainer:
    """Open a local file, and nothing but a local file.

    Raises:
        SourceError: NOT_FOUND or NOT_VIDEO.
    """
    if not path.is_file():
        raise SourceError(Reason.NOT_FOUND, f"no such file: {path.name}")
    try:
        container = av.open(path, options={"protocol_whitelist": "file"})
        container.streams.video[0].codec_context.width  # noqa: B018 - is there a decoder at all?
    except (av.FFmpegError, IndexError, AttributeError) as error:
        failed = SourceError(Reason.NOT_VIDEO, f"{path.name}: {type(error).__name__}")
    else:
        # libav would make up missing pts, and gets them wrong for AVI with B-frames
        container.flags &= ~GENERATE_PTS
        return container
    raise failed


def _video(container: InputContainer) -> VideoStream:
    return container.streams.video[0]


def _first_picture(path: Path) -> _First:
    with _open(path) as container:
        stream = _video(container)
        decoder = Decoder(stream.codec_context)
        for packet in container.demux(stream):
            frames = decoder.drain() if not packet.size else decoder.decode(packet, drain=False)
            for frame in frames:
                return _First(_time(frame, stream) or 0.0, frame)
    raise SourceError(Reason.NOT_VIDEO, f"{path.name}: no picture in it can be decoded")


def _last_picture(stream: VideoStream, packets: list[AnyPacket]) -> VideoFrame | None:
    decoder = Decoder(new_context(stream))
    last: deque[VideoFrame] = deque(maxlen=1)
    for packet in packets:
        last.extend(decoder.decode(packet, drain=False))
    last.extend(decoder.drain())
    return last.pop() if last else None


def _time(frame: VideoFrame, stream: VideoStream) -> float | None:
    """Return a frame's time; the decoder passes the packet's dts on where there is no pts."""
    # not the frame's own time base: PyAV leaves it out when a decoder is drained
    return seconds(frame.pts if frame.pts is not None else frame.dts, stream.time_base)
