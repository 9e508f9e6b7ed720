"""The poses that people take, by name."""

from __future__ import annotations

import math

import numpy as np

from scenes.actors.figure import Figure
from scenes.actors.pose import Pose, pose

STAND = pose()
ATTENTION = pose(arm_out=5, elbow=6, thigh_out=1)
AT_EASE = pose(thigh_out=7, thigh_turn=14, elbow=18, arm_out=9)
PHONE = pose(arm=(8, 48), elbow=(14, 108), arm_turn=(0, -25), nod=26)
CALL = pose(arm=(5, 62), elbow=(14, 142), arm_out=(7, 22), look=-6)
HANDS_ON_HIPS = pose(arm_out=42, arm=-18, elbow=95, arm_turn=-60, thigh_out=7)
ARMS_CROSSED = pose(arm=38, elbow=104, arm_turn=-62, arm_out=4)
POINT_OUT = pose(arm=(4, 88), elbow=(12, 6))

STOOP = pose(bend=88, lean=12, thigh=20, knee=24, arm=82, elbow=8, nod=14, toes_up=4)
STOOP_LEFT = pose(bend=82, lean=12, side=10, thigh=(22, 14), knee=(26, 18), arm=(84, 20), elbow=8)
SQUAT = pose(bend=34, lean=18, thigh=112, thigh_out=16, knee=132, toes_up=24, arm=62, elbow=34)
CROUCH_REACH = pose(
    bend=48,
    lean=22,
    thigh=(106, 88),
    thigh_out=10,
    knee=(124, 130),
    toes_up=(22, -18),
    arm=64,
    elbow=12,
)
TIE = pose(
    bend=56,
    lean=14,
    thigh=(98, 22),
    thigh_out=6,
    knee=(104, 106),
    toes_up=(14, -38),
    arm=52,
    elbow=22,
    nod=18,
)
KNEEL = pose(bend=8, thigh=4, knee=96, toes_up=-50, thigh_out=5, arm=20, elbow=40)
KNEEL_ONE = pose(bend=14, thigh=(88, 0), knee=(92, 94), toes_up=(4, -42), arm=24, elbow=46)
ALL_FOURS = pose(
    lean=78,
    bend=8,
    nod=-22,
    thigh=82,
    thigh_out=6,
    knee=88,
    toes_up=-60,
    arm=84,
    elbow=6,
    anchor=0.6,
)
PLANK = pose(lean=76, nod=-12, arm=78, elbow=4, arm_out=10, knee=2, toes_up=12)
PLANK_LOW = pose(lean=86, nod=-14, arm=8, elbow=92, arm_out=32, knee=2, toes_up=22)

SIT_GROUND = pose(
    lean=-12,
    bend=18,
    thigh=(92, 84),
    thigh_out=8,
    knee=(80, 64),
    arm=(20, 24),
    elbow=46,
    toes_up=-8,
    anchor=0.4,
)
SIT_CROSSED = pose(
    lean=-6, bend=22, thigh=88, thigh_out=42, thigh_turn=48, knee=124, arm=34, elbow=44, anchor=0.3
)
SIT_UP = pose(
    lean=-34, bend=44, thigh=58, knee=36, arm=(-24, -18), elbow=14, arm_out=24, anchor=0.7
)
SUPINE = pose(
    lean=-90,
    nod=-4,
    arm=(10, 14),
    arm_out=(28, 34),
    elbow=(18, 30),
    thigh=(5, 9),
    knee=(8, 14),
    thigh_out=8,
    thigh_turn=24,
    toes_up=-30,
    look=18,
)
SUPINE_AT_REST = pose(
    lean=-90,
    nod=12,
    arm=(150, 10),
    arm_out=(34, 16),
    elbow=(112, 60),
    arm_turn=(-20, -40),
    thigh=(4, 46),
    knee=(4, 88),
    toes_up=-20,
)
PRONE = pose(
    lean=90,
    nod=-6,
    look=62,
    arm=(146, 22),
    arm_out=(38, 22),
    elbow=(66, 20),
    thigh=(4, 10),
    knee=(4, 16),
    thigh_out=9,
    toes_up=-66,
)
ON_SIDE = pose(
    lean_left=90,
    roll=-22,
    bend=14,
    nod=8,
    arm=(72, 30),
    elbow=(40, 44),
    arm_out=(0, -14),
    thigh=(34, 58),
    knee=(56, 78),
    thigh_out=(0, -6),
    toes_up=-30,
)
RIDE_BICYCLE = pose(
    lean=26, bend=20, nod=-30, arm=62, arm_out=10, elbow=22, thigh=66, knee=70, anchor=0.0
)
RIDE_SCOOTER = pose(
    lean=2,
    bend=10,
    nod=-4,
    arm=48,
    arm_out=14,
    elbow=42,
    thigh=78,
    knee=82,
    thigh_out=8,
    anchor=0.0,
)


def sitting(figure: Figure, seat: float, slump: float = 0.0) -> Pose:
    """Return how somebody sits on a seat of a height in metres, the feet on the ground or hanging.

    `slump` 0..1 lets back and head sink forward.
    """
    hips = seat + float(figure.radii[0])
    free = hips - 0.039 * figure.height
    shin = 90.0
    if free < figure.shank:
        shin = math.degrees(math.asin(max(free / figure.shank, 0.3)))
    return pose(
        lean=-6 + 10 * slump,
        bend=12 + 40 * slump,
        nod=4 + 34 * slump,
        thigh=84,
        thigh_out=6,
        knee=max(40.0, shin - 4),
        toes_up=max(-30.0, min(0.0, (shin - 90.0) * 0.7)),
        arm=34 - 10 * slump,
        elbow=62,
        arm_out=9,
        arm_turn=-14,
        anchor=0.0,
        seat=seat,
    )


def lying_on(pose_: Pose, height: float) -> Pose:
    """Return a lying pose on something `height` metres high."""
    result = pose_.copy()
    result[-1, 2] = height
    return result


def varied(one: Pose, rng: np.random.Generator, degrees: float = 4.0) -> Pose:
    """Return nearly the same pose: each joint off by about `degrees`."""
    result = one.copy()
    result[1:-1] += np.radians(rng.normal(0.0, degrees, result[1:-1].shape)) * (
        np.abs(result[1:-1]) > 0
    )
    return result
