"""The worker's internal API as the routes use it. Worker away: `WorkerAway`, a 503 for callers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx


class WorkerAway(Exception):
    """Nobody answers on the worker's socket."""


class WorkerAnswered(Exception):
    """The worker refused: `status`, `detail` and `retry_after_s` are what it said.

    `content` is all of its answer, for those routes that know what else is in it.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        retry_after_s: float | None = None,
        content: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.content = content or {}


class WorkerClient:
    """Asks the worker over its Unix socket; used from any number of threads at once."""

    def __init__(self, socket: Path, timeout_s: float = 30.0) -> None:
        self._socket = socket
        transport = httpx.HTTPTransport(uds=str(socket))
        self._http = httpx.Client(transport=transport, base_url="http://worker", timeout=timeout_s)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Return a good answer.

        Raises:
            WorkerAway: no worker, or none in time.
            WorkerAnswered: it refused; 429 says when to come again.
        """
        if not self._socket.exists():
            raise WorkerAway("the worker's socket is not there")
        try:
            answer = self._http.request(method, path, **more)
        except httpx.TransportError as error:
            raise WorkerAway(f"the worker does not answer ({type(error).__name__})") from error
        if answer.is_success:
            return answer
        retry = answer.headers.get("Retry-After")
        wait_s = float(retry) if retry else None
        content = _content(answer)
        raise WorkerAnswered(answer.status_code, _detail(content), wait_s, content)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()


def _content(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _detail(content: Mapping[str, Any]) -> str:
    detail = content.get("detail", "")
    # A list would be the framework's own complaint, which repeats what was sent.
    return detail if isinstance(detail, str) else ""
