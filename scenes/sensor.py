"""What the camera itself does to a picture: noise, blur, compression, its clock, its faults."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import cv2
import numpy as np

from scenes.light import Light
from scenes.scene import Pixels

FaultKind = Literal["frozen", "black", "covered", "blurred", "glitch"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken picture between two times (seconds): it begins at `start` and has ended at `end`.

    'covered' is a hand or a bag before the lens, 'glitch' rows that slip and break.
    """

    kind: FaultKind
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Sensor:
    """One camera's picture.

    `noise` 0..1 (it grows by itself when the gain is up), `blur` in pixels at 640 wide, `quality`
    is 1..100 as of JPEG, 0 for no compression, `vignette` 0..1, `clock` shows date and time, which
    begin at `clock_start` seconds of the day.
    """

    noise: float = 0.3
    blur: float = 0.55
    quality: int = 60
    vignette: float = 0.25
    clock: bool = True
    clock_start: float = 36000.0
    faults: tuple[Fault, ...] = ()


def expose(
    pixels: Pixels, sensor: Sensor, light: Light, at: float, rng: np.random.Generator
) -> Pixels:
    """Return the picture as the camera gives it: blurred, noisy, compressed."""
    height, width = pixels.shape[:2]
    blur = sensor.blur * width / 640
    image = cv2.GaussianBlur(pixels, (0, 0), blur) if blur > 0.2 else pixels.copy()
    if sensor.vignette > 0:
        image = cv2.multiply(image, _vignette((width, height), sensor.vignette), scale=1 / 255)
    gain = sensor.noise * (1 + 2.5 * max(0.0, light.exposure - 1.0))
    if gain > 0:
        grain = rng.standard_normal((height, width), dtype=np.float32) * np.float32(5 * gain)
        image = cv2.add(image, cv2.merge([grain] * 3), dtype=cv2.CV_8U)
    if sensor.quality:
        done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, sensor.quality])
        image = cv2.imdecode(data, cv2.IMREAD_COLOR) if done else image
    return np.ascontiguousarray(image, np.uint8)


@cache
def _vignette(size: tuple[int, int], strength: float) -> Pixels:
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    dark = 1 - strength * 0.5 * (x * x + y * y) ** 1.3 / 2**0.3
    return np.repeat((dark.clip(0, 1) * 255).astype(np.uint8)[..., None], 3, axis=2)
