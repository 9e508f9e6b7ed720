"""The publisher of a destination, whatever its kind; a client is loaded when it is needed."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

from events.bus import Publisher
from events.destination import (
    KafkaOptions,
    MqttOptions,
    NatsOptions,
    Options,
    RabbitmqOptions,
    RedisOptions,
    read_address,
    read_options,
)
from events.webhook import Webhook


def open_publisher(kind: str, url: str, secret: str, options: Mapping[str, Any]) -> Publisher:
    """Return a publisher; it connects when it first publishes. One thread uses it.

    Raises:
        ValueError: address or options do not fit; the text repeats no secret.
    """
    read = read_options(kind, options)
    if kind == "webhook":
        return _webhook(url, secret, read)
    address = read_address(kind, url)
    # Imported here, so that a client that does not load fails its own destinations only.
    match read:
        case KafkaOptions():
            from events.brokers.kafka import KafkaPublisher

            return KafkaPublisher(address, secret, read)
        case NatsOptions():
            from events.brokers.jetstream import NatsPublisher

            return NatsPublisher(address, secret, read)
        case MqttOptions():
            from events.brokers.mqtt import MqttPublisher

            return MqttPublisher(address, secret, read)
        case RabbitmqOptions():
            from events.brokers.rabbitmq import RabbitmqPublisher

            return RabbitmqPublisher(address, secret, read)
        case RedisOptions():
            from events.brokers.redis_streams import RedisPublisher

            return RedisPublisher(address, secret, read)
        case _:
            raise ValueError(f"no such kind of destination: {kind}")


def _webhook(url: str, secret: str, options: Options) -> Webhook:
    verify = ssl.create_default_context(cadata=options.ca) if options.ca else True
    return Webhook(url, secret, verify=verify, options=options)
