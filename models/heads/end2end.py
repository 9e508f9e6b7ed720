"""YOLOv10- and YOLO26-style output: finished rows, best first, nothing left to suppress."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.detector import Detections
from models.heads.table import HeadError, above, table
from models.heads.yolov8_pose import KEYPOINTS
from models.letterbox import Geometry
from models.manifest import ModelManifest


def decode(
    outputs: Sequence[NDArray[np.float32]], manifest: ModelManifest, geometry: Geometry
) -> Detections:
    """Return the table of one picture.

    outputs: one (N, 6): x1 y1 x2 y2 in input pixels, score 0..1, class number.

    Raises:
        HeadError: another number or shape of outputs, or a class that the manifest does not name.
    """
    return _rows(outputs, 6, manifest, geometry)


def decode_pose(
    outputs: Sequence[NDArray[np.float32]], manifest: ModelManifest, geometry: Geometry
) -> Detections:
    """Return the table of one picture, with (N, 17, 3) keypoints.

    outputs: one (N, 57): as above, then 17 times x, y in input pixels and visibility 0..1.

    Raises:
        HeadError: as above.
    """
    return _rows(outputs, 6 + 3 * KEYPOINTS, manifest, geometry)


def _rows(
    outputs: Sequence[NDArray[np.float32]],
    columns: int,
    manifest: ModelManifest,
    geometry: Geometry,
) -> Detections:
    if len(outputs) != 1 or outputs[0].ndim != 2 or outputs[0].shape[1] != columns:
        raise HeadError(f"end2end reads one N x {columns}, got {[o.shape for o in outputs]}")
    rows = outputs[0]
    found = above(rows[:, 4], manifest.confidence)
    rows = rows[found]
    rows = rows[np.isfinite(rows).all(axis=1)]
    points = rows[:, 6:].reshape(-1, KEYPOINTS, 3) if columns > 6 else None
    classes = np.rint(np.clip(rows[:, 5], -1, 1 << 20)).astype(np.int64)
    return table(rows[:, :4], rows[:, 4], classes, manifest, geometry, points, apart=True)
