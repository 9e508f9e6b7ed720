"""The last seconds of a camera's own packets, for evidence clips. Bounded in time and bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from streams.picture import Opened, Packet


@dataclass(frozen=True, slots=True)
class RingClip:
    """Packets of one run, from a key packet on, in stream order.

    `start` and `end` are the capture times (unix seconds) of the first and last of its pictures;
    a picture's capture time is `start + pts - packets[0].pts`. `runs` counts the runs that the
    asked time span touched: more than 1 means that the stream changed within it.
    """

    opened: Opened
    packets: tuple[Packet, ...]
    start: float
    end: float
    runs: int = 1


Timed = list[tuple[Packet, float]]
"""Packets with their capture times."""

Unpack = Callable[[bytes], Timed]
"""Makes packets of the raw bytes of one GOP."""


@dataclass(slots=True)
class _Gop:
    """A key packet and what follows it: packets with capture times, or raw bytes in pieces."""

    run: int
    opened: Opened
    start: float
    packets: Timed = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    unpack: Unpack | None = None
    size: int = 0

    def copy(self) -> _Gop:
        """Return what can be read without the ring's lock."""
        return _Gop(
            self.run, self.opened, self.start, list(self.packets), list(self.pieces), self.unpack
        )

    def timed(self) -> Timed:
        """Return the packets; raw bytes are unpacked now."""
        if self.unpack is None:
            return self.packets
        return self.unpack(b"".join(self.pieces))


class PacketRing:
    """Keeps whole GOPs: at least the last `seconds`, never more than `max_bytes`. Thread safe.

    GOPs come as packets (`add`) or as the raw bytes of a connection (`add_raw`), which are kept as
    they are until a clip is wanted.

    A GOP that alone is larger than `max_bytes` is dropped and counted; the ring goes on with the
    next key packet.
    """

    def __init__(self, seconds: float, max_bytes: int) -> None:
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._gops: deque[_Gop] = deque()
        self._opened: Opened | None = None
        self._run = 0
        self._accepting = False
        self._size = 0
        self._dropped = 0
        self._latest: float | None = None

    @property
    def size(self) -> int:
        """Bytes held now."""
        return self._size

    @property
    def dropped(self) -> int:
        """Packets lost to `max_bytes` inside the wanted seconds, or without a key packet before.

        Of raw bytes it counts the pieces in which they came.
        """
        return self._dropped

    @property
    def latest(self) -> float | None:
        """Capture time of the newest packet that was added; None before the first."""
        return self._latest

    def add(self, item: Opened | Packet, captured_at: float) -> None:
        """Append. An `Opened` starts a new run; a packet's `captured_at` belongs to its pts."""
        with self._lock:
            if isinstance(item, Opened):
                self._opened, self._accepting = item, False
                self._run += 1
                return
            self._latest = max(captured_at, self._latest or captured_at)
            if self._opened is None or not (item.key or self._accepting):
                self._dropped += 1
                return
            if item.key:
                self._accepting = True
                self._gops.append(_Gop(self._run, self._opened, captured_at))
            gop = self._gops[-1]
            gop.packets.append((item, captured_at))
            gop.size += len(item.data)
            self._size += len(item.data)
            self._evict(captured_at)

    def add_raw(self, data: bytes, captured_at: float, unpack: Unpack | None = None) -> None:
        """Append raw bytes whose newest picture was captured at about `captured_at`.

        With `unpack` they begin a GOP, whose key picture was captured at exactly that time; it is
        called when a clip is made, in the thread of who asks for it.
        """
        with self._lock:
            self._latest = max(captured_at, self._latest or captured_at)
            if unpack is not None and self._opened is not None:
                self._accepting = True
                self._gops.append(_Gop(self._run, self._opened, captured_at, unpack=unpack))
            elif not self._accepting:
                self._dropped += 1
                return
            gop = self._gops[-1]
            gop.pieces.append(data)
            gop.size += len(data)
            self._size += len(data)
            self._evict(captured_at)

    def clip(self, start: float, end: float) -> RingClip | None:
        """Return the packets of start..end (capture times), from the key packet at or before start.

        Starts later when the ring does not reach back so far. When the stream changed inside the
        span, the run that covers most of it is returned. None when nothing of the span is held.
        """
        with self._lock:
            gops = [gop.copy() for gop in self._touched(start, end)]
        runs: dict[int, list[_Gop]] = {}
        for gop in gops:
            runs.setdefault(gop.run, []).append(gop)
        clips = [clip for run in runs.values() if (clip := _cut(run, start, end))]
        if not clips:
            return None
        best = max(clips, key=lambda clip: min(clip.end, end) - max(clip.start, start))
        return RingClip(best.opened, best.packets, best.start, best.end, len(clips))

    def _touched(self, start: float, end: float) -> list[_Gop]:
        """Leave out what lies wholly before or after: to unpack it would be work for nothing."""
        found: list[_Gop] = []
        for gop in self._gops:
            if found and found[-1].run == gop.run and gop.start <= start:
                found.pop()
            if gop.start <= end:
                found.append(gop)
        return found

    def _evict(self, now: float) -> None:
        while len(self._gops) > 1 and self._gops[1].start < now - self._seconds:
            self._size -= self._gops.popleft().size
        while self._size > self._max_bytes and self._gops:
            gop = self._gops.popleft()
            self._size -= gop.size
            self._dropped += len(gop.packets) + len(gop.pieces)
            # without its key packet the rest of a GOP cannot be decoded
            self._accepting = self._accepting and bool(self._gops)


def _cut(gops: list[_Gop], start: float, end: float) -> RingClip | None:
    first = 0
    for index, gop in enumerate(gops):
        if gop.start <= start:
            first = index
    timed = [pair for gop in gops[first:] for pair in gop.timed()]
    # with B-frames a packet that is shown after `end` may come before one that is shown by then
    inside = [index for index, (_, captured_at) in enumerate(timed) if captured_at <= end]
    if not inside:
        return None
    timed = timed[: inside[-1] + 1]
    latest = max(captured_at for _, captured_at in timed)
    if latest < start:
        return None
    packets = tuple(packet for packet, _ in timed)
    return RingClip(gops[first].opened, packets, timed[0][1], latest)
