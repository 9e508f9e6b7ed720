"""A detector that is told what stands in a generated picture: tests the rules without a network."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.detector import Detections, Detector, DetectorError, Pixels
from models.manifest import ModelManifest
from models.weights import WeightStore
from scenes.scene import Marked

_KEPT = 64
"""Pictures whose marks are remembered: many more than are on their way at once."""


@dataclass(frozen=True, slots=True)
class Noise:
    """How a good small detector differs from the truth. Every draw follows from scene and time.

    A thing is missed with a probability that falls with its shorter side in pixels (one half at
    `half_px`, steeper with `slope_px`) and grows with what is hidden of it; `bad_light` multiplies
    the chance to be found at night, in rain and in fog. Misses last: one draw holds for `flicker_s`
    for whatever is near one place, a second one for a single picture (`blink`). Box sides move by
    `jitter` of the box (standard deviation, at least half a pixel), joints by `joint_jitter` of the
    box's longer side. Scores have a standard deviation of `score`; a mean of 0.85 when all is seen.
    """

    half_px: float = 7.0
    slope_px: float = 2.5
    hidden: float = 0.15
    blink: float = 0.03
    flicker_s: float = 0.8
    bad_light: float = 0.95
    jitter: float = 0.02
    joint_jitter: float = 0.02
    score: float = 0.06


CLEAN = Noise(
    half_px=2.0,
    slope_px=0.5,
    hidden=0.02,
    blink=0.0,
    bad_light=1.0,
    jitter=0.0,
    joint_jitter=0.0,
    score=0.0,
)
"""Nothing but the truth; for tests of the generator itself."""

DARK = frozenset({"night", "rain", "fog", "snow"})


@dataclass(frozen=True, slots=True)
class Sighted:
    """What is true of one rendered picture."""

    scene: str
    at: float
    dark: bool
    marked: tuple[Marked, ...]


class Marks:
    """The truth of the pictures that are on their way to the detector, found by the picture itself.

    The engine hands the very array on that the source has yielded, so its identity is enough.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Pixels, Sighted]] = {}

    def note(self, pixels: Pixels, sighted: Sighted) -> None:
        """Remember what is in a picture; the oldest is forgotten. Any thread."""
        known = {**self._known, id(pixels): (pixels, sighted)}
        for old in list(known)[: max(0, len(known) - _KEPT)]:
            del known[old]
        self._known = known

    def of(self, pixels: Pixels) -> Sighted:
        """Return what is true of a picture.

        Raises:
            DetectorError: it is no picture of a scene.
        """
        found = self._known.get(id(pixels))
        if found is None or found[0] is not pixels:
            raise DetectorError("this picture comes from no generated scene")
        return found[1]


class ExactDetector:
    """Returns the marks of generated pictures, with noise. With `pose`: persons and their joints.

    Only `classes` are told; `sha256` names the noise instead of a weight file.
    """

    def __init__(
        self,
        model: str,
        marks: Marks,
        classes: Sequence[str],
        noise: Noise,
        *,
        pose: bool = False,
        floor: float = 0.1,
    ) -> None:
        self._model = model
        self._marks = marks
        self._classes = frozenset(("person",) if pose else classes)
        self._noise = noise
        self._pose = pose
        self._floor = floor

    @property
    def model(self) -> str:
        return self._model

    @property
    def sha256(self) -> str:
        return hashlib.sha256(repr(self._noise).encode()).hexdigest()

    @property
    def device(self) -> str:
        return "truth"

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        return (1, 2, 4, 8)

    def detect(self, pictures: Sequence[Pixels]) -> list[Detections]:
        return [self._one(picture) for picture in pictures]

    def close(self) -> None:
        pass

    def _one(self, pixels: Pixels) -> Detections:
        sighted = self._marks.of(pixels)
        height, width = pixels.shape[:2]
        size = np.array((width, height), np.float64)
        rows = sorted(self._seen(sighted, size), key=lambda row: -row[1])
        if not rows:
            return Detections.none()
        points = [row[3] for row in rows] if self._pose else [np.zeros((0, 3))] * len(rows)
        return Detections(
            np.array([row[0] for row in rows], np.float32).reshape(-1, 4),
            np.array([row[1] for row in rows], np.float32),
            tuple(row[2] for row in rows),
            np.array(points, np.float32),
        )

    def _seen(
        self, sighted: Sighted, size: NDArray[np.float64]
    ) -> Iterator[tuple[NDArray[np.float64], float, str, NDArray[np.float64]]]:
        """Yield box, score, label and joints of everything that is found in one picture."""
        for index, mark in enumerate(sighted.marked):
            if mark.label not in self._classes or (self._pose and not mark.keypoints):
                continue
            found = self._chance(mark, size, dark=sighted.dark)
            place = [
                round(12 * (a + b) / 2) for a, b in zip(mark.box[:2], mark.box[2:], strict=True)
            ]
            slot = int(sighted.at / self._noise.flicker_s)
            lasting = _draw(sighted.scene, mark.label, *place, slot).random()
            now = _draw(sighted.scene, mark.label, index, f"{sighted.at:.3f}", self._model)
            if lasting > found or now.random() < self._noise.blink:
                continue
            score = 0.25 + 0.6 * found * min(1.0, 0.3 + mark.visible)
            score = float(np.clip(score + self._noise.score * now.standard_normal(), 0.0, 0.99))
            if score < self._floor:
                continue
            yield self._box(mark, size, now), score, mark.label, self._joints(mark, size, now)

    def _chance(self, mark: Marked, size: NDArray[np.float64], *, dark: bool) -> float:
        box = np.array(mark.box).reshape(2, 2)
        short = float(((box[1] - box[0]) * size).min())
        large = 1.0 / (1.0 + exp(-(short - self._noise.half_px) / self._noise.slope_px))
        open_ = min(1.0, max(0.0, mark.visible / max(self._noise.hidden, 1e-6) - 1.0))
        return large * open_ * (self._noise.bad_light if dark else 1.0)

    def _box(
        self, mark: Marked, size: NDArray[np.float64], draw: np.random.Generator
    ) -> NDArray[np.float64]:
        box = np.array(mark.box).reshape(2, 2)
        if self._noise.jitter == 0.0:
            return box.ravel()
        spread = np.maximum((box[1] - box[0]) * self._noise.jitter, 0.5 / size)
        moved = np.clip(box + spread * draw.standard_normal((2, 2)), 0.0, 1.0)
        return np.sort(moved, axis=0).ravel()

    def _joints(
        self, mark: Marked, size: NDArray[np.float64], draw: np.random.Generator
    ) -> NDArray[np.float64]:
        if not (self._pose and mark.keypoints):
            return np.zeros((0, 3))
        points = np.array(mark.keypoints, np.float64)
        box = np.array(mark.box).reshape(2, 2)
        spread = float(((box[1] - box[0]) * size).max()) * self._noise.joint_jitter / size
        points[:, :2] = np.clip(
            points[:, :2] + spread * draw.standard_normal((len(points), 2)), 0.0, 1.0
        )
        points[:, 2] = np.where(points[:, 2] > 0.5, 0.9, 0.15)
        return points


class EveryWeight(WeightStore):
    """A weight store that has every model, because the truth needs no file."""

    def find(self, manifest: ModelManifest) -> tuple[Path, ...]:
        """Return no file."""
        return ()


def load_exact(marks: Marks, noise: Noise, manifest: ModelManifest) -> Detector:
    """Return the truth in the place of a model of the catalog."""
    classes = _COCO if manifest.classes == "coco80" else manifest.classes
    pose = "pose" in manifest.head
    return ExactDetector(manifest.id, marks, classes, noise, pose=pose, floor=manifest.confidence)


_COCO = ("person", "bicycle", "car", "motorcycle", "bus", "truck")


def _draw(*of: object) -> np.random.Generator:
    digest = hashlib.blake2b(repr(of).encode(), digest_size=8).digest()
    return np.random.default_rng(int.from_bytes(digest, "little"))
