"""Redis Streams through redis-py: one entry an event, replicas or the disk awaited if asked."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from events.bindings import message
from events.brokers.login import files, password, told
from events.bus import BusError, Event
from events.destination import Address, RedisOptions


class RedisPublisher:
    """Adds entries to one stream: `content-type`, and `event` or (binary mode) `ce_*` and `data`.

    What Redis says yes to is in its memory. How soon it is on the disk is `appendfsync`'s matter;
    `fsync` and `replicas` wait for more than memory. Redis knows no repeats: consumers do, by id.
    """

    def __init__(self, address: Address, secret: str, options: RedisOptions) -> None:
        self._address = address
        self._secret = secret
        self._options = options
        self._kept = ExitStack()
        host, port = address.hosts[0]
        self._redis = Redis(
            host=host,
            port=port,
            db=options.database,
            username=options.username or None,
            password=password(options, secret) or None,
            socket_timeout=options.timeout_s,
            socket_connect_timeout=options.timeout_s,
            # An entry that was added without our hearing of it must not be added by the client.
            retry=Retry(NoBackoff(), 0),
            # WAIT is about what the same connection wrote.
            max_connections=1,
            client_name="sharp-eyes",
            **self._tls(),
        )

    def publish(self, event: Event) -> None:
        made = message(event, self._options, "ce_")
        body = "event" if self._options.mode == "structured" else "data"
        fields: Any = {"content-type": made.content_type, **made.headers, body: made.body}
        most = self._options.max_length or None
        try:
            self._redis.xadd(self._options.stream, fields, maxlen=most, approximate=True)
            self._await_more()
        except RedisError as error:
            raise BusError(told(self._address, error, self._secret)) from None

    def close(self) -> None:
        self._redis.close()
        self._kept.close()

    def _await_more(self) -> None:
        milliseconds = int(self._options.timeout_s * 1000 * 0.8)
        wanted = self._options.replicas
        if self._options.fsync:
            local, remote = self._redis.waitaof(1, wanted, milliseconds)
            if local < 1 or remote < wanted:
                raise BusError(told(self._address, "not on disk in time", self._secret))
        elif wanted and int(self._redis.wait(wanted, milliseconds)) < wanted:
            raise BusError(told(self._address, f"not on {wanted} replicas in time", self._secret))

    def _tls(self) -> dict[str, Any]:
        if not self._address.tls:
            return {}
        made: dict[str, Any] = {"ssl": True, "ssl_ca_data": self._options.ca or None}
        if self._options.certificate:
            folder = Path(self._kept.enter_context(TemporaryDirectory()))
            certificate, key = files(folder, self._options, self._secret)
            made |= {"ssl_certfile": str(certificate), "ssl_keyfile": str(key)}
        return made
