"""One broker as tests see it: its server, its address and login, and who reads from it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from events.brokers.opened import open_publisher
from events.bus import Event, Publisher
from events.destination import SCHEMES
from events.memory import MemoryLog
from events.relay import Backoff, DestinationSpec, Progress, Relay
from tests.events.brokers.consumers import Subscriber
from tests.events.brokers.servers import SECRET, Server
from tests.events.samples import event


@dataclass
class Broker:
    """`place` are the options that say where events go."""

    kind: str
    server: Server
    place: dict[str, Any]
    subscriber: Subscriber

    @property
    def url(self) -> str:
        scheme = SCHEMES[self.kind][0]
        if self.kind == "kafka":
            return f"{scheme}://{(self.server.folder / 'brokers.txt').read_text()}"
        return f"{scheme}://127.0.0.1:{self.server.port}"

    @property
    def secret(self) -> str:
        return "" if self.kind == "kafka" else SECRET

    def options(self, **more: Any) -> dict[str, Any]:
        named = {} if self.kind in ("kafka", "redis") else {"username": "relay"}
        return {**self.place, **named, "timeout_s": 3.0, **more}

    def publisher(self, **more: Any) -> Publisher:
        return open_publisher(self.kind, self.url, self.secret, self.options(**more))

    def go_away(self) -> None:
        """Be gone: killed, except where a broker promises nothing of the kind."""
        if self.kind == "kafka":
            # Its mock keeps everything in memory.
            self.server.signal(signal.SIGSTOP)
        elif self.kind == "mqtt":
            self.server.end()
        else:
            self.server.kill()

    def come_back(self) -> None:
        if self.kind == "kafka":
            self.server.signal(signal.SIGCONT)
        else:
            self.server.start()


@dataclass
class Desk:
    """A log and the relays that deliver it to one broker."""

    broker: Broker
    log: MemoryLog = field(default_factory=MemoryLog)

    def fill(self, *numbers: int, **fields: Any) -> list[str]:
        """Append events of two incidents in turn; return their ids."""
        for number in numbers:
            self.log.append(event(number, incident_id=f"inc-{number % 2}", **fields))
        return [f"event-{number}" for number in numbers]

    def relay(
        self, owner: str = "a", wait: Callable[[float], object] = id, **more: Any
    ) -> tuple[Relay, Publisher]:
        """Return a relay and its publisher; `wait` does not wait unless it is given."""
        publisher = self.broker.publisher(**more)
        spec = DestinationSpec("hq", audience="internal", pictures="original")
        relay = Relay(
            self.log,
            spec,
            publisher,
            owner,
            time.time,
            wait,
            backoff=Backoff(first_s=0.05, most_s=0.2),
            lease_s=0.5,
        )
        return relay, publisher


def settle(relay: Relay) -> list[Progress]:
    """Deliver until nothing is left; return what each step did."""
    steps = [relay.deliver_some()]
    while steps[-1].state != "idle":
        assert len(steps) < 200, steps[-1]
        steps.append(relay.deliver_some())
    return steps


def once(found: list[Event]) -> list[str]:
    """Return the ids as an idempotent consumer takes them: each the first time that it comes."""
    return list(dict.fromkeys(event.id for event in found))
