"""Cars, vans, buses and trucks: how they look, and the actor that drives."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from scenes.actors import coachwork, heavy
from scenes.actors.coachwork import VehicleKind
from scenes.actors.course import Point2
from scenes.actors.driving import Course, Driving, Rolling
from scenes.actors.hulls import Frame, frame
from scenes.shapes import Body, Color, Lamp

LABEL: dict[VehicleKind, str] = {
    "saloon": "car",
    "hatchback": "car",
    "suv": "car",
    "van": "car",
    "bus": "bus",
    "truck": "truck",
}


@dataclass(frozen=True)
class VehicleLook:
    """Kind, size (length, width, height in metres), paint (BGR), a second paint, and a seed."""

    kind: VehicleKind
    size: tuple[float, float, float]
    color: Color
    trim: Color = (40.0, 40.0, 42.0)
    seed: int = 0

    @property
    def label(self) -> str:
        """Return the detector's class."""
        return LABEL[self.kind]


_SIZES: dict[VehicleKind, tuple[float, float, float]] = {
    "saloon": (4.7, 1.82, 1.46),
    "hatchback": (4.1, 1.76, 1.5),
    "suv": (4.65, 1.88, 1.7),
    "van": (5.0, 1.94, 2.0),
    "bus": (11.2, 2.52, 3.1),
    "truck": (7.4, 2.4, 3.1),
}
_PAINT: tuple[tuple[Color, float], ...] = (
    ((225.0, 226.0, 226.0), 0.30),
    ((38.0, 36.0, 36.0), 0.20),
    ((150.0, 150.0, 148.0), 0.14),
    ((95.0, 92.0, 90.0), 0.10),
    ((120.0, 70.0, 38.0), 0.09),
    ((45.0, 40.0, 150.0), 0.08),
    ((60.0, 95.0, 120.0), 0.05),
    ((70.0, 90.0, 50.0), 0.04),
)
_BUS: tuple[Color, ...] = (
    (70.0, 130.0, 60.0),
    (170.0, 110.0, 50.0),
    (50.0, 60.0, 190.0),
    (60.0, 190.0, 220.0),
    (215.0, 216.0, 216.0),
)


def draw_vehicle(rng: np.random.Generator, kind: VehicleKind | None = None) -> VehicleLook:
    """Return a vehicle, its size and paint drawn from `rng`; without a kind some car."""
    if kind is None:
        kinds: tuple[VehicleKind, ...] = ("saloon", "hatchback", "suv", "saloon", "suv", "van")
        kind = kinds[int(rng.integers(len(kinds)))]
    length, width, height = (s * float(rng.uniform(0.95, 1.06)) for s in _SIZES[kind])
    paints = [p for p, _ in _PAINT]
    shares = np.array([s for _, s in _PAINT])
    color = paints[int(rng.choice(len(paints), p=shares / shares.sum()))]
    trim: Color = (45.0, 44.0, 44.0)
    if kind == "bus":
        color = _BUS[int(rng.integers(len(_BUS)))]
        trim = _BUS[int(rng.integers(len(_BUS)))]
    if kind == "truck":
        trim = ((210.0, 212.0, 214.0), (60.0, 90.0, 150.0), (150.0, 120.0, 60.0))[
            int(rng.integers(3))
        ]
    light = float(rng.uniform(0.88, 1.1))
    b, g, r = (min(240.0, max(14.0, c * light + float(rng.normal(0, 5)))) for c in color)
    return VehicleLook(kind, (length, width, height), (b, g, r), trim, int(rng.integers(2**31)))


@dataclass(frozen=True)
class Vehicle:
    """A vehicle that does one piece of driving after the other from `begin` on.

    `at` is its middle on the ground at the begin, `heading` where its front points, `speed` its
    speed then in m/s. Before `begin` it is not there; with `leaves`, after the last piece neither.
    `lights` turns the lamps on (night, tunnel). An empty list of pieces is a parked vehicle.
    """

    seed: int
    at: Point2 = (0.0, 0.0)
    heading: float = 0.0
    look: VehicleLook | None = None
    begin: float = -math.inf
    speed: float = 0.0
    leaves: bool = False
    lights: bool = False
    driving: tuple[Driving, ...] = ()

    def does(self, *driving: Driving) -> Vehicle:
        """Return the same vehicle with these pieces after those already given."""
        return replace(self, look=self.painted, driving=(*self.driving, *driving))

    @cached_property
    def painted(self) -> VehicleLook:
        """Return the look: the given one, or a car drawn from the seed."""
        return self.look or draw_vehicle(np.random.default_rng([self.seed, 11]))

    @cached_property
    def course(self) -> Course:
        """Return where it is at any time: `span(piece)`, `stops()`, `rolling(at)`, `end`."""
        begin = self.begin if math.isfinite(self.begin) else 0.0
        return Course.of(self.at, self.heading, begin, self.speed, self.driving)

    def place(self, at: float) -> Point2:
        """Return its middle on the ground at a time."""
        return self.course.rolling(at).place

    def present(self, at: float) -> bool:
        """Return whether it is in the scene."""
        return at >= self.begin and not (self.leaves and at >= self.course.end)

    def bodies(self, at: float) -> tuple[Body, ...]:
        if not self.present(at):
            return ()
        look, rolling = self.painted, self.course.rolling(at)
        return (_body(look, rolling.place, rolling.heading, self._signals(rolling, at)),)

    def _signals(self, rolling: Rolling, at: float) -> coachwork.Signals:
        blink = (at * _BLINKS + (self.seed % 7) / 7) % 1.0 < 0.5
        return coachwork.Signals(
            head=self.lights,
            brake=rolling.braking,
            left=blink and rolling.signal in ("left", "both"),
            right=blink and rolling.signal in ("right", "both"),
            back=rolling.speed < 0.0,
            rolled=rolling.rolled,
        )


@lru_cache(maxsize=64)
def _body(look: VehicleLook, place: Point2, heading: float, lit: coachwork.Signals) -> Body:
    """Return a vehicle at a place; kept, since most vehicles of a scene stand."""
    own = frame((*place, 0.0), heading)
    solids = heavy.build(own, look.kind, look.size, look.color, look.trim, lit)
    return Body(look.label, tuple(solids), (), _lamps(own, look, lit))


_BLINKS = 1.5
"""Blinks a second: between 1 and 2 by UN Regulation No. 6."""
_WHITE: Color = (225.0, 245.0, 255.0)
_RED: Color = (40.0, 40.0, 255.0)
_AMBER: Color = (40.0, 150.0, 255.0)


def _lamps(own: Frame, look: VehicleLook, lit: coachwork.Signals) -> tuple[Lamp, ...]:
    half, side, high = coachwork.lamps(look.size)
    found: list[Lamp] = []
    for y, amber in ((side, lit.left), (-side, lit.right)):
        if lit.head:
            found.append(Lamp(own.point(half, y, high), _WHITE, 14.0))
        if lit.head or lit.brake:
            found.append(Lamp(own.point(-half, y, high), _RED, 3.0 if lit.brake else 1.5))
        if amber:
            found.append(Lamp(own.point(half, y, high), _AMBER, 1.5))
            found.append(Lamp(own.point(-half, y, high), _AMBER, 1.5))
        if lit.back:
            found.append(Lamp(own.point(-half, y * 0.8, high), _WHITE, 2.5))
    return tuple(found)
