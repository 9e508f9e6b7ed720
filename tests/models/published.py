"""Networks of 64 x 64 with the outputs of published exports: their names, shapes and types."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tests.models.onnx_file import Constant, Node, encode_all

QUERIES = 300
RED, BLUE = 7, 250
"""The rows that answer to a red and to a blue picture."""
RED_BOX, BLUE_BOX = (0.25, 0.25, 0.5, 0.75), (0.5, 0.5, 1.0, 1.0)
"""x1 y1 x2 y2 as fractions of the input."""

_POOL: tuple[Node, ...] = (
    Node("GlobalAveragePool", ("pixels",), "mean", {}),
    Node("Slice", ("mean", "zero", "one", "one"), "red4", {}),
    Node("Slice", ("mean", "two", "three", "one"), "blue4", {}),
    Node("Reshape", ("red4", "flat"), "red", {}),
    Node("Reshape", ("blue4", "flat"), "blue", {}),
)
"""From (N, 3, H, W) to two (N, 1, 1): how red and how blue each picture is, 0..1."""


def _constants(**more: Constant) -> dict[str, Constant]:
    shared: dict[str, Constant] = {
        "zero": np.array([0], np.int64),
        "one": np.array([1], np.int64),
        "two": np.array([2], np.int64),
        "three": np.array([3], np.int64),
        "flat": np.array([0, 1, 1], np.int64),
    }
    return shared | more


def _answers(name: str, base: str, red: str, blue: str) -> list[Node]:
    """Return `base` + how red x `red` + how blue x `blue` under `name`."""
    return [
        Node("Mul", ("red", red), f"{name}.r", {}),
        Node("Mul", ("blue", blue), f"{name}.b", {}),
        Node("Add", (f"{name}.r", f"{name}.b"), f"{name}.rb", {}),
        Node("Add", (f"{name}.rb", base), name, {}),
    ]


def _filled(columns: int, value: float = 0.0) -> NDArray[np.float32]:
    return np.full((1, QUERIES, columns), value, np.float32)


def _centred(box: Sequence[float]) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = box
    return (x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1


def transformers_detr(batch: int | str) -> bytes:
    """Return D-FINE or RT-DETR as the transformers exporter writes it: `logits`, `pred_boxes`."""
    red, blue = _filled(80), _filled(80)
    red[0, RED, 0], blue[0, BLUE, 2] = 16, 16
    boxes = _filled(4, 0.5)
    boxes[0, RED], boxes[0, BLUE] = _centred(RED_BOX), _centred(BLUE_BOX)
    nodes = [*_POOL, *_answers("logits", "base", "reds", "blues")]
    nodes += [
        Node("Mul", ("red", "nothing"), "none", {}),
        Node("Add", ("boxes", "none"), "pred_boxes", {}),
    ]
    constants = _constants(
        base=_filled(80, -8), reds=red, blues=blue, boxes=boxes, nothing=np.zeros(1, np.float32)
    )
    return encode_all(
        _renamed(nodes, "pixel_values"),
        constants,
        [("pixel_values", (batch, 3, 64, 64), False)],
        [("logits", (batch, QUERIES, 80), False), ("pred_boxes", (batch, QUERIES, 4), False)],
    )


def deployed_detr(batch: int | str) -> bytes:
    """Return D-FINE as its own repository exports it: `labels`, `boxes`, `scores`, sizes given."""
    scores, reds, blues = (np.full((1, QUERIES), value, np.float32) for value in (0.01, 0.0, 0.0))
    reds[0, RED], blues[0, BLUE] = 0.9, 0.9
    labels = np.zeros((1, QUERIES), np.float32)
    labels[0, BLUE] = 2
    corners = _filled(4, 0.1)
    corners[0, RED], corners[0, BLUE] = RED_BOX, BLUE_BOX
    nodes = [
        *_POOL[:3],
        Node("Reshape", ("red4", "flatter"), "red", {}),
        Node("Reshape", ("blue4", "flatter"), "blue", {}),
        *_answers("scores", "base", "reds", "blues"),
        Node("Mul", ("red", "nothing"), "none", {}),
        Node("Add", ("numbers", "none"), "numbered", {}),
        Node("Cast", ("numbered",), "labels", {"to": 7}),
        Node("Cast", ("orig_target_sizes",), "sizes", {"to": 1}),
        Node("Concat", ("sizes", "sizes"), "twice", {"axis": 1}),
        Node("Reshape", ("twice", "rows"), "scale", {}),
        Node("Mul", ("corners", "scale"), "boxes", {}),
    ]
    constants = _constants(
        flatter=np.array([0, 1], np.int64),
        rows=np.array([0, 1, 4], np.int64),
        base=scores,
        reds=reds,
        blues=blues,
        numbers=labels,
        corners=corners,
        nothing=np.zeros(1, np.float32),
    )
    return encode_all(
        _renamed(nodes, "images"),
        constants,
        [("images", (batch, 3, 64, 64), False), ("orig_target_sizes", (batch, 2), True)],
        [
            ("labels", (batch, QUERIES), True),
            ("boxes", (batch, QUERIES, 4), False),
            ("scores", (batch, QUERIES), False),
        ],
    )


def finished(batch: int | str, columns: int = 6) -> bytes:
    """Return YOLOv10 or YOLO26 as Ultralytics exports it: one `output0` of finished rows."""
    base, reds, blues = _filled(columns), _filled(columns), _filled(columns)
    base[0, RED, :4], base[0, BLUE, :4] = np.multiply(RED_BOX, 64), np.multiply(BLUE_BOX, 64)
    base[0, :, 6:] = 32
    base[0, BLUE, 5] = 0 if columns > 6 else 2
    reds[0, RED, 4], blues[0, BLUE, 4] = 0.9, 0.9
    nodes = [*_POOL, *_answers("output0", "base", "reds", "blues")]
    return encode_all(
        _renamed(nodes, "images"),
        _constants(base=base, reds=reds, blues=blues),
        [("images", (batch, 3, 64, 64), False)],
        [("output0", (batch, QUERIES, columns), False)],
    )


def _renamed(nodes: Sequence[Node], name: str) -> list[Node]:
    """Let the first node read the input under its published name."""
    first = Node(nodes[0].kind, (name,), nodes[0].output, nodes[0].attributes)
    return [first, *nodes[1:]]
