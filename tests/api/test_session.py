"""Login, lock, logout and the change of the own password."""

from __future__ import annotations

from time import time

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, update

from api import passwords
from api.access import COOKIE
from store import audit, logins, users
from store.access_tables import LoginFailureRow, SessionRow
from store.database import reading, writing
from tests.api.conftest import SAME_ORIGIN

PASSWORD = "Correct-horse-1"
WRONG = "Wrong-horse-1"
NEW = "Battery-staple-2"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that take no time; what real ones cost is checked below."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(1, 8, 1))
    monkeypatch.setattr(passwords, "NOBODY", passwords.hash_of("nobody's"))


@pytest.fixture
def li(engine: Engine) -> str:
    """A reviewer with a password of her own."""
    hash = passwords.hash_of(PASSWORD)
    users.add(engine, "li", "reviewer", False, hash, "tests")
    users.set_password(engine, "li", hash, "li", must_change=False)
    return "li"


def enter(client: TestClient, name: str, password: str) -> tuple[int, dict[str, object]]:
    """Try to log in."""
    answer = client.post("/api/v1/session", json={"name": name, "password": password})
    return answer.status_code, answer.json()


def actions(engine: Engine, *, beginning: str = "log") -> list[tuple[str, str, str]]:
    """Return actor, action and object of the audit's rows about logins, oldest first."""
    rows = [(e.actor, e.action, e.object) for e in audit.newest(engine)]
    return [row for row in reversed(rows) if row[1].startswith(beginning)]


def test_a_person_logs_in_and_out(nobody: TestClient, engine: Engine, li: str) -> None:
    answer = nobody.post("/api/v1/session", json={"name": li, "password": PASSWORD})
    assert answer.status_code == 200
    said = answer.json()
    assert (said["user"], said["role"], said["must_change"]) == ("li", "reviewer", False)
    assert "incidents.decide" in said["rights"]
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    assert nobody.get("/api/v1/session").json() == said

    assert nobody.delete("/api/v1/session").status_code == 204
    assert nobody.cookies.get(COOKIE) is None
    nobody.cookies.set(COOKIE, answer.cookies[COOKIE])
    assert nobody.get("/api/v1/session").status_code == 401
    assert actions(engine) == [("li", "login", "li"), ("li", "logout", "li")]


def test_over_https_the_cookie_stays_on_https(app: FastAPI, li: str) -> None:
    client = TestClient(app, base_url="https://testserver")
    answer = client.post("/api/v1/session", json={"name": li, "password": PASSWORD})
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_logging_in_again_ends_the_old_session(nobody: TestClient, engine: Engine, li: str) -> None:
    enter(nobody, li, PASSWORD)
    enter(nobody, li, PASSWORD)
    with reading(engine) as session:
        assert len(session.scalars(select(SessionRow)).all()) == 1


def test_a_logout_without_a_login_is_harmless(nobody: TestClient) -> None:
    assert nobody.delete("/api/v1/session").status_code == 204


def test_another_sites_page_logs_nobody_in(app: FastAPI, li: str) -> None:
    client = TestClient(app, headers={"Origin": "https://evil.example"})
    assert enter(client, li, PASSWORD)[0] == 403


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    nobody: TestClient, engine: Engine, li: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    users.add(engine, "gone", "reviewer", False, passwords.hash_of(PASSWORD), "tests")
    users.change(engine, "gone", "tests", disabled=True)
    judged: list[str] = []
    fits = passwords.fits

    def seen(hash: str, password: str) -> bool:
        judged.append(password)
        return fits(hash, password)

    monkeypatch.setattr(passwords, "fits", seen)
    answers = [
        enter(nobody, li, WRONG),
        enter(nobody, "not-there", WRONG),
        enter(nobody, "gone", PASSWORD),
    ]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 401
    assert answers[0][1]["type"] == "login-failed"
    assert judged == [WRONG, WRONG, PASSWORD], "each took the time of one comparison"
    assert actions(engine) == [
        ("nobody", "login.failed", "li"),
        ("nobody", "login.failed", ""),
        ("nobody", "login.failed", "gone"),
    ]


def test_the_audit_holds_no_password_and_no_mistyped_one(
    nobody: TestClient, engine: Engine, li: str
) -> None:
    enter(nobody, li, WRONG)
    enter(nobody, WRONG, "li")
    said = repr(audit.newest(engine))
    assert "wrong password" in said
    assert "unknown name" in said
    assert WRONG not in said
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        assert WRONG not in "\n".join(driver.iterdump())


@pytest.mark.parametrize("name", ["li", "not-there"])
def test_the_fifth_failure_locks_a_name_known_or_not(
    nobody: TestClient, engine: Engine, li: str, name: str
) -> None:
    failures = [enter(nobody, name, WRONG)[0] for _ in range(5)]
    assert failures == [401] * 5
    answer = nobody.post("/api/v1/session", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.json()["type"] == "locked"
    assert 55 < float(answer.headers["Retry-After"]) <= 60
    assert actions(engine)[-1] == ("system", "login.locked", "li" if name == "li" else "")
    assert enter(nobody, "another", WRONG)[0] == 401, "only this name is locked"


def test_a_lock_passes_and_grows(nobody: TestClient, engine: Engine, li: str) -> None:
    for _ in range(5):
        enter(nobody, li, WRONG)
    waits = []
    for _ in range(3):
        with writing(engine) as session:
            session.execute(update(LoginFailureRow).values(locked_until=time() - 1))
        assert enter(nobody, li, WRONG)[0] == 401
        waits.append(round(float(str(enter(nobody, li, WRONG)[1]["retry_after_s"])) / 60))
    assert waits == [2, 4, 8]
    assert logins.lock_s(1000) == logins.LONGEST_LOCK_S


def test_trying_on_while_locked_makes_it_no_longer(
    nobody: TestClient, engine: Engine, li: str
) -> None:
    for _ in range(20):
        enter(nobody, li, WRONG)
    until = logins.locked_until(engine, li, time())
    assert until is not None
    assert until - time() <= 60
    assert len(actions(engine)) == 6, "five failures and one lock; the audit is not flooded"


def test_a_good_login_counts_anew(nobody: TestClient, engine: Engine, li: str) -> None:
    for _ in range(2):
        for _ in range(4):
            assert enter(nobody, li, WRONG)[0] == 401
        assert enter(nobody, li, PASSWORD)[0] == 200


def test_failures_are_forgotten_after_a_day(nobody: TestClient, engine: Engine, li: str) -> None:
    for _ in range(4):
        enter(nobody, li, WRONG)
    with writing(engine) as session:
        yesterday = time() - logins.FORGET_S - 1
        session.execute(update(LoginFailureRow).values(tried_at=yesterday))
    enter(nobody, li, WRONG)
    assert enter(nobody, li, PASSWORD)[0] == 200


def test_too_many_logins_at_once_are_told_to_come_again(
    nobody: TestClient, li: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_WAIT_S", 0.01)
    with passwords.turn(), passwords.turn():
        assert enter(nobody, li, PASSWORD)[0] == 429
    assert enter(nobody, li, PASSWORD)[0] == 200


def change(client: TestClient, old: str, new: str) -> tuple[int, dict[str, object]]:
    """Try to change the own password."""
    answer = client.put("/api/v1/session/password", json={"old": old, "new": new})
    return answer.status_code, answer.json()


def test_a_new_password_ends_the_other_sessions(
    app: FastAPI, nobody: TestClient, engine: Engine, li: str
) -> None:
    elsewhere = TestClient(app, headers=SAME_ORIGIN)
    enter(elsewhere, li, PASSWORD)
    enter(nobody, li, PASSWORD)
    assert change(nobody, PASSWORD, NEW)[0] == 200
    assert nobody.get("/api/v1/session").status_code == 200
    assert elsewhere.get("/api/v1/session").status_code == 401
    assert enter(elsewhere, li, PASSWORD)[0] == 401
    assert enter(elsewhere, li, NEW)[0] == 200
    assert ("li", "user.password", "li") in actions(engine, beginning="user")


def test_a_first_password_opens_only_its_change(nobody: TestClient, engine: Engine) -> None:
    users.add(engine, "wang", "operator", False, passwords.hash_of(PASSWORD), "tests")
    assert enter(nobody, "wang", PASSWORD)[1]["must_change"] is True
    assert nobody.get("/api/v1/cameras").json()["type"] == "password-change-due"
    assert change(nobody, PASSWORD, NEW)[1]["must_change"] is False
    assert nobody.get("/api/v1/lifecycle").status_code == 200


def test_the_old_password_cannot_be_guessed_in_an_open_browser(nobody: TestClient, li: str) -> None:
    enter(nobody, li, PASSWORD)
    status, said = change(nobody, WRONG, NEW)
    assert status == 422
    assert said["errors"] == [{"field": "old", "reason": "it is not your password"}]
    for _ in range(4):
        change(nobody, WRONG, NEW)
    assert change(nobody, PASSWORD, NEW)[0] == 429


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("Short-1", "at least 10 characters"),
        ("aaaaAAAA1111", "different characters"),
        ("xx-Li-Ming-99", "does not hold your name"),
        ("nopqrstuvw", "three of"),
        ("nopqrstuvw12", "three of"),
        (PASSWORD, "another one"),
    ],
)
def test_a_weak_new_password_is_refused_with_the_reason(
    nobody: TestClient, engine: Engine, new: str, reason: str
) -> None:
    hash = passwords.hash_of(PASSWORD)
    users.add(engine, "li-ming", "reviewer", False, hash, "tests")
    enter(nobody, "li-ming", PASSWORD)
    status, said = change(nobody, PASSWORD, new)
    assert status == 422
    assert said["type"] == "weak-password"
    assert reason in str(said["errors"])
    assert new not in repr(said)


def test_length_alone_is_enough() -> None:
    assert passwords.weakness("correct horse battery", "li") == ""
    assert passwords.weakness("密码要足够长而且各不相同才行啊对吗", "li") == ""


def test_first_passwords_are_random_and_strong() -> None:
    made = {passwords.first_password() for _ in range(50)}
    assert len(made) == 50
    assert all(passwords.weakness(password, "admin") == "" for password in made)


def test_a_hash_of_cheaper_days_is_renewed(
    nobody: TestClient, engine: Engine, li: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = users.password_hash(engine, li)
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(2, 16, 1))
    assert enter(nobody, li, PASSWORD)[0] == 200
    new = users.password_hash(engine, li)
    assert new != old
    assert "m=16,t=2" in str(new)


def test_real_hashes_cost_what_is_advised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    hash = passwords.hash_of(PASSWORD)
    assert hash.startswith("$argon2id$v=19$m=65536,t=3,")
    assert passwords.fits(hash, PASSWORD)
    assert not passwords.fits(hash, WRONG)
    assert not passwords.fits("no hash", PASSWORD)
