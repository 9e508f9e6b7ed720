"""Small stages and shots that tests draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scenes.camera import Camera
from scenes.light import Lighting, overcast
from scenes.places.parts import box, rect
from scenes.sensor import Sensor
from scenes.shapes import Body, Capsule, Color, Point3
from scenes.shot import Shot
from scenes.stage import Block, Bowl, Layer, Polygon, Stage

PLAIN = Sensor(noise=0.0, blur=0.0, quality=0, vignette=0.0, clock=False)
CAMERA = Camera((0.0, 0.0, 5.0), 0.0, 25.0, 0.8, (320, 180))


@dataclass(frozen=True)
class Still:
    """Bodies that stand; with `until` they are gone from then on."""

    standing: tuple[Body, ...]
    until: float = 1e9

    def bodies(self, at: float) -> tuple[Body, ...]:
        return self.standing if at < self.until else ()


def floor(*blocks: Block, bowl: Bowl | None = None) -> Stage:
    """Return level grey asphalt."""
    ground = Layer("asphalt", rect(-200, 200, -20, 400), (110.0, 110.0, 110.0))
    regions: dict[str, tuple[Polygon, ...]] = {"carriageway": (rect(-20, 20, 4, 40),)}
    return Stage("floor", 1, (ground,), regions, blocks, bowl=bowl or Bowl())


def cuboid(
    x: float, y: float, side: float = 1.0, label: str = "car", color: Color = (40.0, 40.0, 200.0)
) -> Body:
    """Return a cube on the ground whose middle is (x, y)."""
    half = side / 2
    return Body(label, box((x - half, y - half, 0.0), (x + half, y + half, side), color))


def man(x: float, y: float) -> Body:
    """Return a pillar with a head, whose joints are at its top and its foot."""
    top: Point3 = (x, y, 1.7)
    solids = (
        Capsule((x, y, 0.15), (x, y, 1.4), 0.15, 0.2, (60.0, 120.0, 60.0)),
        Capsule(top, top, 0.12, 0.12, (120.0, 150.0, 190.0)),
    )
    return Body("person", solids, (top, (x, y, 0.2)))


def shot(*bodies: Body, stage: Stage | None = None, camera: Camera = CAMERA, **more: Any) -> Shot:
    """Return a shot of bodies that stand on the floor, by a plain sensor on a grey day."""
    more.setdefault("sensor", PLAIN)
    more.setdefault("lighting", Lighting(overcast()))
    stage = stage or floor()
    return Shot("shot", "test", 3, stage, camera, 60.0, (Still(bodies),), **more)
