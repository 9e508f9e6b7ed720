"""From the spool to the store: in order, again and again until the database has it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from sqlalchemy import Engine as Database
from sqlalchemy.exc import DataError, SQLAlchemyError

from events.alert import Alert
from inference.spool import Spool
from store import incidents

log = logging.getLogger(__name__)

_LONGEST_PAUSE_S = 30.0


class Uploader:
    """Body of the upload part. An alert leaves the spool only after its transaction."""

    def __init__(
        self,
        spool: Spool,
        database: Database,
        codes: Callable[[Alert], Mapping[str, str | None]],
        told: Callable[[Alert, incidents.Recorded], None] = lambda _a, _r: None,
    ) -> None:
        self._spool = spool
        self._database = database
        self._codes = codes
        self._told = told
        self.failure = ""
        """Why the database did not take the last alert; '' when it did."""

    def run(self, stop: threading.Event) -> None:
        """Upload until told to stop."""
        pause = 0.2
        while not stop.is_set():
            self.upload()
            pause = min(pause * 2, _LONGEST_PAUSE_S) if self.failure else 0.2
            stop.wait(pause)

    def upload(self) -> int:
        """Upload what waits, oldest first; return how many went. Stops at the first failure."""
        sent = 0
        for path in self._spool.waiting():
            alert = self._spool.read(path)
            if alert is None:
                continue
            try:
                recorded = self._record(alert)
            except (DataError, ValueError) as error:
                # About this alert, for good; all else is about the database and passes.
                self._spool.reject(path, f"{type(error).__name__}: {error}")
                continue
            except SQLAlchemyError as error:
                self._say(f"database: {type(error).__name__}")
                break
            self._spool.done(path)
            self._told(alert, recorded)
            self.failure = ""
            sent += 1
        return sent

    def _record(self, alert: Alert) -> incidents.Recorded:
        codes = self._codes(alert)
        return incidents.record(self._database, alert, alert.review, codes=codes)

    def _say(self, failure: str) -> None:
        if failure != self.failure:
            log.error("alerts wait in the spool: %s", failure)
        self.failure = failure
