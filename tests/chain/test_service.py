"""The worker's internal API on its Unix socket, used as the console will use it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest

from inference.evidence import encode
from inference.parts import Part
from inference.render import Renders
from inference.service import create_app, serve
from models.detector import Pixels
from store import evidence, incidents
from streams.picture import Picture
from tests.chain.rig import Rig
from tests.chain.street import film, parks

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
    socket = rig.folder / "w.sock"
    with rig.played() as worker:

        def see(pixels: Pixels) -> dict[str, object]:
            return {m: worker.loop.requests.ask(m, pixels, 10.0) for m in worker.engine.models}

        renders = Renders(
            rig.blobs,
            lambda sha256: evidence.find(rig.database, sha256),
            see,  # type: ignore[arg-type]
            rig.folder / "renders",
        )
        app = create_app(worker, renders)
        part = Part("service", lambda stop: serve(app, socket, stop), threading.Event())
        transport = httpx.HTTPTransport(uds=str(socket), retries=3)
        with httpx.Client(transport=transport, base_url="http://worker", timeout=20) as made:
            for _ in range(100):
                if socket.exists():
                    break
                threading.Event().wait(0.05)
            yield made
        part.stop()
        assert part.join(10)
        assert part.failure == ""


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


def test_a_snapshot_is_masked_unless_asked_otherwise(client: httpx.Client) -> None:
    masked = _decoded(client.get("/cameras/street/snapshot").content)
    plain = _decoded(client.get("/cameras/street/snapshot", params={"masked": False}).content)
    assert masked.shape == plain.shape
    difference = np.abs(masked.astype(int) - plain.astype(int)).max(axis=2) > 24
    assert difference.any()
    assert client.get("/cameras/nowhere/snapshot").status_code == 404


def test_detect_gives_a_table_for_a_still(client: httpx.Client) -> None:
    picture = [s for s in film(4, parks(arrives=2)) if isinstance(s, Picture)][-1]
    answer = client.post(
        "/detect",
        params={"model": "yolov8n-coco-openvino"},
        content=encode(picture.pixels),
        headers={"Content-Type": "image/jpeg"},
    )
    assert answer.status_code == 200, answer.text
    (seen,) = answer.json()["detections"]
    assert seen["label"] == "car"
    assert seen["box"] == pytest.approx([120 / 320, 100 / 180, 181 / 320, 137 / 180], abs=0.02)


@pytest.mark.parametrize(
    ("model", "body", "status"),
    [("no-such-model", b"x", 404), ("yolov8n-coco-openvino", b"not a picture", 422)],
)
def test_detect_refuses_what_it_cannot_do(
    client: httpx.Client, model: str, body: bytes, status: int
) -> None:
    answer = client.post(
        "/detect", params={"model": model}, content=body, headers={"Content-Type": "image/jpeg"}
    )
    assert answer.status_code == status


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
