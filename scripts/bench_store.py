"""How long the console's queries take on a large database: p50, p95, and plans that read it all.

`python -m scripts.bench_store --database URL --incidents 1000000` fills an empty database first;
one that it has filled before is used again.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, func, select, text

from scripts.store_rows import CAMERAS, NOW, fill
from store import audit, cameras, deliveries, evidence, incidents, overview
from store.case_tables import IncidentRow
from store.database import is_postgresql, open_database, reading
from store.incidents import Filter, Order
from store.log import DatabaseLog

LIMIT_MS = 50.0
_DAY_S = 86_400.0
_SCANS = ("SCAN incident", "SCAN event_log", "SCAN audit", "SCAN decision", "Seq Scan")

Query = Callable[[int], object]
ORDERS: tuple[Order, ...] = ("newest", "gravest")


@dataclass(frozen=True)
class Measured:
    """One query: milliseconds of each run, and the worst statement's plan where it reads much."""

    name: str
    took: tuple[float, ...]
    worked: float
    """Mean milliseconds of CPU, here and in a server on this machine: no neighbour blurs that."""
    plan: str


def at(took: tuple[float, ...], share: float) -> float:
    """Return the time under which `share` of the runs stayed."""
    return sorted(took)[min(len(took) - 1, int(len(took) * share))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill if need be, measure, print; 1 when a query's p95 is above the limit."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench_store", description=__doc__)
    parser.add_argument("--database", required=True, metavar="URL")
    parser.add_argument("--incidents", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=40, metavar="N", help="runs of each query")
    parser.add_argument("--plans", action="store_true", help="also of what is fast enough")
    given = parser.parse_args(arguments)
    engine = open_database(given.database)
    _prepare(engine, given.incidents)
    found, slow = queries(engine), 0
    # As `python -m api serve` does: what is loaded stays.
    gc.collect()
    gc.freeze()
    print(f"{'query':44} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8}")
    for name, query in found.items():
        measured = measure(engine, name, query, given.rounds)
        late = at(measured.took, 0.95) > LIMIT_MS
        slow += late
        word = "  SLOW" if late else ""
        times = (at(measured.took, 0.5), at(measured.took, 0.95), measured.worked)
        print(f"{name:44}" + "".join(f" {ms:8.1f}" for ms in times) + word, flush=True)
        if measured.plan and (late or given.plans):
            print(measured.plan)
    engine.dispose()
    return 1 if slow else 0


def queries(engine: Engine) -> dict[str, Query]:
    """Return what the console asks; the argument is the number of the run."""
    with reading(engine) as session:
        step = max(1, (session.scalar(select(func.count()).select_from(IncidentRow)) or 0) // 100)
        every = select(IncidentRow.id).order_by(IncidentRow.opened_at).limit(1)
        ids = [session.scalars(every.offset(n * step)).one() for n in range(20)]
    return {**_lists(engine), **_single(engine, ids), **_audit(engine, ids), **_others(engine)}


def _lists(engine: Engine) -> dict[str, Query]:
    waiting = Filter(states=("pending_review",))
    working = Filter(states=("pushed", "accepted", "filed", "dispatched", "handling"))
    rare = Filter(states=("returned", "voided"), kinds=("flooding",))
    both = {
        "list: all": Filter(),
        "queue: waiting": waiting,
        "queue: waiting of one kind": Filter(states=waiting.states, kinds=("fall",)),
        "list: in the platform's hands": working,
        "list: rare states of a rare kind": rare,
        "list: a state that nothing has": Filter(states=("reworked",)),
        "list: one kind": Filter(kinds=("flooding",)),
        "list: still there": Filter(presence="here"),
        "list: closed and still there": Filter(states=("closed",), presence="here"),
    }
    found: dict[str, Query] = {}
    for name, wanted in both.items():
        for order in ORDERS:
            found[f"{name}, {order}"] = partial(_page, engine, partial(_same, wanted), order, "")
    for order in ORDERS:
        deep = _deep(engine, Filter(), order)
        found[f"list: deep page, {order}"] = partial(
            _page, engine, partial(_same, Filter()), order, deep
        )
        found[f"list: one camera, {order}"] = partial(
            _page, engine, lambda n: Filter(cameras=(_camera(n),)), order, ""
        )
        found[f"list: a day in spring, {order}"] = partial(_page, engine, _a_day, order, "")
    return found


def _same(wanted: Filter, _n: int) -> Filter:
    return wanted


def _a_day(n: int) -> Filter:
    start = NOW - (100 + n) * _DAY_S
    return Filter(opened_from=start, opened_before=start + _DAY_S)


def _camera(n: int) -> str:
    return f"cam-{n * 149 % CAMERAS:05}"


def _page(
    engine: Engine, wanted: Callable[[int], Filter], order: Order, after: str, n: int
) -> object:
    return incidents.list_incidents(engine, wanted(n), after, order=order)


def _single(engine: Engine, ids: Sequence[str]) -> dict[str, Query]:
    hashes = [incidents.get(engine, id).evidence[0].sha256 for id in ids]
    return {
        "detail": lambda n: incidents.get(engine, ids[n % len(ids)]),
        "evidence by hash": lambda n: evidence.find(engine, hashes[n % len(ids)]),
        "badge: how many wait": lambda _: overview.count_waiting(engine),
        "overview: 24 hours": lambda _: overview.read(engine, NOW - _DAY_S, NOW),
        "overview: 7 days": lambda _: overview.read(engine, NOW - 7 * _DAY_S, NOW),
        "overview: 30 days": lambda _: overview.read(engine, NOW - 30 * _DAY_S, NOW),
    }


def _audit(engine: Engine, ids: Sequence[str]) -> dict[str, Query]:
    return {
        "audit: newest": lambda _: audit.newest(engine),
        "audit: people only": lambda _: audit.newest(engine, people=True),
        "audit: one person": lambda _: audit.newest(engine, actor="reviewer-3"),
        "audit: a person who never was": lambda _: audit.newest(engine, actor="nobody"),
        "audit: camera.*": lambda _: audit.newest(engine, action="camera"),
        "audit: one incident": lambda n: audit.newest(engine, object=ids[n % len(ids)]),
    }


def _others(engine: Engine) -> dict[str, Query]:
    log = DatabaseLog(engine)
    last = log.end()
    search = cameras.Filter(search="Street 12")
    return {
        "events: the end of the log": lambda _: log.page(last - 100, 100),
        "events: released, from the start": lambda _: log.page(0, 100, city_only=True),
        "events: a type that never was": lambda _: log.page(0, 100, ("none",)),
        "deliveries": lambda _: _deliveries(engine),
        "cameras: a page": lambda n: _cameras(engine, cameras.Filter(), _camera(n)),
        "cameras: search": lambda _: _cameras(engine, search, ""),
    }


def measure(engine: Engine, name: str, query: Query, rounds: int) -> Measured:
    """Run a query some times after one for warming up; look at the plan of its statements."""
    said: list[tuple[float, str, Any]] = []
    begun = [0.0]

    def before(*_: Any) -> None:
        begun[0] = time.perf_counter()

    def after(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((time.perf_counter() - begun[0], statement, parameters))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    query(0)
    event.remove(engine, "before_cursor_execute", before)
    event.remove(engine, "after_cursor_execute", after)
    took, cpu = [], _cpu_s(engine)
    for n in range(1, rounds + 1):
        begin = time.perf_counter()
        query(n)
        took.append((time.perf_counter() - begin) * 1000)
    worked = (_cpu_s(engine) - cpu) * 1000 / rounds
    plans = [_plan(engine, *one[1:]) for one in sorted(said, key=lambda one: one[0])[-1:]]
    much = [plan for plan in plans if any(word in plan for word in _SCANS)]
    return Measured(name, tuple(took), worked, "\n".join(much))


def _cpu_s(engine: Engine) -> float:
    """Return the CPU that this process, and its one connection's server process, have used."""
    if not is_postgresql(engine) or engine.url.host not in (None, "localhost", "127.0.0.1"):
        return time.process_time()
    with engine.connect() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _plan(engine: Engine, statement: str, parameters: Any) -> str:
    if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        return ""
    explain = "EXPLAIN " if is_postgresql(engine) else "EXPLAIN QUERY PLAN "
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(explain + statement, parameters).all()
    lines = [f"      {row[-1]}" for row in rows]
    return "\n".join([line for line in lines if "SCAN" in line.upper()][:12])


def _prepare(engine: Engine, many: int) -> None:
    with reading(engine) as session:
        there = session.scalar(select(func.count()).select_from(IncidentRow)) or 0
    if there == 0:
        begun = time.monotonic()
        fill(engine, many)
        print(f"{many} incidents made in {time.monotonic() - begun:.0f} s", flush=True)
    elif there != many:
        raise SystemExit(f"the database holds {there} incidents: give it an empty one")
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("ANALYZE" if is_postgresql(engine) else "PRAGMA optimize"))


def _deep(engine: Engine, wanted: Filter, order: Order) -> str:
    after = ""
    for _ in range(50):
        after = incidents.list_incidents(engine, wanted, after, 200, order).next or after
    return after


def _cameras(engine: Engine, wanted: cameras.Filter, after: str) -> object:
    with reading(engine) as session:
        return cameras.page(session, NOW, wanted, after, 50)


def _deliveries(engine: Engine) -> object:
    with reading(engine) as session:
        return deliveries.progress(session)


if __name__ == "__main__":
    sys.exit(main())
