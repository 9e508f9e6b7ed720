"""Cameras over RTSP through libav: one attempt, TCP only, nothing decoded that nobody wants."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import cast

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from streams.camera import SCHEMES
from streams.libav.decoding import AnyPacket, Decoder, clockwise, new_context, seconds, to_pixels
from streams.libav.errors import name_of, reason_of_open, reason_of_read
from streams.nal import Codec, is_parameter_set, split_annexb, to_annexb
from streams.picture import Opened, Packet, Picture
from streams.source import Attempt, Reason, SourceError, Wanted
from streams.times import StreamTimes

# a second opinion behind our own allow-list: what a hostile answer may make libav open
PROTOCOLS = {"rtsp": "rtsp,tcp", "rtsps": "rtsps,tls,tcp"}

OPTIONS = {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",
    # a fast open: sizes come from the SDP, and from the first key packet where they do not
    "analyzeduration": "1000000",
    "probesize": "32768",
    "fpsprobesize": "0",
}

_EXPLAINED = {
    Reason.NOT_VIDEO: "there is no video among its media",
    Reason.NO_MEDIA: "it accepts the connection, but does not answer",
}

FALLBACK_STEP_S = 0.04
DAMAGED_READS_IN_A_ROW = 100
PENDING_TIMES = 128


class LibavSource:
    """Opens rtsp and rtsps. `corrupt` counts the packets and pictures given up, over all attempts.

    A changed resolution is survived: a new `Opened` comes before the key packet that brings it.
    TLS certificates are not verified: cameras sign their own.
    """

    def __init__(self) -> None:
        self.corrupt = 0

    def run(self, attempt: Attempt, wanted: Wanted) -> Generator[Opened | Packet | Picture]:
        """Make one attempt, as `streams.source.Source` says. Live video never just ends.

        Raises:
            SourceError: the attempt is over; its text holds no part of the URL.
        """
        container = _open(attempt)
        try:
            session = _Session(container, attempt, wanted)
            try:
                yield from session.play()
            finally:
                self.corrupt += session.corrupt
        finally:
            container.close()


class _Session:
    """One open connection."""

    def __init__(self, container: InputContainer, attempt: Attempt, wanted: Wanted) -> None:
        if not container.streams.video:
            raise SourceError(Reason.NOT_VIDEO, _EXPLAINED[Reason.NOT_VIDEO])
        self._container = container
        self._stream = container.streams.video[0]
        if cast(object, self._stream.codec_context) is None:
            raise SourceError(Reason.NOT_VIDEO, "there is no decoder for its video")
        self._wanted = wanted
        self._turn = attempt.rotation
        self._stream.codec_context.thread_count = 1
        self._decoder = Decoder(self._stream.codec_context)
        rate = float(self._stream.average_rate or 0)
        self._step = 1 / rate if rate else FALLBACK_STEP_S
        self._times = StreamTimes(self._step)
        self._pending: dict[int, float] = {}
        self._shown_at = -self._step
        self._media_came = False
        self._damaged_reads = 0
        self._parameter_sets: frozenset[bytes] = frozenset()
        self._opened = self._first_opened(rate)

    @property
    def corrupt(self) -> int:
        """Packets and pictures that were given up."""
        return self._decoder.corrupt + self._damaged_reads

    def play(self) -> Iterator[Opened | Packet | Picture]:
        """Yield until the connection ends.

        Raises:
            SourceError: always, in the end.
        """
        yield self._opened
        for packet in self._packets():
            self._media_came = True
            yield from self._packet(packet)
        reason = Reason.ENDED if self._media_came else Reason.NO_MEDIA
        raise SourceError(reason, "the other side closed the connection")

    def _packets(self) -> Iterator[AnyPacket]:
        """Demux; damaged data is counted and passed over."""
        in_a_row = 0
        while True:
            try:
                for packet in self._container.demux(self._stream):
                    in_a_row = 0
                    if packet.size:
                        yield packet
                return
            except av.error.InvalidDataError as error:
                self._damaged_reads += 1
                in_a_row += 1
                failed = SourceError(Reason.FAILED, name_of(error))
                if in_a_row < DAMAGED_READS_IN_A_ROW:
                    continue
            except av.FFmpegError as error:
                failed = SourceError(reason_of_read(error, self._media_came), name_of(error))
            raise failed

    def _packet(self, packet: AnyPacket) -> Iterator[Opened | Packet | Picture]:
        data, key, base = bytes(packet), packet.is_keyframe, self._stream.time_base
        if key:
            yield from self._changed(packet, data)
        pts, dts = self._times.of(seconds(packet.pts, base), seconds(packet.dts, base))
        yield Packet(data, pts, dts, key, seconds(packet.duration, base) or 0.0)
        if not self._wanted.decode(key, pts):
            return
        raw = packet.pts if packet.pts is not None else packet.dts
        if raw is not None:
            self._pending[raw] = pts
        if len(self._pending) > PENDING_TIMES:
            del self._pending[next(iter(self._pending))]
        for frame in self._decoder.decode(packet, self._wanted.drain):
            yield from self._picture(frame)

    def _picture(self, frame: VideoFrame) -> Iterator[Opened | Picture]:
        raw = frame.pts if frame.pts is not None else frame.dts
        at = self._shown_at + self._step
        if raw is not None:
            at = self._pending.pop(raw, at)
        self._shown_at = max(self._shown_at, at)
        if not self._wanted.show(frame.key_frame, at):
            return
        rotation = (clockwise(frame) + self._turn) % 360
        if rotation != self._opened.rotation:
            self._opened = replace(self._opened, rotation=rotation)
            yield self._opened
        yield Picture(to_pixels(frame, rotation), at, frame.key_frame)

    def _changed(self, packet: AnyPacket, data: bytes) -> Iterator[Opened | Picture]:
        """Where a key packet brings other parameter sets, end the old run and open a new one."""
        sets = _parameter_sets(self._opened.codec, data)
        if not sets or self._parameter_sets.issuperset(sets):
            return
        parameters = to_annexb(sets)
        size = _size(self._stream, packet, parameters)
        if size is None:
            return  # damaged: the sets of the next key packet will tell
        for frame in self._decoder.drain():
            yield from self._picture(frame)
        self._stream.codec_context.flush_buffers()
        self._parameter_sets = frozenset(sets)
        if (*size, parameters) != (
            self._opened.width,
            self._opened.height,
            self._opened.parameters,
        ):
            self._opened = replace(
                self._opened, width=size[0], height=size[1], parameters=parameters
            )
            yield self._opened

    def _first_opened(self, rate: float) -> Opened:
        context = self._stream.codec_context
        parameters = context.extradata or b""
        self._parameter_sets = frozenset(_parameter_sets(context.name, parameters))
        size = (context.width, context.height)
        return Opened(context.name, *size, rate, parameters, self._turn % 360)


def _open(attempt: Attempt) -> InputContainer:
    scheme = attempt.url.partition(":")[0].lower()
    if scheme not in SCHEMES:
        raise SourceError(Reason.FORBIDDEN_URL, f"only {', '.join(sorted(SCHEMES))} may be opened")
    options = {**OPTIONS, "protocol_whitelist": PROTOCOLS[scheme]}
    started = time.monotonic()
    try:
        return av.open(
            attempt.url, options=options, timeout=(attempt.open_timeout_s, attempt.read_timeout_s)
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        took = time.monotonic() - started
        reason = reason_of_open(error, attempt.url, took, attempt.open_timeout_s)
        ambiguous = reason is Reason.FAILED and isinstance(
            error, av.error.HTTPClientError | av.error.HTTPServerError
        )
        if ambiguous and _plays_without_video(attempt, options):
            reason = Reason.NOT_VIDEO
        failed = SourceError(reason, _EXPLAINED.get(reason) or name_of(error))
    # raised here, so that libav's error is not even in its context
    raise failed


def _plays_without_video(attempt: Attempt, options: dict[str, str]) -> bool:
    """Ask once more for any media: without a video track servers answer PLAY in many ways."""
    everything = {key: value for key, value in options.items() if key != "allowed_media_types"}
    timeout = min(5.0, attempt.open_timeout_s)
    try:
        with av.open(attempt.url, options=everything, timeout=(timeout, timeout)) as container:
            return not container.streams.video
    except (av.FFmpegError, OSError, ValueError):
        return False


def _parameter_sets(codec: str, data: bytes) -> list[bytes]:
    if codec not in ("h264", "hevc"):
        return []
    family: Codec = "h264" if codec == "h264" else "hevc"
    return [unit for unit in split_annexb(data) if is_parameter_set(family, unit)]


def _size(stream: VideoStream, packet: AnyPacket, parameters: bytes) -> tuple[int, int] | None:
    """Return width and height of a key packet's picture; None when it cannot be decoded."""
    decoder = Decoder(new_context(stream, parameters))
    for frame in decoder.decode(packet, drain=True):
        return frame.width, frame.height
    return None
