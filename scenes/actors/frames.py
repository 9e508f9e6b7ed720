"""What cycles are made of: bicycles, e-bikes, scooters, motorcycles, tricycle carts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from scenes.actors.hulls import Frame, box, darker, disc, ring
from scenes.shapes import Color, Point3, Solid

CycleKind = Literal["bicycle", "ebike", "scooter", "motorcycle", "tricycle"]

_TYRE: Color = (30.0, 30.0, 31.0)
_STEEL: Color = (140.0, 142.0, 145.0)
_BLACK: Color = (32.0, 32.0, 34.0)
DARK: Color = (46.0, 46.0, 48.0)


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a rider meets a cycle, in its own axes from the middle of the wheels (metres).

    `saddle` and `grips` are (ahead, up); `feet` the middle of the pedals or the foot board, and
    `crank` how far the pedals go round it, 0 where the feet rest.
    """

    saddle: tuple[float, float]
    grips: tuple[float, float]
    feet: tuple[float, float]
    crank: float
    apart: float = 0.3


SEATS: dict[CycleKind, Seat] = {
    "bicycle": Seat((-0.22, 0.92), (0.34, 1.02), (-0.04, 0.29), 0.17),
    "ebike": Seat((-0.2, 0.78), (0.36, 0.98), (-0.02, 0.27), 0.15),
    "scooter": Seat((-0.24, 0.76), (0.4, 0.99), (0.2, 0.3), 0.0),
    "motorcycle": Seat((-0.16, 0.8), (0.42, 1.02), (0.02, 0.34), 0.0, 0.34),
    "tricycle": Seat((0.38, 0.8), (0.92, 1.0), (0.62, 0.3), 0.15),
}
LABEL: dict[CycleKind, str] = {
    "bicycle": "bicycle",
    "ebike": "bicycle",
    "scooter": "motorcycle",
    "motorcycle": "motorcycle",
    "tricycle": "motorcycle",
}
LENGTH: dict[CycleKind, float] = {
    "bicycle": 1.72,
    "ebike": 1.6,
    "scooter": 1.75,
    "motorcycle": 2.0,
    "tricycle": 2.7,
}


def cycle(
    own: Frame, kind: CycleKind, paint: Color, basket: bool, rolled: float, stand: bool
) -> list[Solid]:
    """Return the solids of a cycle; `rolled` metres turn its wheels and cranks."""
    if kind in ("bicycle", "ebike"):
        solids = _bicycle(own, kind, paint, basket, rolled)
    elif kind == "scooter":
        solids = _scooter(own, paint, basket)
    elif kind == "motorcycle":
        solids = _motorcycle(own, paint)
    else:
        solids = _tricycle(own, paint)
    if stand:
        solids.append(own.rod((-0.3, 0.05, 0.3), (-0.36, 0.24, 0.03), 0.012, _STEEL))
    return solids


def _wheel(own: Frame, x: float, radius: float, rolled: float, y: float = 0.0) -> list[Solid]:
    solids = ring(own, (x, y, radius + 0.018), radius, 0.018, _TYRE)
    for i in range(4):
        turn = -rolled / radius + i * math.pi / 4
        c, s = radius * math.cos(turn), radius * math.sin(turn)
        z = radius + 0.018
        solids.append(own.rod((x - c, y, z - s), (x + c, y, z + s), 0.004, _STEEL))
    return solids


def _fat_wheel(own: Frame, x: float, radius: float, half: float) -> list[Solid]:
    solids: list[Solid] = []
    turns = [2 * math.pi * i / 10 for i in range(11)]
    edge = [(x + radius * math.cos(t), radius + radius * math.sin(t)) for t in turns]
    for (a, b), (c, d) in pairwise(edge):
        solids.append(own.face(((a, -half, b), (c, -half, d), (c, half, d), (a, half, b)), _TYRE))
    for side in (1.0, -1.0):
        solids.append(disc(own, (x, side * half, radius), radius, _TYRE, 10))
        solids.append(disc(own, (x, side * (half + 0.008), radius), radius * 0.55, _STEEL, 8))
    return solids


def _rods(own: Frame, paint: Color, *rods: tuple[Point3, Point3, float]) -> list[Solid]:
    return [own.rod(a, b, radius, paint) for a, b, radius in rods]


def _bars(own: Frame, at: tuple[float, float], half: float, rise: float = 0.0) -> list[Solid]:
    x, z = at
    return _rods(
        own,
        _BLACK,
        ((x + 0.04, 0, z - rise), (x, half, z), 0.014),
        ((x + 0.04, 0, z - rise), (x, -half, z), 0.014),
        ((x, half - 0.1, z), (x - 0.03, half, z), 0.02),
        ((x, 0.1 - half, z), (x - 0.03, -half, z), 0.02),
    )


def _bicycle(own: Frame, kind: CycleKind, paint: Color, basket: bool, rolled: float) -> list[Solid]:
    seat, radius = SEATS[kind], 0.32 if kind == "bicycle" else 0.26
    (sx, sz), (gx, gz), (px, pz) = seat.saddle, seat.grips, seat.feet
    axle, back, front = radius + 0.018, -0.53, 0.53
    solids = _wheel(own, back, radius, rolled) + _wheel(own, front, radius, rolled)
    head = (gx + 0.02, 0.0, gz - 0.12)
    low = (gx + 0.08, 0.0, gz - 0.32)
    thick = 0.018 if kind == "bicycle" else 0.026
    solids += _rods(
        own,
        paint,
        ((px, 0, pz), (sx, 0, sz - 0.12), thick),
        ((px, 0, pz), low, thick),
        ((sx * 0.85, 0, sz - 0.3), low if kind == "ebike" else head, thick),
        ((back, 0.04, axle), (px, 0.02, pz), 0.011),
        ((back, -0.04, axle), (px, -0.02, pz), 0.011),
        ((back, 0.04, axle), (sx * 0.9, 0, sz - 0.25), 0.01),
        ((front, 0.04, axle), low, 0.014),
        ((front, -0.04, axle), low, 0.014),
        (low, head, 0.02),
        ((back - 0.25, 0, axle + radius * 0.75), (back, 0, axle + radius + 0.05), 0.014),
    )
    solids += _rods(
        own,
        _BLACK,
        ((sx - 0.12, 0, sz - 0.03), (sx + 0.12, 0, sz - 0.03), 0.045),
        ((sx, 0, sz - 0.06), (sx, 0, sz - 0.14), 0.014),
        (head, (gx + 0.04, 0, gz), 0.014),
    )
    solids += _bars(own, (gx, gz), seat.apart * 0.9)
    turn = -rolled * 1.1
    for side in (1.0, -1.0):
        c, s = side * seat.crank * math.cos(turn), side * seat.crank * math.sin(turn)
        y = side * 0.09
        solids += _rods(own, _STEEL, ((px, y, pz), (px + c, y, pz + s), 0.012))
        solids.append(own.rod((px + c, y, pz + s), (px + c, y * 1.9, pz + s), 0.018, _BLACK))
    if kind == "ebike":
        solids += box(own, (sx + 0.02, -0.07, pz + 0.06), (sx + 0.2, 0.07, sz - 0.22), _BLACK)
    if basket:
        solids += box(
            own, (gx + 0.1, -0.17, gz - 0.3), (gx + 0.38, 0.17, gz - 0.06), (70.0, 72.0, 74.0)
        )
    return solids


def _scooter(own: Frame, paint: Color, trunk: bool) -> list[Solid]:
    seat = SEATS["scooter"]
    (sx, sz), (gx, gz) = seat.saddle, seat.grips
    solids = _fat_wheel(own, -0.6, 0.235, 0.05) + _fat_wheel(own, 0.62, 0.235, 0.05)
    for y in (0.05, -0.05):
        solids.append(own.rod((-0.62, y, 0.42), (-0.1, y, 0.5), 0.12, paint, thin=0.13))
        solids.append(own.rod((-0.78, y * 0.6, 0.62), (-0.42, y, 0.5), 0.07, paint, thin=0.12))
    solids += _flanks(own, paint, sz)
    solids += box(own, (-0.16, -0.15, 0.22), (0.38, 0.15, 0.29), darker(paint, 0.7), bottom=True)
    solids.append(own.rod((sx - 0.36, 0, sz - 0.07), (sx + 0.2, 0, sz - 0.08), 0.095, _BLACK))
    shield = (
        (0.36, -0.2, 0.26),
        (0.36, 0.2, 0.26),
        (gx + 0.05, 0.19, gz - 0.06),
        (gx + 0.05, -0.19, gz - 0.06),
    )
    front = [(x + 0.05, y * 0.9, z) for x, y, z in shield]
    solids += [own.face(shield, darker(paint, 0.8)), own.face(front, paint, 0.2)]
    solids.append(own.rod((0.62, 0, 0.5), (0.5, 0, 0.62), 0.07, paint))
    solids += _rods(
        own,
        _BLACK,
        ((0.62, 0.06, 0.25), (0.46, 0.03, 0.72), 0.02),
        ((0.62, -0.06, 0.25), (0.46, -0.03, 0.72), 0.02),
    )
    solids.append(
        own.rod((gx + 0.06, -0.07, gz - 0.04), (gx + 0.06, 0.07, gz - 0.04), 0.075, paint)
    )
    solids.append(disc_ahead(own, (gx + 0.142, 0.0, gz - 0.05), 0.06, (225.0, 228.0, 230.0)))
    solids.append(disc_ahead(own, (-0.86, 0.0, 0.62), 0.05, (40.0, 30.0, 170.0)))
    solids += _bars(own, (gx, gz), seat.apart)
    if trunk:
        solids += box(own, (-0.95, -0.19, sz - 0.02), (-0.58, 0.19, sz + 0.3), _BLACK, 0.1)
    return solids


def _flanks(own: Frame, paint: Color, high: float) -> list[Solid]:
    """Return what makes a scooter look solid: the body below the seat, mudguard and mirrors."""
    solids: list[Solid] = []
    for side in (0.135, -0.135):
        low = ((-0.12, side, 0.24), (-0.12, side, high - 0.14), (-0.7, side * 0.8, high - 0.1))
        solids.append(own.face((*low, (-0.86, side * 0.5, 0.56), (-0.5, side, 0.38)), paint, 0.2))
        solids.append(
            own.face(((-0.12, side, 0.24), (-0.5, side, 0.38), (-0.42, side, 0.24)), DARK)
        )
        solids.append(own.rod((0.38, side * 1.6, 1.02), (0.42, side * 2.0, 1.18), 0.01, _BLACK))
        solids.append(own.rod((0.42, side * 1.7, 1.2), (0.42, side * 2.3, 1.2), 0.045, _BLACK))
    front = ((-0.12, -0.135, 0.24), (-0.12, 0.135, 0.24))
    above = ((-0.12, 0.135, high - 0.14), (-0.12, -0.135, high - 0.14))
    solids.append(own.face((*front, *above), darker(paint, 0.85), 0.1))
    solids.append(own.rod((0.5, 0, 0.5), (0.76, 0, 0.46), 0.07, paint))
    return solids


def _motorcycle(own: Frame, paint: Color) -> list[Solid]:
    seat = SEATS["motorcycle"]
    (sx, sz), (gx, gz) = seat.saddle, seat.grips
    solids = _fat_wheel(own, -0.68, 0.3, 0.065) + _fat_wheel(own, 0.7, 0.3, 0.05)
    solids += [
        own.rod((0.05, 0, 0.82), (0.34, 0, 0.86), 0.13, paint, thin=0.14),
        own.rod((sx - 0.5, 0, sz - 0.01), (sx + 0.2, 0, sz - 0.08), 0.085, _BLACK, thin=0.1),
        own.rod((-0.1, 0.05, 0.42), (0.2, 0.05, 0.48), 0.14, (70.0, 70.0, 72.0)),
        own.rod((-0.1, -0.05, 0.42), (0.2, -0.05, 0.48), 0.14, (70.0, 70.0, 72.0)),
        own.rod((0.05, -0.16, 0.32), (-0.8, -0.2, 0.4), 0.045, _STEEL, thin=0.055),
        own.rod((0.52, 0, 0.93), (0.56, 0, 0.93), 0.1, paint),
        own.rod((-0.85, 0, 0.72), (-0.62, 0, 0.76), 0.05, paint, thin=0.07),
        own.rod((0.7, 0, 0.62), (0.9, 0, 0.52), 0.045, paint),
        disc_ahead(own, (0.665, 0.0, 0.93), 0.08, (225.0, 228.0, 230.0)),
        disc_ahead(own, (-0.905, 0.0, 0.72), 0.045, (40.0, 30.0, 170.0)),
    ]
    solids += _rods(
        own,
        _STEEL,
        ((0.7, 0.07, 0.3), (0.48, 0.08, 0.98), 0.025),
        ((0.7, -0.07, 0.3), (0.48, -0.08, 0.98), 0.025),
    )
    solids += _rods(
        own,
        _BLACK,
        ((-0.68, 0.1, 0.3), (-0.08, 0.08, 0.4), 0.03),
        ((-0.6, 0.1, 0.36), (-0.5, 0.08, 0.7), 0.02),
    )
    return solids + _bars(own, (gx, gz), seat.apart)


def _tricycle(own: Frame, paint: Color) -> list[Solid]:
    seat = SEATS["tricycle"]
    (sx, sz), (gx, gz), (px, pz) = seat.saddle, seat.grips, seat.feet
    solids = _fat_wheel(own, 1.1, 0.28, 0.045)
    for y in (0.44, -0.44):
        shifted = Frame(own.at + own.turn[:, 1] * y, own.turn)
        solids += _fat_wheel(shifted, -0.65, 0.28, 0.045)
    solids += box(own, (-1.25, -0.42, 0.5), (0.12, 0.42, 0.58), darker(paint, 0.7), bottom=True)
    for low, high in (
        ((-1.25, -0.42, 0.58), (0.12, -0.39, 0.86)),
        ((-1.25, 0.39, 0.58), (0.12, 0.42, 0.86)),
        ((0.09, -0.42, 0.58), (0.12, 0.42, 0.95)),
        ((-1.25, -0.42, 0.58), (-1.22, 0.42, 0.8)),
    ):
        solids += box(own, low, high, paint)
    solids += _rods(
        own,
        paint,
        ((0.05, 0, 0.5), (px, 0, pz), 0.03),
        ((px, 0, pz), (0.96, 0, 0.72), 0.025),
        ((sx, 0, sz - 0.1), (px - 0.12, 0, pz), 0.025),
        ((1.1, 0.06, 0.28), (0.95, 0, 0.8), 0.02),
        ((1.1, -0.06, 0.28), (0.95, 0, 0.8), 0.02),
        ((0.95, 0, 0.8), (gx + 0.04, 0, gz), 0.018),
    )
    solids.append(own.rod((sx - 0.13, 0, sz - 0.05), (sx + 0.1, 0, sz - 0.05), 0.065, _BLACK))
    return solids + _bars(own, (gx, gz), seat.apart)


def disc_ahead(own: Frame, at: Point3, radius: float, color: Color) -> Solid:
    """Return a disc that looks ahead or back: a lamp."""
    turns = [2 * math.pi * i / 8 for i in range(8)]
    edge = [(at[0], at[1] + radius * math.cos(t), at[2] + radius * math.sin(t)) for t in turns]
    return own.face(edge, color, 0.3)
