"""What vehicles do: drive along a way, brake, wait, reverse; stops are exact in time and place."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from scenes.actors.course import Pace, Path, Point2, driven, pace, pace_within

Signal = Literal["", "left", "right", "both"]


@dataclass(frozen=True, slots=True)
class Rolling:
    """Where a vehicle is: its middle on the ground, its heading, and how it moves.

    `speed` in m/s is negative in reverse; `turning` is the change of heading per metre (1/m);
    `rolled` is the way that its wheels have covered, in metres.
    """

    place: Point2
    heading: float
    speed: float = 0.0
    braking: bool = False
    turning: float = 0.0
    rolled: float = 0.0
    signal: Signal = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """A planned piece of a drive: its length in seconds, its course, its speed at the end."""

    duration: float
    way: Path | None
    going: Pace | None
    back: bool
    start: Rolling
    signal: Signal

    def rolling(self, seconds: float) -> Rolling:
        """Return how the vehicle is after `seconds` of this leg."""
        if self.way is None or self.going is None:
            still = self.start
            return Rolling(still.place, still.heading, rolled=still.rolled, signal=self.signal)
        covered, speed = self.going.at(seconds)
        sense = -1.0 if self.back else 1.0
        heading = self.way.heading(covered) + (math.pi if self.back else 0.0)
        up, keep, down = self.going.phases
        turning = _bend(self.way, covered) * sense
        return Rolling(
            self.way.at(covered),
            heading,
            speed * sense,
            down > 0 and seconds > up + keep,
            turning,
            self.start.rolled + covered * sense,
            self.signal,
        )

    @property
    def last_speed(self) -> float:
        """Return the speed in m/s, along the way, with which the next leg begins."""
        return self.going.last if self.going else 0.0


def _bend(way: Path, covered: float) -> float:
    ahead, behind = min(covered + 0.5, way.length), max(covered - 0.5, 0.0)
    return (way.heading(ahead) - way.heading(behind)) / max(ahead - behind, 1e-6)


class Driving(Protocol):
    """Something that a vehicle does."""

    def plan(self, start: Rolling, speed: float, begin: float) -> Leg:
        """Return the leg that begins with `speed` at `begin` seconds of the scene."""
        ...


@dataclass(frozen=True, slots=True)
class Drive:
    """Drives through `points` (metres) and, unless `on` (m/s) says otherwise, stops at the last.

    The way leaves in the direction in which the vehicle stands and arrives with `heading`
    (radians; else as the points say). `speed` is the speed kept in between; `within` seconds or
    `until` (the scene's time) sets it instead, from standing to standing. `back` reverses.

    Raises on planning:
        ValueError: the goal cannot be reached in time.
    """

    points: Sequence[Point2]
    speed: float = 8.0
    within: float | None = None
    until: float | None = None
    on: float = 0.0
    heading: float | None = None
    back: bool = False
    speed_up: float = 2.0
    slow_down: float = 2.5
    signal: Signal = ""

    def plan(self, start: Rolling, speed: float, begin: float) -> Leg:
        flip = math.pi if self.back else 0.0
        end = None if self.heading is None else self.heading + flip
        way = driven([start.place, *self.points], start.heading + flip, end)
        within = self.until - begin if self.until is not None else self.within
        if within is None:
            going = pace(way.length, self.speed, speed, self.on, self.speed_up, self.slow_down)
        else:
            going = pace_within(way.length, within, self.speed_up, self.slow_down)
        return Leg(going.duration, way, going, self.back, start, self.signal)


def reverse(*points: Point2, speed: float = 1.5, heading: float | None = None) -> Drive:
    """Return a slow drive backwards through `points`."""
    return Drive(points, speed, heading=heading, back=True, speed_up=1.0, slow_down=1.2)


@dataclass(frozen=True, slots=True)
class Halt:
    """Stands for `seconds` or `until` the scene's time."""

    seconds: float | None = None
    until: float | None = None
    signal: Signal = ""

    def plan(self, start: Rolling, speed: float, begin: float) -> Leg:
        seconds = self.until - begin if self.until is not None else self.seconds
        if seconds is None or seconds < 0.0 or speed > 0.0:
            raise ValueError(f"cannot halt at {begin:.2f} s for {seconds} s with {speed:.1f} m/s")
        return Leg(seconds, None, None, False, start, self.signal)


@dataclass(frozen=True, slots=True)
class Course:
    """One thing after the other: where a vehicle is at any time, and when it stands."""

    at: Point2
    heading: float
    begin: float = 0.0
    speed: float = 0.0
    legs: tuple[tuple[float, Driving, Leg], ...] = field(default=())

    @staticmethod
    def of(
        at: Point2, heading: float, begin: float, speed: float, driving: Sequence[Driving]
    ) -> Course:
        """Return the course that begins `at` a place with a heading and a speed."""
        rolling, time = Rolling(at, heading), begin
        legs: list[tuple[float, Driving, Leg]] = []
        now = speed
        for what in driving:
            leg = what.plan(rolling, now, time)
            legs.append((time, what, leg))
            rolling, now, time = leg.rolling(leg.duration), leg.last_speed, time + leg.duration
        return Course(at, heading, begin, speed, tuple(legs))

    def rolling(self, at: float) -> Rolling:
        """Return how the vehicle is at a time of the scene."""
        if not self.legs:
            return Rolling(self.at, self.heading)
        i = max(0, bisect_right([begin for begin, _, _ in self.legs], at) - 1)
        begin, _, leg = self.legs[i]
        return leg.rolling(min(max(at - begin, 0.0), leg.duration))

    @property
    def end(self) -> float:
        """Return when the last leg ends."""
        if not self.legs:
            return self.begin
        begin, _, leg = self.legs[-1]
        return begin + leg.duration

    def span(self, what: Driving) -> tuple[float, float]:
        """Return when a piece (the very object that was given) begins and ends.

        Raises:
            LookupError: no such piece.
        """
        for begin, one, leg in self.legs:
            if one is what:
                return begin, begin + leg.duration
        raise LookupError(f"not part of this drive: {what}")

    def stops(self) -> tuple[tuple[float, float], ...]:
        """Return when it stands: (from, until), infinite where it stays for good."""
        stops: list[tuple[float, float]] = []
        since: float | None = None if self.legs else self.begin
        for begin, _, leg in self.legs:
            moves = leg.way is not None
            if moves and since is not None:
                if begin > since:
                    stops.append((since, begin))
                since = None
            if not moves and since is None:
                since = begin
            if moves and leg.last_speed == 0.0:
                since = begin + leg.duration
        return tuple(stops) if since is None else (*stops, (since, math.inf))


def straight_to(start: Point2, heading: float, distance: float, side: float = 0.0) -> Point2:
    """Return the point `distance` metres ahead of a place and `side` metres to its left."""
    c, s = math.cos(heading), math.sin(heading)
    return (start[0] + c * distance - s * side, start[1] + s * distance + c * side)
