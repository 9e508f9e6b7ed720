"""What people do on the spot: stand, turn, bend, squat, sit, kneel, lie down of their own will."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenes.actors import poses
from scenes.actors.course import Point2
from scenes.actors.motion import Given, Key, Mark, Move, Stance, keyed, unhurried
from scenes.actors.pose import (
    CHEST,
    HOW,
    LUMBAR,
    NECK,
    ROOT,
    SHOULDER,
    Pose,
    linear,
    pose,
    shortest,
    smooth,
)

Bearing = Literal["loose", "ease", "phone", "call", "hips", "arms crossed", "point", "stooped"]
_BEARINGS: dict[Bearing, Pose] = {
    "loose": poses.STAND,
    "ease": poses.AT_EASE,
    "phone": poses.PHONE,
    "call": poses.CALL,
    "hips": poses.HANDS_ON_HIPS,
    "arms crossed": poses.ARMS_CROSSED,
    "point": poses.POINT_OUT,
    "stooped": poses.STOOP,
}


def held(
    given: Given,
    target: Pose,
    seconds: float,
    marks: tuple[Mark, ...] = (),
    hands: bool = False,
    sway: float = 1.0,
) -> Move:
    """Return the motion into a pose and then its keeping, `seconds` in all; small sway."""
    start = given.stance
    into = min(unhurried(start.pose, target), seconds)
    move = keyed(start, [Key(into, target), Key(max(seconds - into, 1e-6), target)], marks, hands)
    phases = given.rng.uniform(0.0, 2 * math.pi, 6)
    rates = given.rng.uniform(0.7, 1.3, 6) * (1.1, 0.7, 0.9, 0.6, 0.35, 0.23)
    sizes = np.array([0.012, 0.010, 0.02, 0.03, 0.10, 0.18]) * sway
    still = sway == 0.0

    def stance(at: float) -> Stance:
        now = move.stance(at)
        if still:
            return now
        awake = smooth((at - into) / 0.8) * smooth((seconds - at) / 0.8)
        wave = np.sin(phases + rates * at) * sizes * awake
        one = now.pose.copy()
        one[ROOT, 0] += wave[0] * 0.5
        one[LUMBAR, 0] += wave[0]
        one[CHEST, 1] += wave[1]
        one[NECK, 0] += wave[2] * 2
        one[NECK, 2] += wave[4] + wave[5]
        one[SHOULDER, 0] += wave[3]
        one[SHOULDER + 1, 0] -= wave[3] * 0.8
        one[CHEST, 2] += wave[5] * 0.3
        return Stance(now.place, now.heading, one)

    return Move(seconds, stance, marks, hands)


def lasting(given: Given, seconds: float | None, until: float | None) -> float:
    """Return a duration that is given as such or as the scene's time of its end.

    Raises:
        ValueError: neither, or an end that lies before the begin.
    """
    if until is not None:
        seconds = until - given.begin
    if seconds is None or seconds <= 0.0:
        raise ValueError(f"begins at {given.begin:.2f} s and lasts {seconds} s, until {until}")
    return seconds


@dataclass(frozen=True, slots=True)
class Stand:
    """Stands, shifting a little, for `seconds` or `until` the scene's time."""

    seconds: float | None = None
    until: float | None = None
    bearing: Bearing = "loose"

    def plan(self, given: Given) -> Move:
        return held(given, _BEARINGS[self.bearing], lasting(given, self.seconds, self.until))


@dataclass(frozen=True, slots=True)
class Stay:
    """Keeps the pose that the last motion left: goes on sitting, squatting or lying."""

    seconds: float | None = None
    until: float | None = None
    sway: float = 0.6

    def plan(self, given: Given) -> Move:
        seconds = lasting(given, self.seconds, self.until)
        return held(given, given.stance.pose, seconds, sway=self.sway)


@dataclass(frozen=True, slots=True)
class Turn:
    """Turns on the spot to a heading in radians, or toward a point."""

    heading: float | None = None
    to: Point2 | None = None

    def plan(self, given: Given) -> Move:
        start = given.stance
        goal = self.heading
        if self.to is not None:
            goal = math.atan2(self.to[1] - start.place[1], self.to[0] - start.place[0])
        by = shortest((start.heading if goal is None else goal) - start.heading)
        after = max(0.3, abs(by) / 2.6, unhurried(start.pose, poses.STAND))
        return keyed(start, [Key(after, poses.STAND, turn=by)], hands=False)


@dataclass(frozen=True, slots=True)
class Squat:
    """Squats down, stays there, and by default stands up again."""

    seconds: float = 4.0
    down: float = 0.9
    up: float = 0.9
    rise: bool = True

    def plan(self, given: Given) -> Move:
        return _down_and_up(given, poses.SQUAT, self.down, self.seconds, self.up, self.rise)


@dataclass(frozen=True, slots=True)
class Bend:
    """Bends forward from the hips, stays, and straightens."""

    seconds: float = 1.5
    down: float = 0.8
    up: float = 0.9
    rise: bool = True

    def plan(self, given: Given) -> Move:
        return _down_and_up(given, poses.STOOP, self.down, self.seconds, self.up, self.rise)


@dataclass(frozen=True, slots=True)
class TieShoes:
    """Goes down on one knee, works at a shoe, and stands up."""

    seconds: float = 6.0
    down: float = 0.9
    up: float = 0.9

    def plan(self, given: Given) -> Move:
        return _down_and_up(given, poses.TIE, self.down, self.seconds, self.up, True)


@dataclass(frozen=True, slots=True)
class Kneel:
    """Kneels, on one knee or both, and by default stands up again."""

    seconds: float = 5.0
    one_knee: bool = False
    rise: bool = True

    def plan(self, given: Given) -> Move:
        target = poses.KNEEL_ONE if self.one_knee else poses.KNEEL
        return _down_and_up(given, target, 1.0, self.seconds, 1.0, self.rise)


def _down_and_up(given: Given, low: Pose, down: float, stay: float, up: float, rise: bool) -> Move:
    low = poses.varied(low, given.rng)
    work = low.copy()
    work[SHOULDER : SHOULDER + 2, 0] -= 0.1
    work[NECK, 2] += 0.15
    keys = [Key(down, low)]
    pieces = max(1, round(stay / 1.1))
    keys += [Key(stay / pieces, work if i % 2 == 0 else low) for i in range(pieces)]
    if rise:
        keys.append(Key(up, poses.STAND))
    return keyed(given.stance, keys)


@dataclass(frozen=True, slots=True)
class SitDown:
    """Sits down on a seat behind the person: a bench or chair (`seat` metres high) or the ground.

    Stays seated; `Stay` goes on, `Rise` or a `Walk` ends it. `back` is how far behind the place
    the hips end.
    """

    seat: float = 0.45
    seconds: float = 1.3
    back: float = 0.32

    def plan(self, given: Given) -> Move:
        if self.seat <= 0.05:
            keys = [
                Key(self.seconds * 0.55, poses.SQUAT),
                Key(self.seconds * 0.6, poses.SIT_GROUND),
            ]
            return keyed(given.stance, keys)
        target = poses.varied(poses.sitting(given.figure, self.seat), given.rng, 2.0)
        return keyed(given.stance, [Key(self.seconds, target, forward=-self.back)], hands=False)


@dataclass(frozen=True, slots=True)
class Rise:
    """Stands up from wherever one is: from a seat, from the knees, from lying."""

    seconds: float | None = None

    def plan(self, given: Given) -> Move:
        keys = rising(given.stance.pose)
        whole = sum(key.after for key in keys)
        share = 1.0 if self.seconds is None else self.seconds / whole
        timed = [Key(k.after * share, k.pose, k.ease, k.forward, k.left, k.turn) for k in keys]
        return keyed(given.stance, timed, (Mark(0.0, "up"),))


def rising(now: Pose) -> list[Key]:
    """Return the keys from a pose to standing, the way a body can go it."""
    lean = float(math.hypot(now[ROOT, 0], now[ROOT, 1]))
    keys: list[Key] = []
    if lean > 0.9:
        if now[ROOT, 0] > 0.8:
            keys += [Key(1.0, poses.ALL_FOURS), Key(0.8, poses.KNEEL_ONE)]
        else:
            keys += [Key(1.1, poses.SIT_GROUND), Key(0.9, poses.SQUAT)]
    elif now[HOW, 0] < 0.7 and now[HOW, 2] < 0.1 and float(-now[8:10, 0].max()) > 0.9:
        keys.append(Key(0.9, poses.SQUAT))
    last = keys[-1].pose if keys else now
    forward = 0.3 if now[HOW, 2] > 0.2 else 0.0
    keys.append(Key(max(0.8, unhurried(last, poses.STAND)), poses.STAND, forward=forward))
    return keys


@dataclass(frozen=True, slots=True)
class LieDown:
    """Lies down of one's own will, slowly, by way of sitting; on the ground or on a bench.

    `posture` is 'back', 'rest' (an arm under the head) or 'side'. Stays lying.
    """

    posture: Literal["back", "rest", "side"] = "rest"
    seconds: float = 3.5
    height: float = 0.0

    def plan(self, given: Given) -> Move:
        start = given.stance
        goal = {"back": poses.SUPINE, "rest": poses.SUPINE_AT_REST, "side": poses.ON_SIDE}
        low = poses.lying_on(poses.varied(goal[self.posture], given.rng, 3.0), self.height)
        if start.pose[HOW, 2] > 0.1 or self.height > 0.1:
            sit = poses.sitting(given.figure, self.height)
            keys = [Key(0.4 * self.seconds, sit), Key(0.6 * self.seconds, low)]
        else:
            keys = [
                Key(0.25 * self.seconds, poses.SQUAT),
                Key(0.3 * self.seconds, poses.SIT_GROUND),
                Key(0.45 * self.seconds, low),
            ]
        return keyed(start, keys, (Mark(self.seconds, "lie"),))


@dataclass(frozen=True, slots=True)
class PushUps:
    """Goes down on hands and feet, does push-ups, and gets up."""

    count: int = 10
    each: float = 1.5

    def plan(self, given: Given) -> Move:
        keys = [Key(0.8, poses.SQUAT), Key(0.8, poses.ALL_FOURS), Key(0.7, poses.PLANK)]
        for _ in range(self.count):
            keys += [Key(self.each / 2, poses.PLANK_LOW), Key(self.each / 2, poses.PLANK)]
        keys += [Key(0.7, poses.ALL_FOURS), Key(0.7, poses.KNEEL_ONE), Key(0.9, poses.STAND)]
        return keyed(given.stance, keys)


@dataclass(frozen=True, slots=True)
class Jump:
    """Jumps up on the spot, `count` times."""

    count: int = 1
    height: float = 0.2

    def plan(self, given: Given) -> Move:
        crouch = pose(thigh=44, knee=80, toes_up=24, bend=20, lean=8, arm=10)
        up = pose(arm=105, elbow=40, toes_up=-30)
        air = math.sqrt(2 * self.height / 9.81)
        high = up.copy()
        high[HOW, 1] = self.height
        keys = []
        for _ in range(self.count):
            keys += [
                Key(0.35, crouch),
                Key(0.2, up),
                Key(air, high, _upward),
                Key(air, up, _downward),
                Key(0.22, crouch),
                Key(0.35, poses.STAND),
            ]
        return keyed(given.stance, keys)


def _upward(share: float) -> float:
    return 1.0 - (1.0 - linear(share)) ** 2


def _downward(share: float) -> float:
    return linear(share) ** 2


@dataclass(frozen=True, slots=True)
class Away:
    """Is out of sight: has gone indoors or got into a car. Comes back `at` a place, if given."""

    seconds: float | None = None
    until: float | None = None
    at: Point2 | None = None
    heading: float | None = None

    def plan(self, given: Given) -> Move:
        seconds = lasting(given, self.seconds, self.until)
        start = given.stance
        heading = start.heading if self.heading is None else self.heading
        there = Stance(self.at or start.place, heading, poses.STAND)
        marks = (Mark(0.0, "gone"), Mark(seconds, "back"))
        return Move(seconds, lambda _: there, marks)
