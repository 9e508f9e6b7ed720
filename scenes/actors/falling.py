"""Falls: in any direction, of several kinds, and what comes after them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenes.actors import poses
from scenes.actors.motion import Given, Key, Mark, Move, Stance, keyed
from scenes.actors.pose import (
    CHEST,
    ELBOW,
    HIP,
    HOW,
    KNEE,
    NECK,
    ROOT,
    SHOULDER,
    Pose,
    blend,
    linear,
    mirrored,
    pose,
    shortest,
    smooth,
    toppling,
)
from scenes.actors.standing import lasting, rising

FallKind = Literal["trip", "slip", "collapse", "faint", "slump"]


@dataclass(frozen=True, slots=True)
class Fall:
    """Falls down and stays down.

    `kind`: 'trip' stumbles a step and topples with the hands ahead, 'slip' loses the feet and
    lands on the back, 'collapse' gives way in the knees and topples, 'faint' topples stiffly,
    'slump' slides off a seat or a bicycle. `toward` is the direction of the fall as an angle in
    the world (radians), so that it may lie along the line of sight; else the kind says. `seconds`
    is the fall itself, from the loss of balance to the ground.
    """

    kind: FallKind = "collapse"
    seconds: float = 0.9
    toward: float | None = None

    def plan(self, given: Given) -> Move:
        start = given.stance
        usual = {"trip": 0.0, "slip": math.pi, "faint": 0.0}
        if self.toward is not None:
            side = shortest(self.toward - start.heading)
        elif self.kind in usual:
            side = usual[self.kind] + float(given.rng.normal(0.0, 0.25))
        else:
            side = float(given.rng.choice([-1.0, 1.0])) * float(given.rng.uniform(0.9, 2.0))
        lying = poses.varied(lying_toward(side), given.rng, 6.0)
        keys = _KINDS[self.kind](start.pose, lying, side, self.seconds)
        rest = blend(lying, poses.varied(lying, given.rng, 5.0), 0.7)
        keys.append(Key(0.35, rest))
        marks = (Mark(0.0, "fall"), Mark(self.seconds, "down"))
        return keyed(start, keys, marks)


def lying_toward(side: float) -> Pose:
    """Return how one lies after a fall toward `side` (radians, 0 ahead, left positive)."""
    side = shortest(side)
    off = abs(side) / math.pi
    if off < 0.3:
        one = poses.PRONE.copy()
        roll = side * 0.8
    elif off > 0.7:
        one = poses.SUPINE.copy()
        roll = shortest(side - math.pi) * 0.8
    else:
        one = poses.ON_SIDE.copy() if side > 0 else mirrored(poses.ON_SIDE)
        # A little onto the back: the lower arm comes free.
        roll = side - math.copysign(math.radians(112), side)
    one[ROOT] = math.cos(side) * math.pi / 2, math.sin(side) * math.pi / 2, roll
    return one


def _leaning(one: Pose, side: float, degrees: float) -> Pose:
    """Return the pose leaning by `degrees` toward `side`."""
    result = one.copy()
    result[ROOT, 0] = math.cos(side) * math.radians(degrees)
    result[ROOT, 1] = math.sin(side) * math.radians(degrees)
    return result


def _trip(start: Pose, lying: Pose, side: float, seconds: float) -> list[Key]:
    caught = pose(
        lean=16, bend=12, thigh=(4, 38), knee=(46, 20), toes_up=(-20, 0), arm=30, elbow=40
    )
    reach = _leaning(
        pose(
            bend=18,
            arm=(96, 78),
            elbow=(26, 40),
            arm_out=16,
            thigh=(-6, 18),
            knee=(20, 34),
            nod=-14,
        ),
        side,
        42,
    )
    return [
        Key(seconds * 0.35, _leaning(caught, side, 16), forward=0.22),
        Key(seconds * 0.35, reach, forward=0.12),
        Key(seconds * 0.3, lying, toppling),
    ]


def _slip(start: Pose, lying: Pose, side: float, seconds: float) -> list[Key]:
    flung = _leaning(
        pose(
            bend=26,
            thigh=(64, 38),
            knee=(26, 12),
            arm=(46, 84),
            arm_out=(52, 64),
            elbow=24,
            nod=16,
            anchor=0.5,
        ),
        side,
        34,
    )
    seat = _leaning(
        pose(
            bend=26,
            thigh=(62, 48),
            knee=(40, 22),
            arm=(-30, -22),
            arm_out=44,
            elbow=18,
            nod=20,
            anchor=0.5,
        ),
        side,
        66,
    )
    return [
        Key(seconds * 0.4, flung, forward=0.12),
        Key(seconds * 0.3, seat, linear, forward=0.1),
        Key(seconds * 0.3, lying),
    ]


def _collapse(start: Pose, lying: Pose, side: float, seconds: float) -> list[Key]:
    sunk = _leaning(
        pose(
            bend=30,
            nod=24,
            thigh=(62, 50),
            knee=(96, 104),
            toes_up=(14, -10),
            arm=(16, 6),
            elbow=20,
        ),
        side,
        14,
    )
    toppled = _leaning(blend(sunk, lying, 0.5), side, 52)
    return [
        Key(seconds * 0.45, sunk, toppling),
        Key(seconds * 0.3, toppled, lambda share: share),
        Key(seconds * 0.25, lying),
    ]


def _faint(start: Pose, lying: Pose, side: float, seconds: float) -> list[Key]:
    stiff = _leaning(pose(knee=14, thigh=6, nod=10, arm=6), side, 30)
    return [Key(seconds * 0.55, stiff, toppling), Key(seconds * 0.45, lying, toppling)]


def _slump(start: Pose, lying: Pose, side: float, seconds: float) -> list[Key]:
    tipped = start.copy()
    tipped[ROOT] = _leaning(start, side, 38)[ROOT]
    tipped[NECK, 0] += 0.4
    tipped[HOW, 2] *= 0.8
    half = _leaning(blend(tipped, lying, 0.55), side, 70)
    half[HOW, 2] = 0.0
    return [
        Key(seconds * 0.45, tipped, toppling),
        Key(seconds * 0.3, half, lambda share: share),
        Key(seconds * 0.25, lying),
    ]


_KINDS = {"trip": _trip, "slip": _slip, "collapse": _collapse, "faint": _faint, "slump": _slump}


@dataclass(frozen=True, slots=True)
class LieStill:
    """Lies as one has fallen, for `seconds` or `until` the scene's time, but for the breath."""

    seconds: float | None = None
    until: float | None = None

    def plan(self, given: Given) -> Move:
        there = given.stance
        seconds = lasting(given, self.seconds, self.until)
        phase = float(given.rng.uniform(0.0, 6.28))

        def stance(at: float) -> Stance:
            one = there.pose.copy()
            awake = smooth(at / 0.8) * smooth((seconds - at) / 0.8)
            one[CHEST, 0] += 0.008 * math.sin(phase + 1.6 * at) * awake
            return Stance(there.place, there.heading, one)

        return Move(seconds, stance)


@dataclass(frozen=True, slots=True)
class Twitch:
    """Moves arms, legs and head on the ground, and stays down."""

    seconds: float = 4.0

    def plan(self, given: Given) -> Move:
        there, rng = given.stance, given.rng
        phases, rates = rng.uniform(0, 6.28, 8), rng.uniform(1.2, 3.4, 8)
        sizes = rng.uniform(0.08, 0.35, 8)
        rows = np.array([NECK, SHOULDER, SHOULDER + 1, ELBOW, ELBOW + 1, HIP, HIP + 1, KNEE])

        def stance(at: float) -> Stance:
            awake = smooth(at / 0.6) * smooth((self.seconds - at) / 0.6)
            one = there.pose.copy()
            one[rows, 0] += np.sin(phases + rates * at) * sizes * awake
            return Stance(there.place, there.heading, one)

        return Move(self.seconds, stance)


@dataclass(frozen=True, slots=True)
class TryToRise:
    """Tries to get up, comes part of the way, and sinks back."""

    seconds: float = 3.5
    far: float = 0.75

    def plan(self, given: Given) -> Move:
        now = given.stance.pose
        half = blend(now, rising(now)[0].pose, self.far)
        keys = [
            Key(self.seconds * 0.4, half),
            Key(self.seconds * 0.25, blend(half, now, 0.2)),
            Key(self.seconds * 0.35, now),
        ]
        return keyed(given.stance, keys)


@dataclass(frozen=True, slots=True)
class Tumble:
    """Falls over at play and is up again at once, as children do: `seconds` from foot to foot."""

    seconds: float = 1.9
    toward: float | None = None

    def plan(self, given: Given) -> Move:
        start = given.stance
        side = 0.0 if self.toward is None else shortest(self.toward - start.heading)
        keys = _trip(start.pose, lying_toward(side), side, self.seconds * 0.4)
        back = poses.ALL_FOURS if abs(side) < 1.0 else poses.SQUAT
        keys += [
            Key(self.seconds * 0.08, keys[-1].pose),
            Key(self.seconds * 0.24, back),
            Key(self.seconds * 0.28, poses.STAND),
        ]
        marks = (
            Mark(0.0, "fall"),
            Mark(self.seconds * 0.4, "down"),
            Mark(self.seconds * 0.48, "up"),
        )
        return keyed(start, keys, marks)
