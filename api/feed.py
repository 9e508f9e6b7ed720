"""The one reader of the event log in this process: it looks twice a second and tells every stream.

It runs on the event loop; what it asks the database runs in a thread. Nothing here waits for a
client: whoever takes too little is let go, comes back, and goes on from where it was.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from time import time

import msgspec
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from api import health
from api.schemas.live import Live, Process
from events import payload
from events.bus import Event
from store import desired, processes
from store.log import DatabaseLog, Page
from store.processes import Heard

LOOK_S = 0.5
BATCH = 200
MOST_WAITING = 256
"""Messages that wait for one client; with more it is let go."""
MOST_CAMERAS = 50
"""With more cameras in one look, one message stands for all of them."""
RESUME = 2000
"""Events that are told one by one to whoever comes back; with more it has to fetch anew."""

log = logging.getLogger(__name__)


class Closed(Exception):
    """The stream is over: the service stops, or the client took too little."""


class _Seen(msgspec.Struct, frozen=True):
    """What one look at the database found."""

    page: Page
    revision: int
    heard: dict[str, Heard]


class Listener:
    """What waits for one client."""

    def __init__(self) -> None:
        self._waiting: deque[Live] = deque()
        self._some = asyncio.Event()
        self._closed = False

    def put(self, messages: Sequence[Live]) -> None:
        """Add messages, or let a client go that leaves too many."""
        if len(self._waiting) + len(messages) > MOST_WAITING:
            self._waiting.clear()
            self.close()
        if not self._closed:
            self._waiting.extend(messages)
            self._some.set()

    def close(self) -> None:
        """End the client's stream."""
        self._closed = True
        self._some.set()

    async def take(self, patience_s: float) -> list[Live]:
        """Return what waits; nothing when nothing comes within `patience_s`.

        Raises:
            Closed: nothing will come any more.
        """
        try:
            async with asyncio.timeout(patience_s):
                await self._some.wait()
        except TimeoutError:
            return []
        if self._closed:
            raise Closed
        taken = list(self._waiting)
        self._waiting.clear()
        self._some.clear()
        return taken


class Feed:
    """Reads the log, the revision and who lives; `cursor` is how far every listener is told."""

    def __init__(self, database: Engine, started_at: float) -> None:
        self.cursor = 0
        self.revision = 0
        self.processes: tuple[Process, ...] = ()
        self.closed = False
        self._database = database
        self._log = DatabaseLog(database)
        self.started_at = started_at
        self._failing = False
        self._listeners: set[Listener] = set()
        self._moved = asyncio.Event()
        self._stop = asyncio.Event()
        self.ready = asyncio.Event()
        """Set once the log's end is known."""

    async def run(self) -> None:
        """Look until closed. What the database does not answer is asked again."""
        try:
            while not self.closed:
                more = await self._look()
                if not more:
                    await self._pause()
        finally:
            self.close()

    def close(self) -> None:
        """End all streams, so that the server can stop; nobody can listen any more."""
        self.closed = True
        self._stop.set()
        self.ready.set()
        self._move()
        for listener in self._listeners:
            listener.close()

    def listen(self) -> Listener:
        """Return a new listener; it is told what comes behind `cursor` as it is now."""
        listener = Listener()
        self._listeners.add(listener)
        if self.closed:
            listener.close()
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        self._listeners.discard(listener)

    async def beyond(self, seq: int, patience_s: float) -> bool:
        """Wait until the log goes beyond `seq`; False when it did not in time.

        Raises:
            Closed: the service stops.
        """
        try:
            async with asyncio.timeout(patience_s):
                while self.cursor <= seq and not self.closed:
                    await self._moved.wait()
        except TimeoutError:
            return False
        if self.closed:
            raise Closed
        return True

    def now(self) -> Live:
        """Return who lives, as a message."""
        return Live(type="processes", seq=self.cursor, processes=list(self.processes))

    async def _look(self) -> bool:
        """Look once and tell; say whether there is more at once."""
        try:
            seen = await run_in_threadpool(self._read)
        except SQLAlchemyError as error:
            if not self._failing:
                log.warning("the log cannot be read: %s", type(error).__name__)
            self._failing = True
            return False
        if self._failing:
            log.warning("the log can be read again")
        self._failing = False
        self._tell(seen)
        return len(seen.page.events) == BATCH

    def _read(self) -> _Seen:
        if self.ready.is_set():
            page = self._log.page(self.cursor, BATCH)
        else:
            end = self._log.end()
            page = Page((), end, end)
        return _Seen(page, desired.revision(self._database), processes.read(self._database))

    def _tell(self, seen: _Seen) -> None:
        first, moved = not self.ready.is_set(), seen.page.next > self.cursor
        self.cursor = seen.page.next
        told = messages(seen.page.events)
        if seen.revision != self.revision:
            self.revision = seen.revision
            told.append(Live(type="desired", seq=self.cursor, revision=seen.revision))
        lives = tuple(health.processes(seen.heard, time(), self.started_at))
        news = [health.news(one) for one in lives] != [health.news(one) for one in self.processes]
        self.processes = lives
        if news:
            told.append(self.now())
        if first:
            self.ready.set()
        elif told:
            for listener in self._listeners:
                listener.put(told)
        if moved:
            self._move()

    def _move(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self._stop.wait()
        except TimeoutError:
            pass


def messages(events: Iterable[Event]) -> list[Live]:
    """Return what events say to a console, in order: one message a camera and one an incident.

    A message stands where its last event stood, so whoever resumes from any of them lacks nothing.
    """
    latest: dict[tuple[str, str], Live] = {}
    for event in events:
        made = _message(event)
        before = latest.pop((made.type, made.id), None)
        if before is not None and before.change == "opened":
            made = made.model_copy(update={"change": "opened"})
        latest[(made.type, made.id)] = made
    told = list(latest.values())
    cameras = [one for one in told if one.type == "camera"]
    if len(cameras) <= MOST_CAMERAS:
        return told
    many = Live(type="camera", seq=cameras[-1].seq)
    others = [one for one in told if one.type != "camera"]
    return sorted([*others, many], key=lambda one: one.seq)


def _message(event: Event) -> Live:
    if event.type in payload.INCIDENT_TYPES:
        change = event.type.removeprefix(f"{payload.PREFIX}incident.").removesuffix(".v1")
        kind = str(event.data.get("kind", ""))
        return Live(type="incident", seq=event.seq, id=event.incident, change=change, kind=kind)
    change = "state" if event.type == payload.CAMERA_STATE else "coverage"
    return Live(type="camera", seq=event.seq, id=event.subject, change=change)
