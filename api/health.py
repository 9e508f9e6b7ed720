"""Who of our processes lives, as the console is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.cases import at
from api.schemas.live import Process
from store.processes import Heard

_OTHERS = ("worker", "relay")


def processes(heard: Mapping[str, Heard], now: float, started_at: float) -> list[Process]:
    """Return every process of ours; this one is the last, and lives since `started_at`."""
    return [
        *(_other(name, heard.get(name), now) for name in _OTHERS),
        Process(name="api", away=False, seen_at=at(now), since=at(started_at), wrong={}),
    ]


def _other(name: Any, heard: Heard | None, now: float) -> Process:
    if heard is None:
        return Process(name=name, away=True, seen_at=None, since=None, wrong={})
    away = heard.away(now)
    return Process(
        name=name,
        away=away,
        seen_at=at(heard.seen_at),
        since=at(heard.seen_at if away else heard.started_at),
        # What was wrong before it went away is no longer known.
        wrong={} if away else heard.wrong,
    )


def news(process: Process) -> tuple[Any, ...]:
    """Return what of a process is worth telling when it changes: not each beat."""
    since = None if process.away else process.since
    return process.name, process.away, since, process.wrong
