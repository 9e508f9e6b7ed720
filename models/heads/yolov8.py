"""YOLOv8-style output: decoded boxes and one score per class, no objectness."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.classes import class_names
from models.detector import Detections
from models.heads.table import HeadError, above, corners, table
from models.letterbox import Geometry
from models.manifest import ModelManifest


def decode(
    outputs: Sequence[NDArray[np.float32]], manifest: ModelManifest, geometry: Geometry
) -> Detections:
    """Return the table of one picture.

    outputs: one (4 + C, N): centre x, centre y, width, height in input pixels, then C scores 0..1.

    Raises:
        HeadError: another number or shape of outputs.
    """
    rows = 4 + len(class_names(manifest))
    if len(outputs) != 1 or outputs[0].ndim != 2 or outputs[0].shape[0] != rows:
        raise HeadError(f"yolov8 reads one {rows} x N, got {[o.shape for o in outputs]}")
    raw = outputs[0]
    best = raw[4:].max(axis=0)
    found = above(best, manifest.confidence)
    candidates = raw[:, found]
    return table(
        corners(candidates[:4].T), best[found], candidates[4:].argmax(axis=0), manifest, geometry
    )
