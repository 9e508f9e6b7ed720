"""What actors are made of: solids in the world, in metres, and the bodies that they add up to.

World: x to the right along the street, y away from the camera, z up, the ground at z = 0.
Colours are BGR, 0..255, as in full daylight; light and shade are the stage's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

Point3 = tuple[float, float, float]
Color = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Capsule:
    """A limb: a rounded cone from `a` to `b`. Equal ends make a sphere."""

    a: Point3
    b: Point3
    radius_a: float
    radius_b: float
    color: Color


@dataclass(frozen=True, slots=True)
class Face:
    """A flat convex polygon, seen from both sides; `normal` (unit length) takes the light.

    `shine` 0..1 is how much sky or lamp it mirrors: glass, car paint, wet things.
    """

    corners: tuple[Point3, ...]
    normal: Point3
    color: Color
    shine: float = 0.0


Solid = Capsule | Face


@dataclass(frozen=True, slots=True)
class Lamp:
    """Something that shines: a headlight, a tail light, a street lamp. `reach` in metres."""

    at: Point3
    color: Color
    reach: float


@dataclass(frozen=True, slots=True)
class Body:
    """One actor at one moment.

    `label` is the detector's class ('person', 'car', 'bus', 'truck', 'motorcycle', 'bicycle'), or
    '' for what no detector names (a bag, a cone, a dog). `keypoints` are the 17 COCO joints in
    world coordinates, () for what has none. Everything that belongs together is one body: a rider
    and the bicycle are two.
    """

    label: str
    solids: tuple[Solid, ...]
    keypoints: tuple[Point3, ...] = ()
    lamps: tuple[Lamp, ...] = ()


class Actor(Protocol):
    """Somebody or something in a scene. Pure: the same time gives the same bodies."""

    def bodies(self, at: float) -> tuple[Body, ...]:
        """Return what is there at `at` seconds of the scene; () while it is not there."""
        ...
