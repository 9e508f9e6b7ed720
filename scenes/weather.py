"""Weather: rain, wet ground, snow, fog, wind and a drop on the lens, each over time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from scenes.curve import ZERO, Curve
from scenes.scene import Pixels
from scenes.texture import Map


@dataclass(frozen=True, slots=True)
class Weather:
    """What falls and what lies; every curve goes from 0 (none) to 1 (heavy).

    `rain` falls, `wet` is how wet the ground is (darker, and it mirrors), `snow` falls,
    `snow_lies` is how white the ground is, `fog`, `wind` moves leaves, `drop` are drops
    on the lens.
    """

    rain: Curve = ZERO
    wet: Curve = ZERO
    snow: Curve = ZERO
    snow_lies: Curve = ZERO
    fog: Curve = ZERO
    wind: Curve = ZERO
    drop: Curve = ZERO


DRY = Weather()


def swayed(pixels: Pixels, leaves: Map, wind: float, at: float, seed: int) -> None:
    """Move leaves in the wind; changes `pixels`. `leaves` (h, w) 0..1 says where they are."""
    left, top, wide, high = cv2.boundingRect((leaves > 0.02).astype(np.uint8))
    if not wide:
        return
    cut = (slice(top, top + high), slice(left, left + wide))
    v, u = np.mgrid[top : top + high, left : left + wide].astype(np.float32)
    span = pixels.shape[1] / 640
    gust = np.float32(wind * span * (1.6 + np.sin(0.9 * at + seed) + 0.6 * np.sin(2.3 * at)))
    phase = np.float32(5.1 * at)
    flutter = np.sin(u / (7 * span) + phase) + np.sin(
        v / (5 * span) - 1.3 * phase + u / (17 * span)
    )
    soft = cv2.GaussianBlur(leaves[cut], (0, 0), 2 * span)
    shift = (gust * 0.8 * flutter * soft).astype(np.float32)
    pixels[cut] = cv2.remap(pixels, u + shift, v + 0.5 * shift, cv2.INTER_LINEAR)


def fog_share(depth: Map, fog: float) -> Map:
    """Return how much of what lies `depth` metres off is lost in fog, 0..1."""
    share: Map = (1 - np.exp(-depth * np.float32(0.0008 + 0.075 * fog**1.6))).astype(np.float32)
    return share


def falling(
    pixels: Pixels, rain: float, snow: float, bright: float, at: float, seed: int
) -> Pixels:
    """Return the picture with rain or snow before it; `bright` 0..255 is what it glints with."""
    height, width = pixels.shape[:2]
    made = pixels
    rng = np.random.default_rng((seed, round(at * 1000), 8))
    if rain > 0:
        made = np.asarray(
            cv2.convertScaleAbs(made, alpha=1 - 0.12 * rain, beta=bright * 0.1 * rain)
        )
        y, x = int(rng.integers(0, height)), int(rng.integers(0, width))
        streaks = _streaks((width, height), seed % 4)[y : y + height, x : x + width]
        made = np.asarray(
            cv2.addWeighted(made, 1.0, streaks, rain * bright / 255 * 0.7, 0), np.uint8
        )
    if snow > 0:
        made = np.asarray(
            cv2.convertScaleAbs(made, alpha=1 - 0.15 * snow, beta=bright * 0.15 * snow)
        )
        for layer, speed in ((0, 0.9), (1, 0.55), (2, 0.3)):
            y = int(-speed * at * height) % height
            x = int((0.5 + 0.2 * layer) * width + 0.05 * width * np.sin(0.7 * at + layer)) % width
            flakes = _flakes((width, height), layer, seed % 4)[y : y + height, x : x + width]
            much = min(1.0, 0.35 + snow) * bright / 255
            made = np.asarray(cv2.addWeighted(made, 1.0, flakes, much, 0), np.uint8)
    return made


@cache
def _streaks(size: tuple[int, int], seed: int) -> Pixels:
    """Rain to cut from, twice as wide and high as the picture."""
    width, height = size
    rng = np.random.default_rng((seed, 61))
    image = np.zeros((2 * height, 2 * width), np.uint8)
    lean = float(rng.uniform(-0.25, 0.25))
    scale = width / 640
    for _ in range(3600):
        x, y = float(rng.uniform(0, 2 * width)), float(rng.uniform(0, 2 * height))
        long = float(rng.uniform(8, 34)) * scale
        tone = int(rng.uniform(25, 110) * min(1.0, 12 / long * scale + 0.4))
        ends = [(int(x * 16), int(y * 16)), (int((x + lean * long) * 16), int((y + long) * 16))]
        cv2.line(image, ends[0], ends[1], tone, max(1, round(scale)), cv2.LINE_AA, 4)
    image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.6 * scale), np.uint8)
    return np.ascontiguousarray(np.repeat(image[..., None], 3, axis=2))


@cache
def _flakes(size: tuple[int, int], layer: int, seed: int) -> Pixels:
    """Snow to cut from, twice as wide and high as the picture, repeating downwards."""
    width, height = size
    rng = np.random.default_rng((seed, layer, 62))
    image = np.zeros((height, 2 * width), np.uint8)
    scale = width / 640
    radius = (2.6, 1.6, 0.9)[layer] * scale
    for _ in range((90, 380, 900)[layer]):
        x, y = float(rng.uniform(0, 2 * width)), float(rng.uniform(0, height))
        r = int(max(0.5, radius * rng.uniform(0.6, 1.3)) * 16)
        tone = int(rng.uniform(90, 235))
        cv2.circle(image, (int(x * 16), int(y * 16)), r, tone, -1, cv2.LINE_AA, 4)
    image = np.asarray(cv2.GaussianBlur(image, (0, 0), (1.4, 0.7, 0.5)[layer] * scale), np.uint8)
    return np.ascontiguousarray(np.repeat(np.vstack([image, image])[..., None], 3, axis=2))


def dropped(pixels: Pixels, drop: float, seed: int) -> Pixels:
    """Return the picture through drops on the lens: round spots, blurred and upside down."""
    height, width = pixels.shape[:2]
    rng = np.random.default_rng((seed, 63))
    made = pixels.copy()
    for _ in range(1 + round(3 * drop)):
        r = int(width * rng.uniform(0.03, 0.085))
        x, y = int(rng.uniform(r, width - r)), int(rng.uniform(r, height - r))
        cut = (slice(max(y - r, 0), y + r), slice(max(x - r, 0), x + r))
        part = made[cut]
        blurred = cv2.GaussianBlur(part[::-1, ::-1], (0, 0), r / 3)
        v, u = np.mgrid[: part.shape[0], : part.shape[1]].astype(np.float32)
        away = np.hypot(u - part.shape[1] / 2, v - part.shape[0] / 2) / r
        share = (np.clip((1 - away) * 4, 0, 1) * min(1.0, drop * 1.5))[..., None]
        rim = 1 + 0.25 * np.clip(1 - np.abs(away - 0.8) * 6, 0, 1)[..., None] * (
            v[..., None] / r - 1
        )
        mixed = part * (1 - share) + blurred * share * rim
        made[cut] = mixed.clip(0, 255).astype(np.uint8)
    return made
