"""Waiting for a new desired state: PostgreSQL tells of it, SQLite is looked at each second."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from store.database import is_postgresql

LOOK_S = 1.0
"""How often who waits looks by himself where nobody tells him."""
LOOK_ANYWAY_S = 10.0
"""And where somebody does: a message may be lost with its connection."""
_CHANNEL = "sharp_desired"
_TURN_S = 0.5


def tell(session: Session) -> None:
    """Tell all who wait that the desired state is new, once the session's transaction is done."""
    if is_postgresql(session.connection()):
        session.execute(text(f"SELECT pg_notify('{_CHANNEL}', '')"))


class News:
    """One waiter. Used by one thread; `close` when it ends."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Any = None

    def wait(self, stop: threading.Event) -> None:
        """Return when the desired state may be new, or at a stop."""
        if not is_postgresql(self._engine):
            stop.wait(LOOK_S)
            return
        try:
            if self._connection is None:
                self._listen()
                return  # what changed until now was told to nobody
            for _ in range(round(LOOK_ANYWAY_S / _TURN_S)):
                told = self._connection.notifies(timeout=_TURN_S, stop_after=1)
                if list(told) or stop.is_set():
                    return
        except (SQLAlchemyError, psycopg.Error):
            # Whoever asks the database next says so; here it is only waited for.
            self.close()
            stop.wait(LOOK_S)

    def close(self) -> None:
        """Leave the server."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> None:
        pooled = self._engine.raw_connection()
        self._connection = pooled.driver_connection
        pooled.detach()
        self._connection.autocommit = True
        self._connection.execute(f"LISTEN {_CHANNEL}")
