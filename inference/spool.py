"""An alert is on local disk, fsynced, before anything else happens to it."""

from __future__ import annotations

import itertools
import logging
import time
from pathlib import Path

import msgspec

from events.alert import Alert
from inference.files import write_atomically

log = logging.getLogger(__name__)


class Spool:
    """A folder of alerts, one file each, in the order they were made. Any thread may put.

    A file is removed only after the store has it. What cannot be read is moved to `rejected/`
    and counted, never deleted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rejected = folder / "rejected"
        self._rejected.mkdir(parents=True, exist_ok=True)
        for partial in folder.glob(".*.partial"):
            partial.unlink()
        self._count = itertools.count()

    def put(self, alert: Alert) -> None:
        """Write one alert; on return it survives a power cut.

        Raises:
            OSError: the disk did not take it (full, read-only).
        """
        name = f"{time.time_ns():020d}-{next(self._count) % 10**6:06d}-{alert.id}.json"
        write_atomically(self._folder / name, msgspec.json.encode(alert))

    def waiting(self) -> list[Path]:
        """Return the files that the store has not got yet, oldest first."""
        return sorted(self._folder.glob("*.json"))

    def read(self, path: Path) -> Alert | None:
        """Return the alert of a file; None when it was unreadable and has been set aside."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=Alert)
        except FileNotFoundError:  # somebody else has just finished with it
            return None
        except msgspec.DecodeError as error:
            self.reject(path, str(error))
            return None

    def reject(self, path: Path, why: str) -> None:
        """Set a file aside that the store will never take."""
        log.error("alert %s is set aside: %s", path.name, why)
        path.replace(self._rejected / path.name)

    @property
    def rejected(self) -> int:
        """Return how many files stand aside and want a person."""
        return sum(1 for _ in self._rejected.iterdir())

    def done(self, path: Path) -> None:
        """Forget an alert that the store has."""
        path.unlink(missing_ok=True)
