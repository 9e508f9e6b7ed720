"""Every refusal and every failure is a problem, and none tells more than it should."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, Query
from fastapi.testclient import TestClient
from pydantic import Field, SecretStr
from sqlalchemy.exc import OperationalError

from api.bodies import BodyLimit
from api.headers import SecurityHeaders
from api.problem import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unauthorized,
    handle_problems,
)
from api.schemas.base import FieldProblem, Input, Words
from api.worker import WorkerAnswered, WorkerAway

RAISED: dict[str, tuple[Exception, int, str]] = {
    "unauthorized": (Unauthorized(), 401, "unauthorized"),
    "forbidden": (Forbidden("why"), 403, "forbidden"),
    "other": (Forbidden(type="password-change-due"), 403, "password-change-due"),
    "not-found": (NotFound("incident x"), 404, "not-found"),
    "conflict": (Conflict(fresh=Words(zh="新", en="new")), 409, "conflict"),
    "invalid": (Invalid([FieldProblem(field="a[0].b", reason="no")]), 422, "invalid"),
    "too-many": (TooMany(2.3), 429, "too-many"),
    "worker-away": (WorkerAway("gone"), 503, "worker-away"),
    "worker-full": (WorkerAnswered(429, "full", 1.5), 429, "too-many"),
    "worker-knows-not": (WorkerAnswered(404, "no such camera is running"), 404, "not-found"),
    "worker-not-yet": (WorkerAnswered(409, "no picture yet"), 409, "conflict"),
    "worker-refuses": (WorkerAnswered(422, "not a picture"), 422, "invalid"),
    "worker-fails": (WorkerAnswered(500, ""), 503, "worker-failed"),
    "worker-is-odd": (WorkerAnswered(418, ""), 503, "worker-failed"),
    "database": (OperationalError("SELECT s3cret", {}, OSError("full")), 503, "database-away"),
}


class Corner(Input):
    x: float = Field(ge=0, le=1)


class Zone(Input):
    points: list[Corner]
    password: SecretStr = Field(default=SecretStr(""), max_length=3)


@pytest.fixture
def client() -> TestClient:
    """An application that refuses and fails on demand."""
    app = FastAPI()
    handle_problems(app)
    app.add_middleware(BodyLimit, most=100, more={"/pictures": 200})
    app.add_middleware(SecurityHeaders)

    @app.get("/raise/{name}")
    def refuse(name: str) -> None:
        raise RAISED[name][0]

    @app.get("/api/fail")
    def fail() -> None:
        raise RuntimeError("s3cret")

    @app.post("/pictures")
    def pictures(picture: Annotated[bytes, Body(media_type="image/jpeg")]) -> int:
        return len(picture)

    @app.post("/zones")
    def zones(zone: Zone, many: Annotated[int, Query(le=3)] = 0) -> int:
        return len(zone.points) + many

    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("name", RAISED)
def test_exceptions_become_problems(client: TestClient, name: str) -> None:
    _, status, type = RAISED[name]
    answer = client.get(f"/raise/{name}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == (type, status)
    assert problem["title"].endswith(".")
    assert "s3cret" not in answer.text


def test_a_conflict_holds_the_fresh_thing(client: TestClient) -> None:
    assert client.get("/raise/conflict").json()["fresh"] == {"zh": "新", "en": "new"}


@pytest.mark.parametrize(("name", "seconds"), [("too-many", "3"), ("worker-full", "2")])
def test_how_long_to_wait_is_said_in_the_header_too(
    client: TestClient, name: str, seconds: str
) -> None:
    assert client.get(f"/raise/{name}").headers["Retry-After"] == seconds


@pytest.mark.parametrize(
    ("method", "path", "status", "type"),
    [
        ("GET", "/nix", 404, "not-found"),
        ("PUT", "/zones", 405, "method-not-allowed"),
        ("POST", "/zones", 422, "invalid"),
    ],
)
def test_what_the_framework_refuses_is_a_problem(
    client: TestClient, method: str, path: str, status: int, type: str
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == type
    assert status != 405 or answer.headers["Allow"] == "POST"


def test_fields_are_named_by_path_and_values_are_not_repeated(client: TestClient) -> None:
    body = {"points": [{"x": 0.5}, {"x": 17.25}], "password": "s3cret", "more": "v4lue"}
    answer = client.post("/zones?many=99", json=body)
    problem = answer.json()
    fields = {error["field"] for error in problem["errors"]}
    assert fields == {"many", "points[1].x", "password", "more"}
    assert not any(value in answer.text for value in ("17.25", "s3cret", "v4lue", "99"))


def test_what_is_not_json_is_said(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/zones", content=b'{"password": "s3cret', headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "", "reason": "JSON decode error"}]


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_refused(client: TestClient, announced: bool) -> None:
    def body(size: int) -> bytes | Iterator[bytes]:
        return b"x" * size if announced else iter([b"x"] * size)

    answer = client.post("/pictures", content=body(201))
    assert answer.status_code == 413
    assert answer.json()["type"] == "too-large"
    assert "Content-Security-Policy" in answer.headers
    assert client.post("/pictures", content=body(200)).json() == 200
    assert client.post("/zones", content=body(101)).status_code == 413


def test_a_failure_tells_a_reference_and_the_log_the_rest(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "api"):
        answer = client.get("/api/fail")
    assert answer.status_code == 500
    assert "s3cret" not in answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    reference = answer.json()["detail"].split("reference ")[1].split(":")[0]
    assert f"reference {reference}" in caplog.text
    assert "RuntimeError: s3cret" in caplog.text


def test_headers_are_set_but_a_routes_own_come_first(client: TestClient) -> None:
    answer = client.get("/nix")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Cache-Control" not in answer.headers
    assert client.get("/api/nix").headers["Cache-Control"] == "no-store"
