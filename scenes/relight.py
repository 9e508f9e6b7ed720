"""Light that changes from picture to picture: shadows of bodies and clouds, pools of headlights."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from scenes import shadow
from scenes.backdrop import Backdrop, toned
from scenes.bake import Baked
from scenes.camera import Floats
from scenes.light import Light
from scenes.scene import Pixels
from scenes.shading import lamp_light
from scenes.shadow import Box
from scenes.shapes import Body, Lamp
from scenes.texture import Map, clouds

_TILE = 48
_ALL = 0.998
"""Light is worked out anew in squares of so many pixels, where less than so much is left."""


class Relight:
    """What is taken from and added to a backdrop for one picture, and where."""

    def __init__(self, baked: Baked, back: Backdrop) -> None:
        self._baked, self._back = baked, back
        self._sun: Map | None = None
        self._sky: Map | None = None
        self._extra: Map | None = None
        self._box: Box | None = None

    def clouds(self, strength: float, drift: float, seed: int) -> None:
        """Let cloud shadows lie on the place; `drift` is how many metres they have travelled."""
        place = self._baked.place[::4, ::4]
        x, y = place[..., 0] - np.float32(drift), place[..., 1] - np.float32(0.4 * drift)
        lumps = clouds(x, y, 22.0, seed + 77, 0.0, 2)
        free = 1 - strength * np.clip(0.5 + 2.2 * lumps, 0, 1)
        height, width = self._baked.sky.shape
        self._sun = np.asarray(cv2.resize(free.astype(np.float32), (width, height)), np.float32)
        self._grow((0, 0, width, height))

    def shadows(self, bodies: Sequence[Body], light: Light) -> None:
        """Take the light that bodies keep from the ground."""
        camera, back = self._baked.camera, self._back
        contact = shadow.cast(bodies, camera, np.array([0.0, 0.0, 1.0]), 0.7)
        sunny = light.sun > 0.02 and bool(back.sun.any())
        outlines = shadow.cast(bodies, camera, light.towards) if sunny else []
        scale = camera.size[0] / 640
        box = shadow.extent([*contact, *outlines], camera.size, int(12 * scale))
        if box is None:
            return
        cut = (slice(box[1], box[3]), slice(box[0], box[2]))
        flat = self._baked.near[cut] == 0
        much = 0.4 + 0.2 * light.soft
        self._sky = np.ones(self._baked.sky.shape, np.float32)
        blur = (1.6 + 2 * light.soft) * scale
        self._sky[cut] -= much * shadow.mask(contact, box, blur) * flat
        if sunny:
            sun = np.ones_like(self._sky) if self._sun is None else self._sun
            taken = shadow.mask(outlines, box, (0.6 + 4 * light.soft) * scale)
            sun[cut] *= 1 - 0.97 * taken * flat
            self._sun = sun
        self._grow(box)

    def pools(self, lamps: Sequence[Lamp], strength: float) -> None:
        """Add the light that moving lamps throw on what is round them."""
        baked = self._baked
        for lamp in lamps:
            box = _round(baked, lamp)
            if box is None:
                continue
            cut = (slice(box[1], box[3]), slice(box[0], box[2]))
            place = baked.place[cut][::4, ::4].astype(float)
            normal = baked.normal[cut][::4, ::4].astype(float)
            flat = lamp_light(place.reshape(-1, 3), normal.reshape(-1, 3), (lamp,))
            coarse = (strength * flat).reshape(place.shape).astype(np.float32)
            light = cv2.resize(coarse, (box[2] - box[0], box[3] - box[1]))
            if self._extra is None:
                self._extra = np.zeros((*baked.sky.shape, 3), np.float32)
            self._extra[cut] += baked.albedo[cut] * np.asarray(light, np.float32)
            self._grow(box)

    def apply(self, pixels: Pixels) -> None:
        """Work the changes into `pixels`, which show the backdrop as it is."""
        if self._box is None:
            return
        x1, y1, x2, y2 = self._box
        for row, column in np.argwhere(self._changed((slice(y1, y2), slice(x1, x2)))).tolist():
            y, x = y1 + row * _TILE, x1 + column * _TILE
            cut = (slice(y, min(y + _TILE, y2)), slice(x, min(x + _TILE, x2)))
            pixels[cut] = self._toned(cut)

    def _changed(self, cut: tuple[slice, slice]) -> NDArray[np.bool_]:
        """Which tiles of a cut differ from the backdrop."""
        changed: NDArray[np.bool_] = np.zeros(self._baked.sky[cut].shape, np.bool_)
        for left in (self._sky, self._sun):
            if left is not None:
                changed |= left[cut] < _ALL
        if self._extra is not None:
            changed |= self._extra[cut][..., 1] > 1 - _ALL
        rows = np.arange(0, changed.shape[0], _TILE)
        columns = np.arange(0, changed.shape[1], _TILE)
        tiles = np.logical_or.reduceat(np.logical_or.reduceat(changed, rows, 0), columns, 1)
        return np.asarray(tiles, np.bool_)

    def _toned(self, cut: tuple[slice, slice]) -> Pixels:
        steady, sun = self._back.steady[cut], self._back.sun[cut]
        light = steady * self._sky[cut][..., None] if self._sky is not None else steady.copy()
        light += sun * self._sun[cut][..., None] if self._sun is not None else sun
        if self._extra is not None:
            light += self._extra[cut]
        return toned(light, self._back.exposure)

    def _grow(self, box: Box) -> None:
        known = self._box or box
        self._box = (
            min(known[0], box[0]),
            min(known[1], box[1]),
            max(known[2], box[2]),
            max(known[3], box[3]),
        )


def _round(baked: Baked, lamp: Lamp) -> Box | None:
    """The part of the picture that a lamp can light."""
    x, y, _ = lamp.at
    reach = lamp.reach * 0.8
    ring: Floats = np.array(
        [(x + dx * reach, y + dy * reach, z) for dx in (-1, 1) for dy in (-1, 1) for z in (0, 1)]
    )
    pixels, depths = baked.camera.project(ring)
    if (depths < 0.3).all():
        return None
    if (depths < 0.3).any():
        return 0, 0, baked.camera.size[0], baked.camera.size[1]
    return shadow.extent([pixels], baked.camera.size, 0)


def headlights(bodies: Sequence[Body]) -> list[tuple[Lamp, Floats]]:
    """Return the lamps of bodies as they light the ground, each with the way it shines.

    A lamp shines away from the middle of its body; its pool lies that way before it.
    """
    found = []
    for body in bodies:
        if not body.lamps:
            continue
        points = np.array([s.a if hasattr(s, "a") else s.corners[0] for s in body.solids])
        middle = points.mean(0)
        for lamp in body.lamps:
            way = np.array(lamp.at) - middle
            way[2] = 0
            length = float(np.hypot(way[0], way[1]))
            way = way / length if length > 0.3 else np.zeros(3)
            found.append((lamp, way))
    return found


def pools_of(lamps: Sequence[tuple[Lamp, Floats]]) -> list[Lamp]:
    """Return lamps moved to where they light the ground most; a pair makes one pool."""
    found: list[Lamp] = []
    for lamp, way in lamps:
        ahead = np.array(lamp.at) + way * lamp.reach * 0.3
        at = float(ahead[0]), float(ahead[1]), lamp.at[2] + 0.5
        near = [
            i for i, known in enumerate(found) if np.hypot(*np.subtract(known.at, at)[:2]) < 2.2
        ]
        if near and found[near[0]].color == lamp.color:
            other = found[near[0]]
            x, y, z = ((a + b) / 2 for a, b in zip(other.at, at, strict=True))
            twice = tuple(min(340.0, c * 1.41) for c in lamp.color)
            found[near[0]] = Lamp((x, y, z), (twice[0], twice[1], twice[2]), lamp.reach)
        else:
            found.append(Lamp(at, lamp.color, lamp.reach))
    return found


def glare(
    pixels: Pixels,
    baked: Baked,
    lamps: Sequence[tuple[Lamp, Floats]],
    strength: float,
    flip: float = 1.0,
) -> None:
    """Add halos round lamps that shine at the camera; with `flip` -1 as water mirrors them."""
    camera = baked.camera
    eye = np.array(camera.at)
    for lamp, way in lamps:
        at = np.array(lamp.at) * (1, 1, flip)
        pixel, depth = camera.project(at)
        x, y = (int(v) for v in pixel.clip(-5000, 5000))
        if depth < 0.5 or not (0 <= x < camera.size[0] and 0 <= y < camera.size[1]):
            continue
        if flip > 0 and baked.near[y, x] > 1 / float(depth) * 1.05 + 0.003:
            continue
        to = (eye - np.array(lamp.at)) / np.linalg.norm(eye - np.array(lamp.at))
        facing = float(to @ way) if way.any() else 0.8
        power = strength * max(0.0, facing) ** 1.5 * min(1.0, 0.25 + lamp.reach / 14)
        size = int(
            np.clip(camera.focal_px * (0.35 + lamp.reach * 0.07) / depth, 3, camera.size[0] / 5)
        )
        _add(pixels, x, y, _halo(size, 5.0 if flip < 0 else 1.0), power, lamp.color)


def _halo(size: int, tall: float) -> Map:
    """A round glow with a hard middle (h, w), 0..1; `tall` stretches it downwards."""
    v, u = np.mgrid[-size : size + 1, -size : size + 1].astype(np.float32) / size
    away = np.sqrt(u * u + (v / tall) ** 2) if tall > 1 else np.hypot(u, v)
    glow = 0.35 * np.exp(-4.5 * away) + np.exp(-((away * 7) ** 2))
    fade = np.clip(1 - np.maximum(np.abs(u), np.abs(v)), 0, 1)
    result: Map = (glow * np.minimum(1, fade * 2)).astype(np.float32)
    return result


def _add(
    pixels: Pixels, x: int, y: int, glow: Map, power: float, color: tuple[float, float, float]
) -> None:
    size = glow.shape[0] // 2
    height, width = pixels.shape[:2]
    x1, y1, x2, y2 = (
        max(x - size, 0),
        max(y - size, 0),
        min(x + size + 1, width),
        min(y + size + 1, height),
    )
    if x1 >= x2 or y1 >= y2 or power <= 0.01:
        return
    part = glow[y1 - y + size : y2 - y + size, x1 - x + size : x2 - x + size]
    tone = np.array(color, np.float32) * 0.75 + 70
    light = part[..., None] * (tone * power)
    pixels[y1:y2, x1:x2] = cv2.add(pixels[y1:y2, x1:x2], light.astype(np.float32), dtype=cv2.CV_8U)
