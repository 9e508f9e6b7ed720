"""What a relay and a consumer need of the event log: reading from a cursor, and a lease on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from events.bus import Event

_FOLLOW_S = 0.25
_PAGE = 200


class Stop(Protocol):
    """What of `threading.Event` a follower needs."""

    def is_set(self) -> bool:
        """Return whether to stop."""
        ...

    def wait(self, timeout: float) -> object:
        """Wait so many seconds, or until it is time to stop."""
        ...


class Log(Protocol):
    """The append-only log with one cursor and one lease per consumer (a destination, a tail)."""

    def after(self, seq: int, limit: int) -> list[Event]:
        """Return up to `limit` events beyond `seq`, in order, without gaps that may fill later."""
        ...

    def cursor(self, consumer: str) -> int:
        """Return the consumer's cursor, 0 for one never seen; a replay's while one runs."""
        ...

    def acquire(self, consumer: str, owner: str, lease_s: float) -> bool:
        """Take or renew the lease; False while another owner holds an unexpired one."""
        ...

    def ack(self, consumer: str, seq: int, since: int | None = None) -> None:
        """Move the consumer's cursor forward to `seq`; while a replay runs, that of the replay.

        `since` is where the consumer comes from, to tell a replay from what it had begun before.
        """
        ...

    def replay(self, consumer: str, after: int) -> bool:
        """Let everything beyond `after` come again; False while an earlier replay runs."""
        ...

    def dead_letter(self, consumer: str, event: Event, why: str) -> None:
        """Remember that this event will not be delivered to this consumer, and why."""
        ...

    def redrive(self, consumer: str, id: str | None = None) -> int:
        """Let the consumer's dead letters (or that of one event) be tried again; return how many.

        Those whose event is no longer in the log stay as they are.
        """
        ...

    def again(self, consumer: str, limit: int) -> list[Event]:
        """Return up to `limit` dead letters' events that are to be tried again, in order."""
        ...

    def revived(self, consumer: str, id: str) -> None:
        """Forget a dead letter, because its event was delivered after all."""
        ...


def follow(log: Log, seq: int, wait: bool, stop: Stop) -> Iterator[Event]:
    """Yield events beyond `seq` until `stop` is set, without `wait` until there are no more."""
    while not stop.is_set():
        page = log.after(seq, _PAGE)
        for event in page:
            if stop.is_set():
                return
            yield event
            seq = event.seq
        if not page:
            if not wait:
                return
            stop.wait(_FOLLOW_S)


def end(log: Log) -> int:
    """Return the place of the newest event, 0 in an empty log, in a few looks at it."""
    low, high = 0, 1
    while log.after(high, 1):
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        if log.after(middle, 1):
            low = middle + 1
        else:
            high = middle
    return low
