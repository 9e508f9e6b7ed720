"""What an alert rests on, as it is kept: the tests that decided, and how the episode went.

The same form as in `rules/observation.py`: what is stored and sent must not change with the rules.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Measure(msgspec.Struct, frozen=True):
    """One number and its limit; `above`: it had to be at least the limit, else at most.

    `name` is a key of `rules/measures.py`, which gives its words and unit.
    """

    name: str
    value: float
    limit: float
    above: bool = True

    @property
    def met(self) -> bool:
        """Say whether the limit is kept."""
        return self.value >= self.limit if self.above else self.value <= self.limit


class Series(msgspec.Struct, frozen=True):
    """One measure over time, and the limit as it was held against last."""

    name: str
    limit: float
    above: bool = True


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """What one picture said; `values` are those of the trace's `series`, None where it gave none.

    `sight`: held, the condition was met; gone, seen not to be; hidden, not to be seen.
    """

    at: float
    sight: Literal["held", "gone", "hidden"]
    values: tuple[float | None, ...] = ()


class Trace(msgspec.Struct, frozen=True):
    """How an episode went: few samples, about `every_s` apart. Times are unix seconds of capture.

    `since` is when it began, `kept_at` when its evidence was kept, `opened_at` when it was raised
    (None: not yet).
    """

    since: float
    every_s: float
    series: tuple[Series, ...] = ()
    samples: tuple[Sample, ...] = ()
    kept_at: float | None = None
    opened_at: float | None = None
