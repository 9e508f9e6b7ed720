"""Decoders that all cameras share: a key picture needs no history, so no decoder of its own."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import cast

import av
from av.packet import Packet as AvPacket
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from streams.libav.convert import planes_of
from streams.libav.decoding import AnyPacket, clockwise
from streams.nal import Codec
from streams.picture import Picture
from streams.tap import Body, Decoded, KeyUnit

CONTEXTS = 16
"""Decoders kept by each thread: one for each kind of stream (codec and parameter sets)."""
TICKS = Fraction(1, 90_000)
_LOOK_S = 0.25


@dataclass(frozen=True, slots=True)
class _Job:
    unit: KeyUnit
    decoded: Decoded


class Contexts:
    """The decoders of one thread, the least used given up first. Not thread safe.

    `strangers` counts pictures that did not belong to the unit that went in. Each
    picture is checked before it is given out, so they are withheld; so far it has stayed 0.
    """

    def __init__(self, most: int = CONTEXTS) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[Codec, bytes], VideoCodecContext] = OrderedDict()
        self._number = 0
        self.strangers = 0

    def __len__(self) -> int:
        return len(self._kept)

    def decode(self, unit: KeyUnit) -> Picture | None:
        """Return the one picture of a key unit; None when it is not sound.

        The decoder is empty before and after: it is drained and flushed with each unit, and the
        unit's own number, which libav passes on with a picture, must come back.
        """
        self._number += 1
        kind = (unit.codec, unit.parameters)
        context = self._kept.pop(kind, None) or _new(unit.codec)
        frame = self._one(context, _packet(unit.data, self._number))
        if frame is None:
            return None  # the decoder is given up with it: what it holds is not known
        self._kept[kind] = context
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        rotation = (clockwise(frame) + unit.rotation) % 360
        return Picture(planes_of(frame, rotation), unit.stream_time, True)

    def _one(self, context: VideoCodecContext, packet: AnyPacket) -> VideoFrame | None:
        try:
            frames = [*context.decode(packet), *_drained(context)]
            context.flush_buffers()
        except (av.FFmpegError, ValueError):
            return None
        own = [frame for frame in frames if frame.pts == self._number]
        self.strangers += len(frames) - len(own)
        if len(frames) != 1 or not own or own[0].is_corrupt:
            return None
        if own[0].interlaced_frame:
            return None  # of a picture in two fields only the first is in a key unit
        return own[0]


class DecoderPool:
    """Implements `streams.tap.KeyDecoder`: units wait, one an owner, for the first free thread.

    Under overload every owner loses alike: who waits longest is next, and a newer unit takes the
    place of its owner's older one in the row. Pictures of an owner come out in order: no two of
    its units are decoded at once.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: OrderedDict[str, _Job] = OrderedDict()
        self._busy: set[str] = set()
        self._strangers: list[Contexts] = []

    @property
    def waiting(self) -> int:
        """Units that wait for a thread now."""
        return len(self._waiting)

    @property
    def strangers(self) -> int:
        """Pictures withheld because they did not belong to the unit that went in; stays 0."""
        return sum(contexts.strangers for contexts in self._strangers)

    def put(self, unit: KeyUnit, decoded: Decoded) -> bool:
        """Queue a unit; False when an older one of its owner was waiting and is shed for it."""
        with self._changed:
            fresh = unit.owner not in self._waiting
            # an owner keeps its place in the row
            self._waiting[unit.owner] = _Job(unit, decoded)
            self._changed.notify()
        return fresh

    def bodies(self, count: int) -> Mapping[str, Body]:
        """Return the bodies of `count` decoding threads by name."""
        made = {}
        for number in range(count):
            contexts = Contexts()
            self._strangers.append(contexts)
            made[f"decode-{number}"] = partial(self._run, contexts)
        return made

    def _run(self, contexts: Contexts, stop: threading.Event) -> None:
        while not stop.is_set():
            job = self._next()
            if job is None:
                continue
            try:
                job.decoded(contexts.decode(job.unit))
            finally:
                with self._changed:
                    self._busy.discard(job.unit.owner)
                    self._changed.notify()

    def _next(self) -> _Job | None:
        with self._changed:
            owner = next((one for one in self._waiting if one not in self._busy), None)
            if owner is None:
                self._changed.wait(_LOOK_S)
                return None
            self._busy.add(owner)
            return self._waiting.pop(owner)


def _new(codec: Codec) -> VideoCodecContext:
    context = VideoCodecContext.create(codec, "r")
    # frame threads would delay pictures, and the pool is parallel already
    context.thread_count = 1
    return context


def _packet(data: bytes, number: int) -> AnyPacket:
    packet = cast(AnyPacket, AvPacket(data))
    packet.pts = packet.dts = number
    packet.time_base = TICKS
    packet.is_keyframe = True
    return packet


def _drained(context: VideoCodecContext) -> list[VideoFrame]:
    try:
        return context.decode(None)
    except av.EOFError:
        return []
