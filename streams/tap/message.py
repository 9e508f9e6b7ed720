"""RTSP 1.0 (RFC 2326) as a client reads and writes it: requests out, messages in. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MOST_HEAD = 16_384
MOST_BODY = 262_144
"""A session description is a few kilobytes; what claims more is not one."""
_END = re.compile(rb"\r?\n\r?\n")
_METHOD = re.compile(rb"[A-Z_]{3,20} ")


class NotRtspError(ValueError):
    """The bytes are no RTSP message."""


@dataclass(frozen=True, slots=True)
class Message:
    """A response, or a request of the server's own (`status` 0). Header names are lower case."""

    status: int
    headers: Mapping[str, tuple[str, ...]]
    body: bytes = b""

    def first(self, name: str) -> str:
        """Return the first value of a header, '' when it is not there."""
        return self.headers.get(name, ("",))[0]


def read_message(data: bytes) -> tuple[Message, int] | None:
    """Return the message that `data` begins with and its length; None: it is not complete yet.

    Raises:
        NotRtspError: it is none, or longer than any.
    """
    start = len(data) - len(data.lstrip(b"\r\n"))
    head = data[start : start + 21]
    if not _could_be(head):
        raise NotRtspError("neither a frame nor a message")
    end = _END.search(data, start, start + MOST_HEAD)
    if end is None:
        if len(data) - start >= MOST_HEAD:
            raise NotRtspError("a head without an end")
        return None
    lines = re.split(rb"\r?\n", data[start : end.start()])
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines[1:]:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            known = headers.get(name.strip().lower(), ())
            headers[name.strip().lower()] = (*known, value.strip())
    size = _size(headers.get("content-length", ("0",))[0])
    if len(data) < end.end() + size:
        return None
    message = Message(_status(lines[0]), headers, data[end.end() : end.end() + size])
    return message, end.end() + size


def request(method: str, url: str, number: int, headers: Mapping[str, str | None]) -> bytes:
    """Return a request; a header that is None is left out."""
    lines = [f"{method} {url} RTSP/1.0", f"CSeq: {number}", "User-Agent: SharpEyes"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([*lines, "", ""]).encode("utf-8")


def _could_be(head: bytes) -> bool:
    if head.startswith(b"RTSP/"[: len(head)]):
        return True
    if len(head) < 21:
        return re.fullmatch(rb"[A-Z_]*( .*)?", head, re.DOTALL) is not None
    return _METHOD.match(head) is not None


def _size(value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value[:9]) > MOST_BODY:
        raise NotRtspError("a body without a sensible length")
    return int(value)


def _status(line: bytes) -> int:
    if not line.startswith(b"RTSP/"):
        return 0
    parts = line.split(None, 2)
    if len(parts) < 2 or not re.fullmatch(rb"\d{3}", parts[1]):
        raise NotRtspError("a response without a status")
    return int(parts[1])
