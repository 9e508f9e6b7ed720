"""Weather: rain, wet ground, snow, fog, wind and a drop on the lens, each over time."""

from __future__ import annotations

from dataclasses import dataclass

from scenes.curve import ZERO, Curve


@dataclass(frozen=True, slots=True)
class Weather:
    """What falls and what lies; every curve goes from 0 (none) to 1 (heavy).

    `rain` falls, `wet` is how wet the ground is (darker, and it mirrors), `snow` falls,
    `snow_lies` is how white the ground is, `fog`, `wind` moves leaves, `drop` is a drop on the lens.
    """

    rain: Curve = ZERO
    wet: Curve = ZERO
    snow: Curve = ZERO
    snow_lies: Curve = ZERO
    fog: Curve = ZERO
    wind: Curve = ZERO
    drop: Curve = ZERO


DRY = Weather()
