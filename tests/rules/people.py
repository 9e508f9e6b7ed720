"""Jointed figures in a made-up world, seen by a camera: what a pose detector would report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.observation import Box, Object, Observation

ASPECT = 16 / 9
START = 1.7e9
Joints = NDArray[np.float64]
"""(17, 3) metres in COCO order: forward, left, up, from where the feet stand."""

Point = tuple[float, float]
_ROUND = np.array([0.13] * 5 + [0.12] * 2 + [0.07] * 4 + [0.14] * 2 + [0.1] * 4)


def body(
    head: Point, shoulder: Point, hip: Point, knee: Point, ankle: Point, wrist: Point | None = None
) -> Joints:
    """Return the joints of a body given in profile: (forward, up) in metres."""
    wrist = wrist or (shoulder[0] + 0.05, shoulder[1] - 0.52)
    elbow = ((shoulder[0] + wrist[0]) / 2, (shoulder[1] + wrist[1]) / 2)
    face = ((0.09, 0.0, 0.0), (0.07, 0.03, 0.03), (0.07, -0.03, 0.03), (0, 0.07, 0.02))
    rows = [(head[0] + f, left, head[1] + up) for f, left, up in (*face, (0, -0.07, 0.02))]
    widths = (0.2, 0.24, 0.24, 0.13, 0.13, 0.13)
    for (forward, up), left in zip((shoulder, elbow, wrist, hip, knee, ankle), widths, strict=True):
        rows += [(forward, left, up), (forward, -left, up)]
    return np.array(rows)


def lying(turn: float = 0.0, up: float = 0.12, curl: float = 0.0) -> Joints:
    """Return a body on the ground (or `up` metres above it), feet here, head along `turn`."""
    joints = body((1.58, 0), (1.4, 0), (0.92, 0), (0.5, 0), (0.05, 0), (1.0, 0))
    joints[:, 1] *= 0.6
    joints[:, 2] = up
    joints[[5, 7, 11, 13], 2] += 0.12
    joints[13:15, :2] += curl * np.array([0.25, 0.35])
    joints[15:17, :2] += curl * np.array([0.45, 0.15])
    turned = joints.copy()
    turned[:, 0] = cos(turn) * joints[:, 0] - sin(turn) * joints[:, 1]
    turned[:, 1] = sin(turn) * joints[:, 0] + cos(turn) * joints[:, 1]
    return turned


STAND = body((0.03, 1.58), (0, 1.42), (0, 0.92), (0.02, 0.5), (0, 0.08))
SIT = body((-0.02, 1.18), (-0.12, 0.98), (-0.1, 0.46), (0.35, 0.48), (0.35, 0.08), (0.3, 0.6))
SQUAT = body((0.3, 0.9), (0.2, 0.72), (-0.2, 0.3), (0.25, 0.5), (0, 0.08), (0.45, 0.3))
BEND = body((0.55, 0.75), (0.4, 0.88), (-0.15, 0.9), (-0.05, 0.5), (0, 0.08), (0.4, 0.25))


@dataclass(frozen=True)
class Camera:
    """`height` metres above the ground, looking `pitch` degrees down, `away` metres from people."""

    height: float = 4.0
    pitch: float = 25.0
    away: float = 9.0
    zoom: float = 1.2

    def project(self, joints: Joints) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return fractions of the picture (17, 2) and distances (17,)."""
        x, y, z = joints[:, 0] + self.away, joints[:, 1], joints[:, 2] - self.height
        down, across = cos(radians(self.pitch)), sin(radians(self.pitch))
        depth, rise = x * down - z * across, x * across + z * down
        picture = np.stack(
            (0.5 - self.zoom * y / depth / ASPECT, 0.5 - self.zoom * rise / depth), 1
        )
        return picture, depth


Move = tuple[float, Joints, str]
"""Seconds, the posture at their end, how it is reached: 'hold', 'fall' (gathers pace), 'ease'."""


def filmed(
    moves: Sequence[Move],
    camera: Camera = Camera(),
    heading: float = pi / 2,
    period: float = 0.2,
    seed: int = 0,
    lying_score: float = 0.7,
    missed_after: float = 1e9,
) -> list[Observation]:
    """Return what the detector sees of one person; nothing from `missed_after` seconds on."""
    rng = np.random.default_rng(seed)
    pictures: list[Observation] = []
    begun, before = 0.0, moves[0][1]
    for lasts, after, how in moves:
        for t in np.arange(np.ceil(begun / period) * period, begun + lasts - 1e-9, period):
            share = float((t - begun) / lasts)
            part = {"hold": 1.0, "fall": share**2, "ease": share * share * (3 - 2 * share)}[how]
            joints = before + part * (after - before)
            score = 0.85 if joints[5, 2] > 0.5 else lying_score
            found = _detected(joints, camera, heading, rng, score)
            objects = (found,) if found is not None and t < missed_after else ()
            pictures.append(Observation(at=START + float(t), aspect=ASPECT, objects=objects))
        begun, before = begun + lasts, after
    return pictures


def _detected(
    joints: Joints, camera: Camera, heading: float, rng: np.random.Generator, score: float
) -> Object | None:
    turned = joints.copy()
    turned[:, 0] = cos(heading) * joints[:, 0] - sin(heading) * joints[:, 1]
    turned[:, 1] = sin(heading) * joints[:, 0] + cos(heading) * joints[:, 1]
    points, depth = camera.project(turned)
    reach = np.stack((_ROUND / ASPECT, _ROUND), 1) * camera.zoom / depth[:, None]
    low, high = (points - reach).min(axis=0), (points + reach).max(axis=0)
    noise = rng.normal(0.0, 0.02, 4) * np.tile(high - low, 2)
    x1, y1, x2, y2 = np.clip(np.concatenate((low, high)) + noise, 0.0, 1.0).tolist()
    if x2 - x1 < 0.01 or y2 - y1 < 0.01:
        return None
    box: Box = (x1, y1, x2, y2)
    shaken = points + rng.normal(0.0, 0.02, points.shape) * (high - low)
    seen = np.where(rng.random(17) < 0.06, 0.3, 0.9)
    keypoints = tuple(
        (float(x), float(y), float(v)) for (x, y), v in zip(shaken, seen, strict=True)
    )
    return Object("person", float(np.clip(rng.normal(score, 0.05), 0.1, 0.98)), box, keypoints)
