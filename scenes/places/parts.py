"""What several places are built of: rectangles, marks, wear, street furniture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenes.shapes import Body, Capsule, Color, Face, Lamp, Point3, Solid
from scenes.stage import Block, Layer, Polygon, Tree

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Strip:
    """A rectangle on the ground, metres."""

    left: float
    right: float
    near: float
    far: float

    @property
    def polygon(self) -> Polygon:
        """Return its corners."""
        return (
            (self.left, self.near),
            (self.right, self.near),
            (self.right, self.far),
            (self.left, self.far),
        )


def rect(left: float, right: float, near: float, far: float) -> Polygon:
    """Return a rectangle on the ground."""
    return Strip(left, right, near, far).polygon


def tinted(rng: Rng, color: Color, spread: float = 0.08) -> Color:
    """Return a colour near another one."""
    bright = float(rng.uniform(1 - spread, 1 + spread))
    b, g, r = (float(np.clip(c * bright * rng.uniform(0.97, 1.03), 5, 250)) for c in color)
    return b, g, r


def pick(rng: Rng, colors: tuple[Color, ...], spread: float = 0.08) -> Color:
    """Return one of some colours, a little changed."""
    return tinted(rng, colors[int(rng.integers(len(colors)))], spread)


def disc(x: float, y: float, radius: float, long: float = 1.0) -> Polygon:
    """Return an ellipse on the ground; `long` stretches it along x."""
    arc = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    return tuple((x + float(np.cos(a)) * radius * long, y + float(np.sin(a)) * radius) for a in arc)


def dashes(
    left: float, right: float, y: float, length: float, gap: float, wide: float = 0.14
) -> list[Polygon]:
    """Return a dashed line along x."""
    found, x = [], left
    while x < right:
        found.append(rect(x, min(x + length, right), y - wide / 2, y + wide / 2))
        x += length + gap
    return found


def worn(rng: Rng, where: Strip, color: Color, patches: int = 3, stains: int = 6) -> list[Layer]:
    """Return what years leave on a surface: patches, cracks, stains, iron covers."""
    left, right = max(where.left, -15.0), min(where.right, 25.0)
    layers = []
    for _ in range(int(rng.integers(0, patches + 1))):
        x, y = float(rng.uniform(left, right)), float(rng.uniform(where.near, where.far))
        wide, deep = float(rng.uniform(0.8, 6.0)), float(rng.uniform(0.5, 1.8))
        top = min(y + deep, where.far)
        shade = float(rng.choice((0.72, 0.82, 1.15, 1.25)))
        tone = tuple(c * shade for c in color)
        layers.append(
            Layer(
                "asphalt", rect(x, x + wide, y, top), (tone[0], tone[1], tone[2]), seed=_seed(rng)
            )
        )
    layers.append(
        Layer(
            "crack", where.polygon, (38.0, 38.0, 40.0), 3.0, float(rng.uniform(0, 0.7)), _seed(rng)
        )
    )
    for _ in range(int(rng.integers(1, stains + 1))):
        x, y = float(rng.uniform(left, right)), float(rng.uniform(where.near, where.far))
        radius = float(rng.uniform(0.15, 0.8))
        layers.append(
            Layer(
                "stain",
                disc(x, y, radius, float(rng.uniform(0.8, 2.5))),
                (40.0, 42.0, 46.0),
                1.0,
                float(rng.uniform(0.2, 0.65)),
                _seed(rng),
            )
        )
    for _ in range(int(rng.integers(0, 3))):
        x, y = float(rng.uniform(left, right)), float(rng.uniform(where.near, where.far))
        layers.append(Layer("iron", disc(x, y, 0.34), (62.0, 64.0, 68.0), seed=_seed(rng)))
    return layers


def _seed(rng: Rng) -> int:
    return int(rng.integers(0, 100_000))


def pole(x: float, y: float, height: float, color: Color, radius: float = 0.06) -> Body:
    """Return an upright pole."""
    return Body("", (Capsule((x, y, 0), (x, y, height), radius, radius * 0.8, color),))


def street_lamp(x: float, y: float, height: float, reach: float, color: Color) -> tuple[Body, Lamp]:
    """Return a lamp post with an arm over `reach` metres along y, and its light."""
    steel = (112.0, 114.0, 116.0)
    top = (x, y, height)
    head: Point3 = (x, y + reach, height + 0.25)
    solids: tuple[Solid, ...] = (
        Capsule((x, y, 0), top, 0.09, 0.06, steel),
        Capsule(top, head, 0.05, 0.04, steel),
        Capsule(head, (x, y + reach * 1.25, height + 0.25), 0.1, 0.1, (205.0, 210.0, 212.0)),
    )
    return Body("", solids), Lamp((head[0], head[1], height + 0.1), color, height * 2.4)


def bollard(x: float, y: float, color: Color) -> Body:
    """Return a low post that keeps cars off."""
    return Body(
        "",
        (
            Capsule((x, y, 0.05), (x, y, 0.75), 0.08, 0.08, color),
            Capsule((x, y, 0.62), (x, y, 0.68), 0.085, 0.085, (225.0, 228.0, 230.0)),
        ),
    )


def box(low: Point3, high: Point3, color: Color, shine: float = 0.0) -> tuple[Face, ...]:
    """Return the five faces of an upright box that can be seen from above the ground."""
    (x1, y1, z1), (x2, y2, z2) = low, high
    return (
        Face(((x1, y1, z1), (x2, y1, z1), (x2, y1, z2), (x1, y1, z2)), (0, -1, 0), color, shine),
        Face(((x1, y2, z1), (x2, y2, z1), (x2, y2, z2), (x1, y2, z2)), (0, 1, 0), color, shine),
        Face(((x1, y1, z1), (x1, y2, z1), (x1, y2, z2), (x1, y1, z2)), (-1, 0, 0), color, shine),
        Face(((x2, y1, z1), (x2, y2, z1), (x2, y2, z2), (x2, y1, z2)), (1, 0, 0), color, shine),
        Face(((x1, y1, z2), (x2, y1, z2), (x2, y2, z2), (x1, y2, z2)), (0, 0, 1), color, shine),
    )


def bench(x: float, y: float, color: Color) -> Body:
    """Return a bench along x."""
    seat = box((x - 0.85, y - 0.22, 0.4), (x + 0.85, y + 0.22, 0.47), color)
    back = box((x - 0.85, y + 0.2, 0.5), (x + 0.85, y + 0.25, 0.85), color)
    feet = box((x - 0.7, y - 0.2, 0), (x - 0.6, y + 0.2, 0.4), (60.0, 60.0, 62.0)) + box(
        (x + 0.6, y - 0.2, 0), (x + 0.7, y + 0.2, 0.4), (60.0, 60.0, 62.0)
    )
    return Body("", feet + seat + back)


def bin_(x: float, y: float, color: Color) -> Body:
    """Return a litter bin."""
    return Body(
        "",
        (
            Capsule((x, y, 0.22), (x, y, 0.75), 0.22, 0.23, color),
            Capsule((x, y, 0.84), (x, y, 0.86), 0.2, 0.18, (50.0, 52.0, 54.0)),
        ),
    )


def planter(rng: Rng, x: float, y: float) -> tuple[Block, Tree]:
    """Return a stone tub and the bush in it."""
    half, high = float(rng.uniform(0.4, 0.8)), float(rng.uniform(0.45, 0.7))
    tub = Block(
        (x - half, y - half, 0.0),
        (x + half, y + half, high),
        "wall",
        pick(rng, ((150.0, 155.0, 160.0), (95.0, 100.0, 104.0), (90.0, 120.0, 150.0))),
        3 * _seed(rng) + 1,
    )
    bush = Tree((x, y), high + half * 1.3, half * 0.9, leaf(rng), high * 0.8, _seed(rng))
    return tub, bush


def leaf(rng: Rng) -> Color:
    """Return a colour of leaves."""
    return pick(rng, ((46.0, 92.0, 70.0), (40.0, 78.0, 58.0), (50.0, 110.0, 100.0)), 0.15)
