"""CloudEvents 1.0 over HTTP: the structured JSON form and the binary headers, both ways.

Written here, not taken from PyPI's `cloudevents` (2.2): when that reads a message without an id it
makes up a random one, so a faulty sender's repeats would no longer be repeats; it also escapes all
Chinese text. What we would use of it is about as long as this file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote, unquote

import msgspec

from events.bus import Event

MEDIA_TYPE = "application/cloudevents+json"
"""Content type of the structured form."""

SAFE = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in '"%')
"""What a header value may hold unescaped (HTTP binding, 3.1.3.2)."""
_JSON = re.compile(r"(application|text)/([\w.-]+\+)?json\s*(;.*)?", re.IGNORECASE)
_ORDER_DIGITS = 20

_Text = Annotated[str, msgspec.Meta(min_length=1)]
_Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class NotACloudEvent(ValueError):
    """The message is no CloudEvents 1.0 event with a JSON object as data; the text says why."""


class _Wire(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An event on the wire.

    `sequence` (the place in the log, padded so that it sorts as text) and `partitionkey` (what must
    stay in order) are documented extensions; `released` is ours: a city destination may have it.
    """

    specversion: Literal["1.0"]
    id: _Text
    source: _Text
    type: _Text
    subject: _Text | None = None
    time: str | None = None
    datacontenttype: str | None = None
    sequence: str | None = None
    partitionkey: str | None = None
    released: bool = False
    data: dict[str, Any] = {}


def attributes(event: Event) -> dict[str, str | bool]:
    """Return the context attributes of an event, without those it has no value for."""
    made: dict[str, str | bool] = {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": event.time,
        "datacontenttype": "application/json",
        "sequence": f"{event.seq:0{_ORDER_DIGITS}d}",
        "partitionkey": event.incident,
    }
    return {name: value for name, value in made.items() if value != ""} | {"released": event.city}


def structured(event: Event) -> bytes:
    """Return an event as a structured JSON message, to be sent as `MEDIA_TYPE` (UTF-8)."""
    return msgspec.json.encode({**attributes(event), "data": event.data})


def from_structured(body: bytes) -> Event:
    """Return the event in a structured JSON message.

    Raises:
        NotACloudEvent: a required attribute is missing, or one has the wrong form.
    """
    try:
        return _event(msgspec.json.decode(body, type=_Wire))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotACloudEvent(str(error)) from error


def binary(event: Event) -> tuple[dict[str, str], bytes]:
    """Return an event as the headers and the body of a binary-mode HTTP message."""
    headers = {"content-type": "application/json"}
    for name, value in attributes(event).items():
        if name != "datacontenttype":
            text = str(value).lower() if isinstance(value, bool) else value
            headers[f"ce-{name}"] = quote(text, safe=SAFE)
    return headers, msgspec.json.encode(event.data)


def from_binary(headers: Mapping[str, str], body: bytes) -> Event:
    """Return the event in a binary-mode HTTP message; header names in any case.

    Raises:
        NotACloudEvent: a required attribute is missing, or one has the wrong form.
    """
    found: dict[str, Any] = {}
    for name, value in headers.items():
        if name.lower().startswith("ce-"):
            found[name.lower()[3:]] = unquote(value)
        elif name.lower() == "content-type":
            found["datacontenttype"] = value
    try:
        found["data"] = msgspec.json.decode(body)
        return _event(msgspec.convert(found, _Wire, strict=False))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotACloudEvent(str(error)) from error


def _event(wire: _Wire) -> Event:
    if wire.datacontenttype and not _JSON.fullmatch(wire.datacontenttype):
        raise NotACloudEvent(f"data of type {wire.datacontenttype!r}, not JSON")
    if wire.time is not None:
        _check_time(wire.time)
    sequence = wire.sequence or "0"
    return Event(
        seq=int(sequence) if sequence.isascii() and sequence.isdigit() else 0,
        id=wire.id,
        type=wire.type,
        source=wire.source,
        subject=wire.subject or "",
        time=wire.time or "",
        data=wire.data,
        incident=wire.partitionkey or "",
        city=wire.released,
    )


def _check_time(text: str) -> None:
    try:
        msgspec.convert(text, _Instant)
    except msgspec.ValidationError as error:
        raise NotACloudEvent(f"{error} - at `$.time`") from error
