"""What hands push and lean on: carts, prams, buckets, brooms, sticks."""

from __future__ import annotations

from itertools import pairwise

from scenes.actors.hulls import Frame, cylinder, darker, ring
from scenes.actors.things import Thing
from scenes.shapes import Solid


def shopping_cart(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a shopping cart."""
    x, y, z = thing.size
    solids: list[Solid] = []
    rim = [
        (-x / 2, -y / 2),
        (x / 2, -y * 0.36),
        (x / 2, y * 0.36),
        (-x / 2, y / 2),
        (-x / 2, -y / 2),
    ]
    for low, share in ((z * 0.55, 0.86), (z * 0.72, 0.93), (z * 0.88, 1.0)):
        points = [(px * share, py * share, low) for px, py in rim]
        solids += [own.rod(a, b, 0.012, thing.color) for a, b in pairwise(points)]
    for share in (-0.42, -0.2, 0.0, 0.2, 0.42):
        for side in (-1, 1):
            at = (x * share, side * y * 0.44)
            solids.append(own.rod((*at, z * 0.54), (*at, z * 0.88), 0.008, thing.color))
    for px in (-x * 0.4, x * 0.4):
        for py in (-y * 0.4, y * 0.4):
            solids.append(own.rod((px, py, 0.06), (px * 0.9, py, z * 0.54), 0.014, thing.color))
            solids.append(own.rod((px, py - 0.01, 0.06), (px, py + 0.01, 0.06), 0.06, (40, 40, 42)))
    solids.append(own.rod((-x / 2, -y / 2, z), (-x / 2, y / 2, z), 0.02, (40, 50, 170)))
    return solids


def pram(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a pram."""
    x, y, z = thing.size
    solids: list[Solid] = [
        own.rod((x * 0.25, 0, z * 0.52), (-x * 0.12, 0, z * 0.52), y * 0.36, thing.color),
        own.rod(
            (-x * 0.1, 0, z * 0.66), (-x * 0.02, 0, z * 0.74), y * 0.38, darker(thing.color, 0.8)
        ),
    ]
    for side in (-1, 1):
        at = side * y * 0.42
        solids.append(own.rod((-x / 2, at, z), (x * 0.3, at, 0.2), 0.016, (110, 112, 114)))
        solids.append(own.rod((x * 0.1, at, z * 0.5), (-x * 0.35, at, 0.2), 0.016, (110, 112, 114)))
        for px, r in ((-x * 0.35, 0.15), (x * 0.32, 0.11)):
            solids += ring(own, (px, at, r + 0.015), r, 0.015, (35, 35, 36), 8)
    solids.append(own.rod((-x / 2, -y * 0.42, z), (-x / 2, y * 0.42, z), 0.018, (40, 40, 42)))
    return solids


def bucket(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a bucket."""
    x, _y, z = thing.size
    solids = cylinder(own, (0, 0, 0), 0, z, x * 0.38, thing.color, x / 2, lid=False)
    solids.append(own.rod((0, -x / 2, z), (0, 0, thing.grip), 0.008, (120, 120, 122)))
    solids.append(own.rod((0, x / 2, z), (0, 0, thing.grip), 0.008, (120, 120, 122)))
    return solids


def broom(thing: Thing, own: Frame, long: float) -> list[Solid]:
    """Return the solids of a broom."""
    wide = thing.size[0] / 2
    head = 0.06 if thing.kind == "broom" else 0.05
    return [
        own.rod((0, -wide, head), (0, wide, head), head, thing.color),
        own.rod((0, 0, head), (0, 0, long), 0.014, (90, 120, 150)),
    ]


def stick(thing: Thing, own: Frame, long: float) -> list[Solid]:
    """Return the solids of a stick."""
    solids: list[Solid] = [own.rod((0, 0, 0), (0, 0, long), 0.014, thing.color)]
    if thing.kind == "crutch":
        solids.append(own.rod((0, 0, long * 0.78), (0.1, 0, long * 0.78), 0.018, (40, 40, 42)))
        solids.append(own.rod((0, -0.05, long), (0, 0.05, long), 0.02, (40, 40, 42)))
    else:
        solids.append(own.rod((-0.05, 0, long), (0.06, 0, long), 0.016, thing.color))
    return solids
