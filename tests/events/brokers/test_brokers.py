"""Every broker: taken, away, killed, refused, restarted; nothing lost, order kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from events import payload
from events.brokers.opened import open_publisher
from events.bus import BusError, Refused
from events.destination import SCHEMES
from tests.events.brokers.broker import Broker, Desk, once, settle
from tests.events.brokers.servers import SECRET, free_port, until
from tests.events.samples import event

KINDS = ("kafka", "mqtt", "nats", "redis", "rabbitmq")
Open = Callable[[str], Broker]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_arrives_whole_in_both_modes(kind: str, open_broker: Open) -> None:
    broker = open_broker(kind)
    sent = [
        event(1, city=True),
        event(2, type=payload.UPDATED, incident_id="事件-2"),
    ]
    for mode, one in zip(("structured", "binary"), sent, strict=True):
        publisher = broker.publisher(mode=mode)
        try:
            publisher.publish(one)
        finally:
            publisher.close()
    found = {one.id: one for one in broker.subscriber.events(2)}
    assert found == {one.id: one for one in sent}


@pytest.mark.parametrize("kind", KINDS)
def test_away_in_the_middle_and_back_nothing_is_lost(kind: str, open_broker: Open) -> None:
    broker = open_broker(kind)
    desk = Desk(broker)
    ids = desk.fill(*range(6))
    relay, publisher = desk.relay()
    settle(relay)
    broker.go_away()
    ids += desk.fill(*range(6, 12))
    try:
        failed = relay.deliver_some()
        assert failed.state == "failed"
        assert SECRET not in failed.why
        publisher.close()
        # The relay is started anew while the broker is away: it connects late.
        until(lambda: desk.log.acquire(relay.consumer, "b", 0.0), "the lease is over")
        relay, publisher = desk.relay("b")
        assert relay.deliver_some().state == "failed"
    finally:
        broker.come_back()
    until(lambda: relay.deliver_some().state == "idle", "everything is delivered")
    publisher.close()
    found = broker.subscriber.events(12)
    assert {one.id for one in found} == set(ids)
    for incident in ("inc-0", "inc-1"):
        mine = [one for one in found if one.incident == incident]
        assert once(mine) == [id for n, id in enumerate(ids) if f"inc-{n % 2}" == incident]


@pytest.mark.parametrize("kind", ["nats", "redis"])
def test_killed_again_and_again_under_a_stream_nothing_is_lost(
    kind: str, open_broker: Open
) -> None:
    broker = open_broker(kind)
    desk = Desk(broker)
    ids = desk.fill(*range(150))
    stop = threading.Event()
    relay, publisher = desk.relay(wait=stop.wait)
    runner = threading.Thread(target=relay.run, args=(stop,))  # noqa: TID251
    runner.start()
    try:
        for reached in (20, 60, 100):
            until(lambda: desk.log.cursor(relay.consumer) >= reached, "it is in the middle")  # noqa: B023
            broker.go_away()
            broker.come_back()
        until(lambda: desk.log.cursor(relay.consumer) == 150, "everything is delivered")
    finally:
        stop.set()
        runner.join()
        publisher.close()
    found = broker.subscriber.events(150)
    assert once(found) == ids


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_too_large_is_refused_and_the_rest_goes_on(kind: str, open_broker: Open) -> None:
    broker = open_broker(kind)
    desk = Desk(broker)
    large = msgspec.structs.replace(event(2), data={"text": "x" * 70_000})
    desk.fill(1)
    desk.log.append(large)
    desk.fill(3)
    # Kafka's mock and Redis have no limit of their own, so the destination's is set.
    own_limit: dict[str, Any] = {"max_bytes": 60_000} if kind in ("kafka", "redis") else {}
    relay, publisher = desk.relay("a", **own_limit)
    steps = settle(relay)
    publisher.close()
    assert sum(step.refused for step in steps) == 1
    (letter,) = desk.log.dead_letters()
    assert letter.event.id == "event-2"
    assert letter.why
    assert once(broker.subscriber.events(2)) == ["event-1", "event-3"]


@pytest.mark.parametrize(
    ("kind", "options", "why"),
    [
        ("nats", {"subject": "nowhere.events"}, "no stream listens"),
        ("nats", {"stream": "OTHER"}, "expected stream"),
        ("rabbitmq", {"routing_key": "nowhere"}, "no queue takes it"),
        ("rabbitmq", {"exchange": "missing"}, "no exchange"),
        ("rabbitmq", {"routing_key": "full"}, "nack"),
        ("nats", {"subject": "full"}, "maximum messages exceeded"),
        ("mqtt", {"topic": "nowhere/events", "needs_subscriber": True}, "nobody listens"),
        ("redis", {"replicas": 1, "timeout_s": 0.5}, "replicas"),
    ],
)
def test_a_destination_that_is_set_up_wrongly_loses_nothing(
    kind: str, options: dict[str, Any], why: str, open_broker: Open
) -> None:
    publisher = open_broker(kind).publisher(**options)
    try:
        with pytest.raises(BusError, match=why) as caught:
            publisher.publish(event())
    finally:
        publisher.close()
    assert not isinstance(caught.value, Refused), "an operator mends it, and the event waits"


@pytest.mark.parametrize("kind", ["mqtt", "nats", "redis", "rabbitmq"])
def test_a_wrong_password_is_told_and_not_shown(kind: str, open_broker: Open) -> None:
    broker = open_broker(kind)
    wrong = "wr0ng-pa55"
    publisher = open_publisher(kind, broker.url, wrong, broker.options())
    try:
        with pytest.raises(BusError) as caught:
            publisher.publish(event())
    finally:
        publisher.close()
    assert not isinstance(caught.value, Refused)
    assert wrong not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_where_nobody_listens_is_told_with_the_reason(kind: str) -> None:
    address = f"127.0.0.1:{free_port()}"
    publisher = open_publisher(kind, f"{SCHEMES[kind][0]}://{address}", SECRET, {})
    try:
        for _ in range(2):
            with pytest.raises(BusError, match=r"(?i)refused|connect call failed") as caught:
                publisher.publish(event())
            assert str(caught.value).startswith(f"{address}: ")
    finally:
        publisher.close()


def test_mqtt_with_qos_2_to_a_topic_of_each_kind(open_broker: Open) -> None:
    broker = open_broker("mqtt")
    publisher = broker.publisher(qos=2, topic="city/{type}/{kind}/{camera}", needs_subscriber=True)
    try:
        publisher.publish(event(1))
        publisher.publish(event(2))
    finally:
        publisher.close()
    assert [found.id for found in broker.subscriber.events(2)] == ["event-1", "event-2"]
