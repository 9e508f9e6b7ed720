"""Cameras that do not hold still: they shake on their pole, or are turned for good."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scenes.camera import Camera, Floats
from scenes.curve import ONE, Curve


@dataclass(frozen=True, slots=True)
class Shake:
    """How far (degrees) and how fast (per second) a camera swings; `strength` scales it in time."""

    degrees: float = 0.15
    hertz: float = 1.3
    strength: Curve = ONE

    def swing(self, at: float) -> tuple[float, float]:
        """Return how far (pan, tilt) in degrees it hangs off at `at` seconds."""
        w = 2 * np.pi * self.hertz * at
        much = self.degrees * self.strength.at(at)
        pan = np.sin(w) + 0.5 * np.sin(2.7 * w + 1) + 0.25 * np.sin(7.1 * w + 2)
        tilt = 0.6 * np.sin(1.3 * w + 0.5) + 0.3 * np.sin(5.3 * w)
        return float(much * pan / 1.75), float(much * tilt / 0.9)


@dataclass(frozen=True, slots=True)
class Move:
    """A camera turned for good: from `start` on, within `seconds`, by degrees and a zoom factor."""

    start: float
    seconds: float = 1.0
    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 1.0

    def moved(self, camera: Camera, share: float = 1.0) -> Camera:
        """Return the camera after `share` of the move."""
        return replace(
            camera,
            pan=camera.pan + share * self.pan,
            tilt=camera.tilt + share * self.tilt,
            focal=camera.focal * self.zoom**share,
        )


def posed(camera: Camera, moves: tuple[Move, ...], at: float) -> tuple[Camera, Camera]:
    """Return (held, true): the resting pose nearest in time, and the pose at this moment."""
    held = true = camera
    for move in moves:
        if at < move.start:
            break
        share = min(1.0, (at - move.start) / max(move.seconds, 1e-6))
        true = move.moved(held, share)
        held = move.moved(held) if share >= 0.5 else held
    return held, true


def swung(camera: Camera, shake: Shake, at: float) -> Camera:
    """Return the camera as it hangs at `at` seconds."""
    pan, tilt = shake.swing(at)
    return replace(camera, pan=camera.pan + pan, tilt=camera.tilt + tilt)


def homography(held: Camera, true: Camera) -> Floats:
    """Return (3, 3): from pixels of one pose to pixels of another at the same place."""

    def inner(camera: Camera) -> Floats:
        width, height = camera.size
        focal = camera.focal_px
        return np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])

    matrix: Floats = inner(true) @ true.axes @ held.axes.T @ np.linalg.inv(inner(held))
    return matrix
