"""The memory log keeps the contract, and its leases run out."""

from __future__ import annotations

import pytest

from events.bus import Bus
from events.log import Log
from events.memory import MemoryBus, MemoryLog
from tests.events.contract import LogContract
from tests.events.samples import event


class TestMemory(LogContract):
    @pytest.fixture
    def memory(self) -> MemoryLog:
        return MemoryLog()

    @pytest.fixture
    def bus(self, memory: MemoryLog) -> Bus:
        return MemoryBus(memory)

    @pytest.fixture
    def log(self, memory: MemoryLog) -> Log:
        return memory


def test_a_lease_runs_out() -> None:
    now = [100.0]
    log = MemoryLog(clock=lambda: now[0])
    assert log.acquire("a", "first", 10.0)
    now[0] = 109.0
    assert not log.acquire("a", "second", 10.0)
    now[0] = 110.0
    assert log.acquire("a", "second", 10.0)
    assert not log.acquire("a", "first", 10.0)


def test_dead_letters_are_kept_by_consumer() -> None:
    log = MemoryLog()
    log.append(event(1))
    (dead,) = log.after(0, 1)
    log.dead_letter("a", dead, "no")
    log.dead_letter("b", dead, "never")
    assert [d.why for d in log.dead_letters()] == ["no", "never"]
    assert [d.why for d in log.dead_letters("b")] == ["never"]
