"""Destinations over HTTP: their secret never comes back; how far they are, what they refused."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from events.bus import Event
from events.relay import consumer
from store import desired, log
from store.database import writing
from store.log import DatabaseLog
from tests.api.conftest import LogIn

PATH = "/api/v1/destinations/city"
HOOK = {"url": "https://city.example/hook/p4th?key=k3y", "secret": "wh-s3cret"}
SHOWN = "https://city.example/***"


def happened(engine: Engine, *cities: bool) -> None:
    """Append one event each; only what is `city` may go to the city."""
    with writing(engine) as session:
        for number, city in enumerate(cities):
            log.append(
                session,
                Event(
                    seq=0,
                    id=f"e{number}",
                    type="t",
                    source="/s",
                    subject="i",
                    time="2026-01-01T00:00:00Z",
                    data={},
                    incident="i",
                    city=city,
                ),
            )


def test_a_destination_is_put_shown_without_its_secret_and_removed(
    log_in: LogIn, engine: Engine
) -> None:
    integrator = log_in("integrator")
    answer = integrator.put(PATH, json=HOOK)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["url"], body["has_secret"], body["audience"]) == (SHOWN, True, "city")
    (listed,) = log_in("operator").get("/api/v1/destinations").json()
    assert listed == body
    kept = integrator.put(PATH, json={"url": SHOWN, "pictures": "none"})
    assert kept.status_code == 200, kept.text
    (stored,) = desired.read(engine).destinations
    assert (stored.url, stored.secret, stored.pictures) == (HOOK["url"], "wh-s3cret", "none")
    answers = (answer.text, kept.text, str(listed))
    assert not [s for s in ("p4th", "k3y", "wh-s3cret") for text in answers if s in text]
    assert integrator.delete(PATH).json() == {"revision": 3}
    assert integrator.delete(PATH).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "https://evil.example/"}, "secret"),
        ({"url": "ftp://city.example/"}, "url"),
        ({"url": "https://city.example/other/***"}, "url"),
        ({"pictures": "all"}, "pictures"),
    ],
)
def test_a_stored_secret_goes_to_no_new_address(
    log_in: LogIn, change: dict[str, Any], field: str
) -> None:
    integrator = log_in("integrator")
    integrator.put(PATH, json=HOOK)
    answer = integrator.put(PATH, json={"url": SHOWN} | change)
    assert answer.status_code == 422, answer.text
    assert [e["field"] for e in answer.json()["errors"]] == [field]


def test_how_far_it_is_and_what_it_refused(log_in: LogIn, engine: Engine) -> None:
    integrator = log_in("integrator")
    integrator.put(PATH, json=HOOK)
    integrator.put("/api/v1/destinations/own", json=HOOK | {"audience": "internal"})
    happened(engine, True, False, True)
    book = DatabaseLog(engine)
    first, *_ = book.after(0, 10)
    book.dead_letter(consumer("city"), first, "400 Bad Request")
    book.ack(consumer("city"), first.seq)
    found = {d["id"]: d for d in integrator.get("/api/v1/destinations").json()}
    # The city never gets the second one, so it does not wait for it.
    assert (found["city"]["cursor"], found["city"]["waiting"]) == (first.seq, 1)
    assert (found["own"]["waiting"], found["own"]["dead_letters"]) == (3, 0)
    assert found["own"]["oldest_waiting_at"] == "2026-01-01T00:00:00.000Z"
    assert found["city"]["dead_letters"] == 1
    (letter,) = integrator.get(f"{PATH}/dead-letters").json()
    assert (letter["event_id"], letter["why"]) == ("e0", "400 Bad Request")
    assert integrator.get("/api/v1/destinations/nowhere/dead-letters").status_code == 404
    assert log_in("operator").put(PATH, json=HOOK).status_code == 403


def test_a_broker_with_options_and_a_filter(log_in: LogIn) -> None:
    integrator = log_in("integrator")
    body: dict[str, Any] = {
        "type": "kafka",
        "url": "kafkas://a.example:9093,b.example",
        "secret": "pa55",
        "options": {"topic": "city", "username": "relay"},
        "filter": {"kinds": ["litter"], "severity": "high"},
    }
    answer = integrator.put(PATH, json=body)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["type"], shown["url"], shown["options"]) == (
        "kafka",
        body["url"],
        body["options"],
    )
    assert shown["filter"] == {
        "kinds": ["litter"],
        "districts": [],
        "severity": "high",
        "types": [],
    }
    assert "pa55" not in answer.text
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("options", {"options": {"toppic": "city"}}),
        ("options", {"options": {"topic": "city", "timeout_s": 60}}),
        ("url", {"url": "https://a.example/"}),
        ("url", {"url": "kafka://a.example/city"}),
        ("filter.types", {"filter": {"types": ["city.sharp-eyes.nothing.v1"]}}),
    ]
    for field, change in wrong:
        answer = integrator.put(PATH, json=body | change)
        assert answer.status_code == 422, change
        assert [e["field"] for e in answer.json()["errors"]] == [field]


def test_events_come_again(log_in: LogIn, engine: Engine) -> None:
    integrator = log_in("integrator")
    integrator.put(PATH, json=HOOK)
    happened(engine, True, True, True)
    book = DatabaseLog(engine)
    first, *_ = book.after(0, 10)
    book.dead_letter(consumer("city"), first, "400 Bad Request")
    book.ack(consumer("city"), first.seq + 2)
    again = integrator.post(f"{PATH}/dead-letters/redrive", json={})
    assert again.json() == {"events": 1}
    assert [e.id for e in book.again(consumer("city"), 10)] == ["e0"]
    assert integrator.post(f"{PATH}/replay", json={"after": first.seq}).json() == {"events": 2}
    assert integrator.post(f"{PATH}/replay", json={"after": 0}).status_code == 409
    (shown,) = integrator.get("/api/v1/destinations").json()
    assert (shown["replay"], shown["waiting"]) == (first.seq, 2)
    assert shown["oldest_waiting_at"] is None, "what comes again is not late"
    assert integrator.post(f"{PATH}/replay", json={}).status_code == 422
    assert log_in("operator").post(f"{PATH}/replay", json={"after": 0}).status_code == 403
    elsewhere = integrator.post("/api/v1/destinations/nowhere/replay", json={"after": 0})
    assert elsewhere.status_code == 404


def test_the_events_are_described_for_machines(log_in: LogIn) -> None:
    anybody = log_in("reviewer")
    assert anybody.get("/api/v1/asyncapi.json").json()["asyncapi"] == "3.0.0"
    assert "$defs" in anybody.get("/api/v1/schemas/incident.v1.json").json()
    assert anybody.get("/api/v1/schemas/nothing.v1.json").status_code in (404, 422)
