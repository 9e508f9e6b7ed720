"""A street: carriageway, kerbs, pavements, a zebra, houses with shops, trees and lamps."""

from __future__ import annotations

import numpy as np

from scenes.places import parts
from scenes.places.parts import Strip, rect
from scenes.shapes import Body, Color, Lamp
from scenes.stage import Block, Bowl, Lane, Layer, Mount, Polygon, Stage, Tree

ASPHALT: tuple[Color, ...] = (
    (92.0, 92.0, 92.0),
    (108.0, 108.0, 106.0),
    (80.0, 80.0, 82.0),
    (118.0, 120.0, 122.0),
)
PAVING: tuple[Color, ...] = (
    (142.0, 148.0, 152.0),
    (124.0, 132.0, 138.0),
    (116.0, 136.0, 158.0),
    (108.0, 112.0, 114.0),
    (134.0, 146.0, 162.0),
)
WALLS: tuple[Color, ...] = (
    (160.0, 186.0, 204.0),
    (120.0, 138.0, 150.0),
    (80.0, 104.0, 142.0),
    (190.0, 196.0, 198.0),
    (150.0, 160.0, 156.0),
    (96.0, 116.0, 126.0),
    (132.0, 164.0, 196.0),
)
LEFT, RIGHT = -90.0, 110.0


def street(seed: int) -> Stage:
    """Return a street drawn from `seed`; it runs along x, the camera hangs on its near side."""
    rng = np.random.default_rng((seed, 1))
    lanes = int(rng.choice((2, 2, 2, 3, 4)))
    parking = bool(rng.random() < 0.45)
    near = float(rng.uniform(2.0, 4.5))
    wide = float(rng.uniform(3.0, 3.5))
    far = near + lanes * wide + (2.3 if parking else 0.4)
    back = far + float(rng.uniform(2.8, 5.5))
    road = Strip(LEFT, RIGHT, near, far)
    walks = Strip(LEFT, RIGHT, -6.0, near), Strip(LEFT, RIGHT, far, back)
    zebra = float(rng.uniform(-4, 12)) if rng.random() < 0.6 else None
    layers = _ground(rng, road, walks, lanes, wide, parking, zebra)
    regions: dict[str, tuple[Polygon, ...]] = {
        "carriageway": (road.polygon,),
        "pavement": (walks[1].polygon, walks[0].polygon),
        "no_parking": (rect(LEFT, RIGHT, near, near + 2.4), rect(LEFT, RIGHT, far - 2.4, far)),
        "low_spot": (rect(-4, 14, near, min(far, near + 5)),),
    }
    if parking:
        regions["parking"] = (rect(LEFT, RIGHT, far - 2.3, far),)
        regions["no_parking"] = regions["no_parking"][:1]
    if zebra is not None:
        regions["crossing"] = (rect(zebra, zebra + 3.6, near, far),)
    fixtures, lamps, blocks, trees = _furniture(rng, road, back)
    return Stage(
        "street",
        seed,
        tuple(layers),
        regions,
        tuple(blocks + _houses(rng, back)),
        tuple(trees),
        tuple(fixtures),
        tuple(lamps),
        tuple(_lanes(near, wide, lanes)),
        (
            ((LEFT / 2, near - 1.2), (RIGHT / 2, near - 1.2)),
            ((LEFT / 2, (far + back) / 2), (RIGHT / 2, (far + back) / 2)),
        ),
        _bowl(rng, near, far),
        Mount(height=(4.0, 8.5), pan=(-62.0, 62.0), tilt=(17.0, 30.0), focal=(0.62, 1.0)),
    )


def _lanes(near: float, wide: float, lanes: int) -> list[Lane]:
    found = []
    for i in range(lanes):
        y = near + 0.2 + (i + 0.5) * wide
        ahead = i < (lanes + 1) // 2
        a, b = (LEFT / 1.5, y), (RIGHT / 1.5, y)
        found.append(Lane(a, b, wide) if ahead else Lane(b, a, wide))
    return found


def _bowl(rng: np.random.Generator, near: float, far: float) -> Bowl:
    middle = (float(rng.uniform(-2, 8)), float(rng.choice((near + 0.8, (near + far) / 2))))
    radii = (float(rng.uniform(3.5, 7.0)), float(rng.uniform(1.6, 2.8)))
    kerbs = ((near, -1, 0.11), (far, 1, 0.11))
    return Bowl(middle, radii, kerbs, int(rng.integers(1000)))


def _ground(
    rng: np.random.Generator,
    road: Strip,
    walks: tuple[Strip, Strip],
    lanes: int,
    wide: float,
    parking: bool,
    zebra: float | None,
) -> list[Layer]:
    black = parts.pick(rng, ASPHALT)
    paving = parts.pick(rng, PAVING)
    style = str(rng.choice(("slabs", "slabs", "cobbles", "asphalt")))
    seed = int(rng.integers(10_000))
    side = {"slabs": float(rng.choice((0.3, 0.4, 0.6))), "cobbles": 0.12, "asphalt": 1.0}[style]
    base = Layer("concrete", rect(-500, 500, -60, 500), (120.0, 126.0, 130.0), 6.0, 0.3, seed)
    layers = [base, Layer("asphalt", road.polygon, black, 1.0, 0.5, seed + 1)]
    layers += parts.worn(rng, road, black)
    for i, walk in enumerate(walks):
        layers.append(Layer(style, walk.polygon, paving, side, 0.4, seed + 2 + i))  # type: ignore[arg-type]
        layers += parts.worn(rng, walk, paving, 1, 3)
    stone = parts.tinted(rng, (158.0, 160.0, 162.0))
    for y, inward in ((road.near, 1), (road.far, -1)):
        edge = sorted((y, y - inward * 0.16))
        gutter = sorted((y, y + inward * 0.3))
        layers.append(Layer("concrete", rect(LEFT, RIGHT, edge[0], edge[1]), stone, 1.0, 0.4, seed))
        layers.append(
            Layer("asphalt", rect(LEFT, RIGHT, gutter[0], gutter[1]), (66.0, 68.0, 70.0), seed=seed)
        )
    layers += _marks(rng, road, lanes, wide, parking, zebra)
    return layers


def _marks(
    rng: np.random.Generator,
    road: Strip,
    lanes: int,
    wide: float,
    parking: bool,
    zebra: float | None,
) -> list[Layer]:
    white: Color = (216.0, 220.0, 220.0)
    yellow: Color = (40.0, 165.0, 210.0)
    wear, seed = float(rng.uniform(0.15, 0.75)), int(rng.integers(10_000))
    lines: list[tuple[Polygon, Color]] = []
    for i in range(1, lanes):
        y = road.near + 0.2 + i * wide
        middle = i == (lanes + 1) // 2
        color = yellow if middle and rng.random() < 0.4 else white
        if middle and rng.random() < 0.5:
            lines.append((rect(LEFT, RIGHT, y - 0.07, y + 0.07), color))
        else:
            lines += [(p, color) for p in parts.dashes(-40, 70, y, 3.0, 4.5)]
    if rng.random() < 0.5:
        lines.append((rect(LEFT, RIGHT, road.near + 0.45, road.near + 0.57), yellow))
    if parking:
        y = road.far - 2.3
        lines += [(p, white) for p in parts.dashes(-40, 70, y, 0.8, 0.8, 0.1)]
        bays = np.arange(-36.0, 70.0, 5.6)
        lines += [(rect(x, x + 0.1, y, road.far - 0.3), white) for x in bays.tolist()]
    if zebra is not None:
        y = road.near + 0.5
        while y < road.far - 0.6:
            lines.append((rect(zebra, zebra + 3.6, y, y + 0.5), white))
            y += 1.0
    return [Layer("paint", p, color, 1.0, wear, seed + i) for i, (p, color) in enumerate(lines)]


def _houses(rng: np.random.Generator, back: float) -> list[Block]:
    blocks, x = [], LEFT
    street_style = str(rng.choice(("shop", "house", "mixed", "office")))
    while x < RIGHT:
        wide = float(rng.uniform(9, 24))
        gap = float(rng.uniform(3, 9)) if rng.random() < 0.18 else 0.0
        deep = back + (float(rng.uniform(0, 2.5)) if rng.random() < 0.25 else 0.0)
        height = float(rng.uniform(5, 21))
        style = str(rng.choice(("shop", "house", "office", "wall"), p=(0.45, 0.35, 0.13, 0.07)))
        if street_style != "mixed" and rng.random() < 0.65:
            style = street_style
        if style == "wall":
            height = float(rng.uniform(2.2, 3.5))
        seed = int(rng.integers(100_000))
        color = parts.pick(rng, WALLS, 0.15)
        thick = 14.0 if style != "wall" else 0.3
        blocks.append(Block((x, deep, 0.0), (x + wide, deep + thick, height), style, color, seed))
        if style == "wall":
            low, high = (x, deep + 18, 0.0), (x + wide, deep + 30, float(rng.uniform(6, 18)))
            blocks.append(Block(low, high, "house", parts.pick(rng, WALLS, 0.15), seed + 1))
        x += wide + gap
    for side in (LEFT - 12, RIGHT):
        seed = int(rng.integers(100_000))
        color = parts.pick(rng, WALLS, 0.15)
        blocks.append(Block((side, -30.0, 0.0), (side + 12, 60.0, 14.0), "house", color, seed))
    return blocks


def _furniture(
    rng: np.random.Generator, road: Strip, back: float
) -> tuple[list[Body], list[Lamp], list[Block], list[Tree]]:
    fixtures: list[Body] = []
    lamps: list[Lamp] = []
    blocks: list[Block] = []
    trees: list[Tree] = []
    height, spacing = float(rng.uniform(6, 9)), float(rng.uniform(16, 26))
    warm: Color = (110.0, 185.0, 255.0) if rng.random() < 0.5 else (235.0, 245.0, 255.0)
    start = float(rng.uniform(-50, -30))
    for x in np.arange(start, 90.0, spacing).tolist():
        body, lamp = parts.street_lamp(x, road.far + 0.6, height, -1.6, warm)
        fixtures.append(body)
        lamps.append(lamp)
    if rng.random() < 0.6:
        green, crown = parts.leaf(rng), float(rng.uniform(1.2, 2.4))
        gap = float(rng.uniform(7, 13))
        for x in np.arange(start + 5, 90.0, gap).tolist():
            if rng.random() < 0.8:
                size = crown * float(rng.uniform(0.8, 1.2))
                tall = 2.6 + size * float(rng.uniform(1.6, 2.2))
                at = (x + float(rng.uniform(-0.5, 0.5)), road.far + 1.0)
                trees.append(Tree(at, tall, size, green, 2.5, int(rng.integers(100_000))))
    if rng.random() < 0.5:
        color = parts.pick(rng, ((60.0, 60.0, 62.0), (40.0, 120.0, 200.0), (110.0, 112.0, 114.0)))
        span = np.arange(-30.0, 50.0, float(rng.uniform(1.6, 3.0)))
        fixtures += [parts.bollard(x, road.far + 0.35, color) for x in span.tolist()]
    for _ in range(int(rng.integers(0, 4))):
        x = float(rng.uniform(-12, 25))
        tub, bush = parts.planter(rng, x, back - 0.9)
        blocks.append(tub)
        trees.append(bush)
    if rng.random() < 0.6:
        x = float(rng.uniform(-8, 16))
        fixtures.append(parts.bin_(x, road.far + 0.7, parts.pick(rng, ((70.0, 100.0, 60.0),))))
        fixtures.append(parts.bench(x + 2.5, back - 0.6, (52.0, 78.0, 104.0)))
    return fixtures, lamps, blocks, trees
