"""Small ONNX files written byte by byte, so that backends are tested without any weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Constant = NDArray[np.float32] | NDArray[np.int64]
Shape = Sequence[int | str]
"""A name instead of a number means any length."""


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(data)) + data


@dataclass(frozen=True)
class Node:
    """One operator; integer attributes are enough here."""

    kind: str
    inputs: tuple[str, ...]
    output: str
    attributes: Mapping[str, int | Sequence[int]]

    def encoded(self) -> bytes:
        attributes = b""
        for name, value in self.attributes.items():
            if isinstance(value, int):
                content = _number(3, value) + _number(20, 2)
            else:
                content = b"".join(_number(8, item) for item in value) + _number(20, 7)
            attributes += _bytes(5, _bytes(1, name) + content)
        inputs = b"".join(_bytes(1, name) for name in self.inputs)
        return inputs + _bytes(2, self.output) + _bytes(4, self.kind) + attributes


def _tensor(name: str, value: Constant) -> bytes:
    kind = 1 if value.dtype == np.float32 else 7
    dims = b"".join(_number(1, length) for length in value.shape)
    return dims + _number(2, kind) + _bytes(8, name) + _bytes(9, value.tobytes())


def _value(name: str, shape: Shape, whole: bool) -> bytes:
    dims = b""
    for length in shape:
        dims += _bytes(1, _bytes(2, length) if isinstance(length, str) else _number(1, length))
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, 7 if whole else 1) + _bytes(2, dims)))


Value = tuple[str, Shape, bool]
"""Name, shape, and whether it holds whole numbers (int64) instead of floats."""


def encode(
    nodes: Sequence[Node],
    constants: Mapping[str, Constant],
    taken: Shape,
    given: Shape,
) -> bytes:
    """Return a model from `images` of shape `taken` to `output` of shape `given`."""
    inputs, outputs = [("images", taken, False)], [("output", given, False)]
    return encode_all(nodes, constants, inputs, outputs)


def encode_all(
    nodes: Sequence[Node],
    constants: Mapping[str, Constant],
    inputs: Sequence[Value],
    outputs: Sequence[Value],
) -> bytes:
    """Return a model with any number of inputs and outputs."""
    graph = b"".join(_bytes(1, node.encoded()) for node in nodes) + _bytes(2, "made")
    graph += b"".join(_bytes(5, _tensor(name, value)) for name, value in constants.items())
    graph += b"".join(_bytes(11, _value(*value)) for value in inputs)
    graph += b"".join(_bytes(12, _value(*value)) for value in outputs)
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _bytes(1, "") + _number(2, 13))


def reddish(batch: int | str) -> bytes:
    """Return a network of 64 x 64 whose four cells of 32 x 32 score red and blue.

    Every cell names the same box, 20 x 20 in the middle. With a number as `batch` the file is
    fixed to it, as exports for one picture are.
    """
    weights = np.zeros((6, 3, 32, 32), np.float32)
    weights[4, 0] = weights[5, 2] = 1 / (32 * 32)
    bias = np.array([32, 32, 20, 20, 0, 0], np.float32)
    target = np.array([batch if isinstance(batch, int) else 0, 6, 4], np.int64)
    nodes = [
        Node("Conv", ("images", "weights", "bias"), "cells", {"strides": (32, 32)}),
        Node("Reshape", ("cells", "target"), "output", {}),
    ]
    constants: dict[str, Constant] = {"weights": weights, "bias": bias, "target": target}
    return encode(nodes, constants, (batch, 3, 64, 64), (batch, 6, 4))


def gridded(twist: float = 0.0) -> bytes:
    """Return a network of 64 x 64 with strides 8, 16, 32 and the grid as constants, as YOLOv8's.

    Each cell scores its mean red, green and blue, and names a box of two strides around itself.
    `twist` spoils the constants, so that they are no grid any more.
    """
    centres, strides = [], []
    nodes: list[Node] = []
    for stride in (8, 16, 32):
        for row in range(64 // stride):
            for column in range(64 // stride):
                centres.append((column + 0.5 + twist, row + 0.5))
                strides.append(stride)
        window = {"kernel_shape": (stride, stride), "strides": (stride, stride)}
        nodes.append(Node("AveragePool", ("images",), f"pool{stride}", window))
        nodes.append(Node("Reshape", (f"pool{stride}", "flat"), f"scores{stride}", {}))
    scores = ("scores8", "scores16", "scores32")
    nodes += [
        Node("Concat", scores, "scores", {"axis": 2}),
        Node("Slice", ("scores", "from", "to", "axis"), "two", {}),
        Node("Mul", ("two", "nothing"), "zero", {}),
        Node("Add", ("centres", "zero"), "middle", {}),
        Node("Mul", ("middle", "strides"), "corner", {}),
        Node("Add", ("zero", "doubled"), "size", {}),
        Node("Concat", ("corner", "size", "scores"), "output", {"axis": 1}),
    ]
    length = np.array(strides, np.float32)[None, None]
    constants: dict[str, Constant] = {
        "flat": np.array([1, 3, -1], np.int64),
        "from": np.array([0], np.int64),
        "to": np.array([2], np.int64),
        "axis": np.array([1], np.int64),
        "nothing": np.zeros(1, np.float32),
        "centres": np.array(centres, np.float32).T[None],
        "strides": length,
        "doubled": 2 * length,
    }
    return encode(nodes, constants, (1, 3, 64, 64), (1, 7, len(strides)))


def contrasty() -> bytes:
    """Return `reddish` fed with each batch's own contrast, as dynamic quantisation does."""
    weights = np.zeros((6, 3, 32, 32), np.float32)
    weights[4, 0] = weights[5, 2] = 1 / (32 * 32)
    nodes = [
        Node("ReduceMax", ("images",), "most", {"keepdims": 0}),
        Node("Div", ("images", "most"), "scaled", {}),
        Node("Conv", ("scaled", "weights", "bias"), "cells", {"strides": (32, 32)}),
        Node("Reshape", ("cells", "target"), "output", {}),
    ]
    constants: dict[str, Constant] = {
        "weights": weights,
        "bias": np.array([32, 32, 20, 20, 0, 0], np.float32),
        "target": np.array([1, 6, 4], np.int64),
    }
    return encode(nodes, constants, (1, 3, 64, 64), (1, 6, 4))
