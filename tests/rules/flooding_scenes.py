"""Made-up scenes for flooding: a tiled floor in perspective before a wall, and what befalls it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from rules.sight import Pixels

WIDTH, HEIGHT = 320, 240
HORIZON = 90
Floats = NDArray[np.float32]
Painter = Callable[[Floats, float], Floats]
"""From the dry scene (H, W, 3) float32 and the seconds since the beginning to what is seen."""


@cache
def dry() -> Floats:
    """Return the scene: a wall with windows and doors, and a floor of worn tiles."""
    rng = np.random.default_rng(7)
    wall = np.full((HEIGHT, WIDTH, 3), (150, 160, 165), np.float32)
    for left in range(20, WIDTH - 40, 60):
        cv2.rectangle(wall, (left, 15), (left + 30, 55), (90, 80, 70), -1)
        cv2.rectangle(wall, (left + 35, 30), (left + 48, HORIZON), (60, 70, 100), -1)
    tiles = np.zeros((400, 1200, 3), np.float32)
    for row in range(10):
        for column in range(30):
            shade = 110 + 60 * rng.random()
            tiles[row * 40 : row * 40 + 38, column * 40 : column * 40 + 38] = (
                shade * 0.9,
                shade,
                shade * 1.03,
            )
    wear = cv2.resize(rng.normal(0, 14, (100, 300)).astype(np.float32), (1200, 400))
    tiles += wear[..., None]
    corners = np.array([[400, 0], [800, 0], [800, 400], [400, 400]], np.float32)
    seen = np.array([[60, HORIZON], [260, HORIZON], [460, HEIGHT], [-140, HEIGHT]], np.float32)
    floor = cv2.warpPerspective(
        tiles, cv2.getPerspectiveTransform(corners, seen), (WIDTH, HEIGHT), flags=cv2.INTER_AREA
    )
    scene = wall.copy()
    scene[HORIZON:] = floor[HORIZON:]
    return scene


@cache
def _rise() -> Floats:
    """Return when (0..1) water reaches each pixel: low ground first, never the wall."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    rough = cv2.resize(
        np.random.default_rng(3).normal(0, 0.06, (12, 16)).astype(np.float32), (WIDTH, HEIGHT)
    )
    far = np.hypot((x - 130) / 260, (y - 215) / 140)
    level = far + rough
    level[: HORIZON + 6] = 9.0
    return np.asarray(level, np.float32)


def water_mask(level: float) -> Floats:
    """Return where water stands, (H, W) 0..1, at a level of 0 (dry) to 1 (all of the floor)."""
    return np.asarray(np.clip((level - _rise()) * 20.0, 0.0, 1.0), np.float32)


def brown(t: float) -> Floats:
    """Return muddy water: flat, with slow streaks."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    streak = 6 * np.sin(x / 23 + y / 9 + t * 0.7)
    return np.asarray(np.stack((80 + streak, 110 + streak, 130 + streak), -1), np.float32)


def mirror(t: float) -> Floats:
    """Return clear, dark water that shows the wall upside down, trembling."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    shake = 2.0 * np.sin(y / 3.0 + t * 5.0)
    upside = cv2.remap(
        cv2.GaussianBlur(dry(), (0, 0), 2.0),
        np.clip(x + shake, 0, WIDTH - 1),
        np.clip(HORIZON - 0.6 * (y - HORIZON), 0, HEIGHT - 1),
        cv2.INTER_LINEAR,
    )
    return np.asarray(0.55 * upside + 15, np.float32)


def rippling(t: float) -> Floats:
    """Return grey water with waves that run."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    wave = 22 * np.sin(x / 5 + t * 4) * np.sin(y / 4 - t * 3)
    return np.asarray(np.stack([125 + wave] * 3, -1), np.float32)


def flooded(
    begins: float = 8.0,
    full_s: float = 20.0,
    surface: Callable[[float], Floats] = brown,
    most: float = 0.9,
) -> Painter:
    """Return a scene in which water spreads from `begins` on, for `full_s` seconds."""

    def paint(scene: Floats, t: float) -> Floats:
        level = min(most, most * max(0.0, t - begins) / full_s) if t >= begins else -1.0
        mask = water_mask(level)[..., None]
        return np.asarray(scene * (1 - mask) + surface(t) * mask, np.float32)

    return paint


def picture(paint: Painter, t: float, grain: float = 2.0) -> Pixels:
    """Return what a camera with noise sees at `t`; the same call gives the same picture."""
    rng = np.random.default_rng(int(t * 1000))
    seen = paint(dry().copy(), t) + rng.normal(0, grain, (HEIGHT, WIDTH, 3))
    return np.asarray(np.clip(seen, 0, 255), np.uint8)


def true_share(t: float, begins: float = 8.0, full_s: float = 20.0, most: float = 0.9) -> float:
    """Return the share of the whole picture that `flooded` has under water."""
    level = min(most, most * max(0.0, t - begins) / full_s) if t >= begins else -1.0
    return float(water_mask(level).mean())


def shadow(scene: Floats, t: float) -> Floats:
    """A cloud's shadow with a soft edge moves in and stays."""
    x = np.arange(WIDTH, dtype=np.float32)[None, :]
    edge = -60 + 18 * max(0.0, t - 6)
    gain = 1 - 0.5 * np.clip((edge - x) / 40 + 0.5, 0, 1)
    return np.asarray(scene * gain[..., None], np.float32)


def light_step(scene: Floats, t: float) -> Floats:
    """The exposure halves at once, and later doubles."""
    return scene * np.float32(1.0 if t < 8 else 0.5 if t < 20 else 1.15)


def wet(scene: Floats, t: float) -> Floats:
    """Rain darkens the floor; its tiles stay visible."""
    scene[HORIZON:] *= np.float32(1 - 0.4 * min(1.0, max(0.0, t - 6) / 10))
    return scene


def walker(scene: Floats, t: float) -> Floats:
    """Somebody walks to and fro, unseen by any detector."""
    x = int(160 + 140 * np.sin(t * 0.5))
    cv2.rectangle(scene, (x - 12, 110), (x + 12, 190), (40, 40, 90), -1)
    cv2.circle(scene, (x, 102), 9, (130, 150, 190), -1)
    return scene


def car(scene: Floats, t: float) -> Floats:
    """A car drives in from the left and parks, unseen by any detector."""
    x = int(min(150, -100 + 60 * max(0.0, t - 6)))
    cv2.rectangle(scene, (x, 130), (x + 110, 200), (60, 60, 150), -1)
    cv2.rectangle(scene, (x + 20, 135), (x + 90, 160), (50, 45, 40), -1)
    for wheel in (x + 22, x + 88):
        cv2.circle(scene, (wheel, 200), 14, (20, 20, 20), -1)
    return scene


def carpet(scene: Floats, t: float) -> Floats:
    """A plain carpet lies there from one moment to the next."""
    if t >= 8:
        corners = np.array([[70, 140], [230, 140], [270, 220], [40, 220]], np.int32)
        cv2.fillPoly(scene, [corners], (70, 60, 150))
    return scene


def uncovered(scene: Floats, t: float) -> Floats:
    """A plain plate that has lain there from the beginning is taken away."""
    return carpet(scene, 0.0 if t >= 12 else 99.0)


def shaken(scene: Floats, t: float) -> Floats:
    """The mast swings by up to two pixels."""
    return _moved(scene, 2.0 * np.sin(t * 2.3), 1.5 * np.sin(t * 3.1), 1.0)


def zoomed(scene: Floats, t: float) -> Floats:
    """The camera zooms in slowly by a quarter and stays there."""
    return _moved(scene, 0.0, 0.0, 1 + 0.25 * min(1.0, max(0.0, t - 8) / 8))


def turned(scene: Floats, t: float) -> Floats:
    """The camera is turned away at once."""
    return scene if t < 8 else np.ascontiguousarray(np.rot90(scene, 2))


def snowing(scene: Floats, t: float) -> Floats:
    """Flakes fall; none stays."""
    rng = np.random.default_rng(int(t * 977))
    for x, y in rng.integers(0, (WIDTH, HEIGHT), (250, 2)):
        cv2.circle(scene, (int(x), int(y)), int(rng.integers(1, 3)), (235, 235, 235), -1)
    return scene


def headlights(scene: Floats, t: float) -> Floats:
    """At night, beams sweep over the floor every few seconds."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    where = -80 + (t * 70) % 600
    beam = np.exp(-(((x - where) / 45) ** 2) - ((y - 180) / 40) ** 2)
    return np.asarray(scene * 0.15 + 170 * beam[..., None], np.float32)


def settled_snow(scene: Floats, t: float) -> Floats:
    """Snow covers the floor, white and plain, within half a minute."""
    mask = water_mask(min(1.2, 1.2 * max(0.0, t - 8) / 30))[..., None]
    return np.asarray(scene * (1 - mask) + 235 * mask, np.float32)


def _moved(scene: Floats, x: float, y: float, scale: float) -> Floats:
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 0.0, scale)
    matrix[:, 2] += np.array((x, y))
    moved = cv2.warpAffine(scene, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, np.float32)
