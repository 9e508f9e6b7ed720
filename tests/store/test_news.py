"""A new desired state is heard of: at once where the database tells, else by looking."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine

from store import desired, news
from store.database import open_database
from store.news import News
from tests.store.postgres import Cluster
from tests.store.samples import camera


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks by himself within this test."""
    monkeypatch.setattr(news, "LOOK_ANYWAY_S", 600.0)


def test_who_waits_is_told(engine: Engine, slow: None) -> None:
    waiter, stop = News(engine), threading.Event()
    waiter.wait(stop)
    for n in range(3):
        desired.put_camera(engine, camera(f"c{n}"), "op")
        waiter.wait(stop)
    assert desired.revision(engine) == 3
    waiter.close()


def test_a_server_that_goes_away_is_waited_for(cluster: Cluster) -> None:
    url = cluster.database()
    engine, stop = open_database(url), threading.Event()
    waiter = News(engine)
    waiter.wait(stop)
    cluster.stop()
    waiter.wait(stop)  # breaks, and is waited out
    cluster.start()
    waiter.wait(stop)  # listens again
    desired.put_camera(engine, camera("c9"), "op")
    waiter.wait(stop)
    assert desired.revision(engine) == 1
    waiter.close()
    engine.dispose()
    cluster.drop(url)
