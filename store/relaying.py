"""What relays need of the store: which destinations there are, that they live, what they pushed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from events import payload
from events.bus import Event
from events.lifecycle import IllegalTransition
from store import decisions, desired, processes
from store.incident import Conflict, UnknownIncident
from store.values import Destination

_log = logging.getLogger(__name__)


class Office:
    """The store's side of one relay process; `read` and `tell` are for one thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._revision = -1
        self._beat = processes.Beat(engine, "relay")

    def read(self) -> Mapping[str, Destination] | None:
        """Return the enabled destinations, None when nothing has changed or can be known."""
        try:
            if desired.revision(self._engine) == self._revision:
                return None
            found = desired.read(self._engine)
        except SQLAlchemyError as error:
            # Its text may name the server; the kind of failure says enough.
            _log.warning("the database cannot be used: %s", type(error).__name__)
            return None
        self._revision = found.revision
        return {d.id: d for d in found.destinations if d.enabled}

    def tell(self, wrong: dict[str, str]) -> None:
        """Say that the relay lives, and which destinations get nothing."""
        try:
            self._beat.tell(wrong)
        except SQLAlchemyError as error:
            _log.warning("the database cannot be used: %s", type(error).__name__)

    def mark_pushed(self, event: Event) -> None:
        """Move the case on once the city has it; somebody else's move in between stands."""
        data: dict[str, Any] = event.data
        if event.type not in payload.INCIDENT_TYPES or data.get("state") != "confirmed":
            return
        version = int(data.get("version", 0))
        try:
            decisions.decide(self._engine, event.incident, version, "push", "relay")
        except (Conflict, IllegalTransition, UnknownIncident) as passed:
            _log.debug("%s is not marked as pushed: %s", event.incident, type(passed).__name__)
