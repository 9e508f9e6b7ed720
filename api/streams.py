"""What streams share: the feed they hang on, and the login they end with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic, time
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from starlette.concurrency import run_in_threadpool

from api.access import who
from api.feed import Feed
from api.problem import Refusal, Unavailable

AGAIN_S = 10.0
"""How often a stream asks whether the login that it was opened with still holds."""
READY_S = 5.0
"""How long a stream waits for the feed's first look at the database."""
RETRY_MS = 1000
"""How long a browser waits before it comes back."""


@asynccontextmanager
async def feeding(app: FastAPI) -> AsyncIterator[None]:
    """Keep the feed running as long as the application does."""
    context = app.state.context
    feed = app.state.feed = Feed(context.database, time())
    task = asyncio.create_task(feed.run(), name="feed")
    try:
        yield
    finally:
        feed.close()
        await task


async def _feed(request: Request) -> Feed:
    feed: Feed | None = getattr(request.app.state, "feed", None)
    if feed is not None and not feed.ready.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_S):
                await feed.ready.wait()
    if feed is None or feed.closed or not feed.ready.is_set():
        raise Unavailable("nothing is told live just now", retry_after_s=1.0)
    return feed


Fed = Annotated[Feed, Depends(_feed)]
"""The parameter type by which a streaming route gets the feed; without one it is a 503."""


class Login:
    """The login of an open stream: asked for again now and then, because it may be over."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._asked_at = monotonic()

    async def holds(self) -> bool:
        """Say whether the caller may still be told."""
        if monotonic() - self._asked_at < AGAIN_S:
            return True
        self._asked_at = monotonic()
        try:
            await run_in_threadpool(who, self._request)
        except Refusal:
            return False
        return True


def place(last_event_id: str) -> int | None:
    """Return the place in the log that a client was at, None when it does not say."""
    known = last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19
    return int(last_event_id) if known else None


def closing(app: Any) -> None:
    """End all streams of an application, so that its server can stop."""
    feed: Feed | None = getattr(app.state, "feed", None)
    if feed is not None:
        feed.close()
