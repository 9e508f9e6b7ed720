"""How a body looks in a posture, from any side and from above: what key points are held against.

A small library of jointed bodies, turned in steps and seen at several angles of depression (weak
perspective: a person is small against the distance to the camera). Lengths are shares of the
body's height, after Drillis and Contini (Winter, Biomechanics and Motor Control of Human
Movement, 4th ed., fig. 4.1).
"""

from __future__ import annotations

from functools import cache
from math import cos, radians, sin
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kind = Literal["up", "seat", "low", "fours", "lying"]
KINDS: tuple[Kind, ...] = ("up", "seat", "low", "fours", "lying")

TILTS = (5.0, 15.0, 25.0, 35.0, 45.0, 55.0, 65.0)
"""Degrees below the horizon at which a person is seen."""

HEAD, L_SHOULDER, R_SHOULDER, L_HIP, R_HIP, L_KNEE, R_KNEE, L_ANKLE, R_ANKLE = range(9)
JOINTS = 9
_TURNS = 16
_SHANK, _THIGH, _TRUNK, _NECK = 0.246, 0.245, 0.288, 0.10
_SHOULDER, _HIP = 0.11, 0.052
# How thick the body is at each joint (the head to its crown, the ankle to the sole).
_ROUND = np.array([0.075, 0.05, 0.05, 0.06, 0.06, 0.04, 0.04, 0.045, 0.045])
_HANDS = 0.045  # Body heights that arms stick out of the trunk, to either side, of one who stands.


class _Posture(NamedTuple):
    """Angles in degrees, in profile: `trunk` leans forward; for (left, right) leg `thigh` is lifted
    forward from straight down and `knee` is bent. `laid` turns the whole onto its left side.
    `spread` lifts the thighs outward; `arms` tells where the hands are (forward, up from the feet).
    """

    kind: Kind
    trunk: float
    thigh: tuple[float, float]
    knee: tuple[float, float]
    laid: bool = False
    spread: float = 3.0


_POSTURES = (
    _Posture("up", 0, (0, 0), (2, 2)),
    _Posture("up", 3, (14, -12), (4, 12)),
    _Posture("up", 5, (26, -20), (6, 25)),
    _Posture("up", 12, (30, -15), (45, 40)),
    _Posture("up", 25, (8, 8), (10, 10)),
    _Posture("low", 55, (12, 12), (15, 15)),
    _Posture("low", 95, (18, 18), (24, 24)),
    _Posture("low", 80, (45, 30), (60, 50)),
    _Posture("low", 40, (112, 112), (132, 132), spread=14),
    _Posture("low", 60, (105, 80), (122, 130), spread=10),
    _Posture("low", 60, (98, 22), (104, 106)),
    _Posture("low", 12, (88, 0), (92, 92)),
    _Posture("low", 8, (4, 4), (96, 96)),
    _Posture("fours", 80, (0, 0), (90, 90)),
    _Posture("seat", 0, (84, 84), (86, 86)),
    _Posture("seat", 30, (84, 84), (88, 88)),
    _Posture("low", 0, (88, 82), (80, 64), spread=8),
    _Posture("low", 8, (88, 88), (124, 124), spread=40),
    _Posture("low", -15, (88, 88), (10, 10), spread=8),
    _Posture("fours", 74, (-74, -74), (2, 2)),
    _Posture("lying", 90, (-90, -90), (4, 4), spread=8),
    _Posture("lying", 90, (-60, -88), (60, 10), spread=10),
    _Posture("lying", -90, (96, 92), (10, 8), spread=8),
    _Posture("lying", -90, (130, 96), (95, 10), spread=8),
    _Posture("lying", -90, (130, 130), (95, 95), spread=8),
    _Posture("lying", 0, (6, 2), (8, 4), laid=True),
    _Posture("lying", 8, (34, 58), (56, 78), laid=True),
    _Posture("lying", 25, (80, 70), (80, 90), laid=True),
)
KIND_OF = np.repeat([KINDS.index(p.kind) for p in _POSTURES], _TURNS)
"""(K,) index into KINDS of each template."""
TRUNK_OF = np.repeat(np.arange(len(_POSTURES)), _TURNS)
HEADINGS = np.tile(np.arange(_TURNS) * 2 * np.pi / _TURNS, len(_POSTURES))
"""(K,) where each template faces: 0 to the right of the picture, pi / 2 away from the camera."""


class Library(NamedTuple):
    """Templates by angle of depression.

    `points` (T, K, 9, 2): x to the right, y down, from the middle of the body. `boxes` (T, K, 2):
    width and height. `tall` (T,): how high a standing body's box is. `prior` (K,): log of a
    template's share of its kind.
    """

    points: Floats
    boxes: Floats
    tall: Floats
    prior: Floats


@cache
def library() -> Library:
    """Return the templates; made once."""
    bodies = np.array([_turned(_body(p), k) for p in _POSTURES for k in range(_TURNS)])
    points, boxes = [], []
    for tilt in TILTS:
        c, s = cos(radians(tilt)), sin(radians(tilt))
        flat = np.stack((bodies[..., 0], -c * bodies[..., 2] - s * bodies[..., 1]), axis=-1)
        low = (flat - _ROUND[:, None]).min(axis=1)
        high = (flat + _ROUND[:, None]).max(axis=1)
        boxes.append(high - low + np.array([2 * _HANDS, 0.0]))
        points.append(flat[:, :JOINTS])
    kinds = np.bincount(KIND_OF, minlength=len(KINDS))
    all_boxes = np.array(boxes)
    tall = all_boxes[:, : 3 * _TURNS, 1].mean(axis=1)
    return Library(np.array(points), all_boxes, tall, -np.log(kinds[KIND_OF]))


def _body(posture: _Posture) -> Floats:
    """Return the joints (9, 3) of a posture: forward, left, up, on the ground."""
    hip = np.zeros(3)
    lean = radians(posture.trunk)
    along = np.array([sin(lean), 0.0, cos(lean)])
    neck = hip + _TRUNK * along
    rows = [neck + _NECK * along, neck, neck, hip, hip]
    knees: list[Floats] = []
    ankles: list[Floats] = []
    for thigh, knee in zip(posture.thigh, posture.knee, strict=True):
        side = 1.0 if not knees else -1.0
        lift, flex = radians(thigh), radians(thigh - knee)
        out = radians(posture.spread) * side
        joint = hip + _THIGH * np.array([sin(lift), sin(out), -cos(lift) * cos(out)])
        knees.append(joint)
        ankles.append(joint + _SHANK * np.array([sin(flex), 0.0, -cos(flex)]))
    at = np.array([*rows, *knees, *ankles])
    at[1:7, 1] += np.array([_SHOULDER, -_SHOULDER, _HIP, -_HIP, _HIP, -_HIP])
    at[7:9, 1] += np.array([_HIP, -_HIP])
    if posture.laid:
        at = np.stack((at[:, 0], -at[:, 2], at[:, 1]), axis=1)
    at[:, 2] -= (at[:, 2] - _ROUND).min()
    at[:, :2] -= at[[L_HIP, R_HIP], :2].mean(axis=0)
    return at


def _turned(body: Floats, turn: int) -> Floats:
    """Return a body turned about the vertical: x to the right, y away from the camera, z up."""
    angle = 2 * np.pi * turn / _TURNS
    c, s = cos(angle), sin(angle)
    x, y, z = body.T
    return np.stack((c * x - s * y, s * x + c * y, z), axis=1)
