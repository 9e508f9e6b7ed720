"""A picture that somebody sent: JPEG or PNG, its size read before it is decoded."""

from __future__ import annotations

import cv2
import numpy as np

from models.detector import Pixels

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
"""A small file can decode to gigabytes; no camera has more than this."""
_PNG = b"\x89PNG\r\n\x1a\n"
_LONELY = frozenset({0x01, *range(0xD0, 0xD9)})
"""JPEG markers without a length."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers of a frame header, which holds the size."""


class Unreadable(ValueError):
    """The bytes are no picture that is taken here; the text says why."""


def decoded(data: bytes) -> Pixels:
    """Return a picture as BGR, turned as its EXIF says.

    Raises:
        Unreadable: not JPEG or PNG, damaged, or too large.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(f"more than {MOST_BYTES >> 20} MiB")
    size = _size(data)
    if size is None:
        raise Unreadable("not a picture that can be read (JPEG or PNG)")
    if size[0] * size[1] > MOST_PIXELS:
        raise Unreadable(f"{size[0]} x {size[1]} pixels are too many")
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise Unreadable("the picture is damaged")
    return np.asarray(pixels, np.uint8)


def _size(data: bytes) -> tuple[int, int] | None:
    """Return width and height as the header says; None when it is neither JPEG nor PNG."""
    if data.startswith(_PNG) and len(data) >= 24:
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    return _jpeg_size(data) if data.startswith(b"\xff\xd8") else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF or marker in _LONELY:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES:
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None
