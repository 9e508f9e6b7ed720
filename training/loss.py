"""The losses: boxes by overlap, objectness, classes, and what the old network knew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, smooth_l1_loss

from models.heads.table import grid
from training.assign import Assigned, assign
from training.network import STRIDES

BOX_WEIGHT = 5.0
DISTIL_FLOOR = 0.05
"""Cells where the teacher is at least so sure also teach their box."""


@dataclass(frozen=True, slots=True)
class Target:
    """The truth of one picture, in input pixels.

    boxes: (M, 4) x1 y1 x2 y2; classes: (M,); ignored: (K, 4) areas where nothing is known.
    """

    boxes: NDArray[np.float32]
    classes: NDArray[np.int64]
    ignored: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the cells of an input size are, as arrays and on the device."""

    centres: NDArray[np.float32]
    strides: NDArray[np.float32]
    corners_t: Tensor
    strides_t: Tensor

    @classmethod
    def of(cls, width: int, height: int, device: torch.device) -> Cells:
        """Return the cells of inputs of width x height."""
        cells, strides = grid(width, height, STRIDES)
        return cls(
            (cells + 0.5) * strides[:, None],
            strides,
            torch.from_numpy(cells).to(device),
            torch.from_numpy(strides).to(device)[:, None],
        )

    def boxes(self, rows: Tensor) -> Tensor:
        """Return (B, N, 4) x1 y1 x2 y2 in input pixels of the network's rows."""
        middle = (rows[..., :2] + self.corners_t) * self.strides_t
        # An exploding size would make every later number infinite.
        half = rows[..., 2:4].clamp(max=8.0).exp() * self.strides_t / 2
        return torch.cat((middle - half, middle + half), dim=-1)


def detection_loss(rows: Tensor, targets: Sequence[Target], cells: Cells) -> Tensor:
    """Return the loss of a batch against its truth, a scalar.

    rows: (B, N, 5 + C) as the network gives them.
    """
    boxes = cells.boxes(rows)
    found = _assigned(rows, boxes, targets, cells)
    total = max(1, sum(len(one.cells) for one in found))
    objectness = torch.zeros(rows.shape[:2], device=rows.device)
    weight = torch.from_numpy(_known(targets, cells)).to(rows.device)
    loss = rows.sum() * 0.0
    for index, (one, target) in enumerate(zip(found, targets, strict=True)):
        if not len(one.cells):
            continue
        at = torch.from_numpy(one.cells).to(rows.device)
        objectness[index, at] = 1.0
        weight[index, at] = 1.0
        truth = torch.from_numpy(target.boxes[one.objects]).to(rows.device)
        wanted = torch.zeros(len(one.cells), rows.shape[2] - 5, device=rows.device)
        sure = torch.from_numpy(one.overlaps).to(rows.device)
        classes = torch.from_numpy(target.classes[one.objects]).to(rows.device)
        wanted[torch.arange(len(one.cells), device=rows.device), classes] = sure
        loss = loss + BOX_WEIGHT * (1.0 - pair_overlap(boxes[index, at], truth) ** 2).sum()
        loss = loss + binary_cross_entropy_with_logits(rows[index, at, 5:], wanted, reduction="sum")
    objects = binary_cross_entropy_with_logits(rows[..., 4], objectness, reduction="none")
    return (loss + (objects * weight).sum()) / total


def distillation_loss(rows: Tensor, teacher: Tensor, which: Tensor) -> Tensor:
    """Return how far the network has come from what the old one says, a scalar.

    rows, teacher: (B, N, 5 + C) logits; which: (B,) 1 where the old network is to be believed.
    """
    said = teacher[..., 4:].sigmoid()
    apart = binary_cross_entropy_with_logits(rows[..., 4:], said, reduction="none")
    least = binary_cross_entropy_with_logits(teacher[..., 4:], said, reduction="none")
    scores = ((apart - least)[..., 0] + said[..., 0] * (apart - least)[..., 1:].sum(-1)).sum(1)
    sure = said[..., 0] * (said[..., 0] >= DISTIL_FLOOR)
    boxes = smooth_l1_loss(rows[..., :4], teacher[..., :4], reduction="none").sum(-1)
    per_picture = (scores + (boxes * sure).sum(1)) / sure.sum(1).clamp(min=1.0)
    return (per_picture * which).sum() / max(1, len(which))


def pair_overlap(ours: Tensor, theirs: Tensor) -> Tensor:
    """Return the (N,) intersection over union of boxes in pairs."""
    low, high = torch.maximum(ours[:, :2], theirs[:, :2]), torch.minimum(ours[:, 2:], theirs[:, 2:])
    shared = (high - low).clamp(min=0).prod(1)
    union = (ours[:, 2:] - ours[:, :2]).prod(1) + (theirs[:, 2:] - theirs[:, :2]).prod(1) - shared
    return shared / union.clamp(min=1e-6)


def _assigned(
    rows: Tensor, boxes: Tensor, targets: Sequence[Target], cells: Cells
) -> list[Assigned]:
    with torch.no_grad():
        scores = (rows[..., 4:5].sigmoid() * rows[..., 5:].sigmoid()).cpu().numpy()
        predicted = boxes.detach().cpu().numpy()
    return [
        assign(
            target.boxes,
            target.classes,
            predicted[index],
            scores[index],
            cells.centres,
            cells.strides,
        )
        for index, target in enumerate(targets)
    ]


def _known(targets: Sequence[Target], cells: Cells) -> NDArray[np.float32]:
    """Return (B, N): 0 for cells whose centre lies where nothing is known."""
    known = np.ones((len(targets), len(cells.centres)), np.float32)
    x, y = cells.centres[:, 0], cells.centres[:, 1]
    for row, target in zip(known, targets, strict=True):
        for x1, y1, x2, y2 in target.ignored:
            row[(x > x1) & (x < x2) & (y > y1) & (y < y2)] = 0.0
    return known
