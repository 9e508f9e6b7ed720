"""The catalog over HTTP: schemas in two languages, settings, templates; nothing invalid gets in."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, model_validator
from sqlalchemy import Engine

from api import desired as door
from api.checks import Refused
from store import desired, observed
from store.database import reading
from store.tables import AuditRow
from store.values import AlgorithmSettings, Task, Template, Words
from streams.camera import Camera
from tests.api.conftest import LogIn

DEMO = {
    "name": {"zh": "演示", "en": "Demo"},
    "note": {"zh": "时长很短", "en": "short times"},
    "parameters": {"litter": {"dwell_s": 20}},
}


def errors(answer: Any) -> dict[str, str]:
    """Return the fields that a refusal names."""
    assert answer.status_code == 422, answer.text
    return {e["field"]: e["reason"] for e in answer.json()["errors"]}


def tasks(engine: Engine, *given: Task) -> None:
    """Put tasks with their cameras."""
    cameras = {t.camera: Camera(id=t.camera, url=f"rtsp://h/{t.camera}") for t in given}
    desired.change(engine, "test", put=(*cameras.values(), *given))


def test_models_say_what_they_are_and_have_no_speed_without_a_worker(log_in: LogIn) -> None:
    models = {m["id"]: m for m in log_in("reviewer").get("/api/v1/models").json()}
    pose = models["yolov8n-pose-openvino"]
    assert (pose["installed"], pose["speed"], pose["used_by"]) == (False, None, ["fall"])
    assert models["yolox-nano-coco"]["classes"][:2] == ["person", "bicycle"]
    assert all(len(sha) == 64 for m in models.values() for sha in m["files"].values())


def test_an_algorithm_brings_its_form_in_two_languages(log_in: LogIn) -> None:
    answer = log_in("reviewer").get("/api/v1/algorithms/illegal_parking").json()
    properties = answer["parameters"]["properties"]
    dwell = properties["dwell_s"]
    assert (dwell["default"], dwell["minimum"], dwell["maximum"]) == (300.0, 2.0, 14400.0)
    assert (dwell["title"], dwell["title_zh"], dwell["main"]) == ("Must last for", "持续时长", True)
    assert (dwell["unit"], dwell["unit_zh"], dwell["replay"]) == ("s", "秒", True)
    assert list(properties)[:4] == ["confirm_s", "dwell_s", "absence_s", "repeat_s"]
    assert all(p["description"] and p["description_zh"] for p in properties.values())
    assert answer["name"]["zh"] == "机动车违停"
    assert answer["period_s"] == 2.0
    listed = log_in("reviewer").get("/api/v1/algorithms").json()
    assert [a["id"] for a in listed] == [
        "fall",
        "flooding",
        "illegal_parking",
        "litter",
        "nonmotor_parking",
    ]
    assert log_in("reviewer").get("/api/v1/algorithms/vendors").status_code == 404


def test_settings_are_for_every_camera_and_say_who_differs(log_in: LogIn, engine: Engine) -> None:
    demo = Template(
        id="demo", name=Words(zh="演示", en="Demo"), parameters={"litter": {"confirm_s": 2}}
    )
    desired.put_template(engine, demo, "test")
    tasks(
        engine,
        Task(camera="a", algorithm="litter"),
        Task(camera="b", algorithm="litter", parameters={"dwell_s": 5}),
        Task(camera="c", algorithm="litter", template="demo"),
        Task(camera="d", algorithm="litter", enabled=False),
        Task(camera="d", algorithm="fall"),
    )
    operator = log_in("operator", "li")
    path = "/api/v1/algorithms/litter/settings"
    answer = operator.put(path, json={"parameters": {"dwell_s": 2}})
    assert answer.status_code == 200, answer.text
    litter = answer.json()
    assert (litter["settings"], litter["cameras"]) == ({"dwell_s": 2}, 3)
    assert litter["overridden"] == {"dwell_s": ["b"], "confirm_s": ["c"]}
    assert litter["period_s"] == 0.5
    assert set(errors(operator.put(path, json={"parameters": {"dwell_s": 0, "x": 1}}))) == {
        "parameters.dwell_s",
        "parameters.x",
    }
    unknown = operator.put("/api/v1/algorithms/vendors/settings", json={"parameters": {}})
    assert unknown.status_code == 404
    assert operator.put(path, json={"parameters": {}}).json()["settings"] == {}
    with reading(engine) as session:
        rows = session.query(AuditRow).filter(AuditRow.action == "algorithm.put").all()
        assert [(r.actor, r.object, r.detail["parameters"]) for r in rows] == [
            ("li", "litter", {"dwell_s": 2}),
            ("li", "litter", {}),
        ]


def test_an_algorithm_names_its_graver_levels(log_in: LogIn) -> None:
    client = log_in("reviewer")
    fall = client.get("/api/v1/algorithms/fall").json()
    assert fall["levels"] == [
        {"name": {"zh": "长时间倒地", "en": "Lying long"}, "severity": "urgent"}
    ]
    assert client.get("/api/v1/algorithms/litter").json()["levels"] == []


def test_it_says_whether_the_cameras_run_what_was_saved(log_in: LogIn, engine: Engine) -> None:
    tasks(
        engine,
        Task(camera="a", algorithm="litter"),
        Task(camera="b", algorithm="litter"),
        Task(camera="c", algorithm="litter", enabled=False),
    )
    operator = log_in("operator")
    path = "/api/v1/algorithms/litter"
    saved = operator.put(f"{path}/settings", json={"parameters": {"dwell_s": 9}}).json()
    assert saved["revision"] == desired.revision(engine)
    assert saved["applied"] is None
    observed.set_applied(engine, "a", saved["revision"])
    assert operator.get(path).json()["applied"] is None
    observed.set_applied(engine, "b", saved["revision"] - 1)
    assert operator.get(path).json()["applied"] == saved["revision"] - 1
    observed.set_applied(engine, "b", saved["revision"])
    assert operator.get(path).json()["applied"] == saved["revision"]
    assert operator.get("/api/v1/algorithms/fall").json()["applied"] is None


def test_a_template_is_put_used_and_kept_while_used(log_in: LogIn, engine: Engine) -> None:
    operator = log_in("operator")
    path = "/api/v1/templates/demo"
    made = operator.put(path, json=DEMO)
    assert made.json() == DEMO | {"id": "demo", "tasks": 0}
    tasks(engine, *(Task(camera=c, algorithm="litter", template="demo") for c in "abcdefg"))
    assert operator.get("/api/v1/templates").json()[0]["tasks"] == 7
    used = operator.delete(path)
    assert (used.status_code, used.json()["type"]) == (409, "in-use")
    assert used.json()["detail"].startswith("tasks use it: a/litter, b/litter")
    assert "2 more" in used.json()["detail"]
    for camera in "abcdefg":
        desired.remove_task(engine, camera, "litter", "test")
    assert operator.delete(path).status_code == 200
    assert operator.delete(path).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"parameters": {"litter": {"dwell_s": 0}}}, "parameters.litter.dwell_s"),
        ({"parameters": {"litter": {"dwel": 1}}}, "parameters.litter.dwel"),
        ({"parameters": {"vendors": {}}}, "parameters.vendors"),
        ({"name": {"zh": "演示"}}, "name.en"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_template_is_refused_by_its_field(
    log_in: LogIn, engine: Engine, change: dict[str, Any], field: str
) -> None:
    operator = log_in("operator")
    answer = operator.put("/api/v1/templates/demo", json=DEMO | change)
    assert set(errors(answer)) == {field}
    assert "id" in errors(operator.put("/api/v1/templates/De%20mo", json=DEMO))
    assert desired.revision(engine) == 0


def test_only_who_may_changes_the_catalog(log_in: LogIn) -> None:
    for role in ("reviewer", "integrator", "auditor"):
        client = log_in(role)
        assert client.put("/api/v1/templates/demo", json=DEMO).status_code == 403
        path = "/api/v1/algorithms/litter/settings"
        assert client.put(path, json={"parameters": {}}).status_code == 403


class Pair(BaseModel):
    """Two numbers of which the first is the lower one."""

    model_config = ConfigDict(extra="forbid")

    low: float = 1.0
    high: float = 9.0

    @model_validator(mode="after")
    def _in_order(self) -> Pair:
        if self.low > self.high:
            raise ValueError("low lies over high")
        return self


class OnePair:
    """A catalog with one algorithm, whose parameters must fit together."""

    ids = ("pair",)

    def parameters(self, algorithm: str) -> type[BaseModel]:
        return {"pair": Pair}[algorithm]


WORDS = Words(zh="演示", en="Demo")


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (AlgorithmSettings(algorithm="pair", parameters={"low": 5.0}), "parameters"),
        (Template(id="demo", name=WORDS, parameters={"pair": {"low": 5.0}}), "parameters"),
        (Task(camera="b", algorithm="pair", parameters={"low": 10.0}), "parameters"),
    ],
)
def test_a_change_that_would_break_an_existing_task_is_refused(
    engine: Engine, value: desired.Wanted, field: str
) -> None:
    """Each value alone is fine; together with what camera a says for itself they are not."""
    desired.put_template(engine, Template(id="demo", name=WORDS), "test")
    tasks(engine, Task(camera="a", algorithm="pair", template="demo", parameters={"high": 4.0}))
    desired.put_camera(engine, Camera(id="b", url="rtsp://h/b"), "test")
    before = desired.revision(engine)
    with pytest.raises(Refused) as caught:
        door.put(engine, OnePair(), {"": value}, "li")
    (error,) = caught.value.errors
    assert (error.field, "low lies over high" in error.reason) == (field, True)
    assert isinstance(value, Task) or "camera 'a'" in error.reason
    assert desired.revision(engine) == before


def test_a_wrong_value_from_elsewhere_is_named_with_where_it_is_from(engine: Engine) -> None:
    """As when a new version of the algorithm no longer takes what is stored."""
    desired.put_settings(engine, AlgorithmSettings(algorithm="pair", parameters={"old": 1}), "test")
    desired.put_camera(engine, Camera(id="a", url="rtsp://h/a"), "test")
    with pytest.raises(Refused, match=r"parameters: old \(from the settings for every camera\)"):
        door.put(engine, OnePair(), {"": Task(camera="a", algorithm="pair")}, "li")
