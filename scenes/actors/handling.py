"""What hands do with things: pick up, put down, drop, throw; and how they carry them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenes.actors import poses
from scenes.actors.motion import Given, Key, Mark, Move, keyed, unhurried
from scenes.actors.pose import ELBOW, SHOULDER, Pose, blend, pose
from scenes.actors.things import Carry, Thing

_HELD: dict[Carry, Pose] = {
    # The right arm holds; the left one helps where both are needed.
    "hang": pose(arm=(0, 2), arm_out=(7, 13), elbow=(12, 8)),
    "hug": pose(arm=30, arm_out=4, arm_turn=-16, elbow=78),
    "trail": pose(arm=(0, -24), arm_out=(7, 14), elbow=(12, 10)),
    "push": pose(arm=34, arm_out=6, elbow=48),
    "up": pose(arm=(0, 42), arm_out=(7, 4), elbow=(12, 112)),
    "lean": pose(arm=(0, 12), arm_out=(7, 15), elbow=(12, 22)),
    "sweep": pose(arm=(46, 32), arm_out=(-4, 4), arm_turn=(-28, -10), elbow=(56, 66)),
    "palm": pose(arm=(0, 6), arm_out=7, elbow=(12, 26)),
    "none": pose(),
}
_BOTH: tuple[Carry, ...] = ("hug", "push", "sweep")


def holding(one: Pose, carry: Carry, share: float) -> Pose:
    """Return the pose with the arms holding something, `share` 0..1 of the way into it."""
    if share <= 0.0:
        return one
    result = one.copy()
    arms = (0, 1) if carry in _BOTH else (1,)
    for row in (SHOULDER, ELBOW):
        for right in arms:
            held = _HELD[carry][row + right]
            sway = 0.15 if carry == "hang" else 0.0
            goal = held + (one[row + right] - held) * sway
            result[row + right] = one[row + right] + (goal - one[row + right]) * share
    return result


@dataclass(frozen=True, slots=True)
class PickUp:
    """Bends or squats down to a thing in front of the right foot, takes it, and comes up.

    `high` things (on a bench, a bin, a cart, in a boot) are taken with hardly a bend.
    """

    thing: Thing
    down: float = 0.9
    up: float = 0.9
    squat: bool = False
    high: bool = False

    def plan(self, given: Given) -> Move:
        low = _reach(given, self.thing, self.squat, self.high)
        keys = [Key(self.down, low), Key(0.3, low), Key(self.up, _after(self.thing, holds=True))]
        return keyed(given.stance, keys, (Mark(self.down + 0.1, "take", self.thing),))


@dataclass(frozen=True, slots=True)
class PutDown:
    """Bends or squats down, sets a thing on the ground, and comes up without it."""

    thing: Thing
    down: float = 0.9
    up: float = 0.9
    squat: bool = False
    high: bool = False

    def plan(self, given: Given) -> Move:
        low = _reach(given, self.thing, self.squat, self.high)
        keys = [Key(self.down, low), Key(0.3, low), Key(self.up, _after(self.thing, holds=False))]
        return keyed(given.stance, keys, (Mark(self.down + 0.15, "release", self.thing),))


@dataclass(frozen=True, slots=True)
class Drop:
    """Lets go of a thing where one stands or, `walking`, beside the way, without a look."""

    thing: Thing
    seconds: float = 0.5

    def plan(self, given: Given) -> Move:
        open_ = blend(given.stance.pose, pose(arm_out=(7, 24), elbow=(12, 4)), 0.7)
        keys = [Key(self.seconds * 0.5, open_), Key(self.seconds * 0.5, poses.STAND)]
        mark = Mark(self.seconds * 0.5, "release", self.thing)
        return keyed(given.stance, keys, (mark,))


@dataclass(frozen=True, slots=True)
class Throw:
    """Throws a thing ahead or, `side` 'left' or 'right', to one side; `speed` in m/s."""

    thing: Thing
    speed: float = 4.0
    rise: float = 2.0
    side: Literal["ahead", "left", "right"] = "ahead"

    def plan(self, given: Given) -> Move:
        turn = {"ahead": 0.0, "left": 0.8, "right": -0.8}[self.side]
        back = pose(arm=(10, -46), elbow=(20, 30), twist=-28, bend=10, knee=16, thigh=10)
        out = pose(arm=(-10, 82), elbow=(14, 8), twist=24 + math.degrees(turn) * 0.4, bend=16)
        keys = [Key(0.5, back), Key(0.32, out), Key(0.7, poses.STAND)]
        push = (self.speed * math.cos(turn), self.speed * math.sin(turn), self.rise)
        return keyed(given.stance, keys, (Mark(0.76, "release", self.thing, push),))


@dataclass(frozen=True, slots=True)
class Hold:
    """Takes a thing into the hands at once (out of a pocket or a bag) and keeps it."""

    thing: Thing
    seconds: float = 0.6

    def plan(self, given: Given) -> Move:
        move = keyed(given.stance, [Key(self.seconds, _after(self.thing, holds=True))])
        return Move(move.duration, move.stance, (Mark(0.05, "take", self.thing),), True)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Works with a broom or mop in the hands, slowly moving ahead: strokes from side to side."""

    seconds: float = 10.0
    stroke: float = 1.3
    advance: float = 0.12

    def plan(self, given: Given) -> Move:
        into = unhurried(given.stance.pose, poses.STAND)
        count = max(1, round((self.seconds - into) / self.stroke))
        each = (self.seconds - into) / count
        left = pose(
            lean=8,
            bend=26,
            twist=26,
            nod=16,
            arm=(52, 34),
            arm_turn=(-28, -12),
            arm_out=(-4, 6),
            elbow=(40, 62),
            thigh=(16, 2),
            knee=(18, 6),
        )
        right = pose(
            lean=8,
            bend=30,
            twist=-18,
            nod=16,
            arm=(58, 40),
            arm_turn=(-28, -12),
            arm_out=(-4, 6),
            elbow=(32, 54),
            thigh=(2, 16),
            knee=(6, 18),
        )
        keys = [Key(into, left)]
        keys += [
            Key(each, right if i % 2 == 0 else left, forward=self.advance) for i in range(count)
        ]
        return keyed(given.stance, keys)


def _after(thing: Thing, holds: bool) -> Pose:
    return holding(poses.STAND, thing.carry, 1.0) if holds else poses.STAND


def _reach(given: Given, thing: Thing, squat: bool, high: bool) -> Pose:
    if high:
        low = pose(bend=24, lean=5, arm=(40, 58), elbow=(40, 20))
    elif squat or thing.size[2] < 0.25:
        low = poses.CROUCH_REACH
    else:
        low = poses.STOOP
        # A high grip needs less of a bow.
        hand = 0.32 * given.figure.height / 1.7
        low = blend(low, poses.STAND, float(np.clip((thing.grip - hand) / 0.6, 0.0, 0.75)))
        low[SHOULDER + 1] = pose(arm=78)[SHOULDER + 1]
    low = poses.varied(low, given.rng, 2.0)
    if thing.carry not in _BOTH:
        low[SHOULDER, 0] *= 0.3
    return low
