"""Who of our processes lives: each says so every few seconds, with what is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from time import time
from typing import Any, Literal

import msgspec
from sqlalchemy import Engine, select

from store.access_tables import ProcessRow
from store.database import reading, writing

Name = Literal["worker", "relay", "keeper"]

BEAT_S = 5.0
"""How often a process says that it lives."""
AWAY_S = 15.0
"""Not heard for so long, it is away."""


class Heard(msgspec.Struct, frozen=True):
    """What was last heard of a process; `wrong` is part to words, empty when all is well."""

    name: str
    started_at: float
    seen_at: float
    wrong: dict[str, str]

    def away(self, now: float) -> bool:
        """Say whether nothing was heard for longer than it should take."""
        return now - self.seen_at > AWAY_S


class Beat:
    """A process's own word that it lives: at once when something else is wrong, else now and then.

    Used by one thread. Raises what the database raises; the next `tell` says it again.
    """

    def __init__(self, engine: Engine, name: Name) -> None:
        self._engine = engine
        self._name = name
        self._started_at = time()
        self._told: tuple[float, dict[str, str]] | None = None

    def tell(self, wrong: Mapping[str, str]) -> None:
        """Say that the process lives and what is wrong in it, in words without a secret."""
        now, known = time(), dict(wrong)
        if self._told is not None:
            at, before = self._told
            if before == known and 0 <= now - at < BEAT_S:
                return
        beat(self._engine, self._name, self._started_at, {"wrong": known}, now)
        self._told = now, known


def beat(
    engine: Engine, name: Name, started_at: float, detail: Mapping[str, Any], now: float
) -> None:
    """Write that a process lives at `now`."""
    with writing(engine) as session:
        row = session.get(ProcessRow, name) or ProcessRow(name=name)
        row.started_at, row.seen_at, row.detail = started_at, now, dict(detail)
        session.add(row)


def read(engine: Engine) -> dict[str, Heard]:
    """Return what was last heard of every process that ever ran, by name."""
    with reading(engine) as session:
        return {
            row.name: Heard(row.name, row.started_at, row.seen_at, row.detail.get("wrong", {}))
            for row in session.scalars(select(ProcessRow))
        }
