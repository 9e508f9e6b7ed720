"""Which waiting pictures go to the device next: pure, no timer, tested without a GPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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
