"""The tables that an evaluation prints."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from inference.evaluation.score import Row
from inference.evaluation.tally import GOAL, Tally


def console() -> Console:
    """Return where tables are printed."""
    # Wide where nobody looks, so that no name is folded: other programs read the rows.
    return Console(width=None if sys.stdout.isatty() else 400)


def say(text: str) -> None:
    """Print one line as it is."""
    console().print(text, soft_wrap=True, markup=False, highlight=False)


def print_rows(rows: Iterable[Row]) -> None:
    """Print one line a clip and algorithm, then the notes."""
    out, shown = console(), list(rows)
    table = Table(box=None, pad_edge=False)
    for name in ("file", "kind", "window", "raised", "verdict"):
        table.add_column(name, no_wrap=True)
    for row in shown:
        raised = ", ".join(f"{at:.2f}" for at in row.raised) or "-"
        window = f"{row.window} (hard)" if row.hard else row.window
        table.add_row(row.file, row.kind, window, raised, row.verdict)
    out.print(table)
    for row in shown:
        if row.note:
            out.print(f"{row.file} {row.kind}: {row.note}", soft_wrap=True)


def print_tallies(title: str, tallies: Sequence[Tally]) -> None:
    """Print one line a tally: positives and recall, negatives and false events, with bounds."""
    out = console()
    table = Table(box=None, pad_edge=False, title=title, title_justify="left")
    left = ("", "kind")
    right = ("found", "recall", "95 %", "false", "hours", "an hour", "at most", "stray")
    for name in left:
        table.add_column(name, no_wrap=True)
    for name in right:
        table.add_column(name, no_wrap=True, justify="right")
    for tally in tallies:
        table.add_row(tally.name if tally.name != tally.kind else "", tally.kind, *_numbers(tally))
    out.print(table)


def _numbers(tally: Tally) -> tuple[str, ...]:
    low, high = tally.recall_bounds
    known = tally.recall is not None
    short = "" if tally.recall is None or tally.recall >= GOAL else " <"
    return (
        f"{tally.found}/{tally.positives}" if known else "-",
        f"{tally.recall:.3f}{short}" if tally.recall is not None else "-",
        f"{low:.3f}-{high:.3f}" if known else "-",
        f"{tally.false_events}",
        f"{tally.hours:.2f}",
        f"{tally.per_hour:.2f}" if tally.per_hour is not None else "-",
        f"{tally.per_hour_at_most:.2f}" if tally.hours else "-",
        f"{tally.stray}" + (f", {tally.unable} unable" if tally.unable else ""),
    )
