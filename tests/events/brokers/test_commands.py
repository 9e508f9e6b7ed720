"""`python -m events` with brokers: added, tried, delivered, replayed, and one that hangs."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from events.__main__ import main
from store import processes
from store.database import open_database
from store.log import DatabaseLog
from tests.events.brokers.broker import Broker
from tests.events.brokers.servers import SECRET, until
from tests.events.samples import event
from tests.events.test_program import fill, relaying, stopped

Open = Callable[[str], Broker]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sharp.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_database(url)
    yield opened
    opened.dispose()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(f"{SECRET}\n")
    return path


def add(broker: Broker, url: str, id: str, secret: Path, *more: str) -> None:
    """Add a destination as an operator does."""
    options = [f"--option={name}={value}" for name, value in broker.options().items()]
    command = ["add", id, broker.url, "--database", url, "--actor", "op", *options, *more]
    assert main([*command, "--secret-from", str(secret)]) == 0


def test_added_tried_delivered_and_replayed(
    url: str,
    engine: Engine,
    secret: Path,
    tmp_path: Path,
    open_broker: Open,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broker = open_broker("redis")
    add(broker, url, "hq", secret)
    add(broker, url, "own", secret, "--audience=internal", "--kind=fall", "--option=stream=own")
    assert main(["test", "hq", "--database", url]) == 0
    (tried,) = broker.subscriber.events(1)
    assert tried.type == "city.sharp-eyes.test.v1"
    fill(engine, 1, 2)
    fill(engine, 3, city=False)
    log = DatabaseLog(engine)
    with relaying(url, tmp_path / "relay.log") as process:
        until(lambda: log.cursor("destination:hq") == 3, "everything is delivered")
        command = ["replay", "hq", "--database", url, "--actor", "op"]
        assert main([*command, "--since", event(2).time]) == 0
        until(lambda: len(broker.subscriber.events(4)) >= 4, "the second comes again")
        assert main([*command, "--after", "0"]) == 0
        until(lambda: len(broker.subscriber.events(6)) >= 6, "both come again")
        until(lambda: log.cursor("destination:own") == 3, "the other one wants none of them")
        assert stopped(process) == 0
    ids = [found.id for found in broker.subscriber.events(6)[1:]]
    assert ids == [f"event-{n}" for n in (1, 2, 2, 1, 2)], "what was not released is not in it"
    capsys.readouterr()
    assert main(["destinations", "--database", url]) == 0
    said = capsys.readouterr().out
    assert f"hq  redis  city  {broker.url}" in said
    assert "at 3, nothing waits, 0 dead letters" in said
    assert SECRET not in said + (tmp_path / "relay.log").read_text()


def test_a_broker_that_hangs_holds_up_nobody(
    url: str, engine: Engine, secret: Path, tmp_path: Path, open_broker: Open
) -> None:
    slow, quick = open_broker("nats"), open_broker("redis")
    add(slow, url, "slow", secret, "--audience=internal")
    add(quick, url, "quick", secret, "--audience=internal")
    log = DatabaseLog(engine)
    with relaying(url, tmp_path / "relay.log") as process:
        fill(engine, 1)
        until(lambda: log.cursor("destination:slow") == 1, "both have the first")
        slow.server.signal(signal.SIGSTOP)
        try:
            fill(engine, *range(2, 32))
            until(lambda: log.cursor("destination:quick") == 31, "one has everything")
            assert log.cursor("destination:slow") == 1
            until(lambda: "slow" in processes.read(engine)["relay"].wrong, "that it hangs is told")
        finally:
            slow.server.signal(signal.SIGCONT)
        until(lambda: log.cursor("destination:slow") == 31, "the other one follows")
        assert stopped(process) == 0
    ids = [f"event-{n}" for n in range(1, 32)]
    assert [found.id for found in quick.subscriber.events(31)] == ids
    # JetStream itself drops what it gets twice with one id.
    assert [found.id for found in slow.subscriber.events(31)] == ids


def test_what_is_wrong_is_said_in_words(
    url: str, secret: Path, open_broker: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    broker = open_broker("redis")
    add(broker, url, "hq", secret, "--option=replicas=1", "--option=timeout_s=0.5")
    wrong = [
        (["test", "hq"], "not delivered: 127.0.0.1"),
        (["test", "nowhere"], "no destination 'nowhere'; there are: hq"),
        (["replay", "hq", "--since", "yesterday", "--actor", "op"], "is no time"),
        (["add", "hq", "redis://a", "--actor", "op"], "give --replace"),
        (["add", "b", "ftp://a", "--actor", "op"], "not allowed"),
        (["add", "b", "kafka://a", "--option=qos=1", "--actor", "op"], "qos"),
        (["add", "b", "kafka://a", "--option=ca=@nothing.pem", "--actor", "op"], "cannot be read"),
        (["dead-letters", "--redrive"], "needs --destination"),
    ]
    for command, text in wrong:
        assert main([*command, "--database", url]) == 1
        assert text in capsys.readouterr().err
    assert main(["remove", "hq", "--database", url, "--actor", "op"]) == 0
    assert main(["destinations", "--database", url]) == 0
    assert "hq" not in capsys.readouterr().out.splitlines()[-1]
