"""Kinds of RTP payloads of H.264 (RFC 6184) and H.265 (RFC 7798), and the units in them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from streams.nal import Codec

PLAIN, KEY, FRAGMENT, AGGREGATE, FOREIGN = range(5)
"""What a payload's first byte says: none of ours, a key picture's, look further, unreadable."""

_KEY: Mapping[Codec, frozenset[int]] = {
    # slices of an IDR picture, SPS, PPS
    "h264": frozenset((5, 7, 8)),
    # slices of IRAP pictures; VPS, SPS, PPS
    "hevc": frozenset((16, 17, 18, 19, 20, 21, 32, 33, 34)),
}
_SPECIAL: Mapping[Codec, Mapping[int, int]] = {
    "h264": {
        24: AGGREGATE,
        28: FRAGMENT,
        25: FOREIGN,
        26: FOREIGN,
        27: FOREIGN,
        29: FOREIGN,
    },
    "hevc": {48: AGGREGATE, 49: FRAGMENT, 50: FOREIGN},
}
HEADER: Mapping[Codec, int] = {"h264": 1, "hevc": 2}
"""Bytes of a unit's header, and of an aggregate's or fragment's indicator."""


def unit_kind(codec: Codec, first: int) -> int:
    """Return the unit's type from the first byte of its header."""
    return first & 31 if codec == "h264" else (first >> 1) & 63


def payload_kinds(codec: Codec) -> bytes:
    """Return a table: first byte of a payload to what it is."""
    special, key = _SPECIAL[codec], _KEY[codec]

    def of(first: int) -> int:
        number = unit_kind(codec, first)
        return special.get(number, KEY if number in key else PLAIN)

    return bytes(of(first) for first in range(256))


def fragment_kinds(codec: Codec) -> bytes:
    """Return a table: a fragment's own header byte to whether it is of a key picture."""
    mask = 31 if codec == "h264" else 63
    return bytes(KEY if byte & mask in _KEY[codec] else PLAIN for byte in range(256))


def is_slice_kind(codec: Codec, kind: int) -> bool:
    """Say whether a unit's type is that of a coded slice."""
    return 1 <= kind <= 5 if codec == "h264" else kind < 32


def fragment_header(codec: Codec, payload: bytes) -> bytes:
    """Return the header of the unit that a fragment begins."""
    if codec == "h264":
        return bytes((payload[0] & 0xE0 | payload[1] & 31,))
    return bytes((payload[0] & 0x81 | (payload[2] & 63) << 1, payload[1]))


def aggregated(codec: Codec, payload: bytes) -> list[bytes]:
    """Return the units of a STAP-A or an AP; what does not fit in the payload is left out."""
    units, at = [], HEADER[codec]
    while at + 2 <= len(payload):
        end = at + 2 + int.from_bytes(payload[at : at + 2], "big")
        if end > len(payload):
            break
        if end - at - 2 > HEADER[codec]:
            units.append(payload[at + 2 : end])
        at = end
    return units


def begins_picture(codec: Codec, unit: bytes) -> bool:
    """Say whether a slice is the first of its picture (its first macroblock or segment)."""
    at = HEADER[codec]
    return len(unit) > at and bool(unit[at] & 0x80)


def set_id(codec: Codec, unit: bytes) -> tuple[int, int]:
    """Return what a parameter set replaces: its type, and its id where that is easy to read."""
    kind = unit_kind(codec, unit[0])
    if codec == "h264":
        return kind, _golomb(unit[4:] if kind == 7 else unit[1:])
    if kind == 32:
        return kind, unit[2] >> 4 if len(unit) > 2 else 0
    return kind, _golomb(unit[2:]) if kind == 34 else 0


def _golomb(data: bytes) -> int:
    """Return the ue(v) that data begins with, up to 254; 0 where there is none."""
    bits = int.from_bytes(data[:2].ljust(2, b"\x80"), "big")
    zeros = 16 - bits.bit_length()
    if zeros > 7:
        return 0
    return (bits >> (15 - 2 * zeros)) - 1
