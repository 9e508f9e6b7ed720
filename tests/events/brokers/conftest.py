"""The brokers of a test session: each started once, when first needed, and stopped at the end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings import read
from tests.events.brokers import consumers, servers
from tests.events.brokers.broker import Broker
from tests.events.brokers.servers import NoBroker, Server

PLACES: dict[str, dict[str, object]] = {
    "nats": {"subject": "city.events"},
    "mqtt": {"topic": "city/events"},
    "rabbitmq": {"routing_key": "city"},
    "redis": {"stream": "city"},
    "kafka": {"topic": "city"},
}
SUBSCRIBERS: dict[str, Callable[[Server], consumers.Subscriber]] = {
    "nats": consumers.Nats,
    "mqtt": consumers.Mqtt,
    "rabbitmq": consumers.Rabbitmq,
    "redis": consumers.RedisStream,
    "kafka": consumers.Kafka,
}
MAKERS: dict[str, Callable[[Path], Server]] = {
    "nats": servers.nats,
    "mqtt": servers.mosquitto,
    "rabbitmq": servers.rabbitmq,
    "redis": servers.redis,
    "kafka": servers.kafka,
}


class Hall:
    """The brokers that run; RabbitMQ begins with the first, because it takes long."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._servers: dict[str, Server] = {}

    def server(self, kind: str) -> Server:
        with contextlib.suppress(NoBroker):
            self._begin("rabbitmq")
        self._begin(kind)
        self._servers[kind].wait()
        return self._servers[kind]

    def _begin(self, kind: str) -> None:
        if kind not in self._servers:
            place = self._folder / kind
            place.mkdir(exist_ok=True)
            self._servers[kind] = MAKERS[kind](place)
            self._servers[kind].begin()

    def close(self) -> None:
        for server in self._servers.values():
            server.kill()


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Where brokers run until the tests are over."""
    made = Hall(tmp_path_factory.mktemp("brokers"))
    yield made
    made.close()


@pytest.fixture
def open_broker(hall: Hall) -> Iterator[Callable[[str], Broker]]:
    """Give a broker with an empty place for events; skips, or fails, where it is missing."""
    opened: list[Broker] = []

    def made(kind: str) -> Broker:
        try:
            server = hall.server(kind)
        except NoBroker as absent:
            if read().require_services:
                pytest.fail(str(absent))
            pytest.skip(str(absent))
        broker = Broker(kind, server, PLACES[kind], SUBSCRIBERS[kind](server))
        opened.append(broker)
        return broker

    yield made
    for broker in opened:
        broker.subscriber.close()
