"""A corridor indoors: tiles, doors, a ceiling with tubes."""

from __future__ import annotations

import numpy as np

from scenes.places import parts
from scenes.places.parts import rect
from scenes.shapes import Body, Lamp
from scenes.stage import Block, Bowl, Layer, Material, Mount, Stage


def corridor(seed: int) -> Stage:
    """Return a corridor or hall drawn from `seed`; it runs away from the camera, along y."""
    rng = np.random.default_rng((seed, 5))
    half, deep = float(rng.uniform(1.6, 4.5)), float(rng.uniform(14, 26))
    high = float(rng.uniform(2.9, 3.6))
    seat = int(rng.integers(0, 4)) if half > 2.4 else 0
    fixtures: list[Body] = []
    for i in range(seat):
        wood = parts.pick(rng, ((120.0, 80.0, 50.0), (60.0, 62.0, 64.0), (52.0, 78.0, 104.0)))
        fixtures.append(parts.bench(half - 1.0, 6.0 + 3 * i, wood))
    if rng.random() < 0.5:
        fixtures.append(parts.bin_(-half + 0.35, float(rng.uniform(5, 10)), (90.0, 92.0, 94.0)))
    lamps = tuple(
        Lamp((0.0, y, high - 0.1), (225.0, 240.0, 245.0), 6.0)
        for y in np.arange(1.5, deep, 3.0).tolist()
    )
    return Stage(
        "corridor",
        seed,
        tuple(_ground(rng, half, deep)),
        {
            "floor": (rect(-half + 0.2, half - (1.5 if seat else 0.2), 1.5, deep - 0.5),),
            "low_spot": (rect(-half, half, 4, 9),),
        },
        tuple(_walls(rng, half, deep, high)),
        (),
        tuple(fixtures),
        lamps,
        (),
        (((-half * 0.3, deep - 0.8), (-half * 0.3, 1.2)), ((half * 0.3, 1.2), (half * 0.3, deep))),
        Bowl((0.0, float(rng.uniform(5, 7))), (half, 2.5), (), seed % 1000),
        Mount((2.5, high - 0.25), (-10.0, 10.0), (18.0, 30.0), (0.55, 0.8)),
        indoor=True,
    )


def _ground(rng: np.random.Generator, half: float, deep: float) -> list[Layer]:
    kinds: tuple[tuple[Material, float], ...] = (
        ("tiles", 0.3),
        ("tiles", 0.6),
        ("concrete", 4.0),
        ("tiles", 0.45),
    )
    kind, side = kinds[int(rng.integers(len(kinds)))]
    color = parts.pick(
        rng,
        ((168.0, 174.0, 178.0), (120.0, 132.0, 138.0), (130.0, 150.0, 170.0), (96.0, 110.0, 104.0)),
    )
    seed = int(rng.integers(10_000))
    floor = rect(-half - 5, half + 5, -4, deep + 2)
    layers = [Layer(kind, floor, color, side, float(rng.uniform(0.05, 0.3)), seed)]
    if rng.random() < 0.35:
        guide = rect(half * 0.5, half * 0.5 + 0.3, -4, deep)
        layers.append(Layer("paint", guide, (60.0, 170.0, 205.0), 1.0, 0.2, seed + 1))
    return layers


def _walls(rng: np.random.Generator, half: float, deep: float, high: float) -> list[Block]:
    color = parts.pick(
        rng, ((190.0, 198.0, 202.0), (196.0, 196.0, 180.0), (170.0, 190.0, 204.0)), 0.1
    )
    seed = int(rng.integers(100_000))
    return [
        Block((-half - 1, -4.0, 0.0), (-half, deep, high), "corridor", color, seed),
        Block((half, -4.0, 0.0), (half + 1, deep, high), "corridor", color, seed + 3),
        Block((-half - 1, deep, 0.0), (half + 1, deep + 1, high), "corridor", color, seed + 6),
        Block((-half - 1, -4.0, high), (half + 1, deep, high + 0.5), "ceiling", (205, 208, 210)),
    ]
