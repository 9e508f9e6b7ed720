"""NanoDet output: per stride a class map and distributions of the distances to the box's sides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.classes import class_names
from models.detector import Detections
from models.heads.table import HeadError, above, grid, table
from models.letterbox import Geometry
from models.manifest import ModelManifest

STRIDES = (8, 16, 32)
REG_MAX = 7


def decode(
    outputs: Sequence[NDArray[np.float32]], manifest: ModelManifest, geometry: Geometry
) -> Detections:
    """Return the table of one picture.

    outputs: three (N_s, C) class maps (scores 0..1) and three (N_s, 32) box maps, in any order:
    per side (left, top, right, bottom) eight logits of the distance 0..7 in strides, measured
    from the cell's centre.

    Raises:
        HeadError: another number or shape of outputs.
    """
    scores, distances = _maps(outputs, manifest)
    classes = scores.argmax(axis=1)
    best = np.take_along_axis(scores, classes[:, None], axis=1)[:, 0]
    found = above(best, manifest.confidence)
    cells, strides = grid(manifest.input.width, manifest.input.height, STRIDES)
    stride = strides[found, None]
    centres = (cells[found] + 0.5) * stride
    sides = _expected(distances[found]) * stride
    boxes = np.concatenate((centres - sides[:, :2], centres + sides[:, 2:]), axis=1)
    return table(boxes, best[found], classes[found], manifest, geometry)


def _maps(
    outputs: Sequence[NDArray[np.float32]], manifest: ModelManifest
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    width, height = manifest.input.width, manifest.input.height
    cells = [len(grid(width, height, (stride,))[0]) for stride in STRIDES]
    names, bins = len(class_names(manifest)), 4 * (REG_MAX + 1)
    by_shape = {output.shape: output for output in outputs}
    if names == bins:
        raise HeadError(f"nanodet tells its maps apart by shape; {names} classes look like boxes")
    try:
        scores = [by_shape[count, names] for count in cells]
        distances = [by_shape[count, bins] for count in cells]
    except KeyError as missing:
        shapes = [output.shape for output in outputs]
        raise HeadError(f"nanodet misses a map of shape {missing.args[0]}, got {shapes}") from None
    return np.concatenate(scores), np.concatenate(distances)


def _expected(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (N, 4) mean distances of (N, 32) logits: softmax over each side's eight bins."""
    bins = logits.reshape(-1, 4, REG_MAX + 1)
    with np.errstate(invalid="ignore"):  # inf - inf is nan, and is left out later
        weights = np.exp(bins - bins.max(axis=2, keepdims=True))
    weights /= weights.sum(axis=2, keepdims=True)
    mean: NDArray[np.float32] = weights @ np.arange(REG_MAX + 1, dtype=np.float32)
    return mean
