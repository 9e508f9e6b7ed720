"""A painted street for the fake detector: grey ground with texture, blue cars, red people."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from models.detector import Pixels
from streams.picture import Opened, Packet, Picture
from streams.synthetic import Step

WIDTH, HEIGHT = 320, 180
BLUE, RED = (255, 0, 0), (0, 0, 255)
Draw = Callable[[Pixels, float], None]


def ground(seed: int = 7) -> Pixels:
    """Return an empty street with a texture that a background model can hold on to."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(90, 150, (HEIGHT // 6, WIDTH // 6), np.uint8)
    grey = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))


def film(seconds: float, draw: Draw, rate: float = 5.0, gop: int = 5) -> list[Step]:
    """Script `seconds` of the street; `draw` paints each picture, given its stream time."""
    empty = ground()
    rng = np.random.default_rng(3)
    noisy = [
        np.clip(empty + rng.normal(0, 2, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)
        for _ in range(9)
    ]
    script: list[Step] = [Opened("synthetic", WIDTH, HEIGHT, rate, b"", 0)]
    for index in range(round(seconds * rate)):
        at, key = index / rate, index % gop == 0
        pixels = noisy[index % len(noisy)].copy()
        draw(pixels, at)
        script.append(Packet(bytes(64), at, at, key, 1 / rate))
        script.append(Picture(pixels, at, key))
    return script


def car(pixels: Pixels, x: float, y: float = 100.0) -> None:
    """Paint a car with its left upper corner at (x, y) px."""
    cv2.rectangle(pixels, (round(x), round(y)), (round(x) + 60, round(y) + 36), BLUE, -1)


def parks(arrives: float, leaves: float = float("inf")) -> Draw:
    """A car drives in from the left, stands from `arrives` to `leaves`, drives off to the right."""

    def draw(pixels: Pixels, at: float) -> None:
        if at < arrives:
            x = 120 - (arrives - at) * 60
        elif at < leaves:
            x = 120.0
        else:
            x = 120 + (at - leaves) * 60
        if -60 < x < WIDTH:
            car(pixels, x)

    return draw


def falls(at_s: float, up_again: float = float("inf")) -> Draw:
    """A person walks in, falls at `at_s`, and lies (until `up_again`)."""

    def draw(pixels: Pixels, at: float) -> None:
        if at < at_s or at >= up_again:
            x = 150 - max(0.0, at_s - at) * 10
            cv2.rectangle(pixels, (round(x), 60), (round(x) + 22, 130), RED, -1)
        else:
            cv2.rectangle(pixels, (140, 112), (210, 134), RED, -1)

    return draw
