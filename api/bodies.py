"""How much a caller may send: counted before anything is done with it, and before any login."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem import Refusal, answer


class TooLarge(Refusal):
    """More than this route takes."""

    status, type, title = 413, "too-large", "The request is too large."


class BodyLimit:
    """Refuses requests of more than `most` bytes; some paths take more."""

    def __init__(self, app: ASGIApp, most: int, more: Mapping[str, int] | None = None) -> None:
        self.app = app
        self._most = most
        self._more = dict(more or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self._more.get(scope["path"], self._most)
        said = Headers(scope=scope).get("Content-Length", "")
        if said.isdigit() and int(said) > most:
            refusal = TooLarge(f"at most {most} bytes")
            await answer(refusal.problem)(scope, receive, send)
            return
        came = 0

        async def receive_and_count() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                # Of the framework's own kind: it would take another one for a broken body.
                raise HTTPException(413)
            return message

        await self.app(scope, receive_and_count, send)
