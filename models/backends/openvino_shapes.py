"""Another batch or picture size for networks that were exported for one size only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openvino import PartialShape, opset8

from models.heads.table import grid

STRIDES = (8, 16, 32)

Cells = tuple[NDArray[np.float32], NDArray[np.float32]]
_FOLDED: tuple[Callable[[Cells], NDArray[np.float32]], ...] = (
    lambda cells: (cells[0] + 0.5).T,  # centres in strides
    lambda cells: cells[1][None],  # strides
    lambda cells: 2 * cells[1][None],  # keypoints: twice the stride ...
    lambda cells: (cells[0] * cells[1][:, None]).T,  # ... and the cell's corner in pixels
)
"""What YOLOv8's exports fold into constants with one column per cell."""


class ShapeError(ValueError):
    """This network cannot take another batch or size; it must be exported again."""


@dataclass(frozen=True, slots=True)
class _Size:
    batch: int
    height: int
    width: int

    def cells(self) -> Cells:
        return grid(self.width, self.height, STRIDES)

    def counts(self) -> tuple[int, ...]:
        """Return the number of cells of all strides together and of each stride."""
        each = [len(grid(self.width, self.height, (stride,))[0]) for stride in STRIDES]
        return (sum(each), *each)


def reshape(model: Any, batch: int, height: int, width: int) -> Any:
    """Return `model`, changed in place, for inputs of batch x 3 x height x width.

    Exports for one size fix it in three ways, and each is undone: the leading 1 and the number of
    cells in target shapes, the target of resizing layers, and the grid itself as constants. A
    constant that is not understood is an error, never a guess.

    Raises:
        ShapeError: the network has not one 4-D input of float pictures, or does not follow.
    """
    if len(model.inputs) != 1 or model.input(0).partial_shape.rank.get_length() != 4:
        raise ShapeError(f"not one batch of pictures as input: {[str(i) for i in model.inputs]}")
    before = model.input(0).partial_shape
    if before.is_static and list(before.to_shape()) == [batch, 3, height, width]:
        return model
    new, old = _Size(batch, height, width), _made_for(before, batch)
    outputs: list[list[int]] = []
    try:
        if old is not None:
            outputs = _outputs(model, old)
            _free(model, old, new)
        # Not model.reshape: it first checks the nodes against the old input, which no longer fits.
        model.get_parameters()[0].set_partial_shape(PartialShape([batch, 3, height, width]))
        model.validate_nodes_and_infer_types()
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ShapeError(f"made for {before}, does not follow to {new}: {reason}") from error
    if old is not None and (old.batch, old.height, old.width) != (batch, height, width):
        for was, output in zip(outputs, model.outputs, strict=True):
            _check(was, list(output.shape), old, new)
    return model


def _outputs(model: Any, size: _Size) -> list[list[int]]:
    """Return the shapes of the outputs for inputs of `size`, for which the network was made."""
    taken = PartialShape([size.batch, 3, size.height, size.width])
    if model.input(0).partial_shape != taken:
        model.get_parameters()[0].set_partial_shape(taken)
        model.validate_nodes_and_infer_types()
    return [list(output.shape) for output in model.outputs]


def _made_for(before: PartialShape, batch: int) -> _Size | None:
    """Return the size that an export is fixed to; None when any height and width will do."""
    if before[2].is_dynamic or before[3].is_dynamic:
        return None
    lengths = [batch if axis.is_dynamic else axis.get_length() for axis in before]
    return _Size(lengths[0], lengths[2], lengths[3])


def _check(was: list[int], now: list[int], old: _Size, new: _Size) -> None:
    follows = dict(zip(old.counts(), new.counts(), strict=True))
    expected = [new.batch, *(follows.get(length, length) for length in was[1:])]
    # Some networks fold the batch into the cells: their output has the wrong axes, not no axes.
    if now != expected:
        raise ShapeError(f"an output {was} became {now} instead of {expected}")


def _free(model: Any, old: _Size, new: _Size) -> None:
    total = old.counts()[0]
    cells = (old.cells(), new.cells())
    for node in list(_after_input(model)):
        kind = node.get_type_name()
        if kind == "Reshape":
            _free_target(node, old.batch, total)
        elif kind == "Interpolate":
            _free_resize(node, old.batch, new.batch)
        elif kind.startswith("Reduce") and old.batch != new.batch:
            _keep_apart(node)
        elif (old.height, old.width) != (new.height, new.width):
            _free_grid(node, total, cells)


def _after_input(model: Any) -> Iterator[Any]:
    """Yield the nodes that see the picture; the rest are weights, whatever their shapes."""
    seen = {model.input(0).get_node().get_name()}
    for node in model.get_ordered_ops():
        if any(value.get_node().get_name() in seen for value in node.input_values()):
            seen.add(node.get_name())
            yield node


def _constant(node: Any, index: int) -> NDArray[Any] | None:
    if index >= node.get_input_size():
        return None
    source = node.input_value(index).get_node()
    return np.array(source.data) if source.get_type_name() == "Constant" else None


def _free_target(node: Any, batch: int, total: int) -> None:
    target = _constant(node, 1)
    if target is None or target.size < 2 or target[0] not in (batch, 0, -1):
        return
    if target[0] <= 0 and total not in target:
        return
    if 0 in target and not node.get_attributes()["special_zero"]:
        return
    target = target.astype(np.int64)
    target[0] = 0  # 'as it comes'
    if -1 not in target:
        target[target == total] = -1
    freed = opset8.reshape(node.input_value(0), target, special_zero=True)
    freed.set_friendly_name(node.get_friendly_name())
    for reader in node.output(0).get_target_inputs():
        reader.replace_source_output(freed.output(0))


def _free_resize(node: Any, old: int, new: int) -> None:
    target = _constant(node, 1)
    by_size = node.get_attributes().get("shape_calculation_mode") == "sizes"
    if by_size and target is not None and target.size == 4 and target[0] == old:
        target[0] = new
        node.input(1).replace_source_output(opset8.constant(target).output(0))


def _keep_apart(node: Any) -> None:
    """Refuse what mixes the pictures of a batch, as dynamic quantisation does with its range."""
    axes = _constant(node, 1)
    whole = node.get_output_partial_shape(0).rank.get_length() == 0
    if whole or (axes is not None and 0 in axes):
        name = node.get_friendly_name()
        raise ShapeError(f"{name}: a picture's result would depend on the others of its batch")


def _free_grid(node: Any, total: int, cells: tuple[Cells, Cells]) -> None:
    for index in range(node.get_input_size()):
        value = _constant(node, index)
        if value is None or total not in value.shape:
            continue
        leading = value.shape[:-2] if value.ndim > 1 else ()
        for folded in _FOLDED:
            known = folded(cells[0])
            if value.size == known.size and np.array_equal(value.reshape(known.shape), known):
                fresh = folded(cells[1])
                shape = (*leading, *fresh.shape)
                constant = opset8.constant(fresh.reshape(shape).astype(value.dtype))
                node.input(index).replace_source_output(constant.output(0))
                break
        else:
            raise ShapeError(f"constant of {value.shape} at {node.get_friendly_name()}: unknown")
