"""What was raised against what should have been: one row per clip and algorithm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from inference.evaluation.truth import TruthClip, TruthEvent
from rules.observation import Box


class Raised(msgspec.Struct, frozen=True):
    """One alert: when (seconds as played) and where (fractions of the picture).

    `delay_s` is how long after capture the store had it, 0.0 where no wall clock runs (files).
    """

    at: float
    box: Box
    score: float = 0.0
    delay_s: float = 0.0


class Row(msgspec.Struct, frozen=True):
    """One clip under one algorithm. RIGHT: every event raised once inside its window, no more."""

    file: str
    kind: str
    window: str
    raised: tuple[float, ...]
    verdict: Literal["RIGHT", "WRONG"]
    hard: bool
    expected: int
    found: int
    false: int
    boxes: tuple[Box, ...] = ()
    delays: tuple[float, ...] = ()
    note: str = ""


class Summary(msgspec.Struct, frozen=True):
    """Counts over all rows. `decides` counts the wrong rows that are not hard."""

    rows: int
    right: int
    wrong: int
    decides: int
    expected: int
    found: int
    false: int

    @property
    def line(self) -> str:
        """Return the summary as the last line of the output."""
        recall = f"{self.found}/{self.expected}" if self.expected else "none expected"
        hard = self.wrong - self.decides
        return (
            f"{self.rows} rows: {self.right} RIGHT, {self.wrong} WRONG ({hard} hard); "
            f"recall {recall}; false events {self.false}"
        )


def score(clip: TruthClip, kind: str, raised: Sequence[Raised], note: str = "") -> Row:
    """Return the row of one clip and algorithm.

    Each event takes the first alert inside its window that no earlier event has taken; every
    other alert is a false event. A `note` (why it could not run) makes the row WRONG.
    """
    events = sorted((e for e in clip.events if e.kind == kind), key=lambda e: e.not_before)
    left = sorted(raised, key=lambda r: r.at)
    found = 0
    for event in events:
        match = next((r for r in left if event.not_before <= r.at <= event.not_after), None)
        if match is not None:
            left.remove(match)
            found += 1
    in_order = sorted(raised, key=lambda r: r.at)
    right = found == len(events) and not left and not note
    return Row(
        file=clip.file,
        kind=kind,
        window=", ".join(_window(event) for event in events) or "-",
        raised=tuple(round(r.at, 2) for r in in_order),
        verdict="RIGHT" if right else "WRONG",
        hard=clip.hard or any(event.hard for event in events),
        expected=len(events),
        found=found,
        false=len(left),
        boxes=tuple(r.box for r in in_order),
        delays=tuple(round(r.delay_s, 2) for r in in_order),
        note=note,
    )


def summarise(rows: Sequence[Row]) -> Summary:
    """Return the counts over all rows."""
    wrong = [row for row in rows if row.verdict == "WRONG"]
    return Summary(
        rows=len(rows),
        right=len(rows) - len(wrong),
        wrong=len(wrong),
        decides=sum(not row.hard for row in wrong),
        expected=sum(row.expected for row in rows),
        found=sum(row.found for row in rows),
        false=sum(row.false for row in rows),
    )


def _window(event: TruthEvent) -> str:
    return f"{event.not_before:g}-{event.not_after:g}"
