"""The fixed part of a picture under one light: what of it is sky and lamp, what is sun."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from scenes.bake import Baked
from scenes.light import Light
from scenes.scene import Pixels
from scenes.shading import SHOULDER, WHITE
from scenes.texture import Map


@dataclass(frozen=True, slots=True)
class Backdrop:
    """Light that reaches the camera, arrays (h, w, 3): `steady` without the sun, and `sun`."""

    steady: Map
    sun: Map
    exposure: float
    pixels: Pixels


def backdrop(baked: Baked, sunlit: Map, light: Light) -> Backdrop:
    """Return what `baked` looks like under `light`; `sunlit` (h, w) is `bake.sun_map`."""
    clear = (1 - baked.air)[..., None]
    albedo = baked.albedo * clear
    lit = baked.sky[..., None] * np.array(light.sky * np.array(light.sky_color), np.float32)
    if light.lamps > 0:
        lit = lit + light.lamps * baked.lamps
    if light.infrared > 0:
        lit = lit + light.infrared * baked.infrared[..., None]
    steady = albedo * lit
    steady = steady + light.lamps * baked.glow * clear + baked.air[..., None] * air(baked, light)
    level = max(0.35, float(light.towards[2]))
    tint = np.array(light.sun * np.array(light.sun_color), np.float32)
    steady += albedo * (0.06 * level) * tint
    sun = albedo * sunlit[..., None] * tint
    if light.gray:
        steady, sun = gray(steady), gray(sun)
    steady, sun = steady.astype(np.float32), sun.astype(np.float32)
    return Backdrop(steady, sun, light.exposure, toned(steady + sun, light.exposure))


def air(baked: Baked, light: Light) -> Map:
    """Return the light of the sky (h, w, 3), whiter towards the horizon and bluer above."""
    blue = 1 - light.soft
    horizon = np.array((1.02, 1.0, 0.98)) + blue * np.array((0.1, 0.0, -0.08))
    zenith = np.array((1.0, 0.98, 0.96)) + blue * np.array((0.15, -0.2, -0.45))
    strength = 1.25 * light.sky + 0.35 * light.sun * blue
    share = np.clip(baked.high * 2.2, 0, 1)[..., None]
    color = (horizon * (1 - share) + zenith * share) * np.array(light.sky_color) ** 0.5
    glow = light.lamps * np.array((0.004, 0.006, 0.009))
    result: Map = (color * strength + glow).astype(np.float32)
    return result


def gray(image: Map) -> Map:
    """Return an image (h, w, 3) without colour."""
    flat = cv2.transform(image, np.array([[0.11, 0.59, 0.30]]))
    return np.asarray(cv2.merge([flat, flat, flat]), np.float32)


def toned(light: Map, exposure: float) -> Pixels:
    """Return light (h, w, 3) as a picture: the same curve as `shading.display`."""
    scaled = light * np.float32(exposure)
    scaled /= SHOULDER * scaled + 1
    cv2.sqrt(scaled, scaled)
    return np.asarray(cv2.convertScaleAbs(scaled, alpha=255 * WHITE), np.uint8)
