"""The pictures of an alert: wide and close-up, clean and annotated, each with its masks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from events.alert import Box, EvidenceRef, Mask
from inference.masks import masks
from models.detector import Detections, Pixels
from streams.picture import Shot

Put = Callable[[bytes, str], str]
"""Stores bytes with a file suffix and returns their sha256, after they are safe on disk."""

_QUALITY = 90
_CLOSE_UP = 2.0
"""A close-up shows the box with this much of its size around it, so that the place is legible."""
_CLOSE_UP_PX = 640


@dataclass(frozen=True, slots=True)
class Taken:
    """One picture with what the models saw in it: what evidence is made of."""

    shot: Shot
    masks: tuple[Mask, ...]


def taken(shot: Shot, tables: Mapping[str, Detections]) -> Taken:
    """Return a picture with its masks, made from every table at hand."""
    height, width = shot.picture.pixels.shape[:2]
    return Taken(shot, masks(tables, width / height))


def pictures(seen: Taken, box: Box, label: str, put: Put) -> tuple[EvidenceRef, ...]:
    """Store wide, annotated and close-up pictures of one alert and return what to call them."""
    pixels = seen.shot.picture.pixels
    at = seen.shot.captured_at
    window = close_up_window(box, pixels.shape[1] / pixels.shape[0])
    return (
        _ref("wide", put(encode(pixels), ".jpg"), at, seen.masks),
        _ref("annotated", put(encode(annotate(pixels, box, label)), ".jpg"), at, seen.masks),
        _ref("close_up", put(encode(crop(pixels, window)), ".jpg"), at, within(seen.masks, window)),
    )


def single(role: str, seen: Taken, put: Put) -> EvidenceRef:
    """Store one wide picture under a role ('start', 'after') and return what to call it."""
    digest = put(encode(seen.shot.picture.pixels), ".jpg")
    return _ref(role, digest, seen.shot.captured_at, seen.masks)


def _ref(role: str, sha256: str, at: float, areas: tuple[Mask, ...]) -> EvidenceRef:
    return EvidenceRef(role, "attached", sha256, "image/jpeg", at, areas)


def encode(pixels: Pixels) -> bytes:
    """Return a BGR picture as JPEG.

    Raises:
        ValueError: the codec refused the picture.
    """
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        raise ValueError("picture could not be encoded as JPEG")
    return bytes(data)


def annotate(pixels: Pixels, box: Box, label: str) -> Pixels:
    """Return a copy with the box and an ASCII label drawn in."""
    shown = pixels.copy()
    height, width = shown.shape[:2]
    x1, y1, x2, y2 = _pixels_of(box, width, height)
    thick = max(2, round(max(width, height) / 480))
    cv2.rectangle(shown, (x1, y1), (x2, y2), (0, 0, 255), thick)
    scale = max(0.5, max(width, height) / 1600)
    foot = (x1, y1 - 6) if y1 > 24 else (x1, min(height - 4, y2 + round(22 * scale)))
    cv2.putText(shown, label, foot, cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), thick + 2)
    cv2.putText(shown, label, foot, cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 255), thick)
    return shown


def close_up_window(box: Box, aspect: float) -> Box:
    """Return what a close-up of `box` shows, in fractions of a picture of this aspect."""
    cx, cy = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    side = max(box[2] - box[0], (box[3] - box[1]) / aspect, 0.05) * _CLOSE_UP
    half_w, half_h = min(side / 2, 0.5), min(side * aspect / 2, 0.5)
    cx, cy = min(max(cx, half_w), 1 - half_w), min(max(cy, half_h), 1 - half_h)
    return (cx - half_w, cy - half_h, cx + half_w, cy + half_h)


def crop(pixels: Pixels, window: Box) -> Pixels:
    """Return the part of a picture in `window`, enlarged to a longer side of at least 640 px."""
    height, width = pixels.shape[:2]
    x1, y1, x2, y2 = _pixels_of(window, width, height)
    part = np.ascontiguousarray(pixels[y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)])
    ratio = _CLOSE_UP_PX / max(part.shape[:2])
    if ratio <= 1:
        return part
    size = (round(part.shape[1] * ratio), round(part.shape[0] * ratio))
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def within(areas: tuple[Mask, ...], window: Box) -> tuple[Mask, ...]:
    """Return the masks that touch `window`, in fractions of the window."""
    x1, y1, x2, y2 = window
    width, height = x2 - x1, y2 - y1
    found = []
    for area in areas:
        a, b, c, d = area.box
        if a < x2 and c > x1 and b < y2 and d > y1:
            moved = ((a - x1) / width, (b - y1) / height, (c - x1) / width, (d - y1) / height)
            left, top, right, bottom = (min(max(v, 0.0), 1.0) for v in moved)
            found.append(Mask(area.what, (left, top, right, bottom)))
    return tuple(found)


def _pixels_of(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    return (
        round(box[0] * width),
        round(box[1] * height),
        round(box[2] * width),
        round(box[3] * height),
    )
