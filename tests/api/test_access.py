"""Who is let in: sessions, keys, foreign pages, due passwords; and that every route asks."""

from __future__ import annotations

import re
from time import time

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, update

from api.access import COOKIE, ROLES, Right, rights_of
from api.description import api_routes, is_open, rights_needed
from store import keys, sessions, users
from store.access_tables import ApiKeyRow, SessionRow, UserRow
from store.database import reading, writing
from tests.api.conftest import SAME_ORIGIN, LogIn

OPEN_ROUTES = {
    "POST /api/v1/session": "the login itself",
    "DELETE /api/v1/session": "a logout is harmless",
    "GET /api/v1/evidence/{sha256}": "the signed link is the right",
    "GET /healthz": "for machines, says one bit",
    "GET /api/v1/asyncapi.json": "a description, like that of the API itself",
    "GET /api/v1/schemas/{name}.v1.json": "a description, like that of the API itself",
}
EVERYBODY = "reviewer operator integrator auditor admin"
LOOKING = "reviewer operator auditor admin"
WHO_MAY = {
    "GET /api/v1/session": EVERYBODY,
    "PUT /api/v1/session/password": EVERYBODY,
    "GET /api/v1/incidents": LOOKING,
    "GET /api/v1/incidents/{incident}": LOOKING,
    "POST /api/v1/incidents/{incident}/decisions": "reviewer admin",
    "POST /api/v1/incidents/{incident}/originals": "",
    "DELETE /api/v1/incidents/{incident}/fixture": "reviewer admin",
    "GET /api/v1/lifecycle": EVERYBODY,
    "GET /api/v1/overview": LOOKING,
    "GET /api/v1/live": EVERYBODY,
    "GET /api/v1/health": EVERYBODY,
    "GET /api/v1/cameras": EVERYBODY,
    "POST /api/v1/cameras": "operator admin",
    "GET /api/v1/cameras/{camera}": EVERYBODY,
    "PUT /api/v1/cameras/{camera}": "operator admin",
    "DELETE /api/v1/cameras/{camera}": "operator admin",
    "POST /api/v1/probe": "operator admin",
    "GET /api/v1/cameras/{camera}/picture": EVERYBODY,
    "PUT /api/v1/cameras/{camera}/tasks/{algorithm}": "operator admin",
    "DELETE /api/v1/cameras/{camera}/tasks/{algorithm}": "operator admin",
    "POST /api/v1/cameras/{camera}/tasks/{algorithm}/try": "operator admin",
    "POST /api/v1/cameras/{camera}/tasks/{algorithm}/copy": "operator admin",
    "GET /api/v1/cameras/{camera}/tasks/{algorithm}/intervals": EVERYBODY,
    "GET /api/v1/models": EVERYBODY,
    "GET /api/v1/algorithms": EVERYBODY,
    "GET /api/v1/algorithms/{algorithm}": EVERYBODY,
    "PUT /api/v1/algorithms/{algorithm}/settings": "operator admin",
    "GET /api/v1/templates": EVERYBODY,
    "PUT /api/v1/templates/{template}": "operator admin",
    "DELETE /api/v1/templates/{template}": "operator admin",
    "GET /api/v1/destinations": "operator integrator admin",
    "PUT /api/v1/destinations/{destination}": "integrator admin",
    "DELETE /api/v1/destinations/{destination}": "integrator admin",
    "GET /api/v1/destinations/{destination}/dead-letters": "operator integrator admin",
    "POST /api/v1/destinations/{destination}/dead-letters/redrive": "integrator admin",
    "POST /api/v1/destinations/{destination}/replay": "integrator admin",
    "POST /api/v1/detect": "operator integrator admin",
    "GET /api/v1/events": "integrator admin",
    "GET /api/v1/events/stream": "integrator admin",
    "GET /api/v1/users": "admin",
    "POST /api/v1/users": "admin",
    "PATCH /api/v1/users/{name}": "admin",
    "POST /api/v1/users/{name}/password": "admin",
    "GET /api/v1/keys": "integrator admin",
    "POST /api/v1/keys": "integrator admin",
    "DELETE /api/v1/keys/{key}": "integrator admin",
    "GET /api/v1/audit": "auditor admin",
    "GET /api/v1/audit/check": "auditor admin",
    "GET /metrics": "operator integrator admin",
    "GET /metrics/worker": "operator integrator admin",
}
"""Who may do what. Originals are given to a person, to no role."""


def _named(app: FastAPI) -> dict[str, tuple[Right, ...] | None]:
    return {
        f"{method} {route.path}": None if is_open(route) else rights_needed(route) or ()
        for route in api_routes(app)
        for method in route.methods or ()
    }


def _called(client: TestClient, route: str) -> tuple[int, str]:
    """Call a route with nothing that fits; return the status and the problem's type."""
    method, path = route.split()
    answer = client.request(method, re.sub(r"{\w+}", "x", path))
    is_problem = answer.headers.get("Content-Type") == "application/problem+json"
    return answer.status_code, answer.json()["type"] if is_problem else ""


def test_every_route_asks_or_is_named_as_open(app: FastAPI) -> None:
    everything = {f"{m} {r.path}": r for r in api_routes(app) for m in r.methods or ()}
    silent = {name for name, r in everything.items() if rights_needed(r) is None}
    assert silent == set(OPEN_ROUTES)
    assert {name for name, r in everything.items() if is_open(r)} == set(OPEN_ROUTES)


def test_nobody_is_let_in_without_a_login(app: FastAPI, nobody: TestClient) -> None:
    closed = set(_named(app)) - set(OPEN_ROUTES)
    assert {name: _called(nobody, name) for name in closed} == dict.fromkeys(
        closed, (401, "unauthorized")
    )


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_the_table_says(app: FastAPI, role: str) -> None:
    needed = {name: rights for name, rights in _named(app).items() if rights is not None}
    may = {name for name, rights in needed.items() if not rights or ROLES[role] & set(rights)}
    assert set(needed) == set(WHO_MAY)
    assert may == {name for name, roles in WHO_MAY.items() if role in roles.split()}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_refused_the_rest(log_in: LogIn, role: str) -> None:
    client = log_in(role)
    refused = {name for name, roles in WHO_MAY.items() if role not in roles.split()}
    assert {name: _called(client, name) for name in refused} == dict.fromkeys(
        refused, (403, "forbidden")
    )


def test_a_missing_right_is_named(log_in: LogIn) -> None:
    answer = log_in("reviewer").get("/api/v1/users")
    assert answer.json()["detail"] == "it needs the right users.write"


def test_originals_are_a_persons_own_right() -> None:
    assert all(Right.EVIDENCE_ORIGINAL not in rights_of(role, False) for role in ROLES)
    assert Right.EVIDENCE_ORIGINAL in rights_of("reviewer", True)


def test_who_must_change_the_password_can_do_only_that(engine: Engine, log_in: LogIn) -> None:
    client = log_in("admin", "li")
    users.set_password(engine, "li", "no hash", "wang", must_change=True)
    client = log_in("admin", "li")
    closed = {
        n for n in WHO_MAY if n not in {"GET /api/v1/session", "PUT /api/v1/session/password"}
    }
    assert {_called(client, name) for name in closed} == {(403, "password-change-due")}
    assert client.get("/api/v1/session").json()["must_change"] is True
    assert _called(client, "PUT /api/v1/session/password")[0] == 422
    assert client.delete("/api/v1/session").status_code == 204


def _age(engine: Engine, **columns: float) -> None:
    with writing(engine) as session:
        session.execute(update(SessionRow).values(**columns))


def test_an_idle_session_is_over(engine: Engine, log_in: LogIn) -> None:
    client = log_in()
    _age(engine, seen_at=time() - 3500)
    assert client.get("/api/v1/users").status_code == 200
    _age(engine, seen_at=time() - 3601)
    assert client.get("/api/v1/users").status_code == 401


def test_a_session_is_over_after_twelve_hours_however_busy(engine: Engine, log_in: LogIn) -> None:
    client = log_in()
    _age(engine, created_at=time() - 12 * 3600 + 60)
    assert client.get("/api/v1/users").status_code == 200
    _age(engine, created_at=time() - 12 * 3600 - 1)
    assert client.get("/api/v1/users").status_code == 401


def test_a_persons_requests_are_noted_once_a_minute(engine: Engine, log_in: LogIn) -> None:
    client = log_in()

    def seen_at() -> float:
        with reading(engine) as session:
            return session.scalars(select(SessionRow.seen_at)).one()

    recently, before = time() - 50, time() - 70
    _age(engine, seen_at=recently)
    client.get("/api/v1/users")
    assert seen_at() == recently
    _age(engine, seen_at=before)
    client.get("/api/v1/users", headers={"X-Background": "1"})
    assert seen_at() == before, "the console's own polling keeps nobody logged in"
    client.get("/api/v1/users")
    assert seen_at() > before


@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        ({}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "http://testserver.evil.example"}, False),
        ({"Origin": "null"}, False),
    ],
)
def test_a_page_of_another_site_changes_nothing(
    app: FastAPI, log_in: LogIn, headers: dict[str, str], let_in: bool
) -> None:
    browser = TestClient(app, cookies=log_in().cookies)
    body = {"name": "wang", "role": "reviewer"}
    answer = browser.post("/api/v1/users", json=body, headers=headers)
    assert answer.status_code == (201 if let_in else 403)
    assert let_in or answer.json()["type"] == "cross-site"
    assert browser.get("/api/v1/users", headers=headers).status_code == 200
    assert browser.delete("/api/v1/session", headers=headers).status_code == (
        204 if let_in else 403
    )


def _key(engine: Engine, *scopes: str, owner: str = "a-integrator", **more: float) -> str:
    return keys.make(engine, "k", scopes, owner, owner, time(), more.get("expires_at"))[1]


def _with_key(app: FastAPI, secret: str) -> TestClient:
    return TestClient(app, headers={"Authorization": f"Bearer {secret}"})


def test_a_key_opens_its_scopes_and_needs_no_origin(
    app: FastAPI, engine: Engine, log_in: LogIn
) -> None:
    log_in("integrator")
    program = _with_key(app, _key(engine, "metrics.read"))
    assert program.get("/metrics").status_code == 200
    assert program.get("/api/v1/events").status_code == 403
    assert program.get("/api/v1/session").status_code == 403
    writer = _with_key(app, _key(engine, "destinations.write"))
    assert writer.delete("/api/v1/destinations/none").json().get("type") != "cross-site"


def test_a_key_never_has_more_rights_than_its_owner(
    app: FastAPI, engine: Engine, log_in: LogIn
) -> None:
    log_in("integrator")
    program = _with_key(app, _key(engine, "metrics.read", "audit.read"))
    assert program.get("/api/v1/audit").status_code == 403
    users.change(engine, "a-integrator", "wang", role="reviewer")
    assert program.get("/metrics").status_code == 403
    users.change(engine, "a-integrator", "wang", role="integrator")
    assert program.get("/metrics").status_code == 200


def test_a_key_ends(app: FastAPI, engine: Engine, log_in: LogIn) -> None:
    log_in("admin")
    log_in("integrator")
    old = _key(engine, "metrics.read", expires_at=time() - 1)
    assert _with_key(app, old).get("/metrics").status_code == 401
    revoked = _with_key(app, _key(engine, "metrics.read"))
    assert revoked.get("/metrics").status_code == 200
    keys.revoke(engine, keys.keys(engine)[0].id, "wang", time())
    assert revoked.get("/metrics").status_code == 401
    of_somebody_disabled = _with_key(app, _key(engine, "metrics.read"))
    users.change(engine, "a-integrator", "wang", disabled=True)
    assert of_somebody_disabled.get("/metrics").status_code == 401


@pytest.mark.parametrize("wrong", ["", "sk_", "nonsense", "sk_abc", "sk_{id}_x", "sk_{id}"])
def test_a_wrong_key_opens_nothing(app: FastAPI, engine: Engine, log_in: LogIn, wrong: str) -> None:
    log_in("integrator")
    _key(engine, "metrics.read")
    secret = wrong.format(id=keys.keys(engine)[0].id)
    assert _with_key(app, secret).get("/metrics").status_code == 401


def test_a_keys_use_is_noted_once_a_minute(app: FastAPI, engine: Engine, log_in: LogIn) -> None:
    log_in("integrator")
    program = _with_key(app, _key(engine, "metrics.read"))
    for used_at, noted in ((None, True), (time() - 50, False), (time() - 70, True)):
        with writing(engine) as session:
            session.execute(update(ApiKeyRow).values(used_at=used_at))
        program.get("/metrics")
        assert (keys.keys(engine)[0].used_at != used_at) is noted


def test_tokens_and_keys_cannot_be_read_back(engine: Engine, log_in: LogIn) -> None:
    token = log_in("integrator").cookies[COOKIE]
    secret = _key(engine, "metrics.read")
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        dump = "\n".join(driver.iterdump())
    assert sessions.hash_of(token) in dump
    assert token not in dump
    assert secret not in dump
    assert secret.split("_", 2)[2] not in dump


def test_a_role_that_is_gone_has_no_rights(app: FastAPI, engine: Engine, log_in: LogIn) -> None:
    client = log_in("reviewer")
    with writing(engine) as session:
        session.execute(update(UserRow).values(role="king"))
    assert rights_of("king", False) == frozenset()
    assert client.get("/api/v1/incidents").status_code == 403


def test_the_description_is_open(app: FastAPI) -> None:
    assert TestClient(app).get("/api/v1/openapi.json").status_code == 200
    assert TestClient(app, headers=SAME_ORIGIN).get("/docs").status_code == 503
