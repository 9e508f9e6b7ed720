"""NAL units of H.264 and H.265: splitting access units, finding and reading parameter sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Codec = Literal["h264", "hevc"]

START = b"\x00\x00\x00\x01"

H264_SPS, H264_PPS, H264_IDR, H264_DELIMITER = 7, 8, 5, 9
HEVC_VPS, HEVC_SPS, HEVC_PPS, HEVC_DELIMITER = 32, 33, 34, 35
HEVC_FIRST_IRAP, HEVC_LAST_IRAP = 16, 23


def kind(codec: Codec, unit: bytes) -> int:
    """Return the nal_unit_type of a unit without start code."""
    return unit[0] & 31 if codec == "h264" else (unit[0] >> 1) & 63


def split_annexb(data: bytes) -> list[bytes]:
    """Split a byte stream with start codes into its units, without the start codes."""
    units, start = [], _after_start_code(data, 0)
    while start < len(data):
        following = data.find(b"\x00\x00\x01", start)
        end = len(data) if following < 0 else following
        # a zero before a start code belongs to it: no unit ends in a zero byte
        unit = data[start:end].rstrip(b"\x00") if following >= 0 else data[start:end]
        if unit:
            units.append(unit)
        start = len(data) if following < 0 else following + 3
    return units


def split_length_prefixed(data: bytes, size: int) -> list[bytes]:
    """Split an access unit as MP4 holds it; `size` is the length field's, in bytes.

    Raises:
        ValueError: a length points beyond the data.
    """
    units, at = [], 0
    while at + size <= len(data):
        end = at + size + int.from_bytes(data[at : at + size], "big")
        if end > len(data):
            raise ValueError("a NAL unit is longer than its access unit")
        if end > at + size:
            units.append(data[at + size : end])
        at = end
    return units


def to_annexb(units: Sequence[bytes]) -> bytes:
    """Join units into a byte stream, each with a four-byte start code."""
    return b"".join(START + unit for unit in units)


def is_parameter_set(codec: Codec, unit: bytes) -> bool:
    """Say whether a unit is an SPS, a PPS or (H.265) a VPS."""
    return kind(codec, unit) in _PARAMETER_SETS[codec]


def is_random_access(codec: Codec, unit: bytes) -> bool:
    """Say whether a unit is a slice of a picture that needs no earlier one."""
    if codec == "h264":
        return kind(codec, unit) == H264_IDR
    return HEVC_FIRST_IRAP <= kind(codec, unit) <= HEVC_LAST_IRAP


def is_delimiter(codec: Codec, unit: bytes) -> bool:
    """Say whether a unit only marks where an access unit begins."""
    return kind(codec, unit) == (H264_DELIMITER if codec == "h264" else HEVC_DELIMITER)


class Layout:
    """How a stream's access units are written: read once from libav's extradata.

    Extradata is an avcC or hvcC record (MP4: length-prefixed units) or a byte stream.
    `parameter_sets` are the SPS, PPS (and VPS) in it, in order.
    """

    def __init__(self, codec: Codec, extradata: bytes) -> None:
        self.codec: Codec = codec
        self.length_size = 0
        self.parameter_sets: tuple[bytes, ...] = ()
        if extradata[:1] == b"\x01":
            size_at = 4 if codec == "h264" else 21
            self.length_size = (extradata[size_at] & 3) + 1
            read = _avcc if codec == "h264" else _hvcc
            self.parameter_sets = tuple(u for u in read(extradata) if is_parameter_set(codec, u))
        else:
            units = split_annexb(extradata)
            self.parameter_sets = tuple(u for u in units if is_parameter_set(codec, u))

    def split(self, data: bytes) -> list[bytes]:
        """Return the units of one access unit.

        Raises:
            ValueError: the data is not written as the layout says.
        """
        if self.length_size:
            return split_length_prefixed(data, self.length_size)
        return split_annexb(data)


_PARAMETER_SETS: dict[Codec, tuple[int, ...]] = {
    "h264": (H264_SPS, H264_PPS),
    "hevc": (HEVC_VPS, HEVC_SPS, HEVC_PPS),
}


def _after_start_code(data: bytes, at: int) -> int:
    found = data.find(b"\x00\x00\x01", at)
    return len(data) if found < 0 else found + 3


def _avcc(record: bytes) -> list[bytes]:
    """Read ISO/IEC 14496-15 AVCDecoderConfigurationRecord: SPSs, then PPSs."""
    units, at = [], 5
    for mask in (31, 255):
        count = record[at] & mask
        at += 1
        for _ in range(count):
            size = int.from_bytes(record[at : at + 2], "big")
            units.append(record[at + 2 : at + 2 + size])
            at += 2 + size
    return units


def _hvcc(record: bytes) -> list[bytes]:
    """Read ISO/IEC 14496-15 HEVCDecoderConfigurationRecord: arrays of units."""
    units, at = [], 23
    for _ in range(record[22]):
        count = int.from_bytes(record[at + 1 : at + 3], "big")
        at += 3
        for _ in range(count):
            size = int.from_bytes(record[at : at + 2], "big")
            units.append(record[at + 2 : at + 2 + size])
            at += 2 + size
    return units
