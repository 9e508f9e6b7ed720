"""The named place where threads start: each is a part with a root that ends visibly."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType

log = logging.getLogger(__name__)

Body = Callable[[threading.Event], None]

_END_S = 5.0
"""How long the parts of one owner have to end, together."""
_TIDY = 64
"""Ended parts are forgotten when there are so many, or twice as many as were left last time."""


class Part:
    """One thread of the worker. `failure` is '' while it lives and after a clean end."""

    def __init__(self, name: str, body: Body, stop: threading.Event) -> None:
        self.name = name
        self.failure = ""
        self._body = body
        self._stop = stop
        self._thread = threading.Thread(  # noqa: TID251 - the named place
            target=self._root, name=name, daemon=True
        )
        self._thread.start()

    @property
    def stopping(self) -> bool:
        """True once it was asked to end."""
        return self._stop.is_set()

    @property
    def alive(self) -> bool:
        """True while the thread runs."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ask the part to end; does not wait."""
        self._stop.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False when it still runs (a read that only its timeout ends)."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _root(self) -> None:
        try:
            self._body(self._stop)
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"
            log.exception("part %s has ended", self.name)


def join_all(parts: Iterable[Part], timeout_s: float) -> bool:
    """Wait until all have ended, for `timeout_s` in all; False when one still runs."""
    deadline = time.monotonic() + timeout_s
    ended = [part.join(max(0.0, deadline - time.monotonic())) for part in parts]
    return all(ended)


class Parts:
    """The parts of one owner, stopped together, last started first. A context manager."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._most = _TIDY

    def start(self, name: str, body: Body) -> Part:
        """Start a part; `body` gets the event that tells it to stop."""
        if len(self._parts) >= self._most:
            self._parts = [part for part in self._parts if part.alive or part.failure]
            self._most = max(_TIDY, 2 * len(self._parts))
        part = Part(name, body, threading.Event())
        self._parts.append(part)
        return part

    @property
    def failures(self) -> dict[str, str]:
        """Name to failure of every part that ended by an error."""
        return {part.name: part.failure for part in self._parts if part.failure}

    def __enter__(self) -> Parts:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Who was asked before has had its time: a read that hangs is not waited for again.
        asked = [part for part in reversed(self._parts) if not part.stopping]
        for part in asked:
            part.stop()
        join_all(asked, _END_S)
