"""How a person looks: size, build and clothes, drawn from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeVar

import numpy as np

from scenes.actors.figure import Figure
from scenes.shapes import Color

T = TypeVar("T")

Kind = Literal["adult", "old", "child", "worker", "cleaner"]
Hair = Literal["short", "long", "bun", "bald", "cap", "helmet", "hood"]
Upper = Literal["shirt", "tee", "jacket", "coat", "vest"]
Lower = Literal["trousers", "shorts", "skirt"]


@dataclass(frozen=True)
class Look:
    """What does not change while a person is in view. Colours are BGR, 0..255."""

    height: float = 1.72
    girth: float = 1.0
    head: float = 1.0
    skin: Color = (120.0, 150.0, 200.0)
    hair: Hair = "short"
    hair_color: Color = (25.0, 25.0, 30.0)
    hat_color: Color = (60.0, 60.0, 60.0)
    upper: Upper = "shirt"
    upper_color: Color = (120.0, 90.0, 60.0)
    under_color: Color = (200.0, 200.0, 200.0)
    lower: Lower = "trousers"
    lower_color: Color = (60.0, 45.0, 40.0)
    shoes: Color = (35.0, 35.0, 40.0)
    backpack: Color | None = None

    @cached_property
    def figure(self) -> Figure:
        """Return the body that wears it."""
        thick = {"tee": 0.006, "shirt": 0.01, "vest": 0.016, "jacket": 0.022, "coat": 0.026}
        pack = 0.095 * self.height if self.backpack is not None else 0.0
        return Figure(self.height, self.girth, self.head, thick[self.upper], pack)

    def wearing(self, upper: Upper, color: Color) -> Look:
        """Return the same person in another upper garment."""
        return replace(self, upper=upper, upper_color=color)


_SKIN: tuple[Color, ...] = (
    (140.0, 172.0, 218.0),
    (120.0, 155.0, 208.0),
    (105.0, 140.0, 196.0),
    (90.0, 122.0, 176.0),
    (62.0, 88.0, 134.0),
    (42.0, 60.0, 94.0),
)
_HAIR: tuple[Color, ...] = (
    (18.0, 18.0, 20.0),
    (26.0, 24.0, 26.0),
    (30.0, 38.0, 52.0),
    (40.0, 62.0, 96.0),
    (150.0, 152.0, 155.0),
)
_CLOTH: tuple[Color, ...] = (
    (28.0, 28.0, 30.0),
    (48.0, 44.0, 42.0),
    (90.0, 88.0, 86.0),
    (150.0, 148.0, 146.0),
    (215.0, 214.0, 212.0),
    (232.0, 234.0, 236.0),
    (96.0, 58.0, 38.0),
    (160.0, 110.0, 70.0),
    (190.0, 160.0, 120.0),
    (44.0, 44.0, 150.0),
    (50.0, 60.0, 190.0),
    (70.0, 130.0, 60.0),
    (60.0, 90.0, 80.0),
    (70.0, 120.0, 160.0),
    (60.0, 190.0, 215.0),
    (140.0, 110.0, 190.0),
    (110.0, 140.0, 175.0),
)
_TROUSERS: tuple[Color, ...] = (
    (30.0, 29.0, 30.0),
    (44.0, 40.0, 38.0),
    (84.0, 58.0, 42.0),
    (118.0, 88.0, 66.0),
    (92.0, 96.0, 100.0),
    (120.0, 150.0, 170.0),
    (60.0, 74.0, 84.0),
    (170.0, 172.0, 174.0),
)
_BRIGHT: tuple[Color, ...] = ((30.0, 110.0, 245.0), (40.0, 240.0, 215.0))


def draw_look(rng: np.random.Generator, kind: Kind = "adult") -> Look:
    """Return a person of a kind, drawn from `rng`: no two alike, all plausible in a street."""
    drawn = _anybody(rng)
    if kind == "child":
        height = float(rng.uniform(1.0, 1.4))
        return replace(
            drawn,
            height=height,
            girth=float(rng.uniform(0.85, 1.1)),
            head=1.0 + (1.6 - height) * 0.55,
            upper="tee" if rng.random() < 0.6 else "jacket",
            upper_color=_varied(rng, _CLOTH[int(rng.integers(4, len(_CLOTH)))]),
            backpack=_varied(rng, _CLOTH[int(rng.integers(6, 16))]) if rng.random() < 0.3 else None,
        )
    if kind == "old":
        return replace(
            drawn,
            height=float(rng.uniform(1.48, 1.72)),
            hair="short" if rng.random() < 0.5 else "cap",
            hair_color=_varied(rng, _HAIR[-1]),
            lower="trousers",
        )
    if kind in ("worker", "cleaner"):
        bright = _BRIGHT[int(rng.integers(2))]
        return replace(
            drawn,
            upper="vest",
            upper_color=_varied(rng, bright),
            lower="trousers",
            lower_color=bright if kind == "cleaner" and rng.random() < 0.5 else drawn.lower_color,
            hair="helmet" if kind == "worker" else "cap",
            hat_color=(40.0, 210.0, 235.0) if kind == "worker" else _varied(rng, bright),
            backpack=None,
        )
    return drawn


def _anybody(rng: np.random.Generator) -> Look:
    woman = rng.random() < 0.5
    height = float(np.clip(rng.normal(1.62 if woman else 1.74, 0.065), 1.5, 1.9))
    hair: Hair = _pick(rng, ("long", "bun", "short") if woman else ("short", "short", "bald"))
    if rng.random() < 0.18:
        hair = _pick(rng, ("cap", "hood"))
    upper: Upper = _pick(rng, ("shirt", "tee", "jacket", "coat", "tee", "jacket"))
    lower: Lower = _pick(rng, ("skirt", "trousers", "trousers") if woman else ("trousers",))
    if lower == "trousers" and upper == "tee" and rng.random() < 0.35:
        lower = "shorts"
    return Look(
        height=height,
        girth=float(np.clip(rng.normal(1.0, 0.11), 0.82, 1.35)),
        skin=_varied(rng, _SKIN[min(int(rng.exponential(1.6)), len(_SKIN) - 1)]),
        hair=hair,
        hair_color=_varied(rng, _HAIR[min(int(rng.exponential(1.2)), len(_HAIR) - 1)]),
        hat_color=_varied(rng, _CLOTH[int(rng.integers(len(_CLOTH)))]),
        upper=upper,
        upper_color=_varied(rng, _CLOTH[int(rng.integers(len(_CLOTH)))]),
        under_color=_varied(rng, _CLOTH[int(rng.integers(3, 9))]),
        lower=lower,
        lower_color=_varied(rng, _TROUSERS[int(rng.integers(len(_TROUSERS)))]),
        shoes=_varied(rng, _pick(rng, ((30.0, 30.0, 34.0), (50.0, 60.0, 80.0), (215.0,) * 3))),
        backpack=_varied(rng, _CLOTH[int(rng.integers(len(_CLOTH)))])
        if rng.random() < 0.22
        else None,
    )


def _varied(rng: np.random.Generator, color: Color) -> Color:
    """Return nearly the same colour: no two dyes are alike."""
    light = rng.normal(1.0, 0.07)
    b, g, r = (float(np.clip(c * light + rng.normal(0.0, 5.0), 8.0, 245.0)) for c in color)
    return (b, g, r)


def _pick(rng: np.random.Generator, among: Sequence[T]) -> T:
    return among[int(rng.integers(len(among)))]
