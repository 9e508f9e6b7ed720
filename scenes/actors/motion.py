"""What a person does: motions, planned one after the other into a continuous course."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from scenes.actors.course import Point2
from scenes.actors.figure import Figure
from scenes.actors.pose import Pose, blend, smooth
from scenes.actors.things import Thing


@dataclass(frozen=True, slots=True)
class Stance:
    """Where and how somebody is: a place on the ground, a heading in radians, a pose."""

    place: Point2
    heading: float
    pose: Pose


What = Literal["take", "release", "fall", "down", "lie", "up", "gone", "back"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happens `at` seconds after a motion's begin.

    `fall`: loses balance; `down`: lies on the ground against their will; `lie`: lies of their
    own will; `up`: begins to rise for good; `gone` / `back`: out of sight (indoors, in a car).
    `push` is the speed (forward, left, up) in m/s that a released thing is given.
    """

    at: float
    what: What
    thing: Thing | None = None
    push: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Move:
    """A planned motion: its length, the stance at each of its seconds, and its marks.

    `hands` says that it moves the arms itself, whatever they carry.
    """

    duration: float
    stance: Callable[[float], Stance]
    marks: tuple[Mark, ...] = ()
    hands: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What a motion begins with; `begin` is its time in the scene."""

    stance: Stance
    begin: float
    figure: Figure
    rng: np.random.Generator = field(compare=False)


class Motion(Protocol):
    """Something to do."""

    def plan(self, given: Given) -> Move:
        """Return how it goes from where the last motion ended."""
        ...


@dataclass(frozen=True, slots=True)
class Key:
    """A pose that is reached `after` seconds; metres and radians are moved on the way."""

    after: float
    pose: Pose
    ease: Callable[[float], float] = smooth
    forward: float = 0.0
    left: float = 0.0
    turn: float = 0.0


def keyed(
    start: Stance, keys: Sequence[Key], marks: tuple[Mark, ...] = (), hands: bool = True
) -> Move:
    """Return the motion through key poses; between two of them the course is eased."""
    stances, ends = [start], [0.0]
    for key in keys:
        last = stances[-1]
        c, s = math.cos(last.heading), math.sin(last.heading)
        x = last.place[0] + c * key.forward - s * key.left
        y = last.place[1] + s * key.forward + c * key.left
        stances.append(Stance((x, y), last.heading + key.turn, key.pose))
        ends.append(ends[-1] + key.after)

    def stance(seconds: float) -> Stance:
        for i, key in enumerate(keys):
            if seconds < ends[i + 1]:
                share = key.ease((seconds - ends[i]) / key.after)
                return between(stances[i], stances[i + 1], share)
        return stances[-1]

    return Move(ends[-1], stance, marks, hands)


def between(one: Stance, other: Stance, share: float) -> Stance:
    """Return the stance that is `share` (0..1) of the way from `one` to `other`."""
    x = one.place[0] + (other.place[0] - one.place[0]) * share
    y = one.place[1] + (other.place[1] - one.place[1]) * share
    heading = one.heading + (other.heading - one.heading) * share
    return Stance((x, y), heading, blend(one.pose, other.pose, share))


def apart(one: Pose, other: Pose) -> float:
    """Return the largest turn of a joint between two poses, in radians."""
    return float(np.abs(one[:-1] - other[:-1]).max())


def unhurried(one: Pose, other: Pose, rate: float = 2.2) -> float:
    """Return how many seconds a person takes from one pose to the other, without haste."""
    sunk = abs(float(one[-1, 2] - other[-1, 2]))
    return max(0.25, apart(one, other) / rate, sunk / 0.6)
