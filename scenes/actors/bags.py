"""Things that people carry and leave: bags, cases, boxes, bottles, cans, rubbish, sheets."""

from __future__ import annotations

import math

import numpy as np

from scenes.actors.hulls import Frame, box, cylinder, darker
from scenes.actors.things import Thing
from scenes.shapes import Solid


def bin_bag(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a bin bag."""
    rng = np.random.default_rng(thing.seed)
    x, y, z = thing.size
    solids: list[Solid] = []
    for _i in range(5):
        radius = float(rng.uniform(0.26, 0.33)) * min(x, y)
        reach = max(0.0, x / 2 - radius), max(0.0, y / 2 - radius)
        a = (float(rng.uniform(-1, 1)) * reach[0], float(rng.uniform(-1, 1)) * reach[1], radius)
        b = (a[0] * 0.4, a[1] * 0.4, z * float(rng.uniform(0.5, 0.62)))
        color = darker(thing.color, float(rng.uniform(0.85, 1.2)))
        solids.append(own.rod(a, b, radius, color, thin=radius * 0.75))
    solids.append(own.rod((0, 0, z * 0.62), (0, 0, z * 0.8), x * 0.2, thing.color, thin=x * 0.06))
    solids.append(
        own.rod((0, 0, z * 0.8), (0.03, 0, z * 0.98), x * 0.05, thing.color, thin=x * 0.1)
    )
    return solids


def paper_bag(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a paper bag."""
    x, y, z = thing.size
    solids = box(own, (-x / 2, -y / 2, 0), (x / 2, y / 2, z), thing.color)
    for side in (-0.3, 0.3):
        at = y * side
        for a, b in (
            ((-x / 5, at, z), (-x / 9, at, z * 1.25)),
            ((x / 5, at, z), (x / 9, at, z * 1.25)),
            ((-x / 9, at, z * 1.25), (x / 9, at, z * 1.25)),
        ):
            solids.append(own.rod(a, b, 0.008, darker(thing.color, 0.7)))
    return solids


def suitcase(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a suitcase."""
    x, y, z = thing.size
    solids = box(own, (-x / 2, -y / 2, 0.02), (x / 2, y / 2, z), thing.color, 0.15)
    dark = darker(thing.color, 0.5)
    solids += box(own, (-x * 0.51, -y * 0.06, 0.02), (x * 0.51, y * 0.06, z * 1.003), dark)
    for a, b in (
        ((-x / 7, 0, z), (-x / 7, 0, z * 1.08)),
        ((x / 7, 0, z), (x / 7, 0, z * 1.08)),
        ((-x / 7, 0, z * 1.08), (x / 7, 0, z * 1.08)),
    ):
        solids.append(own.rod(a, b, 0.014, (30, 30, 30)))
    return solids


def trolley_case(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a trolley case."""
    x, y, z = thing.size
    solids = box(own, (-y / 2, -x / 2, 0.05), (y / 2, x / 2, z), thing.color, 0.2)
    for side in (-0.33, 0.33):
        solids.append(
            own.rod((-y * 0.4, x * side, 0.03), (y * 0.4, x * side, 0.03), 0.03, (25, 25, 25))
        )
        solids.append(
            own.rod(
                (-y * 0.4, x * side * 0.6, z),
                (-y * 0.4, x * side * 0.6, thing.grip),
                0.01,
                (120, 122, 125),
            )
        )
    solids.append(
        own.rod(
            (-y * 0.4, -x * 0.2, thing.grip), (-y * 0.4, x * 0.2, thing.grip), 0.016, (30, 30, 30)
        )
    )
    return solids


def rucksack(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a rucksack."""
    x, y, z = thing.size
    r = y * 0.45
    solids: list[Solid] = [
        own.rod(
            (0, s * (x / 2 - r), r),
            (0, s * (x / 2 - r) * 0.8, z - r),
            r,
            thing.color,
            thin=r * 0.92,
        )
        for s in (-1, 0, 1)
    ]
    solids.append(
        own.rod(
            (r * 0.7, -x * 0.16, z * 0.3),
            (r * 0.7, x * 0.16, z * 0.3),
            r * 0.6,
            darker(thing.color, 0.8),
        )
    )
    solids.append(own.rod((0, -0.04, z), (0, 0.04, z * 1.03), 0.012, darker(thing.color, 0.6)))
    return solids


def carton(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a carton."""
    x, y, z = thing.size
    solids = box(own, (-x / 2, -y / 2, 0), (x / 2, y / 2, z), thing.color, bottom=True)
    tape = darker(thing.color, 1.18)
    solids += box(own, (-x * 0.502, -y * 0.06, z * 0.6), (x * 0.502, y * 0.06, z * 1.004), tape)
    return solids


def bottle(thing: Thing, own: Frame, long: float) -> list[Solid]:
    """Return the solids of a bottle."""
    r = thing.size[0] / 2
    z = long
    return [
        own.rod((0, 0, r), (0, 0, z * 0.62), r, thing.color),
        own.rod((0, 0, z * 0.62), (0, 0, z * 0.92), r * 0.8, thing.color, thin=r * 0.38),
        own.rod((0, 0, z * 0.92), (0, 0, z * 0.97), r * 0.42, (200, 200, 210)),
    ]


def tin(thing: Thing, own: Frame, long: float) -> list[Solid]:
    """Return the solids of a tin."""
    return cylinder(own, (0, 0, 0), 0, long, thing.size[0] / 2, thing.color, shine=0.3, corners=8)


def rubbish(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of rubbish."""
    rng = np.random.default_rng(thing.seed)
    x, y, z = thing.size
    solids: list[Solid] = []
    for _i in range(14):
        far = float(rng.uniform(0, 1)) ** 0.7
        turn = float(rng.uniform(0, 2 * math.pi))
        px, py = x / 2 * far * math.cos(turn) * 0.8, y / 2 * far * math.sin(turn) * 0.8
        radius = float(rng.uniform(0.07, 0.16))
        high = max(radius, z * (1 - far) * float(rng.uniform(0.4, 1.0)))
        shade = float(rng.uniform(30, 215))
        b, g, r = (float(np.clip(shade + rng.normal(0, 22), 15, 235)) for _c in range(3))
        solids.append(
            own.rod(
                (px, py, radius),
                (px * 0.7, py * 0.7, max(radius, high)),
                radius,
                (b, g, r),
                thin=radius * float(rng.uniform(0.5, 1.0)),
            )
        )
    for _i in range(4):
        px, py = float(rng.uniform(-x, x)) * 0.4, float(rng.uniform(-y, y)) * 0.4
        a, t = float(rng.uniform(0.1, 0.22)), float(rng.uniform(0, 0.2))
        corners = (
            (px - a, py - a, t),
            (px + a, py - a, 0.04),
            (px + a, py + a, t + 0.1),
            (px - a, py + a, 0.12 + t),
        )
        solids.append(own.face(corners, (150, 180, 205)))
    return solids


def sheet(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a sheet."""
    x, y, _z = thing.size
    curl = 0.12 * x
    return [
        own.face(
            ((-x / 2, -y / 2, curl), (0, -y / 2, 0.006), (0, y / 2, 0.006), (-x / 2, y / 2, curl)),
            thing.color,
        ),
        own.face(
            (
                (0, -y / 2, 0.006),
                (x / 2, -y / 2, curl * 0.6),
                (x / 2, y / 2, curl),
                (0, y / 2, 0.006),
            ),
            thing.color,
        ),
    ]


def ball(thing: Thing, own: Frame, _: float) -> list[Solid]:
    """Return the solids of a ball."""
    r = thing.size[0] / 2
    return [own.rod((0, 0, r), (0, 0, r), r, thing.color)]
