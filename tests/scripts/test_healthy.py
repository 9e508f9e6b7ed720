"""The health check of the containers: green, or red with the reason."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from events.bus import Event
from events.relay import consumer
from scripts.healthy import main, wrong_with_api, wrong_with_relay, wrong_with_worker
from store import desired
from store.database import open_database
from store.log import DatabaseBus
from store.values import Destination

_SENT = datetime(2026, 5, 1, tzinfo=UTC).timestamp()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(f"sqlite:///{tmp_path / 'sharp.db'}")
    desired.put_destination(opened, Destination(id="city", url="https://city.example/hook"), "test")
    event = Event(0, "e1", "incident.opened", "/sharp", "i1", "2026-05-01T00:00:00.000Z", {})
    DatabaseBus(opened).publish(event)
    yield opened
    opened.dispose()


def test_a_relay_may_be_a_little_behind(engine: Engine) -> None:
    assert list(wrong_with_relay(engine, 300.0, _SENT + 299.0)) == []


def test_a_destination_too_far_behind_is_named(engine: Engine) -> None:
    (line,) = wrong_with_relay(engine, 300.0, _SENT + 301.0)
    assert line == "city is 301 s behind, from event 1 on"


def test_what_was_delivered_is_not_behind(engine: Engine) -> None:
    DatabaseBus(engine).ack(consumer("city"), 1)
    assert list(wrong_with_relay(engine, 300.0, _SENT + 9999.0)) == []


def test_a_destination_that_is_switched_off_is_not_behind(engine: Engine) -> None:
    off = Destination(id="city", url="https://city.example/hook", enabled=False)
    desired.put_destination(engine, off, "test")
    assert list(wrong_with_relay(engine, 300.0, _SENT + 9999.0)) == []


def test_a_worker_that_is_not_there_is_missed(tmp_path: Path) -> None:
    (line,) = wrong_with_worker(tmp_path / "worker.sock")
    assert line == "no worker listens: there is no worker.sock"


@pytest.mark.parametrize(
    ("status", "wrong"), [(200, []), (503, ['{"wrong":["no batch for 60 s"]}'])]
)
def test_a_worker_says_itself_what_is_wrong(tmp_path: Path, status: int, wrong: list[str]) -> None:
    with _worker(tmp_path / "worker.sock", status, '{"wrong":["no batch for 60 s"]}'):
        assert list(wrong_with_worker(tmp_path / "worker.sock")) == wrong


@contextmanager
def _worker(path: Path, status: int, body: str) -> Iterator[None]:
    """Answer one request on a Unix socket."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        with _answering(listener, status, body):
            yield


@contextmanager
def _answering(listener: socket.socket, status: int, body: str) -> Iterator[None]:
    """Answer one request on a bound socket."""

    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall((head + body).encode())

    listener.listen()
    thread = threading.Thread(target=answer)  # noqa: TID251 - the other side
    thread.start()
    yield
    thread.join()


def test_an_api_that_is_not_there_is_missed() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (line,) = wrong_with_api(port)
    assert line == "the API does not answer: ConnectError"


@pytest.mark.parametrize(("status", "wrong"), [(200, []), (503, ['{"database":"away"}'])])
def test_an_api_says_itself_what_is_wrong(status: int, wrong: list[str]) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        with _answering(listener, status, '{"database":"away"}'):
            assert list(wrong_with_api(listener.getsockname()[1])) == wrong


def test_the_program_ends_with_1_and_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHARP_DATA_DIR", str(tmp_path))
    assert main(["worker"]) == 1
    assert "no worker listens" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("database", "status"), [("sqlite:///{}/sharp.db", 0), ("sqlite:///:memory:", 1)]
)
def test_the_program_judges_the_relay_by_the_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: str, status: int
) -> None:
    monkeypatch.setenv("SHARP_DATABASE_URL", database.format(tmp_path))
    assert main(["relay"]) == status
