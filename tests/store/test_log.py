"""The log keeps order; consumers have a cursor and a lease; the embedded bus is the same queue."""

from __future__ import annotations

import threading

from sqlalchemy import Engine

from events.bus import Bus, Event
from events.log import Log
from events.relay import consumer
from store import desired
from store.log import DatabaseBus, DatabaseLog, Page
from store.values import Destination


def event(id: str, city: bool = False) -> Event:
    data: dict[str, object] = {"n": [1, {"a": None}]}
    return Event(0, id, "t.v1", "/s", "sub", "2026-01-01T00:00:00.000Z", data, city=city)


def test_events_come_back_as_they_were_in_order(engine: Engine) -> None:
    bus: Bus = DatabaseBus(engine)
    log: Log = DatabaseLog(engine)
    for id in "abc":
        bus.publish(event(id))
    bus.publish(event("b"))
    found = log.after(0, 10)
    assert [(e.seq, e.id) for e in found] == [(1, "a"), (2, "b"), (3, "c")]
    assert found[0].data == event("a").data
    assert [e.id for e in log.after(1, 1)] == ["b"]


def test_a_number_is_never_used_twice(engine: Engine) -> None:
    bus, log = DatabaseBus(engine), DatabaseLog(engine)
    bus.publish(event("a"))
    bus.publish(event("b"))
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM event_log WHERE id = 'b'")
    bus.publish(event("c"))
    assert [e.seq for e in log.after(0, 10)] == [1, 3]


def test_a_consumer_goes_on_after_what_it_acknowledged(engine: Engine) -> None:
    bus = DatabaseBus(engine)
    for n in range(450):
        bus.publish(event(str(n)))
    assert len(list(bus.subscribe("x"))) == 450
    bus.ack("x", 448)
    bus.ack("x", 3)
    assert [e.seq for e in DatabaseBus(engine).subscribe("x")] == [449, 450]
    assert len(list(bus.subscribe("y"))) == 450
    assert [e.seq for e in bus.subscribe("x", after=449)] == [450]


def test_one_owner_holds_the_lease_until_it_expires(engine: Engine) -> None:
    now = [100.0]
    log = DatabaseLog(engine, now=lambda: now[0])
    assert log.acquire("city", "relay-1", 10.0)
    assert log.acquire("city", "relay-1", 10.0)
    assert not log.acquire("city", "relay-2", 10.0)
    assert log.acquire("console", "relay-2", 10.0)
    now[0] = 111.0
    assert log.acquire("city", "relay-2", 10.0)
    assert not log.acquire("city", "relay-1", 10.0)


def test_of_many_who_want_a_lease_one_gets_it(engine: Engine) -> None:
    got: list[bool] = []

    def want(owner: str) -> None:
        got.append(DatabaseLog(engine).acquire("city", owner, 60.0))

    threads = [threading.Thread(target=want, args=(str(n),)) for n in range(6)]  # noqa: TID251
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 5 + [True]


def test_a_dead_letter_is_remembered_once_with_its_reason(engine: Engine) -> None:
    bus, log = DatabaseBus(engine), DatabaseLog(engine)
    bus.publish(event("a"))
    (first,) = log.after(0, 1)
    log.dead_letter("city", first, "410 Gone")
    log.dead_letter("city", first, "410 Gone")
    assert log.dead_letters("city") == [(1, "a", "410 Gone")]
    assert log.dead_letters("console") == []


def test_a_new_destination_gets_what_comes_and_an_old_one_goes_on(engine: Engine) -> None:
    bus, log = DatabaseBus(engine), DatabaseLog(engine)
    bus.publish(event("before"))
    wanted = Destination(id="new", url="http://127.0.0.1:9/")
    desired.put_destination(engine, wanted, "test")
    bus.publish(event("after"))
    cursor = log.cursor(consumer("new"))
    assert [e.id for e in log.after(cursor, 10)] == ["after"]
    desired.put_destination(engine, wanted.model_copy(update={"enabled": False}), "test")
    assert log.cursor(consumer("new")) == cursor


def test_a_page_leaves_out_what_is_not_wanted_and_its_cursor_passes_it(engine: Engine) -> None:
    bus, log = DatabaseBus(engine), DatabaseLog(engine)
    for number in range(6):
        bus.publish(event(str(number), city=number in (1, 3)))
    first = log.page(0, 1, city_only=True)
    assert [e.seq for e in first.events] == [2]
    assert (first.next, first.end) == (2, 6)
    rest = log.page(first.next, 10, city_only=True)
    assert [e.seq for e in rest.events] == [4]
    assert rest.next == 6, "the next look begins behind what it may not see"
    assert log.page(0, 10, types=["no.such.type"]) == Page((), 6, 6)
    assert log.page(9, 10) == Page((), 9, 6), "a cursor never goes back"
    assert log.end() == 6
