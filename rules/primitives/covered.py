"""`covered`: each zone whose ground is under water beyond a share, as a subject."""

from __future__ import annotations

from statistics import linear_regression, median

import msgspec
from pydantic import Field

from rules.observation import Fact, Measure, Scene, Subject, Water
from rules.primitive import Params as Parameters
from rules.zones import Zones

_TREND_S, _TREND_LEAST_S = 300.0, 20.0  # Of the readings that a trend is made of, and at least.
_READINGS = 60  # Kept of a reference line, evenly thinned.
_STEADY = 1.0  # Cm a minute that are no trend.


class Covered(msgspec.Struct, frozen=True):
    """State: level of the zones that were above the share when they could last be judged, and what
    was read of the reference line (time, cm), where there is one.
    """

    levels: dict[str, int] = {}
    readings: tuple[tuple[float, float], ...] = ()


class AreaAbove:
    """Step. One subject per zone: does the water cover the share that matters?"""

    class Params(Parameters):
        """From which share on it is a flood, and how grave."""

        area_ratio: float = Field(
            0.1,
            ge=0.01,
            le=1.0,
            description="Share of the zone that must be under water.",
            json_schema_extra={"unit": "0..1", "replay": True},
        )
        release: float = Field(
            0.6,
            ge=0.1,
            le=1.0,
            description="A flood is over below this part of `area_ratio`, lest it flicker.",
            json_schema_extra={"unit": "0..1", "replay": True},
        )
        level_1_ratio: float = Field(
            0.3,
            ge=0.01,
            le=1.0,
            description="Share of the zone from which the flood is at the first higher level.",
            json_schema_extra={"unit": "0..1", "replay": True},
        )
        level_2_ratio: float = Field(
            0.6,
            ge=0.01,
            le=1.0,
            description="Share of the zone from which it is at the second higher level.",
            json_schema_extra={"unit": "0..1", "replay": True},
        )
        level_1_cm: float = Field(
            0.0,
            ge=0.0,
            le=1000.0,
            description="Level on the reference line from which the flood is at the first higher"
            " level; 0: not by depth.",
            json_schema_extra={"unit": "cm", "replay": True},
        )
        level_2_cm: float = Field(
            0.0,
            ge=0.0,
            le=1000.0,
            description="Level on the reference line from which it is at the second higher level;"
            " 0: not by depth.",
            json_schema_extra={"unit": "cm", "replay": True},
        )
        least_sure: float = Field(
            0.4,
            ge=0.0,
            le=1.0,
            description="Part of the zone that must be judged; less, and nothing is said.",
            json_schema_extra={"unit": "0..1", "replay": True},
        )

    State = Covered

    def __init__(self, params: Params, zones: Zones) -> None:
        self._p = params
        self._name = zones.include[0].name if len(zones.include) == 1 else ""

    def step(self, state: Covered, scene: Scene, now: float) -> tuple[Covered, Scene]:
        """Judge the water of one picture; without a measurement the scene is handed on as it is."""
        water = scene.observation.water
        if water is None or scene.paused:
            return state, scene
        levels, readings = dict(state.levels), _kept(state.readings, water, now)
        depth = _depth(readings, now)
        subjects: list[Subject] = []
        for number, part in enumerate(water.parts or (water,)):
            name = part.zone or self._name or "whole picture"
            key = f"water:{number}:{name}"
            before = levels.get(key)
            holds = self._holds(part, before is not None)
            told = depth if part.level_cm is not None or len(water.parts) == 0 else None
            if holds:
                levels[key] = max(self._level(part, before or 0), self._deep(told))
            elif holds is False:
                levels.pop(key, None)
            limit = self._least(before is not None)
            subject = self._subject(part, key, name, holds, limit, levels.get(key, 0))
            subjects.append(self._gauged(subject, told, readings))
        return Covered(levels, readings), msgspec.structs.replace(
            scene, subjects=scene.subjects + tuple(subjects)
        )

    def _holds(self, water: Water, was: bool) -> bool | None:
        if water.sure < self._p.least_sure:
            return None
        return water.share >= self._least(was)

    def _least(self, was: bool) -> float:
        return self._p.area_ratio * (self._p.release if was else 1.0)

    def _level(self, water: Water, before: int) -> int:
        """Return how many of the higher shares it covers; one it had is kept until well below."""
        ratios = (self._p.level_1_ratio, self._p.level_2_ratio)
        return sum(
            water.share >= ratio * (self._p.release if number <= before else 1.0)
            for number, ratio in enumerate(ratios, 1)
        )

    def _deep(self, depth: float | None) -> int:
        """Return how many of the higher levels the depth alone makes."""
        limits = (self._p.level_1_cm, self._p.level_2_cm)
        if depth is None:
            return 0
        return max((n for n, cm in enumerate(limits, 1) if 0.0 < cm <= depth), default=0)

    def _gauged(
        self, subject: Subject, depth: float | None, readings: tuple[tuple[float, float], ...]
    ) -> Subject:
        """Return a subject with the water level and its trend, where they are known."""
        if depth is None:
            return subject
        facts: dict[str, Fact] = {**subject.facts, "level_cm": depth}
        measures = [*subject.measures, Measure("water_level", depth, self._p.level_1_cm)]
        rise = _trend(readings)
        if rise is not None:
            way = "steady" if abs(rise) < _STEADY else "rising" if rise > 0.0 else "falling"
            facts |= {"trend": way, "rise_cm_min": rise}
            measures.append(Measure("water_rise", rise, 0.0, above=rise >= 0.0))
        return msgspec.structs.replace(subject, facts=facts, measures=tuple(measures))

    def _subject(
        self, water: Water, key: str, name: str, holds: bool | None, limit: float, level: int
    ) -> Subject:
        facts: dict[str, Fact] = {"zone": name, "share": water.share, "sure": water.sure}
        measures = (
            Measure("water_share", water.share, round(limit, 4)),
            Measure("water_sure", water.sure, self._p.least_sure),
            *water.measures,
        )
        return Subject(
            key=key,
            box=water.box,
            holds=holds,
            score=water.sure,
            facts=facts,
            measures=measures,
            level=level,
        )


def _kept(
    readings: tuple[tuple[float, float], ...], water: Water, now: float
) -> tuple[tuple[float, float], ...]:
    """Return the readings with this one; the oldest go, and what comes too often is left out."""
    lately = tuple(r for r in readings if now - r[0] <= _TREND_S)
    if water.level_cm is None:
        return lately
    if len(lately) >= 3 and now - lately[-2][0] < _TREND_S / _READINGS:
        lately = lately[:-1]
    return (*lately, (now, water.level_cm))


def _depth(readings: tuple[tuple[float, float], ...], now: float) -> float | None:
    """Return the level that is there: the middle of the last three readings; None: none lately."""
    last = [cm for at, cm in readings[-3:] if now - at <= _TREND_LEAST_S]
    return float(median(last)) if last else None


def _trend(readings: tuple[tuple[float, float], ...]) -> float | None:
    """Return by how many cm a minute the level rises; None while it is not known for long."""
    if len(readings) < 4 or readings[-1][0] - readings[0][0] < _TREND_LEAST_S:
        return None
    first = readings[0][0]
    minutes = [(at - first) / 60.0 for at, _ in readings]
    return round(linear_regression(minutes, [cm for _, cm in readings]).slope, 2)
