"""Health and meters for machines."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from api.metrics import Metrics
from store import desired
from store.log import DatabaseBus
from store.values import Destination
from tests.api.conftest import LogIn
from tests.events.samples import event


def value(text: str, sample: str) -> float:
    """Return the value of a sample, 0 when there is none."""
    lines = [line for line in text.splitlines() if line.startswith(sample + " ")]
    return float(lines[0].rpartition(" ")[2]) if lines else 0.0


def test_health_is_open_and_says_nothing_else(nobody: TestClient) -> None:
    answer = nobody.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_health_is_bad_without_the_database(nobody: TestClient, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE revision RENAME TO elsewhere")
    answer = nobody.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["type"] == "database-away"


def test_requests_are_counted_by_route_not_by_address(log_in: LogIn) -> None:
    client = log_in("operator")
    client.get("/api/v1/cameras/one")
    client.get("/api/v1/cameras/two")
    client.get("/somewhere")
    client.request("BREW", "/somewhere")
    text = client.get("/metrics").text
    route = 'method="GET",route="/api/v1/cameras/{camera}",status="404"'
    assert value(text, f"sharp_api_request_seconds_count{{{route}}}") == 2
    assert 'method="GET",route="none",status="503"' in text
    assert 'method="other",route="none",status="405"' in text
    assert "/somewhere" not in text
    assert "process_resident_memory_bytes" in text


def test_a_failure_is_counted_as_one(app: FastAPI, log_in: LogIn) -> None:
    @app.get("/api/fails")
    def fails() -> None:
        raise RuntimeError

    client = log_in("operator")
    client.get("/api/fails")
    assert 'route="/api/fails",status="500"' in client.get("/metrics").text


def test_open_streams_are_counted_while_they_are_open(log_in: LogIn, app: FastAPI) -> None:
    client = log_in("operator")
    metrics: Metrics = app.state.metrics
    sample = 'sharp_api_open_streams{stream="live"}'
    with metrics.stream("live"), metrics.stream("live"):
        assert value(client.get("/metrics").text, sample) == 2
    assert value(client.get("/metrics").text, sample) == 0


def test_what_waits_for_a_destination_is_measured(log_in: LogIn, engine: Engine) -> None:
    desired.put_destination(engine, Destination(id="hq", url="https://hq.example/"), "op")
    DatabaseBus(engine).publish(event(1, city=True))
    text = log_in("operator").get("/metrics").text
    assert value(text, 'sharp_destination_waiting_events{destination="hq"}') == 1
    assert value(text, 'sharp_destination_lag_seconds{destination="hq"}') > 0
    assert value(text, 'sharp_destination_dead_letters{destination="hq"}') == 0
    desired.remove_destination(engine, "hq", "op")
    assert 'destination="hq"' not in log_in("operator").get("/metrics").text


class _Worker(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert self.path == "/metrics"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=1.0.0")
        self.end_headers()
        self.wfile.write(b"sharp_frames 7\n")

    def log_message(self, *_: object) -> None:
        pass

    def address_string(self) -> str:
        return "socket"


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[None]:
    """Something that answers on the worker's socket."""
    server = UnixStreamServer(str(tmp_path / "worker.sock"), _Worker)
    assert server.address_family is socket.AF_UNIX
    serve = server.serve_forever
    thread = threading.Thread(target=serve, args=(0.05,))  # noqa: TID251 - the other end
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("worker")
def test_the_workers_meters_are_passed_on(log_in: LogIn) -> None:
    answer = log_in("operator").get("/metrics/worker")
    assert answer.text == "sharp_frames 7\n"
    assert answer.headers["Content-Type"].startswith("text/plain; version=1.0.0")


def test_without_a_worker_that_is_said(log_in: LogIn) -> None:
    answer = log_in("operator").get("/metrics/worker")
    assert answer.status_code == 503
    assert answer.json()["type"] == "worker-away"
