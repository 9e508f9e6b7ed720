"""The body behind the clothes: bone lengths, forward kinematics, and feet on the ground."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenes.actors.pose import (
    ANCHOR,
    ANKLE,
    CHEST,
    ELBOW,
    HIP,
    HOW,
    KNEE,
    LIFT,
    LUMBAR,
    NECK,
    ROOT,
    SEAT,
    SHOULDER,
    Floats,
    Pose,
)
from scenes.shapes import Point3

(
    PELVIS,
    WAIST,
    THROAT,
    HEAD,
    L_SHOULDER,
    R_SHOULDER,
    L_ELBOW,
    R_ELBOW,
    L_WRIST,
    R_WRIST,
    L_HAND,
    R_HAND,
    L_HIP,
    R_HIP,
    L_KNEE,
    R_KNEE,
    L_ANKLE,
    R_ANKLE,
    L_HEEL,
    R_HEEL,
    L_TOE,
    R_TOE,
    NOSE,
    L_EYE,
    R_EYE,
    L_EAR,
    R_EAR,
) = range(27)

COCO = (
    NOSE,
    L_EYE,
    R_EYE,
    L_EAR,
    R_EAR,
    L_SHOULDER,
    R_SHOULDER,
    L_ELBOW,
    R_ELBOW,
    L_WRIST,
    R_WRIST,
    L_HIP,
    R_HIP,
    L_KNEE,
    R_KNEE,
    L_ANKLE,
    R_ANKLE,
)
"""The joints that are COCO keypoints, in COCO's order."""

_TRUNK = (PELVIS, WAIST, THROAT, HEAD, L_SHOULDER, R_SHOULDER, L_HIP, R_HIP)


@dataclass(frozen=True, slots=True)
class Joints:
    """Where a body is: `at` (27, 3) in metres, and how trunk, chest and head are turned (3, 3)."""

    at: Floats
    pelvis: Floats
    chest: Floats
    head: Floats

    def point(self, joint: int) -> Point3:
        """Return one joint as a point of the world."""
        x, y, z = self.at[joint].tolist()
        return (x, y, z)

    @property
    def keypoints(self) -> tuple[Point3, ...]:
        """Return the 17 COCO joints."""
        return tuple(self.point(joint) for joint in COCO)


@dataclass(frozen=True)
class Figure:
    """Proportions: `height` in metres, `girth` 1 for a medium build, `head` 1 for an adult's.

    Segment lengths as shares of the height: Drillis and Contini, in Winter, Biomechanics and
    Motor Control of Human Movement (4th ed., fig. 4.1). `clothes` in metres is worn all round;
    `pack` is how far a backpack reaches behind the spine, 0 without one.
    """

    height: float = 1.72
    girth: float = 1.0
    head: float = 1.0
    clothes: float = 0.01
    pack: float = 0.0

    @cached_property
    def thigh(self) -> float:
        """Return the length of the thigh in metres."""
        return 0.245 * self.height * self._legs

    @cached_property
    def shank(self) -> float:
        """Return the length of the lower leg in metres."""
        return 0.246 * self.height * self._legs

    @cached_property
    def _legs(self) -> float:
        return 1.0 - 0.25 * (self.head - 1.0)

    @cached_property
    def radii(self) -> Floats:
        """Return how thick the body is at each joint, in metres, clothes included: (27,)."""
        h, g = self.height, self.girth
        share = np.zeros(27)
        share[[PELVIS, WAIST, THROAT]] = 0.066 * g, 0.064 * g, 0.03
        share[HEAD] = 0.053 * self.head
        share[[L_SHOULDER, R_SHOULDER]] = 0.034 * g
        share[[L_ELBOW, R_ELBOW]] = 0.0235 * g
        share[[L_WRIST, R_WRIST]] = 0.0175
        share[[L_HAND, R_HAND]] = 0.02
        share[[L_HIP, R_HIP]] = 0.052 * g
        share[[L_KNEE, R_KNEE]] = 0.034 * g
        share[[L_ANKLE, R_ANKLE]] = 0.024
        share[[L_HEEL, R_HEEL]] = 0.0205
        share[[L_TOE, R_TOE]] = 0.0205
        result = share * h
        bare = [HEAD, NOSE, L_HAND, R_HAND, L_HEEL, R_HEEL, L_TOE, R_TOE]
        result[share > 0] += self.clothes
        result[[j for j in bare if share[j] > 0]] -= self.clothes
        return result

    @cached_property
    def _bones(self) -> dict[str, Floats]:
        h = self.height
        half = 0.115 * h * (0.55 + 0.45 * self.girth)
        sides = np.array([[0.0, 1.0, 0.0], [0.0, -1.0, 0.0]])
        down = np.array([0.0, 0.0, -1.0])
        trunk = 0.288 * h
        r = 0.053 * h * self.head
        sole = -0.039 * h + 0.0205 * h
        return {
            "lumbar": np.array([0.0, 0.0, 0.4 * trunk]),
            "thorax": np.array([0.0, 0.0, 0.6 * trunk]),
            "skull": np.array([0.02 * h, 0.0, 0.052 * h + 0.065 * h * self.head]),
            "shoulder": sides * half + np.array([0.0, 0.0, -0.006 * h]),
            "upper_arm": 0.186 * h * down,
            "forearm": 0.146 * h * down,
            "hand": 0.06 * h * down,
            "hip": sides * (0.052 * h),
            "thigh": self.thigh * down,
            "shank": self.shank * down,
            "heel": np.array([-0.028 * h, 0.0, sole]),
            "toe": np.array([0.095 * h, 0.0, sole]),
            "face": np.array(
                [
                    [r * 1.05, 0.0, -0.1 * r],
                    [r * 0.9, r * 0.35, 0.2 * r],
                    [r * 0.9, -r * 0.35, 0.2 * r],
                    [0.0, r * 0.95, 0.05 * r],
                    [0.0, -r * 0.95, 0.05 * r],
                ]
            ),
        }

    def joints(self, one: Pose, place: tuple[float, float], heading: float) -> Joints:
        """Return the joints of a pose at a place (x, y) and a heading (radians from +x to +y).

        The body stands, sits or lies on what carries it: its lowest point touches the ground, or
        its trunk the seat, and nothing of it is below.
        """
        turns = _turns(one)
        bones = self._bones
        pelvis = _upright(one, heading)
        lumbar = pelvis @ turns[LUMBAR]
        chest = lumbar @ turns[CHEST]
        head = chest @ turns[NECK]
        at = np.zeros((27, 3))
        at[WAIST] = lumbar @ bones["lumbar"]
        at[THROAT] = at[WAIST] + chest @ bones["thorax"]
        at[HEAD] = at[THROAT] + head @ bones["skull"]
        at[NOSE:] = at[HEAD] + bones["face"] @ head.T
        arms = chest @ turns[SHOULDER : SHOULDER + 2]
        forearms = arms @ turns[ELBOW : ELBOW + 2]
        at[L_SHOULDER : R_SHOULDER + 1] = at[THROAT] + bones["shoulder"] @ chest.T
        at[L_ELBOW : R_ELBOW + 1] = at[L_SHOULDER : R_SHOULDER + 1] + arms @ bones["upper_arm"]
        at[L_WRIST : R_WRIST + 1] = at[L_ELBOW : R_ELBOW + 1] + forearms @ bones["forearm"]
        at[L_HAND : R_HAND + 1] = at[L_WRIST : R_WRIST + 1] + forearms @ bones["hand"]
        thighs = pelvis @ turns[HIP : HIP + 2]
        shanks = thighs @ turns[KNEE : KNEE + 2]
        feet = shanks @ turns[ANKLE : ANKLE + 2]
        at[L_HIP : R_HIP + 1] = bones["hip"] @ pelvis.T
        at[L_KNEE : R_KNEE + 1] = at[L_HIP : R_HIP + 1] + thighs @ bones["thigh"]
        at[L_ANKLE : R_ANKLE + 1] = at[L_KNEE : R_KNEE + 1] + shanks @ bones["shank"]
        at[L_HEEL : R_HEEL + 1] = at[L_ANKLE : R_ANKLE + 1] + feet @ bones["heel"]
        at[L_TOE : R_TOE + 1] = at[L_ANKLE : R_ANKLE + 1] + feet @ bones["toe"]
        at += self._carried(at, chest, one, place)
        return Joints(at, pelvis, chest, head)

    def _carried(self, at: Floats, chest: Floats, one: Pose, place: tuple[float, float]) -> Floats:
        """Return the shift that puts a body, with its hips at the origin, on what carries it."""
        anchor, lift, seat = one[HOW, ANCHOR], one[HOW, LIFT], one[HOW, SEAT]
        bottom = at[:, 2] - self.radii
        trunk = float(bottom[list(_TRUNK)].min())
        if self.pack > 0.0:
            back = float(min(at[WAIST, 2], at[THROAT, 2])) - self.pack * float(chest[2, 0])
            trunk = min(trunk, back - 0.058 * self.height)
        up = max(-float(bottom.min()), seat - trunk)
        feet = (at[L_ANKLE, :2] + at[R_ANKLE, :2]) * (0.5 * anchor)
        return np.array([place[0] - feet[0], place[1] - feet[1], up + lift])


def _turns(one: Pose) -> Floats:
    """Return a rotation per row of a pose: about the up, the forward, then the left axis."""
    cos, sin = np.cos(one), np.sin(one)
    ca, cb, cc = cos.T
    sa, sb, sc = sin.T
    turns = np.empty((len(one), 3, 3))
    turns[:, 0, 0] = ca * cc + sa * sb * sc
    turns[:, 0, 1] = sa * sb * cc - ca * sc
    turns[:, 0, 2] = sa * cb
    turns[:, 1, 0] = cb * sc
    turns[:, 1, 1] = cb * cc
    turns[:, 1, 2] = -sb
    turns[:, 2, 0] = ca * sb * sc - sa * cc
    turns[:, 2, 1] = sa * sc + ca * sb * cc
    turns[:, 2, 2] = ca * cb
    return turns


def _upright(one: Pose, heading: float) -> Floats:
    """Return how the trunk is turned: heading, lean to any side, roll about its own axis."""
    forward, left, roll = one[ROOT].tolist()
    angle = math.hypot(forward, left)
    lean = np.eye(3)
    if angle > 1e-9:
        x, y = -left / angle, forward / angle
        c, s = math.cos(angle), math.sin(angle)
        lean = np.array(
            [
                [c + x * x * (1 - c), x * y * (1 - c), y * s],
                [x * y * (1 - c), c + y * y * (1 - c), -x * s],
                [-y * s, x * s, c],
            ]
        )
    return _about_up(heading) @ lean @ _about_up(roll)


def _about_up(angle: float) -> Floats:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
