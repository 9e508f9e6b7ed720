"""YOLOX output before decoding: offsets on the grids of strides 8, 16 and 32."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.classes import class_names
from models.detector import Detections
from models.heads.table import HeadError, above, corners, grid, table
from models.letterbox import Geometry
from models.manifest import ModelManifest

STRIDES = (8, 16, 32)


def decode(
    outputs: Sequence[NDArray[np.float32]], manifest: ModelManifest, geometry: Geometry
) -> Detections:
    """Return the table of one picture; a score is objectness x best class.

    outputs: one (N, 5 + C) over all cells: x, y offset from the cell in strides, log of width and
    height in strides, objectness 0..1, C class scores 0..1.

    Raises:
        HeadError: another number or shape of outputs.
    """
    columns = 5 + len(class_names(manifest))
    cells, strides = grid(manifest.input.width, manifest.input.height, STRIDES)
    if len(outputs) != 1 or outputs[0].shape != (len(cells), columns):
        raise HeadError(
            f"yolox reads one {len(cells)} x {columns}, got {[o.shape for o in outputs]}"
        )
    raw = outputs[0]
    # A score cannot exceed its objectness, so the classes of most cells are never looked at.
    likely = above(raw[:, 4], manifest.confidence)
    classes = raw[likely, 5:].argmax(axis=1)
    scores = raw[likely, 4] * raw[likely, 5 + classes]
    best = scores >= manifest.confidence
    likely, classes, scores = likely[best], classes[best], scores[best]
    stride = strides[likely, None]
    with np.errstate(over="ignore"):  # a size beyond all bounds becomes inf, and is left out
        sizes = np.exp(raw[likely, 2:4]) * stride
    centres = np.concatenate(((raw[likely, :2] + cells[likely]) * stride, sizes), axis=1)
    return table(corners(centres), scores, classes, manifest, geometry)
