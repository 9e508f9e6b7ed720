"""Which pictures share a batch: pure, no timer, tested without a GPU."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

_STEPS = 8
"""Classes of proportions in a doubling of width over height: 16:9 and 4:3 are three apart."""


def split(count: int, sizes: Sequence[int]) -> list[int]:
    """Return the batch lengths for `count` pictures given prepared `sizes` (ascending).

    No batch is padded while a smaller prepared size would do: 7 pictures on 1/2/4/8 give 4, 2, 1.
    """
    lengths: list[int] = []
    while count > 0:
        fitting = [size for size in sizes if size <= count]
        lengths.append(fitting[-1] if fitting else count)
        count -= lengths[-1]
    return lengths


def batches(shapes: Sequence[tuple[int, ...]], sizes: Sequence[int]) -> list[list[int]]:
    """Return which pictures go together, as places in `shapes` (height, width, ...).

    Pictures of like proportions share a batch, because the widest and the tallest of a batch decide
    how much of every row is padding. Within like ones, and between them, the first stay first.
    """
    alike: dict[int, list[int]] = {}
    for place, (height, width, *_) in enumerate(shapes):
        proportion = round(_STEPS * log2(width / height)) if width and height else 0
        alike.setdefault(proportion, []).append(place)
    together = []
    for places in alike.values():
        begun = 0
        for length in split(len(places), sizes):
            together.append(places[begun : begun + length])
            begun += length
    return together
