"""Kill -9 in the middle of a dwell: nothing is lost, nothing is doubled, the dwell goes on."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from models.catalog import Catalog
from rules.observation import Finding
from store import incidents
from store.catalog import Algorithms
from store.database import open_database
from store.log import DatabaseLog
from tests.chain.rig import BEGUN
from tests.chain.scenes import SCENES, undisturbed

ROOT = Path(__file__).parents[2]
SPEED = 2.0
SLACK_S = 5.0
"""A dwell of 14 s may be up between two pictures, which are at most 3.5 s apart here."""


@pytest.fixture(scope="module")
def expected() -> dict[str, Finding]:
    """What is opened when nobody kills anything."""
    algorithms = Algorithms(Catalog.read())
    return {kind: undisturbed(kind, algorithms) for kind in SCENES}


class _World:
    """Films of all kinds at once, shifted so that all conditions begin at the same wall time."""

    def __init__(self, folder: Path, expected: dict[str, Finding]) -> None:
        self.folder = folder
        lead = max(finding.since for finding in expected.values()) / SPEED
        self.begins = time.time() + 4.0 + lead  # the first worker is up when the films begin
        t0 = {kind: self.begins - found.since / SPEED for kind, found in expected.items()}
        world = {"speed": SPEED, "until": self.begins + 28.0 / SPEED, "t0": t0}
        (folder / "world.json").write_text(json.dumps(world))

    def worker(self) -> subprocess.Popen[str]:  # noqa: TID251
        """Start a worker in this world."""
        return subprocess.Popen(  # noqa: TID251
            [sys.executable, "-m", "tests.chain.victim", str(self.folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait(self, after_s: float) -> None:
        """Wait until so many film seconds after the conditions began."""
        threading.Event().wait(max(0.0, self.begins + after_s / SPEED - time.time()))


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "kills",
    [(4.0,), (15.5,), tuple(sorted(random.Random(11).uniform(4.0, 18.0) for _ in range(2)))],  # noqa: S311
    ids=["early", "about-opening", "twice"],
)
def test_a_killed_worker_loses_and_doubles_nothing(
    tmp_path: Path, expected: dict[str, Finding], kills: tuple[float, ...]
) -> None:
    world = _World(tmp_path, expected)
    for moment in kills:
        victim = world.worker()
        world.wait(moment)
        victim.send_signal(signal.SIGKILL)
        victim.communicate(timeout=10)
    last = world.worker()
    output, _ = last.communicate(timeout=80)
    assert last.returncode == 0, output

    database = open_database(f"sqlite:///{tmp_path / 'rig.db'}")
    found = incidents.list_incidents(database).incidents
    assert sorted(incident.kind for incident in found) == sorted(SCENES)
    late = {i.kind: i.opened_at - BEGUN - expected[i.kind].at for i in found}
    # A dwell that began anew would be late by the time before the kill and the time away.
    away = 0.0 if kills[-1] < 5 else 8.0
    assert all(-SLACK_S < seconds < SLACK_S + away for seconds in late.values()), late
    types = [event.type for event in DatabaseLog(database).after(0, 500)]
    assert types.count("city.sharp-eyes.incident.opened.v1") == len(SCENES)
    assert "city.sharp-eyes.incident.reopened.v1" not in types
    database.dispose()
