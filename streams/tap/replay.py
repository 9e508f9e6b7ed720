"""From the raw bytes of a connection to packets, when somebody wants a clip of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from streams.nal import Codec, is_delimiter, is_random_access, kind, to_annexb
from streams.picture import Packet
from streams.tap.message import NotRtspError, read_message
from streams.tap.units import (
    AGGREGATE,
    FOREIGN,
    FRAGMENT,
    HEADER,
    aggregated,
    fragment_header,
    is_slice_kind,
    payload_kinds,
)
from streams.tap.walker import DOLLAR, FRAME_HEAD, payload_span

HALF = 1 << 31


@dataclass(frozen=True, slots=True)
class Gop:
    """What was known when a GOP began: how to read its bytes, and when its key picture was.

    `stream_time` and `captured_at` (unix seconds) are those of RTP time `timestamp`.
    """

    codec: Codec
    channel: int
    clock_rate: int
    timestamp: int
    stream_time: float
    captured_at: float

    def unpack(self, data: bytes) -> list[tuple[Packet, float]]:
        """Return the packets in a GOP's bytes, each with its capture time, in stream order.

        RTP has no decoding times: dts is pts. Units with a missing part are left out.
        """
        found = []
        for timestamp, units in access_units(self.codec, self.channel, data):
            if not any(is_slice_kind(self.codec, kind(self.codec, unit)) for unit in units):
                continue  # parameter sets of the next GOP, whose bytes begin with its first slice
            ahead = ((timestamp - self.timestamp + HALF) % (2 * HALF) - HALF) / self.clock_rate
            key = any(is_random_access(self.codec, unit) for unit in units)
            at = self.stream_time + ahead
            found.append((Packet(to_annexb(units), at, at, key), self.captured_at + ahead))
        return found


def frames(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (channel, start, stop) of each whole interleaved frame; messages are passed over."""
    at = 0
    while at + FRAME_HEAD <= len(data):
        if data[at] != DOLLAR:
            at = _passed_over(data, at)
            continue
        stop = at + FRAME_HEAD + int.from_bytes(data[at + 2 : at + 4], "big")
        if stop > len(data):
            return
        yield data[at + 1], at + FRAME_HEAD, stop
        at = stop


def access_units(codec: Codec, channel: int, data: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Yield (RTP time, units) of each access unit of one channel."""
    units: list[bytes] = []
    fragments: list[bytes] = []
    current, sequence = -1, -1
    kinds = payload_kinds(codec)
    for number, start, stop in frames(data):
        if number != channel or stop - start < 12:
            continue
        following = int.from_bytes(data[start + 2 : start + 4], "big")
        if sequence >= 0 and following != sequence:
            fragments.clear()
        sequence = following + 1 & 0xFFFF
        timestamp = int.from_bytes(data[start + 4 : start + 8], "big")
        if timestamp != current:
            if units:
                yield current, units
            units, current = [], timestamp
            fragments.clear()
        payload = data[slice(*payload_span(data, start, stop))]
        if len(payload) <= HEADER[codec] or kinds[payload[0]] == FOREIGN:
            continue
        units += _units(codec, kinds[payload[0]], payload, fragments)
    if units:
        yield current, units


def _units(codec: Codec, what: int, payload: bytes, fragments: list[bytes]) -> list[bytes]:
    """Return what a payload completes; `fragments` are those of a unit that is not complete."""
    if what == AGGREGATE:
        found = aggregated(codec, payload)
    elif what == FRAGMENT:
        head, body = payload[HEADER[codec]], payload[HEADER[codec] + 1 :]
        if head & 0x80:
            fragments[:] = [fragment_header(codec, payload), body]
        elif fragments:
            fragments.append(body)
        if not head & 0x40 or not fragments:
            return []
        found = [b"".join(fragments)]
        fragments.clear()
    else:
        found = [payload]
    return [unit for unit in found if not is_delimiter(codec, unit)]


def _passed_over(data: bytes, at: int) -> int:
    try:
        read = read_message(data[at : at + 65_536])
    except NotRtspError:
        following = data.find(b"$", at + 1)
        return len(data) if following < 0 else following
    return len(data) if read is None else at + read[1]
