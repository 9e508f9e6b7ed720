"""What the camera itself does to a picture: noise, blur, compression, its clock, its faults."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from scenes.light import Light
from scenes.scene import Pixels

FaultKind = Literal["frozen", "black", "covered", "blurred", "glitch"]


_TILE = 512
"""Pixels after which sensor noise repeats."""


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
    pixels: Pixels,
    sensor: Sensor,
    light: Light,
    at: float,
    rng: np.random.Generator,
    seed: int,
    shown: float,
) -> Pixels:
    """Return the picture as the camera gives it: blurred, noisy, compressed, with its clock.

    `shown` is the time of the picture, earlier than `at` while the camera is frozen. Noise is
    mostly the same within a group of pictures, as inter-coded video shows it.
    """
    height, width = pixels.shape[:2]
    fault = next((f for f in sensor.faults if f.start <= at < f.end), None)
    image = _covered(pixels, rng) if fault and fault.kind == "covered" else pixels
    if fault and fault.kind == "black":
        image = np.full_like(pixels, 4)
    blur = sensor.blur * width / 640
    if fault and fault.kind == "blurred":
        blur += 6.0 * width / 640
    image = _bytes(cv2.GaussianBlur(image, (0, 0), blur)) if blur > 0.2 else image.copy()
    if sensor.vignette > 0:
        dark = _vignette((width, height), sensor.vignette)
        image = _bytes(cv2.multiply(image, dark, scale=1 / 255))
    gain = sensor.noise * (1 + 2.5 * max(0.0, light.exposure - 1.0))
    if gain > 0:
        image = _noisy(image, gain, shown, rng, seed)
    if sensor.clock:
        _clock(image, sensor.clock_start + shown, seed)
    if sensor.quality:
        done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, sensor.quality])
        if done:
            image = _bytes(cv2.imdecode(data, cv2.IMREAD_COLOR))
    made = np.ascontiguousarray(image, np.uint8)
    return _glitched(made, rng) if fault and fault.kind == "glitch" else made


def _bytes(image: Any) -> Pixels:
    return np.asarray(image, np.uint8)


def shown_at(sensor: Sensor, at: float) -> float:
    """Return the time whose picture is shown at `at`: an earlier one while the camera is frozen."""
    for fault in sensor.faults:
        if fault.kind == "frozen" and fault.start <= at < fault.end:
            return fault.start
    return at


def _noisy(image: Pixels, gain: float, at: float, rng: np.random.Generator, seed: int) -> Pixels:
    height, width = image.shape[:2]
    bank = _grain((width, height))
    group = np.random.default_rng((seed, int(at // 2.0), 7))
    total: Pixels = image
    for source, share in ((group, 0.7), (rng, 0.55)):
        y, x = (int(v) for v in source.integers(0, _TILE, 2))
        cut = bank[y : y + height, x : x + width]
        total = np.asarray(cv2.addWeighted(total, 1.0, cut, share * gain, 0.0, dtype=cv2.CV_8U))
    return total


@cache
def _grain(size: tuple[int, int]) -> NDArray[np.int16]:
    """Sensor noise to cut a picture from, anywhere: luma mostly, a little colour."""
    rng = np.random.default_rng(404)
    luma = rng.normal(0, 5.0, (_TILE, _TILE, 1))
    tile = np.rint(luma + rng.normal(0, 2.0, (_TILE, _TILE, 3))).astype(np.int16)
    high, wide = (-(-side // _TILE) + 1 for side in (size[1], size[0]))
    return np.tile(tile, (high, wide, 1))


def _clock(image: Pixels, seconds: float, seed: int) -> None:
    """Write date and time into a corner of the picture."""
    height, width = image.shape[:2]
    day, second = divmod(int(seconds), 86400)
    month, date = 1 + seed // 28 % 12, 1 + (seed + day) % 28
    text = f"2024-{month:02d}-{date:02d} {second // 3600:02d}:{second // 60 % 60:02d}"
    text += f":{second % 60:02d}"
    size = width / 640 * 0.45
    spot = (round(width * 0.02), round(height * (0.06 if seed % 3 else 0.97)))
    thick = max(1, round(width / 640))
    for dx, dy, tone in ((1, 1, 20), (-1, 1, 20), (1, -1, 20), (-1, -1, 20), (0, 0, 240)):
        at = spot[0] + dx * thick, spot[1] + dy * thick
        cv2.putText(image, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, (tone, tone, tone), thick)


def _covered(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Something dark right before the lens; a little light at one edge."""
    height, width = pixels.shape[:2]
    ramp = np.linspace(1.0, 0.0, width, dtype=np.float32) ** 4
    edge = (18 + 40 * ramp + float(rng.uniform(-1, 1)))[None, :, None]
    tone = np.array((0.8, 0.9, 1.1), np.float32)
    covered: Pixels = np.repeat((edge * tone).astype(np.uint8), height, axis=0)
    return np.ascontiguousarray(covered)


def _glitched(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Bands of rows that slipped sideways, smeared or turned to blocks."""
    made = pixels.copy()
    height, width = made.shape[:2]
    for _ in range(int(rng.integers(2, 6))):
        top = int(rng.integers(0, height - 8))
        low = min(height, top + int(rng.integers(8, max(9, height // 5))))
        kind = int(rng.integers(3))
        if kind == 0:
            made[top:low] = np.roll(made[top:low], int(rng.integers(10, width // 2)), axis=1)
        elif kind == 1:
            made[top:low] = made[top : top + 1]
        else:
            made[top:low] = np.array(rng.integers(0, 255, 3), np.uint8)
    return made


@cache
def _vignette(size: tuple[int, int], strength: float) -> Pixels:
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    dark = 1 - strength * 0.5 * (x * x + y * y) ** 1.3 / 2**0.3
    return np.repeat((dark.clip(0, 1) * 255).astype(np.uint8)[..., None], 3, axis=2)
