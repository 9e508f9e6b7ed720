"""Who lives: a process that says nothing is away, and what is wrong is told at once."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from store import processes


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(processes, "time", lambda: now[0])
    return now


def test_a_process_that_says_nothing_is_away(engine: Engine, clock: list[float]) -> None:
    assert processes.read(engine) == {}
    processes.Beat(engine, "worker").tell({})
    heard = processes.read(engine)["worker"]
    assert (heard.started_at, heard.seen_at, heard.wrong) == (1000.0, 1000.0, {})
    assert not heard.away(1000.0 + processes.AWAY_S)
    assert heard.away(1000.1 + processes.AWAY_S)


def test_beats_are_rare_but_something_wrong_is_said_at_once(
    engine: Engine, clock: list[float]
) -> None:
    beat = processes.Beat(engine, "relay")
    beat.tell({})
    clock[0] = 1001.0
    beat.tell({})
    assert processes.read(engine)["relay"].seen_at == 1000.0
    beat.tell({"city": "refused"})
    assert processes.read(engine)["relay"].wrong == {"city": "refused"}
    assert processes.read(engine)["relay"].seen_at == 1001.0
    clock[0] = 1001.0 + processes.BEAT_S
    beat.tell({"city": "refused"})
    assert processes.read(engine)["relay"].seen_at == clock[0]


def test_a_restart_is_seen(engine: Engine, clock: list[float]) -> None:
    processes.Beat(engine, "worker").tell({"engine": "stuck"})
    clock[0] = 1010.0
    processes.Beat(engine, "worker").tell({})
    heard = processes.read(engine)["worker"]
    assert (heard.started_at, heard.wrong) == (1010.0, {})
