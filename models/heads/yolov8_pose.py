"""YOLOv8-pose output: a box, a score and 17 keypoints of each person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.detector import Detections
from models.heads.table import HeadError, above, corners, table
from models.letterbox import Geometry
from models.manifest import ModelManifest

KEYPOINTS = 17
"""COCO's order: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles; left first."""


def decode(
    outputs: Sequence[NDArray[np.float32]], manifest: ModelManifest, geometry: Geometry
) -> Detections:
    """Return the table of one picture, with (N, 17, 3) keypoints.

    outputs: one (56, N): centre x, centre y, width, height in input pixels, score 0..1, then
    17 times x, y in input pixels and visibility 0..1.

    Raises:
        HeadError: another number or shape of outputs.
    """
    rows = 5 + 3 * KEYPOINTS
    if len(outputs) != 1 or outputs[0].ndim != 2 or outputs[0].shape[0] != rows:
        raise HeadError(f"yolov8-pose reads one {rows} x N, got {[o.shape for o in outputs]}")
    raw = outputs[0]
    found = above(raw[4], manifest.confidence)
    candidates = raw[:, found].T
    return table(
        corners(candidates[:, :4]),
        candidates[:, 4],
        np.zeros(len(found), np.int64),
        manifest,
        geometry,
        candidates[:, 5:].reshape(-1, KEYPOINTS, 3),
    )
