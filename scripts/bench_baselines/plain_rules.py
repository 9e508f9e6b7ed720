"""The rules that one writes first: a vehicle that stays, a person who lies. Nothing of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.bench_baselines.plan import Plan, Points

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in fractions of the picture."""

VEHICLES = frozenset({"car", "bus", "truck"})
STILL = 0.35
"""A box that moved by less than this share of its width stands."""
MISSED = 1
"""Looks in a row that may miss something before its absence counts."""
SAME = 0.3
"""Boxes that overlap (IoU) by more are the same thing."""


@dataclass(frozen=True, slots=True)
class Found:
    """One object in one picture; `track` is -1 where nobody follows it yet."""

    label: str
    box: Box
    track: int = -1


@dataclass
class _Track:
    label: str
    first: Box
    box: Box
    since: float
    seen: float
    told: bool = False
    upright: bool = False
    missed: int = 0


class IouTracker:
    """Gives every object the number of the one that it overlaps most, else a new one."""

    def __init__(self, keep_s: float) -> None:
        self._keep_s = keep_s
        self._known: dict[int, tuple[Box, float]] = {}
        self._next = 0

    def follow(self, found: Sequence[Found], now: float) -> list[Found]:
        """Return the objects with their numbers."""
        self._known = {k: v for k, v in self._known.items() if now - v[1] <= self._keep_s}
        free = dict(self._known)
        numbered = []
        for one in found:
            near = max(free, key=lambda k: overlap(free[k][0], one.box), default=-1)
            if near < 0 or overlap(free[near][0], one.box) < SAME:
                near, self._next = self._next, self._next + 1
            free.pop(near, None)
            self._known[near] = (one.box, now)
            numbered.append(Found(one.label, one.box, near))
        return numbered


class PlainRule:
    """One camera's rule; `step` returns how many alerts a picture raises."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._tracks: dict[int, _Track] = {}

    @property
    def watches(self) -> bool:
        """True while something is followed that may become an alert."""
        return bool(self._tracks)

    def step(self, found: Sequence[Found], now: float) -> int:
        """Judge the objects of a picture taken at `now`."""
        self._forget(now)
        told = 0
        for one in found:
            if one.track < 0 or not self._concerns(one):
                continue
            known = self._tracks.get(one.track)
            if known is None:
                known = self._tracks[one.track] = _Track(one.label, one.box, one.box, now, now)
            known.seen, known.missed = now, 0
            told += self._fall(known, one, now) if self._falls else self._stays(known, one, now)
        return told

    def _forget(self, now: float) -> None:
        """Drop what was missing in two looks and for too long: looks may be rare."""
        for track in self._tracks.values():
            track.missed += 1
        self._tracks = {
            number: track
            for number, track in self._tracks.items()
            if track.missed <= MISSED or now - track.seen <= self._plan.absence_s
        }

    @property
    def _falls(self) -> bool:
        return self._plan.kind == "fall"

    def _concerns(self, one: Found) -> bool:
        if self._falls:
            return one.label == "person"
        return one.label in VEHICLES and self._inside(one.box)

    def _inside(self, box: Box) -> bool:
        x, y = (box[0] + box[2]) / 2, box[3]
        return not self._plan.zones or any(inside(zone, x, y) for zone in self._plan.zones)

    def _stays(self, known: _Track, one: Found, now: float) -> int:
        width = max(known.first[2] - known.first[0], 1e-6)
        moved = abs(one.box[0] - known.first[0]) + abs(one.box[3] - known.first[3])
        if moved > STILL * width:
            known.first, known.since, known.told = one.box, now, False
        return self._tell(known, now)

    def _fall(self, known: _Track, one: Found, now: float) -> int:
        width = (one.box[2] - one.box[0]) * self._plan.width
        height = (one.box[3] - one.box[1]) * self._plan.height
        lies = width > 1.1 * height
        known.upright = known.upright or height > 1.4 * width
        if not lies:
            known.since, known.told = now, False
            return 0
        return self._tell(known, now) if known.upright else 0

    def _tell(self, known: _Track, now: float) -> int:
        if known.told or now - known.since < self._plan.dwell_s:
            return 0
        known.told = True
        return 1


def overlap(a: Box, b: Box) -> float:
    """Return the intersection over the union of two boxes."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return common / max(areas - common, 1e-9)


def inside(polygon: Points, x: float, y: float) -> bool:
    """Say whether a point lies in a polygon (even-odd rule)."""
    hit, before = False, polygon[-1]
    for point in polygon:
        if (point[1] > y) != (before[1] > y):
            at = point[0] + (y - point[1]) * (before[0] - point[0]) / (before[1] - point[1])
            hit ^= x < at
        before = point
    return hit
