"""A square: paving, planters, benches, trees, houses round it; people everywhere."""

from __future__ import annotations

import numpy as np

from scenes.places import parts
from scenes.places.parts import Strip, rect
from scenes.places.street import PAVING, WALLS
from scenes.shapes import Body, Color, Lamp
from scenes.stage import Block, Bowl, Layer, Material, Mount, Polygon, Stage, Tree


def square(seed: int) -> Stage:
    """Return a square drawn from `seed`; the camera hangs on the house behind it."""
    rng = np.random.default_rng((seed, 2))
    deep, half = float(rng.uniform(20, 38)), float(rng.uniform(18, 34))
    ground = Strip(-half, half, -3.0, deep)
    lawn = None
    if rng.random() < 0.5:
        x, y = float(rng.uniform(-half * 0.7, half * 0.3)), float(rng.uniform(deep * 0.5, deep - 6))
        lawn = Strip(x, x + float(rng.uniform(6, 12)), y, y + float(rng.uniform(3, 6)))
    fixtures, lamps, blocks, trees = _furniture(rng, ground, lawn)
    walk = float(rng.uniform(6, 11))
    regions: dict[str, tuple[Polygon, ...]] = {
        "square": (rect(-half + 1, half - 1, 2.0, deep - 1.5),),
        "low_spot": (rect(-6, 6, 6, 14),),
    }
    if lawn is not None:
        regions["square"] = (rect(-half + 1, half - 1, 2.0, lawn.near - 0.3),)
        regions["lawn"] = (lawn.polygon,)
    middle = (float(rng.uniform(-3, 3)), float(rng.uniform(8, 13)))
    radii = (float(rng.uniform(3, 6)), float(rng.uniform(2, 4)))
    return Stage(
        "square",
        seed,
        tuple(_ground(rng, ground, lawn)),
        regions,
        tuple(blocks + _houses(rng, half, deep)),
        tuple(trees),
        tuple(fixtures),
        tuple(lamps),
        (),
        (
            ((-half, walk), (half, walk + float(rng.uniform(-3, 3)))),
            ((float(rng.uniform(-6, 6)), deep - 1), (float(rng.uniform(-6, 6)), 1.0)),
        ),
        Bowl(middle, radii, (), int(rng.integers(1000))),
        Mount(height=(3.6, 8.5), pan=(-35.0, 35.0), tilt=(18.0, 34.0), focal=(0.6, 1.0)),
    )


def _ground(rng: np.random.Generator, ground: Strip, lawn: Strip | None) -> list[Layer]:
    kinds: tuple[tuple[Material, float], ...] = (
        ("slabs", 0.6),
        ("slabs", 0.4),
        ("slabs", 1.0),
        ("cobbles", 0.12),
        ("concrete", 2.5),
    )
    kind, side = kinds[int(rng.integers(len(kinds)))]
    color, seed = parts.pick(rng, PAVING), int(rng.integers(10_000))
    layers = [
        Layer("concrete", rect(-500, 500, -60, 500), (120.0, 126.0, 130.0), 6.0, 0.3, seed),
        Layer(kind, ground.polygon, color, side, float(rng.uniform(0.2, 0.7)), seed + 1),
    ]
    if rng.random() < 0.6:
        dark = parts.tinted(rng, (color[0] * 0.68, color[1] * 0.68, color[2] * 0.68))
        gap, wide = float(rng.uniform(3, 7)), float(rng.uniform(0.3, 0.9))
        for x in np.arange(ground.left, ground.right, gap).tolist():
            band = rect(x, x + wide, ground.near, ground.far)
            layers.append(Layer(kind, band, dark, side, 0.4, seed + 2))
        if rng.random() < 0.6:
            for y in np.arange(ground.near, ground.far, gap).tolist():
                band = rect(ground.left, ground.right, y, y + wide)
                layers.append(Layer(kind, band, dark, side, 0.4, seed + 3))
    if rng.random() < 0.25:
        x, y = float(rng.uniform(-5, 5)), float(rng.uniform(10, 16))
        ring = parts.disc(x, y, float(rng.uniform(3, 5)))
        layers.append(Layer("cobbles", ring, parts.pick(rng, PAVING), 0.15, 0.3, seed + 4))
    layers += parts.worn(rng, ground, color, 1, 8)
    if lawn is not None:
        rim = rect(lawn.left - 0.15, lawn.right + 0.15, lawn.near - 0.15, lawn.far + 0.15)
        layers.append(Layer("concrete", rim, (160.0, 162.0, 164.0), 1.0, 0.3, seed))
        green = parts.pick(rng, ((52.0, 104.0, 84.0), (60.0, 110.0, 104.0), (46.0, 88.0, 66.0)))
        layers.append(
            Layer("grass", lawn.polygon, green, 1.0, float(rng.uniform(0, 0.6)), seed + 5)
        )
    return layers


def _houses(rng: np.random.Generator, half: float, deep: float) -> list[Block]:
    blocks, x = [], -half - 8
    while x < half + 8:
        wide, height = float(rng.uniform(8, 20)), float(rng.uniform(6, 18))
        style = str(rng.choice(("shop", "house", "office", "wall"), p=(0.5, 0.25, 0.15, 0.1)))
        height = 2.5 if style == "wall" else height
        color = parts.pick(rng, WALLS, 0.15)
        low, high = (x, deep, 0.0), (x + wide, deep + 12, height)
        blocks.append(Block(low, high, style, color, int(rng.integers(100_000))))
        x += wide + (4.0 if rng.random() < 0.3 else 0.0)
    for left, right in ((-half - 10, -half), (half, half + 10)):
        color = parts.pick(rng, WALLS, 0.15)
        low, high = (left, -6.0, 0.0), (right, deep - 3, float(rng.uniform(6, 16)))
        blocks.append(Block(low, high, "house", color, int(rng.integers(100_000))))
    return blocks


def _furniture(
    rng: np.random.Generator, ground: Strip, lawn: Strip | None
) -> tuple[list[Body], list[Lamp], list[Block], list[Tree]]:
    fixtures: list[Body] = []
    lamps: list[Lamp] = []
    blocks: list[Block] = []
    trees: list[Tree] = []
    warm: Color = (110.0, 185.0, 255.0) if rng.random() < 0.5 else (235.0, 245.0, 255.0)
    for x in (-10.0, 0.0, 11.0):
        at = x + float(rng.uniform(-2, 2)), float(rng.uniform(8, ground.far - 4))
        if lawn is None or at[1] < lawn.near or at[1] > lawn.far:
            body, lamp = parts.street_lamp(at[0], at[1], float(rng.uniform(4, 6)), -0.5, warm)
            fixtures.append(body)
            lamps.append(lamp)
    for _ in range(int(rng.integers(1, 6))):
        x, y = float(rng.uniform(-14, 14)), float(rng.uniform(10, ground.far - 3))
        tub, bush = parts.planter(rng, x, y)
        blocks.append(tub)
        trees.append(bush)
    for _ in range(int(rng.integers(0, 4))):
        x, y = float(rng.uniform(-12, 12)), float(rng.uniform(9, ground.far - 3))
        fixtures.append(
            parts.bench(x, y, parts.pick(rng, ((52.0, 78.0, 104.0), (90.0, 92.0, 95.0))))
        )
        if rng.random() < 0.5:
            fixtures.append(parts.bin_(x + 1.6, y, (70.0, 90.0, 60.0)))
    green = parts.leaf(rng)
    for _ in range(int(rng.integers(0, 6))):
        crown = float(rng.uniform(1.3, 2.6))
        at = float(rng.uniform(-16, 16)), float(rng.uniform(12, ground.far - 2))
        tall = 2.6 + crown * float(rng.uniform(1.5, 2.2))
        trees.append(Tree(at, tall, crown, green, 2.5, int(rng.integers(100_000))))
    return fixtures, lamps, blocks, trees
