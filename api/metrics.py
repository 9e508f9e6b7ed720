"""What the API process counts: requests by route, and streams that are open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Annotated

from fastapi import Depends, Request
from prometheus_client import CollectorRegistry, Gauge, Histogram, PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_UNKNOWN = "none"
"""The route of requests that none takes: their addresses are anything, so they are not labels."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The meters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._requests = Histogram(
            "sharp_api_request_seconds",
            "Requests by route and status, and the time until the answer began.",
            ("method", "route", "status"),
            buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
            registry=self.registry,
        )
        self._streams = Gauge(
            "sharp_api_open_streams",
            "Streams of events that are open now, by route.",
            ("stream",),
            registry=self.registry,
        )

        self._waiting = self._of_destinations(
            "waiting_events", "Events that wait, replays included."
        )
        self._lag = self._of_destinations(
            "lag_seconds",
            "For how long the oldest event that was never delivered has been waiting.",
        )
        self._dead = self._of_destinations("dead_letters", "Events that were refused for good.")

    def _of_destinations(self, name: str, words: str) -> Gauge:
        name = f"sharp_destination_{name}"
        return Gauge(name, words, ("destination",), registry=self.registry)

    def deliveries(self, found: Mapping[str, tuple[int, float, int]]) -> None:
        """Take what waits, for how many seconds, and what was refused, by destination."""
        for gauge, place in ((self._waiting, 0), (self._lag, 1), (self._dead, 2)):
            gauge.clear()
            for destination, values in found.items():
                gauge.labels(destination).set(values[place])

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).observe(seconds)

    @contextmanager
    def stream(self, name: str) -> Iterator[None]:
        """Count a stream as open for as long as the block lasts."""
        gauge = self._streams.labels(name)
        gauge.inc()
        try:
            yield
        finally:
            gauge.dec()


class Measured:
    """Counts every request of an application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status, seconds = perf_counter(), 500, 0.0

        async def send_and_see(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], perf_counter() - begun
            await send(message)

        try:
            await self.app(scope, receive, send_and_see)
        finally:
            route = getattr(scope.get("route"), "path", _UNKNOWN)
            seconds = seconds or perf_counter() - begun
            self.metrics.answered(scope["method"], route, status, seconds)


def _metrics(request: Request) -> Metrics:
    found: Metrics = request.app.state.metrics
    return found


Meters = Annotated[Metrics, Depends(_metrics)]
"""The parameter type by which a route gets the meters."""
