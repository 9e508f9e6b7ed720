"""Heads: from a network's raw outputs to a table of detections, one pure function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.detector import Detections
from models.heads import detr, end2end, nanodet, yolov8, yolov8_pose, yolox
from models.letterbox import Geometry
from models.manifest import ModelManifest

Head = Callable[[Sequence[NDArray[np.float32]], ModelManifest, Geometry], Detections]
"""The outputs of one picture (no batch axis), its model, its place in the input."""

HEADS: Mapping[str, Head] = {
    "yolov8": yolov8.decode,
    "yolov8-pose": yolov8_pose.decode,
    "yolox": yolox.decode,
    "nanodet": nanodet.decode,
    "detr": detr.decode,
    "end2end": end2end.decode,
    "end2end-pose": end2end.decode_pose,
}
"""The head of every name that a manifest may give."""
