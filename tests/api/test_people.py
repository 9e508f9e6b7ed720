"""Users, API keys and the audit, as an admin, an integrator and an auditor use them."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from store import audit, keys, logins, users
from store.database import writing
from tests.api.conftest import LogIn


@pytest.fixture
def admin(log_in: LogIn) -> TestClient:
    """The only admin."""
    return log_in("admin")


def add(admin: TestClient, name: str = "li", role: str = "reviewer") -> str:
    """Add a person; return the first password."""
    answer = admin.post("/api/v1/users", json={"name": name, "role": role})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["password"])


def newest(engine: Engine) -> tuple[str, str, str, object]:
    """Return the newest row of the audit."""
    entry = audit.newest(engine, limit=1)[0]
    return entry.actor, entry.action, entry.object, entry.detail


def test_an_admin_adds_a_person_who_logs_in(
    admin: TestClient, nobody: TestClient, engine: Engine
) -> None:
    password = add(admin, "李明")
    user = next(u for u in admin.get("/api/v1/users").json() if u["name"] == "李明")
    assert (user["role"], user["must_change"], user["seen_at"]) == ("reviewer", True, None)
    said = newest(engine)
    assert said == ("a-admin", "user.add", "李明", {"role": "reviewer", "originals": False})
    answer = nobody.post("/api/v1/session", json={"name": "李明", "password": password})
    assert answer.json()["must_change"] is True
    user = next(u for u in admin.get("/api/v1/users").json() if u["name"] == "李明")
    assert user["seen_at"] is not None


@pytest.mark.parametrize("name", ["li", "LI"])
def test_a_name_is_given_once(admin: TestClient, name: str) -> None:
    add(admin, "li")
    answer = admin.post("/api/v1/users", json={"name": name, "role": "admin"})
    assert answer.status_code == 409
    assert answer.json()["type"] == "name-taken"


@pytest.mark.parametrize("name", ["", "key:1", "li/ming", "System", "nobody", "cli"])
def test_a_name_that_could_mislead_the_audit_is_refused(admin: TestClient, name: str) -> None:
    answer = admin.post("/api/v1/users", json={"name": name, "role": "admin"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "name"


def test_what_is_changed_is_audited_and_the_rest_stays(admin: TestClient, engine: Engine) -> None:
    add(admin)
    answer = admin.patch("/api/v1/users/li", json={"originals": True, "role": "reviewer"})
    assert (answer.json()["originals"], answer.json()["role"]) == (True, "reviewer")
    assert newest(engine) == ("a-admin", "user.change", "li", {"originals": True})
    head = audit.head(engine)
    admin.patch("/api/v1/users/li", json={"originals": True})
    assert audit.head(engine) == head


def test_a_disabled_person_is_out_at_once(admin: TestClient, log_in: LogIn) -> None:
    theirs = log_in("reviewer", "li")
    assert theirs.get("/api/v1/session").status_code == 200
    admin.patch("/api/v1/users/li", json={"disabled": True})
    assert theirs.get("/api/v1/session").status_code == 401
    admin.patch("/api/v1/users/li", json={"disabled": False})
    assert theirs.get("/api/v1/session").status_code == 401, "an old session does not come back"


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "reviewer"}])
def test_the_last_admin_stays(admin: TestClient, change: dict[str, object]) -> None:
    add(admin, "second", "admin")
    assert admin.patch("/api/v1/users/second", json=change).status_code == 200
    answer = admin.patch("/api/v1/users/a-admin", json=change)
    assert answer.status_code == 409
    assert answer.json()["type"] == "last-admin"
    assert admin.get("/api/v1/users").status_code == 200


def test_a_reset_gives_a_new_password_and_lifts_the_lock(
    admin: TestClient, nobody: TestClient, log_in: LogIn, engine: Engine
) -> None:
    theirs = log_in("reviewer", "li")
    for _ in range(5):
        nobody.post("/api/v1/session", json={"name": "li", "password": "guess"})
    assert admin.get("/api/v1/users").json()[1]["locked_until"] is not None
    said = admin.post("/api/v1/users/li/password").json()
    assert said["user"]["locked_until"] is None
    assert theirs.get("/api/v1/session").status_code == 401
    assert newest(engine)[:3] == ("a-admin", "user.password-reset", "li")
    again = nobody.post("/api/v1/session", json={"name": "li", "password": said["password"]})
    assert again.status_code == 200
    assert logins.locked_until(engine, "li", 0.0) is None


def test_who_is_not_there_is_said(admin: TestClient) -> None:
    for answer in (
        admin.patch("/api/v1/users/li", json={"disabled": True}),
        admin.post("/api/v1/users/li/password"),
        admin.delete("/api/v1/keys/abc"),
    ):
        assert answer.status_code == 404
        assert answer.json()["detail"].startswith("there is no ")


def make(client: TestClient, *scopes: str, **more: object) -> TestClient:
    """Make a key; return a program that has it."""
    body = {"name": "tests", "scopes": list(scopes), **more}
    answer = client.post("/api/v1/keys", json=body)
    assert answer.status_code == 201, answer.text
    return TestClient(client.app, headers={"Authorization": f"Bearer {answer.json()['secret']}"})


def test_an_integrator_makes_uses_and_revokes_a_key(log_in: LogIn, engine: Engine) -> None:
    integrator = log_in("integrator")
    program = make(integrator, "metrics.read", "detect", "detect")
    assert program.get("/metrics").status_code == 200
    key = integrator.get("/api/v1/keys").json()[0]
    assert key["scopes"] == ["detect", "metrics.read"]
    assert key["owner"] == "a-integrator"
    assert key["used_at"] is not None
    assert "secret" not in key
    detail = newest(engine)[3]
    assert isinstance(detail, dict)
    assert "sk_" not in repr(detail)

    revoked = integrator.delete(f"/api/v1/keys/{key['id']}")
    assert revoked.json()["revoked_at"] is not None
    assert newest(engine)[:3] == ("a-integrator", "key.revoke", key["id"])
    assert program.get("/metrics").status_code == 401
    head = audit.head(engine)
    assert integrator.delete(f"/api/v1/keys/{key['id']}").json() == revoked.json()
    assert audit.head(engine) == head


@pytest.mark.parametrize(
    ("role", "scope", "reason"),
    [
        ("integrator", "audit.read", "you do not have it"),
        ("admin", "users.write", "only people"),
        ("admin", "keys.write", "only people"),
        ("admin", "evidence.original", "you do not have it"),
    ],
)
def test_a_key_gets_no_right_that_its_maker_lacks(
    log_in: LogIn, engine: Engine, role: str, scope: str, reason: str
) -> None:
    body = {"name": "k", "scopes": ["metrics.read", scope]}
    answer = log_in(role).post("/api/v1/keys", json=body)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "scopes[1]"
    assert reason in error["reason"]
    assert keys.keys(engine) == []


def test_a_key_ends_after_a_year_unless_told(log_in: LogIn, engine: Engine) -> None:
    integrator = log_in("integrator")
    for days in (365, 30, None):
        make(integrator, "detect", **({} if days == 365 else {"expires_in_days": days}))
        newest_key = max(keys.keys(engine), key=lambda key: key.created_at)
        if days is None:
            assert newest_key.expires_at is None
        else:
            assert newest_key.expires_at == newest_key.created_at + days * 86400


def test_keys_of_others_are_an_admins_business(log_in: LogIn, engine: Engine) -> None:
    make(log_in("integrator"), "detect")
    (key,) = keys.keys(engine)
    other = log_in("integrator", "another")
    assert other.get("/api/v1/keys").json() == []
    assert other.delete(f"/api/v1/keys/{key.id}").status_code == 404
    assert keys.keys(engine)[0].revoked_at is None
    admin = log_in("admin")
    assert [k["id"] for k in admin.get("/api/v1/keys").json()] == [key.id]
    assert admin.delete(f"/api/v1/keys/{key.id}").status_code == 200


@pytest.fixture
def auditor(log_in: LogIn, engine: Engine) -> TestClient:
    """An auditor, after six rows of others."""
    client = log_in("auditor")
    with writing(engine) as session:
        for n in range(3):
            audit.append(session, "li", "camera.put", f"c{n}", {"n": n})
            audit.append(session, "wang", "camera.remove", f"c{n}")
    return client


def test_what_the_service_did_by_itself_can_be_left_out(
    auditor: TestClient, engine: Engine
) -> None:
    with writing(engine) as session:
        audit.append(session, audit.SERVICE, "incident.opened", "i1")
        audit.append(session, f"{audit.RULE}review off", "incident.confirm", "i1")
        audit.append(session, "key:k1", "camera.put", "c9")
    everybody = auditor.get("/api/v1/audit").json()["entries"]
    people = auditor.get("/api/v1/audit", params={"people": True}).json()["entries"]
    gone = {entry["actor"] for entry in everybody} - {entry["actor"] for entry in people}
    assert gone == {"inference", "rule: review off"}
    assert len(people) == len(everybody) - 2


def test_the_audit_is_paged_newest_first(auditor: TestClient) -> None:
    seen: list[int] = []
    before: dict[str, int] = {}
    while True:
        page = auditor.get("/api/v1/audit", params={"limit": 2, **before}).json()
        assert len(page["entries"]) <= 2
        seen += [entry["n"] for entry in page["entries"]]
        if page["next"] is None:
            break
        before = {"before": page["next"]}
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == 1
    assert len(seen) == seen[0]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"actor": "li"}, 3),
        ({"action": "camera"}, 6),
        ({"action": "camera.remove"}, 3),
        ({"action": "cam"}, 0),
        ({"action": "c%"}, 0),
        ({"object": "c1"}, 2),
        ({"object": "c1", "actor": "li"}, 1),
    ],
)
def test_the_audit_is_filtered(auditor: TestClient, asked: dict[str, str], found: int) -> None:
    assert len(auditor.get("/api/v1/audit", params=asked).json()["entries"]) == found


def test_the_audit_is_checked(auditor: TestClient, engine: Engine) -> None:
    said = auditor.get("/api/v1/audit/check").json()
    entries, head = audit.head(engine)
    assert said == {"whole": True, "broken_at": None, "entries": entries, "head": head}
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit SET actor = 'wang' WHERE object = 'c1'")
    broken = auditor.get("/api/v1/audit/check").json()
    assert broken["whole"] is False
    assert broken["broken_at"] == next(
        e.n for e in reversed(audit.newest(engine)) if e.object == "c1"
    )


def test_an_auditor_changes_nothing(auditor: TestClient, engine: Engine) -> None:
    assert auditor.patch("/api/v1/users/a-auditor", json={"role": "admin"}).status_code == 403
    found = users.find(engine, "a-auditor")
    assert found is not None
    assert found.role == "auditor"
