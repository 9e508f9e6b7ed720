"""What is pushed to an open console."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.access import Caller, needs
from api.context import Here
from api.schemas.live import Health

router = APIRouter(prefix="/api/v1", tags=["live"])


@router.get("/live", response_class=EventSourceResponse)
async def live(
    caller: Annotated[Caller, needs()], here: Here, last_event_id: Annotated[str, Header()] = ""
) -> AsyncIterator[ServerSentEvent]:
    """Stream `Live` messages; reconnecting with Last-Event-ID misses nothing."""
    raise NotImplementedError
    yield ServerSentEvent()


@router.get("/health")
def health(caller: Annotated[Caller, needs()], here: Here) -> Health:
    """Return who of our processes lives, and what is wrong."""
    raise NotImplementedError
