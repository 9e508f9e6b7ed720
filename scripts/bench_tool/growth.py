"""CPU against cameras, from one to many, with a straight line through it; and memory over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scripts.bench_tool import usage
from scripts.bench_tool.compare import Pace, line
from scripts.bench_tool.load import Load
from scripts.bench_tool.measure import Failed, Measured, Wish, measure
from scripts.bench_tool.system import Start

NUMBERS = (1, 5, 10, 25, 50, 100, 200, 300, 400, 500)
WARM_UP_S = 120.0
EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """y = base + slope x cameras; `r2` says how straight, `worst` is the largest gap in y."""

    base: float
    slope: float
    r2: float
    worst: float


def fitted(points: Sequence[tuple[float, float]]) -> Line | None:
    """Return the least-squares line through (cameras, y); None of fewer than three points."""
    if len(points) < 3:
        return None
    x, y = np.array(points, float).T
    slope, base = np.polyfit(x, y, 1)
    gaps = y - (base + slope * x)
    spread = float(((y - y.mean()) ** 2).sum())
    r2 = 1.0 - float((gaps**2).sum()) / spread if spread > 0 else 1.0
    return Line(float(base), float(slope), r2, float(np.abs(gaps).max()))


@dataclass(frozen=True, slots=True)
class Growth:
    """Measurements with more and more cameras, and lines through those that were held."""

    points: tuple[Measured, ...]
    fit: Line | None
    """Cores."""
    memory: Line | None
    """MiB."""


def grow(start: Start, load: Load, pace: Pace, say: Callable[[str], None]) -> Growth:
    """Measure ours with more and more cameras."""
    results: list[Measured] = []
    for number in (n for n in NUMBERS if n <= pace.most):
        try:
            wish = Wish(load, number, pace.probe_s, 0.0, pace.pin)
            results.append(measure(start, wish, pace.folder))
        except Failed as failed:
            say(f"  {number} cameras: {failed}")
            break
        say(f"  {line(results[-1])}")
    held = [one for one in results if one.verdict.held]
    cores = fitted([(float(one.cameras), one.cores) for one in held])
    memory = fitted([(float(one.cameras), one.memory_mib) for one in held])
    return Growth(tuple(results), cores, memory)


@dataclass(frozen=True, slots=True)
class Soaked:
    """Memory of a long run after its warm-up, in MiB, and the trend in MiB an hour."""

    measured: Measured
    first: float
    last: float
    most: float
    trend: float
    samples: tuple[tuple[float, float], ...]


def soak(start: Start, load: Load, cameras: int, minutes: float, pace: Pace) -> Soaked:
    """Run ours for long and look at its memory every few seconds."""
    samples: list[tuple[float, float]] = []

    def watch(seconds: float, root: int) -> None:
        if not samples or seconds - samples[-1][0] >= EVERY_S:
            samples.append((round(seconds, 1), round(usage.of(root).memory_mib, 1)))

    wish = Wish(load, cameras, minutes * 60, pace.deaths, pace.pin, watch)
    measured = measure(start, wish, pace.folder)
    warm = min(WARM_UP_S, minutes * 60 / 4)
    late = np.array([sample for sample in samples if sample[0] >= warm])
    quarter = max(1, len(late) // 4)
    trend = float(np.polyfit(late[:, 0] / 3600, late[:, 1], 1)[0]) if len(late) > 2 else 0.0
    return Soaked(
        measured,
        first=round(float(late[:quarter, 1].mean()), 1),
        last=round(float(late[-quarter:, 1].mean()), 1),
        most=float(late[:, 1].max()),
        trend=round(trend, 2),
        samples=tuple(samples),
    )
