"""Desired state: every write is one audited transaction under one growing revision."""

from __future__ import annotations

from datetime import time

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import Engine, text

from rules.zones import Zone
from store import audit, desired
from store.database import DatabaseError, reading
from store.tables import AuditRow
from store.values import AlgorithmSettings, Destination, Period, Task, Template
from streams.camera import Camera
from tests.store.samples import camera, destination, task, template


def audits(engine: Engine) -> list[AuditRow]:
    with reading(engine) as session:
        return list(session.query(AuditRow).order_by(AuditRow.n))


def test_what_was_put_is_read_back_equal(engine: Engine) -> None:
    zone = Zone(name="square", points=((0.0, 0.0), (1.0, 0.0), (0.5, 1.0)))
    plan = (Period(days=(5, 6), start=time(22), end=time(6)),)
    wanted = task(parameters={"dwell_s": 5}, zones=(zone,), time_plan=plan, review=False)
    desired.put_camera(engine, camera(), "op")
    desired.put_task(engine, wanted, "op")
    desired.put_destination(engine, destination(), "op")

    state = desired.read(engine)
    assert state.cameras == (camera(),)
    assert state.cameras[0].password.get_secret_value() == "s3cret"
    assert (state.tasks, state.destinations) == ((wanted,), (destination(),))
    assert state.revision == desired.revision(engine) == 3


def test_equal_values_do_not_raise_the_revision(engine: Engine) -> None:
    assert desired.put_camera(engine, camera(), "op") == 1
    assert desired.put_camera(engine, camera(), "op") == 1
    assert desired.put_task(engine, task(parameters={"x": (1, 2)}), "op") == 2
    assert desired.put_task(engine, task(parameters={"x": [1, 2]}), "op") == 2
    assert desired.remove_camera(engine, "unknown", "op") == 2
    assert desired.put_camera(engine, camera(password=SecretStr("other")), "op") == 3
    assert [row.action for row in audits(engine)] == ["camera.put", "task.put", "camera.put"]


def test_many_changes_are_one_revision_or_none_at_all(engine: Engine) -> None:
    put = (task(), camera(), destination())
    assert desired.change(engine, "op", put) == 1
    with pytest.raises(KeyError, match="gate-2"):
        desired.change(engine, "op", (camera("gate-3"), task("gate-2")))
    assert desired.revision(engine) == 1
    assert [c.id for c in desired.read(engine).cameras] == ["gate-1"]
    assert len(audits(engine)) == 3


def test_a_camera_goes_with_its_tasks(engine: Engine) -> None:
    desired.change(engine, "op", (camera(), camera("gate-2"), task(), task("gate-2")))
    assert desired.remove_camera(engine, "gate-1", "li") == 2
    state = desired.read(engine)
    assert [c.id for c in state.cameras] == ["gate-2"]
    assert state.tasks == (task("gate-2"),)
    removed = [(row.action, row.object, row.actor) for row in audits(engine)[-2:]]
    assert removed == [("task.remove", "gate-1/litter", "li"), ("camera.remove", "gate-1", "li")]


def test_tasks_and_destinations_are_removed(engine: Engine) -> None:
    desired.change(engine, "op", (camera(), task(), destination()))
    assert desired.remove_task(engine, "gate-1", "litter", "op") == 2
    assert desired.remove_destination(engine, "city", "op") == 3
    state = desired.read(engine)
    assert (state.tasks, state.destinations) == ((), ())


def test_the_audit_shows_what_changed_and_no_secret(engine: Engine) -> None:
    desired.change(engine, "op", (camera(), destination()))
    desired.put_camera(engine, camera(password=SecretStr("n3w"), name="Gate"), "li")
    desired.put_camera(engine, camera(password=SecretStr(""), name="Gate"), "li")
    desired.put_destination(engine, destination(secret="wh-2"), "li")

    rows = audits(engine)
    assert rows[0].detail["url"] == "rtsp://10.0.0.7:554/main?token=***"
    assert rows[1].detail["url"] == "https://city.example"
    assert [row.detail for row in rows[2:]] == [
        {"name": "Gate", "password": "set"},
        {"password": "none"},
        {"secret": "set"},
    ]
    with engine.connect() as connection:
        for query in ("SELECT * FROM audit", "SELECT * FROM event_log"):
            everything = str(connection.execute(text(query)).all())
            for secret in ("s3cret", "n3w", "wh-secret", "wh-2", "t0ken", "p4th"):
                assert secret not in everything


def test_no_secret_in_a_repr_or_a_refusal(engine: Engine) -> None:
    desired.change(engine, "op", (camera(), destination()))
    shown = repr(desired.read(engine))
    assert "s3cret" not in shown
    assert "wh-secret" not in shown
    with pytest.raises(ValidationError) as caught:
        Destination.model_validate({"id": "x", "url": "https://a:pa55@h", "secret": ["wh-x"]})
    assert "pa55" not in str(caught.value)
    assert "wh-x" not in str(caught.value)


def test_a_row_that_was_spoilt_by_hand_is_named_without_its_values(engine: Engine) -> None:
    desired.put_camera(engine, camera(), "op")
    with engine.begin() as connection:
        connection.execute(text("UPDATE camera SET url = 'rtsp://u:pa55@h/'"))
    with pytest.raises(DatabaseError, match="url") as caught:
        desired.read(engine)
    assert "pa55" not in str(caught.value)


def test_every_write_names_its_actor(engine: Engine) -> None:
    with pytest.raises(ValueError, match="actor"):
        desired.put_camera(engine, camera(), "  ")
    assert audit.head(engine)[0] == 0


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "scheme"),
        ("https:///nowhere", "no host"),
        ("https://user:pa55@city.example/", "login"),
        ("https://user:pa/55@city.example/", "no port"),
    ],
)
def test_destinations_have_an_allowed_address(url: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Destination(id="x", url=url)


def test_kinds_of_wanted_things_are_complete() -> None:
    kinds = {Camera, Task, Destination, Template, AlgorithmSettings}
    assert kinds == set(desired.TABLES) == set(desired.NAMES)


def test_templates_and_settings_are_read_back_audited_and_removed(engine: Engine) -> None:
    demo = template(parameters={"litter": {"dwell_s": 20}})
    settings = AlgorithmSettings(algorithm="litter", parameters={"dwell_s": 60})
    assert desired.put_template(engine, demo, "li") == 1
    assert desired.put_settings(engine, settings, "li") == 2
    state = desired.read(engine)
    assert (state.templates, state.settings) == ((demo,), (settings,))
    assert desired.put_template(engine, demo, "li") == 2
    with reading(engine) as session:
        assert desired.find_in(session, Template, "demo") == demo
        assert desired.find_in(session, Template, "other") is None
    assert desired.remove_template(engine, "demo", "wang") == 3
    assert desired.remove_template(engine, "demo", "wang") == 3
    rows = [(row.actor, row.action, row.object) for row in audits(engine)]
    assert rows == [
        ("li", "template.put", "demo"),
        ("li", "algorithm.put", "litter"),
        ("wang", "template.remove", "demo"),
    ]
    assert audits(engine)[1].detail["parameters"] == {"dwell_s": 60}


def test_a_template_that_tasks_use_stays(engine: Engine) -> None:
    desired.change(engine, "op", (camera(), template(), task(template="demo")))
    with pytest.raises(desired.TemplateInUse) as caught:
        desired.remove_template(engine, "demo", "op")
    assert caught.value.tasks == (("gate-1", "litter"),)
    assert desired.read(engine).templates == (template(),)
    removal = (Template, ("demo",))
    assert desired.change(engine, "op", (task(template=""),), (removal,)) == 2


def test_a_task_names_a_template_that_is_there(engine: Engine) -> None:
    with pytest.raises(KeyError, match="'demo'"):
        desired.change(engine, "op", (camera(), task(template="demo")))
    assert desired.revision(engine) == 0
