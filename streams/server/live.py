"""Cameras as a live broadcast: each picture is packetised once and sent to all who watch it.

For many clients of one clip. As with a real camera, whoever connects finds it in the middle; what
is sent begins with the next key picture. Faults are not played here.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
import zlib
from collections import deque
from collections.abc import Iterator

from streams.server.media import AccessUnit, Media
from streams.server.rtp import RtpStream, interleave

CHANNELS = (0, 1)
"""Interleaved channels of all who share packets; who wants others gets a player of his own."""
GROUPS = 100
"""So many different moments of the clip are on the air at once; cameras are spread over them."""
BUFFER_LIMIT = 1 << 20
REPORT_EVERY_S = 5.0
_LATENESS_KEPT = 20_000


class Seat:
    """One client of a broadcast, with the face of a `Player`."""

    broke = False

    def __init__(self, channel: Channel, writer: asyncio.StreamWriter) -> None:
        self._channel = channel
        self._transport = writer.transport
        self._begun = False
        self.dropped = 0

    @property
    def rtp_info(self) -> str:
        """Where the RTP numbers are; they go on while the client waits for a key picture."""
        return self._channel.rtp_info

    async def play(self) -> None:
        """Take part until cancelled."""
        self._channel.seats.add(self)
        try:
            await asyncio.Event().wait()
        finally:
            self._channel.seats.discard(self)

    def send(self, data: bytes, key: bool) -> None:
        """Send one picture; a client that does not read loses pictures up to the next key."""
        if self._transport.is_closing() or not (self._begun or key):
            return
        if self._transport.get_write_buffer_size() > BUFFER_LIMIT:
            self.dropped += 1
            self._begun = False
            return
        self._begun = True
        self._transport.write(data)


class Channel:
    """One moment of the clip on the air, `offset` seconds ahead of its start at `epoch`."""

    def __init__(self, media: Media, offset: float, epoch: float, late: deque[float]) -> None:
        self.seats: set[Seat] = set()
        self._media = media
        self._offset = offset
        self._epoch = epoch
        self._late = late
        rng = random.Random(offset)  # noqa: S311 - numbers that differ, no secret
        self._stream = RtpStream(
            media.codec, rng.getrandbits(32), rng.getrandbits(16), rng.getrandbits(32)
        )
        self._at = 0.0

    @property
    def rtp_info(self) -> str:
        """Where the RTP numbers are now."""
        return f"seq={self._stream.sequence};rtptime={self._stream.timestamp(self._at)}"

    async def run(self) -> None:
        """Be on the air until cancelled."""
        media, reported = self._media, float("-inf")
        for at, unit in _from(media, time.monotonic() - self._epoch + self._offset):
            due = self._epoch - self._offset + at
            wait = due - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self._at = at
            packets = self._stream.packets(media.units_of(unit), at)
            data = b"".join(interleave(CHANNELS[0], packet) for packet in packets)
            if at - reported >= REPORT_EVERY_S:
                reported = at
                report = self._stream.sender_report(at, time.time())
                data = interleave(CHANNELS[1], report) + data
            if self.seats:
                self._late.append(time.monotonic() - due)
            for seat in tuple(self.seats):
                seat.send(data, unit.key)


class Air:
    """All broadcasts of one server: channels start when somebody watches and then go on.

    A camera shows the clip at (now - `epoch` + `offset(name)`) modulo its duration, whoever watches
    and since when. Used by the server's own loop; `late` may be read by any thread.
    """

    def __init__(self) -> None:
        self.epoch = time.monotonic()
        self.late: deque[float] = deque(maxlen=_LATENESS_KEPT)
        """How many seconds after their time the last pictures went out."""
        self._channels: dict[tuple[int, int], Channel] = {}
        self._running: list[asyncio.Task[None]] = []

    def offset(self, name: str, media: Media) -> float:
        """Return how far a camera is ahead of the clip's start at `epoch`, in seconds."""
        return media.duration * (_group(name) / GROUPS)

    def seat(self, name: str, media: Media, writer: asyncio.StreamWriter) -> Seat:
        """Return a client's place at the broadcast of a camera."""
        key = (id(media), _group(name))
        if key not in self._channels:
            channel = Channel(media, self.offset(name, media), self.epoch, self.late)
            self._channels[key] = channel
            self._running.append(asyncio.create_task(channel.run()))
        return Seat(self._channels[key], writer)

    async def close(self) -> None:
        """Go off the air."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


def _group(name: str) -> int:
    """Spread names over the groups, numbered ones evenly."""
    digits = "".join(itertools.takewhile(str.isdigit, reversed(name)))[::-1]
    number = int(digits) if digits else zlib.crc32(name.encode())
    # steps of the golden section: neighbours lie far apart, and any first n are spread
    return int((number * 0.6180339887498949) % 1.0 * GROUPS)


def _from(media: Media, skip: float) -> Iterator[tuple[float, AccessUnit]]:
    """Yield the pictures of all loops from `skip` seconds on, each with its time."""
    for loop in itertools.count(int(skip // media.duration)):
        start = loop * media.duration
        for unit in media.access_units:
            if start + unit.at >= skip:
                yield start + unit.at, unit
