"""`covered`: each zone whose ground is under water beyond a share, as a subject."""

from __future__ import annotations

import msgspec
from pydantic import Field

from rules.observation import Fact, Measure, Scene, Subject, Water
from rules.primitive import Params as Parameters
from rules.zones import Zones


class Covered(msgspec.Struct, frozen=True):
    """State: level of the zones that were above the share when they could last be judged."""

    levels: dict[str, int] = {}


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
        levels = dict(state.levels)
        subjects: list[Subject] = []
        for number, part in enumerate(water.parts or (water,)):
            name = part.zone or self._name or "whole picture"
            key = f"water:{number}:{name}"
            before = levels.get(key)
            holds = self._holds(part, before is not None)
            if holds:
                levels[key] = self._level(part, before or 0)
            elif holds is False:
                levels.pop(key, None)
            limit = self._least(before is not None)
            subjects.append(self._subject(part, key, name, holds, limit, levels.get(key, 0)))
        return Covered(levels), msgspec.structs.replace(
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
