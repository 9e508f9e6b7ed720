"""An operator at the API with a real worker behind it: pictures, trials, probes, live changes."""

from __future__ import annotations

import base64
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from time import time

import cv2
import numpy as np
import pytest

from api.access import COOKIE
from api.app import create_app
from api.context import Context
from api.worker import WorkerClient
from inference.worker import Worker
from models.detector import Pixels
from models.weights import WeightStore
from store import audit, sessions, users
from store.database import reading
from store.tables import AuditRow
from tests.chain.rig import Rig
from tests.chain.served import served
from tests.chain.street import WIDTH, film, parks

with warnings.catch_warnings():
    # It would rather have httpx's successor; ours is the same as the product's.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

STREET = "/api/v1/cameras/street"
TASK = f"{STREET}/tasks/illegal_parking"


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    made = Rig(tmp_path)
    made.want("street", film(12, parks(arrives=2)), {"illegal_parking": {"dwell_s": 100.0}})
    return made


@pytest.fixture
def worker(rig: Rig) -> Iterator[Worker]:
    with rig.played() as worker:
        yield worker


@pytest.fixture
def log_in(rig: Rig, worker: Worker) -> Iterator[Callable[..., TestClient]]:
    """Return browsers of people of a role; the one who sees originals may do so."""
    with served(rig, worker) as socket:
        asks = WorkerClient(socket)
        weights = WeightStore(rig.folder / "weights")
        app = create_app(Context(rig.database, rig.algorithms, weights, rig.blobs, asks))

        def logged_in(role: str, *, originals: bool = False) -> TestClient:
            name = f"{role}-{originals}"
            users.add(rig.database, name, role, originals, "no hash", "tests")
            users.set_password(rig.database, name, "no hash", name, must_change=False)
            token = sessions.begin(rig.database, name, "127.0.0.1", time(), 3600.0)
            headers = {"Sec-Fetch-Site": "same-origin"}
            return TestClient(app, headers=headers, cookies={COOKIE: token})

        yield logged_in
        asks.close()


LogIn = Callable[..., TestClient]


def decoded(data: bytes) -> Pixels:
    """Return the pixels of a JPEG."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return np.asarray(pixels, np.uint8)


def test_a_picture_is_masked_and_an_original_is_on_record(rig: Rig, log_in: LogIn) -> None:
    masked = log_in("operator").get(f"{STREET}/picture")
    assert masked.status_code == 200, masked.text
    assert float(masked.headers["X-Captured-At"]) > 0
    assert masked.headers["Cache-Control"] == "no-store"
    before = audit.head(rig.database)[0]
    plain = log_in("reviewer", originals=True).get(f"{STREET}/picture?masked=false")
    assert plain.status_code == 200
    one, other = decoded(masked.content).astype(int), decoded(plain.content).astype(int)
    assert np.abs(one - other).max() > 24  # the plate of the parked car
    with reading(rig.database) as session:
        new = session.query(AuditRow).filter(AuditRow.n > before).all()
        looks = [(r.actor, r.object) for r in new if r.action == "camera.original"]
    assert looks == [("reviewer-True", "street")]
    assert decoded(log_in("auditor").get(f"{STREET}/picture?width=160").content).shape[1] == 160


def test_a_trial_says_what_the_zone_makes_of_the_picture_and_saves_nothing(
    rig: Rig, log_in: LogIn
) -> None:
    operator = log_in("operator")
    revision = operator.get(STREET).json()["revision"]
    road = {"name": "road", "points": [[0, 0.4], [1, 0.4], [1, 1], [0, 1]]}
    sky = {"name": "sky", "points": [[0, 0], [1, 0], [1, 0.1], [0, 0.1]]}
    found = operator.post(f"{TASK}/try", json={"zones": [road]})
    assert found.status_code == 200, found.text
    tried = found.json()
    (car,) = tried["detections"]
    assert (car["label"], car["zone"], tried["width"]) == ("car", "road", WIDTH)
    assert [s["zone"] for s in tried["judged"]["subjects"]] == ["road"]
    assert tried["judged"]["words"]["zh"]
    assert decoded(base64.b64decode(tried["picture"])).shape[1] == WIDTH
    elsewhere = operator.post(f"{TASK}/try", json={"zones": [sky]}).json()
    assert (elsewhere["detections"][0]["zone"], elsewhere["judged"]["subjects"]) == ("", [])
    assert operator.get(STREET).json()["revision"] == revision


def test_a_probe_answers_in_words_of_both_languages(log_in: LogIn) -> None:
    operator = log_in("operator")
    asked = {"url": "rtsp://127.0.0.1:9/x", "username": "u", "password": "geheim"}
    answer = operator.post("/api/v1/probe", json=asked)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["works"], answer.json()["state"]) == (False, "unreachable")
    assert answer.json()["words"] == {
        "zh": "网络上无法连接到摄像机。",
        "en": "The camera cannot be reached over the network.",
    }
    assert "geheim" not in answer.text


def test_models_have_their_speed_from_real_batches(log_in: LogIn) -> None:
    models = {m["id"]: m for m in log_in("reviewer").get("/api/v1/models").json()}
    speed = models["yolov8n-coco-openvino"]["speed"]
    assert speed["pictures"] > 1, "what stands unchanged is not looked at again"
    assert speed["ms_per_picture"] is not None
    assert models["yolov8n-pose-openvino"]["speed"] is None


def test_a_changed_threshold_runs_and_the_camera_says_so(worker: Worker, log_in: LogIn) -> None:
    operator = log_in("operator")
    changed = operator.put(TASK, json={"parameters": {"dwell_s": 42}}).json()
    assert changed["values"]["dwell_s"] == {"value": 42.0, "origin": "camera", "counts": 42.0}
    for _ in range(200):
        if operator.get(STREET).json()["applied"] == changed["revision"]:
            break
        threading.Event().wait(0.05)
    else:
        pytest.fail("the revision was not applied")
    assert worker.units["street"].runners[0].parameters.model_dump()["dwell_s"] == 42
    off = operator.put(STREET, json={"url": "rtsp://localhost/street", "enabled": False})
    assert off.json()["state"] == "off"
    for _ in range(100):
        if not worker.units:
            break
        threading.Event().wait(0.05)
    none = operator.get(f"{STREET}/picture")
    assert (none.status_code, none.json()["type"]) == (409, "no-picture")
    assert none.json()["detail"] == "The camera is switched off in the settings."
