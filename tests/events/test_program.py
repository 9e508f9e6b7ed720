"""`python -m events` on a real database: tail, dead letters, and a relay that is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import Engine

from api.links import SECRET as SECRET_OF_LINKS
from api.links import check
from events import lifecycle, payload
from events.__main__ import main
from events.cloudevent import from_structured
from events.log import end
from events.memory import MemoryLog
from events.webhook import verify
from store import desired, incidents, processes
from store.database import open_database
from store.log import DatabaseBus, DatabaseLog
from store.secrets import secret
from store.values import Destination
from tests.events.receiver import Answer, receiving
from tests.events.samples import HASH, event
from tests.store.samples import alert

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-of-the-city"
PATIENCE_S = 20.0


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sharp.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_database(url)
    yield opened
    opened.dispose()


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Give the signals back that a command took in this process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def fill(engine: Engine, *numbers: int, city: bool = True) -> None:
    bus = DatabaseBus(engine)
    for number in numbers:
        bus.publish(event(number, city=city))


def expect(engine: Engine, *ids: str) -> None:
    """Let destinations be known from here on: one that is new gets no event from before."""
    for id in ids:
        nowhere = Destination(id=id, url="http://127.0.0.1:9/", enabled=False)
        desired.put_destination(engine, nowhere, "test")


def until(done: Callable[[], bool], what: str) -> None:
    """Wait for something that other threads and processes do."""
    never = threading.Event()
    for _ in range(int(PATIENCE_S / 0.02)):
        if done():
            return
        never.wait(0.02)
    pytest.fail(f"not in {PATIENCE_S:.0f} s: {what}")


@contextmanager
def relaying(url: str, output: Path) -> Iterator[subprocess.Popen[bytes]]:  # noqa: TID251
    """Run the relay as a process of its own."""
    command = [sys.executable, "-W", "error", "-m", "events", "relay"]
    with output.open("ab") as log:
        process = subprocess.Popen(  # noqa: TID251
            [*command, "--database", url, "--lease", "0.5"], cwd=ROOT, stderr=log, stdout=log
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def stopped(process: subprocess.Popen[bytes]) -> int:  # noqa: TID251
    process.send_signal(signal.SIGTERM)
    return process.wait(PATIENCE_S)


def test_killed_in_the_middle_nothing_is_lost_and_repeats_carry_the_same_id(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    ids = [f"event-{n}" for n in range(12)]
    expect(engine, "hq")
    fill(engine, *range(12))
    hold = threading.Event()
    answers = [*[Answer()] * 5, Answer(hold=hold), Answer()]
    output = tmp_path / "relay.log"
    with receiving(*answers) as receiver:
        # Without pictures, whose links would be others some minutes later.
        hq = Destination(id="hq", url=receiver.url, secret=SECRET, pictures="none")
        desired.put_destination(engine, hq, "test")
        with relaying(url, output) as first:
            until(lambda: len(receiver.calls) == 6, "the sixth event is on its way")
            first.send_signal(signal.SIGKILL)
            first.wait(PATIENCE_S)
        hold.set()
        with relaying(url, output) as second:
            until(lambda: len(receiver.calls) >= 13, "the rest, and the sixth again")
            until(lambda: DatabaseLog(engine).cursor("destination:hq") == 12, "all acked")
            assert stopped(second) == 0
    taken = [from_structured(call.body).id for call in receiver.calls]
    assert taken == [*ids[:6], *ids[5:]]
    assert receiver.calls[5].body == receiver.calls[6].body
    for call in receiver.calls:
        verify(call.headers, call.body, SECRET, float(call.headers["webhook-timestamp"]))
    said = output.read_text("utf-8")
    assert SECRET not in said
    assert "/hook" not in said


def test_the_relay_says_that_it_lives_and_which_destination_takes_nothing(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    expect(engine, "hq", "own")
    fill(engine, 1)
    with receiving(Answer(status=503)) as hq, receiving() as own:
        for id, address in (("hq", hq.url), ("own", own.url)):
            desired.put_destination(engine, Destination(id=id, url=address), "test")
        with relaying(url, tmp_path / "relay.log") as process:
            until(lambda: "relay" in processes.read(engine), "the relay's first word")
            until(lambda: bool(processes.read(engine)["relay"].wrong), "that one takes nothing")
            (wrong,) = processes.read(engine)["relay"].wrong.items()
            assert stopped(process) == 0
    assert wrong[0] == "hq"
    assert wrong[1].endswith("answered 503")


def test_destinations_come_change_and_go_and_hold_up_nobody(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    hold = threading.Event()
    expect(engine, "slow", "own")
    fill(engine, 1, 2)
    fill(engine, 3, city=False)
    with receiving(Answer(hold=hold)) as slow, receiving() as own, receiving() as moved:
        desired.put_destination(engine, Destination(id="slow", url=slow.url), "test")
        with relaying(url, tmp_path / "relay.log") as process:
            until(lambda: len(slow.calls) == 1, "the slow one has a call that it does not answer")
            added = Destination(id="own", url=own.url, audience="internal")
            desired.put_destination(engine, added, "test")
            until(lambda: len(own.calls) == 3, "everything to the internal one")
            changed = added.model_copy(update={"url": moved.url})
            desired.put_destination(engine, changed, "test")
            fill(engine, 4)
            until(lambda: len(own.calls) + len(moved.calls) == 4, "one more, old or new address")
            gone = changed.model_copy(update={"enabled": False})
            desired.put_destination(engine, gone, "test")
            hold.set()
            until(lambda: len(slow.calls) == 3, "the slow one goes on with what was released")
            assert stopped(process) == 0
    ids = [from_structured(call.body).id for call in slow.calls]
    assert ids == ["event-1", "event-2", "event-4"]


def test_pictures_come_as_links_that_open_and_no_original_is_named(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    expect(engine, "hq")
    fill(engine, 1)
    with receiving() as receiver:
        options = {"server": "https://eyes.example", "link_minutes": 120}
        hq = Destination(id="hq", url=receiver.url, options=options)
        desired.put_destination(engine, hq, "test")
        with relaying(url, tmp_path / "relay.log") as process:
            until(lambda: len(receiver.calls) == 1, "the event")
            assert stopped(process) == 0
    evidence = payload.read_incident(from_structured(receiver.calls[0].body).data).evidence
    wide = evidence[0]
    assert (wide.sha256, wide.masked, wide.base64) == ("", True, "")
    assert HASH not in receiver.calls[0].body.decode().replace(f"/{HASH}?", "")
    parts = urlsplit(wide.url)
    said = dict(parse_qsl(parts.query))
    assert (parts.netloc, parts.path) == ("eyes.example", f"/api/v1/evidence/{HASH}")
    until_ = int(said["until"])
    check(
        secret(engine, SECRET_OF_LINKS), HASH, until_, True, said["by"], said["signature"], time()
    )
    assert (said["masked"], said["by"]) == ("true", "destination:hq")
    assert until_ - time() > 7000


def test_what_the_city_took_is_marked_as_pushed(url: str, engine: Engine, tmp_path: Path) -> None:
    log = DatabaseLog(engine)
    expect(engine, "hq")
    hidden = incidents.record(engine, alert("a", camera="cam-2"), review=True).incident
    shown = incidents.record(engine, alert("b"), review=False).incident
    with receiving() as receiver:
        desired.put_destination(engine, Destination(id="hq", url=receiver.url), "test")
        with relaying(url, tmp_path / "relay.log") as process:
            until(lambda: incidents.get(engine, shown).state == "pushed", "the case moved on")
            until(lambda: DatabaseLog(engine).cursor("destination:hq") == end(log), "all passed")
            assert stopped(process) == 0
    taken = [from_structured(call.body) for call in receiver.calls]
    assert {sent.incident for sent in taken} == {shown}
    assert [sent.data["state"] for sent in taken] == ["confirmed"] * (len(taken) - 1) + ["pushed"]
    assert taken[-1].data["version"] == incidents.get(engine, shown).version
    assert incidents.get(engine, hidden).state == "pending_review"


def test_tail_shows_a_line_an_event(
    url: str, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(engine, 1, 2)
    assert main(["tail", "--database", url, "--no-follow"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all("incident.opened" in text and "cam-1" in text for text in lines)


def test_tail_as_json_and_from_a_place(
    url: str, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(engine, 1, 2, 3)
    assert main(["tail", "--database", url, "--no-follow", "--json", "--after", "1"]) == 0
    found = [from_structured(text.encode()) for text in capsys.readouterr().out.splitlines()]
    assert [(e.id, e.seq) for e in found] == [("event-2", 2), ("event-3", 3)]
    assert found[0].data == event(2).data


def test_a_named_tail_goes_on_where_it_ended(
    url: str, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["tail", "--database", url, "--no-follow", "--json", "--consumer", "me"]
    for numbers, expected in (((1, 2), 2), ((3,), 1), ((), 0)):
        fill(engine, *numbers)
        assert main(command) == 0
        assert len(capsys.readouterr().out.splitlines()) == expected


def test_tail_follows(url: str, engine: Engine, tmp_path: Path) -> None:
    fill(engine, 1)
    output = tmp_path / "tail.log"
    command = [sys.executable, "-W", "error", "-m", "events", "tail", "--database", url, "--json"]
    with output.open("wb") as out, output.open("rb") as shown:
        process = subprocess.Popen(  # noqa: TID251
            [*command, "--from-start"], cwd=ROOT, stdout=out, stderr=out
        )
        try:
            until(lambda: output.stat().st_size > 0, "the first event")
            fill(engine, 2)
            until(lambda: b"event-2" in shown.read(), "the second, as it comes")
            assert stopped(process) == 0
        finally:
            process.kill()
            process.wait()


def test_dead_letters_are_shown_with_the_reason(
    url: str, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(engine, 1, 2)
    desired.put_destination(engine, Destination(id="hq", url="https://hq.example/x"), "test")
    log = DatabaseLog(engine)
    log.dead_letter("destination:hq", log.after(1, 1)[0], "answered 422: kind")
    assert main(["dead-letters", "--database", url]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "hq  2  event-2  answered 422: kind"
    assert "incident.opened" in second
    assert main(["dead-letters", "--database", url, "--destination", "other"]) == 0
    assert capsys.readouterr().out == ""


def test_what_is_printed_for_the_docs_is_what_the_code_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["lifecycle"]) == 0
    assert capsys.readouterr().out == lifecycle.mermaid() + "\n"
    written = (ROOT / "docs" / "lifecycle.md").read_text("utf-8")
    assert f"```mermaid\n{lifecycle.mermaid()}\n```" in written
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == payload.schema()


@pytest.mark.parametrize(
    ("database", "why"),
    [
        ("nonsense", "parse"),
        ("sqlite:///:memory:", "give it a file"),
        ("mysql://u:hunter2@h/d", "not supported"),
    ],
)
def test_a_wrong_database_is_refused_in_words(
    database: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tail", "--database", database]) == 1
    said = capsys.readouterr().err
    assert why in said
    assert "hunter2" not in said


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9, 100])
def test_the_end_of_a_log_is_found(count: int) -> None:
    log = MemoryLog()
    for number in range(count):
        log.append(event(number))
    assert end(log) == count
