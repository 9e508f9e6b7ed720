"""The worker's internal API as the routes use it. Worker away: `WorkerAway`, a 503 for callers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx


class WorkerAway(Exception):
    """Nobody answers on the worker's socket."""


class WorkerAnswered(Exception):
    """The worker refused: `status`, `detail` and `retry_after_s` are what it said."""

    def __init__(self, status: int, detail: str, retry_after_s: float | None = None) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.retry_after_s = retry_after_s


class WorkerClient:
    """Asks the worker over its Unix socket; used from any number of threads at once."""

    def __init__(self, socket: Path, timeout_s: float = 30.0) -> None:
        transport = httpx.HTTPTransport(uds=str(socket))
        self._http = httpx.Client(transport=transport, base_url="http://worker", timeout=timeout_s)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Return a good answer.

        Raises:
            WorkerAway: no worker, or none in time.
            WorkerAnswered: it refused; 429 says when to come again.
        """
        try:
            answer = self._http.request(method, path, **more)
        except httpx.TransportError as error:
            raise WorkerAway(f"the worker does not answer ({type(error).__name__})") from error
        if answer.is_success:
            return answer
        retry = answer.headers.get("Retry-After")
        raise WorkerAnswered(answer.status_code, _detail(answer), float(retry) if retry else None)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()


def _detail(answer: httpx.Response) -> str:
    try:
        detail = answer.json().get("detail", "")
    except (ValueError, AttributeError):
        return ""
    # A list would be the framework's own complaint, which repeats what was sent.
    return detail if isinstance(detail, str) else ""
