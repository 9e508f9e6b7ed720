"""Cameras over HTTP: list, add, change, remove, what is observed; no secret comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from time import time
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from store import desired, observed, processes
from store.database import reading
from store.processes import AWAY_S
from store.tables import AuditRow
from store.values import Task
from streams.camera import Camera
from tests.api.conftest import LogIn

GATE = {
    "id": "gate-1",
    "name": "North gate",
    "url": "rtsp://10.0.0.7:554/cam?channel=1&subtype=0&token=t0ken",
    "username": "viewer",
    "password": "s3cret",
    "owner_unit": "District 4",
}
SHOWN = "rtsp://10.0.0.7:554/cam?channel=1&subtype=0&token=***"
SECRETS = ("s3cret", "t0ken", "n3w")


def without(*names: str, **more: Any) -> dict[str, Any]:
    """Return the gate as a change: without its id and some fields, with others."""
    return {k: v for k, v in GATE.items() if k not in ("id", *names)} | more


def many(engine: Engine, count: int) -> None:
    """Add cameras with two tasks each."""
    cameras = [
        Camera(id=f"c{n:05}", url=f"rtsp://10.0.0.7/{n}", name=f"Camera {n}") for n in range(count)
    ]
    tasks = [Task(camera=c.id, algorithm=a) for c in cameras for a in ("fall", "litter")]
    desired.change(engine, "test", put=(*cameras, *tasks))


def errors(answer: Any) -> dict[str, str]:
    """Return the fields that a refusal names."""
    assert answer.status_code == 422, answer.text
    assert not any(secret in answer.text for secret in SECRETS)
    return {e["field"]: e["reason"] for e in answer.json()["errors"]}


def test_a_camera_is_added_once_and_shown_without_its_secrets(
    log_in: LogIn, engine: Engine
) -> None:
    operator = log_in("operator")
    added = operator.post("/api/v1/cameras", json=GATE)
    assert added.status_code == 201, added.text
    body = added.json()
    assert (body["url"], body["has_password"], body["revision"]) == (SHOWN, True, 1)
    assert (body["state"], body["applied"], body["tasks"]) == ("unknown", None, [])
    assert body["state_words"]["zh"] != body["state_words"]["en"]
    again = operator.post("/api/v1/cameras", json=GATE | {"name": "Other"})
    assert again.status_code == 409
    assert again.json()["type"] == "taken"
    stored = desired.read(engine).cameras[0]
    assert stored.name == "North gate"
    assert (stored.url, stored.password.get_secret_value()) == (GATE["url"], "s3cret")


def test_what_is_shown_can_be_sent_back(log_in: LogIn, engine: Engine) -> None:
    operator = log_in("operator")
    operator.post("/api/v1/cameras", json=GATE)
    renamed = without("password", url=SHOWN, name="Gate")
    answer = operator.put("/api/v1/cameras/gate-1", json=renamed)
    assert answer.status_code == 200, answer.text
    stored = desired.read(engine).cameras[0]
    assert (stored.name, stored.url) == ("Gate", GATE["url"])
    assert stored.password.get_secret_value() == "s3cret"
    half = SHOWN.replace("channel=1", "channel=2")
    found = errors(operator.put("/api/v1/cameras/gate-1", json=without("password", url=half)))
    assert "whole address" in found["url"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "rtsp://evil.example/x"}, "password"),
        ({"username": "admin"}, "password"),
        ({"url": "http://10.0.0.7/x"}, "url"),
        ({"url": "rtsp://u:n3w@10.0.0.7/x"}, "url"),
        ({"lon": 114.3, "lat": 30.6}, ""),
        ({"gb_id": "123"}, "gb_id"),
        ({"passwort": "n3w"}, "passwort"),
        ({"rotation": 45}, "rotation"),
    ],
)
def test_a_bad_camera_is_refused_by_the_field_of_the_body(
    log_in: LogIn, engine: Engine, change: dict[str, Any], field: str
) -> None:
    operator = log_in("operator")
    operator.post("/api/v1/cameras", json=GATE)
    answer = operator.put("/api/v1/cameras/gate-1", json=without("password", **change))
    assert set(errors(answer)) == {field}
    assert desired.revision(engine) == 1


def test_no_secret_in_answers_audit_or_log(
    log_in: LogIn, engine: Engine, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level("DEBUG")
    operator = log_in("operator")
    operator.post("/api/v1/cameras", json=GATE)
    operator.put("/api/v1/cameras/gate-1", json=without(password="n3w"))
    operator.put("/api/v1/cameras/gate-1", json=without(url="rtsp://a:n3w@h/?token=t0ken"))
    probe = {"url": SHOWN, "username": "viewer", "camera": "gate-1"}
    told = [
        operator.get("/api/v1/cameras").text,
        operator.get("/api/v1/cameras/gate-1").text,
        operator.post("/api/v1/probe", json=probe).text,
        caplog.text,
    ]
    with engine.connect() as connection:
        queries = (text("SELECT * FROM audit"), text("SELECT * FROM event_log"))
        told += [str(connection.execute(query).all()) for query in queries]
    assert not [secret for secret in SECRETS for text_ in told if secret in text_]


def test_every_write_is_audited_under_the_caller_s_name(log_in: LogIn, engine: Engine) -> None:
    log_in("operator", "li").post("/api/v1/cameras", json=GATE)
    wang = log_in("operator", "wang")
    wang.put("/api/v1/cameras/gate-1", json=without(name="Gate"))
    assert wang.delete("/api/v1/cameras/gate-1").json() == {"revision": 3}
    with reading(engine) as session:
        rows = [(r.actor, r.action, r.detail) for r in session.query(AuditRow).order_by(AuditRow.n)]
    rows = [row for row in rows if row[1].startswith("camera.")]
    assert [row[:2] for row in rows] == [
        ("li", "camera.put"),
        ("wang", "camera.put"),
        ("wang", "camera.remove"),
    ]
    assert rows[1][2] == {"name": "Gate"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", ""), ("put", ""), ("delete", ""), ("get", "/picture")],
)
def test_an_unknown_camera_is_not_found(log_in: LogIn, method: str, path: str) -> None:
    more = {"json": without()} if method == "put" else {}
    answer = getattr(log_in("operator"), method)(f"/api/v1/cameras/nowhere{path}", **more)
    assert answer.status_code == 404
    assert answer.json()["detail"] == "there is no camera nowhere"


def test_who_only_looks_writes_nothing(log_in: LogIn, engine: Engine) -> None:
    reviewer = log_in("reviewer")
    assert reviewer.post("/api/v1/cameras", json=GATE).status_code == 403
    assert reviewer.get("/api/v1/cameras").json()["total"] == 0
    assert desired.revision(engine) == 0


def test_the_list_is_paged_searched_and_filtered(log_in: LogIn, engine: Engine) -> None:
    many(engine, 7)
    client = log_in("reviewer")
    observed.set_camera_state(engine, "c00002", "refused", "…", 1000.0)
    observed.set_camera_state(engine, "c00003", "live", "…", 1000.0)
    rate = observed.Rate("c00003", "libav", "gop_too_long", 1.0, 0.5, 0.25, 1000.0)
    observed.write(engine, [rate])
    off = Camera(id="c00004", url="rtsp://10.0.0.7/4", enabled=False, owner_unit="Unit_9")
    desired.put_camera(engine, off, "test")

    def listed(**query: Any) -> dict[str, Any]:
        answer = client.get("/api/v1/cameras", params=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    first = listed(limit=3)
    assert ([c["id"] for c in first["cameras"]], first["total"]) == (
        ["c00000", "c00001", "c00002"],
        7,
    )
    second = listed(limit=4, after=first["next"])
    assert [c["id"] for c in second["cameras"]] == ["c00003", "c00004", "c00005", "c00006"]
    assert (second["next"], second["revision"], second["units"]) == ("", 2, ["Unit_9"])
    assert second["cameras"][1]["rate"] is None
    assert second["cameras"][0]["rate"] == {
        "way": "libav",
        "why": "gop_too_long",
        "why_words": {
            "zh": "关键帧间隔大于所需的画面间隔。",
            "en": "Key frames come less often than pictures are needed.",
        },
        "wanted": 1.0,
        "reached": 0.5,
        "shed": 0.25,
        "at": "1970-01-01T00:16:40.000Z",
    }
    by_state = {
        state: [c["id"] for c in listed(state=state)["cameras"]] for state in ("refused", "off")
    }
    assert by_state == {"refused": ["c00002"], "off": ["c00004"]}
    assert listed(state=["live", "refused"])["total"] == 2
    assert [c["id"] for c in listed(search="CAMERA 5")["cameras"]] == ["c00005"]
    assert [c["id"] for c in listed(search="unit_")["cameras"]] == ["c00004"]
    assert listed(unit="Unit_9")["total"] == 1
    (refused,) = listed(state="refused")["cameras"]
    assert refused["state_words"] == {
        "zh": "摄像机拒绝登录：请检查用户名和密码。",
        "en": "The camera refuses the login: check user name and password.",
    }


def test_a_page_costs_as_many_queries_with_many_cameras_as_with_few(
    log_in: LogIn, engine: Engine
) -> None:
    client = log_in("reviewer")
    counted: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: counted.append(a[2]))

    def queries(limit: int) -> int:
        counted.clear()
        assert len(client.get(f"/api/v1/cameras?limit={limit}").json()["cameras"]) == limit
        return len(counted)

    many(engine, 600)
    assert queries(500) == queries(2)


def test_who_is_blind_and_why(log_in: LogIn, engine: Engine) -> None:
    many(engine, 3)
    now = time()
    for camera in ("c00000", "c00001"):
        observed.watching(engine, camera, "fall", now - 60)
    observed.blind(engine, "c00000", "litter", "view: covered", now - 30)
    observed.blind(engine, "c00001", "litter", "outside its time plan", now - 30)
    observed.heartbeat(engine, [("c00000", "fall"), ("c00001", "fall")], now)
    client = log_in("reviewer")
    listed = client.get("/api/v1/cameras", params={"blind": True}).json()
    assert {c["id"]: c["blind"] for c in listed["cameras"]} == {
        "c00000": ["litter"],
        "c00002": ["fall", "litter"],
    }
    (first, _) = listed["cameras"]
    assert first["because"] == {"litter": "view: covered"}
    assert first["because_words"]["litter"] == {"zh": "镜头被遮挡", "en": "The lens is covered"}
    assert client.get("/api/v1/cameras/c00001").json()["blind"] == []


def test_a_silent_worker_is_not_taken_at_its_old_word(log_in: LogIn, engine: Engine) -> None:
    many(engine, 1)
    now = time()
    observed.set_camera_state(engine, "c00000", "live", "Pictures are coming in.", now - 100)
    observed.watching(engine, "c00000", "fall", now - 100)
    processes.beat(engine, "worker", now - 200, {}, now)
    observed.heartbeat(engine, [("c00000", "fall")], now)
    client = log_in("reviewer")
    camera = client.get("/api/v1/cameras/c00000").json()
    assert camera["state"] == "live"
    assert [t["watching"] for t in camera["tasks"]] == [True, None]

    with engine.begin() as connection:
        connection.execute(text("UPDATE process SET seen_at = :at"), {"at": now - 2 * AWAY_S})
        connection.execute(
            text("UPDATE watch_interval SET seen_at = :at"), {"at": now - 2 * AWAY_S}
        )
    camera = client.get("/api/v1/cameras/c00000").json()
    assert (camera["state"], camera["state_since"]) == ("unknown", None)
    assert camera["state_words"]["zh"] == "分析服务失联，当前状态未知。"
    fall, _ = camera["tasks"]
    assert (fall["watching"], fall["because_words"]["zh"]) == (False, "分析服务失联")
    assert client.get("/api/v1/cameras?state=unknown").json()["total"] == 1
    assert client.get("/api/v1/cameras?blind=true").json()["total"] == 1


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Make calls at the same time; return their answers."""
    answers: list[Any] = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def call(index: int) -> None:
        barrier.wait(10)
        answers[index] = calls[index]()

    threads = [threading.Thread(target=call, args=(i,)) for i in range(len(calls))]  # noqa: TID251
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_two_operators_at_once_take_an_id_once_and_lose_nothing(
    log_in: LogIn, engine: Engine
) -> None:
    li, wang = log_in("operator", "li"), log_in("operator", "wang")
    answers = at_once(
        lambda: li.post("/api/v1/cameras", json=GATE | {"name": "li"}),
        lambda: wang.post("/api/v1/cameras", json=GATE | {"name": "wang"}),
    )
    assert sorted(a.status_code for a in answers) == [201, 409]
    (won,) = [a.json()["name"] for a in answers if a.status_code == 201]
    assert desired.read(engine).cameras[0].name == won

    answers = at_once(
        lambda: li.put("/api/v1/cameras/gate-1/tasks/fall", json={}),
        lambda: wang.put("/api/v1/cameras/gate-1/tasks/litter", json={}),
    )
    assert [a.status_code for a in answers] == [200, 200]
    state = desired.read(engine)
    assert [t.algorithm for t in state.tasks] == ["fall", "litter"]
    assert state.revision == 3


def test_without_a_worker_only_what_needs_it_is_away(log_in: LogIn) -> None:
    operator = log_in("operator")
    operator.post("/api/v1/cameras", json=GATE)
    picture = operator.get("/api/v1/cameras/gate-1/picture")
    assert (picture.status_code, picture.json()["type"]) == (503, "worker-away")
    assert operator.get("/api/v1/cameras/gate-1").status_code == 200


def test_a_probe_takes_the_stored_password_to_its_own_place_only(log_in: LogIn) -> None:
    operator = log_in("operator")
    operator.post("/api/v1/cameras", json=GATE)
    for change in ({"url": "rtsp://evil.example/"}, {"username": "admin"}):
        asked = {"url": SHOWN, "username": "viewer", "camera": "gate-1"} | change
        assert set(errors(operator.post("/api/v1/probe", json=asked))) == {"password"}
    hidden = {"url": SHOWN, "username": "viewer", "password": "x"}
    assert set(errors(operator.post("/api/v1/probe", json=hidden))) == {"url"}


def test_an_original_needs_its_right_before_the_worker_is_asked(
    log_in: LogIn, engine: Engine
) -> None:
    log_in("operator").post("/api/v1/cameras", json=GATE)
    path = "/api/v1/cameras/gate-1/picture?masked=false"
    assert log_in("admin").get(path).status_code == 403
    assert log_in("reviewer", "li", originals=True).get(path).status_code == 503
    with reading(engine) as session:
        looks = session.query(AuditRow).filter(AuditRow.action == "camera.original").all()
    assert [(row.actor, row.object) for row in looks] == [("li", "gate-1")]


def test_a_time_zone_stays_until_another_is_given_and_must_exist(log_in: LogIn) -> None:
    operator = log_in("operator")
    camera = {"id": "zoned", "url": "rtsp://10.0.0.9/stream", "time_zone": "Asia/Shanghai"}
    assert operator.post("/api/v1/cameras", json=camera).status_code == 201
    plain = {"url": "rtsp://10.0.0.9/stream", "name": "renamed"}
    for given, kept in [
        (plain, "Asia/Shanghai"),
        ({**plain, "time_zone": "Europe/Berlin"}, "Europe/Berlin"),
        ({**plain, "time_zone": ""}, ""),
    ]:
        answer = operator.put("/api/v1/cameras/zoned", json=given)
        assert answer.status_code == 200, answer.text
        assert operator.get("/api/v1/cameras/zoned").json()["time_zone"] == kept
    wrong = {**plain, "time_zone": "Mars/Base"}
    answer = operator.put("/api/v1/cameras/zoned", json=wrong)
    assert answer.status_code == 422
    assert "time_zone" in answer.text


def test_a_camera_that_somebody_else_changed_is_not_overwritten(log_in: LogIn) -> None:
    mine, theirs = log_in("operator"), log_in("operator")
    url = "rtsp://10.0.0.9/1?token=secret-1"
    read = mine.post("/api/v1/cameras", json={"id": "gate-9", "url": url}).json()
    path, match = "/api/v1/cameras/gate-9", {"If-Match": f'"{read["version"]}"'}
    assert theirs.put(path, json={"url": url, "name": "theirs"}).status_code == 200
    late = mine.put(path, json={"url": url, "name": "mine"}, headers=match)
    assert (late.status_code, late.json()["type"]) == (412, "outdated")
    assert mine.get(path).json()["name"] == "theirs"
    back = theirs.put(path, json={"url": url, "password": "another"})
    assert back.json()["version"] == read["version"], "of what is seen, and no more"
    assert mine.put(path, json={"url": url, "name": "mine"}, headers=match).status_code == 200
