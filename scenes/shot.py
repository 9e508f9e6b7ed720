"""A shot: a stage, a camera, light, weather and actors put together into pictures with labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scenes import painter, sensor
from scenes.backdrop import Backdrop, backdrop
from scenes.bake import Baked, bake, sun_map
from scenes.camera import Camera
from scenes.light import Light, Lighting
from scenes.scene import Frame, Pixels
from scenes.sensor import Sensor
from scenes.shading import Shade
from scenes.shapes import Actor, Body
from scenes.stage import Stage
from scenes.texture import Map
from scenes.water import Water
from scenes.weather import Weather


@dataclass(frozen=True)
class Shot:
    """One shot of one camera; a `scenes.scene.Scene`.

    Everything that it shows follows from its fields and the time: it keeps nothing but worked-out
    pictures of its stage, so that frames may be asked for in any order.
    """

    name: str
    script: str
    seed: int
    stage: Stage
    camera: Camera
    duration_s: float
    actors: tuple[Actor, ...] = ()
    truth: dict[str, Any] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()
    lighting: Lighting = field(default_factory=Lighting)
    weather: Weather = field(default_factory=Weather)
    sensor: Sensor = field(default_factory=Sensor)
    water: Water | None = None
    _kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def size(self) -> tuple[int, int]:
        """Return (width, height) in pixels."""
        return self.camera.size

    def bodies(self, at: float) -> tuple[Body, ...]:
        """Return everything that the actors are at `at` seconds."""
        return tuple(body for actor in self.actors for body in actor.bodies(at))

    def render(self, at: float) -> Frame:
        """Return the picture at `at` seconds; the same for the same shot and time, always."""
        light = self.lighting.at(at)
        baked, back = self._baked(self.camera), self._backdrop(self.camera, light)
        pixels = back.pixels.copy()
        bodies = self.bodies(at)
        marked = []
        if bodies:
            near = baked.near
            painter.paint_shadows(pixels, back, self.camera, bodies, light, near)
            shade = self._shade(bodies, light)
            drawn = painter.paint_bodies(pixels, self.camera, bodies, shade, near)
            marked = [m for m in (painter.marked(d, self.camera) for d in drawn) if m]
        rng = np.random.default_rng((self.seed, round(at * 1000)))
        return Frame(sensor.expose(pixels, self.sensor, light, at, rng), tuple(marked))

    def _baked(self, camera: Camera) -> Baked:
        baked: Baked = self._keep("baked", camera, lambda: bake(self.stage, camera), 3)
        return baked

    def _sunlit(self, camera: Camera, light: Light) -> Map:
        key = (camera, light.azimuth, light.elevation)
        towards = light.towards
        made: Map = self._keep(
            "sun", key, lambda: sun_map(self._baked(camera), self.stage, towards), 3
        )
        return made

    def _backdrop(self, camera: Camera, light: Light) -> Backdrop:
        def make() -> Backdrop:
            return backdrop(self._baked(camera), self._sunlit(camera, light), light)

        made: Backdrop = self._keep("light", (camera, light), make, 4)
        return made

    def _shade(self, bodies: tuple[Body, ...], light: Light) -> Shade:
        baked, sunlit = self._baked(self.camera), self._sunlit(self.camera, light)
        sun, sky = np.ones(len(bodies)), np.ones(len(bodies))
        level = max(float(light.towards[2]), 0.05)
        for i, body in enumerate(bodies):
            spot, depth = self.camera.project(painter.foot(body))
            if depth > 0.3:
                x, y = (int(v) for v in spot)
                if 0 <= x < self.size[0] and 0 <= y < self.size[1] and baked.ground[y, x]:
                    sun[i] = min(1.0, float(sunlit[y, x]) / level)
                    sky[i] = float(baked.sky[y, x])
        lamps = (*self.stage.lamps, *(lamp for body in bodies for lamp in body.lamps))
        return Shade(light, np.array(self.camera.at), lamps, sun, sky)

    def _keep(self, kind: str, key: Any, make: Any, count: int) -> Any:
        """Return what was made for `key` before, or make it; `count` of a kind are kept."""
        kept = self._kept.setdefault(kind, {})
        if key not in kept:
            if len(kept) >= count:
                kept.pop(next(iter(kept)))
            kept[key] = make()
        return kept[key]


def still(shot: Shot, at: float) -> Pixels:
    """Return one picture of a shot without its labels."""
    return shot.render(at).pixels
