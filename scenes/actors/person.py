"""A person: a look, a course of motions, and exact answers about where and when."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from scenes.actors import poses
from scenes.actors.course import Point2
from scenes.actors.figure import L_HAND, R_HAND, Joints
from scenes.actors.flesh import flesh
from scenes.actors.handling import holding
from scenes.actors.look import Look, draw_look
from scenes.actors.motion import Given, Motion, Move, Stance, What
from scenes.actors.pose import smooth
from scenes.actors.things import Thing
from scenes.shapes import Body, Point3


@dataclass(frozen=True, slots=True)
class Timed:
    """A mark of a motion at its time in the scene."""

    at: float
    what: What
    thing: Thing | None
    push: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Down:
    """One time that somebody lies on the ground.

    `fell` is when the balance was lost and `begin` when the body was down (for somebody who lies
    down of their own will both are when they lie); `end` is when they begin to get up, infinite
    for never. `place` is where the hips are at `begin`.
    """

    fell: float
    begin: float
    end: float
    place: Point2
    willed: bool


@dataclass(frozen=True, slots=True)
class _Step:
    motion: Motion
    begin: float
    move: Move


@dataclass(frozen=True)
class Person:
    """Somebody who does one motion after the other, from `begin` seconds of the scene.

    Before `begin` there is nobody; after the last motion the last stance is kept, or, with
    `leaves`, there is nobody any more. `at` is the first place in metres, `heading` an angle
    from +x to +y. `holds` are the things in the hands from the start.
    """

    seed: int
    at: Point2 = (0.0, 0.0)
    heading: float = 0.0
    look: Look | None = None
    begin: float = 0.0
    holds: tuple[Thing, ...] = ()
    leaves: bool = False
    motions: tuple[Motion, ...] = field(default=())

    def does(self, *motions: Motion) -> Person:
        """Return the same person with these motions after those already given."""
        return replace(self, look=self.dressed, motions=(*self.motions, *motions))

    @cached_property
    def dressed(self) -> Look:
        """Return the look: the given one, or one drawn from the seed."""
        return self.look or draw_look(np.random.default_rng([self.seed, 1]))

    @cached_property
    def _steps(self) -> tuple[_Step, ...]:
        figure = self.dressed.figure
        stance, begin = Stance(self.at, self.heading, poses.STAND), self.begin
        steps: list[_Step] = []
        for i, motion in enumerate(self.motions):
            rng = np.random.default_rng([self.seed, 2, i])
            move = motion.plan(Given(stance, begin, figure, rng))
            steps.append(_Step(motion, begin, move))
            stance, begin = move.stance(move.duration), begin + move.duration
        return tuple(steps)

    @cached_property
    def _begins(self) -> tuple[float, ...]:
        return tuple(step.begin for step in self._steps)

    @cached_property
    def end(self) -> float:
        """Return when the last motion ends."""
        last = self._steps[-1:]
        return last[0].begin + last[0].move.duration if last else self.begin

    @cached_property
    def marks(self) -> tuple[Timed, ...]:
        """Return all that happens, in order."""
        return tuple(
            Timed(step.begin + mark.at, mark.what, mark.thing, mark.push)
            for step in self._steps
            for mark in step.move.marks
        )

    def span(self, motion: Motion) -> tuple[float, float]:
        """Return when a motion (the very object that was given) begins and ends.

        Raises:
            LookupError: this person does no such motion.
        """
        for step in self._steps:
            if step.motion is motion:
                return step.begin, step.begin + step.move.duration
        raise LookupError(f"not among the motions of this person: {motion}")

    def present(self, at: float) -> bool:
        """Return whether the person is in the scene, in view or not."""
        if at < self.begin or (self.leaves and at >= self.end):
            return False
        gone = False
        for mark in self.marks:
            if mark.at <= at and mark.what in ("gone", "back"):
                gone = mark.what == "gone"
        return not gone

    def stance(self, at: float) -> Stance:
        """Return place, heading and pose at a time; before the begin and after the end as then."""
        if not self._steps:
            return Stance(self.at, self.heading, poses.STAND)
        step = self._steps[max(0, bisect_right(self._begins, at) - 1)]
        seconds = min(max(at - step.begin, 0.0), step.move.duration)
        return self._laden(step.move.stance(seconds), at)

    def _laden(self, stance: Stance, at: float) -> Stance:
        """Return the stance with the arms as what they carry wants them."""
        for thing, since, until in self._carrying:
            if since < at < until:
                share = smooth((at - since) / 0.5) * smooth((until - at) / 0.5)
                share = 1.0 if since == -math.inf and until - at > 0.5 else share
                pose = holding(stance.pose, thing.carry, share)
                return Stance(stance.place, stance.heading, pose)
        return stance

    @cached_property
    def _carrying(self) -> tuple[tuple[Thing, float, float], ...]:
        """Return (thing, from, until): the times in which the arms carry and do nothing else."""
        held: list[tuple[Thing, float, float]] = []
        for thing in self.handled:
            for since, until in self.holding(thing):
                held += [(thing, a, b) for a, b in self._idle(since, until)]
        return tuple(held)

    def _idle(self, since: float, until: float) -> list[tuple[float, float]]:
        spans, begin = [], since
        for step in self._steps:
            end = step.begin + step.move.duration
            if step.move.hands and end > since and step.begin < until:
                if step.begin > begin:
                    spans.append((begin, step.begin))
                begin = end
        if begin < until:
            spans.append((begin, until))
        return spans

    @cached_property
    def handled(self) -> tuple[Thing, ...]:
        """Return every thing that is ever in these hands."""
        things = [*self.holds, *(m.thing for m in self.marks if m.thing is not None)]
        return tuple(dict.fromkeys(things))

    def holding(self, thing: Thing) -> tuple[tuple[float, float], ...]:
        """Return when the hands hold a thing: (from, until), infinite where it has no end."""
        spans: list[tuple[float, float]] = []
        since: float | None = -math.inf if thing in self.holds else None
        for mark in self.marks:
            if mark.thing is thing and mark.what == "take":
                since = mark.at
            elif mark.thing is thing and mark.what == "release" and since is not None:
                spans.append((since, mark.at))
                since = None
        return tuple(spans) if since is None else (*spans, (since, math.inf))

    def joints(self, at: float) -> Joints:
        """Return the joints at a time."""
        stance = self.stance(at)
        return self.dressed.figure.joints(stance.pose, stance.place, stance.heading)

    def place(self, at: float) -> Point2:
        """Return the point on the ground below the hips."""
        x, y, _ = self.joints(at).point(0)
        return (x, y)

    def hand(self, at: float, both: bool = False) -> Point3:
        """Return where the right hand is, or the middle of both."""
        joints = self.joints(at)
        x, y, z = joints.point(R_HAND)
        if not both:
            return (x, y, z)
        u, v, w = joints.point(L_HAND)
        return ((x + u) / 2, (y + v) / 2, (z + w) / 2)

    @cached_property
    def downs(self) -> tuple[Down, ...]:
        """Return every time that the person lies on the ground, fallen or of their own will."""
        downs: list[Down] = []
        fell = math.nan
        for mark in self.marks:
            if mark.what == "fall":
                fell = mark.at
            elif mark.what in ("down", "lie"):
                willed = mark.what == "lie"
                begin = mark.at
                end = next((m.at for m in self.marks if m.at > begin and m.what == "up"), math.inf)
                place = self.place(begin)
                downs.append(Down(begin if willed else fell, begin, end, place, willed))
        return tuple(downs)

    def bodies(self, at: float) -> tuple[Body, ...]:
        if not self.present(at):
            return ()
        joints = self.joints(at)
        return (Body("person", flesh(joints, self.dressed), joints.keypoints),)
