"""What the painted cameras show, over and over: in each round the thing happens somewhere else."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np

from models.detector import Pixels
from streams.libav.encoding import H264Writer
from streams.picture import Picture
from tests.chain import scenes, street
from tests.chain.scenes import floods
from tests.chain.street import RED, Draw, car, film

ROUND_S = 40.0
RATE = 5.0
SIZE = (640, 360)
_PLACES = (120.0, 40.0, 215.0)
"""Left edge in px (of 320) of where it happens, one round after the other; then from the front."""

Scene = Callable[[Pixels, float, float], None]
"""Paints one picture, given the seconds in this round and the place."""


def parking(pixels: Pixels, at: float, x: float) -> None:
    """A car drives in, stands from 4 to 24, drives off; another one only passes, behind it."""
    if at < 4:
        car(pixels, x - (4 - at) * 80)
    elif at < 24:
        car(pixels, x)
    elif at < 30:
        car(pixels, x + (at - 24) * 80)
    if 31 < at < 38:
        car(pixels, -60 + (at - 31) * 70, 40)


def fall(pixels: Pixels, at: float, x: float) -> None:
    """Someone walks in, falls at 5, gets up at 24 and walks away."""
    if at < 5 or at >= 24:
        walked = (5 - at) * 10 if at < 5 else (at - 24) * 14
        left = x + walked
        cv2.rectangle(pixels, (round(left), 60), (round(left) + 22, 130), RED, -1)
    else:
        left = x - 10
        cv2.rectangle(pixels, (round(left), 112), (round(left) + 70, 134), RED, -1)


def litter(pixels: Pixels, at: float, x: float) -> None:
    """Someone puts a bag down at 6 and goes; someone else takes it away at 27."""
    if 6 <= at < 27:
        cv2.rectangle(pixels, (round(x), 128), (round(x) + 18, 144), (30, 25, 20), -1)
        cv2.line(pixels, (round(x) + 2, 132), (round(x) + 16, 140), (90, 80, 70), 2)
    walker = x + 10 + (at - 6) * 26 if at < 20 else x + 4 - (at - 27) * 26
    if -30 < walker < 330:
        cv2.rectangle(pixels, (round(walker), 70), (round(walker) + 22, 142), RED, -1)


def flooding(pixels: Pixels, at: float, x: float) -> None:
    """Water spreads from 6 on and runs off from 22 on; the place is the same every time."""
    level = min(at - 6, 6.0) if at < 22 else 6.0 - (at - 22)
    if level > 0:
        floods(at_s=at - level, full_s=6.0)(pixels, at)


def traffic(pixels: Pixels, at: float, x: float) -> None:
    """Cars pass and nothing happens."""
    for start in (2.0, 14.0, 27.0):
        if start < at < start + 6:
            car(pixels, -60 + (at - start) * 70, 60 + start)


FILMS: Mapping[str, Scene] = {
    "illegal_parking": parking,
    "fall": fall,
    "litter": litter,
    "flooding": flooding,
    "traffic": traffic,
}


def _painters() -> str:
    """Return a short hash of what paints: other paint makes other films."""
    painters = (Path(__file__), Path(scenes.__file__), Path(street.__file__))
    return hashlib.sha256(b"".join(path.read_bytes() for path in painters)).hexdigest()[:8]


def encoded(name: str, folder: Path, speed: float = 1.0) -> Path:
    """Return a film of all rounds as H.264, made once; `speed` makes everything happen sooner."""
    path = folder / f"{name}-{speed:g}-{_painters()}.mp4"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    scene = FILMS[name]

    def draw(pixels: Pixels, at: float) -> None:
        number, within = divmod(at * speed, ROUND_S)
        scene(pixels, within, _PLACES[int(number) % len(_PLACES)])

    _write(path, draw, len(_PLACES) * ROUND_S / speed)
    return path


def _write(path: Path, draw: Draw, seconds: float) -> None:
    partial = path.with_suffix(f".{uuid.uuid4().hex}.part")  # two may make it at once
    with H264Writer(partial, RATE, crf=28, gop_s=1.0, preset="ultrafast") as writer:
        for step in film(seconds, draw, RATE):
            if isinstance(step, Picture):
                shown = cv2.resize(step.pixels, SIZE, interpolation=cv2.INTER_LINEAR)
                writer.write(np.asarray(shown, np.uint8), step.stream_time)
    partial.rename(path)
