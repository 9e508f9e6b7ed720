"""Events for integrators: what each may see, replay from a cursor, a stream that misses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api.access import COOKIE
from events import payload
from events.alert import EvidenceRef
from events.cloudevent import from_structured
from store import incidents, observed
from store.log import DatabaseLog
from tests.api.conftest import LogIn
from tests.api.served import Served, listening, served
from tests.store.samples import alert

PICTURE = EvidenceRef("wide", "attached", "ab" * 32, "image/jpeg", 1000.0)
CLIP = EvidenceRef("clip", "pending", captured_at=1000.0)


@pytest.fixture
def running(app: FastAPI) -> Iterator[Served]:
    with served(app) as made:
        yield made


def opened(engine: Engine, n: int, review: bool = True) -> str:
    made = alert(f"a{n}", camera=f"gate-{n}", episode=f"e{n}", evidence=(PICTURE, CLIP))
    return incidents.record(engine, made, review).incident


def page(log_in: LogIn, role: str, **query: Any) -> dict[str, Any]:
    answer = log_in(role).get("/api/v1/events", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def cookie(log_in: LogIn, role: str) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={log_in(role).cookies[COOKIE]}"}


def test_an_integrator_sees_what_was_released_and_nothing_else(
    engine: Engine, log_in: LogIn
) -> None:
    opened(engine, 1)
    released = opened(engine, 2, review=False)
    observed.set_camera_state(engine, "gate-1", "stalled", "", 1000.0)
    found = page(log_in, "integrator")
    assert [event["subject"] for event in found["events"]] == [released]
    assert found["events"][0]["released"] is True
    assert (found["next"], found["end"]) == (3, 3)
    everything = page(log_in, "admin")
    assert [event["type"] for event in everything["events"]] == [
        payload.OPENED,
        payload.OPENED,
        payload.CAMERA_STATE,
    ]
    assert log_in("reviewer").get("/api/v1/events").status_code == 403


def test_what_an_integrator_may_not_see_still_moves_its_cursor(
    engine: Engine, log_in: LogIn
) -> None:
    for n in range(3):
        opened(engine, n)
    found = page(log_in, "integrator", limit=1)
    assert (found["events"], found["next"], found["end"]) == ([], 3, 3)
    id = opened(engine, 9)
    incidents.decide(engine, id, 1, "confirm", "li")
    found = page(log_in, "integrator", after=found["next"], limit=1)
    assert [event["type"] for event in found["events"]] == [payload.REVIEWED]
    assert found["next"] == found["end"] == 5
    assert page(log_in, "integrator", after=99)["next"] == 99


def test_types_and_what_is_no_type(engine: Engine, log_in: LogIn) -> None:
    id = opened(engine, 1)
    incidents.decide(engine, id, 1, "confirm", "li")
    found = page(log_in, "admin", type=[payload.REVIEWED, payload.CLEARED])
    assert [event["type"] for event in found["events"]] == [payload.REVIEWED]
    answer = log_in("admin").get("/api/v1/events", params={"type": ["incident.opened"]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "type[0]")


def test_an_event_is_a_cloudevent_whose_pictures_can_be_fetched_masked(
    engine: Engine, log_in: LogIn
) -> None:
    opened(engine, 1, review=False)
    answer = log_in("integrator").get("/api/v1/events")
    (event,) = answer.json()["events"]
    (logged,) = DatabaseLog(engine).after(0, 10)
    assert (event["specversion"], event["id"], event["sequence"]) == ("1.0", logged.id, f"{1:020d}")
    incident = payload.read_incident(event["data"])
    picture, clip = incident.evidence
    assert (picture.masked, picture.sha256, picture.state) == (True, "", "attached")
    assert picture.url.startswith(f"/api/v1/evidence/{'ab' * 32}?")
    assert "masked=true" in picture.url
    assert (clip.state, clip.url, clip.masked) == ("pending", "", False)


def test_the_stream_begins_now_or_where_it_is_told(
    engine: Engine, log_in: LogIn, running: Served
) -> None:
    first = opened(engine, 1, review=False)
    url, headers = f"{running.url}/api/v1/events/stream", cookie(log_in, "integrator")
    with listening(url, headers, after=0) as stream:
        told = stream.next()
        assert (told.id, told.data["subject"]) == ("1", first)
        opened(engine, 2)
        third = opened(engine, 3, review=False)
        told = stream.next()
        assert (told.id, told.data["subject"]) == ("3", third)
        assert told.data["data"]["evidence"][0]["url"]
    fourth = opened(engine, 4, review=False)
    with listening(url, headers, "3", after=0) as stream:
        assert stream.next().data["subject"] == fourth, "Last-Event-ID is newer than the address"
    with listening(url, headers) as stream:
        fifth = opened(engine, 5, review=False)
        assert stream.until(subject=fifth).id == "5"


def test_a_stream_carries_structured_cloudevents_of_the_wanted_types(
    engine: Engine, log_in: LogIn, running: Served
) -> None:
    url, headers = f"{running.url}/api/v1/events/stream", cookie(log_in, "admin")
    id = opened(engine, 1)
    observed.set_camera_state(engine, "gate-1", "stalled", "", 1000.0)
    incidents.decide(engine, id, 1, "confirm", "li", "确认")
    with listening(url, headers, after=0, type=payload.REVIEWED) as stream:
        told = stream.next()
        event = from_structured(json.dumps(told.data).encode())
        assert (event.seq, event.type, event.city) == (3, payload.REVIEWED, True)
    with listening(url, headers, type="nonsense") as stream:
        assert stream.answer.status_code == 422


def test_a_long_log_comes_complete_and_in_order(
    engine: Engine, log_in: LogIn, running: Served
) -> None:
    for n in range(150):
        observed.set_camera_state(engine, f"c{n}", "live", "", 1000.0)
    url, headers = f"{running.url}/api/v1/events/stream", cookie(log_in, "admin")
    with listening(url, headers, after=0) as stream:
        assert [int(stream.next().id) for _ in range(150)] == list(range(1, 151))
