"""Several writers at once, and one that is killed in the middle."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial

from sqlalchemy import Engine

from events.payload import OPENED
from store import audit, incidents
from store.database import is_postgresql, open_database
from store.incidents import Conflict, Incident, decide, get, record
from store.log import DatabaseLog
from tests.store.samples import alert


def at_once(*calls: Callable[[], None]) -> None:
    threads = [threading.Thread(target=call) for call in calls]  # noqa: TID251
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_two_deciders_the_first_wins_while_sightings_go_on(engine: Engine) -> None:
    id = record(engine, alert("a0"), True).incident
    won: list[Incident] = []
    lost: list[Incident] = []
    ready = threading.Barrier(3)

    def decider(actor: str, action: str) -> None:
        ready.wait()
        try:
            won.append(decide(engine, id, 1, action, actor))
        except Conflict as conflict:
            lost.append(conflict.incident)

    def sightings() -> None:
        ready.wait()
        for n in range(1, 6):
            record(engine, alert(f"a{n}", "updated", at=1000.0 + n), True)

    at_once(
        partial(decider, "li", "confirm"),
        partial(decider, "wang", "confirm"),
        sightings,
    )
    assert (len(won), len(lost)) == (1, 1)
    assert (lost[0].version, lost[0].state) == (2, "confirmed")
    assert lost[0].decisions == won[0].decisions
    final = get(engine, id)
    assert (final.version, final.merged, len(final.decisions)) == (2, 5, 1)
    assert audit.verify(engine) is None


def test_two_intakes_of_the_same_alert_open_one_incident(engine: Engine) -> None:
    done: list[str] = []

    def intake() -> None:
        done.append(record(engine, alert("a1"), True).change)

    at_once(*[intake] * 4)
    assert sorted(done) == ["opened", "repeated", "repeated", "repeated"]
    assert len(DatabaseLog(engine).after(0, 10)) == 1


WRITER = """
import sys
from store import incidents, observed
from store.database import is_postgresql, open_database
from tests.store.samples import CLIP, PICTURE, alert
engine = open_database(sys.argv[1])
for n in range(10_000):
    change = ("opened", "updated", "cleared")[n % 3]
    spot = (n // 3 % 90 / 100, 0.1, n // 3 % 90 / 100 + 0.005, 0.105)
    one = alert(f"a{n}", change, at=1000.0 + n, episode=f"e{n // 3}", box=spot,
                evidence=(PICTURE, CLIP))
    incidents.record(engine, one, True)
    observed.watching(engine, "gate-1", "litter", 1000.0 + n)
    print(n, flush=True)
"""


def test_a_writer_killed_in_the_middle_leaves_a_legal_database(url: str) -> None:
    for kill_after in (0, 7, 20):
        writer = subprocess.Popen(  # noqa: TID251
            [sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        told = [line for line, _ in zip(writer.stdout, range(kill_after + 1), strict=False)]
        writer.kill()
        told += writer.stdout.readlines()
        writer.wait()
        writer.stdout.close()
        check(url, [int(line) for line in told if line.endswith("\n")])


def check(url: str, told: list[int]) -> None:
    engine = open_database(url)
    if not is_postgresql(engine):
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert audit.verify(engine) is None
    for n in told:
        assert record(engine, alert(f"a{n}"), True).change == "repeated"
    log = DatabaseLog(engine).after(0, 100_000)
    opened = [event.incident for event in log if event.type == OPENED]
    found = incidents.list_incidents(engine, limit=200).incidents
    assert sorted(opened) == sorted(incident.id for incident in found)
    for incident in found:
        # Each alert came with two pieces of evidence, or did not come at all.
        assert len(incident.evidence) % 2 == 0
    engine.dispose()
