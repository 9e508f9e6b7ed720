"""A camera without tasks shows a picture to whoever looks, and decodes nothing otherwise."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from inference.engine import Overloaded, Request, Requests
from inference.refusal import Refusal
from inference.snapshots import Snapshots
from inference.worker import Intake, Worker
from streams.synthetic import SyntheticSource
from tests.chain.rig import Rig
from tests.chain.street import film, parks


def _live(camera: str, worker: Worker) -> None:
    for _ in range(200):
        unit = worker.units.get(camera)
        if unit is not None and unit.state is not None and unit.state.word == "live":
            return
        threading.Event().wait(0.05)
    pytest.fail("the camera does not come to life")


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    made = Rig(tmp_path)
    made.want("quiet", film(60, parks(arrives=2)), {})
    pause = threading.Event()
    played = 0.0

    def wait(at: float) -> None:
        nonlocal played
        pause.wait(max(0.0, at - played))
        played = at

    made.intake = Intake(source=lambda c: SyntheticSource(made.films[c.id], wait=wait))
    return made


@pytest.mark.timeout(60)
def test_a_camera_that_nothing_watches_is_decoded_only_while_somebody_looks(rig: Rig) -> None:
    with rig.worker() as worker:
        _live("quiet", worker)
        unit = worker.units["quiet"]
        assert (unit.last_shot, unit.sampler.mode) == (None, "off: no picture wanted")
        taken = Snapshots(worker).masked("quiet")
        assert taken.jpeg[:2] == b"\xff\xd8"
        assert unit.sampler.mode != "off: no picture wanted"
        unit._looked_at -= 60.0  # nobody has asked for a minute
        for _ in range(200):
            if unit.sampler.mode == "off: no picture wanted":
                break
            threading.Event().wait(0.05)
        assert unit.sampler.period is None


def test_no_such_camera_is_said_so(rig: Rig) -> None:
    with rig.worker() as worker, pytest.raises(Refusal) as refused:
        Snapshots(worker).masked("nowhere")
    assert refused.value.status == 404


def test_an_engine_without_time_shows_the_picture_judged_last(tmp_path: Path) -> None:
    made = Rig(tmp_path)
    made.want("street", film(8, parks(arrives=2)), {"illegal_parking": {"dwell_s": 5.0}})
    with made.played() as worker:
        unit = worker.units["street"]
        assert unit.seen is not None
        judged = unit.seen.shot
        unit.last_shot = replace(judged, captured_at=judged.captured_at + 60.0)
        busy = Requests(lambda: None, most=1)
        busy._idle.put_nowait(Request("m", judged.picture.pixels))
        worker.loop.requests = busy
        assert Snapshots(worker).masked("street").captured_at == judged.captured_at
        unit.seen = None
        with pytest.raises(Overloaded):
            Snapshots(worker).masked("street")
