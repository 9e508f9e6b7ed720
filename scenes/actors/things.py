"""Things that lie about, are carried, put down, dropped and taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenes.shapes import Color

ThingKind = Literal[
    "bin bag",
    "paper bag",
    "suitcase",
    "trolley case",
    "rucksack",
    "box",
    "bottle",
    "can",
    "rubbish",
    "paper",
    "leaf",
    "cone",
    "bin",
    "bench",
    "chair",
    "umbrella",
    "parasol",
    "shopping cart",
    "pram",
    "barrier",
    "bucket",
    "broom",
    "mop",
    "stick",
    "crutch",
    "ball",
    "board",
]
Carry = Literal["hang", "hug", "trail", "push", "up", "lean", "sweep", "palm", "none"]


@dataclass(frozen=True, eq=False)
class Thing:
    """One thing: what it is and how big (length, width, height in metres), and how it is held.

    `grip` is the height in metres of where a hand holds it, above its underside. Two things are
    never equal: each is the one that it is.
    """

    kind: ThingKind
    size: tuple[float, float, float]
    color: Color
    carry: Carry = "hang"
    grip: float = 0.3
    seed: int = 0


_FORMS: dict[ThingKind, tuple[tuple[float, float, float], float, Carry, float]] = {
    # kind: size, spread of the size, how it is carried, grip as a share of the height
    "bin bag": ((0.46, 0.42, 0.5), 0.22, "hang", 0.97),
    "paper bag": ((0.3, 0.16, 0.36), 0.2, "hang", 1.25),
    "suitcase": ((0.5, 0.22, 0.42), 0.2, "hang", 1.06),
    "trolley case": ((0.42, 0.26, 0.62), 0.15, "trail", 1.62),
    "rucksack": ((0.34, 0.24, 0.46), 0.15, "hang", 1.05),
    "box": ((0.5, 0.4, 0.36), 0.3, "hug", 0.45),
    "bottle": ((0.08, 0.08, 0.24), 0.2, "palm", 0.75),
    "can": ((0.066, 0.066, 0.13), 0.1, "palm", 0.6),
    "rubbish": ((1.3, 1.0, 0.45), 0.35, "none", 0.5),
    "paper": ((0.3, 0.21, 0.01), 0.3, "palm", 0.5),
    "leaf": ((0.1, 0.07, 0.01), 0.3, "palm", 0.5),
    "cone": ((0.38, 0.38, 0.72), 0.1, "hang", 1.0),
    "bin": ((0.5, 0.5, 0.95), 0.15, "none", 0.9),
    "bench": ((1.6, 0.5, 0.45), 0.1, "none", 1.0),
    "chair": ((0.46, 0.46, 0.45), 0.05, "hang", 1.6),
    "umbrella": ((0.85, 0.85, 0.3), 0.1, "up", 0.1),
    "parasol": ((2.4, 2.4, 2.4), 0.1, "none", 0.5),
    "shopping cart": ((0.85, 0.55, 0.95), 0.05, "push", 1.05),
    "pram": ((0.9, 0.55, 1.0), 0.08, "push", 1.02),
    "barrier": ((2.0, 0.5, 1.05), 0.1, "none", 1.0),
    "bucket": ((0.3, 0.3, 0.32), 0.1, "hang", 1.6),
    "broom": ((0.4, 0.06, 1.35), 0.05, "sweep", 0.75),
    "mop": ((0.3, 0.12, 1.35), 0.05, "sweep", 0.75),
    "stick": ((0.03, 0.03, 0.86), 0.04, "lean", 1.0),
    "crutch": ((0.05, 0.1, 1.1), 0.05, "lean", 0.78),
    "ball": ((0.22, 0.22, 0.22), 0.15, "palm", 0.5),
    "board": ((0.6, 0.5, 1.0), 0.15, "hang", 1.0),
}

_COLORS: dict[ThingKind, tuple[Color, ...]] = {
    "bin bag": ((30, 28, 28), (24, 24, 26), (60, 60, 62), (215, 216, 216), (60, 120, 60)),
    "paper bag": ((110, 155, 190), (225, 228, 230), (90, 80, 190)),
    "box": ((98, 142, 178), (110, 155, 195), (88, 128, 160)),
    "paper": ((230, 232, 233), (190, 215, 225)),
    "leaf": ((40, 90, 130), (50, 120, 120)),
    "cone": ((30, 80, 235),),
    "bin": ((70, 110, 50), (90, 88, 86), (140, 90, 40)),
    "bench": ((60, 92, 128), (80, 84, 86)),
    "barrier": ((40, 60, 210), (200, 205, 208)),
    "bucket": ((200, 120, 40), (50, 60, 200), (170, 172, 172)),
    "broom": ((110, 150, 180),),
    "mop": ((190, 195, 200),),
    "stick": ((50, 70, 95),),
    "crutch": ((180, 182, 184),),
    "shopping cart": ((165, 168, 170),),
}
_ANY: tuple[Color, ...] = (
    (35, 33, 33),
    (70, 60, 50),
    (120, 70, 40),
    (50, 50, 160),
    (60, 110, 60),
    (150, 148, 145),
    (90, 110, 140),
    (170, 120, 70),
    (60, 150, 200),
)


def draw_thing(rng: np.random.Generator, kind: ThingKind, scale: float = 1.0) -> Thing:
    """Return a thing of a kind, its size and colour drawn from `rng`; `scale` times as large."""
    size, spread, carry, share = _FORMS[kind]
    grow = float(rng.uniform(1 - spread, 1 + spread)) * scale
    length, width, height = (s * grow * float(rng.uniform(0.95, 1.05)) for s in size)
    colors = _COLORS.get(kind, _ANY)
    color = colors[int(rng.integers(len(colors)))]
    light = float(rng.uniform(0.85, 1.12))
    b, g, r = (min(245.0, c * light) for c in color)
    grip = height * share
    return Thing(kind, (length, width, height), (b, g, r), carry, grip, int(rng.integers(2**31)))
