"""Where a camera is: to resolve and look up may take seconds, so it has threads of its own."""

from __future__ import annotations

import socket
from collections import deque
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event
from urllib.parse import urlsplit

from streams.camera import SCHEMES
from streams.life import Life
from streams.source import Reason, SourceError
from streams.tap import Unsuited, Why
from streams.tap.session import Address
from streams.tap.unfit import UnfitError

PORT = 554
_LOOK_S = 0.25


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants to know: `number` is that of the question, `url` that of a redirect or ''."""

    life: Life
    number: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An attempt's complete URL (with the login: never log it) and where to connect to."""

    url: str
    addresses: tuple[Address, ...]


class Lookups:
    """Questions go in, answers come out in the order in which they were found."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[Asked] = SimpleQueue()
        self._answered: deque[tuple[Asked, Found | Exception]] = deque()

    def ask(self, asked: Asked) -> None:
        """Ask where a camera is; with the URL of a redirect only the name is looked up."""
        self._asked.put(asked)

    def answers(self) -> list[tuple[Asked, Found | Exception]]:
        """Return what was found since the last call."""
        return [self._answered.popleft() for _ in range(len(self._answered))]

    def run(self, stop: Event) -> None:
        """Answer until told to stop."""
        while not stop.is_set():
            try:
                asked = self._asked.get(timeout=_LOOK_S)
            except Empty:
                continue
            try:
                url = asked.url or asked.life.address()
                found: Found | Exception = Found(url, addresses(url))
            except Exception as error:  # noqa: BLE001 - a resolver's bug fails this attempt only
                found = error
            self._answered.append((asked, found))


def addresses(url: str) -> tuple[Address, ...]:
    """Return where the host of a URL can be reached.

    Raises:
        SourceError: FORBIDDEN_URL or UNREACHABLE; its text holds nothing of the URL.
        UnfitError: it is to be encrypted.
    """
    parts = urlsplit(url)
    if parts.scheme.lower() not in SCHEMES:
        raise SourceError(Reason.FORBIDDEN_URL, f"only {', '.join(sorted(SCHEMES))} may be opened")
    if parts.scheme.lower() != "rtsp":
        raise UnfitError(Unsuited(Why.ENCRYPTED, "rtsps"))
    try:
        found = socket.getaddrinfo(
            parts.hostname, parts.port or PORT, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )
    except (OSError, UnicodeError):
        failed = SourceError(Reason.UNREACHABLE, "its name cannot be looked up")
    else:
        return tuple((family, address) for family, _, _, _, address in found)
    raise failed
