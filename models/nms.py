"""Non-maximum suppression, class by class."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

CANDIDATES = 1000
"""Only so many of the best candidates are compared: the cost grows with their square."""


def suppress(
    boxes: NDArray[np.float32],
    scores: NDArray[np.float32],
    classes: NDArray[np.int64],
    iou: float,
) -> NDArray[np.int64]:
    """Return the indices that survive, best score first.

    A box is dropped when a better one of the same class overlaps it by more than `iou`
    (intersection over union). boxes: (N, 4) x1 y1 x2 y2 in any unit; scores: (N,); classes: (N,).
    """
    order = np.argsort(-scores, kind="stable")[:CANDIDATES]
    if len(order) < 2:
        return order
    corners = boxes[order].astype(np.float64)
    corners[:, 2:] -= corners[:, :2]
    kept = cv2.dnn.NMSBoxesBatched(
        corners,  # type: ignore[arg-type]  # an array is read ten times faster than a list
        scores[order],  # type: ignore[arg-type]
        classes[order].astype(np.int32),  # type: ignore[arg-type]
        score_threshold=0.0,
        nms_threshold=iou,
    )
    survivors = np.sort(np.asarray(kept, np.int64).reshape(-1))
    return order[survivors]
