"""The bodies of cars and vans: painted panels, glass, wheels, lights, plates."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Literal

from scenes.actors.hulls import Frame, box, darker, disc
from scenes.shapes import Color, Point3, Solid

VehicleKind = Literal["saloon", "hatchback", "suv", "van", "bus", "truck"]

GLASS: Color = (62.0, 56.0, 50.0)
TYRE: Color = (24.0, 24.0, 25.0)
DARK: Color = (30.0, 30.0, 31.0)
RIM: Color = (150.0, 152.0, 155.0)
PLATE: Color = (170.0, 105.0, 45.0)
CLEAR: Color = (225.0, 228.0, 228.0)
RED: Color = (40.0, 30.0, 165.0)
LIT_RED: Color = (70.0, 60.0, 255.0)
AMBER: Color = (40.0, 150.0, 250.0)


@dataclass(frozen=True, slots=True)
class Signals:
    """Which lights shine just now, and how far the wheels have turned and are steered (radians)."""

    head: bool = False
    brake: bool = False
    left: bool = False
    right: bool = False
    back: bool = False
    rolled: float = 0.0
    steer: float = 0.0


@dataclass(frozen=True, slots=True)
class _Car:
    """A side view, as shares of the length (0 rear, 1 front) and of the height."""

    nose: float  # height of the front edge of the bonnet
    belt: float  # height of the window sills
    tail: float  # height of the rear deck
    cowl: float  # where the windscreen begins, at the bonnet
    brow: float  # where the roof begins
    back: float  # where the roof ends
    deck: float  # where the rear window ends
    slim: float  # width of the roof, as a share of the width


_CARS: dict[str, _Car] = {
    "saloon": _Car(0.52, 0.63, 0.66, 0.735, 0.57, 0.25, 0.10, 0.76),
    "hatchback": _Car(0.54, 0.63, 0.62, 0.765, 0.60, 0.13, 0.025, 0.78),
    "suv": _Car(0.57, 0.64, 0.63, 0.755, 0.61, 0.08, 0.02, 0.80),
    "van": _Car(0.50, 0.56, 0.55, 0.90, 0.76, 0.02, 0.005, 0.88),
}


def car(own: Frame, kind: VehicleKind, size: Point3, paint: Color, lit: Signals) -> list[Solid]:
    """Return a car: three boxes with glass between, on four wheels."""
    long, wide, high = size
    form = _CARS[kind]
    solids = _lower(own, form, size, paint)
    solids += _cabin(own, form, size, paint)
    wheel = 0.225 * high if kind in ("saloon", "hatchback") else 0.2 * high
    for x in (0.31 * long, -0.30 * long):
        solids += axle(own, x, wide, wheel, lit)
    solids += _face(own, form, size, lit)
    solids += _rear(own, form, size, lit)
    cowl, belt = (form.cowl - 0.5) * long - 0.12, form.belt * high
    for side in (1.0, -1.0):
        y = side * wide / 2
        solids += box(
            own,
            (cowl - 0.1, min(y, y + side * 0.16), belt + 0.02),
            (cowl + 0.06, max(y, y + side * 0.16), belt + 0.16),
            darker(paint, 0.85),
        )
    return solids


def _lower(own: Frame, form: _Car, size: Point3, paint: Color) -> list[Solid]:
    """Return everything below the window sills: flanks, bonnet, deck, bumpers."""
    long, wide, high = size
    sill, waist = 0.14 * high, 0.36 * high
    # (share of the length, height of the upper edge, half widths at sill and at the edge)
    stations = [
        (0.0, form.tail * high * 0.9, 0.42, 0.43),
        (0.035, form.tail * high, 0.47, 0.46),
        (0.3, form.belt * high, 0.485, 0.475),
        (form.cowl, form.belt * high, 0.485, 0.475),
        (0.95, form.nose * high * 1.02, 0.46, 0.44),
        (1.0, form.nose * high * 0.86, 0.39, 0.39),
    ]
    solids: list[Solid] = []
    for (s, top, low, up), (t, peak, flat, rim) in itertools.pairwise(stations):
        x, u = (s - 0.5) * long, (t - 0.5) * long
        for side in (1.0, -1.0):
            a, b, c, d = (side * wide * w for w in (low, up, flat, rim))
            mid_a, mid_c = side * wide * (low + 0.015), side * wide * (flat + 0.015)
            solids.append(
                own.face(
                    ((x, a, sill), (u, c, sill), (u, mid_c, waist), (x, mid_a, waist)),
                    darker(paint, 0.9),
                    0.12,
                )
            )
            solids.append(
                own.face(
                    ((x, mid_a, waist), (u, mid_c, waist), (u, d, peak), (x, b, top)), paint, 0.2
                )
            )
        shape = (
            (x, -wide * up, top),
            (u, -wide * rim, peak),
            (u, wide * rim, peak),
            (x, wide * up, top),
        )
        solids.append(own.face(shape, paint, 0.35))
    for end, low, edge, top in (
        (-0.5, 0.42, 0.43, form.tail * 0.9),
        (0.5, 0.39, 0.39, form.nose * 0.86),
    ):
        x = end * long
        solids.append(
            own.face(
                (
                    (x, -wide * low, sill),
                    (x, wide * low, sill),
                    (x, wide * edge, top * high),
                    (x, -wide * edge, top * high),
                ),
                paint,
                0.15,
            )
        )
    solids += box(
        own, (-0.47 * long, -0.4 * wide, 0.1 * high), (0.47 * long, 0.4 * wide, sill), DARK
    )
    return solids


def _cabin(own: Frame, form: _Car, size: Point3, paint: Color) -> list[Solid]:
    """Return roof, windows and pillars."""
    long, wide, high = size
    cowl, brow, back, deck = (
        (s - 0.5) * long for s in (form.cowl, form.brow, form.back, form.deck)
    )
    low, roof, r = form.belt * high, high, form.slim * wide / 2
    base, tail = wide * 0.47, form.tail * high
    front = ((cowl, -base, low), (cowl, base, low), (brow, r, roof), (brow, -r, roof))
    rear = ((deck, base, tail), (deck, -base, tail), (back, -r, roof), (back, r, roof))
    solids: list[Solid] = [
        own.face(((back, -r, roof), (brow, -r, roof), (brow, r, roof), (back, r, roof)), paint, 0.4)
    ]
    for pane, tint in ((front, GLASS), (rear, darker(GLASS, 0.9))):
        solids.append(own.face(pane, paint, 0.2))
        solids.append(own.face(_inset(pane, 0.07, 0.08), tint, 0.6))
    for side in (1.0, -1.0):
        b, t = side * base, side * r
        flank = ((deck, b, tail), (cowl, b, low), (brow, t, roof), (back, t, roof))
        solids.append(own.face(flank, paint, 0.2))
        solids += _windows(own, flank, form, side)
    return solids


def _windows(own: Frame, flank: tuple[Point3, ...], form: _Car, side: float) -> list[Solid]:
    """Return the panes of one side, a little outside the flank, with pillars between."""
    cuts = (
        ((0.08, 0.30), (0.345, 0.635), (0.675, 0.93))
        if form.slim < 0.85
        else ((0.70, 0.93), (0.36, 0.66), (0.06, 0.32))
    )
    rear_low, front_low, front_top, rear_top = flank
    solids: list[Solid] = []
    for a, b in cuts:
        corners = [
            _along(_along(rear_low, front_low, s), _along(rear_top, front_top, s), up)
            for s, up in ((a, 0.08), (b, 0.08), (b, 0.88), (a, 0.88))
        ]
        out = [(x, y + side * 0.012, z + 0.006) for x, y, z in corners]
        solids.append(own.face(out, GLASS, 0.5))
    return solids


def _face(own: Frame, form: _Car, size: Point3, lit: Signals) -> list[Solid]:
    """Return grille, headlights, plate and front bumper."""
    long, wide, high = size
    x = 0.5 * long + 0.008
    top = form.nose * high * 0.84
    lamp = (255.0, 255.0, 255.0) if lit.head else CLEAR
    solids: list[Solid] = [
        panel(own, x, 0.0, wide * 0.22, top * 0.62, top * 0.92, DARK, 0.3),
        panel(own, x, 0.0, wide * 0.3, 0.17 * high, 0.27 * high, darker(DARK, 1.2)),
        panel(own, x + 0.006, 0.0, 0.22, 0.28 * high, 0.28 * high + 0.14, PLATE),
    ]
    for side in (1.0, -1.0):
        amber = lit.left if side > 0 else lit.right
        solids.append(
            panel(own, x, side * wide * 0.315, wide * 0.075, top * 0.68, top * 0.93, lamp, 0.4)
        )
        if amber:
            solids.append(
                panel(own, x + 0.004, side * wide * 0.37, 0.06, top * 0.7, top * 0.9, AMBER)
            )
    return solids


def _rear(own: Frame, form: _Car, size: Point3, lit: Signals) -> list[Solid]:
    """Return tail lights, plate and rear bumper."""
    long, wide, high = size
    x = -0.5 * long - 0.008
    top = form.tail * high * 0.88
    red = LIT_RED if lit.brake or lit.head else RED
    solids: list[Solid] = [
        panel(own, x, 0.0, wide * 0.34, 0.16 * high, 0.26 * high, darker(DARK, 1.3)),
        panel(own, x - 0.006, 0.0, 0.22, top * 0.66, top * 0.66 + 0.14, PLATE),
    ]
    for side in (1.0, -1.0):
        amber = lit.left if side > 0 else lit.right
        solids.append(
            panel(own, x, side * wide * 0.34, wide * 0.075, top * 0.7, top * 0.97, red, 0.3)
        )
        if amber:
            solids.append(
                panel(own, x - 0.004, side * wide * 0.38, 0.07, top * 0.7, top * 0.82, AMBER)
            )
        if lit.back:
            solids.append(
                panel(own, x - 0.004, side * wide * 0.28, 0.05, top * 0.7, top * 0.8, CLEAR)
            )
    return solids


def axle(own: Frame, x: float, wide: float, radius: float, lit: Signals) -> list[Solid]:
    """Return both wheels of an axle in their arches."""
    solids: list[Solid] = []
    for side in (1.0, -1.0):
        y = side * (wide / 2 + 0.012)
        curve = [math.pi * k / 9 for k in range(10)]
        arch = own.face(
            [
                (
                    x + 1.17 * radius * math.cos(t),
                    y - side * 0.004,
                    radius * (0.9 + 1.3 * math.sin(t)),
                )
                for t in curve
            ],
            darker(DARK, 0.7),
        )
        inner = y - side * 0.2
        solids.append(arch)
        tread = [
            (x + radius * math.cos(t), radius + radius * math.sin(t))
            for t in (2 * math.pi * i / 8 for i in range(9))
        ]
        for (a, b), (c, d) in itertools.pairwise(tread):
            if b < radius * 1.3 or d < radius * 1.3:
                solids.append(own.face(((a, inner, b), (c, inner, d), (c, y, d), (a, y, b)), TYRE))
        solids.append(disc(own, (x, y + side * 0.004, radius), radius, TYRE))
        solids.append(disc(own, (x, y + side * 0.012, radius), radius * 0.64, RIM, 10))
        for i in range(5):
            turn = lit.rolled / radius + i * 2 * math.pi / 5
            corners = [
                (
                    x + far * radius * math.cos(turn + off),
                    y + side * 0.018,
                    radius + far * radius * math.sin(turn + off),
                )
                for far, off in ((0.2, 0.0), (0.54, -0.34), (0.58, 0.0), (0.54, 0.34))
            ]
            solids.append(own.face(corners, darker(DARK, 1.5)))
    return solids


def lamps(size: Point3) -> tuple[float, float, float]:
    """Return where the lamps of a vehicle sit: half the length, the side, the height (metres)."""
    long, wide, high = size
    return long / 2 + 0.03, wide * 0.36, min(0.42 * high, 0.85)


def panel(
    own: Frame,
    x: float,
    y: float,
    half: float,
    low: float,
    high: float,
    color: Color,
    shine: float = 0.0,
) -> Solid:
    """Return an upright rectangle across the way, `half` its half width."""
    corners = ((x, y - half, low), (x, y + half, low), (x, y + half, high), (x, y - half, high))
    return own.face(corners, color, shine)


def _inset(pane: tuple[Point3, ...], aside: float, edge: float) -> list[Point3]:
    """Return a pane made smaller and moved out by a hair, so that it lies before its frame."""
    a, b, c, d = pane
    inner = []
    for low, high in ((a, d), (b, c)):
        other = (b, c) if low is a else (a, d)
        foot, head = _along(low, other[0], aside), _along(high, other[1], aside)
        inner.append((_along(foot, head, edge), _along(foot, head, 1 - edge)))
    (p, s), (q, r) = inner
    out = 0.015 if a[0] > 0 else -0.015
    return [(x + out, y, z + 0.01) for x, y, z in (p, q, r, s)]


def _along(a: Point3, b: Point3, share: float) -> Point3:
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )
