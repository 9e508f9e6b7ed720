"""The database goes away in the middle of the chain and comes back: none lost, none doubled."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.settings import ROOT
from inference.worker import Intake
from store import audit, desired
from store.database import open_database
from store.incidents import list_incidents
from store.log import DatabaseLog
from store.values import Destination
from streams.clock import FileClock
from streams.synthetic import SyntheticSource
from tests.chain.rig import BEGUN, Rig
from tests.chain.street import film, parks
from tests.events.receiver import receiving
from tests.store.console import console
from tests.store.postgres import Cluster

PATIENCE_S = 25.0
PARKING = {"illegal_parking": {"dwell_s": 5.0}}


def until(done: Callable[[], bool], what: str) -> None:
    """Wait for something that other threads and processes do."""
    never = threading.Event()
    for _ in range(int(PATIENCE_S / 0.05)):
        if done():
            return
        never.wait(0.05)
    pytest.fail(f"not in {PATIENCE_S:.0f} s: {what}")


@contextmanager
def relaying(url: str, output: Path) -> Iterator[None]:
    """Run the relay as a process of its own."""
    command = [sys.executable, "-m", "events", "relay", "--database", url, "--lease", "0.5"]
    with output.open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log)  # noqa: TID251
        try:
            yield
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def rig(cluster: Cluster, tmp_path: Path) -> Iterator[Rig]:
    """A rig on PostgreSQL whose second camera waits for `gate` before the car comes."""
    rig = Rig(tmp_path)
    rig.database.dispose()
    url = cluster.database()
    rig.database = open_database(url)
    yield rig
    rig.database.dispose()
    cluster.drop(url)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_worker_relay_and_api_live_through_an_outage(
    rig: Rig, cluster: Cluster, tmp_path: Path
) -> None:
    gate = threading.Event()

    def wait(at: float) -> None:
        if at >= 3.0:
            gate.wait(PATIENCE_S)

    rig.intake = Intake(
        source=lambda camera: SyntheticSource(
            rig.films[camera.id], wait=wait if camera.id == "second" else None
        ),
        clock=lambda _camera: FileClock(BEGUN),
        lossless=True,
        once=True,
        clock_name="film",
    )
    url = rig.database.url.render_as_string(hide_password=False)
    with receiving() as receiver, relaying(url, tmp_path / "relay.log"):
        hook = Destination(id="city", url=f"{receiver.url}/hook", pictures="none")
        desired.put_destination(rig.database, hook, "test")
        for camera in ("first", "second"):
            rig.want(camera, film(14, parks(arrives=4)), PARKING, review=False)
        with rig.worker() as worker, console(rig.database, rig.blobs, tmp_path) as browser:
            until(lambda: bool(list_incidents(rig.database).incidents), "the first incident")
            until(lambda: bool(receiver.calls), "its delivery")
            cluster.stop()
            gate.set()
            until(lambda: bool(worker.spool.waiting()), "an alert in the spool")
            until(lambda: "upload" in worker.health(), "that the worker says so")
            assert browser.get("/api/v1/incidents").status_code == 503
            cluster.start()
            until(lambda: not worker.spool.waiting(), "the spool's upload")
            until(lambda: worker.health() == {}, "that all is well again")
            assert len(browser.get("/api/v1/incidents").json()["incidents"]) == 2
        events = DatabaseLog(rig.database).after(0, 1000)
        end = events[-1].seq
        until(lambda: DatabaseLog(rig.database).cursor("destination:city") >= end, "delivery")
        ids = [call.headers["webhook-id"] for call in receiver.calls]
    opened = [event.subject for event in events if event.type.endswith("incident.opened.v1")]
    assert sorted(opened) == sorted(one.id for one in list_incidents(rig.database).incidents)
    assert len({event.id for event in events}) == len(events)
    wanted = Counter(event.id for event in events if event.city)
    # An acknowledgement that the outage swallowed brings a repeat of the same id, no other.
    assert set(ids) == set(wanted)
    assert audit.verify(rig.database) is None
