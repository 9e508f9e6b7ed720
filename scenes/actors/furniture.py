"""What stands in a street: cones, bins, benches, chairs, parasols, barriers, boards."""

from __future__ import annotations

import math

import numpy as np

from scenes.actors.hulls import Frame, box, cylinder, darker
from scenes.actors.things import Thing
from scenes.shapes import Color, Solid


def cone(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a cone."""
    x, _y, z = thing.size
    solids = box(own, (-x / 2, -x / 2, 0), (x / 2, x / 2, 0.04), darker(thing.color, 0.85))
    r = x * 0.36
    for low, high, color in (
        (0.05, 0.4, thing.color),
        (0.4, 0.62, (230, 232, 233)),
        (0.62, 1.0, thing.color),
    ):
        solids += cylinder(
            own,
            (0, 0, 0),
            z * low,
            z * high,
            r * (1.08 - low),
            color,
            r * (1.08 - high),
            8,
            lid=high == 1.0,
        )
    return solids


def litter_bin(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a litter bin."""
    x, y, z = thing.size
    solids = box(own, (-x / 2, -y / 2, 0.04), (x / 2, y / 2, z * 0.9), thing.color)
    solids += box(
        own, (-x * 0.54, -y * 0.54, z * 0.9), (x * 0.54, y * 0.54, z), darker(thing.color, 0.8)
    )
    solids.append(
        own.face(
            (
                (x * 0.505, -y * 0.3, z * 0.68),
                (x * 0.505, y * 0.3, z * 0.68),
                (x * 0.505, y * 0.3, z * 0.84),
                (x * 0.505, -y * 0.3, z * 0.84),
            ),
            (15, 15, 15),
        )
    )
    return solids


def bench(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a bench."""
    x, y, z = thing.size
    solids: list[Solid] = []
    for i in range(3):
        at = -y / 2 + y * i / 3
        solids += box(own, (at, -x / 2, z - 0.05), (at + y * 0.28, x / 2, z), thing.color)
    for low, high in ((0.16, 0.27), (0.32, 0.43)):
        solids += box(own, (-y / 2 - 0.04, -x / 2, z + low), (-y / 2, x / 2, z + high), thing.color)
    for side in (-0.42, 0.42):
        solids += box(
            own,
            (-y / 2, x * side - 0.03, 0),
            (y / 2 - 0.02, x * side + 0.03, z - 0.05),
            (45, 45, 46),
        )
        solids.append(
            own.rod((-y / 2, x * side, z), (-y / 2 - 0.03, x * side, z + 0.42), 0.025, (45, 45, 46))
        )
    return solids


def chair(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a chair."""
    x, y, z = thing.size
    solids = box(own, (-x / 2, -y / 2, z - 0.04), (x / 2, y / 2, z), thing.color)
    solids += box(own, (-x / 2, -y / 2, z + 0.15), (-x / 2 + 0.03, y / 2, z + 0.45), thing.color)
    for px in (-x / 2 + 0.02, x / 2 - 0.02):
        for py in (-y / 2 + 0.02, y / 2 - 0.02):
            high = z + 0.2 if px < 0 else z - 0.03
            solids.append(own.rod((px, py, 0.016), (px, py, high), 0.016, darker(thing.color, 0.6)))
    return solids


def umbrella(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of an open umbrella."""
    x, _y, z = thing.size
    solids = _canopy(own, x / 2, z, 0.0, thing.color)
    solids.append(own.rod((0, 0, -0.62), (0, 0, z), 0.012, (60, 60, 62)))
    return solids


def parasol(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a parasol."""
    x, _y, z = thing.size
    solids = _canopy(own, x / 2, 0.45, z - 0.45, thing.color)
    solids.append(own.rod((0, 0, 0.03), (0, 0, z), 0.03, (190, 192, 194)))
    return [*solids, *cylinder(own, (0, 0, 0), 0, 0.12, 0.28, (90, 90, 92))]


def _canopy(own: Frame, radius: float, high: float, at: float, color: Color) -> list[Solid]:
    ring_ = [
        (radius * math.cos(t), radius * math.sin(t), at) for t in np.linspace(0, 2 * math.pi, 9)
    ]
    return [
        own.face((ring_[i], ring_[i + 1], (0, 0, at + high)), darker(color, 1.0 if i % 2 else 0.86))
        for i in range(8)
    ]


def barrier(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a barrier."""
    x, y, z = thing.size
    solids: list[Solid] = []
    for low, high in ((0.42, 0.62), (0.78, 1.0)):
        for i in range(6):
            a, b = -x / 2 + x * i / 6, -x / 2 + x * (i + 1) / 6
            color = thing.color if i % 2 else (228.0, 230.0, 231.0)
            solids += box(own, (a, -0.02, z * low), (b, 0.02, z * high), color)
    for side in (-0.4, 0.4):
        for foot in (-y / 2, y / 2):
            solids.append(
                own.rod((x * side, foot, 0.02), (x * side, 0, z * 0.95), 0.02, (90, 92, 94))
            )
    return solids


def board(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a board."""
    x, y, z = thing.size
    solids: list[Solid] = []
    for side in (1, -1):
        foot = side * y / 2
        corners = (
            (-x / 2, foot, 0.0),
            (x / 2, foot, 0.0),
            (x / 2, side * 0.02, z),
            (-x / 2, side * 0.02, z),
        )
        solids.append(own.face(corners, (60, 80, 100)))
        inner = [
            (px * 0.86, py + side * 0.01 - foot * 0.08, 0.08 + pz * 0.86) for px, py, pz in corners
        ]
        solids.append(own.face(inner, thing.color))
    return solids
