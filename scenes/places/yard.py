"""A car park: asphalt with bays, an aisle, a fence or garages behind it."""

from __future__ import annotations

import numpy as np

from scenes.places import parts
from scenes.places.parts import Strip, rect
from scenes.places.street import ASPHALT, PAVING, WALLS
from scenes.shapes import Body, Color, Lamp
from scenes.stage import Block, Bowl, Lane, Layer, Mount, Polygon, Stage, Tree

_BAY = 2.5


def yard(seed: int) -> Stage:
    """Return a car park drawn from `seed`; its aisle runs along x between two rows of bays."""
    rng = np.random.default_rng((seed, 3))
    near, long = float(rng.uniform(5, 8)), 5.0
    aisle = Strip(-45, 45, near + long, near + long + float(rng.uniform(5.5, 7)))
    last = aisle.far + long
    ground = Strip(-45, 45, -4.0, last + 1.2)
    rows = [(near, near + long), (aisle.far, last)]
    bays = tuple(
        rect(x + 0.1, x + _BAY - 0.1, low, high)
        for low, high in rows
        for x in np.arange(-27.5, 27.5, _BAY).tolist()
    )
    back = last + 1.2 + float(rng.uniform(1.2, 3))
    fixtures, lamps, trees = _furniture(rng, ground, back)
    middle = (float(rng.uniform(-4, 4)), aisle.near + float(rng.uniform(1, 4)))
    regions: dict[str, tuple[Polygon, ...]] = {
        "carriageway": (aisle.polygon,),
        "no_parking": (aisle.polygon,),
        "bays": bays,
        "parking": tuple(rect(-27.5, 27.5, low, high) for low, high in rows),
        "pavement": (rect(-45, 45, last + 1.2, back), rect(-45, 45, -4.0, near - 0.3)),
        "low_spot": (rect(-8, 8, aisle.near - 3, aisle.far),),
    }
    y = (aisle.near + aisle.far) / 2
    return Stage(
        "yard",
        seed,
        tuple(_ground(rng, ground, rows, back)),
        regions,
        tuple(_back(rng, back)),
        tuple(trees),
        tuple(fixtures),
        tuple(lamps),
        (Lane((-60, y - 1.5), (60, y - 1.5), 3.0), Lane((60, y + 1.5), (-60, y + 1.5), 3.0)),
        (((-30, near - 1.2), (30, near - 1.2)), ((-30, back - 0.7), (30, back - 0.7))),
        Bowl(middle, (float(rng.uniform(4, 7)), float(rng.uniform(2, 3.5))), (), seed % 1000),
        Mount(height=(4.5, 9.0), pan=(-45.0, 45.0), tilt=(18.0, 32.0), focal=(0.6, 0.95)),
    )


def _ground(
    rng: np.random.Generator, ground: Strip, rows: list[tuple[float, float]], back: float
) -> list[Layer]:
    black, seed = parts.pick(rng, ASPHALT), int(rng.integers(10_000))
    layers = [
        Layer("grass", rect(-500, 500, -60, 500), (62.0, 100.0, 86.0), 1.0, 0.4, seed),
        Layer("asphalt", ground.polygon, black, 1.0, 0.6, seed + 1),
    ]
    if rng.random() < 0.3:
        for low, high in rows:
            paving = parts.pick(rng, PAVING)
            layers.append(
                Layer("cobbles", rect(-27.5, 27.5, low, high), paving, 0.2, 0.4, seed + 2)
            )
    layers += parts.worn(rng, ground, black, 4, 10)
    walk = rect(-45, 45, ground.far, back + 1)
    layers.append(Layer("slabs", walk, parts.pick(rng, PAVING), 0.5, 0.4, seed + 3))
    white: Color = (214.0, 218.0, 218.0) if rng.random() < 0.8 else (50.0, 170.0, 215.0)
    wear = float(rng.uniform(0.2, 0.85))
    lines: list[Polygon] = []
    for low, high in rows:
        lines += [rect(x - 0.05, x + 0.05, low, high) for x in np.arange(-27.5, 28, _BAY).tolist()]
    lines.append(rect(-27.5, 27.5, rows[0][0], rows[0][0] + 0.1))
    lines.append(rect(-27.5, 27.5, rows[1][1] - 0.1, rows[1][1]))
    layers += [Layer("paint", p, white, 1.0, wear, seed + 4 + i) for i, p in enumerate(lines)]
    return layers


def _back(rng: np.random.Generator, back: float) -> list[Block]:
    kind = str(rng.choice(("shed", "house", "wall")))
    blocks, x = [], -60.0
    while x < 60:
        wide = float(rng.uniform(8, 25))
        height = {"shed": 3.0, "house": float(rng.uniform(6, 16)), "wall": 2.2}[kind]
        color = parts.pick(rng, WALLS, 0.15)
        low, high = (x, back, 0.0), (x + wide, back + 8, height)
        blocks.append(Block(low, high, kind, color, int(rng.integers(100_000))))
        x += wide
    if kind == "wall":
        color = parts.pick(rng, WALLS)
        seed = int(rng.integers(100_000))
        blocks.append(Block((-40.0, back + 25, 0.0), (50.0, back + 40, 13.0), "house", color, seed))
    return blocks


def _furniture(
    rng: np.random.Generator, ground: Strip, back: float
) -> tuple[list[Body], list[Lamp], list[Tree]]:
    fixtures: list[Body] = []
    lamps: list[Lamp] = []
    trees: list[Tree] = []
    white: Color = (235.0, 245.0, 255.0)
    for x in np.arange(-32.0, 33.0, float(rng.uniform(14, 20))).tolist():
        body, lamp = parts.street_lamp(x, ground.far + 0.5, float(rng.uniform(5, 8)), -1.2, white)
        fixtures.append(body)
        lamps.append(lamp)
    if rng.random() < 0.6:
        green = parts.leaf(rng)
        for x in np.arange(-30.0, 31.0, float(rng.uniform(5, 9))).tolist():
            crown = float(rng.uniform(0.8, 1.8))
            at = (x, ground.far + 0.8)
            seed = int(rng.integers(100_000))
            trees.append(Tree(at, 2.2 + 1.9 * crown, crown, green, 2.0, seed))
    if rng.random() < 0.5:
        span = np.arange(-20.0, 21.0, 2.5)
        fixtures += [
            parts.bollard(x, ground.far + 0.2, (50.0, 150.0, 210.0)) for x in span.tolist()
        ]
    return fixtures, lamps, trees
