"""How bright a spot is: from its normal, its place and the light of the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenes.camera import Floats
from scenes.light import Light
from scenes.shapes import Lamp
from scenes.weather import fog_share

SHOULDER = 0.4
WHITE = 1.09
"""The camera's curve: how early it holds bright things back, and what it makes of white."""
LAMP_GAIN = 2.2
"""How bright a lamp at full power is against a sunlit level thing."""


def linear(color: Floats) -> Floats:
    """Return colours 0..255 as light 0..1; the inverse of `display` at exposure 1."""
    light: Floats = (color / 255.0) ** 2
    return light


def display(light: Floats, exposure: float) -> Floats:
    """Return light as colours 0..255: a square root, with a shoulder where it grows too bright."""
    scaled = np.maximum(light, 0) * exposure
    colors: Floats = 255.0 * WHITE * np.sqrt(scaled / (1 + SHOULDER * scaled))
    return colors


def lamp_light(points: Floats, normals: Floats | None, lamps: Sequence[Lamp]) -> Floats:
    """Return the light (n, 3) that `lamps` throw on points (n, 3) at full power."""
    total = np.zeros(points.shape)
    for lamp in lamps:
        away = np.array(lamp.at) - points
        square = (away**2).sum(-1, keepdims=True)
        reach = lamp.reach
        fall = np.clip(1 - square / reach**2, 0, 1) ** 2 / (1 + square / (0.3 * reach) ** 2)
        if normals is None:
            facing = np.maximum(away[..., 2:], 0.0) / np.sqrt(square + 1e-6) + 0.1
        else:
            cosine = (away * normals).sum(-1, keepdims=True) / np.sqrt(square + 1e-6)
            facing = 0.25 + 0.75 * np.clip(cosine, 0, 1)
        total += fall * facing * linear(np.array(lamp.color)) * LAMP_GAIN
    return total


@dataclass(frozen=True, slots=True)
class Shade:
    """Turns points and normals into displayed colours; a `raster.Shader`.

    `lamps` stand; `moving` ones belong to a body (its index), which they do not light. `sunlit` is
    how much sun each body gets (0..1), `roofed` how much sky; `mist` is
    how much fog there is (0..1) and its displayed colour.
    """

    light: Light
    eye: Floats
    lamps: tuple[Lamp, ...]
    moving: tuple[tuple[Lamp, int], ...]
    sunlit: NDArray[np.float64]
    roofed: NDArray[np.float64]
    mist: tuple[float, Floats] | None = None

    def __call__(
        self,
        points: Floats,
        normals: Floats,
        colors: Floats,
        shine: Floats,
        body: NDArray[np.intp],
    ) -> Floats:
        light = self.light
        albedo = linear(colors)
        up = normals[:, 2:]
        near_ground = np.clip(points[:, 2:] / 0.6, 0, 1)
        sky = (0.62 + 0.38 * up) * (0.72 + 0.28 * near_ground) * self.roofed[body, None]
        lit = light.sky * sky * np.array(light.sky_color)
        cosine = np.clip(normals @ light.towards, 0, 1)[:, None] * self.sunlit[body, None]
        steep = max(0.35, float(light.towards[2]))
        lit = lit + light.sun * np.array(light.sun_color) * (cosine + 0.06 * steep)
        if light.lamps > 0:
            lit = lit + light.lamps * lamp_light(points, normals, self.lamps)
            for lamp, owner in self.moving:
                others = (body != owner)[:, None]
                lit = lit + others * light.lamps * lamp_light(points, normals, (lamp,))
        if light.infrared > 0:
            lit = lit + light.infrared * infrared_light(points, self.eye)[:, None]
        total = albedo * lit + self._mirrored(points, normals, shine, body)
        if light.gray:
            total = np.repeat(total @ np.array([[0.11], [0.59], [0.30]]), 3, axis=1)
        shown = display(total, light.exposure)
        if self.mist is None:
            return shown
        away = np.linalg.norm(points - self.eye, axis=1, keepdims=True).astype(np.float32)
        share = fog_share(away, self.mist[0])
        return shown * (1 - share) + self.mist[1] * share

    def _mirrored(
        self, points: Floats, normals: Floats, shine: Floats, body: NDArray[np.intp]
    ) -> Floats:
        """What shiny faces mirror: the sky above, the ground below, the sun as a glint."""
        if not shine.any():
            return np.zeros((len(points), 1))
        light = self.light
        view = points - self.eye
        view = view / np.linalg.norm(view, axis=1, keepdims=True)
        cosine = (view * normals).sum(1, keepdims=True)
        back = view - 2 * cosine * normals
        fresnel = shine[:, None] * (0.08 + 0.75 * (1 - np.abs(cosine)) ** 3)
        high = np.clip(back[:, 2:] * 3 + 0.35, 0, 1)
        sky = (light.sky * 1.3 + 0.25 * light.sun) * np.array(light.sky_color)
        world = high * sky * self.roofed[body, None] + (1 - high) * 0.22 * (light.sky + light.sun)
        glint = np.clip(back @ light.towards, 0, 1)[:, None] ** 60
        glow = light.sun * 2.0 * glint * self.sunlit[body, None] * np.array(light.sun_color)
        result: Floats = fresnel * (world + glow)
        return result


def infrared_light(points: Floats, eye: Floats) -> Floats:
    """Return how much of the camera's own infrared light reaches points (..., 3)."""
    square = ((points - eye) ** 2).sum(-1)
    light: Floats = 1.5 / (1 + square / 90.0)
    return light
