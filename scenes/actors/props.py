"""A thing through the scene: where it lies, in whose hands it is, when it comes to rest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from scenes.actors.course import Point2
from scenes.actors.person import Person, Timed
from scenes.actors.pose import smooth
from scenes.actors.things import Thing
from scenes.actors.wares import Placed, ware
from scenes.shapes import Body, Point3

_GRASP = 0.3
_SLIDE = 0.4
_STICKS = ("broom", "mop", "stick", "crutch")


@dataclass(frozen=True, slots=True)
class Rest:
    """One time that a thing lies still: from `begin` to `end` (infinite: for good) at `place`.

    `left_by` is who let go of it, None for what lay there from the start.
    """

    begin: float
    end: float
    place: Point2
    left_by: Person | None


@dataclass(frozen=True, slots=True)
class _Flight:
    """From the hand to the ground: begins at `begin`, touches down after `air`, then slides."""

    begin: float
    start: Point3
    push: tuple[float, float, float]
    heading: float

    @property
    def air(self) -> float:
        up = self.push[2]
        return (up + math.sqrt(up * up + 2 * 9.81 * max(self.start[2], 0.0))) / 9.81

    @property
    def slide(self) -> float:
        return _SLIDE if math.hypot(self.push[0], self.push[1]) > 0.5 else 0.0

    @property
    def end(self) -> float:
        return self.begin + self.air + self.slide

    def at(self, seconds: float) -> Point3:
        t = min(max(seconds - self.begin, 0.0), self.air)
        s = min(max(seconds - self.begin - self.air, 0.0), self.slide)
        far = t + (s - s * s / (2 * self.slide) if self.slide else 0.0) * 0.5
        z = self.start[2] + self.push[2] * t - 9.81 * t * t / 2
        x, y = self.start[0] + self.push[0] * far, self.start[1] + self.push[1] * far
        return (x, y, max(0.0, z) if t < self.air else 0.0)


@dataclass(frozen=True)
class Prop:
    """A thing that lies somewhere or goes through the hands of `people`.

    `lies` is where it is until somebody takes it, from `begin` on; None for a thing that somebody
    brings. It is there until `end`. People must name the very same `Thing` in their motions.
    """

    thing: Thing
    people: tuple[Person, ...] = ()
    lies: Point2 | None = None
    heading: float = 0.0
    begin: float = -math.inf
    end: float = math.inf

    @cached_property
    def _held(self) -> tuple[tuple[float, float, Person], ...]:
        """Return (from, until, by whom), in order."""
        spans = [(a, b, p) for p in self.people for a, b in p.holding(self.thing)]
        return tuple(sorted(spans, key=lambda span: span[:2]))

    @cached_property
    def rests(self) -> tuple[Rest, ...]:
        """Return every time that it lies still, in order."""
        rests: list[Rest] = []
        first = self._held[0][0] if self._held else math.inf
        if self.lies is not None:
            rests.append(Rest(self.begin, min(first, self.end), self.lies, None))
        for i, (_, until, person) in enumerate(self._held):
            if until == math.inf:
                continue
            later = self._held[i + 1][0] if i + 1 < len(self._held) else self.end
            flight = self._flight(person, until)
            x, y, _z = flight.at(flight.end)
            rests.append(Rest(flight.end, later, (x, y), person))
        return tuple(rests)

    def _flight(self, person: Person, released: float) -> _Flight:
        mark = next(m for m in person.marks if m.at == released and m.thing is self.thing)
        held = self._in_hand(person, released)
        return _Flight(released, held.at, _pushed(mark, held.heading), held.heading)

    def placed(self, at: float) -> Placed | None:
        """Return where it is at a time, None while it is not there."""
        if not self.begin <= at < self.end:
            return None
        before: Placed | None = None if self.lies is None else self._lying(self.lies, self.heading)
        for since, until, person in self._held:
            if at < since:
                break
            if at < until:
                if not person.present(at):
                    return None
                held = self._in_hand(person, at)
                if before is not None and at < since + _GRASP:
                    return _between(before, held, smooth((at - since) / _GRASP))
                return held
            flight = self._flight(person, until)
            if at < flight.end:
                return self._flying(person, flight, at)
            x, y, _ = flight.at(at)
            before = self._lying((x, y), flight.heading)
        return before

    def _flying(self, person: Person, flight: _Flight, at: float) -> Placed:
        held = self._in_hand(person, flight.begin)
        x, y, z = flight.at(at)
        lying = self._lying((x, y), flight.heading)
        share = smooth((at - flight.begin) / max(flight.end - flight.begin, 1e-6))
        mixed = _between(held, lying, share)
        axis = (mixed.top[0] - mixed.at[0], mixed.top[1] - mixed.at[1], mixed.top[2] - mixed.at[2])
        return Placed((x, y, z), (x + axis[0], y + axis[1], z + axis[2]), mixed.heading)

    def _lying(self, place: Point2, heading: float) -> Placed:
        x, y = place
        high = self.thing.size[2]
        if self.thing.kind in _STICKS:
            far = (x + math.cos(heading) * high, y + math.sin(heading) * high, 0.02)
            return Placed((x, y, 0.02), far, heading)
        return Placed((x, y, 0.0), (x, y, high), heading)

    def _in_hand(self, person: Person, at: float) -> Placed:
        stance = person.stance(at)
        both = self.thing.carry in ("hug", "push", "sweep")
        hand = person.hand(at, both)
        return carried(self.thing, hand, stance.heading)

    def bodies(self, at: float) -> tuple[Body, ...]:
        placed = self.placed(at)
        if placed is None:
            return ()
        return (Body("", ware(self.thing, placed)),)


def carried(thing: Thing, hand: Point3, heading: float) -> Placed:
    """Return where a thing is that is carried its way, the hand (or the middle of both) given."""
    x, y, z = hand
    c, s = math.cos(heading), math.sin(heading)
    length, _, high = thing.size
    if thing.carry in ("push", "trail"):
        ahead = length / 2 if thing.carry == "push" else -0.12
        low = (x + c * ahead, y + s * ahead, 0.0)
        tip = -0.35 * high if thing.carry == "trail" else 0.0
        return Placed(low, (low[0] - c * tip, low[1] - s * tip, high), heading)
    if thing.carry == "hug":
        ahead = length * 0.3
        low = (x + c * ahead, y + s * ahead, max(0.0, z - thing.grip))
        return Placed(low, (low[0], low[1], low[2] + high), heading)
    if thing.carry == "up":
        low = (x + c * 0.04, y + s * 0.04, z + 0.62)
        return Placed(low, (low[0], low[1], low[2] + high), heading)
    if thing.carry == "sweep":
        return Placed(
            (x + c * 0.75, y + s * 0.75, 0.03), (x - c * 0.25, y - s * 0.25, z + 0.4), heading
        )
    if thing.carry == "lean":
        low = (x + c * 0.1, y + s * 0.1, 0.02)
        rest = high - thing.grip
        return Placed(low, (x, y, z + rest), heading)
    low = (x, y, max(0.0, z - thing.grip))
    return Placed(low, (x, y, low[2] + high), heading)


def _pushed(mark: Timed, heading: float) -> tuple[float, float, float]:
    ahead, left, up = mark.push
    c, s = math.cos(heading), math.sin(heading)
    return (c * ahead - s * left, s * ahead + c * left, up)


def _between(one: Placed, other: Placed, share: float) -> Placed:
    return Placed(
        _mixed(one.at, other.at, share),
        _mixed(one.top, other.top, share),
        one.heading + math.remainder(other.heading - one.heading, math.tau) * share,
    )


def _mixed(a: Point3, b: Point3, share: float) -> Point3:
    x, y, z = (p + (q - p) * share for p, q in zip(a, b, strict=True))
    return (x, y, z)
