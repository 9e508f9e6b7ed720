"""The log and the bus in memory: for a laptop, a test, and a trial without a disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import msgspec

from events.bus import Event


class DeadLetter(msgspec.Struct, frozen=True):
    """An event that a consumer will not get, and why."""

    consumer: str
    event: Event
    why: str


class MemoryLog:
    """An append-only log with cursors and leases; satisfies `events.log.Log`. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._events: list[Event] = []
        self._ids: set[str] = set()
        self._cursors: dict[str, int] = {}
        self._leases: dict[str, tuple[str, float]] = {}
        self._dead: dict[tuple[str, str], DeadLetter] = {}
        self._replays: dict[str, int] = {}
        self._again: set[tuple[str, str]] = set()

    def append(self, event: Event) -> None:
        """Give the event the next place in the log; an id that is there already changes nothing."""
        with self._lock:
            if event.id not in self._ids:
                self._ids.add(event.id)
                place = len(self._events) + 1
                self._events.append(msgspec.structs.replace(event, seq=place))

    def after(self, seq: int, limit: int) -> list[Event]:
        with self._lock:
            return self._events[max(0, seq) : max(0, seq) + limit]

    def cursor(self, consumer: str) -> int:
        with self._lock:
            return self._replays.get(consumer, self._cursors.get(consumer, 0))

    def acquire(self, consumer: str, owner: str, lease_s: float) -> bool:
        with self._lock:
            now = self._clock()
            holder, until = self._leases.get(consumer, (owner, now))
            if holder != owner and until > now:
                return False
            self._leases[consumer] = (owner, now + lease_s)
            return True

    def ack(self, consumer: str, seq: int, since: int | None = None) -> None:
        with self._lock:
            cursor, replay = self._cursors.get(consumer, 0), self._replays.get(consumer)
            if replay is None or since not in (None, replay):
                self._cursors[consumer] = max(seq, cursor)
            elif seq >= cursor:
                self._cursors[consumer] = seq
                del self._replays[consumer]
            else:
                self._replays[consumer] = max(seq, replay)

    def replay(self, consumer: str, after: int) -> bool:
        with self._lock:
            if consumer in self._replays:
                return False
            if after < self._cursors.get(consumer, 0):
                self._replays[consumer] = max(0, after)
            return True

    def dead_letter(self, consumer: str, event: Event, why: str) -> None:
        with self._lock:
            self._dead[(consumer, event.id)] = DeadLetter(consumer, event, why)
            self._again.discard((consumer, event.id))

    def redrive(self, consumer: str, id: str | None = None) -> int:
        with self._lock:
            found = {key for key in self._dead if key[0] == consumer and id in (None, key[1])}
            self._again |= found
            return len(found)

    def again(self, consumer: str, limit: int) -> list[Event]:
        with self._lock:
            found = [self._dead[key].event for key in self._again if key[0] == consumer]
            return sorted(found, key=lambda event: event.seq)[:limit]

    def revived(self, consumer: str, id: str) -> None:
        with self._lock:
            self._dead.pop((consumer, id), None)
            self._again.discard((consumer, id))

    def dead_letters(self, consumer: str | None = None) -> list[DeadLetter]:
        """Return the dead letters, of one consumer if it is named, oldest first."""
        with self._lock:
            return [d for d in self._dead.values() if consumer in (None, d.consumer)]


class MemoryBus:
    """A bus over a memory log; satisfies `events.bus.Bus`."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def publish(self, event: Event) -> None:
        self._log.append(event)

    def subscribe(self, consumer: str, after: int | None = None) -> Iterator[Event]:
        seq = self._log.cursor(consumer) if after is None else after
        while page := self._log.after(seq, 100):
            yield from page
            seq = page[-1].seq

    def ack(self, consumer: str, seq: int) -> None:
        self._log.ack(consumer, seq)
