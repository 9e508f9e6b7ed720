"""What is pushed to an open console."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from time import time
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api import health as lives
from api.access import Caller, Right, needs
from api.cases import at
from api.context import Here
from api.feed import RESUME, Closed, Feed, messages
from api.schemas.live import Health, Live
from api.streams import AGAIN_S, RETRY_MS, Fed, Login, feeding, place
from store import desired, processes
from store.log import DatabaseLog

router = APIRouter(prefix="/api/v1", tags=["live"], lifespan=feeding)

_SEES = {
    "incident": Right.INCIDENTS_READ,
    "camera": Right.CAMERAS_READ,
    "desired": Right.CAMERAS_READ,
}
"""What of the stream needs a right of its own."""


@router.get("/live", response_class=EventSourceResponse)
async def live(
    request: Request,
    caller: Annotated[Caller, needs()],
    here: Here,
    feed: Fed,
    last_event_id: Annotated[str, Header()] = "",
) -> AsyncIterator[ServerSentEvent]:
    """Stream `Live` messages; reconnecting with Last-Event-ID misses nothing."""
    listener, begun = feed.listen(), feed.cursor
    login = Login(request)
    try:
        missed = await run_in_threadpool(_missed, DatabaseLog(here.database), last_event_id, begun)
        first = [*missed, feed.now()]
        if missed or place(last_event_id) is not None:
            first.append(Live(type="desired", seq=begun, revision=feed.revision))
        for message in _seen(caller, first):
            yield _sent(message)
        while await login.holds():
            for message in _seen(caller, await listener.take(AGAIN_S)):
                yield _sent(message)
    except Closed:
        return
    finally:
        feed.leave(listener)


@router.get("/health")
def health(request: Request, caller: Annotated[Caller, needs()], here: Here) -> Health:
    """Return who of our processes lives, and what is wrong."""
    feed: Feed | None = getattr(request.app.state, "feed", None)
    now = time()
    found = lives.processes(processes.read(here.database), now, feed.started_at if feed else now)
    if feed is None or feed.closed:
        wrong = {"live": "nothing is pushed to open consoles; restart the API"}
        found[-1] = found[-1].model_copy(update={"wrong": wrong})
    return Health(
        healthy=not any(one.away or one.wrong for one in found),
        now=at(now),
        version=request.app.version,
        revision=desired.revision(here.database),
        processes=found,
    )


def _missed(log: DatabaseLog, last_event_id: str, until: int) -> list[Live]:
    """Return what a client that was away has missed, up to `until`."""
    seq = place(last_event_id)
    if seq is None or seq == until:
        return []
    if not until - RESUME <= seq < until:
        return [Live(type="anew", seq=until)]
    return messages(event for event in log.after(seq, RESUME) if event.seq <= until)


def _seen(caller: Caller, told: Iterable[Live]) -> Iterable[Live]:
    return (one for one in told if one.type not in _SEES or caller.may(_SEES[one.type]))


def _sent(message: Live) -> ServerSentEvent:
    return ServerSentEvent(data=message, id=str(message.seq), retry=RETRY_MS)
