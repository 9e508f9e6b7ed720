"""An underpass: a road under a bridge, between walls, with a low spot where water gathers."""

from __future__ import annotations

import numpy as np

from scenes.places import parts
from scenes.places.parts import Strip, rect
from scenes.places.street import ASPHALT
from scenes.shapes import Body, Capsule, Lamp
from scenes.stage import Block, Bowl, Lane, Layer, Mount, Polygon, Stage


def underpass(seed: int) -> Stage:
    """Return an underpass drawn from `seed`; its road runs away from the camera, along y."""
    rng = np.random.default_rng((seed, 4))
    half, walk = float(rng.uniform(3.2, 5.5)), float(rng.uniform(1.2, 2.2))
    start, deep = float(rng.uniform(8, 16)), float(rng.uniform(12, 22))
    road = Strip(-half, half, -8.0, 160.0)
    sides = Strip(-half - walk, -half, -8, 160), Strip(half, half + walk, -8, 160)
    low = start + float(rng.uniform(-2, 5))
    regions: dict[str, tuple[Polygon, ...]] = {
        "carriageway": (rect(-half, half, 2, 60),),
        "pavement": tuple(rect(s.left, s.right, 2, 60) for s in sides),
        "no_parking": (rect(-half, half, 2, 60),),
        "low_spot": (rect(-half, half, low - 5, low + 5),),
    }
    blocks = _walls(rng, half + walk, start, deep)
    lamps = tuple(
        Lamp((0.0, y, 4.2), (200.0, 235.0, 255.0), 9.0)
        for y in np.arange(start + 3, start + deep, 6).tolist()
    )
    return Stage(
        "underpass",
        seed,
        tuple(_ground(rng, road, sides)),
        regions,
        tuple(blocks),
        (),
        tuple(_rails(half, walk)),
        lamps,
        (
            Lane((half / 2, -20), (half / 2, 120), half),
            Lane((-half / 2, 120), (-half / 2, -20), half),
        ),
        (
            ((-half - walk / 2, 2), (-half - walk / 2, 60)),
            ((half + walk / 2, 2), (half + walk / 2, 60)),
        ),
        Bowl((0.0, low), (half * 1.1, float(rng.uniform(4, 8))), (), seed % 1000),
        Mount((3.6, 4.2), (-14.0, 14.0), (12.0, 20.0), (0.6, 0.95), (float(rng.uniform(-1, 1)), 0)),
    )


def _ground(rng: np.random.Generator, road: Strip, sides: tuple[Strip, Strip]) -> list[Layer]:
    black, seed = parts.pick(rng, ASPHALT), int(rng.integers(10_000))
    layers = [
        Layer("grass", rect(-500, 500, -60, 500), (58.0, 92.0, 80.0), 1.0, 0.4, seed),
        Layer("asphalt", road.polygon, black, 1.0, 0.7, seed + 1),
    ]
    layers += parts.worn(rng, Strip(road.left, road.right, 3, 40), black, 4, 9)
    stone = parts.tinted(rng, (140.0, 144.0, 146.0))
    for side in sides:
        layers.append(Layer("concrete", side.polygon, stone, 1.5, 0.6, seed + 2))
        inner = side.right if side.right <= 0 else side.left
        edge = rect(inner - 0.1, inner + 0.1, -8, 160)
        layers.append(Layer("concrete", edge, (168.0, 170.0, 172.0), 1.0, 0.5, seed + 3))
    wear = float(rng.uniform(0.3, 0.8))
    for i, y in enumerate(np.arange(-4.0, 90.0, 7.0).tolist()):
        dash = rect(-0.07, 0.07, y, y + 3)
        layers.append(Layer("paint", dash, (214.0, 218.0, 218.0), 1.0, wear, seed + 4 + i))
    return layers


def _walls(rng: np.random.Generator, side: float, start: float, deep: float) -> list[Block]:
    color = parts.pick(rng, ((140.0, 148.0, 152.0), (120.0, 126.0, 128.0), (150.0, 166.0, 176.0)))
    seed = 3 * int(rng.integers(10_000)) + 1
    blocks = []
    for low, high in ((-side - 3, -side), (side, side + 3)):
        blocks.append(Block((low, start, 0), (high, start + deep, 7.2), "concrete", color, seed))
        ramp = float(rng.uniform(1.2, 2.6))
        blocks.append(Block((low, -6.0, 0), (high, start, ramp), "concrete", color, seed + 3))
        blocks.append(
            Block((low, start + deep, 0), (high, 90.0, ramp), "concrete", color, seed + 6)
        )
    deck = parts.tinted(rng, (118.0, 122.0, 124.0))
    under, over = (-side - 30, start, 4.6), (side + 30, start + deep, 6.0)
    blocks.append(Block(under, over, "concrete", deck, seed + 9))
    for x in np.arange(-60.0, 60.0, 22.0).tolist():
        tall = float(rng.uniform(6, 18))
        house = parts.pick(rng, ((150.0, 170.0, 180.0), (110.0, 128.0, 140.0)), 0.15)
        at = float(rng.uniform(95, 120))
        foot, top = (x, at, 0.0), (x + 20, at + 12, tall)
        blocks.append(Block(foot, top, "house", house, int(rng.integers(100_000))))
    return blocks


def _rails(half: float, walk: float) -> list[Body]:
    steel = (128.0, 130.0, 132.0)
    found = []
    for x in (-half - 0.25, half + 0.25):
        bars = [
            Capsule((x, y, z), (x, y + 4, z), 0.025, 0.025, steel)
            for z in (0.55, 0.95)
            for y in np.arange(4.0, 44.0, 4.0).tolist()
        ]
        posts = [
            Capsule((x, y, 0), (x, y, 1.0), 0.035, 0.035, steel)
            for y in np.arange(4.0, 45.0, 2.0).tolist()
        ]
        found.append(Body("", (*bars, *posts)))
    return found if walk > 1.5 else []
