"""The last step of every head: floor, suppression, fractions, names."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.classes import class_names
from models.detector import BEYOND, Detections
from models.letterbox import Geometry
from models.manifest import ModelManifest
from models.nms import suppress

MOST = 300
"""Rows of a table at most; more than any street shows, and it bounds what comes after."""


class HeadError(ValueError):
    """The network's outputs do not have the shape that the manifest's head reads."""


def table(
    boxes: NDArray[np.float32],
    scores: NDArray[np.float32],
    classes: NDArray[np.int64],
    manifest: ModelManifest,
    geometry: Geometry,
    keypoints: NDArray[np.float32] | None = None,
    *,
    apart: bool = False,
) -> Detections:
    """Return the table of candidates that are already above the manifest's confidence.

    boxes: (N, 4) x1 y1 x2 y2 in input pixels; scores: (N,); classes: (N,) class numbers;
    keypoints: (N, K, 3) x, y in input pixels and visibility 0..1. `apart`: the network gives each
    thing once by itself, so nothing is suppressed. Candidates with a value that is not finite are
    left out.

    Raises:
        HeadError: a class number that the manifest has no name for.
    """
    names = class_names(manifest)
    sound = np.isfinite(boxes).all(axis=1) & np.isfinite(scores)
    if keypoints is not None:
        sound &= np.isfinite(keypoints).all(axis=(1, 2))
    found = np.flatnonzero(sound)
    boxes, scores, classes = boxes[found], scores[found], classes[found]
    if len(classes) and not 0 <= classes.min() <= classes.max() < len(names):
        raise HeadError(
            f"class {classes.max()} of a detection has no name: the manifest lists {len(names)}"
        )
    if apart:
        kept = np.argsort(-scores, kind="stable")
    else:
        kept = suppress(boxes, scores, classes, manifest.nms_iou)
    corners = geometry.fractions(boxes[kept].reshape(-1, 2, 2)).reshape(-1, 4)
    near = ((corners >= -BEYOND) & (corners <= 1 + BEYOND)).all(axis=1)
    kept, corners = kept[near], np.clip(corners[near], 0.0, 1.0)
    # What lies in the padding alone has no area in the picture.
    inside = (corners[:, 2] > corners[:, 0]) & (corners[:, 3] > corners[:, 1])
    kept, corners = kept[inside][:MOST], corners[inside][:MOST]
    return Detections(
        np.ascontiguousarray(corners, np.float32),
        np.clip(scores[kept], 0.0, 1.0).astype(np.float32),
        tuple(names[number] for number in classes[kept]),
        _in_fractions(keypoints if keypoints is None else keypoints[found], kept, geometry),
    )


def above(scores: NDArray[np.float32], floor: float) -> NDArray[np.int64]:
    """Return the indices of the (N,) scores that reach `floor`; what is not finite does not.

    Raises:
        HeadError: no score is finite: a network in this state sees nothing, and must not pass for
            one that sees an empty street.
    """
    finite = np.isfinite(scores)
    if len(scores) and not finite.any():
        raise HeadError("the network gave no finite score: it is broken, or overflows here")
    return np.flatnonzero(finite & (scores >= floor))


def _in_fractions(
    keypoints: NDArray[np.float32] | None, kept: NDArray[np.int64], geometry: Geometry
) -> NDArray[np.float32]:
    if keypoints is None:
        return np.zeros((len(kept), 0, 3), np.float32)
    points = keypoints[kept].astype(np.float32)
    points[..., :2] = geometry.fractions(points[..., :2])
    return points


def corners(centres: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (N, 4) centre x, centre y, width, height as x1 y1 x2 y2."""
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is left out later
        half = centres[:, 2:] / 2
        return np.concatenate((centres[:, :2] - half, centres[:, :2] + half), axis=1)


@lru_cache(maxsize=64)
def grid(
    width: int, height: int, strides: tuple[int, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the cells of all strides in row-major order: (N, 2) column and row, (N,) stride.

    Both are shared and not to be written to: every picture of a size has the same.
    """
    cells, sizes = [], []
    for stride in strides:
        columns, rows = -(-width // stride), -(-height // stride)
        x, y = np.meshgrid(np.arange(columns), np.arange(rows))
        cells.append(np.stack((x.ravel(), y.ravel()), axis=1))
        sizes.append(np.full(columns * rows, stride))
    found = np.concatenate(cells).astype(np.float32), np.concatenate(sizes).astype(np.float32)
    for column in found:
        column.setflags(write=False)
    return found
