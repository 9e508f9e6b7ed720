"""Any of our ONNX detectors in the form that Ultralytics reads: same weights, other wrapping.

It expects RGB 0..1 and one output (batch, 4 + classes, cells) with boxes as x, y, width, height in
input pixels, and its settings as metadata. YOLOX-type models are decoded inside the graph.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from scripts.bench_baselines.plan import Plan

STRIDES = (8, 16, 32)


def wrapped(plan: Plan, folder: Path) -> Path:
    """Return the model's file in that form, made now if need be."""
    made = folder / f"{Path(plan.model).stem}-{plan.head}-ultralytics.onnx"
    if not made.exists():
        folder.mkdir(parents=True, exist_ok=True)
        model = onnx.load(plan.model)
        if plan.head == "yolox":
            _decode_inside(model, plan)
        _describe(model, plan)
        onnx.checker.check_model(model)
        onnx.save(model, str(made))
    return made


def as_openvino(file: Path, plan: Plan) -> Path:
    """Return the folder of the same model for Ultralytics' OpenVINO backend."""
    import openvino

    folder = file.with_name(f"{file.stem}_openvino_model")
    if not (folder / "metadata.yaml").exists():
        folder.mkdir(parents=True, exist_ok=True)
        openvino.save_model(openvino.convert_model(str(file)), folder / f"{file.stem}.xml")
        lines = [f"{name}: {value}" for name, value in _metadata(plan).items()]
        (folder / "metadata.yaml").write_text("\n".join(lines) + "\n")
    return folder


def _metadata(plan: Plan) -> dict[str, str]:
    return {
        "stride": "32",
        "task": "detect",
        "batch": "1",
        "imgsz": f"[{plan.input_height}, {plan.input_width}]",
        "names": str(dict(enumerate(plan.classes))),
        "channels": "3",
        "dynamic": "True",
        "args": "{'dynamic': True, 'nms': False}",
    }


def _describe(model: Any, plan: Plan) -> None:
    del model.metadata_props[:]
    for name, value in _metadata(plan).items():
        model.metadata_props.add(key=name, value=value)


def _decode_inside(model: Any, plan: Plan) -> None:
    """Feed BGR 0..255 from RGB 0..1, and decode the grid: the same numbers, other places."""
    graph = model.graph
    before, rows = graph.input[0].name, graph.output[0].name
    cells, strides = _grid(plan.input_width, plan.input_height)
    constants = {
        "form_order": np.array([2, 1, 0] if plan.color == "bgr" else [0, 1, 2], np.int64),
        "form_scale": np.array(255.0 / plan.scale, np.float32),
        "form_cells": cells[None].astype(np.float32),
        "form_strides": strides[None, :, None].astype(np.float32),
        "form_parts": np.array([2, 2, 1, len(plan.classes)], np.int64),
    }
    graph.initializer.extend(numpy_helper.from_array(v, k) for k, v in constants.items())
    for node in graph.node:
        node.input[:] = ["form_fed" if name == before else name for name in node.input]
    fed = [
        helper.make_node("Gather", [before, "form_order"], ["form_bgr"], axis=1),
        helper.make_node("Mul", ["form_bgr", "form_scale"], ["form_fed"]),
    ]
    read = [
        helper.make_node(
            *("Split", [rows, "form_parts"], ["form_xy", "form_wh", "form_obj", "form_cls"]),
            axis=-1,
        ),
        helper.make_node("Add", ["form_xy", "form_cells"], ["form_at"]),
        helper.make_node("Mul", ["form_at", "form_strides"], ["form_centre"]),
        helper.make_node("Exp", ["form_wh"], ["form_exp"]),
        helper.make_node("Mul", ["form_exp", "form_strides"], ["form_size"]),
        helper.make_node("Mul", ["form_cls", "form_obj"], ["form_score"]),
        helper.make_node(
            "Concat", ["form_centre", "form_size", "form_score"], ["form_all"], axis=-1
        ),
        helper.make_node("Transpose", ["form_all"], ["output0"], perm=[0, 2, 1]),
    ]
    nodes = [*fed, *graph.node, *read]
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.output[:]
    shape = ["batch", 4 + len(plan.classes), len(cells)]
    graph.output.append(helper.make_tensor_value_info("output0", onnx.TensorProto.FLOAT, shape))


def _grid(width: int, height: int) -> tuple[Any, Any]:
    cells, strides = [], []
    for stride in STRIDES:
        y, x = np.mgrid[: height // stride, : width // stride]
        cells.append(np.stack((x.ravel(), y.ravel()), axis=1))
        strides.append(np.full(x.size, stride))
    return np.concatenate(cells), np.concatenate(strides)
