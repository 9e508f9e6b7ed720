"""How old pictures are when they have been judged: counts by age, for metrics and benches."""

from __future__ import annotations

from bisect import bisect_left

BOUNDS_S = (
    *(0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8),
    *(0.9, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 20.0, 30.0),
)
"""Upper ends of the classes in seconds; what is older falls into one more."""


class Delays:
    """A histogram. Written by one thread; a reader may see the newest one missing."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS_S) + 1)
        self.sum_s = 0.0

    def add(self, seconds: float) -> None:
        """Count one picture."""
        self._counts[bisect_left(BOUNDS_S, seconds)] += 1
        self.sum_s += seconds

    @property
    def cumulative(self) -> list[tuple[str, float]]:
        """Return (upper end, pictures up to it) as Prometheus wants it, '+Inf' last."""
        total, rows = 0, []
        names = (*(f"{bound:g}" for bound in BOUNDS_S), "+Inf")
        for name, count in zip(names, self._counts, strict=True):
            total += count
            rows.append((name, float(total)))
        return rows
