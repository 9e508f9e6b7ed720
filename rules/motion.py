"""Motion of one tracked box: where it may be next, and whether it stands still."""

from __future__ import annotations

from math import hypot, log, sqrt

import msgspec

from rules.boxes import centre, size
from rules.observation import Box, Point

_ACCELERATION = 1.5  # Sizes per s²: a hard braking car, a person who starts to run or falls.
_START_SPEED = 2.0  # Sizes per s: what a new track may do before its speed is known.
_NOISE = 0.06  # Sizes: how far the centre of a detected box wobbles.
_COAST_S = 3.0  # Longer than this nobody knows where a moving thing went.
_SETTLED = 10  # Readings whose mean is the spot of a still thing.
_RIM = 0.005  # An edge this near to the border of the picture is cut by it.
_WOBBLE_S = 0.6  # A reading away from the spot counts once it lasts: doubles and cut boxes do not.


class Motion(msgspec.Struct, frozen=True):
    """Filtered centre (x in picture heights, y) with velocity per second.

    `pp`, `pv`, `vv` are the covariance of place and velocity, alike for x and y.
    """

    x: float
    y: float
    vx: float = 0.0
    vy: float = 0.0
    pp: float = 0.0
    pv: float = 0.0
    vv: float = 0.0


class Rest(msgspec.Struct, frozen=True):
    """The spot where a thing was last seen to stand: mean box, since when, number of readings.

    `away` is a reading elsewhere that is not yet believed, and when it came.
    """

    box: Box
    since: float
    readings: int = 1
    away: Box | None = None
    away_since: float = 0.0


def begun(box: Box, aspect: float) -> Motion:
    """Return the motion of a box seen for the first time."""
    side = size(box, aspect)
    x, y = centre(box)
    return Motion(x * aspect, y, pp=(_NOISE * side) ** 2, vv=(_START_SPEED * side) ** 2)


def standing(box: Box, aspect: float) -> Motion:
    """Return the motion of a box that is known to stand."""
    x, y = centre(box)
    return Motion(x * aspect, y, pp=(_NOISE * size(box, aspect)) ** 2)


def predicted(motion: Motion, side: float, dt: float) -> Motion:
    """Return the motion `dt` seconds later, less certain the longer it is."""
    if dt > _COAST_S:
        return Motion(motion.x, motion.y, pp=side**2, vv=(_START_SPEED * side) ** 2)
    push = (_ACCELERATION * side) ** 2
    return Motion(
        motion.x + motion.vx * dt,
        motion.y + motion.vy * dt,
        motion.vx,
        motion.vy,
        motion.pp + 2 * dt * motion.pv + dt * dt * motion.vv + push * dt**4 / 4,
        motion.pv + dt * motion.vv + push * dt**3 / 2,
        motion.vv + push * dt * dt,
    )


def corrected(motion: Motion, box: Box, aspect: float) -> Motion:
    """Return a predicted motion after a reading (Kalman, one gain for both axes)."""
    x, y = centre(box)
    noise = (_NOISE * size(box, aspect)) ** 2
    total = motion.pp + noise
    if total <= 0.0:
        return motion
    gain, gain_v = motion.pp / total, motion.pv / total
    dx, dy = x * aspect - motion.x, y - motion.y
    return Motion(
        motion.x + gain * dx,
        motion.y + gain * dy,
        motion.vx + gain_v * dx,
        motion.vy + gain_v * dy,
        (1 - gain) * motion.pp,
        (1 - gain) * motion.pv,
        motion.vv - gain_v * motion.pv,
    )


def spread(motion: Motion) -> float:
    """Return the standard deviation of the place, in picture heights."""
    return sqrt(max(0.0, motion.pp))


def place(motion: Motion, aspect: float) -> Point:
    """Return the filtered centre in fractions of the picture."""
    return motion.x / aspect, motion.y


def displacement(a: Box, b: Box, aspect: float) -> float:
    """Return how far a rigid thing went from `a` to `b`, in sizes of `a`; growing counts too.

    A thing that moves takes both opposite edges along; one that something passes in front of, or
    whose box swallows a neighbour, moves one of them. So the smaller of two edges is what counts,
    and a change of scale must show in width and height alike. Where the picture's border cuts both
    boxes nothing can move: there the other edge tells alone.
    """
    side = size(a, aspect)
    if side <= 0.0:
        return 0.0
    dx = _shift((a[0], a[2]), (b[0], b[2])) * aspect
    dy = _shift((a[1], a[3]), (b[1], b[3]))
    wider = _ratio(b[2] - b[0], a[2] - a[0])
    taller = _ratio(b[3] - b[1], a[3] - a[1])
    return max(hypot(dx, dy) / side, abs(_together(wider, taller)))


def _shift(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return how far a thing went along an axis, from its two edges there before and after."""
    low, high = b[0] - a[0], b[1] - a[1]
    if min(a[1], b[1]) > 1.0 - _RIM:
        return low if max(a[0], b[0]) > _RIM else 0.0
    return high if max(a[0], b[0]) < _RIM else _together(low, high)


def _together(a: float, b: float) -> float:
    if a * b <= 0.0:
        return 0.0
    return a if abs(a) < abs(b) else b


def _ratio(a: float, b: float) -> float:
    return log(a / b) if a > 0.0 and b > 0.0 else 0.0


def rested(rest: Rest, box: Box, aspect: float, now: float, slack: float) -> Rest:
    """Return the rest after a reading; it begins anew when the thing has left its spot.

    `slack` is the distance, in sizes, within which it still stands there. The spot is the mean of
    the first readings and then stays what it is: one that followed would follow a slow queue.
    """
    if displacement(rest.box, box, aspect) <= slack:
        if rest.readings >= _SETTLED:
            return rest if rest.away is None else msgspec.structs.replace(rest, away=None)
        readings = rest.readings + 1
        x1, y1, x2, y2 = (m + (b - m) / readings for m, b in zip(rest.box, box, strict=True))
        return Rest((x1, y1, x2, y2), rest.since, readings)
    if rest.readings < 2:
        return Rest(box, now)
    if rest.away is None:
        return msgspec.structs.replace(rest, away=box, away_since=now)
    long_away = now - rest.away_since >= _WOBBLE_S
    if displacement(rest.away, box, aspect) <= slack:
        return Rest(box, rest.away_since, 2) if long_away else rest
    # Further off at every reading: it drives. A wobble goes to and fro, not on.
    onward = displacement(rest.box, box, aspect) > displacement(rest.box, rest.away, aspect)
    return Rest(box, now) if onward or long_away else rest


def still(rest: Rest, at: float) -> bool:
    """Tell whether the thing stood at its spot when it was last seen (`at`)."""
    return rest.readings >= 2 and at - rest.since >= _WOBBLE_S
