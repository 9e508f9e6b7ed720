"""A shot: a stage, a camera, light, weather and actors put together into pictures with labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np

from scenes import painter, relight, sensor, weather, wet
from scenes.backdrop import Backdrop, backdrop
from scenes.bake import Baked, bake, mirrored_body, sun_map
from scenes.camera import Camera, Zone
from scenes.light import Light, Lighting
from scenes.painter import Drawn
from scenes.scene import Frame, Pixels
from scenes.sensor import Sensor
from scenes.shading import Shade
from scenes.shapes import Actor, Body, Lamp
from scenes.stage import Stage
from scenes.texture import Map
from scenes.unsteady import Move, Shake, homography, posed, swung
from scenes.water import Water, share_of, sunk
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
    shake: Shake | None = None
    moves: tuple[Move, ...] = ()
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
        shown = sensor.shown_at(self.sensor, at)
        light = self.lighting.at(shown)
        held, true = posed(self.camera, self.moves, shown)
        if self.shake is not None:
            true = swung(true, self.shake, shown)
        margin = self._margin(held)
        inner = held.padded(margin) if margin else held
        pixels, drawn = self._seen(inner, light, shown)
        if held != true:
            pixels, drawn = _turned(pixels, drawn, inner, true)
        elif margin:
            pixels = pixels[margin:-margin, margin:-margin]
        pixels = self._before_lens(pixels, light, shown)
        rng = np.random.default_rng((self.seed, round(shown * 1000)))
        image = sensor.expose(pixels, self.sensor, light, at, rng, self.seed, shown)
        marked = tuple(m for m in (painter.marked(d, true) for d in drawn) if m)
        return Frame(image, marked)

    def outline(self, body: Body) -> tuple[float, float, float, float] | None:
        """Return the box of any body, seen or not, in fractions of the picture and cut at its edge.

        None when it lies outside. For the boxes of truth; the camera's shake is left out.
        """
        return painter.outline(body, self.camera)

    def water_share(self, zone: Zone, at: float) -> float:
        """Return which share (0..1) of a zone of the picture is under water at `at` seconds.

        Of the zone's pixels, also those that something stands on: as the eye judges the picture,
        what hides ground does not count as water.
        """
        if self.water is None:
            return 0.0
        ground = self._ground(self.camera)
        return share_of(ground.height, zone, self.water.level.at(at))

    def _seen(self, camera: Camera, light: Light, at: float) -> tuple[Pixels, list[Drawn]]:
        """The world before the camera, without what lies on the lens."""
        baked, back = self._baked(camera), self._backdrop(camera, light)
        pixels = back.pixels.copy()
        bodies = self.bodies(at)
        lamps = relight.headlights(bodies) if light.lamps > 0.05 else []
        if self.water is not None:
            level = self.water.level.at(at)
            bodies = tuple(sunk(body, self.stage.bowl, level) for body in bodies)
        self._relight(pixels, baked, back, light, bodies, lamps, at)
        pixels = self._ground_weather(pixels, camera, light, bodies, lamps, at)
        wind = self.weather.wind.at(at)
        if wind > 0 and self.stage.trees:
            weather.swayed(pixels, baked.leaves, wind, at, self.seed)
        fog = self.weather.fog.at(at)
        if fog > 0:
            pixels = self._fogged(pixels, baked, light, fog)
        drawn: list[Drawn] = []
        if bodies:
            shade = self._shade(camera, bodies, light, fog, at)
            drawn = painter.paint_bodies(pixels, camera, bodies, shade, baked.near)
        if light.lamps > 0.05:
            relight.glare(pixels, baked, lamps, light.lamps * min(1.6, light.exposure))
        return pixels, drawn

    def _relight(
        self,
        pixels: Pixels,
        baked: Baked,
        back: Backdrop,
        light: Light,
        bodies: Sequence[Body],
        lamps: Sequence[Any],
        at: float,
    ) -> None:
        change = relight.Relight(baked, back)
        cloudy = self.lighting.clouds.at(at)
        if cloudy > 0 and light.sun > 0.02 and not self.stage.indoor:
            change.clouds(cloudy, self.lighting.cloud_speed * at, self.seed)
        if bodies:
            change.shadows(bodies, light)
        if lamps:
            change.pools(relight.pools_of(lamps), light.lamps)
        change.apply(pixels)

    def _ground_weather(
        self,
        pixels: Pixels,
        camera: Camera,
        light: Light,
        bodies: Sequence[Body],
        lamps: Sequence[Any],
        at: float,
    ) -> Pixels:
        """Snow that lies, wet ground, standing water."""
        damp, lies = self.weather.wet.at(at), self.weather.snow_lies.at(at)
        level = self.water.level.at(at) if self.water is not None else 0.0
        baked = self._baked(camera)
        if lies > 0:
            ground = self._ground(camera)
            pixels = wet.snowed(pixels, self._white(camera, light), baked, ground, lies)
        if damp <= 0 and level <= 0:
            return pixels
        mirror = self._mirror(camera, light).pixels.copy()
        below = self._baked(camera, mirrored=True)
        upside = [mirrored_body(body) for body in bodies]
        if upside:
            shade = self._shade(camera, bodies, light, 0.0, at)
            painter.paint_bodies(mirror, camera, upside, shade, below.near, fine=False)
        if light.lamps > 0.05:
            relight.glare(mirror, below, lamps, 1.4 * light.lamps, -1.0)
        ground = self._ground(camera)
        if damp > 0:
            pixels = wet.wetted(pixels, mirror, ground, baked, damp)
        if self.water is not None and level > 0:
            pixels = wet.flooded(pixels, mirror, ground, baked, self.water, light, at, self.seed)
        return pixels

    def _before_lens(self, pixels: Pixels, light: Light, at: float) -> Pixels:
        rain, snow, drop = (
            curve.at(at) for curve in (self.weather.rain, self.weather.snow, self.weather.drop)
        )
        if (rain > 0 or snow > 0) and not self.stage.indoor:
            bright = min(235.0, 60 + 190 * (light.sky + light.sun) + 90 * light.infrared)
            pixels = weather.falling(pixels, rain, snow, bright, at, self.seed)
        return weather.dropped(pixels, drop, self.seed) if drop > 0 else pixels

    def _fogged(self, pixels: Pixels, baked: Baked, light: Light, fog: float) -> Pixels:
        def make() -> tuple[Map, Pixels]:
            away = np.linalg.norm(baked.place - np.array(baked.camera.at, np.float32), axis=-1)
            share = weather.fog_share(away.astype(np.float32), fog)
            return share, np.full_like(pixels, _fog_color(light).astype(np.uint8))

        key = (baked.camera, light, round(fog, 3))
        share, color = self._keep("fog", key, make, 2)
        mixed = cv2.blendLinear(pixels, color, 1 - share, share)
        return np.asarray(mixed, np.uint8)

    def _margin(self, held: Camera) -> int:
        """How many pixels more are needed on each side so that a shake shows no edge."""
        if self.shake is None:
            return 0
        swing = np.radians(self.shake.degrees) * held.focal_px
        return int(np.ceil(1.6 * swing)) + 2

    def _baked(self, camera: Camera, mirrored: bool = False) -> Baked:
        baked: Baked = self._keep(
            "baked", (camera, mirrored), lambda: bake(self.stage, camera, mirrored), 4
        )
        return baked

    def _sunlit(self, camera: Camera, light: Light, mirrored: bool = False) -> Map:
        key = (camera, mirrored, light.azimuth, light.elevation)

        def make() -> Map:
            return sun_map(self._baked(camera, mirrored), self.stage, light.towards)

        made: Map = self._keep("sun", key, make, 4)
        return made

    def _backdrop(self, camera: Camera, light: Light) -> Backdrop:
        def make() -> Backdrop:
            return backdrop(self._baked(camera), self._sunlit(camera, light), light)

        made: Backdrop = self._keep("light", (camera, light), make, 3)
        return made

    def _mirror(self, camera: Camera, light: Light) -> Backdrop:
        def make() -> Backdrop:
            sunlit = self._sunlit(camera, light, mirrored=True)
            return backdrop(self._baked(camera, mirrored=True), sunlit, light)

        made: Backdrop = self._keep("mirror", (camera, light), make, 2)
        return made

    def _white(self, camera: Camera, light: Light) -> Pixels:
        def make() -> Pixels:
            baked = self._baked(camera)
            white = replace(baked, albedo=np.full_like(baked.albedo, 0.78))
            return backdrop(white, self._sunlit(camera, light), light).pixels

        made: Pixels = self._keep("white", (camera, light), make, 2)
        return made

    def _ground(self, camera: Camera) -> wet.Ground:
        def make() -> wet.Ground:
            return wet.ground_of(self._baked(camera), self.stage.bowl, self.stage.seed)

        made: wet.Ground = self._keep("ground", camera, make, 2)
        return made

    def _shade(
        self, camera: Camera, bodies: Sequence[Body], light: Light, fog: float, at: float
    ) -> Shade:
        baked, sunlit = self._baked(camera), self._sunlit(camera, light)
        sun, sky = np.ones(len(bodies)), np.ones(len(bodies))
        level = max(float(light.towards[2]), 0.05)
        width, height = camera.size
        feet = {i: painter.foot(body) for i, body in enumerate(bodies) if body.solids}
        for i, foot in feet.items():
            spot, depth = camera.project(foot)
            x, y = (int(v) for v in spot.clip(-9, 9999))
            if depth > 0.3 and 0 <= x < width and 0 <= y < height and baked.ground[y, x]:
                sun[i] = min(1.0, float(sunlit[y, x]) / level)
                sky[i] = float(baked.sky[y, x])
        lamps = tuple(lamp for lamp in self.stage.lamps if _reaches(lamp, list(feet.values())))
        moving = tuple(
            (lamp, i)
            for i, body in enumerate(bodies)
            for lamp in body.lamps[:2]
            if light.lamps > 0 and lamp.reach > 4
        )
        mist = (fog, _fog_color(light)) if fog > 0 else None
        return Shade(light, np.array(camera.at), lamps, moving, sun, sky, mist)

    def _keep(self, kind: str, key: Any, make: Any, count: int) -> Any:
        """Return what was made for `key` before, or make it; `count` of a kind are kept."""
        kept = self._kept.setdefault(kind, {})
        if key not in kept:
            if len(kept) >= count:
                kept.pop(next(iter(kept)))
            kept[key] = make()
        return kept[key]


def _reaches(lamp: Lamp, feet: Sequence[Any]) -> bool:
    return any(np.hypot(*(foot[:2] - lamp.at[:2])) < lamp.reach for foot in feet)


def _fog_color(light: Light) -> Any:
    """What fog looks like under a light, displayed BGR."""
    level = 0.75 * (light.sky + 0.5 * light.sun) + 0.02 * light.lamps + 0.1 * light.infrared
    return np.full(3, 255 * 1.09 * np.sqrt(level * light.exposure / (1 + 0.4 * level)))


def _turned(
    pixels: Pixels, drawn: Sequence[Drawn], held: Camera, true: Camera
) -> tuple[Pixels, list[Drawn]]:
    """The picture of one pose as another pose at the same place sees it."""
    matrix = homography(held, true)
    warped = cv2.warpPerspective(
        pixels, matrix, true.size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    moved = []
    for one in drawn:
        x1, y1, x2, y2 = one.box
        corners = np.array([[[x1, y1], [x2, y1], [x2, y2], [x1, y2]]])
        there = cv2.perspectiveTransform(corners, matrix)[0]
        low, high = there.min(0), there.max(0)
        box = float(low[0]), float(low[1]), float(high[0]), float(high[1])
        moved.append(replace(one, box=box))
    return np.asarray(warped, np.uint8), moved
