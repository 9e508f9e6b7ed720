"""A threshold is changed while the worker runs: taken up live, by exactly whom it concerns."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from inference.worker import Intake, Worker
from rules.zones import Zone
from store import desired, incidents, observed
from store.values import AlgorithmSettings, Task, Template, Words
from streams.camera import Camera
from streams.clock import FileClock
from streams.synthetic import SyntheticSource
from tests.chain.rig import BEGUN, Rig
from tests.chain.street import film, parks

ALGORITHM = "illegal_parking"
NAME = Words(zh="演示", en="Demo")
HALF_S = 14.0
"""Where the films stop until the change has been made: the car stands since 4 s."""


class Halved(Rig):
    """Films that stop at `HALF_S` until they may go on; one attempt each."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.go_on = threading.Event()
        self.sources: dict[str, SyntheticSource] = {}
        self.intake = Intake(
            source=self._source,
            clock=lambda _camera: FileClock(BEGUN),
            lossless=True,
            once=True,
            clock_name="film",
        )

    def _source(self, camera: Camera) -> SyntheticSource:
        made = SyntheticSource(film(40, parks(arrives=4)), wait=self._wait)
        return self.sources.setdefault(camera.id, made)

    def _wait(self, stream_time: float) -> None:
        if stream_time >= HALF_S:
            assert self.go_on.wait(30)


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something is true."""
    for _ in range(round(seconds / 0.05)):
        if true():
            return
        threading.Event().wait(0.05)
    raise AssertionError("did not come true in time")


def halfway(worker: Worker, cameras: int) -> None:
    """Wait until every camera's task has judged the last picture before the stop."""
    until(
        lambda: (
            len(worker.units) == cameras
            and all(
                (r.judged_at or 0) > BEGUN + HALF_S - 2.5
                for u in worker.units.values()
                for r in u.runners
            )
        )
    )


def applied(rig: Rig, worker: Worker, camera: str, revision: int) -> None:
    """Wait until the camera's applied revision says so."""

    def said() -> bool:
        worker.observer.write()
        return observed.applied(rig.database).get(camera) == revision

    until(said)


def opened(rig: Rig, camera: str) -> incidents.Incident:
    """Wait for the camera's one incident."""

    def found() -> tuple[incidents.Incident, ...]:
        wanted = incidents.Filter(cameras=(camera,))
        return incidents.list_incidents(rig.database, wanted).incidents

    until(found)
    (incident,) = found()
    return incident


@pytest.fixture
def rig(tmp_path: Path) -> Halved:
    made = Halved(tmp_path)
    demo = Template(id="demo", name=NAME, parameters={ALGORITHM: {"dwell_s": 200.0}})
    desired.change(
        made.database,
        "test",
        put=(
            AlgorithmSettings(algorithm=ALGORITHM, parameters={"dwell_s": 100.0}),
            demo,
            *(Camera(id=c, url=f"rtsp://localhost/{c}") for c in ("plain", "demo", "own")),
            Task(camera="plain", algorithm=ALGORITHM),
            Task(camera="demo", algorithm=ALGORITHM, template="demo"),
            Task(camera="own", algorithm=ALGORITHM, template="demo", parameters={"dwell_s": 300}),
        ),
    )
    return made


def dwells(worker: Worker) -> dict[str, float]:
    """Return the dwell that each camera's task runs with."""
    return {
        camera: unit.runners[0].parameters.model_dump()["dwell_s"]
        for camera, unit in worker.units.items()
    }


def test_a_setting_is_taken_up_live_and_a_running_dwell_goes_on(rig: Halved) -> None:
    with rig.worker() as worker:
        halfway(worker, 3)
        assert dwells(worker) == {"plain": 100, "demo": 200, "own": 300}
        before = {camera: unit.runners[0] for camera, unit in worker.units.items()}
        revision = desired.put_settings(
            rig.database, AlgorithmSettings(algorithm=ALGORITHM, parameters={"dwell_s": 8.0}), "li"
        )
        applied(rig, worker, "plain", revision)
        after = {camera: unit.runners[0] for camera, unit in worker.units.items()}
        assert {c for c in after if after[c] is not before[c]} == {"plain"}
        # Its picture is as old as before: a change is no moment of blindness.
        assert after["plain"].judged_at == before["plain"].judged_at
        rig.go_on.set()
        incident = opened(rig, "plain")
    # A dwell begun anew at the change would be up after 22 s.
    assert incident.opened_at < BEGUN + HALF_S + 4
    assert incident.since < BEGUN + 6
    assert (incident.maker.parameters["dwell_s"], incident.maker.revision) == (8.0, revision)
    assert len(rig.sources["plain"].attempts) == 1


def test_a_template_reaches_its_tasks_except_where_a_camera_says_otherwise(rig: Halved) -> None:
    with rig.worker() as worker:
        halfway(worker, 3)
        own, plain = worker.units["own"].runners[0], worker.units["plain"].runners[0]
        shorter = Template(id="demo", name=NAME, parameters={ALGORITHM: {"dwell_s": 8.0}})
        revision = desired.put_template(rig.database, shorter, "li")
        applied(rig, worker, "demo", revision)
        assert dwells(worker) == {"plain": 100, "demo": 8, "own": 300}
        assert worker.units["own"].runners[0] is own
        assert worker.units["plain"].runners[0] is plain
        rig.go_on.set()
        incident = opened(rig, "demo")
    assert incident.opened_at < BEGUN + HALF_S + 4
    assert (incident.maker.parameters["dwell_s"], incident.maker.template) == (8.0, "demo")


def test_a_renamed_template_touches_nobody(rig: Halved) -> None:
    with rig.worker() as worker:
        halfway(worker, 3)
        before = [unit.runners[0] for unit in worker.units.values()]
        renamed = Words(zh="演示用", en="Demonstration")
        other = Template(id="demo", name=renamed, parameters={ALGORITHM: {"dwell_s": 200.0}})
        applied(rig, worker, "demo", desired.put_template(rig.database, other, "li"))
        assert [unit.runners[0] for unit in worker.units.values()] == before
        rig.go_on.set()


def test_a_renamed_camera_keeps_its_connection(rig: Halved) -> None:
    with rig.worker() as worker:
        halfway(worker, 3)
        unit, runner = worker.units["plain"], worker.units["plain"].runners[0]
        renamed = Camera(id="plain", url="rtsp://localhost/plain", name="Gate", place_code="42")
        applied(rig, worker, "plain", desired.put_camera(rig.database, renamed, "li"))
        assert worker.units["plain"] is unit
        assert unit.runners[0] is runner
        assert unit.camera.name == "Gate"
        assert len(rig.sources["plain"].attempts) == 1
        rig.go_on.set()


def test_two_changes_at_once_end_with_the_last(rig: Halved) -> None:
    with rig.worker() as worker:
        halfway(worker, 3)
        held, let_go = threading.Event(), threading.Event()

        def hold() -> None:
            held.set()
            assert let_go.wait(20)

        worker.loop.post(hold)
        assert held.wait(10)
        first = desired.read(rig.database)
        task = first.tasks[2]
        for dwell in (9.0, None):
            changed = {"dwell_s": dwell} if dwell else dict(task.parameters)
            other = task.model_copy(update={"parameters": changed})
            tasks = tuple(other if t == task else t for t in first.tasks)
            worker.planner.apply(first.model_copy(update={"tasks": tasks}))
        let_go.set()
        settled = threading.Event()
        worker.loop.post(settled.set)
        assert settled.wait(10)
        assert dwells(worker) == {"plain": 100, "demo": 200, "own": 300}
        rig.go_on.set()


def test_what_could_not_run_is_tried_again_when_its_values_change(rig: Halved) -> None:
    """The store takes what the door refuses, as when a new manifest narrows a range."""
    wrong = AlgorithmSettings(algorithm=ALGORITHM, parameters={"dwell_s": -1})
    desired.put_settings(rig.database, wrong, "test")
    with rig.worker() as worker:
        until(lambda: len(worker.units) == 3)
        assert "dwell_s" in worker.observer.because()["plain", ALGORITHM]
        assert len(worker.units["demo"].runners) == 1
        right = AlgorithmSettings(algorithm=ALGORITHM, parameters={"dwell_s": 7.0})
        desired.put_settings(rig.database, right, "test")
        until(lambda: "plain" in worker.units and worker.units["plain"].runners)
        assert dwells(worker)["plain"] == 7
        rig.go_on.set()


def test_zones_are_changed_live_too(rig: Halved) -> None:
    with rig.worker() as worker:
        halfway(worker, 3)
        sky = Zone(name="sky", points=((0.0, 0.0), (1.0, 0.0), (1.0, 0.1), (0.0, 0.1)))
        task = Task(camera="plain", algorithm=ALGORITHM, zones=(sky,), parameters={"dwell_s": 8})
        applied(rig, worker, "plain", desired.put_task(rig.database, task, "li"))
        rig.go_on.set()
        until(lambda: not worker.units["plain"].running)
        settled = threading.Event()
        worker.loop.post(settled.set)
        assert settled.wait(10)
    wanted = incidents.Filter(cameras=("plain",))
    assert incidents.list_incidents(rig.database, wanted).incidents == ()
