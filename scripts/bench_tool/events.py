"""Were the right alerts raised, and how long after the dwell was up? By the clip's exact truth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from scripts.bench_tool.hold import RETURN_S, Absence, percentile
from scripts.bench_tool.load import Load
from scripts.bench_tool.system import Alert

EARLY_S = 1.5
LATE_S = 5.0
"""Beyond the dwell and two periods an alert may be so late before it counts as missed."""


class Served(Protocol):
    """Where each camera is in the clip: at (now - epoch + offset) modulo its duration."""

    @property
    def epoch(self) -> float:
        """Unix seconds at which the clip of a camera without offset began."""
        ...

    @property
    def offsets(self) -> Mapping[str, float]:
        """Seconds by which each camera is ahead."""
        ...


@dataclass(frozen=True, slots=True)
class Raised:
    """Events that were due in a window, those raised, and alerts that nothing stands behind.

    p50..p99 are seconds from the end of the dwell to the alert.
    """

    due: int = 0
    found: int = 0
    false: int = 0
    p50: float = math.nan
    p95: float = math.nan
    p99: float = math.nan

    @property
    def right(self) -> bool:
        """True when something was due, all of it was raised, and nothing else."""
        return self.due > 0 and self.found == self.due and not self.false


def match(
    load: Load,
    served: Served,
    alerts: Sequence[Alert],
    absences: Sequence[Absence],
    begun: float,
    ended: float,
) -> Raised:
    """Return what was raised between `begun`, when all cameras were seen, and `ended`.

    Events that began before, are not over after, or in which a camera was away, are left out.
    """
    late = LATE_S + 2 * load.period_s
    early = EARLY_S + load.period_s
    away: dict[str, list[Absence]] = {}
    for one in absences:
        away.setdefault(one.camera, []).append(one)
    due, waits, false = 0, [], 0
    for camera, offset in served.offsets.items():
        times = sorted(alert.at for alert in alerts if alert.camera == camera)
        moments = list(_due(load, served.epoch - offset, begun, ended + load.clip.duration_s))
        for moment in moments:
            start = moment - load.clip.dwell_s - early
            if start < begun or moment + late > ended or _was_away(away, camera, start, moment):
                continue
            due += 1
            hit = next((t for t in times if moment - early <= t <= moment + late), None)
            if hit is not None:
                waits.append(max(0.0, hit - moment))
        false += sum(
            begun + load.clip.duration_s < t < ended
            and camera not in away
            and not any(moment - early <= t <= moment + late for moment in moments)
            for t in times
        )
    spread = (percentile(waits, share) for share in (0.50, 0.95, 0.99))
    return Raised(due, len(waits), false, *spread)


def _due(load: Load, zero: float, begun: float, ended: float) -> Iterator[float]:
    """Yield when alerts are due, from a loop before the window to its end."""
    length = load.clip.duration_s
    number = math.floor((begun - zero) / length) - 1
    while (moment := zero + number * length + load.clip.due_s) < ended:
        yield moment
        number += 1


def _was_away(away: dict[str, list[Absence]], camera: str, start: float, moment: float) -> bool:
    return any(one.begun < moment and one.ended + RETURN_S > start for one in away.get(camera, ()))
