"""Two hundred cameras at once: they die and come back together, and none holds up the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from inference.task import TaskRunner
from inference.ways import shared
from inference.worker import Intake, Worker
from models.detector import Pixels
from store import desired, observed
from store.values import Task
from streams.camera import Camera
from streams.libav.encoding import H264Writer
from streams.libav.transcode import prepare
from streams.picture import Opened, Packet, Picture
from streams.server import CameraServer, serve
from streams.source import Attempt, Wanted
from streams.state import CameraWord
from tests.chain.rig import Rig
from tests.chain.street import film, parks

MANY = 200
HOSTS = 8
"""Recorders that they stand behind: each is asked at most twenty times a second."""


def _until(check: Callable[[], object], seconds: float = 40.0) -> None:
    for _ in range(round(seconds / 0.1)):
        if check():
            return
        threading.Event().wait(0.1)
    pytest.fail("it did not come to pass")


def _live(worker: Worker) -> int:
    units = list(worker.units.values())
    return sum(u.state is not None and u.state.word is CameraWord.LIVE for u in units)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraServer]:
    folder = tmp_path_factory.mktemp("storm")
    pictures: list[Pixels] = [
        step.pixels for step in film(6, parks(arrives=2)) if isinstance(step, Picture)
    ]
    with H264Writer(folder / "street.mp4", 5.0, gop_s=1.0) as writer:
        for number, pixels in enumerate(pictures):
            writer.write(pixels, number / 5)
    media = prepare(folder / "street.mp4", folder)
    with serve({f"c{n}": media for n in range(MANY)}, host="0.0.0.0") as running:  # noqa: S104
        yield running


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_two_hundred_cameras_die_at_once_and_come_back(
    tmp_path: Path, server: CameraServer
) -> None:
    rig = Rig(tmp_path)
    rig.intake = Intake(tap=shared())
    names = [f"c{n}" for n in range(MANY)]
    urls = [f"rtsp://127.0.0.{1 + n % HOSTS}:{server.port}/{name}" for n, name in enumerate(names)]
    cameras = [Camera(id=name, url=url) for name, url in zip(names, urls, strict=True)]
    tasks = [
        Task(camera=name, algorithm="illegal_parking", parameters={"dwell_s": 20.0})
        for name in names[::10]
    ]
    desired.change(rig.database, "test", put=(*cameras, *tasks))
    with rig.worker() as worker:
        _until(lambda: _live(worker) == MANY)
        for name in names:
            server.break_off(name, 2.0)
        _until(lambda: _live(worker) < MANY / 2)
        _until(lambda: _live(worker) == MANY)
        sessions = [unit.entry.life.session for unit in worker.units.values()]
        assert min(sessions) >= 2
        judged = {key: r.judged_count for key, r in _runners(worker).items()}
        _until(lambda: all(r.judged_count > judged[k] for k, r in _runners(worker).items()))
        _until(lambda: {s.state for s in observed.camera_states(rig.database).values()} == {"live"})
    assert worker.parts.failures == {}
    for name in names[::10]:
        spans = observed.intervals(rig.database, name, "illegal_parking")
        assert all(a.end == b.start for a, b in pairwise(spans))
        assert (spans[-1].watching, spans[-1].because) == (False, "worker was stopped")


def _runners(worker: Worker) -> dict[tuple[str, str], TaskRunner]:
    return {runner.key: runner for unit in worker.units.values() for runner in unit.runners}


class _Hangs:
    """A camera that accepts everything and then sends nothing, whoever asks to stop."""

    def __init__(self, let_go: threading.Event, read: threading.Semaphore) -> None:
        self._let_go = let_go
        self._read = read

    def run(self, attempt: Attempt, wanted: Wanted) -> Iterator[Opened | Packet | Picture]:
        yield Opened("synthetic", 64, 48, 5.0, b"", 0)
        self._read.release()
        self._let_go.wait()


@pytest.mark.timeout(60)
def test_reads_that_hang_are_not_waited_for_one_by_one(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    let_go, read = threading.Event(), threading.Semaphore(0)
    rig.intake = Intake(source=lambda _camera: _Hangs(let_go, read))
    hosts = [Camera(id=f"c{n}", url=f"rtsp://10.0.0.{n}/x") for n in range(MANY)]
    desired.change(rig.database, "test", put=hosts)
    with rig.worker() as worker:
        for _ in range(MANY):
            assert read.acquire(timeout=20)
        # A new address for all: the planner goes on, the old reads let go when they can.
        moved = [Camera(id=camera.id, url=camera.url + "y") for camera in hosts]
        revision = desired.change(rig.database, "test", put=moved)
        _until(lambda: worker.planner.plan.revision == revision, 20)
    # At three seconds a camera this would have taken ten minutes.
    let_go.set()
