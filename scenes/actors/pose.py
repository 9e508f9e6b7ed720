"""Poses: joint angles as one small array, a builder with anatomical words, and easings."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Pose = Floats
"""Shape (15, 3). Rows 0..13 are joints: radians about the left, forward and up axis.

Row 0 is the whole body's lean (forward, to the left) and its turn about its own long axis.
Row 14 is not an angle: `anchor` (1: the feet stand on the place, 0: the hips are above it),
`lift` (metres above the ground) and `seat` (the height on which the trunk rests, in metres).
"""

ROOT, LUMBAR, CHEST, NECK = 0, 1, 2, 3
SHOULDER, ELBOW, HIP, KNEE, ANKLE = 4, 6, 8, 10, 12
"""The left joint's row; the right one's is the next."""
HOW = 14
ANCHOR, LIFT, SEAT = 0, 1, 2
ROWS = 15

Both = float | tuple[float, float]
"""Degrees for both sides, or (left, right)."""


def pose(
    *,
    lean: float = 0.0,
    lean_left: float = 0.0,
    roll: float = 0.0,
    bend: float = 0.0,
    side: float = 0.0,
    twist: float = 0.0,
    nod: float = 0.0,
    look: float = 0.0,
    arm: Both = 0.0,
    arm_out: Both = 7.0,
    arm_turn: Both = 0.0,
    elbow: Both = 12.0,
    thigh: Both = 0.0,
    thigh_out: Both = 3.0,
    thigh_turn: Both = 6.0,
    knee: Both = 2.0,
    toes_up: Both = 0.0,
    anchor: float = 1.0,
    lift: float = 0.0,
    seat: float = 0.0,
) -> Pose:
    """Return a pose from degrees (heights in metres); what is not named hangs as in standing.

    Forward is positive for `lean`, `bend`, `nod`, `arm` and `thigh`; outward for `*_out` and
    `*_turn`; to the left for `lean_left`, `side`, `twist`, `look` and `roll`.
    """
    degrees = np.zeros((ROWS, 3))
    degrees[ROOT] = lean, lean_left, roll
    degrees[LUMBAR] = bend * 0.5, -side * 0.5, twist * 0.5
    degrees[CHEST] = degrees[LUMBAR]
    degrees[NECK] = nod, 0.0, look
    for right in (0, 1):
        out = -1.0 if right else 1.0
        degrees[SHOULDER + right] = (
            -_of(arm, right),
            out * _of(arm_out, right),
            out * _of(arm_turn, right),
        )
        degrees[ELBOW + right, 0] = -_of(elbow, right)
        degrees[HIP + right] = (
            -_of(thigh, right),
            out * _of(thigh_out, right),
            out * _of(thigh_turn, right),
        )
        degrees[KNEE + right, 0] = _of(knee, right)
        degrees[ANKLE + right, 0] = -_of(toes_up, right)
    result = np.radians(degrees)
    result[HOW] = anchor, lift, seat
    return result


def _of(value: Both, right: int) -> float:
    return value[right] if isinstance(value, tuple) else value


def mirrored(one: Pose) -> Pose:
    """Return the pose with left and right exchanged."""
    result = one.copy()
    for left in (SHOULDER, ELBOW, HIP, KNEE, ANKLE):
        result[[left, left + 1]] = one[[left + 1, left]]
    result[1:HOW, 1:] *= -1.0
    result[ROOT, 1:] *= -1.0
    return result


def blend(one: Pose, other: Pose, share: float) -> Pose:
    """Return the pose that is `share` (0..1) of the way from `one` to `other`."""
    return one + (other - one) * share


def smooth(share: float) -> float:
    """Return the minimum-jerk course from 0 to 1 (Flash and Hogan 1985)."""
    x = min(max(share, 0.0), 1.0)
    return x * x * x * (10.0 + x * (6.0 * x - 15.0))


def toppling(share: float) -> float:
    """Return the course of something that topples: slow first, fastest at the end."""
    x = min(max(share, 0.0), 1.0)
    return x * x * (1.6 - 0.6 * x)


def linear(share: float) -> float:
    """Return `share`, held within 0..1."""
    return min(max(share, 0.0), 1.0)


def shortest(angle: float) -> float:
    """Return an angle in radians brought into -pi..pi."""
    return math.remainder(angle, 2.0 * math.pi)
