"""Tasks over HTTP: values with origins, zones by path, copies, when it looked; one door for all."""

from __future__ import annotations

from time import time
from typing import Any

import pytest
from sqlalchemy import Engine

from rules.zones import Zone
from store import desired, observed
from store.database import reading
from store.tables import AuditRow
from store.values import AlgorithmSettings, Period, Task, Template, Words
from streams.camera import Camera
from tests.api.conftest import LogIn

PATH = "/api/v1/cameras/gate-1/tasks/litter"
SQUARE = {"name": "square", "points": [[0, 0], [1, 0], [1, 1], [0, 1]]}
BOW = {"name": "bow", "points": [[0, 0], [1, 1], [1, 0], [0, 1]]}


@pytest.fixture(autouse=True)
def city(engine: Engine) -> None:
    """Two cameras, a template, and settings for every camera."""
    put = (
        Camera(id="gate-1", url="rtsp://10.0.0.7/1"),
        Camera(id="gate-2", url="rtsp://10.0.0.7/2"),
        AlgorithmSettings(algorithm="litter", parameters={"repeat_s": 120}),
        Template(
            id="demo",
            name=Words(zh="演示", en="Demo"),
            parameters={"litter": {"dwell_s": 20, "confirm_s": 2}},
        ),
    )
    desired.change(engine, "test", put=put)


def errors(answer: Any) -> dict[str, str]:
    """Return the fields that a refusal names."""
    assert answer.status_code == 422, answer.text
    return {e["field"]: e["reason"] for e in answer.json()["errors"]}


def test_a_task_comes_back_with_every_value_and_who_gives_it(log_in: LogIn, engine: Engine) -> None:
    given = {"template": "demo", "parameters": {"confirm_s": 3}, "zones": [SQUARE]}
    answer = log_in("operator").put(PATH, json=given)
    assert answer.status_code == 200, answer.text
    task = answer.json()
    assert task["name"] == {"zh": "暴露垃圾", "en": "Litter"}
    picked = {n: task["values"][n] for n in ("confirm_s", "dwell_s", "repeat_s", "absence_s")}
    assert picked == {
        "confirm_s": {"value": 3.0, "origin": "camera", "counts": 3.0},
        "dwell_s": {"value": 20.0, "origin": "template", "counts": 20.0},
        "repeat_s": {"value": 120.0, "origin": "settings", "counts": 120.0},
        "absence_s": {"value": 20.0, "origin": "default", "counts": 20.0},
    }
    assert task["wanted"]["parameters"] == {"confirm_s": 3}
    assert task["wanted"]["zones"] == [SQUARE | {"kind": "include"}]
    assert (task["watching"], task["since"], task["coverage"]) == (None, None, None)
    assert task["revision"] == desired.revision(engine) == 2
    # What comes back can be sent back, and changes nothing.
    assert log_in("operator").put(PATH, json=task["wanted"]).json()["revision"] == 2


def test_a_confirmation_counts_half_the_dwell_at_most(log_in: LogIn) -> None:
    given = {"parameters": {"confirm_s": 30, "dwell_s": 8}, "zones": [SQUARE]}
    values = log_in("operator").put(PATH, json=given).json()["values"]
    assert (values["confirm_s"]["value"], values["confirm_s"]["counts"]) == (30.0, 4.0)


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        ({"zones": [SQUARE, BOW]}, "zones[1].points", "not simple"),
        ({"zones": [{"points": [[0, 0], [1, 1]]}]}, "zones[0].points", "3 to 64"),
        ({"zones": [{"points": [[0, 0], [2, 0], [0, 1]]}]}, "zones[0].points", "fractions"),
        ({"zones": [SQUARE | {"colour": "red"}]}, "zones[0].colour", "not permitted"),
        ({"parameters": {"dwell_s": 0}}, "parameters.dwell_s", "greater than"),
        ({"parameters": {"dwel_s": 5}}, "parameters.dwel_s", "unknown field"),
        ({"parameters": {"labels": ["person", 7]}}, "parameters.labels[1]", "valid string"),
        ({"template": "other"}, "template", "no template 'other'"),
        ({"time_plan": [{"start": "25:00"}]}, "time_plan[0].start", ""),
        ({"review": "maybe"}, "review", "boolean"),
    ],
)
def test_a_bad_task_is_refused_by_the_field_of_the_body(
    log_in: LogIn, engine: Engine, given: dict[str, Any], field: str, reason: str
) -> None:
    found = errors(log_in("operator").put(PATH, json=given))
    assert reason in found[field]
    assert len(found) == 1
    assert desired.read(engine).tasks == ()


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/cameras/nowhere/tasks/litter", "camera nowhere"),
        ("/cameras/gate-1/tasks/vendors", "algorithm vendors"),
    ],
)
@pytest.mark.parametrize(("method", "more"), [("put", ""), ("post", "/try")])
def test_unknown_cameras_and_algorithms_are_not_found(
    log_in: LogIn, path: str, what: str, method: str, more: str
) -> None:
    answer = getattr(log_in("operator"), method)(f"/api/v1{path}{more}", json={})
    assert answer.status_code == 404
    assert what in answer.json()["detail"]


def test_removing_is_audited_and_done_once(log_in: LogIn, engine: Engine) -> None:
    operator = log_in("operator", "li")
    operator.put(PATH, json={})
    assert operator.delete(PATH).json() == {"revision": 3}
    assert operator.delete(PATH).status_code == 404
    with reading(engine) as session:
        rows = session.query(AuditRow).filter(AuditRow.action.startswith("task.")).all()
        assert [(r.actor, r.action, r.object) for r in rows] == [
            ("li", "task.put", "gate-1/litter"),
            ("li", "task.remove", "gate-1/litter"),
        ]


def test_a_trial_is_checked_like_the_real_thing(log_in: LogIn, engine: Engine) -> None:
    operator = log_in("operator")
    assert "zones[0].points" in errors(operator.post(f"{PATH}/try", json={"zones": [BOW]}))
    wrong = {"parameters": {"dwell_s": 0}, "template": "other"}
    assert set(errors(operator.post(f"{PATH}/try", json=wrong))) == {
        "template",
        "parameters.dwell_s",
    }
    away = operator.post(f"{PATH}/try", json={"zones": [SQUARE]})
    assert (away.status_code, away.json()["type"]) == (503, "worker-away")
    assert desired.revision(engine) == 1


def test_copying_takes_what_is_asked_and_leaves_the_rest(log_in: LogIn, engine: Engine) -> None:
    plan = Period(days=(5, 6))
    zone = Zone(name="own", points=((0, 0), (1, 0), (0, 1)))
    given = {"zones": [SQUARE], "parameters": {"dwell_s": 9}, "template": "demo"}
    operator = log_in("operator", "li")
    operator.put(PATH, json=given)
    third = Camera(id="gate-3", url="rtsp://10.0.0.7/3")
    there = Task(
        camera="gate-3", algorithm="litter", zones=(zone,), time_plan=(plan,), enabled=False
    )
    desired.change(engine, "test", put=(third, there))
    asked = {"to": ["gate-2", "gate-3"], "what": ["parameters"]}
    assert operator.post(f"{PATH}/copy", json=asked).json() == {"revision": 4}
    tasks = {t.camera: t for t in desired.read(engine).tasks}
    new, old = tasks["gate-2"], tasks["gate-3"]
    assert (new.parameters, new.template, new.zones) == ({"dwell_s": 9}, "demo", ())
    assert (old.parameters, old.template) == ({"dwell_s": 9}, "demo")
    assert (old.zones, old.time_plan, old.enabled) == ((zone,), (plan,), False)

    asked = {"to": ["gate-2", "nowhere"], "what": ["zones"]}
    assert set(errors(operator.post(f"{PATH}/copy", json=asked))) == {"to[1]"}
    asked = {"to": ["gate-2"], "what": ["zones", "time_plan"]}
    operator.post(f"{PATH}/copy", json=asked)
    tasks = {t.camera: t for t in desired.read(engine).tasks}
    assert tasks["gate-2"].zones == tasks["gate-1"].zones
    missing = operator.post("/api/v1/cameras/gate-1/tasks/fall/copy", json=asked)
    assert missing.status_code == 404


def test_when_it_looked_and_how_much_of_the_day(log_in: LogIn, engine: Engine) -> None:
    operator = log_in("operator")
    operator.put(PATH, json={})
    assert operator.get(f"{PATH}/intervals").json() == []
    now = time()
    hours = 3600.0
    pair = ("gate-1", "litter")
    observed.watching(engine, *pair, now - 60 * hours)
    observed.blind(engine, *pair, "outside its time plan", now - 20 * hours)
    observed.watching(engine, *pair, now - 10 * hours)
    observed.blind(engine, *pair, "view: moved", now - 5 * hours)
    observed.heartbeat(engine, [pair], now)
    found = operator.get(f"{PATH}/intervals").json()
    assert [i["because"] for i in found] == ["", "outside its time plan", "", "view: moved"]
    assert (found[1]["because_words"]["zh"], found[-1]["end"]) == ("不在布防时段", None)
    assert len(operator.get(f"{PATH}/intervals?hours=6").json()) == 2
    (task,) = operator.get("/api/v1/cameras/gate-1").json()["tasks"]
    assert (task["watching"], task["because"]) == (False, "view: moved")
    # Of 24 h it was wanted for 14 (the plan was closed for 10); it looked for 9 of them.
    assert task["coverage"] == pytest.approx(9 / 14, abs=0.01)
    assert operator.get("/api/v1/cameras/gate-2/tasks/fall/intervals").status_code == 404


def test_what_is_switched_off_is_not_called_blind(log_in: LogIn, engine: Engine) -> None:
    operator = log_in("operator")
    operator.put(PATH, json={"enabled": False})
    observed.blind(engine, "gate-1", "litter", "camera: not started", time())
    camera = operator.get("/api/v1/cameras/gate-1").json()
    (task,) = camera["tasks"]
    assert (task["watching"], task["because_words"]["zh"]) == (None, "未启用")
    assert (camera["blind"], camera["algorithms"]) == ([], [])


def test_a_task_that_somebody_else_changed_is_not_overwritten(log_in: LogIn) -> None:
    mine, theirs = log_in("operator"), log_in("operator")
    read = mine.put(PATH, json={"parameters": {"confirm_s": 3}}).json()["version"]
    assert theirs.put(PATH, json={"parameters": {"confirm_s": 4}}).status_code == 200
    late = mine.put(PATH, json={"parameters": {"confirm_s": 5}}, headers={"If-Match": f'"{read}"'})
    assert (late.status_code, late.json()["type"]) == (412, "outdated")
    now = mine.get("/api/v1/cameras/gate-1").json()["tasks"][0]
    assert now["wanted"]["parameters"] == {"confirm_s": 4}
    again = {"If-Match": f'"{now["version"]}"'}
    assert mine.put(PATH, json={"parameters": {"confirm_s": 5}}, headers=again).status_code == 200


def test_a_version_of_a_task_that_was_removed_adds_none(log_in: LogIn) -> None:
    operator = log_in("operator")
    read = operator.put(PATH, json={}).json()["version"]
    operator.delete(PATH)
    assert operator.put(PATH, json={}, headers={"If-Match": f'"{read}"'}).status_code == 412
    assert operator.get("/api/v1/cameras/gate-1").json()["tasks"] == []
