"""Playing a clip to one client in real time, round and round, with the fault it asked for."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator

from streams.server.faults import Fault, FaultKind
from streams.server.media import AccessUnit, Media
from streams.server.rtp import RtpStream, interleave

REPORT_EVERY_S = 5.0
BUFFER_LIMIT = 1 << 20


class Player:
    """Sends one PLAY. `broke` says afterwards that the connection is to be broken off."""

    def __init__(
        self,
        media: Media,
        fault: Fault,
        once: bool,
        writer: asyncio.StreamWriter,
        channels: tuple[int, int],
        rng: random.Random,
    ) -> None:
        self._media = media
        self._fault = fault
        self._once = once
        self._writer = writer
        self._channels = channels
        self._rng = rng
        self._stream = RtpStream(
            media.codec, rng.getrandbits(32), rng.getrandbits(16), rng.getrandbits(32)
        )
        self._reported_at = float("-inf")
        self._delay = 0.0
        self.broke = False

    @property
    def rtp_info(self) -> str:
        """Where the RTP numbers start, for the answer to PLAY."""
        return f"seq={self._stream.sequence};rtptime={self._stream.timestamp(0.0)}"

    async def play(self) -> None:
        """Send until the clip is over (once), the fault breaks it off, or this is cancelled."""
        if self._fault.kind is FaultKind.SILENT:
            await asyncio.Event().wait()
        alternative = await self._alternative()
        started = time.monotonic()
        for at, access_unit, media in _schedule(self._media, self._once, self._fault, alternative):
            due = started + self._delay + at / self._fault.speed
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if await self._breaks(at):
                return
            self._report(at)
            if access_unit.key and self._fault.kind is FaultKind.NOKEY:
                continue
            dialect = self._fault.kind is FaultKind.DIALECT
            packets = self._stream.packets(media.units_of(access_unit), at, dialect)
            arriving = self._fault.spoil(packets, self._rng)
            self._writer.writelines(interleave(self._channels[0], p) for p in arriving)
            if self._writer.transport.get_write_buffer_size() > BUFFER_LIMIT:
                await self._writer.drain()

    async def _alternative(self) -> Media | None:
        if self._fault.kind is not FaultKind.RESIZE or self._media.alternative is None:
            return None
        return await asyncio.to_thread(self._media.alternative)

    async def _breaks(self, at: float) -> bool:
        if at < self._fault.at:
            return False
        if self._fault.kind is FaultKind.STALL and not self._delay:
            self._delay = self._fault.lasts
            await asyncio.sleep(self._fault.lasts)
        self.broke = self._fault.kind in (FaultKind.DIE, FaultKind.GONE)
        return self.broke

    def _report(self, at: float) -> None:
        if at - self._reported_at >= REPORT_EVERY_S:
            self._reported_at = at
            report = self._stream.sender_report(at, time.time())
            self._writer.write(interleave(self._channels[1], report))


def _schedule(
    media: Media, once: bool, fault: Fault, alternative: Media | None
) -> Iterator[tuple[float, AccessUnit, Media]]:
    """Yield when to send what, in seconds from PLAY: the times of all loops in one row."""
    start = 0.0
    while True:
        switched = False
        for access_unit in media.access_units:
            at = start + access_unit.at
            if alternative is not None and at >= fault.at:
                media, alternative, switched, start = alternative, None, True, at
                break
            yield at, access_unit, media
        if switched:
            continue
        if once:
            return
        start += media.duration
