"""Standing water: a low spot that fills, and which share of a zone it covers."""

from __future__ import annotations

from dataclasses import dataclass

from scenes.curve import Curve
from scenes.shapes import Color


@dataclass(frozen=True, slots=True)
class Water:
    """Water whose level changes over time.

    `level` is in metres above the deepest spot of the stage's low spot (0: none, 0.3: a street under
    water); see `Stage.height`. `color` is BGR of the water itself, `clear` 0..1 how much of the
    ground shows through, `ripple` 0..1 how restless it is.
    """

    level: Curve
    color: Color = (70.0, 92.0, 104.0)
    clear: float = 0.25
    ripple: float = 0.4
