"""The one place where pictures are dropped: a camera's one-deep slot, newest wins, counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Condition

from streams.picture import Shot


class Slot:
    """Between one camera thread and the engine.

    `lossless` is for files, played faster than real time: `put` blocks until its shot was taken.
    `on_put` is called after each put, without the lock held, to wake an engine.
    """

    def __init__(
        self,
        on_put: Callable[[], None] | None = None,
        *,
        lossless: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_put = on_put
        self._lossless = lossless
        self._monotonic = monotonic
        self._changed = Condition()
        self._shot: Shot | None = None
        self._since: float | None = None
        self._dropped = 0
        self._closed = False

    @property
    def dropped(self) -> int:
        """Shots that were replaced before anyone took them."""
        return self._dropped

    @property
    def waiting_since(self) -> float | None:
        """When the waiting shot was put, in `monotonic` seconds; None when the slot is empty."""
        return self._since

    @property
    def closed(self) -> bool:
        """True after `close`: nothing comes any more."""
        return self._closed

    def put(self, shot: Shot) -> None:
        """Offer the newest shot. On a closed slot it is discarded."""
        with self._changed:
            if self._closed:
                return
            if self._shot is not None:
                self._dropped += 1
            self._shot, self._since = shot, self._monotonic()
        if self._on_put is not None:
            self._on_put()
        if self._lossless:
            with self._changed:
                self._changed.wait_for(lambda: self._shot is not shot or self._closed)

    def take(self) -> Shot | None:
        """Return the waiting shot and empty the slot; None when nothing waits."""
        with self._changed:
            shot, self._shot, self._since = self._shot, None, None
            self._changed.notify_all()
            return shot

    def close(self) -> None:
        """Discard what waits, refuse what comes, and free a blocked `put`."""
        with self._changed:
            self._shot, self._since, self._closed = None, None, True
            self._changed.notify_all()
