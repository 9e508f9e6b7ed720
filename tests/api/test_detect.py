"""Detection on a caller's picture, through a real worker on painted cameras."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from inference.engine import Request
from inference.evidence import encode
from inference.worker import Worker
from models.detector import Pixels
from store import desired, keys
from store.values import AlgorithmSettings
from tests.api.conftest import LogIn
from tests.chain.rig import Rig
from tests.chain.served import served
from tests.chain.street import car, falls, film, ground, parks

JPEG = {"Content-Type": "image/jpeg"}
URL = "/api/v1/detect"


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Worker, Path]]:
    """A worker whose only camera has been watched to its end, and its socket."""
    rig = Rig(tmp_path_factory.mktemp("rig"))
    rig.want("street", film(6, parks(arrives=2)), {"illegal_parking": {"dwell_s": 5.0}})
    with rig.played() as running, served(rig, running) as socket:
        yield running, socket


@pytest.fixture
def client(tmp_path: Path, worker: tuple[Worker, Path], log_in: LogIn) -> TestClient:
    """An integrator at an API whose worker is there."""
    (tmp_path / "worker.sock").symlink_to(worker[1])
    return log_in("integrator")


def _street(*lefts: float) -> bytes:
    pixels: Pixels = ground()
    for left in lefts:
        car(pixels, left)
    return encode(pixels)


def _fallen() -> bytes:
    pixels: Pixels = ground()
    falls(at_s=0)(pixels, 1)
    return encode(pixels)


def _found(client: TestClient, picture: bytes, **query: str) -> dict[str, Any]:
    answer = client.post(URL, params=query, content=picture, headers=JPEG)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_picture_becomes_detections_that_name_the_model(client: TestClient) -> None:
    found = _found(client, _street(40, 200))
    assert [seen["label"] for seen in found["detections"]] == ["car", "car"]
    assert found["detections"][0]["box"][3] == pytest.approx(137 / 180, abs=0.02)
    assert (found["width"], found["height"]) == (320, 180)
    assert list(found["models"].values()) == ["0" * 64]
    assert (found["algorithm"], found["judged"]) == ("", None)


def test_what_it_is_called_does_not_matter_but_what_it_is(client: TestClient) -> None:
    for name in ("image/png", "application/json", "application/x-www-form-urlencoded"):
        answer = client.post(URL, content=_street(40), headers={"Content-Type": name})
        assert answer.status_code == 200, name
    assert client.post(URL, content=_street(40)).status_code == 200


def test_with_an_algorithm_and_a_zone_it_says_what_one_picture_can_tell(client: TestClient) -> None:
    zone = "0,0.5, 0.4,0.5, 0.4,1, 0,1"
    found = _found(client, _street(40, 200), algorithm="illegal_parking", zone=zone)
    assert found["algorithm_version"] == "1.0.0"
    assert found["judged"]["verdict"] == "candidate"
    assert [s["zone"] for s in found["judged"]["subjects"]] == ["zone"]
    assert sorted(s["zone"] for s in found["detections"]) == ["", "zone"]
    fall = _found(client, _fallen(), algorithm="fall")
    assert (fall["judged"]["verdict"], len(fall["judged"]["subjects"])) == ("candidate", 1)


def test_the_settings_for_every_camera_apply(client: TestClient, engine: Engine) -> None:
    strict = AlgorithmSettings(algorithm="illegal_parking", parameters={"min_height": 0.5})
    desired.put_settings(engine, strict, "tests")
    found = _found(client, _street(40), algorithm="illegal_parking")
    assert found["judged"]["verdict"] == "clear"


@pytest.mark.parametrize(
    ("zone", "reason"),
    [
        ("0,0,1", "pairs of numbers"),
        ("a,b,c,d", "pairs of numbers"),
        ("0,0,1,1", "3 to 64 points"),
        ("0,0,2,0,1,1", "fractions of the picture"),
        ("0,0,1,1,1,0,0,1", "not simple"),
    ],
)
def test_a_bad_zone_is_refused_by_name(client: TestClient, zone: str, reason: str) -> None:
    answer = client.post(URL, params={"zone": zone}, content=_street(40), headers=JPEG)
    assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
    (error,) = answer.json()["errors"]
    assert error["field"] == "zone"
    assert reason in error["reason"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"", "the body is empty"), (b"no picture", "not a picture that can be read (JPEG or PNG)")],
)
def test_what_is_no_picture_is_refused(client: TestClient, body: bytes, reason: str) -> None:
    answer = client.post(URL, content=body, headers=JPEG)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "picture", "reason": reason}]


@pytest.mark.parametrize("query", [{"model": "gpt"}, {"algorithm": "vendors"}])
def test_unknown_models_and_algorithms_are_not_found(
    client: TestClient, query: dict[str, str]
) -> None:
    answer = client.post(URL, params=query, content=_street(40), headers=JPEG)
    assert (answer.status_code, answer.json()["type"]) == (404, "not-found")
    assert next(iter(query.values())) in answer.json()["detail"]


def test_a_full_device_says_when_to_come_again(
    client: TestClient, worker: tuple[Worker, Path]
) -> None:
    running, gate, held = worker[0], threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        gate.wait(20)

    running.loop.post(hold)
    assert held.wait(10)
    waiting = Request("yolov8n-coco-openvino", ground())
    try:
        for _ in range(16):
            running.loop.requests._queue.put_nowait(waiting)
        answer = client.post(URL, content=_street(40), headers=JPEG)
    finally:
        gate.set()
    assert (answer.status_code, answer.json()["type"]) == (429, "too-many")
    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["retry_after_s"] == 1
    assert waiting.done.wait(10)
    assert client.post(URL, content=_street(40), headers=JPEG).status_code == 200


def test_a_key_needs_the_scope(client: TestClient, engine: Engine, nobody: TestClient) -> None:
    for scope, status in (("detect", 200), ("catalog.read", 403)):
        _, key = keys.make(engine, "k", [scope], "a-integrator", "tests", 0.0, None)
        bearer = {**JPEG, "Authorization": f"Bearer {key}"}
        assert nobody.post(URL, content=_street(40), headers=bearer).status_code == status
    assert nobody.post(URL, content=_street(40), headers=JPEG).status_code == 401


def test_without_a_worker_it_says_so(log_in: LogIn) -> None:
    answer = log_in("integrator").post(URL, content=_street(40), headers=JPEG)
    assert (answer.status_code, answer.json()["type"]) == (503, "worker-away")
