"""The event log for subscribers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.access import Caller, Right, needs
from api.context import Here
from api.feed import Closed
from api.links import Links, links
from api.problem import Invalid
from api.schemas.base import FieldProblem
from api.schemas.detect import EventPage
from api.streams import AGAIN_S, RETRY_MS, Fed, Login, place
from events import payload
from events.bus import Event
from events.cloudevent import attributes, structured
from store.log import DatabaseLog, Page

router = APIRouter(prefix="/api/v1", tags=["events"])

_BATCH = 100


def _types(type: Annotated[list[str] | None, Query()] = None) -> list[str]:
    """Return the types that are wanted, all for none; one that there is not would never come."""
    wrong = [
        FieldProblem(field=f"type[{n}]", reason=f"no such type; one of {', '.join(payload.TYPES)}")
        for n, name in enumerate(type or [])
        if name not in payload.TYPES
    ]
    if wrong:
        raise Invalid(wrong)
    return type or []


Types = Annotated[list[str], Depends(_types)]


@router.get("/events")
def events(
    caller: Annotated[Caller, needs(Right.EVENTS_READ, Right.EVENTS_READ_ALL)],
    here: Here,
    types: Types,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> EventPage:
    """Replay events beyond a cursor. Released incidents only, unless the right says otherwise."""
    page = _page(here, caller, after, limit, types)
    link = links(here.database, caller.name)
    shown = [with_links(event, link) for event in page.events]
    return EventPage(
        events=[{**attributes(event), "data": event.data} for event in shown],
        next=page.next,
        end=page.end,
    )


@router.get("/events/stream", response_class=EventSourceResponse)
async def stream(
    request: Request,
    caller: Annotated[Caller, needs(Right.EVENTS_READ, Right.EVENTS_READ_ALL)],
    here: Here,
    feed: Fed,
    types: Types,
    after: Annotated[int | None, Query(ge=0)] = None,
    last_event_id: Annotated[str, Header()] = "",
) -> AsyncIterator[ServerSentEvent]:
    """Stream CloudEvents as they come, from `after` or Last-Event-ID on (neither: from now)."""
    known = place(last_event_id)
    seq = next((at for at in (known, after) if at is not None), feed.cursor)
    login = Login(request)
    try:
        yield ServerSentEvent(comment="connected", retry=RETRY_MS)
        while await login.holds():
            page = await run_in_threadpool(_page, here, caller, seq, _BATCH, types)
            link = await run_in_threadpool(links, here.database, caller.name)
            for event in page.events:
                yield _sent(with_links(event, link))
            seq = page.next
            if len(page.events) < _BATCH:
                await feed.beyond(seq, AGAIN_S)
    except Closed:
        return


def with_links(event: Event, link: Links) -> Event:
    """Return an event whose pictures can be fetched for some minutes, heads and plates hidden.

    The link stands instead of the original's hash, as no original is handed out with events.
    """
    listed = event.data.get("evidence")
    if not isinstance(listed, list):
        return event
    shown = [_linked(ref, link) for ref in listed if isinstance(ref, Mapping)]
    return msgspec.structs.replace(event, data={**event.data, "evidence": shown})


def _linked(ref: Mapping[str, Any], link: Links) -> dict[str, Any]:
    if ref.get("state") != "attached" or not ref.get("sha256"):
        return dict(ref)
    return {**ref, "sha256": "", "masked": True, "url": link.to(str(ref["sha256"]))}


def _page(here: Here, caller: Caller, after: int, limit: int, types: list[str]) -> Page:
    city_only = not caller.may(Right.EVENTS_READ_ALL)
    return DatabaseLog(here.database).page(after, limit, types, city_only)


def _sent(event: Event) -> ServerSentEvent:
    return ServerSentEvent(raw_data=structured(event).decode(), id=str(event.seq))
