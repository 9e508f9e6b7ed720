"""A covered, black or frozen picture is a state of the camera and no event; then it watches on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from inference.worker import Intake
from models.detector import Pixels
from store import desired, incidents, observed
from store.values import Task
from streams.camera import Camera
from streams.clock import FileClock
from streams.synthetic import SyntheticSource
from tests.chain.rig import Rig
from tests.chain.scenes import leaves_a_bag
from tests.chain.street import film, ground

BAD_S, GOOD_S = (10.0, 28.0), 36.0
GATES = (24.0, 34.0)
"""Where the film stops until it has been looked at: with the fault, and without it again."""

FAULTS: dict[str, Callable[[], Pixels]] = {
    "covered": lambda: ground() * 0 + 60,
    "black": lambda: ground() * 0,
    "bright": lambda: ground() * 0 + 255,
    "frozen": ground,
}


def _until(check: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not check():
        threading.Event().wait(0.1)
    return check()


def _raised(rig: Rig) -> list[incidents.Incident]:
    return list(incidents.list_incidents(rig.database).incidents)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_picture_is_a_state_and_no_event(tmp_path: Path, fault: str) -> None:
    bag, begun = leaves_a_bag(at_s=GOOD_S + 4), time.time()
    passed = [threading.Event() for _ in GATES]

    def draw(pixels: Pixels, at: float) -> None:
        bag(pixels, at)
        if BAD_S[0] <= at < BAD_S[1]:
            pixels[:] = FAULTS[fault]()

    def wait(at: float) -> None:
        for gate, event in zip(GATES, passed, strict=True):
            assert at < gate or event.wait(40)

    rig = Rig(tmp_path)
    rig.films["gate"] = film(75, draw)
    rig.intake = Intake(
        source=lambda camera: SyntheticSource(rig.films[camera.id], wait=wait),
        clock=lambda _camera: FileClock(begun),
        lossless=True,
        once=True,
        clock_name="film",
    )
    asked = {"dwell_s": 14.0, "frozen_s": 5.0}
    desired.change(
        rig.database,
        "test",
        put=(
            Camera(id="gate", url="rtsp://localhost/gate"),
            Task(camera="gate", algorithm="litter", parameters=asked),
        ),
    )

    def shown() -> str:
        found = observed.camera_states(rig.database).get("gate")
        return "" if found is None else found.state

    with rig.worker(begun) as worker:
        assert _until(lambda: shown() == fault)
        assert worker.observer.because()["gate", "litter"] == f"view: {fault}"
        assert not _raised(rig)
        passed[0].set()
        assert _until(lambda: shown() == "live")
        assert worker.observer.because()["gate", "litter"] == ""
        assert not _raised(rig)
        passed[1].set()
        assert _until(lambda: bool(_raised(rig)), 40.0)
    (incident,) = _raised(rig)
    assert incident.opened_at - begun > GOOD_S
