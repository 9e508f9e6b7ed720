"""Published weights for the first step: read from an ONNX file, never unpickled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from models.classes import COCO80
from training.network import StreetNano

Array = NDArray[np.float32]


class PretrainedError(ValueError):
    """The file is not this network; the text names the layer."""


def read_yolox_nano(path: Path, labels: Sequence[str]) -> StreetNano:
    """Return the network with the weights of Megvii's YOLOX-Nano export, cut to `labels`.

    The export has no names that would last, so layers are matched in the order in which they run.

    Raises:
        PretrainedError: another network, or a label that COCO does not know.
    """
    unknown = [label for label in labels if label not in COCO80]
    if unknown:
        raise PretrainedError(f"COCO knows no {unknown[0]!r}; train these classes from other data")
    convolutions = _convolutions(path)
    network = StreetNano(len(COCO80))
    layers = running_order(network)
    if len(layers) != len(convolutions):
        raise PretrainedError(f"{len(convolutions)} convolutions, this network has {len(layers)}")
    with torch.no_grad():
        convolutions[0] = unfold_focus(convolutions[0][0]), convolutions[0][1]
        for index, (layer, (weight, bias)) in enumerate(zip(layers, convolutions, strict=True)):
            if tuple(layer.weight.shape) != weight.shape:
                raise PretrainedError(f"layer {index}: {weight.shape}, not {layer.weight.shape}")
            layer.weight.copy_(torch.from_numpy(weight.copy()))
            _bias(layer).copy_(torch.from_numpy(bias.copy()))
    cut_classes(network, [COCO80.index(label) for label in labels])
    return network


def unfold_focus(weight: Array) -> Array:
    """Return (O, 3, 6, 6) for the (O, 12, 3, 3) kernel behind YOLOX's rearrangement of pixels.

    Its twelve channels are the pixels of 2 x 2 blocks: top left, bottom left, top right, bottom
    right, each with its three colours.
    """
    whole = np.zeros((weight.shape[0], 3, 6, 6), np.float32)
    for part, (row, column) in enumerate(((0, 0), (1, 0), (0, 1), (1, 1))):
        whole[:, :, row::2, column::2] = weight[:, 3 * part : 3 * part + 3]
    return whole


def running_order(network: StreetNano) -> list[nn.Conv2d]:
    """Return the convolutions in the order in which they run."""
    order: list[nn.Conv2d] = []

    def note(layer: nn.Conv2d, _inputs: Any, _output: Any) -> None:
        order.append(layer)

    hooks = [m.register_forward_hook(note) for m in network.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        network(torch.zeros(1, 3, 64, 64))
    for hook in hooks:
        hook.remove()
    return order


def cut_classes(network: StreetNano, kept: Sequence[int]) -> None:
    """Keep only these rows of the class outputs, in this order."""
    for branch in network.branches:
        old = branch.class_out
        new = nn.Conv2d(old.in_channels, len(kept), 1)
        with torch.no_grad():
            new.weight.copy_(old.weight[list(kept)])
            _bias(new).copy_(_bias(old)[list(kept)])
        branch.class_out = new


def _convolutions(path: Path) -> list[tuple[Array, Array]]:
    graph = onnx.load(str(path)).graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    found = []
    for node in graph.node:
        if node.op_type == "Conv":
            if len(node.input) != 3 or any(name not in values for name in node.input[1:]):
                raise PretrainedError(f"{node.name}: no kernel and bias of its own")
            found.append((values[node.input[1]], values[node.input[2]]))
    return found


def _bias(layer: nn.Conv2d) -> Tensor:
    if layer.bias is None:
        raise PretrainedError("a convolution without bias")
    return layer.bias
