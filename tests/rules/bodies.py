"""A bench for falls: exact bodies before pinhole cameras, seen by a detector that errs.

Bodies and their poses are those of the generated scenes; what happens, the cameras and the errors
of the detector are drawn by seed here. Nothing is rendered: what a rule reads is made directly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import atan2, cos, degrees, hypot, pi, sin

import numpy as np
from numpy.typing import NDArray

from rules.observation import Box, Object, Observation
from scenes.actors.figure import COCO, Figure
from scenes.actors.pose import Pose, blend, smooth
from scenes.camera import Camera

ASPECT = 16 / 9
START = 1.7e9
Floats = NDArray[np.float64]
Ease = Callable[[float], float]


_ADULT = Figure()


@dataclass(frozen=True)
class Key:
    """A pose reached after some seconds, the place moved (forward, left) in metres on the way."""

    after: float
    pose: Pose
    ease: Ease = smooth
    forward: float = 0.0
    left: float = 0.0


@dataclass(frozen=True)
class Act:
    """What one person does from second 0 on; `cycle` is walked through again and again after."""

    first: Pose
    keys: tuple[Key, ...]
    heading: float = 0.0
    place: tuple[float, float] = (0.0, 0.0)
    figure: Figure = _ADULT
    gait: Callable[[float], Pose] | None = None
    walks_s: float = 0.0
    speed: float = 0.0

    @property
    def lasts(self) -> float:
        return self.walks_s + sum(k.after for k in self.keys)

    def joints(self, at: float) -> Floats:
        """Return the joints (27, 3) in metres at a second."""
        if self.gait is not None and at < self.walks_s:
            return self._at(self.gait(at), self.speed * at, 0.0)
        pose, forward, left = self.first, self.speed * self.walks_s, 0.0
        begun = self.walks_s
        if self.gait is not None:
            pose = self.gait(self.walks_s)
        for key in self.keys:
            share = min(1.0, (at - begun) / key.after)
            eased = key.ease(share)
            now = blend(pose, key.pose, eased)
            if share < 1.0:
                return self._at(now, forward + key.forward * eased, left + key.left * eased)
            pose, forward, left = key.pose, forward + key.forward, left + key.left
            begun += key.after
        return self._at(pose, forward, left)

    def _at(self, pose: Pose, forward: float, left: float) -> Floats:
        c, s = cos(self.heading), sin(self.heading)
        place = (
            self.place[0] + c * forward - s * left,
            self.place[1] + s * forward + c * left,
        )
        return self.figure.joints(pose, place, self.heading).at


@dataclass(frozen=True)
class Errors:
    """How a detector errs. Shares of the box's or the person's size; seconds; probabilities."""

    keypoints: bool = True
    box: float = 0.02
    joints: float = 0.015
    lost: float = 0.05
    missed: float = 0.03
    missed_lying: float = 0.2
    burst_s: float = 0.6
    blurred: float = 0.3


def camera(rng: np.random.Generator, steep: tuple[float, float] = (10.0, 40.0)) -> Camera:
    """Return a camera that looks down on the origin at an angle in degrees drawn from `steep`."""
    angle = np.radians(rng.uniform(*steep))
    focal = rng.uniform(0.6, 1.1)
    tall = rng.uniform(0.14, 0.42)  # Of the picture's height, standing at the origin.
    away = focal * ASPECT * 1.72 * cos(angle) / tall
    height = away * sin(angle)
    aside = rng.uniform(-0.12, 0.12)  # Off the middle, in pictures.
    lower = rng.uniform(-0.08, 0.12)
    tilt = degrees(angle) - degrees(atan2(lower, focal * ASPECT))
    return Camera(
        at=(0.0, -away * cos(angle), height),
        pan=degrees(atan2(-aside, focal)),
        tilt=tilt,
        focal=focal,
        size=(1280, 720),
    )


def seen(body: Floats, figure: Figure, view: Camera) -> tuple[Box, Floats]:
    """Return the box and the 17 keypoints (17, 2) of a body, in fractions, uncut."""
    pixels, depth = view.project(body)
    scale = view.focal_px / np.maximum(depth, 0.3)
    radius = (figure.radii * scale)[:, None]
    low, high = (pixels - radius).min(axis=0), (pixels + radius).max(axis=0)
    size = np.array(view.size, float)
    low, high = low / size, high / size
    return (low[0], low[1], high[0], high[1]), pixels[list(COCO)] / size


def is_down(body: Floats) -> bool:
    """Tell whether head and hips of a body are both low."""
    return bool(body[[0, 3], 2].max() < 0.55)


class Detector:
    """Sees one body picture by picture, with errors that hold on for a while."""

    def __init__(self, errors: Errors, rng: np.random.Generator) -> None:
        self._e = errors
        self._rng = rng
        self._gone_until = -1.0
        self._drift = np.zeros(4)
        self._last = -1.0
        self._before: Floats | None = None

    def look(
        self, body: Floats, figure: Figure, view: Camera, at: float, hidden: Box | None = None
    ) -> Object | None:
        """Return the detection of a body, None when it is missed or outside."""
        rng, e = self._rng, self._e
        exact, points = seen(body, figure, view)
        down = is_down(body)
        dt = at - self._last if self._last >= 0.0 else 1.0
        moved = 0.0 if self._before is None else float(np.abs(body - self._before).max()) / dt
        self._last, self._before = at, body
        fade = np.exp(-dt / 1.0)
        side = np.array([exact[2] - exact[0], exact[3] - exact[1]] * 2)
        wobble = e.box * (1.6 if down else 1.0)
        self._drift = fade * self._drift + np.sqrt(1 - fade**2) * rng.normal(0, wobble, 4)
        rate = e.missed_lying if down else e.missed
        # Bursts of misses: begun so often that the share of missed pictures comes out right.
        begin = 1.0 - np.exp(-dt * rate / (1.0 - rate) / e.burst_s)
        if at >= self._gone_until and rng.random() < begin:
            self._gone_until = at + rng.exponential(e.burst_s)
        blur = moved > 2.5 and rng.random() < e.blurred
        if at < self._gone_until or blur:
            return None
        box = np.array(exact) + (self._drift + rng.normal(0, 0.4 * wobble, 4)) * side
        box = np.clip(_cut(box, hidden), 0.0, 1.0)
        if box[2] - box[0] < 0.008 or box[3] - box[1] < 0.008:
            return None
        found: Box = (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
        score = float(np.clip(rng.normal(0.55 if down else 0.8, 0.1), 0.12, 0.97))
        keypoints = self._points(points, hypot(side[0] * ASPECT, side[1]), down, hidden)
        return Object("person", score, found, keypoints)

    def _points(
        self, points: Floats, scale: float, down: bool, hidden: Box | None
    ) -> tuple[tuple[float, float, float], ...]:
        if not self._e.keypoints:
            return ()
        rng = self._rng
        spread = (self._e.joints * scale + 0.0015) * (1.8 if down else 1.0)
        noisy = points + rng.normal(0, 1, points.shape) * spread / (ASPECT, 1.0)
        lost = rng.random(17) < self._e.lost * (3.0 if down else 1.0)
        outside = (noisy < 0.0).any(axis=1) | (noisy > 1.0).any(axis=1)
        if hidden is not None:
            x1, y1, x2, y2 = hidden
            inside = (noisy > (x1, y1)).all(axis=1) & (noisy < (x2, y2)).all(axis=1)
            outside |= inside
        sure = np.where(lost | outside, 0.2, 0.9)
        return tuple((float(x), float(y), float(v)) for (x, y), v in zip(noisy, sure, strict=True))


def _cut(box: Floats, hidden: Box | None) -> Floats:
    """Return what is seen of a box above something that hides its lower part."""
    if hidden is None or not (hidden[0] < box[0] and box[2] < hidden[2]):
        return box
    return np.array([box[0], box[1], box[2], min(box[3], max(hidden[1], box[1]))])


def filmed(
    acts: Sequence[Act],
    view: Camera,
    rate: float,
    rng: np.random.Generator,
    errors: Errors = Errors(),
    hidden: Box | None = None,
) -> list[Observation]:
    """Return what is seen of several people at `rate` pictures a second."""
    detectors = [Detector(errors, rng) for _ in acts]
    until = max(act.lasts for act in acts)
    phase = float(rng.uniform(0.0, 1.0 / rate))
    pictures = []
    for at in np.arange(phase, until, 1.0 / rate).tolist():
        found = (
            detector.look(act.joints(at), act.figure, view, at, hidden)
            for detector, act in zip(detectors, acts, strict=True)
        )
        objects = tuple(sorted((o for o in found if o is not None), key=lambda o: -o.score))
        pictures.append(Observation(at=START + at, aspect=ASPECT, objects=objects))
    return pictures


def turned(act: Act, by: float) -> Act:
    """Return the same act in another direction."""
    return replace(act, heading=(act.heading + by) % (2 * pi))
