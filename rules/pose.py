"""How much one detected person lies: from key points where they are good, from the box elsewhere.

All measures are shares of the person's own upright height, so that distance does not matter.
"""

from __future__ import annotations

from math import atan2, degrees, hypot

import msgspec

from rules.observation import Box, Point

KeyPoints = tuple[tuple[float, float, float], ...]

_HEAD, _SHOULDERS, _HIPS, _ANKLES = range(5), (5, 6), (11, 12), (15, 16)
_SHINS = ((13, 15), (14, 16))
_VISIBLE = 0.5
_RIM = 0.005  # A box this near to the border of the picture is cut by it.
_TORSO = 0.22  # A torso seen at full length is about a third of the height; shorter points at us.
_BODY = 0.55  # Likewise head to ankles, nine tenths.
_UPRIGHT_TILT = 35.0  # Degrees from the vertical; sitting straight and walking stay below.
_SEATED = 0.6  # Share of the upright height that someone on a chair still has.
_BOX_TALL = 1.4  # Height over width of a box that only someone upright fills.


class Reading(msgspec.Struct, frozen=True):
    """One look at one person: `lying` 0..1 (None: this picture does not tell), `upright` for sure.

    `whole` says that no border cuts the box, so that its height is the person's.
    """

    lying: float | None
    upright: bool
    whole: bool


class _Line(msgspec.Struct, frozen=True):
    """A part of the body: tilt from the vertical in degrees, length in picture heights."""

    tilt: float
    length: float


def is_whole(box: Box) -> bool:
    """Tell whether the whole box is inside the picture."""
    return box[0] > _RIM and box[1] > _RIM and box[2] < 1.0 - _RIM and box[3] < 1.0 - _RIM


def read(
    box: Box, points: KeyPoints, aspect: float, height: float | None, ground: float | None
) -> Reading:
    """Return what one detection tells.

    Args:
        box: of the person, fractions.
        points: 17 COCO key points, or none.
        aspect: width over height of the picture.
        height: of the person's box when upright, picture heights; None when never seen so.
        ground: where the feet were then (y); None likewise.
    """
    whole = is_whole(box)
    wide, tall = (box[2] - box[0]) * aspect, box[3] - box[1]
    torso = _line(points, _SHOULDERS, _HIPS, aspect)
    body = _line(points, _HEAD, _ANKLES, aspect)
    scale = height or max(tall, wide)
    votes: list[tuple[float, float]] = []
    for line, full in ((torso, _TORSO), (body, _BODY)):
        if line is not None:
            share = min(1.0, line.length / (full * scale))
            if share > 0.4:  # A line that points at the camera has no tilt to speak of.
                votes.append((0.25 * share, _ramp(line.tilt, _UPRIGHT_TILT, 65.0)))
    if height is not None and _is_supported(points, aspect, height):
        votes.append((0.35, 0.0))
    if not votes and points and not whole:
        return Reading(None, False, whole)
    if whole:
        votes.append((0.25 if votes else 0.45, _ramp(wide / tall, 0.7, 1.3)))
        if height is not None:
            votes.append((0.35 if len(votes) > 1 else 0.55, _collapsed(box, points, height)))
    if not votes:
        return Reading(None, False, whole)
    lying = sum(w * v for w, v in votes) / sum(w for w, _ in votes)
    if height is not None and ground is not None:
        # Who lies higher than the feet stood lies on something: a sofa, a bench, a bed.
        lying *= 1.0 - _ramp((ground - box[3]) / height, 0.1, 0.25)
    return Reading(lying, _is_upright(torso, wide, tall, whole, height), whole)


def _is_supported(points: KeyPoints, aspect: float, height: float) -> bool:
    """Tell whether a shin stands: squatting, bending and tying shoes happen above a foot."""
    for knee, ankle in _SHINS:
        shin = _line(points, (knee,), (ankle,), aspect)
        if shin is not None and shin.tilt < 40.0 and shin.length >= 0.15 * height:
            return True
    return False


def _is_upright(
    torso: _Line | None, wide: float, tall: float, whole: bool, height: float | None
) -> bool:
    if height is not None and tall < _SEATED * height:
        return False  # Straight, but on the ground or half hidden.
    if torso is not None and torso.length > 0.15 * tall:
        return torso.tilt <= _UPRIGHT_TILT and tall > wide
    return whole and tall >= _BOX_TALL * wide


def _collapsed(box: Box, points: KeyPoints, height: float) -> float:
    """Return 0 for one who stands or sits, 1 for one whose head is down at the ground."""
    head = _middle(points, _HEAD)
    if head is not None:
        return _ramp(1.0 - (box[3] - head[1]) / height, 0.4, 0.65)
    return _ramp(1.0 - (box[3] - box[1]) / height, 0.3, 0.55)


def _line(
    points: KeyPoints, upper: range | tuple[int, ...], lower: tuple[int, ...], aspect: float
) -> _Line | None:
    above, below = _middle(points, upper), _middle(points, lower)
    if above is None or below is None:
        return None
    dx, dy = (below[0] - above[0]) * aspect, below[1] - above[1]
    return _Line(degrees(atan2(abs(dx), dy)), hypot(dx, dy))


def _middle(points: KeyPoints, which: range | tuple[int, ...]) -> Point | None:
    seen = [points[i] for i in which if i < len(points) and points[i][2] >= _VISIBLE]
    if not seen:
        return None
    return sum(p[0] for p in seen) / len(seen), sum(p[1] for p in seen) / len(seen)


def _ramp(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))
