"""The event log for subscribers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.access import Caller, Right, needs
from api.context import Here
from api.schemas.detect import EventPage

router = APIRouter(prefix="/api/v1", tags=["events"])


@router.get("/events")
def events(
    caller: Annotated[Caller, needs(Right.EVENTS_READ, Right.EVENTS_READ_ALL)],
    here: Here,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    type: Annotated[list[str] | None, Query()] = None,
) -> EventPage:
    """Replay events beyond a cursor. Released incidents only, unless the right says otherwise."""
    raise NotImplementedError


@router.get("/events/stream", response_class=EventSourceResponse)
async def stream(
    caller: Annotated[Caller, needs(Right.EVENTS_READ, Right.EVENTS_READ_ALL)],
    here: Here,
    after: Annotated[int | None, Query(ge=0)] = None,
    type: Annotated[list[str] | None, Query()] = None,
    last_event_id: Annotated[str, Header()] = "",
) -> AsyncIterator[ServerSentEvent]:
    """Stream CloudEvents as they come, from `after` or Last-Event-ID on (neither: from now)."""
    raise NotImplementedError
    yield ServerSentEvent()
