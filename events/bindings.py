"""CloudEvents 1.0 as each protocol's binding wants it: content type, headers and body.

| protocol | binary mode | source |
| --- | --- | --- |
| Kafka | headers `ce_*`, `content-type` | Kafka protocol binding 1.0.2 |
| MQTT 5 | user properties of the attributes' names, Content Type | MQTT protocol binding 1.0.2 |
| AMQP | application properties `cloudEvents:*`, content-type | AMQP protocol binding 1.0.2 |
| NATS | headers `ce-*`, percent-encoded | its 1.0.3 draft; 1.0.2 has structured mode only |
| Redis | no binding exists; fields as Kafka's headers | ours |
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

import msgspec

from events.bus import Event, Refused
from events.cloudevent import MEDIA_TYPE, SAFE, attributes, structured
from events.destination import Options

Prefix = Literal["ce_", "ce-", "cloudEvents:", ""]

STRUCTURED = f"{MEDIA_TYPE}; charset=UTF-8"
BINARY = "application/json"


class Message(msgspec.Struct, frozen=True):
    """What goes over the wire; `headers` are empty in structured mode."""

    content_type: str
    headers: dict[str, str]
    body: bytes


def message(event: Event, options: Options, prefix: Prefix, *, escaped: bool = False) -> Message:
    """Return an event in the mode that its destination is set to.

    Args:
        event: what is sent.
        options: of the destination.
        prefix: of the attributes' names in binary mode.
        escaped: percent-encode values, for protocols whose headers are not UTF-8.

    Raises:
        Refused: it is larger than the destination allows.
    """
    made = _structured(event) if options.mode == "structured" else _binary(event, prefix, escaped)
    size = len(made.body) + sum(len(n) + len(v.encode()) for n, v in made.headers.items())
    if size > options.max_bytes:
        raise Refused(f"the event has {size} bytes, the destination takes {options.max_bytes}")
    return made


def _structured(event: Event) -> Message:
    return Message(STRUCTURED, {}, structured(event))


def _binary(event: Event, prefix: Prefix, escaped: bool) -> Message:
    headers = {}
    for name, value in attributes(event).items():
        if name != "datacontenttype":
            text = str(value).lower() if isinstance(value, bool) else value
            headers[f"{prefix}{name}"] = quote(text, safe=SAFE) if escaped else text
    return Message(BINARY, headers, msgspec.json.encode(event.data))
