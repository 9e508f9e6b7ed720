"""What an operator says of a destination: its address, its options, and what it wants to hear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from events import payload
from events.alert import SEVERITIES, graver
from events.bus import Event

Kind = Literal["webhook", "kafka", "nats", "mqtt", "rabbitmq", "redis"]
Severity = Literal["low", "medium", "high", "urgent"]

SCHEMES: dict[str, tuple[str, str]] = {
    "webhook": ("http", "https"),
    "kafka": ("kafka", "kafkas"),
    "nats": ("nats", "tls"),
    "mqtt": ("mqtt", "mqtts"),
    "rabbitmq": ("amqp", "amqps"),
    "redis": ("redis", "rediss"),
}
"""Kind to the schemes of its address: without and with TLS. An allow-list."""
PORTS: dict[str, tuple[int, int]] = {
    "kafka": (9092, 9093),
    "nats": (4222, 4222),
    "mqtt": (1883, 8883),
    "rabbitmq": (5672, 5671),
    "redis": (6379, 6379),
}
"""Kind to the usual ports, without and with TLS."""

_MIB = 1 << 20
_NAME = r"^[A-Za-z0-9._-]{1,200}$"
_PATTERN = r"^[A-Za-z0-9._/{}-]{1,200}$"
_PLACEHOLDERS = ("type", "kind", "camera")
_PEM = "-----BEGIN "


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Options(_Strict):
    """What every destination may set.

    mode: CloudEvents structured (one JSON document) or binary (attributes as headers).
    inline_pictures: pictures travel inside the event as Base64 beside their link. server: what
    stands before a picture's link, 'https://eyes.city.example'; empty: links are relative.
    link_minutes: how long a link works. max_bytes: what is larger is refused before it is sent.
    timeout_s: how long one attempt may take; a relay's lease lasts longer.
    ca: PEM certificates of a private authority; empty: those of the system.
    """

    mode: Literal["structured", "binary"] = "structured"
    inline_pictures: bool = False
    server: str = Field(default="", pattern=r"^(https?://[^/?#@\s]+)?$")
    link_minutes: int = Field(default=60, ge=10, le=10080)
    max_bytes: int = Field(default=1_000_000, ge=10_000, le=64 * _MIB)
    timeout_s: float = Field(default=5.0, ge=0.5, le=6.0)
    ca: str = ""

    @field_validator("ca")
    @classmethod
    def _ca_is_pem(cls, value: str) -> str:
        return _pem(value)


class WebhookOptions(Options):
    """A webhook has no further options; its `secret` signs."""


class BrokerOptions(Options):
    """How to log in to a broker.

    With a `username` the destination's secret is the password. With a `certificate` (PEM) and no
    username the secret is the certificate's private key (PEM).
    """

    username: str = Field(default="", max_length=200)
    certificate: str = ""

    @field_validator("certificate")
    @classmethod
    def _certificate_is_pem(cls, value: str) -> str:
        return _pem(value)


class KafkaOptions(BrokerOptions):
    """A topic of Kafka. `sasl` is used with a `username`."""

    topic: str = Field(default="sharp-eyes.events", pattern=_NAME)
    sasl: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"


class NatsOptions(BrokerOptions):
    """A subject of NATS that a JetStream stream listens to; a secret alone is a token.

    stream: refuse to publish when another stream took the subject; '' for any.
    """

    subject: str = Field(default="sharp-eyes.{type}", pattern=_PATTERN)
    stream: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,200}$")

    @field_validator("subject")
    @classmethod
    def _subject_known(cls, value: str) -> str:
        return _pattern(value)


class MqttOptions(BrokerOptions):
    """A topic of MQTT 5.

    expiry_s: after so long the broker forgets a message that nobody fetched; 0: never.
    needs_subscriber: an event that nobody listens to is not delivered (QoS 1 only).
    """

    topic: str = Field(default="sharp-eyes/{type}", pattern=_PATTERN)
    qos: Literal[1, 2] = 1
    expiry_s: int = Field(default=604_800, ge=0, le=0xFFFF_FFFF)
    needs_subscriber: bool = False
    client_id: str = Field(default="", pattern=r"^[A-Za-z0-9._-]{0,64}$")

    @field_validator("topic")
    @classmethod
    def _topic_known(cls, value: str) -> str:
        return _pattern(value)


class RabbitmqOptions(BrokerOptions):
    """An exchange of RabbitMQ, '' for the default one (the routing key is then a queue's name).

    mandatory: an event that no queue takes is not delivered.
    """

    virtual_host: str = Field(default="/", max_length=200)
    exchange: str = Field(default="", pattern=r"^[A-Za-z0-9._-]{0,200}$")
    routing_key: str = Field(default="sharp-eyes", pattern=_PATTERN)
    mandatory: bool = True

    @field_validator("routing_key")
    @classmethod
    def _key_known(cls, value: str) -> str:
        return _pattern(value)


class RedisOptions(BrokerOptions):
    """A stream of Redis; a secret alone is the password of the default user.

    max_length: about how many entries the stream keeps; 0: all. replicas: how many replicas must
    have the entry (WAIT). fsync: wait until it is in the append-only file (WAITAOF, Redis 7.2).
    """

    stream: str = Field(default="sharp-eyes:events", pattern=r"^[A-Za-z0-9._:{}-]{1,200}$")
    database: int = Field(default=0, ge=0, le=255)
    max_length: int = Field(default=100_000, ge=0)
    replicas: int = Field(default=0, ge=0, le=10)
    fsync: bool = False


OPTIONS: dict[str, type[Options]] = {
    "webhook": WebhookOptions,
    "kafka": KafkaOptions,
    "nats": NatsOptions,
    "mqtt": MqttOptions,
    "rabbitmq": RabbitmqOptions,
    "redis": RedisOptions,
}


class Filter(_Strict):
    """Which events a destination wants; what is empty asks for nothing.

    kinds: of incidents. districts: beginnings of the camera's place code, or of its 20-digit id
    where it has no place code. severity: the least one. types: event types, in full. With kinds or
    a severity no camera and coverage events come, because they have neither.
    """

    kinds: tuple[Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")], ...] = ()
    districts: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")], ...] = ()
    severity: Severity | None = None
    types: tuple[str, ...] = ()

    @field_validator("types")
    @classmethod
    def _types_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = sorted(set(value) - set(payload.TYPES))
        if wrong:
            raise ValueError(f"no such type: {', '.join(wrong)}")
        return value

    def takes(self, event: Event) -> bool:
        """Return whether an event is asked for."""
        if self.types and event.type not in self.types:
            return False
        if (self.kinds or self.severity) and event.type not in payload.INCIDENT_TYPES:
            return False
        if self.kinds and event.data.get("kind") not in self.kinds:
            return False
        given = str(event.data.get("severity", SEVERITIES[0]))
        if self.severity and graver(self.severity, given):
            return False
        return not self.districts or _district(event).startswith(self.districts)


class Address(msgspec.Struct, frozen=True):
    """Where a broker is: hosts with their ports, and whether with TLS."""

    hosts: tuple[tuple[str, int], ...]
    tls: bool

    def shown(self) -> str:
        """Return the hosts as a text may name them."""
        return ",".join(_joined(host, port) for host, port in self.hosts)


def read_options(kind: str, given: Mapping[str, Any]) -> Options:
    """Return the options of a destination of that kind.

    Raises:
        ValueError: an option is unknown or does not fit; the text names it, not its value.
    """
    try:
        return OPTIONS[kind].model_validate(dict(given))
    except ValidationError as error:
        told = (
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise ValueError("; ".join(told)) from None


def check_address(kind: str, url: str) -> str:
    """Return the address if its scheme fits the kind, it has a host and holds no login.

    Raises:
        ValueError: with a reason that does not repeat the address.
    """
    parts = urlsplit(url)
    allowed = sorted(SCHEMES[kind])
    if parts.scheme not in allowed:
        raise ValueError(f"scheme {parts.scheme!r} is not allowed; use one of {allowed}")
    if "@" in parts.netloc:
        raise ValueError("the address holds a login; give `secret`, and `username` as an option")
    if kind == "webhook":
        if not parts.hostname:
            raise ValueError("the address names no host")
        _port(url)
        return url
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("a broker's address ends after its hosts; the rest are options")
    read_address(kind, url)
    return url


def read_address(kind: str, url: str) -> Address:
    """Return a broker's address; only Kafka's may name several hosts, separated by commas.

    Raises:
        ValueError: it cannot be read; the text does not repeat it.
    """
    parts = urlsplit(url)
    tls = parts.scheme == SCHEMES[kind][1]
    names = parts.netloc.split(",")
    if len(names) > 1 and kind != "kafka":
        raise ValueError("the address names several hosts")
    hosts = []
    for name in names:
        port = _port(f"//{name}")
        host = urlsplit(f"//{name}").hostname
        if not host:
            raise ValueError("the address names no host")
        hosts.append((host, port or PORTS[kind][tls]))
    return Address(tuple(hosts), tls)


def filled(pattern: str, event: Event, separator: str) -> str:
    """Return a subject, topic or routing key with the event's type, kind and camera in it."""
    camera = event.data.get("camera")
    kind = str(event.data.get("kind") or event.data.get("algorithm") or "")
    values = {
        "type": event.type.removeprefix(payload.PREFIX).removesuffix(".v1").replace(".", separator),
        "kind": _level(kind),
        "camera": _level(str(camera.get("id", "")) if isinstance(camera, Mapping) else ""),
    }
    return pattern.format(**values)


def _level(text: str) -> str:
    """Return a text as one level of a subject: nothing in it separates or is a wildcard."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in text) or "none"


def _district(event: Event) -> str:
    camera = event.data.get("camera")
    if not isinstance(camera, Mapping):
        return ""
    return str(camera.get("place_code") or camera.get("gb_id") or "")


def _pattern(value: str) -> str:
    try:
        value.format(**dict.fromkeys(_PLACEHOLDERS, "x"))
    except (KeyError, IndexError, ValueError):
        known = ", ".join(f"{{{name}}}" for name in _PLACEHOLDERS)
        raise ValueError(f"only {known} may stand in braces") from None
    return value


def _pem(value: str) -> str:
    if value and not value.lstrip().startswith(_PEM):
        raise ValueError("PEM text begins with -----BEGIN")
    return value


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        raise ValueError("what stands after the host is no port") from None


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
