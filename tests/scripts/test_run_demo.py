"""scripts/demo as people meet it: it lets them in, shows cameras, and leaves nothing behind."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest

from store import desired
from store.database import open_database
from store.values import Desired
from streams.camera import Camera
from tests.scripts.demo import (
    ROOT,
    command,
    environment,
    make_catalog,
    make_clip,
    processes_of,
    running,
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _refused(data: Path, *arguments: str, catalog: Path | None = None) -> str:
    done = subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env=environment(data, catalog),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def _states(client: httpx.Client) -> dict[str, str]:
    answer = client.get("/api/v1/cameras").raise_for_status().json()
    return {camera["id"]: camera["state"] for camera in answer["cameras"]}


def _until_live(client: httpx.Client, cameras: set[str]) -> None:
    until = time.monotonic() + 40
    states: dict[str, str] = {}
    while time.monotonic() < until:
        states = _states(client)
        if states == dict.fromkeys(cameras, "live"):
            return
        threading.Event().wait(0.5)
    pytest.fail(f"not live: {states}")


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_newcomer_logs_in_sees_cameras_live_and_ctrl_c_stops_everything(tmp_path: Path) -> None:
    clips, data = tmp_path / "clips", tmp_path / "data"
    clips.mkdir()
    make_clip(clips / "street.mp4")
    make_clip(clips / "街道.mp4")
    (clips / "broken.mp4").write_text("no video")
    catalog, port = make_catalog(tmp_path / "catalog"), _free_port()
    passwords = []
    for _ in range(2):
        with running(data, catalog, "--clips", str(clips), "--port", str(port)) as demo:
            demo.until("Ctrl-C stops everything")
            assert any(f"http://127.0.0.1:{port}" in line for line in demo.said)
            assert any("broken.mp4 is left out" in line for line in demo.said)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
                for name in ("operator", "reviewer", "admin"):
                    login = {"name": name, "password": demo.password}
                    client.post("/api/v1/session", json=login).raise_for_status()
                ids = set(_states(client))
                assert len(ids) == 2, "one a video that can be read, also at the second start"
                _until_live(client, ids)
            passwords.append(demo.password)
            assert len(processes_of(data)) == 4, "demo, worker, relay and API"
            assert "a demo runs already" in _refused(
                data, "--clips", str(clips), "--port", str(_free_port()), catalog=catalog
            )
            assert demo.interrupt() == 0, "".join(demo.said)
        assert processes_of(data) == []
        said = "".join(demo.said)
        assert "INFO" not in said
        assert "Traceback" not in said
    assert passwords[0] != passwords[1]
    assert {log.name for log in (data / "logs").iterdir()} >= {"worker.log", "relay.log", "api.log"}


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_what_a_person_changed_survives_a_restart_and_what_is_gone_goes(tmp_path: Path) -> None:
    clips, data = tmp_path / "clips", tmp_path / "data"
    clips.mkdir()
    for name in ("kept", "gone"):
        make_clip(clips / f"{name}.mp4")
    catalog = make_catalog(tmp_path / "catalog")
    serving = ("--clips", str(clips), "--port", str(_free_port()), "--seconds", "0.1")

    def once() -> Desired:
        with running(data, catalog, *serving) as demo:
            rest, _ = demo.process.communicate(timeout=60)
            assert demo.process.returncode == 0, rest
        engine = open_database(f"sqlite:///{data / 'sharp.db'}")
        try:
            return desired.read(engine)
        finally:
            engine.dispose()

    first = once()
    assert {t.template for t in first.tasks} == {"demo"}
    assert [t.name.zh for t in first.templates] == ["演示"]
    engine = open_database(f"sqlite:///{data / 'sharp.db'}")
    kept = next(c for c in first.cameras if c.id == "demo-kept")
    task = next(t for t in first.tasks if (t.camera, t.algorithm) == ("demo-kept", "litter"))
    own = Camera(id="mine", url="rtsp://127.0.0.1:9/mine")
    changed = (
        kept.model_copy(update={"name": "East gate"}),
        task.model_copy(update={"enabled": False}),
    )
    desired.change(engine, "somebody", put=(own, *changed))
    engine.dispose()
    (clips / "gone.mp4").unlink()
    second = once()
    assert {c.id: c.name for c in second.cameras} == {"demo-kept": "East gate", "mine": ""}
    assert not next(t for t in second.tasks if t.algorithm == "litter").enabled


def test_a_folder_without_videos_is_said_so(tmp_path: Path) -> None:
    said = _refused(tmp_path / "data", "--clips", str(tmp_path), "--port", "0")
    assert "holds no videos" in said
    said = _refused(tmp_path / "data", "--clips", str(tmp_path / "absent"), "--port", "0")
    assert "is not a folder" in said


def test_without_any_videos_nothing_is_drawn_to_answer_a_check(tmp_path: Path) -> None:
    done = subprocess.run(
        command("--check", "--port", "0"),
        cwd=ROOT,
        env=environment(tmp_path / "data", None),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert list(tmp_path.rglob("*.mp4")) == []


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_without_weights_the_embedded_detector_watches(tmp_path: Path) -> None:
    make_clip(tmp_path / "street.mp4")
    serving = ("--clips", str(tmp_path), "--port", str(_free_port()), "--seconds", "0.1")
    done = subprocess.run(
        command(*serving, "--weights", "none"),
        cwd=ROOT,
        env=environment(tmp_path / "data", None),
        capture_output=True,
        text=True,
        check=False,
        timeout=80,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    engine = open_database(f"sqlite:///{tmp_path / 'data' / 'sharp.db'}")
    tasks = desired.read(engine).tasks
    engine.dispose()
    assert {"litter", "illegal_parking", "fall", "flooding"} <= {task.algorithm for task in tasks}


def test_a_busy_port_is_named_and_a_free_one_proposed(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = _refused(tmp_path / "data", "--clips", str(tmp_path), "--port", str(port))
    assert f"port {port} cannot be used" in said
    assert "--port" in said.split("Take another")[1]
