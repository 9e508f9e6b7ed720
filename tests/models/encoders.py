"""Raw outputs as networks give them, made from boxes by code that shares nothing with the heads."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Thing:
    """What is in the picture: x1 y1 x2 y2 in picture pixels, class number, score, keypoints."""

    box: tuple[float, float, float, float]
    number: int
    score: float
    points: tuple[tuple[float, float, float], ...] = field(default=())


@dataclass(frozen=True)
class View:
    """A picture of width x height shown in an input of wide x high."""

    width: int
    height: int
    wide: int
    high: int

    def point(self, x: float, y: float) -> tuple[float, float]:
        ratio = min(self.wide / self.width, self.high / self.height)
        inner = round(self.width * ratio), round(self.height * ratio)
        return (
            (self.wide - inner[0]) // 2 + x / self.width * inner[0],
            (self.high - inner[1]) // 2 + y / self.height * inner[1],
        )

    def box(self, thing: Thing) -> tuple[float, float, float, float]:
        return (*self.point(*thing.box[:2]), *self.point(*thing.box[2:]))

    def centred(self, thing: Thing) -> tuple[float, float, float, float]:
        x1, y1, x2, y2 = self.box(thing)
        return (x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1


def cells(view: View) -> list[tuple[int, int, int]]:
    """Every cell of an output as (stride, column, row), in the order of the output."""
    return [
        (stride, column, row)
        for stride in (8, 16, 32)
        for row in range(view.high // stride)
        for column in range(view.wide // stride)
    ]


def yolov8(view: View, things: list[Thing], classes: int, noise: float = 0.01) -> list[Array]:
    out = np.full((4 + classes, len(cells(view))), noise, np.float32)
    for index, thing in enumerate(things):
        column = 17 + 31 * index
        out[:4, column] = view.centred(thing)
        out[4 + thing.number, column] = thing.score
    return [out]


def pose(view: View, things: list[Thing]) -> list[Array]:
    out = np.full((56, len(cells(view))), 0.01, np.float32)
    for index, thing in enumerate(things):
        column = 5 + 13 * index
        out[:4, column] = view.centred(thing)
        out[4, column] = thing.score
        for place, (x, y, seen) in enumerate(thing.points):
            out[5 + 3 * place : 8 + 3 * place, column] = (*view.point(x, y), seen)
    return [out]


def yolox(view: View, things: list[Thing], classes: int, stride: int) -> list[Array]:
    """Things answer in the cell of `stride` that their centre falls into; scores are split."""
    order = {cell: index for index, cell in enumerate(cells(view))}
    out = np.zeros((len(order), 5 + classes), np.float32)
    for thing in things:
        x, y, width, height = view.centred(thing)
        cell = (stride, int(x // stride), int(y // stride))
        line = out[order[cell]]
        line[:2] = x / stride - cell[1], y / stride - cell[2]
        line[2:4] = math.log(width / stride), math.log(height / stride)
        line[4] = math.sqrt(thing.score)
        line[5 + thing.number] = math.sqrt(thing.score)
    return [out]


def nanodet(view: View, things: list[Thing], classes: int, stride: int) -> list[Array]:
    """Each side's distance lies between two whole bins and is shared between them."""
    order = cells(view)
    scores = np.full((len(order), classes), 0.01, np.float32)
    boxes = np.zeros((len(order), 4, 8), np.float32)
    for thing in things:
        x1, y1, x2, y2 = view.box(thing)
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        cell = (stride, int(x // stride), int(y // stride))
        index = order.index(cell)
        middle = (cell[1] + 0.5) * stride, (cell[2] + 0.5) * stride
        scores[index, thing.number] = thing.score
        sides = (middle[0] - x1, middle[1] - y1, x2 - middle[0], y2 - middle[1])
        for side, length in enumerate(sides):
            distance = length / stride
            low = min(6, int(distance))
            chances = np.full(8, 1e-9)
            chances[low] += low + 1 - distance
            chances[low + 1] += distance - low
            boxes[index, side] = np.log(chances) + 3.0
    flat = boxes.reshape(-1, 32)
    cuts = [sum(1 for cell in order if cell[0] == s) for s in (8, 16)]
    at = [cuts[0], cuts[0] + cuts[1]]
    return [*np.split(scores, at), *np.split(flat, at)]


def detr(view: View, things: list[Thing], classes: int, queries: int = 300) -> list[Array]:
    """Logits and boxes as transformers' exports give them; things sit at scattered queries."""
    logits = np.full((queries, classes), -8.0, np.float32)
    boxes = np.full((queries, 4), 0.5, np.float32)
    for index, thing in enumerate(things):
        query = 7 + 31 * index
        x, y, wide, high = view.centred(thing)
        boxes[query] = (x / view.wide, y / view.high, wide / view.wide, high / view.high)
        logits[query, thing.number] = math.log(thing.score / (1 - thing.score))
    return [logits, boxes]


def deployed(view: View, things: list[Thing], queries: int = 300) -> list[NDArray[Any]]:
    """Labels, boxes and scores as D-FINE's own export gives them for the input's size."""
    labels = np.zeros(queries, np.int64)
    boxes = np.zeros((queries, 4), np.float32)
    scores = np.full(queries, 0.01, np.float32)
    for index, thing in enumerate(sorted(things, key=lambda thing: -thing.score)):
        labels[index], boxes[index], scores[index] = thing.number, view.box(thing), thing.score
    return [labels, boxes, scores]


def end2end(view: View, things: list[Thing], rows: int = 300) -> list[Array]:
    """Finished rows, best first; where keypoints are given, 57 columns, else 6."""
    points = any(thing.points for thing in things)
    out = np.zeros((rows, 57 if points else 6), np.float32)
    for index, thing in enumerate(sorted(things, key=lambda thing: -thing.score)):
        out[index, :6] = (*view.box(thing), thing.score, thing.number)
        for number, (x, y, seen) in enumerate(thing.points):
            out[index, 6 + 3 * number : 9 + 3 * number] = (*view.point(x, y), seen)
    return [out]
