"""Kafka through librdkafka: idempotent producer, one event at a time, delivery report awaited."""

from __future__ import annotations

import logging
import time
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from events.bindings import message
from events.brokers.login import key_of, told
from events.bus import BusError, Event, Refused
from events.destination import Address, KafkaOptions

_ABOUT_THE_EVENT = frozenset(
    {
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.RECORD_LIST_TOO_LARGE,
        KafkaError.INVALID_RECORD,
    }
)
"""Answers that say no to this event for good; any other is about topic, login or broker."""
_HOPELESS = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001 - the client's own names for local errors
        KafkaError._AUTHENTICATION,  # noqa: SLF001
    }
)
"""Why it makes no sense to wait for the report until the time is up. One broker of several that
cannot be reached is no such reason."""
_POLL_S = 0.1
_GRACE_S = 0.5

_log = logging.getLogger(__name__)
_quiet = logging.getLogger(f"{__name__}.client")
_quiet.setLevel(logging.CRITICAL)  # What matters of it is told with the attempt.


class KafkaPublisher:
    """Writes to one topic; the key is the incident, so its events stay in one partition, in order.

    Events without an incident have their subject (the camera) as key. `acks=all`: the brokers that
    the topic's `min.insync.replicas` asks for have the event when `publish` returns.
    """

    def __init__(self, address: Address, secret: str, options: KafkaOptions) -> None:
        self._address = address
        self._secret = secret
        self._options = options
        self._wrong: KafkaError | None = None
        self._why = ""
        """What went wrong on the way, in more words than the report has."""
        self._producer: Producer | None = None

    def publish(self, event: Event) -> None:
        made = message(event, self._options, "ce_")
        headers: dict[str, str | bytes | None] = {"content-type": made.content_type, **made.headers}
        reports: list[KafkaError | None] = []

        def reported(error: KafkaError | None, _: Message) -> None:
            reports.append(error)

        self._wrong, self._why = None, ""
        try:
            producer = self._opened()
            producer.produce(
                self._options.topic,
                value=made.body,
                key=(event.incident or event.subject).encode(),
                headers=headers,
                on_delivery=reported,
            )
            until = time.monotonic() + self._options.timeout_s + _GRACE_S
            while not reports and time.monotonic() < until and not self._hopeless():
                producer.poll(_POLL_S)
            if not reports:
                producer.poll(_POLL_S)  # The words often come after the alarm.
        except KafkaException as error:
            self._give_up(error.args[0])
        except BufferError as error:
            self._fail(str(error))
        if not reports:
            self._give_up(self._wrong)
        elif reports[0] is not None:
            self._give_up(reports[0])

    def close(self) -> None:
        self._producer = None

    def _opened(self) -> Producer:
        if self._producer is None:
            self._producer = Producer(
                _settings(self._address, self._secret, self._options),
                logger=_quiet,
                error_cb=self._remember,
            )
        return self._producer

    def _remember(self, error: KafkaError) -> None:
        self._wrong = error
        if error.code() != KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001
            self._why = error.str()

    def _hopeless(self) -> bool:
        return self._wrong is not None and (self._wrong.fatal() or self._wrong.code() in _HOPELESS)

    def _give_up(self, error: KafkaError | None) -> None:
        """Raise what an error means. A new producer makes the next attempt.

        What this one still has under way may arrive after all: a repeat, with the same id.
        """
        if error is not None and error.code() in _ABOUT_THE_EVENT:
            raise Refused(told(self._address, error.str(), self._secret))
        self._fail(self._why or ("no answer in time" if error is None else error.str()))

    def _fail(self, why: str) -> None:
        if self._producer is not None:
            self._producer.purge()
        self._producer = None
        raise BusError(told(self._address, why, self._secret))


def _settings(address: Address, secret: str, options: KafkaOptions) -> dict[str, Any]:
    milliseconds = int(options.timeout_s * 1000)
    made: dict[str, Any] = {
        "bootstrap.servers": address.shown(),
        "client.id": "sharp-eyes",
        "acks": "all",
        "enable.idempotence": True,
        "linger.ms": 0,
        # As the Java client does, so that other producers of the topic agree on partitions.
        "partitioner": "murmur2_random",
        "message.max.bytes": options.max_bytes + 10_000,
        "message.timeout.ms": milliseconds,
        "request.timeout.ms": milliseconds,
        "socket.connection.setup.timeout.ms": max(1000, milliseconds),
        "security.protocol": _protocol(address, options),
    }
    if options.username:
        made |= {
            "sasl.mechanism": options.sasl,
            "sasl.username": options.username,
            "sasl.password": secret,
        }
    if options.ca:
        made["ssl.ca.pem"] = options.ca
    if key := key_of(options, secret):
        made |= {"ssl.certificate.pem": options.certificate, "ssl.key.pem": key}
    return made


def _protocol(address: Address, options: KafkaOptions) -> str:
    if options.username:
        return "SASL_SSL" if address.tls else "SASL_PLAINTEXT"
    return "SSL" if address.tls else "PLAINTEXT"
