"""Ground that mirrors: wet asphalt and standing water, with bodies and lamps upside down in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from scenes.bake import Baked
from scenes.light import Light
from scenes.scene import Pixels
from scenes.shading import display, linear
from scenes.stage import Bowl
from scenes.texture import Map, clouds, noise
from scenes.water import Water


@dataclass(frozen=True, slots=True)
class Ground:
    """What water needs to know of each pixel, arrays (h, w).

    `height` of the ground above the deepest spot in metres (1e3 where there is no ground), how much
    level water `mirrors` (0..1), where `puddles` form first (0..1), one over how far it is.
    """

    height: Map
    mirrors: Map
    puddles: Map
    closeness: Map


def ground_of(baked: Baked, bowl: Bowl, seed: int) -> Ground:
    """Return the ground that a camera sees, for water."""
    x, y = baked.place[..., 0], baked.place[..., 1]
    away = baked.place - np.array(baked.camera.at, np.float32)
    far = np.linalg.norm(away, axis=-1)
    cosine = np.clip(baked.camera.at[2] / np.maximum(far, 0.1), 0, 1)
    mirrors = 0.05 + 0.95 * (1 - cosine) ** 4
    low = clouds(x, y, 2.6, seed + 41) + 0.5 * noise(x, y * 3, 1.1, seed + 42)
    height = np.where(baked.ground, bowl.height(x, y), 1e3)
    return Ground(
        height.astype(np.float32),
        mirrors.astype(np.float32) * baked.ground,
        np.clip(0.5 + 0.55 * low, 0, 1).astype(np.float32),
        (1 / np.maximum(far, 0.5)).astype(np.float32),
    )


def wetted(pixels: Pixels, mirror: Pixels, ground: Ground, baked: Baked, wet: float) -> Pixels:
    """Return the picture with a wet ground: darker, and mirroring where the film is thick."""
    film = np.clip(wet * 1.7 - 1.0 + 0.9 * ground.puddles, 0.25 * wet, 1) * baked.ground
    share = (film * np.minimum(ground.mirrors * 1.5 + 0.04, 0.75)).astype(np.float32)
    soft = cv2.blur(mirror, (3, 2 * (baked.camera.size[1] // 60) + 1))
    dark = (1 - 0.45 * wet * baked.ground * (0.6 + 0.4 * ground.puddles)).astype(np.float32)
    base = cv2.multiply(pixels, cv2.merge([dark] * 3), dtype=cv2.CV_8U)
    return _mixed(np.asarray(base, np.uint8), np.asarray(soft, np.uint8), share)


def flooded(
    pixels: Pixels,
    mirror: Pixels,
    ground: Ground,
    baked: Baked,
    water: Water,
    light: Light,
    at: float,
    seed: int,
) -> Pixels:
    """Return the picture with standing water wherever the ground lies below the level."""
    level = water.level.at(at)
    deep = level - ground.height
    left, top, wide, high = cv2.boundingRect((deep > -0.01).astype(np.uint8))
    if level <= 0 or not wide:
        return pixels
    cut = (slice(top, top + high), slice(left, left + wide))
    deep, place = deep[cut], baked.place[cut]
    edge = np.clip(deep / 0.006, 0, 1)
    damp = np.clip(1 + deep / 0.012, 0, 1) * 0.35
    waves = _waves(place, at, seed)
    size = baked.camera.size[1] * (0.25 + water.ripple)
    shift = waves * np.sqrt(ground.closeness[cut]) * np.float32(size * 0.05)
    v, u = np.mgrid[top : top + high, left : left + wide].astype(np.float32)
    seen = cv2.remap(
        mirror, u + 0.4 * shift, v + shift, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    lit = light.sky * np.array(light.sky_color) + light.sun * 0.7 * np.array(light.sun_color)
    lit = lit + light.lamps * 0.12 + light.infrared * 0.2
    tone = display(linear(np.array(water.color)) * lit, light.exposure)
    if light.gray:
        tone = np.full(3, float(tone.mean()))
    thin = (water.clear * np.exp(-np.maximum(deep, 0) / 0.12))[..., None]
    bed = pixels[cut].astype(np.float32) * 0.62
    body = bed * thin + (1 - thin) * (tone.astype(np.float32) * (1 + 0.06 * waves[..., None]))
    share = np.clip(ground.mirrors[cut] * (1 + 0.5 * waves) + 0.14, 0, 0.92)[..., None]
    wet = body * (1 - share) + np.asarray(seen, np.float32) * share
    dry = pixels[cut].astype(np.float32) * (1 - damp)[..., None]
    mixed = dry * (1 - edge)[..., None] + wet * edge[..., None]
    made = pixels.copy()
    flat = baked.ground[cut] & (deep > -0.012)
    np.copyto(made[cut], mixed.clip(0, 255).astype(np.uint8), where=flat[..., None])
    return made


def _waves(place: Map, at: float, seed: int) -> Map:
    """Small waves, about -1..1, that travel with the wind."""
    x, y = place[..., 0], place[..., 1]
    first = noise(x + np.float32(0.31 * at), y * 2.2 + np.float32(0.12 * at), 0.35, seed + 51)
    second = noise(x - np.float32(0.17 * at), y * 2.2 + np.float32(0.29 * at), 0.13, seed + 52)
    third = noise(x * 0.6 + np.float32(0.1 * at), y * 1.5, 1.3, seed + 53)
    result: Map = (0.55 * first + 0.3 * second + 0.45 * third).astype(np.float32)
    return result


def snowed(pixels: Pixels, white: Pixels, baked: Baked, ground: Ground, lies: float) -> Pixels:
    """Return the picture with snow on what faces up; `white` is the place all in white."""
    patchy = lies * 1.9 - 0.9 * (1 - ground.puddles)
    cover = np.clip(patchy, 0, 0.93 * min(1.0, lies * 1.6)) * np.clip(baked.normal[..., 2], 0, 1)
    cover = cover * (1 - baked.air)
    return _mixed(pixels, white, cover.astype(np.float32))


def _mixed(base: Pixels, over: Pixels, share: Map) -> Pixels:
    """Return `over` laid on `base` with `share` (h, w)."""
    mixed = cv2.blendLinear(base, over, 1 - share, np.ascontiguousarray(share))
    return np.asarray(mixed, np.uint8)
