"""Who is let in: sessions, keys, foreign pages, due passwords; and that every route asks."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.conftest import LogIn


def test_nobody_is_let_in_without_a_login(nobody: TestClient) -> None:
    answer = nobody.get("/api/v1/lifecycle")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["type"] == "unauthorized"


def test_a_missing_right_is_named(log_in: LogIn) -> None:
    answer = log_in("reviewer").get("/api/v1/users")
    assert answer.status_code == 403
    assert answer.json()["detail"] == "it needs the right users.write"
