"""MQTT 5 through paho: QoS 1 or 2, the broker's acknowledgement awaited."""

from __future__ import annotations

import time
from queue import Empty, SimpleQueue
from typing import Any

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from events.bindings import Message, message
from events.brokers.login import context, password, told
from events.bus import BusError, Event, Refused
from events.destination import Address, MqttOptions, filled

_KEEPALIVE_S = 30
_NO_SUBSCRIBERS = 0x10
_ABOUT_THE_EVENT = frozenset({0x95, 0x99})
"""Packet too large, payload format invalid. Any other reason is about topic, login or broker."""
_ROOM = 1024
"""Bytes beside body and headers that a PUBLISH may need."""

_Heard = tuple[str, int | None, ReasonCode]
"""What happened (connected, published, lost), the message that it is about, and the reason."""


class MqttPublisher:
    """Publishes to a topic; the client's own thread keeps the connection alive.

    MQTT acknowledges that the broker has the message. Whether it is kept for a subscriber that is
    away is up to that subscriber's session; `needs_subscriber` waits until there is one.
    """

    def __init__(self, address: Address, secret: str, options: MqttOptions) -> None:
        self._address = address
        self._secret = secret
        self._options = options
        self._tls = context(address, options, secret)
        self._heard: SimpleQueue[_Heard] = SimpleQueue()
        self._client: Client | None = None
        self._until = 0.0
        """When the attempt has to be over, in monotonic seconds."""
        self._takes = 0
        """The largest packet that the broker takes, 0 when it does not say."""

    def publish(self, event: Event) -> None:
        made = message(event, self._options, "")
        self._until = time.monotonic() + self._options.timeout_s
        try:
            self._publish(filled(self._options.topic, event, "/"), made)
        except Refused:
            raise
        except BusError:
            self._drop()
            raise
        except (OSError, ValueError, RuntimeError) as error:
            self._drop()
            raise BusError(self._told(error)) from None

    def close(self) -> None:
        self._drop()

    def _publish(self, topic: str, made: Message) -> None:
        client = self._opened()
        size = len(made.body) + sum(len(n) + len(v.encode()) for n, v in made.headers.items())
        if self._takes and size + _ROOM > self._takes:
            raise Refused(self._told(f"the broker takes {self._takes} bytes at most"))
        sent = client.publish(
            topic, made.body, qos=self._options.qos, properties=self._properties(made)
        )
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise BusError(self._told("the connection broke"))
        reason = self._hear("published", sent.mid)
        if reason.value == _NO_SUBSCRIBERS and self._options.needs_subscriber:
            raise BusError(self._told("nobody listens to this topic"))

    def _properties(self, made: Message) -> Properties:
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.ContentType = made.content_type
        properties.PayloadFormatIndicator = 1
        if self._options.expiry_s:
            properties.MessageExpiryInterval = self._options.expiry_s
        if made.headers:
            properties.UserProperty = list(made.headers.items())
        return properties

    def _opened(self) -> Client:
        if self._client is not None and self._client.is_connected():
            return self._client
        self._drop()
        self._client = client = self._made()
        host, port = self._address.hosts[0]
        client.connect(host, port, _KEEPALIVE_S, clean_start=True)
        client.loop_start()
        self._hear("connected", None)
        return client

    def _made(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._options.client_id,
            protocol=MQTTv5,
            reconnect_on_failure=False,
        )
        client.connect_timeout = self._options.timeout_s
        if self._options.username:
            secret = password(self._options, self._secret)
            client.username_pw_set(self._options.username, secret or None)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        # Bound to this connection's own queue, so that an old one's last words are not heard.
        self._heard = heard = SimpleQueue[_Heard]()

        def connected(*said: Any) -> None:
            self._takes = int(getattr(said[4], "MaximumPacketSize", 0))
            heard.put(("connected", None, said[3]))

        client.on_connect = connected
        client.on_publish = lambda *said: heard.put(("published", said[2], said[3]))
        client.on_disconnect = lambda *said: heard.put(("lost", None, said[3]))
        return client

    def _hear(self, what: str, mid: int | None) -> ReasonCode:
        """Wait for the broker's word on a message or on the connection.

        Raises:
            BusError: it said no, the connection broke, or the time is up.
            Refused: it said no for good.
        """
        while True:
            try:
                left_s = max(0.01, self._until - time.monotonic())
                heard, about, reason = self._heard.get(timeout=left_s)
            except Empty:
                raise BusError(self._told("no answer in time")) from None
            if reason.value in _ABOUT_THE_EVENT and heard != "connected":
                self._drop()
                raise Refused(self._told(reason))
            if heard == "lost" or (heard == what and about == mid and reason.is_failure):
                raise BusError(self._told(reason))
            if heard == what and about == mid:
                return reason

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()

    def _told(self, error: object) -> str:
        return told(self._address, error, self._secret)
