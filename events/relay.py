"""Events from the log to one destination: in order, at least once, nothing skipped in silence."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, Protocol

import msgspec

from events.bus import BusError, Event, Publisher, Refused
from events.destination import Filter
from events.log import Log
from events.pictures import Pictures, with_pictures

_log = logging.getLogger(__name__)

State = Literal["idle", "more", "failed", "leased"]

LEASE_S = 10.0
"""How long a killed relay keeps its successor waiting; longer than one delivery may take."""
IDLE_S = 0.25
"""How often an idle relay looks for new events."""
BATCH = 100


class DestinationSpec(msgspec.Struct, frozen=True):
    """What a relay must know of a destination. A city destination gets released incidents only."""

    id: str
    audience: Literal["internal", "city"] = "city"
    pictures: Pictures = "masked"
    filter: Filter = Filter()


class Backoff(msgspec.Struct, frozen=True):
    """How long to wait after failures: doubling from `first_s` to `most_s`, with jitter."""

    first_s: float = 1.0
    most_s: float = 60.0
    most_asked_s: float = 3600.0
    """Longest Retry-After that is honoured."""

    def wait_s(self, failures: int, asked_s: float | None, share: float) -> float:
        """Return the seconds to wait; half of it is left to chance, `share` is 0..1."""
        grown = self.first_s * 2.0 ** min(failures - 1, 16)
        own = min(self.most_s, grown) * (0.5 + share / 2)
        return max(own, min(asked_s or 0.0, self.most_asked_s))


class Progress(msgspec.Struct, frozen=True):
    """What one step did.

    state: idle (nothing is left), more (a full batch, go on at once), failed (the destination did
    not take an event; try again in `wait_s`), leased (another relay serves this destination).
    """

    state: State
    delivered: int = 0
    passed: int = 0
    """Events that this destination must not have."""
    refused: int = 0
    wait_s: float = 0.0
    why: str = ""
    refusal: str = ""
    """What the destination said of the last event that it refused."""


class Stop(Protocol):
    """What of `threading.Event` a relay needs."""

    def is_set(self) -> bool:
        """Return whether to stop."""
        ...


class Relay:
    """One destination's relay. One thread uses it.

    `owner` names this process in the lease; `clock` gives unix seconds; `wait` sleeps and wakes
    early when it is time to stop; `delivered` is told of each event that the destination took,
    before the cursor moves (so it may be told twice); `show` gives an event the pictures that the
    destination may have, and may raise BusError.
    """

    def __init__(
        self,
        log: Log,
        destination: DestinationSpec,
        publisher: Publisher,
        owner: str,
        clock: Callable[[], float],
        wait: Callable[[float], object],
        *,
        backoff: Backoff | None = None,
        lease_s: float = LEASE_S,
        jitter: Callable[[], float] = random.random,
        delivered: Callable[[Event], object] | None = None,
        show: Callable[[Event], Event] | None = None,
    ) -> None:
        self.consumer = consumer(destination.id)
        self._log = log
        self._destination = destination
        self._publisher = publisher
        self._owner = owner
        self._clock = clock
        self._wait = wait
        self._backoff = backoff or Backoff()
        self._lease_s = lease_s
        self._jitter = jitter
        self._delivered = delivered
        self._show = show or (lambda event: with_pictures(event, destination.pictures))
        self._leased_at: float | None = None
        self._failures = 0
        self.failing = ""
        """Why the last attempt failed, '' when it did not."""

    def run(self, stop: Stop) -> None:
        """Deliver until `stop` is set, then give the lease back."""
        try:
            while not stop.is_set():
                progress = self.deliver_some(stop)
                self._tell(progress)
                if progress.state != "more":
                    self._wait(progress.wait_s)
        finally:
            if self._leased_at is not None:
                self._log.acquire(self.consumer, self._owner, 0.0)

    def deliver_some(self, stop: Stop | None = None) -> Progress:
        """Take one batch from the cursor on; nothing is written while nothing is new.

        The cursor moves after each delivery: whoever is killed in between delivers that event
        again, with the same id. Dead letters that are to be tried again come first.
        """
        again = self._log.again(self.consumer, BATCH)
        if not again and not self._log.after(self._log.cursor(self.consumer), 1):
            return Progress("idle", wait_s=IDLE_S)
        step = _Step()
        for event in self._leased(again, step):
            if stop is not None and stop.is_set():
                return step.progress()
            self._deliver_again(event, step)
        for event in self._leased_batch(step):
            if stop is not None and stop.is_set():
                break
            if not wanted(event, self._destination):
                step.passed += 1
                step.passed_to = event.seq
            elif self._deliver(event, step):
                self._ack(event.seq, step)
            else:
                break
        if step.passed_to:
            self._ack(step.passed_to, step)
        return step.progress()

    def _leased(self, events: Iterable[Event], step: _Step) -> Iterator[Event]:
        """Yield events while the lease is ours and the destination takes them."""
        for event in events:
            if step.ended or not self._hold(step):
                return
            yield event

    def _leased_batch(self, step: _Step) -> Iterator[Event]:
        """Yield a batch while the lease is ours; the cursor is read under the lease."""
        if step.ended or not self._hold(step):
            return
        step.at = self._log.cursor(self.consumer)
        events = self._log.after(step.at, BATCH)
        step.more = len(events) == BATCH
        yield from self._leased(events, step)

    def _ack(self, seq: int, step: _Step) -> None:
        self._log.ack(self.consumer, seq, step.at)
        step.at, step.passed_to = seq, 0

    def _hold(self, step: _Step) -> bool:
        now = self._clock()
        if self._leased_at is not None and 0 <= now - self._leased_at < self._lease_s / 3:
            return True
        held = self._log.acquire(self.consumer, self._owner, self._lease_s)
        self._leased_at = now if held else None
        if not held:
            step.end("leased", self._lease_s / 4, "another relay serves this destination")
        return held

    def _deliver(self, event: Event, step: _Step) -> bool:
        """Deliver one event, or set it aside; False when it has to be tried again."""
        try:
            self._publisher.publish(self._show(event))
        except Refused as error:
            self._log.dead_letter(self.consumer, event, str(error))
            step.refused += 1
            step.refusal = str(error)
        except BusError as error:
            self._failures += 1
            wait_s = self._backoff.wait_s(self._failures, error.retry_after, self._jitter())
            step.end("failed", wait_s, str(error))
            return False
        else:
            step.delivered += 1
            if self._delivered is not None:
                self._delivered(event)
        self._failures = 0
        return True

    def _deliver_again(self, event: Event, step: _Step) -> None:
        """Try a dead letter once more, under the same rules as any other event."""
        if not wanted(event, self._destination):
            self._log.dead_letter(self.consumer, event, "the destination does not want it any more")
            return
        refused = step.refused
        if self._deliver(event, step) and step.refused == refused:
            self._log.revived(self.consumer, event.id)

    def _tell(self, progress: Progress) -> None:
        self.failing = progress.why if progress.state == "failed" else ""
        if progress.refused:
            _log.error(
                "%s refused %d events, now dead letters; the last: %s",
                self.consumer,
                progress.refused,
                progress.refusal,
            )
        if progress.state == "failed":
            _log.warning(
                "%s: attempt %d failed, next in %.1f s: %s",
                self.consumer,
                self._failures,
                progress.wait_s,
                progress.why,
            )


class _Step:
    """The tally of one step."""

    def __init__(self) -> None:
        self.delivered = 0
        self.passed = 0
        self.passed_to = 0
        self.at = 0
        self.refused = 0
        self.more = False
        self.why = ""
        self.refusal = ""
        self._end: tuple[State, float] | None = None

    @property
    def ended(self) -> bool:
        """Say whether the step is over before its batch is."""
        return self._end is not None

    def end(self, state: State, wait_s: float, why: str) -> None:
        """Say why the step ends before its batch does."""
        self._end = (state, wait_s)
        self.why = why

    def progress(self) -> Progress:
        """Return the step as a value."""
        state, wait_s = self._end or (("more", 0.0) if self.more else ("idle", IDLE_S))
        return Progress(
            state, self.delivered, self.passed, self.refused, wait_s, self.why, self.refusal
        )


def consumer(destination: str) -> str:
    """Return the name under which the log keeps a destination's cursor, lease and dead letters."""
    return f"destination:{destination}"


def wanted(event: Event, destination: DestinationSpec) -> bool:
    """Return whether a destination gets an event: a city one has only what was released."""
    may = destination.audience == "internal" or event.city
    return may and destination.filter.takes(event)
