"""The live stream: nothing is missed, a slow client holds up nobody, and the server can stop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from api import streams
from api.access import COOKIE
from api.feed import MOST_CAMERAS, MOST_WAITING, RESUME, Closed, Feed, Listener, messages
from api.schemas.live import Live
from events import payload
from events.bus import Event
from store import desired, incidents, observed, processes, sessions
from store.database import writing
from store.log import DatabaseBus, DatabaseLog
from store.processes import Beat
from tests.api.conftest import LogIn
from tests.api.served import Served, listening, served, until
from tests.store.samples import alert, camera


@pytest.fixture
def running(app: FastAPI) -> Iterator[Served]:
    with served(app) as made:
        yield made


def cookie(log_in: LogIn, role: str = "reviewer") -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={log_in(role).cookies[COOKIE]}"}


def opened(engine: Engine, n: int) -> str:
    made = alert(f"a{n}", camera=f"gate-{n}", episode=f"e{n}")
    return incidents.record(engine, made, review=True).incident


def test_an_incident_arrives_by_itself(engine: Engine, log_in: LogIn, running: Served) -> None:
    with listening(f"{running.url}/api/v1/live", cookie(log_in)) as stream:
        assert stream.answer.headers["Content-Type"].startswith("text/event-stream")
        first = stream.next()
        assert first.data["type"] == "processes"
        assert {one["name"]: one["away"] for one in first.data["processes"]} == {
            "worker": True,
            "relay": True,
            "api": False,
        }
        id = opened(engine, 1)
        told = stream.next()
        assert (told.data["type"], told.data["id"], told.data["change"], told.data["kind"]) == (
            "incident",
            id,
            "opened",
            "litter",
        )
        assert told.id == str(told.data["seq"]) == str(DatabaseLog(engine).end())
        incidents.decide(engine, id, 1, "confirm", "li")
        assert stream.next().data["change"] == "reviewed"


def test_whoever_comes_back_missed_nothing(engine: Engine, log_in: LogIn, running: Served) -> None:
    headers, url = cookie(log_in), f"{running.url}/api/v1/live"
    with listening(url, headers) as stream:
        stream.next()
        opened(engine, 1)
        last = stream.until(type="incident").id
    missed = [opened(engine, n) for n in (2, 3)]
    observed.set_camera_state(engine, "gate-1", "stalled", "", 1000.0)
    with listening(url, headers, last) as stream:
        told = [stream.next() for _ in range(5)]
        # Some may be known when it comes back, some be found a moment later.
        assert [one.data["id"] for one in told if one.data["type"] == "incident"] == missed
        assert {one.data["type"] for one in told} == {"incident", "camera", "processes", "desired"}
        places = [int(one.id) for one in told]
        assert places == sorted(places)
        fourth = opened(engine, 4)
        assert stream.until(type="incident").data["id"] == fourth


def test_who_missed_too_much_fetches_anew(
    engine: Engine, log_in: LogIn, app: FastAPI, running: Served
) -> None:
    with writing(engine) as session:
        from store.tables import EventRow

        made = [event(n, payload.COVERAGE, "gate-1") for n in range(1, RESUME + 3)]
        session.add_all(
            EventRow(
                id=one.id, type=one.type, source="/s", subject=one.subject, time="", data={},
                incident="", city=False,
            )
            for one in made
        )  # fmt: skip
    until(lambda: bool(app.state.feed.cursor == RESUME + 2), "all of it to be read")
    url = f"{running.url}/api/v1/live"
    with listening(url, cookie(log_in), "1") as stream:
        told = stream.next()
        assert told.data["type"] == "anew"
        assert int(told.id) == RESUME + 2
    with listening(url, cookie(log_in), "999999") as stream:
        assert stream.next().data["type"] == "anew", "a log that was begun anew"


def test_desired_state_and_who_lives_are_told(
    engine: Engine, log_in: LogIn, running: Served
) -> None:
    with listening(f"{running.url}/api/v1/live", cookie(log_in)) as stream:
        stream.next()
        revision = desired.put_camera(engine, camera("gate-1"), "test")
        assert stream.until(type="desired").data["revision"] == revision
        Beat(engine, "worker").tell({})
        lives = {one["name"]: one for one in stream.until(type="processes").data["processes"]}
        assert (lives["worker"]["away"], lives["relay"]["away"]) == (False, True)
        Beat(engine, "worker").tell({"disk": "full"})
        lives = {one["name"]: one for one in stream.until(type="processes").data["processes"]}
        assert lives["worker"]["wrong"] == {"disk": "full"}


def test_a_process_that_goes_silent_is_told_without_any_event(
    engine: Engine, log_in: LogIn, running: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "AWAY_S", 4.0)
    with listening(f"{running.url}/api/v1/live", cookie(log_in)) as stream:
        worker = stream.next().data["processes"][0]
        Beat(engine, "worker").tell({})
        while worker["away"]:
            worker = stream.until(type="processes").data["processes"][0]
        later = stream.until(type="processes").data["processes"][0]
        assert (later["name"], later["away"]) == ("worker", True)
        assert later["since"] == later["seen_at"] == worker["seen_at"]


def test_each_is_told_only_what_it_may_see(engine: Engine, log_in: LogIn, running: Served) -> None:
    url = f"{running.url}/api/v1/live"
    with listening(url, cookie(log_in, "integrator")) as stream:
        stream.next()
        opened(engine, 1)
        observed.set_camera_state(engine, "gate-1", "stalled", "", 1000.0)
        assert stream.next().data["type"] == "camera"
    with listening(url, {}) as stream:
        assert stream.answer.status_code == 401


def test_a_stream_ends_with_its_login(
    engine: Engine, log_in: LogIn, running: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "AGAIN_S", 0.1)
    headers = cookie(log_in)
    with listening(f"{running.url}/api/v1/live", headers) as stream:
        stream.next()
        sessions.end(engine, headers["Cookie"].partition("=")[2])
        with pytest.raises(EOFError):
            stream.next()


def test_the_server_stops_at_once_while_consoles_are_open(log_in: LogIn, running: Served) -> None:
    headers = cookie(log_in)
    with (
        listening(f"{running.url}/api/v1/live", headers) as one,
        listening(f"{running.url}/api/v1/live", headers) as other,
    ):
        one.next()
        other.next()
        assert running.stop() < 5.0
        with pytest.raises(EOFError):
            one.next()


def test_health_says_who_is_away_and_what_is_wrong(
    engine: Engine, log_in: LogIn, running: Served
) -> None:
    client = log_in("reviewer")
    assert client.get("/api/v1/health").json()["healthy"] is False
    Beat(engine, "worker").tell({})
    Beat(engine, "relay").tell({})
    found = client.get("/api/v1/health").json()
    assert (found["healthy"], found["version"], found["revision"]) == (True, "0.1.0", 0)
    Beat(engine, "relay").tell({"city": "city.example answered 503"})
    found = client.get("/api/v1/health").json()
    assert found["healthy"] is False
    assert found["processes"][1]["wrong"] == {"city": "city.example answered 503"}


def test_health_says_so_when_nothing_is_pushed(engine: Engine, log_in: LogIn) -> None:
    Beat(engine, "worker").tell({})
    Beat(engine, "relay").tell({})
    found = log_in("reviewer").get("/api/v1/health").json()
    assert found["healthy"] is False
    assert "live" in found["processes"][2]["wrong"]


# --- without a server


def event(seq: int, type: str, subject: str, incident: str = "") -> Event:
    return Event(seq, f"id-{seq}", type, "/s", subject, "", {"kind": "litter"}, incident)


def test_many_words_of_one_camera_are_one_message() -> None:
    flapping = [event(n, payload.COVERAGE, f"gate-{n % 2}") for n in range(1, 101)]
    told = messages([*flapping, event(101, payload.OPENED, "i", "i")])
    assert [(one.type, one.id, one.seq) for one in told] == [
        ("camera", "gate-1", 99),
        ("camera", "gate-0", 100),
        ("incident", "i", 101),
    ]


def test_a_whole_city_that_flaps_is_one_message() -> None:
    events = [event(n, payload.CAMERA_STATE, f"gate-{n}") for n in range(MOST_CAMERAS + 1)]
    events.insert(5, event(1000, payload.OPENED, "i", "i"))
    told = messages(events)
    assert [(one.type, one.id) for one in told] == [("camera", ""), ("incident", "i")]


def test_a_new_incident_is_told_as_new_though_more_followed() -> None:
    told = messages([event(1, payload.OPENED, "i", "i"), event(2, payload.EVIDENCE, "i", "i")])
    assert [(one.change, one.seq) for one in told] == [("opened", 2)]


def test_a_slow_client_is_let_go_and_the_others_are_told() -> None:
    async def play() -> tuple[list[Live], bool]:
        slow, quick, taken = Listener(), Listener(), []
        for seq in range(MOST_WAITING + 1):
            told = [Live(type="incident", seq=seq)]
            slow.put(told)
            quick.put(told)
            taken += await quick.take(1.0)
        try:
            await slow.take(1.0)
        except Closed:
            return taken, True
        return taken, False

    taken, let_go = asyncio.run(play())
    assert [one.seq for one in taken] == list(range(MOST_WAITING + 1))
    assert let_go


def test_a_database_that_does_not_answer_is_asked_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:

    real, asked = DatabaseLog.end, []

    def refusing(log: DatabaseLog) -> int:
        asked.append(1)
        if len(asked) == 1:
            raise OperationalError("select", {}, Exception("locked"))
        return real(log)

    async def play() -> int:
        feed = Feed(engine, 0.0)
        task = asyncio.create_task(feed.run())
        await asyncio.wait_for(feed.ready.wait(), 10)
        feed.close()
        await task
        return feed.cursor

    DatabaseBus(engine).publish(event(0, payload.OPENED, "i", "i"))
    monkeypatch.setattr(DatabaseLog, "end", refusing)
    assert asyncio.run(play()) == 1
    assert len(asked) == 2
