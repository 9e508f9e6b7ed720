"""The bodies of buses and trucks, and the choice among all vehicles."""

from __future__ import annotations

from scenes.actors.coachwork import (
    AMBER,
    CLEAR,
    DARK,
    GLASS,
    LIT_RED,
    PLATE,
    RED,
    Signals,
    VehicleKind,
    axle,
    car,
    panel,
)
from scenes.actors.hulls import Frame, box, darker
from scenes.shapes import Color, Point3, Solid


def bus(own: Frame, size: Point3, paint: Color, trim: Color, lit: Signals) -> list[Solid]:
    """Return a city bus."""
    long, wide, high = size
    low, sill, band = 0.3, 0.36 * high, 0.82 * high
    half, w = long / 2, wide / 2
    solids = box(own, (-half, -w, low), (half, w, sill), trim, 0.15)
    solids += box(own, (-half, -w, sill), (half, w, high), paint, 0.15)
    solids += box(
        own, (-half * 0.7, -w * 0.55, high), (half * 0.3, w * 0.55, high + 0.22), darker(paint, 0.9)
    )
    count = max(4, round(long / 1.5))
    for side in (1.0, -1.0):
        y = side * (w + 0.012)
        for i in range(count):
            a = -half * 0.97 + long * 0.97 * i / count + 0.05
            b = a + long * 0.97 / count - 0.1
            solids.append(
                own.face(
                    ((a, y, sill + 0.1), (b, y, sill + 0.1), (b, y, band), (a, y, band)), GLASS, 0.5
                )
            )
        if side < 0:
            for at in (0.36, -0.08):
                a, b = half * 2 * at - 0.6, half * 2 * at + 0.6
                solids.append(
                    own.face(
                        (
                            (a, y - 0.01, low + 0.1),
                            (b, y - 0.01, low + 0.1),
                            (b, y - 0.01, band),
                            (a, y - 0.01, band),
                        ),
                        darker(GLASS, 1.25),
                        0.4,
                    )
                )
    solids.append(panel(own, half + 0.012, 0.0, w * 0.9, sill, band, GLASS, 0.6))
    solids.append(panel(own, half + 0.014, 0.0, w * 0.6, band + 0.05, high - 0.08, (30, 110, 220)))
    solids.append(panel(own, -half - 0.012, 0.0, w * 0.75, sill + 0.35, band, GLASS, 0.5))
    solids += _big_lights(own, half, w, low, lit)
    for x in (0.3 * long, -0.24 * long):
        solids += axle(own, x, wide, 0.48, lit)
    return solids


def _cab(own: Frame, size: Point3, paint: Color) -> list[Solid]:
    """Return a truck's cab: flat-nosed, with a raked windscreen."""
    long, wide, high = size
    half, w = long / 2, wide / 2
    cab = half - 1.75
    top = min(high * 0.86, 2.6)
    solids = box(own, (cab, -w * 0.95, 0.45), (half, w * 0.95, 1.35), paint, 0.2)
    rake = half - 0.22
    solids.append(
        own.face(
            (
                (half, -w * 0.95, 1.35),
                (half, w * 0.95, 1.35),
                (rake, w * 0.9, top),
                (rake, -w * 0.9, top),
            ),
            paint,
            0.2,
        )
    )
    solids.append(
        own.face(
            (
                (half + 0.012, -w * 0.86, 1.42),
                (half + 0.012, w * 0.86, 1.42),
                (rake + 0.04, w * 0.82, top - 0.14),
                (rake + 0.04, -w * 0.82, top - 0.14),
            ),
            GLASS,
            0.6,
        )
    )
    solids.append(
        own.face(
            (
                (cab, -w * 0.9, top),
                (rake, -w * 0.9, top),
                (rake, w * 0.9, top),
                (cab, w * 0.9, top),
            ),
            paint,
            0.3,
        )
    )
    for side in (1.0, -1.0):
        solids += _cab_side(own, side, half, w, top, paint)
    return solids


def _cab_side(
    own: Frame, side: float, half: float, w: float, top: float, paint: Color
) -> tuple[Solid, Solid]:
    """Return one side of the cab above its doors, and its window."""
    cab, rake = half - 1.75, half - 0.22
    y, u = side * w * 0.95, side * w * 0.9
    wall = own.face(((cab, y, 1.35), (half, y, 1.35), (rake, u, top), (cab, u, top)), paint, 0.2)
    y, u = y + side * 0.015, u + side * 0.015
    corners = (
        (cab + 0.3, y, 1.45),
        (half - 0.12, y, 1.45),
        (rake - 0.1, u, top - 0.2),
        (cab + 0.3, u, top - 0.2),
    )
    return wall, own.face(corners, GLASS, 0.5)


def truck(own: Frame, size: Point3, paint: Color, trim: Color, lit: Signals) -> list[Solid]:
    """Return a box truck: a cab before a cargo body."""
    long, wide, high = size
    half, w = long / 2, wide / 2
    cab = half - 1.75
    solids = _cab(own, size, paint)
    solids += box(own, (-half, -w, 0.95), (cab - 0.12, w, high), trim, 0.05)
    solids += box(own, (-half, -w * 0.45, 0.55), (cab, w * 0.45, 0.95), DARK)
    solids.append(panel(own, half + 0.01, 0.0, w * 0.5, 0.8, 1.2, DARK))
    solids += _big_lights(own, half, w, 0.45, lit)
    for x in (half - 1.0, -half + 1.5):
        solids += axle(own, x, wide * 0.97, 0.46, lit)
    return solids


def _big_lights(own: Frame, half: float, w: float, low: float, lit: Signals) -> list[Solid]:
    solids: list[Solid] = [
        panel(own, half + 0.02, 0.0, 0.22, low + 0.1, low + 0.24, PLATE),
        panel(own, -half - 0.02, 0.0, 0.22, low + 0.2, low + 0.34, PLATE),
    ]
    head = (255.0, 255.0, 255.0) if lit.head else CLEAR
    red = LIT_RED if lit.brake or lit.head else RED
    for side in (1.0, -1.0):
        amber = lit.left if side > 0 else lit.right
        solids.append(panel(own, half + 0.02, side * w * 0.78, 0.17, low + 0.25, low + 0.5, head))
        solids.append(panel(own, -half - 0.02, side * w * 0.85, 0.11, low + 0.2, low + 0.6, red))
        if amber:
            solids.append(
                panel(own, half + 0.025, side * w * 0.9, 0.08, low + 0.25, low + 0.45, AMBER)
            )
            solids.append(
                panel(own, -half - 0.025, side * w * 0.85, 0.11, low + 0.2, low + 0.34, AMBER)
            )
    return solids


def build(
    own: Frame, kind: VehicleKind, size: Point3, paint: Color, trim: Color, lit: Signals
) -> list[Solid]:
    """Return the solids of a vehicle of a kind."""
    if kind == "bus":
        return bus(own, size, paint, trim, lit)
    if kind == "truck":
        return truck(own, size, paint, trim, lit)
    return car(own, kind, size, paint, lit)
