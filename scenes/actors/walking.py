"""Walking and running: a gait whose feet stand still on the ground while they carry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenes.actors.course import Pace, Path, Point2, pace, pace_within, turned, walked
from scenes.actors.figure import Figure
from scenes.actors.motion import Given, Move, Stance, unhurried
from scenes.actors.pose import (
    ANKLE,
    CHEST,
    ELBOW,
    HIP,
    HOW,
    KNEE,
    LIFT,
    LUMBAR,
    ROOT,
    SHOULDER,
    Pose,
    blend,
    shortest,
    smooth,
)
from scenes.actors.poses import STAND


def stride_of(figure: Figure, speed: float) -> float:
    """Return the length of a double step in metres; both it and the cadence grow with speed."""
    return (
        1.26
        * math.sqrt(max(speed, 0.2) / 1.35)
        * figure.height
        / 1.72
        * (1.0 if speed < 2.2 else 1.05)
    )


def gait(figure: Figure, phase: float, speed: float, swing: float = 1.0) -> Pose:
    """Return the pose at `phase` (0..1) of a double step; `swing` 0..1 is how far the arms go.

    Above 2.2 m/s it is a run, with a moment in the air twice per double step.
    """
    run = smooth((speed - 1.9) / 0.6)
    duty = 0.62 - 0.26 * run
    reach = stride_of(figure, speed) * duty / 2
    one = STAND.copy()
    for right in (0, 1):
        hip, knee, foot = _leg(figure, (phase + 0.5 * right) % 1.0, duty, reach, run)
        one[HIP + right] = -hip, 0.0, 0.0
        one[KNEE + right, 0] = knee
        one[ANKLE + right, 0] = foot
        back = math.cos(2 * math.pi * (phase + 0.5 * right - 0.02))
        drive = (0.16 + 0.16 * speed / 1.35) * (1 + 0.25 * run) * swing
        one[SHOULDER + right, 0] = drive * back + 0.02
        one[ELBOW + right, 0] = -(0.24 + 1.25 * run + 0.12 * swing * (1 - back))
    turn = math.cos(2 * math.pi * phase)
    one[ROOT, 0] = 0.03 + 0.12 * run
    one[ROOT, 2] = -0.06 * turn
    one[LUMBAR, 2], one[CHEST, 2] = 0.06 * turn, 0.07 * turn
    one[LUMBAR, 0] = 0.02 + 0.03 * run
    one[HOW, 0] = 0.0
    hop = 0.5 - 0.5 * math.cos(4 * math.pi * (phase - duty / 2 + 0.25))
    one[HOW, LIFT] = 0.07 * figure.height * run * hop * 0.6
    return one


def _leg(
    figure: Figure, phase: float, duty: float, reach: float, run: float
) -> tuple[float, float, float]:
    """Return (hip, knee, ankle) in radians of one leg: planted for `duty` of the cycle."""
    if phase < duty:
        share = phase / duty
        x, up = reach * (1 - 2 * share), 0.0
        strike, push = max(0.0, 1 - share / 0.15), smooth((share - 0.6) / 0.4)
        pitch = -0.28 * strike * (1 - run) + 0.75 * push
        up = 0.065 * figure.height * push
        x += 0.03 * figure.height * push
    else:
        share = (phase - duty) / (1 - duty)
        x = reach * (2 * smooth(share) - 1) + 0.03 * figure.height * (1 - smooth(share * 1.6))
        up = 0.065 * figure.height * (1 - smooth(share * 1.8))
        up += (0.05 + 0.13 * run) * figure.height * math.sin(math.pi * share) ** 2
        pitch = 0.75 * (1 - smooth(share * 1.5)) - 0.28 * smooth((share - 0.5) * 2) * (1 - run)
    long, low = figure.thigh, figure.shank
    down = (long + low) * (0.985 - 0.03 * run) - up
    far = min(math.hypot(x, down), (long + low) * 0.998)
    knee = math.pi - math.acos(max(-1.0, (long * long + low * low - far * far) / (2 * long * low)))
    ahead = math.atan2(x, down)
    hip = ahead + math.atan2(low * math.sin(knee), long + low * math.cos(knee))
    return hip, knee, pitch - (knee - hip)


@dataclass(frozen=True, slots=True)
class Walk:
    """Goes through `points` (metres), the first of them the next goal, and stops at the last.

    The speed is in m/s: 0.6 strolls, 1.3 walks, 1.8 hurries, 3 runs; `within` (seconds, turning
    first included) or `until` (the scene's time) sets it instead. `swing` 0 keeps the arms still.

    Raises on planning:
        ValueError: the goal cannot be reached in time.
    """

    points: Sequence[Point2]
    speed: float = 1.3
    within: float | None = None
    until: float | None = None
    swing: float = 1.0

    def plan(self, given: Given) -> Move:
        start = given.stance
        path = walked([start.place, *self.points])
        rise = unhurried(start.pose, STAND) if np.abs(start.pose - STAND).max() > 0.3 else 0.0
        turn = abs(shortest(path.heading(0.0) - start.heading))
        ready = max(rise, 0.28 * turn)
        within = self.until - given.begin if self.until is not None else self.within
        if within is None:
            speed_up = max(1.2, self.speed * 1.1)
            going = pace(path.length, self.speed, 0.0, 0.0, speed_up, speed_up)
        else:
            going = pace_within(path.length, within - ready, 2.0, 2.0)
        return _walk(given, path, going, ready, self.swing)


def run(*points: Point2, speed: float = 3.0) -> Walk:
    """Return a run through `points`."""
    return Walk(points, speed)


def _walk(given: Given, path: Path, going: Pace, ready: float, swing: float) -> Move:
    start, figure = given.stance, given.figure
    stride = stride_of(figure, going.cruise)
    first = float(given.rng.integers(2)) * 0.5 + 0.3
    ahead = start.heading + shortest(path.heading(0.0) - start.heading) - path.heading(0.0)
    settle = max(ready, 0.3)

    def stance(seconds: float) -> Stance:
        covered, speed = going.at(seconds - ready)
        if seconds < ready:
            one = _shuffle(seconds, ready, turn)
        else:
            step = gait(figure, (first + covered / stride) % 1.0, going.cruise, swing)
            one = blend(STAND, step, smooth(speed / min(going.cruise, 0.9)))
        way = path.heading(covered) + ahead
        turning = smooth(seconds / settle)
        heading = turned(start.heading, way, turning)
        return Stance(path.at(covered), heading, blend(start.pose, one, turning))

    turn = abs(shortest(path.heading(0.0) - start.heading))
    return Move(ready + going.duration, stance)


def _shuffle(seconds: float, whole: float, turn: float) -> Pose:
    """Return the small steps on the spot that go with a turn."""
    one = STAND.copy()
    steps = max(1.0, round(turn / 0.9))
    wave = math.sin(math.pi * steps * seconds / whole)
    high = 0.5 * min(1.0, turn) * math.sin(math.pi * seconds / whole)
    for right, lifts in ((0, max(0.0, wave)), (1, max(0.0, -wave))):
        one[HIP + right, 0] -= high * lifts
        one[KNEE + right, 0] += 1.6 * high * lifts
    return one
