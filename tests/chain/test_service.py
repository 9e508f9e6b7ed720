"""The worker's internal API on its Unix socket, used as the console will use it."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from inference.evidence import encode
from models.detector import Pixels
from store import incidents
from tests.chain.rig import Rig
from tests.chain.served import served
from tests.chain.street import HEIGHT, WIDTH, Draw, falls, film, ground, parks

PARKING = {"illegal_parking": {"dwell_s": 5.0}}


def _decoded(data: bytes) -> Pixels:
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return np.asarray(pixels, np.uint8)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    made = Rig(tmp_path)
    made.want("street", film(30, parks(arrives=2)), PARKING)
    return made


@pytest.fixture
def client(rig: Rig) -> Iterator[httpx.Client]:
    with rig.played() as worker, served(rig, worker) as socket:
        transport = httpx.HTTPTransport(uds=str(socket), retries=3)
        with httpx.Client(transport=transport, base_url="http://worker", timeout=20) as made:
            yield made


def test_health_says_what_is_wrong_and_who_is_blind_and_why(client: httpx.Client) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json()["healthy"] is True
    assert "street/illegal_parking" in answer.json()["blind"]  # its film is over


def test_metrics_count_the_work_that_was_done(client: httpx.Client) -> None:
    lines = client.get("/metrics").text.splitlines()
    judged = [line for line in lines if line.startswith("sharp_pictures_judged_total{")]
    assert 'camera="street"' in judged[0]
    assert float(judged[0].split()[-1]) > 5
    aged = [line for line in lines if line.startswith("sharp_picture_judged_age_seconds_count")]
    assert float(aged[0].split()[-1]) > 5


def test_a_snapshot_is_masked_unless_asked_otherwise(client: httpx.Client) -> None:
    masked = _decoded(client.get("/cameras/street/snapshot").content)
    plain = _decoded(client.get("/cameras/street/snapshot", params={"masked": False}).content)
    assert masked.shape == plain.shape
    difference = np.abs(masked.astype(int) - plain.astype(int)).max(axis=2) > 24
    assert difference.any()
    assert client.get("/cameras/nowhere/snapshot").status_code == 404


def _sent(pixels: Pixels) -> str:
    return base64.b64encode(encode(pixels)).decode()


def _still(draw: Draw, at: float) -> str:
    """A painted picture as a caller sends it."""
    pixels = ground()
    draw(pixels, at)
    return _sent(pixels)


def _plain(pixels: Pixels, at: float) -> None:
    pixels[:] = 120


def test_models_say_where_they_run_and_how_fast_from_real_batches(client: httpx.Client) -> None:
    before = {m["id"]: m for m in client.get("/models").json()["models"]}
    model = before["yolov8n-coco-openvino"]
    assert (model["device"], model["sha256"], model["last_error"]) == ("cpu", "0" * 64, "")
    assert model["pictures"] > 5
    assert 0 < model["ms_per_picture"] < 1000


def test_a_look_at_a_still_names_what_is_seen_and_the_model_that_saw_it(
    client: httpx.Client,
) -> None:
    answer = client.post("/look", json={"picture": _still(parks(arrives=2), 3)})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["width"], found["height"], found["judged"]) == (WIDTH, HEIGHT, None)
    assert found["models"] == {"yolov8n-coco-openvino": "0" * 64}
    (seen,) = found["detections"]
    assert (seen["label"], seen["zone"]) == ("car", "whole picture")
    assert seen["box"] == pytest.approx([120 / 320, 100 / 180, 181 / 320, 137 / 180], abs=0.02)
    assert "picture" not in found  # who sent it has it


def _parking(client: httpx.Client, **more: Any) -> dict[str, Any]:
    sent = {"picture": _still(parks(arrives=2), 3), "algorithm": "illegal_parking", **more}
    answer = client.post("/look", json=sent)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["judged"]
    return found


def test_a_car_is_a_candidate_where_the_zone_says_so_and_only_there(client: httpx.Client) -> None:
    def zone(name: str, left: float) -> list[dict[str, Any]]:
        points = [(left, 0.5), (left + 0.4, 0.5), (left + 0.4, 1), (left, 1)]
        return [{"name": name, "kind": "include", "points": points}]

    inside = _parking(client, zones=zone("lane", 0.3))
    assert inside["verdict"] == "candidate"
    assert [(s["label"], s["zone"]) for s in inside["subjects"]] == [("car", "lane")]
    assert "only video can tell" in inside["words"]["en"]
    outside = _parking(client, zones=zone("kerb", 0.58))
    assert (outside["verdict"], outside["subjects"]) == ("clear", [])
    assert "1 outside the zone" in outside["words"]["en"]


def test_a_threshold_decides_in_the_test_run_as_it_will_on_the_camera(client: httpx.Client) -> None:
    found = _parking(client, parameters={"min_height": 0.9})
    assert found["verdict"] == "clear"
    assert "1 too small or too uncertain" in found["words"]["en"]


@pytest.mark.parametrize(
    ("algorithm", "draw", "verdict", "labels"),
    [
        ("fall", falls(at_s=0), "candidate", ["person"]),
        ("fall", falls(at_s=99.5), "clear", []),
        ("litter", falls(at_s=0), "needs_video", ["person"]),
        ("flooding", _plain, "needs_video", []),
        ("flooding", lambda pixels, at: None, "needs_video", ["water"]),  # gravel: only a hint
    ],
)
def test_every_algorithm_says_what_one_picture_can_tell(
    client: httpx.Client, algorithm: str, draw: Draw, verdict: str, labels: list[str]
) -> None:
    """The pose model is loaded on demand: no camera here asks for it."""
    answer = client.post("/look", json={"picture": _still(draw, 99), "algorithm": algorithm})
    assert answer.status_code == 200, answer.text
    judged = answer.json()["judged"]
    assert judged["verdict"] == verdict
    assert [subject["label"] for subject in judged["subjects"]] == labels
    assert "video" in judged["words"]["en"] or verdict == "clear"
    assert judged["words"]["zh"]


def test_a_test_run_on_a_camera_shows_the_masked_picture_it_was_made_on(
    client: httpx.Client,
) -> None:
    answer = client.post("/look", json={"camera": "street", "algorithm": "illegal_parking"})
    found = answer.json()
    shown = _decoded(base64.b64decode(found["picture"])).astype(int)
    plain = _decoded(client.get("/cameras/street/snapshot", params={"masked": False}).content)
    assert (np.abs(shown - plain).max(axis=2) > 24).any()
    assert found["captured_at"] > 1_700_000_000
    assert found["judged"]["verdict"] == "candidate"


@pytest.mark.parametrize(
    ("sent", "status", "word"),
    [
        ({"picture": "eHh4", "models": ["no-such-model"]}, 404, "no-such-model"),
        ({"picture": "eHh4", "algorithm": "vendors"}, 404, "vendors"),
        ({"camera": "nowhere"}, 404, "camera"),
        ({"picture": "eHh4"}, 422, "picture: not a picture that can be read (JPEG or PNG)"),
        ({"picture": "***"}, 422, "picture: not Base64"),
        ({}, 422, "either `camera` or `picture`"),
        ({"camera": "street", "zones": [{"points": [[0, 0], [1, 1]]}]}, 422, "zones[0].points:"),
        (
            {"camera": "street", "algorithm": "fall", "parameters": {"dwell_s": -1}},
            422,
            "parameters.dwell_s:",
        ),
    ],
)
def test_a_look_refuses_in_words_and_names_the_field(
    client: httpx.Client, sent: dict[str, Any], status: int, word: str
) -> None:
    answer = client.post("/look", json=sent)
    assert answer.status_code == status
    assert word in answer.json()["detail"]


def test_a_small_file_that_is_a_huge_picture_is_refused_unread(client: httpx.Client) -> None:
    header = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (60_000).to_bytes(4) * 2
    answer = client.post("/look", json={"picture": base64.b64encode(header).decode()})
    assert answer.status_code == 422
    assert "too many" in answer.json()["detail"]


def test_a_live_picture_is_made_once_for_all_who_look_and_costs_no_inference(
    client: httpx.Client,
) -> None:
    def pictures() -> int:
        return sum(m["pictures"] for m in client.get("/models").json()["models"])

    before = pictures()
    shots = [client.get("/cameras/street/snapshot") for _ in range(5)]
    assert len({shot.content for shot in shots}) == 1
    assert float(shots[0].headers["X-Captured-At"]) > 1_700_000_000
    assert pictures() == before  # what the last judged picture showed is known already


def test_a_thumbnail_is_small_and_masked_too(client: httpx.Client) -> None:
    small = _decoded(client.get("/cameras/street/snapshot", params={"width": 150}).content)
    plain = _decoded(client.get("/cameras/street/snapshot", params={"masked": False}).content)
    assert small.shape == (90, 160, 3)
    whole = cv2.resize(plain, (160, 90), interpolation=cv2.INTER_AREA).astype(int)
    assert (np.abs(small - whole).max(axis=2) > 24).any()


def test_probe_tells_why_a_camera_does_not_work(client: httpx.Client) -> None:
    secret = {"username": "u", "password": "geheim"}
    for url, word in (
        ("rtsp://127.0.0.1:9/x", "unreachable"),
        ("file:///etc/passwd", "forbidden_url"),
    ):
        answer = client.post("/probe", json={"url": url, **secret})
        assert answer.status_code == 422
        assert answer.json()["word"] == word
        assert "geheim" not in answer.text


def test_evidence_is_rendered_masked_and_the_original_stays(client: httpx.Client, rig: Rig) -> None:
    found: tuple[incidents.Incident, ...] = ()
    for _ in range(100):
        found = incidents.list_incidents(rig.database).incidents
        if found:
            break
        threading.Event().wait(0.05)
    (incident,) = found
    wide = next(ref for ref in incident.evidence if ref.role == "wide")
    before = rig.blobs.read(wide.sha256)
    masked = client.get(f"/render/{wide.sha256}")
    plain = client.get(f"/render/{wide.sha256}", params={"masked": False})
    assert plain.content == before
    assert masked.content != before
    assert rig.blobs.read(wide.sha256) == before
    one, other = _decoded(masked.content).astype(int), _decoded(before).astype(int)
    changed = np.abs(one - other).max(axis=2) > 40
    rows, columns = np.nonzero(changed)
    height, width = changed.shape
    inside = [
        any(
            m.box[0] - 0.03 <= x / width <= m.box[2] + 0.03
            and m.box[1] - 0.05 <= y / height <= m.box[3] + 0.05
            for m in wide.masks
        )
        for x, y in zip(columns, rows, strict=True)
    ]
    assert inside
    assert all(inside)
    assert client.get(f"/render/{'0' * 64}").status_code == 404
