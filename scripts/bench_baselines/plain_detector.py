"""A detector as one writes it first: letterbox, one picture a call, decode, NMS."""

from __future__ import annotations

import sys
from typing import Any

import cv2
import numpy as np

from scripts.bench_baselines.plain_rules import Found
from scripts.bench_baselines.plan import Plan

sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

NMS_IOU = 0.65
STRIDES = (8, 16, 32)


class PlainDetector:
    """An ONNX file on ONNX Runtime or OpenVINO with all cores of the machine."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._run = _openvino(plan) if plan.runtime == "openvino" else _onnxruntime(plan)
        self._cells, self._strides = _grid(plan.input_width, plan.input_height)

    def detect(self, picture: Any) -> list[Found]:
        """Return the objects in a BGR picture."""
        tensor, ratio, left, top = self._fed(picture)
        rows = self._run(tensor)
        boxes, scores, classes = self._decoded(rows)
        keep = cv2.dnn.NMSBoxesBatched(
            boxes.tolist(), scores.tolist(), classes.tolist(), self._plan.confidence, NMS_IOU
        )
        height, width = picture.shape[:2]
        found = []
        for index in np.asarray(keep, int).reshape(-1):
            x, y, w, h = boxes[index]
            x1, y1 = (x - left) / ratio / width, (y - top) / ratio / height
            box = x1, y1, x1 + w / ratio / width, y1 + h / ratio / height
            label = self._plan.classes[int(classes[index])]
            found.append(Found(label, (float(box[0]), float(box[1]), float(box[2]), float(box[3]))))
        return found

    def _fed(self, picture: Any) -> tuple[Any, float, int, int]:
        plan = self._plan
        height, width = picture.shape[:2]
        ratio = min(plan.input_width / width, plan.input_height / height)
        size = round(width * ratio), round(height * ratio)
        left, top = (plan.input_width - size[0]) // 2, (plan.input_height - size[1]) // 2
        canvas = np.full((plan.input_height, plan.input_width, 3), plan.pad, np.uint8)
        scaled = picture if size == (width, height) else cv2.resize(picture, size)
        canvas[top : top + size[1], left : left + size[0]] = scaled
        tensor = cv2.dnn.blobFromImage(canvas, 1.0 / plan.scale, swapRB=plan.color == "rgb")
        return tensor, ratio, left, top

    def _decoded(self, rows: Any) -> tuple[Any, Any, Any]:
        """Return (N, 4) boxes as x, y, width, height in input pixels, scores, classes."""
        if self._plan.head == "yolox":
            chosen = rows[:, 4] >= self._plan.confidence
            likely = rows[chosen]
            stride = self._strides[chosen, None]
            centre = (likely[:, :2] + self._cells[chosen]) * stride
            size = np.exp(likely[:, 2:4]) * stride
            each = likely[:, 5:] * likely[:, 4:5]
        else:
            table = rows.T
            centre, size, each = table[:, :2], table[:, 2:4], table[:, 4:]
        classes = each.argmax(axis=1) if len(each) else np.zeros(0, int)
        scores = each[np.arange(len(each)), classes]
        sure = scores >= self._plan.confidence
        boxes = np.concatenate((centre - size / 2, size), axis=1)
        return boxes[sure], scores[sure], classes[sure]


def _grid(width: int, height: int) -> tuple[Any, Any]:
    cells, strides = [], []
    for stride in STRIDES:
        y, x = np.mgrid[: height // stride, : width // stride]
        cells.append(np.stack((x.ravel(), y.ravel()), axis=1))
        strides.append(np.full(x.size, stride))
    return np.concatenate(cells), np.concatenate(strides)


def _onnxruntime(plan: Plan) -> Any:
    import onnxruntime

    session = onnxruntime.InferenceSession(plan.model, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda tensor: session.run(None, {name: tensor})[0][0]


def _openvino(plan: Plan) -> Any:
    import openvino

    core = openvino.Core()
    model = core.read_model(plan.model)
    model.reshape([1, 3, plan.input_height, plan.input_width])
    compiled = core.compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
    request = compiled.create_infer_request()
    return lambda tensor: np.array(request.infer([tensor])[compiled.output(0)][0])
