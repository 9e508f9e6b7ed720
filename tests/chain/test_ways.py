"""Slow algorithms through the tap, falls through libav, and from one to the other by themselves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inference.snapshots import newest
from inference.unit import CameraUnit
from inference.ways import OFTEN, shared
from inference.worker import Intake, Worker
from store import desired, incidents, observed
from store.incident import Incident
from store.values import Task
from streams.camera import Camera
from streams.libav.encoding import H264Writer
from streams.libav.transcode import prepare
from streams.picture import Picture
from streams.server import CameraServer, Media, serve
from streams.tap import Why
from tests.chain.rig import Rig
from tests.chain.scenes import SCENES
from tests.chain.street import Draw, film, parks

PARKING = {"dwell_s": 10.0}
"""A picture a second."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraServer]:
    folder = tmp_path_factory.mktemp("ways")
    fall = SCENES["fall"]
    media = {
        "parking": _media(folder, "parking", parks(arrives=1), 40.0, 1.0),
        "fall": _media(folder, "fall", fall.draw, 40.0, 1.0),
        "rare": _media(folder, "rare", parks(arrives=1), 40.0, 2.0),
    }
    media["idle"] = media["rare"]
    with serve(media) as running:
        yield running


def _media(folder: Path, name: str, draw: Draw, seconds: float, gop_s: float) -> Media:
    with H264Writer(folder / f"{name}.mp4", 5.0, gop_s=gop_s) as writer:
        pictures = [step for step in film(seconds, draw) if isinstance(step, Picture)]
        for number, picture in enumerate(pictures):
            writer.write(picture.pixels, number / 5)
    return prepare(folder / f"{name}.mp4", folder)


def _until(check: Callable[[], bool], seconds: float, worker: Worker) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return
        threading.Event().wait(0.1)
    units = worker.units.items()
    ways = {name: (u.entry.way, u.entry.why, str(u.state and u.state.word)) for name, u in units}
    pytest.fail(f"it did not come to pass: {ways}")


def _way(worker: Worker, camera: str) -> str:
    unit = worker.units.get(camera)
    return unit.entry.way if unit else ""


def _judged(unit: CameraUnit) -> int:
    return sum(runner.judged_count for runner in unit.runners)


def _whole(rig: Rig, camera: str) -> Incident | None:
    """Return the incident of a camera once its clip is there."""
    found = [i for i in incidents.list_incidents(rig.database).incidents if i.camera == camera]
    for one in found:
        evidence = incidents.get(rig.database, one.id).evidence
        if any(ref.role == "clip" and ref.state == "attached" for ref in evidence):
            return one
    return None


def _told(rig: Rig) -> dict[str, tuple[str, float]]:
    """Return way in and wanted pictures a second, as the database knows them."""
    return {name: (rate.way, rate.wanted) for name, rate in observed.rates(rig.database).items()}


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_each_camera_comes_in_by_the_way_its_algorithms_need(
    tmp_path: Path, server: CameraServer
) -> None:
    rig = Rig(tmp_path)
    rig.intake = Intake(tap=shared())
    names = ("parking", "fall", "rare", "idle")
    cameras = [Camera(id=name, url=server.url(name)) for name in names]
    tasks = [
        Task(camera="parking", algorithm="illegal_parking", parameters=PARKING),
        Task(camera="rare", algorithm="illegal_parking", parameters=PARKING),
        Task(camera="fall", algorithm="fall", parameters={"dwell_s": 6.0}),
    ]
    desired.change(rig.database, "test", put=(*cameras, *tasks))
    with rig.worker() as worker:
        wanted = {"parking": "tap", "fall": "libav", "rare": "libav", "idle": "tap"}
        _until(lambda: {name: _way(worker, name) for name in names} == wanted, 30, worker)
        assert worker.units["fall"].entry.why == OFTEN
        assert worker.units["rare"].entry.why == Why.GOP_TOO_LONG
        _until(lambda: _judged(worker.units["rare"]) > 3, 20, worker)

        assert newest(worker.units["idle"]).picture.pixels.shape[2] == 3
        assert _way(worker, "idle") == "tap"

        _until(lambda: bool(_whole(rig, "parking") and _whole(rig, "fall")), 60, worker)
        assert _way(worker, "parking") == "tap"
        counts = worker.ways.tap.counts() if worker.ways else {}
        assert counts["parking"].pictures >= 10
        for camera in ("parking", "fall"):
            incident = _whole(rig, camera)
            assert incident is not None
            refs = incidents.get(rig.database, incident.id).evidence
            attached = {ref.role for ref in refs if ref.state == "attached"}
            assert {"wide", "annotated", "close_up", "clip"} <= attached

        asked = {
            "parking": ("tap", 1.0),
            "rare": ("libav", 1.0),
            "fall": ("libav", 5.0),
            "idle": ("tap", 0.0),
        }
        _until(lambda: _told(rig) == asked, 30, worker)

        session = worker.units["parking"].entry.life.session
        fall = Task(camera="parking", algorithm="fall")
        desired.change(rig.database, "test", put=(fall,))
        _until(lambda: _way(worker, "parking") == "libav", 10, worker)
        before = _judged(worker.units["parking"])
        _until(lambda: _judged(worker.units["parking"]) > before + 10, 20, worker)
        assert worker.units["parking"].entry.life.session > session
        desired.remove_task(rig.database, "parking", "fall", "test")
        _until(lambda: _way(worker, "parking") == "tap", 25, worker)
        before = _judged(worker.units["parking"])
        _until(lambda: _judged(worker.units["parking"]) > before + 1, 20, worker)
    assert worker.parts.failures == {}
