"""Evidence rendered before somebody asks: a reviewer's first look at a clip should not wait."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque

from sqlalchemy.exc import SQLAlchemyError

from events.alert import Alert
from inference.engine import Overloaded
from inference.render import Renders
from models.detector import DetectorError
from store.incident import Recorded
from streams.libav.mux import MuxError

log = logging.getLogger(__name__)

MOST_WAITING = 16
"""Under a flood only the newest clips are made ahead; all others are made when asked for."""
_NICENESS = 10
_LOOK_S = 0.5
_BUSY_S = 20.0
"""The engine has no time: trying the next clip at once would only take more of it."""


class Ahead:
    """Renders attached clips with masks, the newest first, behind everything else."""

    def __init__(self, renders: Renders, most: int = MOST_WAITING) -> None:
        self._renders = renders
        self._waiting: deque[str] = deque(maxlen=most)

    def told(self, alert: Alert, recorded: Recorded) -> None:
        """Take note of what an alert has attached (called when it is in the store)."""
        for ref in alert.evidence:
            if ref.state == "attached" and ref.media_type.startswith("video/"):
                self._waiting.append(ref.sha256)

    def run(self, stop: threading.Event) -> None:
        """Render until told to stop; what fails is made when somebody asks for it."""
        # Linux gives each thread a niceness of its own: cameras and people come first.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        while not stop.wait(_LOOK_S):
            if self._waiting and not self._make(self._waiting.pop()):
                stop.wait(_BUSY_S)

    def _make(self, sha256: str) -> bool:
        try:
            self._renders.get(sha256, masked=True, ahead=True)
            return True
        except (Overloaded, DetectorError, SQLAlchemyError, MuxError, OSError, ValueError) as error:
            log.info("clip %s is rendered when asked for: %s", sha256[:12], type(error).__name__)
            return not isinstance(error, Overloaded | DetectorError)
