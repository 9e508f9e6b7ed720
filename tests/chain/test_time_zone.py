"""A camera's time zone is taken up while it runs, without touching its connection."""

from __future__ import annotations

import threading
from pathlib import Path

from store import desired
from streams.camera import Camera
from tests.chain.rig import Rig
from tests.chain.street import film, parks


def test_a_changed_time_zone_reaches_the_running_task(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.want("gate", film(2, parks(arrives=1)), {"illegal_parking": {"dwell_s": 5}})
    zoned = Camera(id="gate", url="rtsp://localhost/gate", time_zone="Europe/Berlin")
    with rig.played() as worker:
        unit = worker.units["gate"]
        runner = unit.runners[0]
        assert runner.camera.time_zone == ""
        desired.change(rig.database, "test", put=(zoned,))
        for _ in range(100):
            if runner.camera.time_zone:
                break
            threading.Event().wait(0.05)
        assert worker.units["gate"] is unit
        assert unit.runners == (runner,)
        assert runner.camera.time_zone == "Europe/Berlin"
