"""What the bench needs to know of a system under measurement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scripts.bench_tool.hold import Delays
from scripts.bench_tool.load import Load


@dataclass(frozen=True, slots=True)
class Counts:
    """Pictures that came to a finding, by camera, since the start.

    `ages` is a histogram of (upper end in seconds, count up to it) where a system has one.
    """

    by_camera: Mapping[str, int]
    ages: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as a person could first have seen it (unix seconds)."""

    camera: str
    at: float


class Running(Protocol):
    """A system at work on a load. `survives` says whether it goes on when a camera dies.

    `lockstep` says that it waits for a new picture of every camera before it looks at any, so that
    its delay is up to a period by construction.
    """

    @property
    def name(self) -> str:
        """Its name in tables."""
        ...

    @property
    def survives(self) -> bool:
        """True when a camera's death is that camera's alone."""
        ...

    @property
    def lockstep(self) -> bool:
        """True when it waits for all cameras."""
        ...

    @property
    def pid(self) -> int:
        """The process at the root of all of its processes."""
        ...

    @property
    def trouble(self) -> str:
        """Why it does not run any more; '' while it does."""
        ...

    def last_words(self) -> str:
        """Return the end of its log, for when something is wrong."""
        ...

    def counts(self) -> Counts:
        """Return what it has done so far."""
        ...

    def delays(self, before: Counts, after: Counts) -> Delays:
        """Return the ages of the pictures that came to a finding in between."""
        ...

    def alerts(self) -> Sequence[Alert]:
        """Return all alerts so far."""
        ...

    def runs(self) -> str:
        """Return how it runs, in its own words."""
        ...

    def stop(self) -> None:
        """End it."""
        ...


Start = Callable[[Load, Mapping[str, str], Path], Running]
"""Starts a system on a load and cameras (name to URL), in a folder of its own."""
