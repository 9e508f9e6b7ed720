"""One painted film per kind in which exactly one thing happens, with the dwell it is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from models.detector import Pixels
from streams.synthetic import Step
from tests.chain.street import HEIGHT, RED, WIDTH, Draw, falls, film, parks


@dataclass(frozen=True)
class Scene:
    """A film of `seconds` in which the condition begins at `begins` and lasts to the end."""

    draw: Draw
    seconds: float
    begins: float
    parameters: Mapping[str, Any]
    rate: float = 5.0

    def film(self) -> list[Step]:
        """Return the script of the film."""
        return film(self.seconds, self.draw, self.rate)


def leaves_a_bag(at_s: float) -> Draw:
    """A person walks in, puts a dark bag down at `at_s`, and walks out the other side."""

    def draw(pixels: Pixels, at: float) -> None:
        x = 170 + (at - at_s) * 22
        if at >= at_s:
            cv2.rectangle(pixels, (160, 128), (178, 144), (30, 25, 20), -1)
            cv2.line(pixels, (162, 132), (176, 140), (90, 80, 70), 2)
        if -30 < x < WIDTH:
            cv2.rectangle(pixels, (round(x), 70), (round(x) + 22, 142), RED, -1)

    return draw


def floods(at_s: float, full_s: float = 8.0) -> Draw:
    """Brown, smooth water spreads from the lower edge over two fifths of the picture."""

    def draw(pixels: Pixels, at: float) -> None:
        share = min(1.0, max(0.0, (at - at_s) / full_s))
        if share == 0.0:
            return
        top = HEIGHT - round(share * HEIGHT * 0.45)
        rows = np.arange(top, HEIGHT, dtype=np.float32)[:, None]
        columns = np.arange(WIDTH, dtype=np.float32)[None, :]
        ripple = 3.0 * np.sin(rows / 3.1 + at * 2.3) * np.sin(columns / 9.7 - at * 1.1)
        water = np.stack([ripple + 70, ripple + 95, ripple + 120], axis=2)
        pixels[top:] = np.clip(water, 0, 255).astype(np.uint8)

    return draw


SCENES: dict[str, Scene] = {
    "illegal_parking": Scene(parks(arrives=4), 34.0, 4.0, {"dwell_s": 14.0}),
    "fall": Scene(falls(at_s=5), 34.0, 5.0, {"dwell_s": 14.0}),
    "litter": Scene(leaves_a_bag(at_s=8), 44.0, 8.0, {"dwell_s": 14.0}),
    "flooding": Scene(floods(at_s=8), 44.0, 8.0, {"dwell_s": 14.0, "area_ratio": 0.1}),
}
