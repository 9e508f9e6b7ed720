"""A stage: the fixed place that a scene plays in, drawn from a seed.

How a story uses it::

    stage = street(seed)                              # scenes.places: street, square, yard, ...
    camera = stage.camera(seed, size=(640, 360))      # a plausible view of it; or Camera(...)
    stage.regions["carriageway"]                      # polygons in metres, tuple of polygons
    stage.lanes                                       # where traffic drives, which way
    stage.walks                                       # lines that people walk along
    zone = camera.zone(stage.regions["pavement"][0])  # polygon in fractions of the picture
    spots = stage.spots(camera, "pavement", seed)     # points (x, y) that the camera sees well
    shot = Shot(name=..., script=..., seed=seed, stage=stage, camera=camera, duration_s=60.0,
                actors=(...), truth={...})            # scenes.shot; light, weather, sensor, water
    shot.render(12.0).pixels

World: x to the right along the street, y away from the camera, z up, metres; the camera's pole
stands at about (0, 0). Regions that exist where they make sense: 'carriageway', 'pavement',
'crossing' (zebra), 'no_parking' (kerb side), 'parking' (bays in which one may stand), 'bays',
'square', 'floor', 'low_spot' (where water gathers), 'lawn'.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scenes.camera import Camera
from scenes.shapes import Body, Color, Lamp

Polygon = tuple[tuple[float, float], ...]
"""Convex where a story needs it; metres (x, y) on the ground."""

Material = Literal[
    "asphalt", "slabs", "cobbles", "concrete", "tiles", "grass", "paint", "stain", "crack", "iron"
]


@dataclass(frozen=True, slots=True)
class Layer:
    """One thing painted on the ground, over what came before it.

    `scale` is the size in metres of what repeats (a slab, a tile), `wear` 0..1 how worn it is,
    `raised` metres above the carriageway for what it looks like only (a kerb's light edge).
    """

    material: Material
    polygon: Polygon
    color: Color
    scale: float = 1.0
    wear: float = 0.3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """An upright box: a house, a wall, a bridge deck. Metres; `style` says how its sides look.

    Styles: 'house', 'shop' (a house with shops below), 'office', 'wall', 'concrete', 'shed',
    'ceiling', 'corridor'.
    """

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    style: str
    color: Color
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree or a bush (`trunk` 0): where it stands, how high, how wide its crown, in metres."""

    at: tuple[float, float]
    height: float
    crown: float
    color: Color
    trunk: float = 2.4
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of traffic: it is driven from `start` to `end` (x, y)."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: float = 3.2


@dataclass(frozen=True, slots=True)
class Bowl:
    """The ground's height, for water only: a smooth low spot, with kerbs that hold it a while.

    `radii` are where the ground lies about 0.1 m above the middle. `kerbs` are (y, sign, height):
    from that y on (towards sign) the ground lies `height` metres higher.
    """

    middle: tuple[float, float] = (0.0, 12.0)
    radii: tuple[float, float] = (5.0, 2.5)
    kerbs: tuple[tuple[float, int, float], ...] = ()
    seed: int = 0

    def height(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the height above the deepest spot in metres, shaped like `x` and `y`."""
        u = (x - self.middle[0]) / self.radii[0]
        v = (y - self.middle[1]) / self.radii[1]
        square = u * u + v * v
        height = 0.1 * square / (1 + 0.12 * square)
        phase = 1.7 * (self.seed % 97)
        waves = np.sin(1.3 * u * 2 + phase) + np.sin(1.7 * v * 2 + 2 * phase)
        waves += np.sin(2.9 * (u + v) * 2 + 3 * phase) * 0.6
        height = height * (1 + 0.16 * waves)
        for edge, sign, step in self.kerbs:
            height = height + step * np.clip(0.5 + sign * (y - edge) / 0.12, 0, 1)
        result: NDArray[np.float32] = height.astype(np.float32)
        return result


@dataclass(frozen=True, slots=True)
class Mount:
    """From where a camera may look at a stage: ranges (low, high) to draw from."""

    height: tuple[float, float] = (4.0, 8.0)
    pan: tuple[float, float] = (-50.0, 50.0)
    tilt: tuple[float, float] = (18.0, 32.0)
    focal: tuple[float, float] = (0.6, 1.0)
    at: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Stage:
    """A fixed place. `layers` are painted in order; `fixtures` are bodies that never move."""

    kind: str
    seed: int
    layers: tuple[Layer, ...]
    regions: dict[str, tuple[Polygon, ...]]
    blocks: tuple[Block, ...] = ()
    trees: tuple[Tree, ...] = ()
    fixtures: tuple[Body, ...] = ()
    lamps: tuple[Lamp, ...] = ()
    lanes: tuple[Lane, ...] = ()
    walks: tuple[Polygon, ...] = ()
    bowl: Bowl = field(default_factory=Bowl)
    mount: Mount = field(default_factory=Mount)
    indoor: bool = False

    def camera(
        self, seed: int, size: tuple[int, int] = (640, 360), pan: float | None = None
    ) -> Camera:
        """Return a plausible camera for this stage; with `pan` (degrees) it looks that way."""
        rng = np.random.default_rng((seed, 11))
        mount = self.mount
        height, drawn, tilt, focal = (
            float(rng.uniform(*span)) for span in (mount.height, mount.pan, mount.tilt, mount.focal)
        )
        roll, bend = float(rng.normal(0, 0.8)), -float(rng.uniform(0, 0.06))
        at = (mount.at[0], mount.at[1], height)
        return Camera(at, drawn if pan is None else pan, tilt, focal, size, roll, bend)

    def spots(
        self,
        camera: Camera,
        region: str,
        seed: int,
        count: int = 8,
        scale: tuple[float, float] = (0.02, 0.3),
    ) -> tuple[tuple[float, float], ...]:
        """Return up to `count` random points (x, y) of a region that the camera sees well.

        They lie inside the picture (at least 8 % from its edge), at least 0.4 m inside the
        region, where no house stands before them, and one metre there is between `scale[0]` and
        `scale[1]` of the picture's height.
        """
        rng = np.random.default_rng((seed, 12))
        found: list[tuple[float, float]] = []
        polygons = self.regions.get(region, ())
        for _ in range(200 * count if polygons else 0):
            polygon = np.array(polygons[int(rng.integers(len(polygons)))])
            x, y = (float(v) for v in rng.uniform(polygon.min(0), polygon.max(0)))
            spot = camera.spot((x, y, 0.0))
            if spot is None or not all(0.08 < v < 0.92 for v in spot):
                continue
            depth = float(camera.seen_from(np.array((x, y, 0.0)))[2])
            metre = camera.focal_px / depth / camera.size[1]
            if not scale[0] <= metre <= scale[1] or not _inside(polygon, x, y, 0.4):
                continue
            if not any(_hides(block, camera.at, (x, y, 0.3)) for block in self.blocks):
                found.append((x, y))
            if len(found) == count:
                break
        return tuple(found)

    def height(self, x: float, y: float) -> float:
        """Return the ground's height for water at (x, y): metres above the deepest spot."""
        spot = np.array([x], np.float32), np.array([y], np.float32)
        return float(self.bowl.height(*spot)[0])


def _inside(polygon: NDArray[np.float64], x: float, y: float, margin: float) -> bool:
    """Whether (x, y) lies at least `margin` metres inside a convex polygon."""
    ends = np.roll(polygon, -1, axis=0)
    along = ends - polygon
    across = along[:, 0] * (y - polygon[:, 1]) - along[:, 1] * (x - polygon[:, 0])
    distance = across / np.maximum(np.linalg.norm(along, axis=1), 1e-9)
    return bool((distance >= margin).all() or (distance <= -margin).all())


def _hides(
    block: Block, eye: tuple[float, float, float], point: tuple[float, float, float]
) -> bool:
    """Whether a block stands between two points."""
    a, b = np.array(eye), np.array(point)
    step = np.where(np.abs(b - a) < 1e-9, 1e-9, b - a)
    first, last = (np.array(block.low) - a) / step, (np.array(block.high) - a) / step
    enter, leave = np.minimum(first, last).max(), np.maximum(first, last).min()
    return bool(enter < leave and leave > 0 and enter < 1)
