"""RTP and RTCP over RTSP: packets of H.264 (RFC 6184) and H.265 (RFC 7798), sender reports."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from streams.nal import Codec, is_parameter_set

CLOCK_RATE = 90_000
PAYLOAD_TYPE = 96
MTU = 1400
"""Largest RTP payload in bytes."""

EXTENSION = b"\xab\xac\x00\x01abcd"
"""A header extension of one word, as ONVIF devices send for replay (RFC 3550 5.3.1)."""
PADDING = b"\x00\x00\x00\x04"

NTP_EPOCH = 2_208_988_800
CNAME = b"\x01\x06camera\x00\x00\x00\x00"


def payloads(codec: Codec, units: Sequence[bytes], mtu: int = MTU) -> Iterator[bytes]:
    """Yield the RTP payloads of one access unit: single NAL units, or fragments of large ones."""
    for unit in units:
        if len(unit) <= mtu:
            yield unit
        elif codec == "h264":
            yield from _fragments(unit[1:], bytes([unit[0] & 0xE0 | 28]), unit[0] & 31, mtu)
        else:
            header = bytes([unit[0] & 0x81 | 49 << 1, unit[1]])
            yield from _fragments(unit[2:], header, (unit[0] >> 1) & 63, mtu)


def aggregate(codec: Codec, units: Sequence[bytes]) -> bytes:
    """Return one payload with several units: STAP-A (RFC 6184 5.7.1) or AP (RFC 7798 4.4.2)."""
    head = bytes([24 | 0x60]) if codec == "h264" else bytes([48 << 1, 1])
    return head + b"".join(struct.pack(">H", len(unit)) + unit for unit in units)


def _fragments(body: bytes, indicator: bytes, kind: int, mtu: int) -> Iterator[bytes]:
    """FU-A (RFC 6184 5.8) and FU (RFC 7798 4.4.3) differ in the length of the indicator only."""
    size = mtu - len(indicator) - 1
    for at in range(0, len(body), size):
        start = 0x80 if at == 0 else 0
        end = 0x40 if at + size >= len(body) else 0
        yield indicator + bytes([kind | start | end]) + body[at : at + size]


def interleave(channel: int, packet: bytes) -> bytes:
    """Frame a packet for the RTSP connection (RFC 2326 10.12)."""
    return struct.pack(">cBH", b"$", channel, len(packet)) + packet


class RtpStream:
    """One sender: sequence numbers, the 90 kHz clock and what a sender report says."""

    def __init__(self, codec: Codec, ssrc: int, sequence: int, timestamp: int) -> None:
        self._codec: Codec = codec
        self._ssrc = ssrc
        self._sequence = sequence
        self._first_timestamp = timestamp
        self._packets = 0
        self._octets = 0

    @property
    def sequence(self) -> int:
        """The sequence number of the next packet."""
        return self._sequence

    def timestamp(self, at: float) -> int:
        """Return the RTP time of a picture `at` seconds after PLAY; wraps at 32 bits."""
        return (self._first_timestamp + round(at * CLOCK_RATE)) & 0xFFFF_FFFF

    def packets(self, units: Sequence[bytes], at: float, dialect: bool = False) -> list[bytes]:
        """Return the RTP packets of one access unit, the last one marked.

        In `dialect` parameter sets are aggregated, and each packet has an extension and padding.
        """
        sets = [unit for unit in units if dialect and is_parameter_set(self._codec, unit)]
        bodies = list(payloads(self._codec, [unit for unit in units if unit not in sets]))
        if sets:
            bodies.insert(0, aggregate(self._codec, sets))
        timestamp = self.timestamp(at)
        packets = []
        for index, body in enumerate(bodies):
            marker = 0x80 if index == len(bodies) - 1 else 0
            flags = 0xB0 if dialect else 0x80
            head = struct.pack(
                ">BBHII", flags, PAYLOAD_TYPE | marker, self._sequence, timestamp, self._ssrc
            )
            packets.append(head + EXTENSION + body + PADDING if dialect else head + body)
            self._sequence = (self._sequence + 1) & 0xFFFF
            self._packets += 1
            self._octets += len(body)
        return packets

    def sender_report(self, at: float, wall: float) -> bytes:
        """Return RTCP SR + SDES (RFC 3550 6.4.1): what RTP time it is at `wall` (unix seconds)."""
        ntp = int((wall + NTP_EPOCH) * 2**32)
        report = struct.pack(
            ">BBHIQIII",
            0x80,
            200,
            6,
            self._ssrc,
            ntp,
            self.timestamp(at),
            self._packets & 0xFFFF_FFFF,
            self._octets & 0xFFFF_FFFF,
        )
        return report + struct.pack(">BBHI", 0x81, 202, 1 + len(CNAME) // 4, self._ssrc) + CNAME
