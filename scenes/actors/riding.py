"""Riding: somebody on a cycle, with the feet on the pedals and the hands on the grips."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scenes.actors.course import turned
from scenes.actors.cycles import Cycle
from scenes.actors.figure import Figure
from scenes.actors.frames import SEATS, Seat
from scenes.actors.look import Look
from scenes.actors.motion import Given, Key, Move, Stance, keyed
from scenes.actors.person import Person
from scenes.actors.pose import (
    ANKLE,
    ELBOW,
    HIP,
    HOW,
    KNEE,
    ROOT,
    SHOULDER,
    Pose,
    blend,
    pose,
    smooth,
)
from scenes.actors.poses import STAND


def riding(figure: Figure, seat: Seat, rolled: float = 0.0) -> Pose:
    """Return the pose on a cycle whose wheels have covered `rolled` metres."""
    bend = 26.0 if seat.crank > 0 else 12.0
    one = pose(bend=bend, nod=-bend * 0.6, arm_out=5, anchor=0.0, seat=seat.saddle[1])
    hips = seat.saddle[1] + float(figure.radii[0])
    turn = -rolled * 1.1
    for right in (0, 1):
        sense = -1.0 if right else 1.0
        x = seat.feet[0] - seat.saddle[0] + sense * seat.crank * math.cos(turn)
        z = seat.feet[1] + sense * seat.crank * math.sin(turn) + 0.05 * figure.height
        hip, knee = reach(x - 0.03, hips - z, figure.thigh, figure.shank)
        one[HIP + right] = -hip, (0.06 if seat.crank else 0.16) * sense, 0.0
        one[KNEE + right, 0] = knee
        one[ANKLE + right, 0] = hip - knee + 0.1
    half = math.radians(bend) / 2
    trunk = 0.288 * figure.height
    x = trunk * (0.4 * math.sin(half) + 0.6 * math.sin(2 * half))
    z = hips + trunk * (0.4 * math.cos(half) + 0.6 * math.cos(2 * half))
    ahead, down = seat.grips[0] - seat.saddle[0] - x, z - seat.grips[1]
    c, s = math.cos(2 * half), math.sin(2 * half)
    # Seen from the chest, which is bowed by twice `half`.
    ahead, down = ahead * c + down * s, down * c - ahead * s
    arm, elbow = reach(ahead, down, 0.186 * figure.height, 0.2 * figure.height)
    # An elbow bends the other way than a knee.
    along = math.atan2(ahead, down)
    one[SHOULDER : SHOULDER + 2, 0] = -(2 * along - arm)
    one[ELBOW : ELBOW + 2, 0] = -elbow
    return one


def reach(ahead: float, down: float, upper: float, lower: float) -> tuple[float, float]:
    """Return (swing of the upper bone, bend of the joint), radians, to reach a point in a plane.

    The joint lies ahead of the straight line, as a knee does. What is out of reach is pointed at.
    """
    far = min(math.hypot(ahead, down), (upper + lower) * 0.995)
    far = max(far, abs(upper - lower) * 1.05 + 1e-6)
    cos = (upper * upper + lower * lower - far * far) / (2 * upper * lower)
    bent = math.pi - math.acos(max(-1.0, min(1.0, cos)))
    swing = math.atan2(ahead, down)
    return swing + math.atan2(lower * math.sin(bent), upper + lower * math.cos(bent)), bent


@dataclass(frozen=True, slots=True)
class Ride:
    """Rides a cycle as long as it drives; `mount` seconds from the stance before onto the saddle.

    Raises on planning:
        ValueError: the cycle's drive is over before the ride begins.
    """

    cycle: Cycle
    mount: float = 0.0

    def plan(self, given: Given) -> Move:
        course, seat = self.cycle.course, SEATS[self.cycle.kind]
        duration = course.end - given.begin
        if duration <= 0.0:
            raise ValueError(f"the drive ends at {course.end:.2f} s, the ride begins after it")
        start, figure = given.stance, given.figure

        def stance(seconds: float) -> Stance:
            at = given.begin + seconds
            rolling = course.rolling(at)
            lean = self.cycle.lean(at) if abs(rolling.speed) > 0.0 else 0.0
            lean *= smooth(abs(rolling.speed) / 1.2)
            heading = rolling.heading
            c, s = math.cos(heading), math.sin(heading)
            side, ahead = math.sin(lean) * seat.saddle[1], seat.saddle[0]
            x = rolling.place[0] + c * ahead - s * side
            y = rolling.place[1] + s * ahead + c * side
            one = riding(figure, seat, rolling.rolled)
            one[ROOT, 1] = lean
            one[HOW, 2] = seat.saddle[1] * math.cos(lean)
            share = smooth(seconds / self.mount) if self.mount > 0.0 else 1.0
            px, py = start.place
            place = (px + (x - px) * share, py + (y - py) * share)
            return Stance(
                place, turned(start.heading, heading, share), blend(start.pose, one, share)
            )

        return Move(duration, stance, (), True)


@dataclass(frozen=True, slots=True)
class Dismount:
    """Gets off to the left (negative `side`: right), `side` metres away."""

    seconds: float = 1.2
    side: float = 0.5

    def plan(self, given: Given) -> Move:
        return keyed(given.stance, [Key(self.seconds, STAND, left=self.side)])


def rider(seed: int, cycle: Cycle, look: Look | None = None, leaves: bool = True) -> Person:
    """Return somebody who rides a cycle for as long as it drives."""
    begin = cycle.begin if math.isfinite(cycle.begin) else 0.0
    person = Person(seed, cycle.at, cycle.heading, look, begin, leaves=leaves and cycle.leaves)
    return person.does(Ride(cycle))
