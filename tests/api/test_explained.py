"""An incident says by which numbers it was raised, how grave it became, and sorts so."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from events.trace import Measure, Sample, Series, Trace
from store import incidents
from tests.api.conftest import LogIn
from tests.store.samples import alert

T0 = 1_790_000_000.0
TRACE = Trace(
    since=T0 - 10,
    every_s=0.3,
    series=(Series("presence", 0.5), Series("gone_by_now", 2.0, above=False)),
    samples=(Sample(T0 - 10, "held", (1.0,)), Sample(T0, "hidden", (0.75, None))),
    kept_at=T0 - 8,
    opened_at=T0,
)


def seen(engine: Engine, id: str, change: Any = "opened", at: float = T0, **fields: Any) -> str:
    return incidents.record(engine, alert(id, change, at, **fields), review=True).incident


def listed(client: TestClient, **query: Any) -> tuple[list[str], str]:
    answer = client.get("/api/v1/incidents", params=query)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["incidents"]], answer.json()["next"]


def test_an_incident_says_which_tests_made_it_in_both_languages(
    engine: Engine, log_in: LogIn
) -> None:
    measures = (Measure("lasted_s", 10.0, 10.0), Measure("gone_by_now", 3.0, 2.0, above=False))
    id = seen(engine, "a1", measures=measures, trace=TRACE)
    found = log_in("reviewer").get(f"/api/v1/incidents/{id}").json()
    assert found["latest"] is None
    opened = found["opened"]
    assert (opened["change"], opened["at"]) == ("opened", "2026-09-21T14:13:20.000Z")
    lasted, unnamed = opened["measures"]
    assert lasted == {
        "name": "lasted_s",
        "words": {"zh": "已持续", "en": "Lasting for"},
        "unit": {"zh": "秒", "en": "s"},
        "percent": False,
        "limit": 10.0,
        "above": True,
        "value": 10.0,
        "met": True,
    }
    # One that a rule of before used, and nobody names any more.
    assert (unnamed["words"]["en"], unnamed["unit"], unnamed["met"]) == ("gone by now", None, False)


def test_a_trace_comes_with_its_marks_and_a_value_for_every_series(
    engine: Engine, log_in: LogIn
) -> None:
    id = seen(engine, "a1", trace=TRACE)
    trace = log_in("reviewer").get(f"/api/v1/incidents/{id}").json()["opened"]["trace"]
    assert (trace["began_at"], trace["evidence_at"], trace["raised_at"]) == (
        "2026-09-21T14:13:10.000Z",
        "2026-09-21T14:13:12.000Z",
        "2026-09-21T14:13:20.000Z",
    )
    assert [(s["sight"], s["values"]) for s in trace["samples"]] == [
        ("held", [1.0, None]),
        ("hidden", [0.75, None]),
    ]
    assert [(s["name"], s["percent"], s["above"]) for s in trace["series"]] == [
        ("presence", True, True),
        ("gone_by_now", False, False),
    ]


def test_what_lies_long_is_called_so_and_becomes_urgent(engine: Engine, log_in: LogIn) -> None:
    fall: dict[str, Any] = {"algorithm": "fall", "kind": "fall", "severity": "high"}
    id = seen(engine, "a1", **fall)
    client = log_in("reviewer")
    before = client.get(f"/api/v1/incidents/{id}").json()
    assert (before["level"], before["level_name"], before["levels"]) == (0, None, [])
    seen(engine, "u1", "updated", T0 + 50, **(fall | {"level": 1, "severity": "urgent"}))
    after = client.get(f"/api/v1/incidents/{id}").json()
    lying_long = {"zh": "长时间倒地", "en": "Lying long"}
    assert (after["severity"], after["level_name"]) == ("urgent", lying_long)
    assert after["levels"] == [
        {
            "level": 1,
            "name": lying_long,
            "severity": "urgent",
            "at": "2026-09-21T14:14:10.000Z",
        }
    ]
    (row,) = client.get("/api/v1/incidents").json()["incidents"]
    assert (row["level"], row["level_name"]) == (1, lying_long)


def test_the_graver_ones_come_first_when_asked_also_over_pages(
    engine: Engine, log_in: LogIn
) -> None:
    ids = {
        severity: seen(engine, severity, at=T0 + n, camera=f"c{n}", severity=severity)
        for n, severity in enumerate(("urgent", "low", "high", "medium", "unheard"))
    }
    client, cursor, found = log_in("reviewer"), "", []
    for _ in range(3):
        page, cursor = listed(client, order="gravest", limit=2, after=cursor)
        found += page
    assert found == [ids[s] for s in ("urgent", "high", "medium", "low", "unheard")]
    assert cursor == ""
    assert listed(client)[0] == [ids[s] for s in ("unheard", "medium", "high", "low", "urgent")]


@pytest.mark.parametrize(("first", "then"), [("newest", "gravest"), ("gravest", "newest")])
def test_a_cursor_belongs_to_its_order(
    engine: Engine, log_in: LogIn, first: str, then: str
) -> None:
    for n in range(2):
        seen(engine, f"a{n}", at=T0 + n, camera=f"c{n}")
    client = log_in("reviewer")
    _, cursor = listed(client, order=first, limit=1)
    answer = client.get("/api/v1/incidents", params={"order": then, "after": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "after")


def test_an_order_that_there_is_not_is_refused(log_in: LogIn) -> None:
    answer = log_in("reviewer").get("/api/v1/incidents", params={"order": "oldest"})
    assert answer.status_code == 422
