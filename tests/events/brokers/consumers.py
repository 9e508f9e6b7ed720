"""What a subscriber of each broker does: prepare a place for events, and read all that is there."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Mapping
from typing import Any, Protocol

import confluent_kafka
import nats
import pika
from nats.js.api import DiscardPolicy, StreamConfig
from nats.js.errors import APIError, NotFoundError
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from redis import Redis

from events.bus import Event
from events.cloudevent import from_binary, from_structured
from tests.events.brokers.servers import SECRET, Server, until

PREFIXES = ("ce_", "ce-", "cloudEvents:")


def read(content_type: str, headers: Mapping[str, str], body: bytes) -> Event:
    """Return the event of a message in either mode, as the bindings say it is told."""
    if content_type.lower().startswith("application/cloudevents"):
        return from_structured(body)
    names = {_bare(name): value for name, value in headers.items()}
    return from_binary(
        {"content-type": content_type} | {f"ce-{n}": v for n, v in names.items()}, body
    )


def _bare(name: str) -> str:
    return next((name.removeprefix(p) for p in PREFIXES if name.startswith(p)), name)


def _different(events: list[Event]) -> int:
    return len({event.id for event in events})


class Subscriber(Protocol):
    """Reads what a broker has; made while the broker is up."""

    def events(self, count: int) -> list[Event]:
        """Return what came so far, in order and with repeats, once it is `count` or more."""
        ...

    def close(self) -> None: ...


class Nats:
    """A stream on `city.>`, and one on `full` that is full."""

    def __init__(self, server: Server) -> None:
        self._url = f"nats://relay:{SECRET}@127.0.0.1:{server.port}"
        asyncio.run(self._prepare())

    async def _prepare(self) -> None:
        client = await nats.connect(self._url)
        stream = client.jetstream()
        # A new one each time: a stream knows ids again that it took minutes ago.
        with contextlib.suppress(NotFoundError):
            await stream.delete_stream("CITY")
        await stream.add_stream(StreamConfig(name="CITY", subjects=["city.>"]))
        await stream.add_stream(
            StreamConfig(name="FULL", subjects=["full"], max_msgs=1, discard=DiscardPolicy.NEW)
        )
        with contextlib.suppress(APIError):
            await stream.publish("full", b"")
        await client.close()

    def events(self, count: int) -> list[Event]:
        return asyncio.run(self._events())

    async def _events(self) -> list[Event]:
        client = await nats.connect(self._url)
        stream = client.jetstream()
        state = (await stream.stream_info("CITY")).state
        found = []
        for seq in range(state.first_seq, state.last_seq + 1):
            raw = await stream.get_msg("CITY", seq)
            headers = dict(raw.headers or {})
            event = read(headers["Content-Type"], headers, raw.data or b"")
            assert headers["Nats-Msg-Id"] == event.id
            found.append(event)
        await client.close()
        return found

    def close(self) -> None:
        """Nothing is kept open."""


class Mqtt:
    """A session on `city/#` that outlives its connection."""

    def __init__(self, server: Server) -> None:
        self._found: list[MQTTMessage] = []
        self._client = Client(CallbackAPIVersion.VERSION2, "city", protocol=MQTTv5)
        self._client.username_pw_set("relay", SECRET)
        self._client.reconnect_delay_set(1, 1)
        there = threading.Event()
        self._client.on_connect = lambda client, *_: client.subscribe("city/#", 1)
        self._client.on_subscribe = lambda *_: there.set()
        self._client.on_message = lambda _, __, message: self._found.append(message)
        kept = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        kept.SessionExpiryInterval = 3600
        self._client.connect("127.0.0.1", server.port, clean_start=False, properties=kept)
        self._client.loop_start()
        assert there.wait(10)

    def events(self, count: int) -> list[Event]:
        until(lambda: _different(self._now()) >= count, f"{count} events are heard")
        return self._now()

    def _now(self) -> list[Event]:
        return [self._read(message) for message in list(self._found)]

    @staticmethod
    def _read(message: MQTTMessage) -> Event:
        said: Any = message.properties
        assert said.PayloadFormatIndicator == 1
        assert 0 < said.MessageExpiryInterval <= 604_800
        return read(
            said.ContentType, dict(getattr(said, "UserProperty", [])), bytes(message.payload)
        )

    def close(self) -> None:
        # The session ends with it, so that the next test begins with nothing.
        ends = Properties(PacketTypes.DISCONNECT)  # type: ignore[no-untyped-call]
        ends.SessionExpiryInterval = 0
        self._client.disconnect(properties=ends)
        self._client.loop_stop()


class Rabbitmq:
    """A durable queue `city`, an exchange `city` that leads nowhere, and a full queue `full`."""

    def __init__(self, server: Server) -> None:
        login = pika.PlainCredentials("relay", SECRET)
        self._parameters = pika.ConnectionParameters("127.0.0.1", server.port, credentials=login)
        with pika.BlockingConnection(self._parameters) as connection:
            channel = connection.channel()
            channel.queue_declare("city", durable=True)
            channel.queue_purge("city")
            channel.exchange_declare("city", "topic", durable=True)
            full = {"x-max-length": 0, "x-overflow": "reject-publish"}
            channel.queue_declare("full", durable=True, arguments=full)

    def events(self, count: int) -> list[Event]:
        found = []
        with pika.BlockingConnection(self._parameters) as connection:
            channel = connection.channel()
            while (got := channel.basic_get("city", auto_ack=False))[0] is not None:
                _, properties, body = got
                assert properties.delivery_mode == 2
                event = read(properties.content_type, properties.headers or {}, body)
                assert (properties.message_id, properties.type) == (event.id, event.type)
                found.append(event)
        return found

    def close(self) -> None:
        """Nothing is kept open."""


class RedisStream:
    """The stream `city`."""

    def __init__(self, server: Server) -> None:
        self._redis = Redis(port=server.port, password=SECRET)
        self._redis.delete("city")

    def events(self, count: int) -> list[Event]:
        entries: Any = self._redis.xrange("city")
        return [self._read(fields) for _, fields in entries]

    @staticmethod
    def _read(fields: dict[bytes, bytes]) -> Event:
        named = {name.decode(): value for name, value in fields.items()}
        body = named.pop("event", None) or named.pop("data")
        headers = {name: value.decode() for name, value in named.items()}
        return read(headers.pop("content-type"), headers, body)

    def close(self) -> None:
        self._redis.close()


class Kafka:
    """The topic `city`, from where it ends now; messages of one partition are in order."""

    def __init__(self, server: Server) -> None:
        hosts = (server.folder / "brokers.txt").read_text()
        self._consumer = confluent_kafka.Consumer(
            {
                "bootstrap.servers": hosts,
                "group.id": "city",
                "enable.auto.commit": False,
                "allow.auto.create.topics": True,
                "log_level": 0,
            }
        )
        self._consumer.assign([self._from_here(number) for number in self._partitions()])
        self._found: list[Event] = []

    def _partitions(self) -> list[int]:
        def known() -> bool:
            topic = self._consumer.list_topics("city", timeout=10).topics["city"]
            return topic.error is None and bool(topic.partitions)

        until(known, "the topic is there")
        return list(self._consumer.list_topics("city", timeout=10).topics["city"].partitions)

    def _from_here(self, number: int) -> confluent_kafka.TopicPartition:
        place = confluent_kafka.TopicPartition("city", number)
        _, place.offset = self._consumer.get_watermark_offsets(place, timeout=10)
        return place

    def events(self, count: int) -> list[Event]:
        def heard() -> bool:
            message = self._consumer.poll(0.2)
            if message is not None and message.error() is None:
                self._found.append(self._read(message))
            return _different(self._found) >= count

        until(heard, f"{count} events are heard")
        return self._found

    @staticmethod
    def _read(message: confluent_kafka.Message) -> Event:
        listed: Any = message.headers()
        headers = {name: value.decode() for name, value in listed}
        event = read(headers.pop("content-type"), headers, message.value() or b"")
        assert message.key() == (event.incident or event.subject).encode()
        return event

    def close(self) -> None:
        self._consumer.close()
