"""A tiny generated scene: a car that stops on a grey street, drawn as a blue rectangle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scenes.scene import Frame, Marked

WIDTH, HEIGHT = 320, 192


@dataclass(frozen=True)
class Street:
    """A car comes from the left, stands from `stops` to `leaves`, and drives on."""

    name: str = "street-1"
    stops: float = 2.0
    leaves: float = 30.0
    duration_s: float = 24.0
    dwell_s: float = 5.0

    script = "parking_street"
    conditions = ("night",)
    size = (WIDTH, HEIGHT)

    @property
    def truth(self) -> dict[str, Any]:
        due = self.stops + self.dwell_s
        event = {"kind": "illegal_parking", "not_before": due - 1, "not_after": due + 5}
        return {
            "file": f"{self.name}.mp4",
            "run": ("illegal_parking", "an_algorithm_of_tomorrow"),
            "params": {"illegal_parking": {"dwell_s": self.dwell_s}},
            "zones": {
                "illegal_parking": ((0, 0), (1, 0), (1, 1), (0, 1)),
                "an_algorithm_of_tomorrow": (),
            },
            "events": [event] if self.leaves > due else [],
        }

    def render(self, at: float) -> Frame:
        pixels = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
        # Something to hold on to, or the view is taken for a covered lens.
        pixels[::8, ::8] = 200
        pixels[:60] = np.random.default_rng(5).integers(60, 200, (60, WIDTH, 3), np.uint8)
        driven = min(at, self.stops) + max(0.0, at - self.leaves)
        left = int(20 + 60 * driven)
        right = min(WIDTH, left + 64)
        if left >= WIDTH:
            return Frame(pixels, ())
        pixels[110:150, left:right] = (255, 0, 0)
        pixels[118:126, left + 6 : right] = (200, 30, 10)
        box = (left / WIDTH, 110 / HEIGHT, right / WIDTH, 150 / HEIGHT)
        return Frame(pixels, (Marked("car", box, (right - left) / 64),))
