"""DETR-class output (D-FINE, RT-DETR): a fixed number of queries, each a thing or nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.classes import class_names
from models.detector import Detections
from models.heads.table import HeadError, above, corners, table
from models.letterbox import Geometry
from models.manifest import ModelManifest

FARTHEST = 60.0
"""Logits beyond this are 0 or 1 in float32, and would only overflow the exponential."""


def decode(
    outputs: Sequence[NDArray[np.float32]], manifest: ModelManifest, geometry: Geometry
) -> Detections:
    """Return the table of one picture; nothing is suppressed, each thing has one query.

    outputs: either two, in any order: (Q, C) logits, one per class, and (Q, 4) centre x, centre y,
    width, height as fractions of the input; or the three of a deployed export: (Q,) class numbers,
    (Q, 4) x1 y1 x2 y2 in pixels of the sizes it was given, which are the input's, and (Q,) scores.

    Raises:
        HeadError: another number or shape of outputs.
    """
    if len(outputs) == 3:
        boxes, scores, classes = _deployed(outputs)
    else:
        boxes, scores, classes = _raw(outputs, manifest)
    found = above(scores, manifest.confidence)
    return table(boxes[found], scores[found], classes[found], manifest, geometry, apart=True)


def _raw(
    outputs: Sequence[NDArray[np.float32]], manifest: ModelManifest
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    count = len(class_names(manifest))
    logits, boxes = _told_apart(outputs, count)
    classes = logits.argmax(axis=1)
    best = np.take_along_axis(logits, classes[:, None], axis=1)[:, 0]
    scores = (1 / (1 + np.exp(-np.clip(best, -FARTHEST, FARTHEST)))).astype(np.float32)
    scores[~np.isfinite(best)] = np.nan
    size = np.array((manifest.input.width, manifest.input.height) * 2, np.float32)
    return corners(boxes.astype(np.float32)) * size, scores, classes


def _told_apart(
    outputs: Sequence[NDArray[np.float32]], count: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return (Q, C) logits and (Q, 4) boxes; with four classes the published order decides."""
    for first, second in (tuple(outputs), tuple(reversed(outputs))) if len(outputs) == 2 else ():
        queries = len(first) if first.ndim else 0
        if first.shape == (queries, count) and second.shape == (queries, 4):
            return first, second
    raise HeadError(
        f"detr reads Q x {count} logits and Q x 4 boxes, or labels, boxes and scores,"
        f" got {[o.shape for o in outputs]}"
    )


def _deployed(
    outputs: Sequence[NDArray[np.float32]],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    flat = [output for output in outputs if output.ndim == 1]
    boxes = [output for output in outputs if output.ndim == 2 and output.shape[1] == 4]
    if len(flat) != 2 or len(boxes) != 1 or {len(o) for o in flat} != {len(boxes[0])}:
        shapes = [o.shape for o in outputs]
        raise HeadError(f"detr reads Q labels, Q x 4 boxes and Q scores, got {shapes}")
    whole = [np.issubdtype(output.dtype, np.integer) for output in flat]
    labels, scores = (flat[1], flat[0]) if whole == [False, True] else (flat[0], flat[1])
    return boxes[0].astype(np.float32), scores.astype(np.float32), labels.astype(np.int64)
