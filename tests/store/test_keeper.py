"""The keeper removes what is old once a day, says that it lives, and stops when asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, time
from pathlib import Path

from config.settings import ROOT
from store import processes
from store.__main__ import _next
from store.database import open_database
from store.incidents import decide, list_incidents, record
from tests.store.samples import alert
from tests.store.test_outage import until


def test_the_keeper_runs_at_its_start_and_lives_on(tmp_path: Path, sqlite_url: str) -> None:
    engine = open_database(sqlite_url)
    old = record(engine, alert("a", at=1_000_000.0), True).incident
    decide(engine, old, 1, "reject", "li", "not_litter")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE incident SET decided_at = 1000000.0")
    environment = {**os.environ, "SHARP_DATA_DIR": str(tmp_path), "SHARP_DATABASE_URL": sqlite_url}  # noqa: TID251 - a child's
    with (tmp_path / "log").open("wb") as log:
        keeper = subprocess.Popen(  # noqa: TID251
            [sys.executable, "-m", "store", "keep"], cwd=ROOT, env=environment, stderr=log
        )
        try:
            until(lambda: "keeper" in processes.read(engine), "the keeper's word")
            assert list_incidents(engine).incidents == ()
            keeper.send_signal(signal.SIGTERM)
            assert keeper.wait(20) == 0
        finally:
            keeper.kill()
            keeper.wait()
    assert processes.read(engine)["keeper"].wrong == {}
    assert "incidents 1" in (tmp_path / "log").read_text()
    engine.dispose()


def test_the_next_time_is_today_or_tomorrow() -> None:
    def at(hour: int) -> float:
        return _next(time(3, 30), datetime(2026, 5, 1, hour, tzinfo=UTC))

    assert at(2) == datetime(2026, 5, 1, 3, 30, tzinfo=UTC).timestamp()
    assert at(4) == datetime(2026, 5, 2, 3, 30, tzinfo=UTC).timestamp()
