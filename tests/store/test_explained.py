"""What an incident rests on: traces are kept, levels rise, data of before goes on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select

from events import alert as values
from events import payload
from events.trace import Measure, Sample, Series, Trace
from models import manifest
from store import audit
from store.case_tables import AlertRow
from store.database import reading
from store.incidents import decide, get, list_incidents, record
from store.log import DatabaseLog
from tests.store.samples import alert

SHARE = Measure("water_share", 0.34, 0.1)


def trace(at: float) -> Trace:
    samples = tuple(Sample(at - 10 + n, "held", (0.1 * n, None)) for n in range(4))
    series = (Series("water_share", 0.1), Series("presence", 0.5))
    return Trace(at - 10, 0.3, series, samples, kept_at=at - 8, opened_at=at)


def seen(engine: Engine, id: str, change: Any = "opened", at: float = 1000.0, **more: Any) -> str:
    given = {"measures": (SHARE,), "trace": trace(at)} | more
    return record(engine, alert(id, change, at, **given), True, reopen_s=600.0).incident


def events(engine: Engine) -> list[payload.IncidentData]:
    return [payload.read_incident(e.data) for e in DatabaseLog(engine).after(0, 1000)]


def test_both_forms_of_a_severity_and_of_a_trace_agree() -> None:
    assert values.SEVERITIES == manifest.SEVERITIES


def test_the_opening_is_kept_for_good_and_the_latest_replaced(engine: Engine) -> None:
    id = seen(engine, "a1")
    assert get(engine, id).latest is None
    for n in (1, 2, 3):
        seen(engine, f"u{n}", "updated", 1000.0 + 60 * n)
    incident = get(engine, id)
    assert incident.opened is not None
    assert incident.latest is not None
    assert (incident.opened.change, incident.opened.at) == ("opened", 1000.0)
    assert incident.opened.trace == trace(1000.0)
    assert incident.opened.measures == (SHARE,)
    assert (incident.latest.change, incident.latest.at) == ("updated", 1180.0)
    assert incident.latest.trace == trace(1180.0)


def test_what_comes_late_does_not_replace_the_latest(engine: Engine) -> None:
    id = seen(engine, "a1")
    seen(engine, "u2", "updated", 1200.0)
    seen(engine, "u1", "updated", 1100.0)
    latest = get(engine, id).latest
    assert latest is not None
    assert latest.at == 1200.0


def test_a_list_leaves_the_traces_out_and_keeps_the_numbers(engine: Engine) -> None:
    seen(engine, "a1")
    (row,) = list_incidents(engine).incidents
    assert (row.opened, row.latest, row.measures) == (None, None, (SHARE,))


def test_an_alert_that_explains_nothing_is_taken(engine: Engine) -> None:
    id = seen(engine, "a1", measures=(), trace=None)
    assert (get(engine, id).opened, get(engine, id).measures) == (None, ())


def test_a_long_incident_does_not_keep_a_trace_for_every_update(engine: Engine) -> None:
    id = seen(engine, "a1")
    seen(engine, "u1", "updated", 1100.0)
    with reading(engine) as session:
        bodies = session.execute(select(AlertRow.change, AlertRow.body).order_by(AlertRow.at)).all()
    kept = {change: body["trace"] is not None for change, body in bodies}
    assert kept == {"opened": True, "updated": False}
    assert get(engine, id).latest is not None


def test_events_carry_the_numbers_and_no_trace(engine: Engine) -> None:
    seen(engine, "a1")
    gone = Measure("absent_s", 4.0, 4.0)
    seen(engine, "c1", "cleared", 1010.0, measures=(gone,))
    opened, cleared = events(engine)
    assert opened.measures == (payload.Measure("water_share", 0.34, 0.1),)
    assert cleared.measures == (payload.Measure("absent_s", 4.0, 4.0),)
    assert "trace" not in payload.incident_data(opened)


def test_level_and_severity_rise_and_are_told(engine: Engine) -> None:
    id = seen(engine, "a1")
    seen(engine, "u1", "updated", 1060.0, level=1, severity="urgent")
    seen(engine, "u2", "updated", 1120.0, level=0, severity="medium")
    incident = get(engine, id)
    assert (incident.level, incident.severity) == (1, "urgent")
    assert [(r.level, r.severity, r.at) for r in incident.levels] == [(1, "urgent", 1060.0)]
    assert [(e.level, e.severity) for e in events(engine)] == [
        (0, "medium"),
        (1, "urgent"),
        (1, "urgent"),
    ]
    levels = [row.detail["level"] for row in reversed(audit.newest(engine)) if row.object == id]
    assert levels == [0, 1, 1]


def test_a_higher_level_of_the_same_severity_is_a_rise_too(engine: Engine) -> None:
    id = seen(engine, "a1", severity="high")
    seen(engine, "u1", "updated", 1060.0, level=1, severity="high")
    assert [(r.level, r.severity) for r in get(engine, id).levels] == [(1, "high")]


def test_a_rise_is_no_decision(engine: Engine) -> None:
    id = seen(engine, "a1")
    seen(engine, "u1", "updated", 1060.0, level=1, severity="urgent")
    assert get(engine, id).version == 1
    assert decide(engine, id, 1, "confirm", "li").level == 1
