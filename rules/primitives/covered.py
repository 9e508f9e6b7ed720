"""`covered`: each zone whose ground is under water beyond a share, as a subject."""

from __future__ import annotations

import msgspec
from pydantic import Field

from rules.observation import Fact, Scene, Subject, Water
from rules.primitive import Params as Parameters
from rules.zones import Zones


class Covered(msgspec.Struct, frozen=True):
    """State: the zones that were above the share at the last picture that could be judged."""

    above: tuple[str, ...] = ()


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
        levels: tuple[float, ...] = Field(
            (0.3, 0.6),
            max_length=8,
            description="Shares from which the level rises to 2, 3 ...; level 1 is `area_ratio`.",
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
        above: list[str] = []
        subjects: list[Subject] = []
        for number, part in enumerate(water.parts or (water,)):
            name = part.zone or self._name or "whole picture"
            key = f"water:{number}:{name}"
            holds = self._holds(part, key in state.above)
            if holds or (holds is None and key in state.above):
                above.append(key)
            subjects.append(self._subject(part, key, name, holds))
        return Covered(tuple(above)), msgspec.structs.replace(
            scene, subjects=scene.subjects + tuple(subjects)
        )

    def _holds(self, water: Water, was: bool) -> bool | None:
        if water.sure < self._p.least_sure:
            return None
        return water.share >= self._p.area_ratio * (self._p.release if was else 1.0)

    def _subject(self, water: Water, key: str, name: str, holds: bool | None) -> Subject:
        level = 1 + sum(water.share >= share for share in self._p.levels)
        facts: dict[str, Fact] = {
            "zone": name,
            "share": water.share,
            "sure": water.sure,
            "level": float(level if holds else 0),
        }
        return Subject(key=key, box=water.box, holds=holds, score=water.sure, facts=facts)
