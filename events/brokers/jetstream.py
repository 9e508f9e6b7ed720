"""NATS JetStream through nats-py: the stream's ack awaited, repeats known by Nats-Msg-Id."""

from __future__ import annotations

import asyncio
import time

from nats.aio.client import Client
from nats.errors import ConnectionClosedError, Error, MaxPayloadError, NoServersError
from nats.js.errors import APIError, NoStreamResponseError

from events.bindings import message
from events.brokers.login import context, password, told
from events.bus import BusError, Event, Refused
from events.destination import Address, NatsOptions, filled

IDLE_S = 30.0
"""A connection that was not used for so long is made anew: nobody answered its pings."""
_MESSAGE_TOO_LARGE = 10054
"""JetStream's error code for a message above the stream's own limit."""


class NatsPublisher:
    """Publishes to a subject that a stream listens to.

    The stream drops repeats of a `Nats-Msg-Id` within its duplicate window (two minutes as NATS
    comes); older repeats have the same id.
    """

    def __init__(
        self, address: Address, secret: str, options: NatsOptions, idle_s: float = IDLE_S
    ) -> None:
        self._address = address
        self._secret = secret
        self._options = options
        self._tls = context(address, options, secret)
        self._idle_s = idle_s
        self._runner = asyncio.Runner()
        self._client: Client | None = None
        self._gone = asyncio.Event()
        self._why: Exception | None = None
        """What went wrong last, where the client only says that nothing worked."""
        self._used = 0.0

    def publish(self, event: Event) -> None:
        try:
            self._runner.run(asyncio.wait_for(self._publish(event), self._options.timeout_s))
        except MaxPayloadError:
            raise Refused(self._told("the event is larger than the server takes")) from None
        except NoStreamResponseError:
            raise BusError(self._told("no stream listens to this subject")) from None
        except APIError as error:
            kind = Refused if error.err_code == _MESSAGE_TOO_LARGE else BusError
            raise kind(self._told(error.description)) from None
        except TimeoutError:
            self._drop()
            raise BusError(self._told("no answer in time")) from None
        except NoServersError as error:
            self._drop()
            raise BusError(self._told(self._why or error)) from None
        except (Error, OSError) as error:
            self._drop()
            raise BusError(self._told(error)) from None
        self._used = time.monotonic()

    def close(self) -> None:
        self._drop()
        self._runner.close()

    async def _publish(self, event: Event) -> None:
        made = message(event, self._options, "ce-", escaped=True)
        headers = {"Nats-Msg-Id": event.id, "Content-Type": made.content_type, **made.headers}
        client = await self._opened()
        answer = asyncio.ensure_future(
            client.jetstream().publish(
                filled(self._options.subject, event, "."),
                made.body,
                timeout=self._options.timeout_s,
                stream=self._options.stream or None,
                headers=headers,
            )
        )
        # Nobody answers over a connection that has broken.
        gone = asyncio.ensure_future(self._gone.wait())
        try:
            await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise ConnectionClosedError
            answer.result()
        finally:
            answer.cancel()
            gone.cancel()

    async def _opened(self) -> Client:
        if self._client is not None:
            if self._client.is_connected and time.monotonic() - self._used < self._idle_s:
                return self._client
            await _closed(self._client)
        # Known from the beginning, so that what did not get through is closed as well.
        self._client = client = Client()
        self._gone = asyncio.Event()
        await self._connect(client)
        return client

    async def _connect(self, client: Client) -> None:
        name = self._options.username
        secret = password(self._options, self._secret)
        scheme = "tls" if self._tls else "nats"
        await client.connect(
            f"{scheme}://{self._address.shown()}",
            name="sharp-eyes",
            error_cb=self._note_why,
            closed_cb=self._note_gone,
            # The relay is who tries again. (A first attempt counts as none.)
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=max(1, int(self._options.timeout_s)),
            tls=self._tls,
            user=name or None,
            password=secret if name else None,
            token=secret if secret and not name else None,
        )

    async def _note_why(self, error: Exception) -> None:
        self._why = error

    async def _note_gone(self) -> None:
        self._gone.set()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            self._runner.run(_closed(client))

    def _told(self, error: object) -> str:
        return told(self._address, error, self._secret)


async def _closed(client: Client) -> None:
    try:
        async with asyncio.timeout(1.0):
            await client.close()
    except (Error, OSError, TimeoutError):
        pass
