"""Bad days of cameras over real RTSP: the state says so in words, nothing tells the password."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from pydantic import SecretStr

from inference.worker import Intake, Worker
from models.detector import Pixels
from store import desired, observed
from store.log import DatabaseLog
from store.values import Task
from streams.camera import Camera
from streams.libav.encoding import H264Writer
from streams.libav.transcode import prepare
from streams.picture import Picture
from streams.server import CameraServer, serve
from tests.chain.rig import Rig
from tests.chain.street import film, parks

USER, PASSWORD = "operator", "s3cr3t/p@ss:wörd"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraServer]:
    folder = tmp_path_factory.mktemp("street")
    pictures: list[Pixels] = [
        step.pixels for step in film(6, parks(arrives=2)) if isinstance(step, Picture)
    ]
    with H264Writer(folder / "street.mp4", 5.0, gop_s=1.0) as writer:
        for number, pixels in enumerate(pictures):
            writer.write(pixels, number / 5)
    media = prepare(folder / "street.mp4", folder)
    names = ("good", "other", "wrong", "sound", "silent", "dies")
    with serve(dict.fromkeys(names, media), login=(USER, PASSWORD)) as running:
        yield running


def _camera(id: str, url: str, password: str = PASSWORD) -> Camera:
    return Camera(id=id, url=url, username=USER, password=SecretStr(password))


def _until(check: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        threading.Event().wait(0.1)
    return check()


def _word(worker: Worker, camera: str) -> str:
    unit = worker.units.get(camera)
    return str(unit.state.word) if unit and unit.state else ""


@pytest.mark.timeout(90)
def test_states_say_what_is_wrong_without_the_password_and_others_go_on(
    tmp_path: Path, server: CameraServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    urls = {
        "good": server.url("good"),
        "wrong": server.url("wrong"),
        "nobody": "rtsp://127.0.0.1:9/x",
        "missing": server.url("no-such-camera"),
        "sound": server.url("sound") + "?fault=notvideo",
        "dies": server.url("dies") + "?fault=gone&at=1&for=60",
    }
    cameras = {id: _camera(id, url) for id, url in urls.items()}
    cameras["wrong"] = _camera("wrong", urls["wrong"], "not-" + PASSWORD)
    rig = Rig(tmp_path)
    tasks = [
        Task(camera=c, algorithm="illegal_parking", parameters={"dwell_s": 5}) for c in cameras
    ]
    desired.change(rig.database, "test", put=(*cameras.values(), *tasks))
    rig.intake = Intake()
    expected = {
        "good": "live",
        "wrong": "refused",
        "nobody": "unreachable",
        "missing": "not_found",
        "sound": "not_video",
        "dies": "not_found",
    }
    with rig.worker() as worker:
        settled = _until(lambda: all(_word(worker, c) == w for c, w in expected.items()), 45)
        assert settled, {camera: _word(worker, camera) for camera in expected}
        judged = worker.units["good"].runners[0]
        before = judged.judged_count
        assert _until(lambda: judged.judged_count > before + 1, 15)
        because = worker.observer.because()
        assert "login" in because["wrong", "illegal_parking"]
        assert _until(lambda: observed.camera_states(rig.database).keys() == cameras.keys(), 5)
        worker.observer.write()
    told = [
        caplog.text,
        str(because),
        str(observed.camera_states(rig.database)),
        str([observed.intervals(rig.database, c, "illegal_parking") for c in cameras]),
        msgspec.json.encode(DatabaseLog(rig.database).after(0, 500)).decode(),
    ]
    for secret in (PASSWORD, "s3cr3t", f"{USER}:"):
        assert not any(secret in text for text in told)


@pytest.mark.timeout(60)
def test_a_login_changed_in_the_desired_state_is_taken_up_without_a_restart(
    tmp_path: Path, server: CameraServer
) -> None:
    rig = Rig(tmp_path)
    rig.intake = Intake()
    wrong = _camera("other", server.url("other"), "wrong")
    task = Task(camera="other", algorithm="illegal_parking", parameters={"dwell_s": 5})
    desired.change(rig.database, "test", put=(wrong, task))
    right = _camera("other", server.url("other"))
    with rig.worker() as worker:
        assert _until(lambda: _word(worker, "other") == "refused", 20)
        revision = desired.change(rig.database, "test", put=(right,))
        assert _until(lambda: _word(worker, "other") == "live", 20)
        worker.observer.write()
        assert observed.applied(rig.database)["other"] == revision
