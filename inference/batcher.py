"""Which waiting pictures go to the device next: pure, no timer, tested without a GPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

_STEPS = 8
"""Classes of proportions in a doubling of width over height: 16:9 and 4:3 are three apart."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A camera with a picture in its slot. Times are monotonic seconds.

    `priority` is the lowest number (most urgent) among the algorithms that want the picture;
    `served_at` is when this camera was last taken (0.0: never).
    """

    camera: str
    priority: int
    served_at: float
    waiting_since: float


def choose(waiting: Sequence[Waiting], limit: int, now: float, patience_s: float) -> list[str]:
    """Return up to `limit` cameras, most deserving first.

    Urgent algorithms go first, within a priority the camera served longest ago (the caller gives
    each its own time of service, in this order, or ties go by name for ever). A picture that has
    waited longer than `patience_s` counts as most urgent, so that a flood of urgent cameras slows
    the others and never starves them.
    """

    def rank(one: Waiting) -> tuple[int, float, str]:
        overdue = now - one.waiting_since > patience_s
        return (-1 if overdue else one.priority, one.served_at, one.camera)

    return [one.camera for one in sorted(waiting, key=rank)[:limit]]


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
