"""Kill -9 in the middle of a dwell: nothing is lost, nothing is doubled, the dwell goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from store import incidents
from store.database import open_database
from store.log import DatabaseLog
from tests.chain.rig import BEGUN
from tests.chain.scenes import SCENES

ROOT = Path(__file__).parents[2]
SPEED = 2.0


def _start(folder: Path, kind: str, t0: float) -> subprocess.Popen[str]:  # noqa: TID251
    arguments = [str(folder), kind, str(t0), str(SPEED)]
    return subprocess.Popen(  # noqa: TID251
        [sys.executable, "-m", "tests.chain.victim", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def _wait_until(t0: float, film_s: float) -> None:
    while time.time() < t0 + film_s / SPEED:
        threading.Event().wait(0.02)


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", sorted(SCENES))
@pytest.mark.parametrize("after_s", [4.0, 16.0], ids=["mid-dwell", "after-opening"])
def test_a_killed_worker_loses_and_doubles_nothing(
    tmp_path: Path, kind: str, after_s: float
) -> None:
    scene = SCENES[kind]
    t0 = time.time() + 2.5  # the first worker is up before the film begins
    victim = _start(tmp_path, kind, t0)
    _wait_until(t0, scene.begins + after_s)
    victim.send_signal(signal.SIGKILL)
    victim.communicate(timeout=10)
    second = _start(tmp_path, kind, t0)
    output, _ = second.communicate(timeout=60)
    assert second.returncode == 0, output

    database = open_database(f"sqlite:///{tmp_path / 'rig.db'}")
    found = incidents.list_incidents(database).incidents
    assert [i.kind for i in found] == [kind]
    dwell = float(scene.parameters["dwell_s"])
    opened_after = found[0].opened_at - BEGUN - scene.begins
    # Had the dwell begun anew with the second worker, it could not be up before after_s + dwell.
    assert dwell - 1 <= opened_after < after_s + dwell
    types = [event.type for event in DatabaseLog(database).after(0, 200)]
    assert types.count("city.sharp-eyes.incident.opened.v1") == 1
    assert "city.sharp-eyes.incident.reopened.v1" not in types
    database.dispose()
