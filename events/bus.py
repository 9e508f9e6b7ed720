"""The seam to buses: publish, subscribe, ack. At least once, and ids make repeats harmless."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec


class Event(msgspec.Struct, frozen=True):
    """A CloudEvents 1.0 event as it stands in the log.

    `seq` is its place in the log (the cursor); `id` is stable over repeats and restarts;
    `time` is RFC 3339 UTC; `data` is the JSON object; `incident` groups what must stay in order
    ('' for camera and coverage events); `city` is True when a city destination may have it.
    """

    seq: int
    id: str
    type: str
    source: str
    subject: str
    time: str
    data: dict[str, object]
    incident: str = ""
    city: bool = False


class BusError(Exception):
    """The bus did not take or give an event now; retry later. Never holds a secret.

    `retry_after` is how many seconds the other side asked us to wait, None when it did not say.
    """

    def __init__(self, text: str = "", retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class Refused(BusError):
    """The other side said no for good (4xx): dead-letter the event instead of retrying it."""


class Publisher(Protocol):
    """Where a relay delivers to: a webhook now, Kafka, NATS, MQTT ... later."""

    def publish(self, event: Event) -> None:
        """Deliver one event; returning means that the other side has it.

        Raises:
            BusError: not delivered; the relay retries with back-off.
            Refused: not delivered and never will be.
        """
        ...

    def close(self) -> None:
        """Give connections back."""
        ...


class Bus(Protocol):
    """A bus with a memory: the embedded one is a cursor over the log."""

    def publish(self, event: Event) -> None:
        """Append one event."""
        ...

    def subscribe(self, consumer: str, after: int | None = None) -> Iterator[Event]:
        """Yield events beyond the consumer's cursor (or beyond `after`), then return."""
        ...

    def ack(self, consumer: str, seq: int) -> None:
        """Move the consumer's cursor to `seq`; earlier events do not come again."""
        ...
