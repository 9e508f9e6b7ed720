"""What 'held' means, from counts and ages; and the search for the largest number held. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

SHARE = 0.95
"""Of its promised pictures every camera has to get."""
DELAY_S = 1.0
"""p95 from picture received to finding may be at most this."""
RETURN_S = 10.0
"""A camera that is back may take so long until its pictures count as promised again."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A camera was broken off at `begun` and could be reached again at `ended` (unix seconds)."""

    camera: str
    begun: float
    ended: float


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds from picture received to finding."""

    p50: float = math.nan
    p95: float = math.nan
    p99: float = math.nan

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Delays:
        """Return the percentiles of single values, NaN of none."""
        return cls(*(percentile(seconds, share) for share in (0.50, 0.95, 0.99)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one window: `worst` is the smallest share of promised pictures that a camera got."""

    cameras: int
    worst: float
    short: int
    """Cameras below `SHARE`."""
    delays: Delays
    why: str
    """Why it does not count as held; '' when it does."""

    @property
    def held(self) -> bool:
        """True when every camera got its pictures in time."""
        return not self.why


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile; NaN of nothing."""
    if not values:
        return math.nan
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, math.ceil(share * len(ranked)) - 1))]


def from_classes(rows: Sequence[tuple[float, float]], share: float) -> float:
    """Return a percentile of a histogram; `rows` are (upper end, count up to it), +Inf last.

    Linear inside a class; what lies in the last class is given as infinity.
    """
    total = rows[-1][1] if rows else 0.0
    if total <= 0:
        return math.nan
    wanted, low, before = share * total, 0.0, 0.0
    for end, upto in rows:
        if upto >= wanted:
            if math.isinf(end):
                return math.inf
            return low + (end - low) * ((wanted - before) / max(upto - before, 1e-9))
        low, before = end, upto
    return math.inf


def promised(begun: float, ended: float, period_s: float, absences: Sequence[Absence]) -> float:
    """Return how many pictures a camera was promised in a window.

    Time away does not count, nor the time until a camera that is back has to be seen again. One
    picture less than the time is worth, because a window cuts the first and the last period.
    """
    away = sum(
        max(0.0, min(ended, one.ended + RETURN_S) - max(begun, one.begun)) for one in absences
    )
    return max(0.0, (ended - begun - away) / period_s - 1.0)


def judge(
    counts: Mapping[str, int],
    begun: float,
    ended: float,
    period_s: float,
    absences: Sequence[Absence],
    delays: Delays,
) -> Verdict:
    """Return whether all of `counts` (camera to pictures that came to a finding) were held."""
    by_camera: dict[str, list[Absence]] = {}
    for one in absences:
        by_camera.setdefault(one.camera, []).append(one)
    shares = []
    for camera, count in counts.items():
        due = promised(begun, ended, period_s, by_camera.get(camera, ()))
        shares.append(count / due if due > 0 else 1.0)
    worst, short = min(shares, default=0.0), sum(share < SHARE for share in shares)
    why = ""
    if short:
        why = f"{short} of {len(counts)} cameras got less than {SHARE:.0%} (worst {worst:.0%})"
    elif not delays.p95 <= DELAY_S:
        why = f"p95 from picture to finding {delays.p95:.2f} s"
    return Verdict(len(counts), worst, short, delays, why)


def largest(holds: Callable[[int], bool], first: int, most: int, within: float = 0.1) -> int:
    """Return the largest number that `holds`, asked as few times as possible; 0 when none does.

    Doubles from `first` until it does not hold, then halves the gap until it is `within` a share
    of the number. What holds is taken to hold for less, too.
    """
    low, high = 0, most + 1
    number = min(first, most)
    while low + max(1, int(low * within)) < high and low < most:
        if holds(number):
            low = number
        else:
            high = number
        number = min(most, max(low * 2, 1)) if high > most else max(1, (low + high) // 2)
    return low
