"""A city document is checked at the door: every error with its field, and all or nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import Engine

from api.desired import Refused, apply
from store import audit, desired
from store.database import open_database


class Parking(BaseModel):
    """Parameters of the one algorithm here."""

    model_config = ConfigDict(extra="forbid")

    dwell_s: float = Field(default=300, ge=1, le=3600)
    classes: tuple[str, ...] = ("car",)


class OneAlgorithm:
    """A catalog with one algorithm."""

    ids = ("parking",)

    def parameters(self, algorithm: str) -> type[BaseModel]:
        return {"parking": Parking}[algorithm]


CITY = """
[[camera]]
id = "gate-1"
url = "rtsp://10.0.0.7:554/main"
username = "viewer"
password = "s3cret"

[[camera]]
id = "gate-2"
url = "rtsp://10.0.0.8:554/main"

[[task]]
camera = "gate-1"
algorithm = "parking"
parameters = { dwell_s = 60 }
zones = [{ name = "lane", points = [[0, 0], [1, 0], [1, 1]] }]
time_plan = [{ days = [0, 1], start = 06:00:00, end = "22:00" }]

[[destination]]
id = "city"
url = "https://city.example/hook"
secret = "wh-secret"

[[template]]
id = "demo"
name = { zh = "演示", en = "Demo" }
parameters = { parking = { dwell_s = 20 } }

[[algorithm]]
algorithm = "parking"
parameters = { classes = ["car", "bus"] }
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A fresh database."""
    opened = open_database(f"sqlite:///{tmp_path / 'sharp.db'}")
    yield opened
    opened.dispose()


def put(engine: Engine, document: dict[str, Any], **options: Any) -> int:
    return apply(engine, OneAlgorithm(), document, "li", **options)


def refusals(engine: Engine, document: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Refused) as caught:
        put(engine, document)
    assert "s3cret" not in str(caught.value)
    return {error.field: error.reason for error in caught.value.errors}


def city() -> dict[str, Any]:
    return tomllib.loads(CITY)


def test_a_good_document_is_one_revision_with_its_audit(engine: Engine) -> None:
    assert put(engine, city()) == 1
    state = desired.read(engine)
    assert [c.id for c in state.cameras] == ["gate-1", "gate-2"]
    assert state.tasks[0].parameters == {"dwell_s": 60}
    assert state.tasks[0].time_plan[0].start.hour == 6
    assert state.templates[0].parameters == {"parking": {"dwell_s": 20}}
    assert state.settings[0].parameters == {"classes": ["car", "bus"]}
    assert audit.head(engine)[0] == 6
    assert put(engine, city()) == 1


@pytest.mark.parametrize(
    ("section", "change", "field", "reason"),
    [
        ("camera", {"url": "file:///etc/passwd"}, "camera[0].url", "scheme 'file' is not allowed"),
        ("camera", {"url": "rtsp://a:s3cret@h/"}, "camera[0].url", "put the login into"),
        ("camera", {"url": "rtsp://a:s3/cret@h/"}, "camera[0].url", "no port"),
        ("camera", {"nam": "x"}, "camera[0].nam", "unknown field"),
        ("camera", {"lon": 114.3, "lat": 30.6}, "camera[0]", "without `crs`"),
        ("camera", {"password": ["s3cret"]}, "camera[0].password", "valid string"),
        ("camera", {"id": "gate-2"}, "camera[1].id", "the same as camera[0]"),
        ("task", {"camera": "gate-9"}, "task[0].camera", "no camera 'gate-9'"),
        ("task", {"algorithm": "x"}, "task[0].algorithm", "the catalog has parking"),
        ("task", {"parameters": {"dwell_s": 0}}, "task[0].parameters.dwell_s", "greater than"),
        ("task", {"parameters": {"dwel_s": 5}}, "task[0].parameters.dwel_s", "unknown field"),
        (
            "task",
            {"parameters": {"classes": ["car", 7]}},
            "task[0].parameters.classes[1]",
            "valid string",
        ),
        (
            "task",
            {"zones": [{"points": [[0, 0], [1, 1], [1, 0], [0, 1]]}]},
            "task[0].zones[0].points",
            "not simple",
        ),
        ("task", {"zones": [{"points": [[0, 0], [1, 1]]}]}, "task[0].zones[0].points", "3 to 64"),
        ("task", {"zones": [{"points": [[0, 0], [2, 0], [0, 1]]}]}, "task[0].zones[0].points", ""),
        ("task", {"template": "x"}, "task[0].template", "no template 'x'"),
        ("template", {"id": "De mo"}, "template[0].id", "match"),
        ("template", {"name": {"zh": "x"}}, "template[0].name.en", "is missing"),
        (
            "template",
            {"parameters": {"parking": {"dwell_s": 0}}},
            "template[0].parameters.parking.dwell_s",
            "greater than",
        ),
        ("template", {"parameters": {"x": {}}}, "template[0].parameters.x", "catalog has parking"),
        ("algorithm", {"algorithm": "x"}, "algorithm[0].algorithm", "the catalog has parking"),
        ("algorithm", {"parameters": {"x": 1}}, "algorithm[0].parameters.x", "unknown field"),
        ("destination", {"url": "ftp://h/x"}, "destination[0].url", "scheme 'ftp'"),
        ("destination", {"url": "https://a:b@h"}, "destination[0].url", "login"),
        ("destination", {"pictures": "all"}, "destination[0].pictures", "'masked'"),
    ],
)
def test_what_is_wrong_is_refused_with_its_field(
    engine: Engine, section: str, change: dict[str, Any], field: str, reason: str
) -> None:
    document = city()
    document[section][0].update(change)
    found = refusals(engine, document)
    assert reason in found[field]
    assert len(found) <= 2
    assert desired.revision(engine) == 0
    assert audit.head(engine)[0] == 0


def test_every_error_is_told_at_once(engine: Engine) -> None:
    document = city()
    document["camera"][0]["url"] = "http://h/"
    document["task"].append({"camera": "gate-2"})
    document["task"].append(document["task"][0])
    document["destinations"] = []
    assert set(refusals(engine, document)) == {
        "camera[0].url",
        "task[1].algorithm",
        "task[2].algorithm",
        "destinations",
    }
    assert refusals(engine, {"camera": {"id": "x"}}) == {
        "camera": "write each one as a table [[camera]]"
    }


def test_a_document_may_be_a_part_of_the_city(engine: Engine) -> None:
    put(engine, city())
    task = {"camera": "gate-2", "algorithm": "parking"}
    assert put(engine, {"task": [task]}) == 2
    assert len(desired.read(engine).tasks) == 2
    assert len(desired.read(engine).cameras) == 2


def test_pruning_removes_what_the_document_does_not_name(engine: Engine) -> None:
    put(engine, city())
    whole = city()
    del whole["camera"][0], whole["destination"], whole["template"], whole["algorithm"]
    whole["task"][0]["camera"] = "gate-2"
    assert put(engine, whole, prune=True) == 2
    state = desired.read(engine)
    assert [c.id for c in state.cameras] == ["gate-2"]
    assert [t.camera for t in state.tasks] == ["gate-2"]
    assert (state.destinations, state.templates, state.settings) == ((), (), ())
    with pytest.raises(Refused, match="gate-1"):
        put(engine, {"task": city()["task"], "camera": whole["camera"]}, prune=True)


def test_pruning_away_a_template_that_is_still_named_is_refused(engine: Engine) -> None:
    document = city()
    document["task"][0]["template"] = "demo"
    put(engine, document)
    del document["template"]
    assert put(engine, document) == 1
    with pytest.raises(Refused, match=r"task\[0\].template: there is no template 'demo'"):
        put(engine, document, prune=True)
    document["task"][0]["template"] = ""
    assert put(engine, document, prune=True) == 2


def test_a_secret_left_out_stays_as_it_is(engine: Engine) -> None:
    put(engine, city())
    document = city()
    del document["camera"][0]["password"], document["destination"][0]["secret"]
    assert put(engine, document) == 1
    document["camera"][0]["url"] += "?profile=2"
    assert put(engine, document) == 2
    assert desired.read(engine).cameras[0].password == SecretStr("s3cret")
    assert desired.read(engine).destinations[0].secret == "wh-secret"

    document["camera"][0]["password"] = ""
    document["destination"][0]["secret"] = ""
    assert put(engine, document) == 3
    assert desired.read(engine).cameras[0].password == SecretStr("")
    assert desired.read(engine).destinations[0].secret == ""


@pytest.mark.parametrize(
    ("section", "change", "field"),
    [
        ("camera", {"url": "rtsp://evil.example:554/main"}, "camera[0].password"),
        ("camera", {"sub_url": "rtsp://10.0.0.7:5554/main"}, "camera[0].password"),
        ("camera", {"username": "admin"}, "camera[0].password"),
        ("destination", {"url": "https://evil.example/hook"}, "destination[0].secret"),
    ],
)
def test_a_stored_secret_goes_to_no_new_address(
    engine: Engine, section: str, change: dict[str, Any], field: str
) -> None:
    put(engine, city())
    document = city()
    document[section][0].pop(field.partition(".")[2])
    document[section][0].update(change)
    assert set(refusals(engine, document)) == {field}
    assert desired.revision(engine) == 1


def test_a_camera_without_a_login_forgets_the_password(engine: Engine) -> None:
    put(engine, city())
    document = city()
    del document["camera"][0]["password"], document["camera"][0]["username"]
    put(engine, document)
    assert desired.read(engine).cameras[0].password == SecretStr("")


def test_nobody_applies_nothing(engine: Engine) -> None:
    with pytest.raises(ValueError, match="actor"):
        apply(engine, OneAlgorithm(), city(), "")
