"""Bytes as cameras send them, made by hand."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence

from streams.nal import Codec
from streams.server.rtp import interleave, payloads
from streams.tap.walker import KeyPicture, KeyWalker

SPS, PPS = b"\x67\x42\x00\x1f\xda", b"\x68\xce\x3c\x80"
VPS265, SPS265, PPS265 = b"\x40\x01\x0c\x01", b"\x42\x01\x01\x01", b"\x44\x01\xc1\x72"
SETS: dict[Codec, tuple[bytes, ...]] = {"h264": (SPS, PPS), "hevc": (VPS265, SPS265, PPS265)}
SEI, DELIMITER = b"\x06\x05\x01\x02\x80", b"\x09\xf0"


def idr(codec: Codec, size: int = 3000, first: bool = True, fill: int = 7) -> bytes:
    """Return a slice of a key picture; `first` says that the picture begins with it."""
    header = b"\x65" if codec == "h264" else b"\x26\x01"
    return header + bytes([0x88 if first else 0x08]) + bytes([fill]) * size


def other(codec: Codec, size: int = 900) -> bytes:
    """Return a slice of a picture that needs others."""
    return (b"\x41" if codec == "h264" else b"\x02\x01") + b"\x9a" + b"p" * size


def aggregate(codec: Codec, units: Sequence[bytes]) -> bytes:
    """Return a STAP-A or an AP."""
    head = b"\x78" if codec == "h264" else b"\x60\x01"
    return head + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


class Camera:
    """Numbers and frames packets of channel 0."""

    def __init__(self, codec: Codec, sequence: int = 65_530, timestamp: int = 2**32 - 9000) -> None:
        self.codec: Codec = codec
        self.sequence = sequence
        self.timestamp = timestamp

    def rtp(
        self,
        payload: bytes,
        marker: bool = False,
        extension: bytes | None = None,
        sources: int = 0,
        padding: int = 0,
    ) -> bytes:
        """Return one framed packet; `extension` is the content of a header extension."""
        flags = 0x80 | sources | (0x10 if extension is not None else 0) | (0x20 if padding else 0)
        head = struct.pack(
            ">BBHII", flags, 0x80 * marker | 96, self.sequence, self.timestamp, 0x1234
        )
        head += b"\0\0\0\1" * sources
        if extension is not None:
            head += struct.pack(">HH", 0xABAC, len(extension) // 4) + extension
        tail = b"\0" * (padding - 1) + bytes([padding]) if padding else b""
        self.sequence = (self.sequence + 1) & 0xFFFF
        return interleave(0, head + payload + tail)

    def bodies(self, bodies: Sequence[bytes]) -> list[bytes]:
        """Return the packets of one access unit, the last one marked; time goes on by 40 ms."""
        made = [self.rtp(body, index == len(bodies) - 1) for index, body in enumerate(bodies)]
        self.timestamp = (self.timestamp + 3600) & 0xFFFF_FFFF
        return made

    def picture(self, *units: bytes) -> list[bytes]:
        """Return the packets of one access unit; large units are fragmented."""
        return self.bodies(list(payloads(self.codec, units)))


def walked(data: bytes, codec: Codec, *, cuts: Sequence[int] = ()) -> list[KeyPicture]:
    """Walk a stream that TCP has cut at the given places, as a session does."""
    return walk(KeyWalker(codec, (0, 1), SETS[codec]), data, cuts)


def walk(walker: KeyWalker, data: bytes, cuts: Sequence[int] = ()) -> list[KeyPicture]:
    """The same with a walker of one's own."""
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    tail, skip = b"", 0
    for start, stop in itertools.pairwise(places):
        buffer = bytearray(tail + data[start:stop])
        at = skip
        while at < len(buffer):
            following = walker.walk(buffer, at, len(buffer))
            if following == at:
                if buffer[at] == 0x24:
                    break
                following = at + 1  # the session looks for messages here
            at = following
        skip, tail = max(0, at - len(buffer)), bytes(buffer[min(at, len(buffer)) :])
    return walker.keys
