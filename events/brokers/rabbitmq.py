"""RabbitMQ through pika: persistent messages, publisher confirms, nothing unroutable in silence."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from pika import BasicProperties, ConnectionParameters, PlainCredentials, SSLOptions
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.channel import Channel
from pika.exceptions import AMQPError, ChannelClosedByBroker
from pika.spec import Basic

from events.bindings import Message, message
from events.brokers.login import context, password, told
from events.bus import BusError, Event, Refused
from events.destination import Address, RabbitmqOptions, filled

IDLE_S = 30.0
"""A connection that was not used for so long is made anew: nobody looked whether it holds."""
_PERSISTENT = 2
_PRECONDITION_FAILED = 406
"""How RabbitMQ refuses a message that is larger than it is set to take."""

logging.getLogger("pika").setLevel(logging.CRITICAL)  # What matters is told with the attempt.


class RabbitmqPublisher:
    """Publishes to an exchange. A confirm means that every queue has it, durable ones on disk.

    `BlockingConnection` waits for a confirm without end, so the asyncio one is used, one attempt
    at a time. Headers are AMQP 1.0 application properties to consumers that speak it.
    """

    def __init__(
        self, address: Address, secret: str, options: RabbitmqOptions, idle_s: float = IDLE_S
    ) -> None:
        self._address = address
        self._secret = secret
        self._options = options
        self._parameters = _parameters(address, secret, options)
        self._idle_s = idle_s
        self._runner = asyncio.Runner()
        self._link: _Link | None = None
        self._used = 0.0

    def publish(self, event: Event) -> None:
        made = message(event, self._options, "cloudEvents:")
        try:
            self._runner.run(self._publish(event, made))
        except BusError:
            raise
        except TimeoutError:
            self._drop()
            raise BusError(self._told("no answer in time")) from None
        except ChannelClosedByBroker as error:
            self._drop()
            about = error.reply_code == _PRECONDITION_FAILED
            raise (Refused if about else BusError)(self._told(error.reply_text)) from None
        except (AMQPError, AMQPConnectorException, OSError) as error:
            self._drop()
            raise BusError(self._told(_words(error))) from None
        self._used = time.monotonic()

    def close(self) -> None:
        self._drop()
        self._runner.close()

    async def _publish(self, event: Event, made: Message) -> None:
        async with asyncio.timeout(self._options.timeout_s):
            link = await self._opened()
            said = await link.published(
                self._options.exchange,
                filled(self._options.routing_key, event, "."),
                made.body,
                _properties(event, made),
                self._options.mandatory,
            )
        if said:
            raise BusError(self._told(said))

    async def _opened(self) -> _Link:
        if self._link is not None:
            if self._link.holds and time.monotonic() - self._used < self._idle_s:
                return self._link
            await self._link.closed()
        self._link = _Link(self._parameters)
        await self._link.opened()
        return self._link

    def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            self._runner.run(link.closed())

    def _told(self, error: object) -> str:
        return told(self._address, error, self._secret)


class _Link:
    """One connection with one channel that confirms, and the one message that is under way."""

    def __init__(self, parameters: ConnectionParameters) -> None:
        loop = asyncio.get_running_loop()
        self._open: asyncio.Future[None] = loop.create_future()
        self._answer: asyncio.Future[str] = loop.create_future()
        self._gone: asyncio.Future[None] = loop.create_future()
        self._returned = ""
        self._channel: Any = None
        self._connection = AsyncioConnection(
            parameters,
            on_open_callback=self._on_open,
            on_open_error_callback=lambda _, error: self._fail(error),
            on_close_callback=lambda _, error: self._fail(error),
            custom_ioloop=loop,
        )

    @property
    def holds(self) -> bool:
        return self._channel is not None and self._channel.is_open and not self._gone.done()

    async def opened(self) -> None:
        await self._open

    async def published(
        self, exchange: str, key: str, body: bytes, properties: BasicProperties, mandatory: bool
    ) -> str:
        """Return '' when the broker has it, else why it has not."""
        self._returned = ""
        self._answer = asyncio.get_running_loop().create_future()
        self._channel.basic_publish(exchange, key, body, properties, mandatory=mandatory)
        return await self._answer

    async def closed(self) -> None:
        for future in (self._open, self._answer):
            future.cancel()
        if not (self._connection.is_closed or self._connection.is_closing):
            try:
                self._connection.close()
            except AMQPError:
                return
        try:
            async with asyncio.timeout(1.0):
                await self._gone
        except TimeoutError:
            pass

    def _on_open(self, connection: AsyncioConnection) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Channel) -> None:
        self._channel = channel
        channel.add_on_close_callback(lambda _, error: self._fail(error, gone=False))
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, lambda _: _set(self._open, None))

    def _on_return(self, _: Channel, method: Basic.Return, *__: Any) -> None:
        # Comes before the confirm of the same message.
        self._returned = f"no queue takes it: {method.reply_text}"

    def _on_confirm(self, frame: Any) -> None:
        taken = isinstance(frame.method, Basic.Ack)
        _set(self._answer, self._returned if taken else "the broker could not keep it (nack)")

    def _fail(self, error: BaseException, gone: bool = True) -> None:
        for future in (self._open, self._answer):
            if not future.done():
                future.set_exception(error)
                future.exception()  # Nobody may be waiting for this one.
        if gone:
            _set(self._gone, None)


def _set(future: asyncio.Future[Any], value: Any) -> None:
    if not future.done():
        future.set_result(value)


def _parameters(address: Address, secret: str, options: RabbitmqOptions) -> ConnectionParameters:
    host, port = address.hosts[0]
    tls = context(address, options, secret)
    login = PlainCredentials(options.username or "guest", password(options, secret) or "guest")
    return ConnectionParameters(
        host=host,
        port=port,
        virtual_host=options.virtual_host,
        credentials=login,
        ssl_options=None if tls is None else SSLOptions(tls, host),
        # Between two events nobody answers; every wait of ours has an end of its own.
        heartbeat=0,
        connection_attempts=1,
        socket_timeout=options.timeout_s,
        stack_timeout=options.timeout_s,
        client_properties={"connection_name": "sharp-eyes"},
    )


def _properties(event: Event, made: Message) -> BasicProperties:
    return BasicProperties(
        content_type=made.content_type,
        headers=dict(made.headers) or None,
        delivery_mode=_PERSISTENT,
        message_id=event.id,
        type=event.type,
        app_id="sharp-eyes",
    )


def _words(error: BaseException) -> str:
    """Return what lies beneath pika's nested errors."""
    beneath = [*getattr(error, "exceptions", ()), getattr(error, "exception", None), *error.args]
    for found in reversed(beneath):
        if isinstance(found, BaseException):
            return _words(found)
    return str(error) or type(error).__name__
