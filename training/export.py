"""From a trained network to the file and the manifest that the catalog reads."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray

from training.network import StreetNano, WithScores

OPSET = 17
TOLERANCE = 1e-3
"""Largest difference of any number of a row between torch and ONNX Runtime."""


class ExportError(RuntimeError):
    """The exported file does not say what the network says."""


def export(network: StreetNano, path: Path, size: tuple[int, int], facts: Mapping[str, str]) -> str:
    """Write the network as ONNX for inputs of size (width, height) and any batch; return its hash.

    `facts` go into the file's metadata. The file is checked against the network before it is kept.

    Raises:
        ExportError: the file gives other numbers than the network, for one picture or for two.
    """
    width, height = size
    whole = WithScores(network).eval().cpu()
    example = torch.zeros(2, 3, height, width)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft.onnx")
    try:
        with warnings.catch_warnings():
            # The newer exporter needs packages that nothing else here does.
            warnings.simplefilter("ignore", DeprecationWarning)
            torch.onnx.export(
                whole,
                (example,),
                str(draft),
                dynamo=False,
                opset_version=OPSET,
                input_names=["images"],
                output_names=["rows"],
                dynamic_axes={"images": {0: "batch"}, "rows": {0: "batch"}},
            )
        model = onnx.load(str(draft))
        onnx.helper.set_model_props(model, dict(facts))
        onnx.checker.check_model(model)
        draft.write_bytes(model.SerializeToString(deterministic=True))
        compare(whole, draft, size)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compare(whole: WithScores, path: Path, size: tuple[int, int]) -> float:
    """Return the largest difference between the network and the file on made-up pictures.

    Raises:
        ExportError: it is larger than `TOLERANCE`, or a shape differs.
    """
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for count in (1, 2):
        pictures = _patches(count, size)
        with torch.no_grad():
            wanted = whole(torch.from_numpy(pictures)).numpy()
        found = session.run(None, {"images": pictures})[0]
        if found.shape != wanted.shape:
            raise ExportError(f"{path.name} gives {found.shape}, the network {wanted.shape}")
        worst = max(worst, float(np.abs(found - wanted).max()))
    if not worst <= TOLERANCE:
        raise ExportError(f"{path.name} differs from the network by {worst:.2g}")
    return worst


def _patches(count: int, size: tuple[int, int]) -> NDArray[np.float32]:
    """Return pictures of coloured blocks: noise alone would hardly wake the deeper layers."""
    random = np.random.default_rng(0)
    blocks = random.uniform(0, 255, (count, 3, size[1] // 32, size[0] // 32))
    return blocks.repeat(32, axis=2).repeat(32, axis=3).astype(np.float32)


MANIFEST = """\
id = "{id}"
version = "{version}"
name = "{name}"
licence = "{licence}"
provider = "{provider}"
source = "{source}"
format = "onnx"
head = "yolox"
classes = [{classes}]
confidence = {confidence}
nms_iou = 0.65

[[files]]
name = "{file}"
sha256 = "{sha256}"

[input]
width = {width}
height = {height}
color = "bgr"
mean = [0.0, 0.0, 0.0]
std = [1.0, 1.0, 1.0]
pad = 114
"""


def manifest(
    words: Mapping[str, str], file: str, sha256: str, size: tuple[int, int], labels: Sequence[str]
) -> str:
    """Return the model's manifest as TOML; `words` are id, version, name, licence and the like."""
    classes = ", ".join(f'"{label}"' for label in labels)
    return MANIFEST.format(
        **words, file=file, sha256=sha256, width=size[0], height=size[1], classes=classes
    )
