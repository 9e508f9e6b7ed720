"""Replays and dead letters that are tried again: in order, and never to whom they are not for."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from events.bus import BusError, Refused
from events.destination import Filter
from events.relay import DestinationSpec
from tests.events.samples import event
from tests.events.test_relay import CITY, OWN, Desk


def test_a_replay_brings_everything_again_in_order_and_new_events_after_it() -> None:
    desk = Desk()
    desk.fill(1, 2, 3)
    relay = desk.relay()
    relay.deliver_some()
    assert desk.log.replay(relay.consumer, 1)
    desk.fill(4)
    relay.deliver_some()
    assert desk.destination.ids == [f"event-{n}" for n in (1, 2, 3, 2, 3, 4)]
    relay.deliver_some()
    assert len(desk.destination.ids) == 6


def test_a_replay_goes_on_after_a_failure_where_it_was() -> None:
    desk = Desk()
    desk.fill(1, 2, 3)
    relay = desk.relay()
    relay.deliver_some()
    desk.log.replay(relay.consumer, 0)
    desk.destination.answers = [None, BusError("away")]
    assert relay.deliver_some().state == "failed"
    desk.relay(owner="a").deliver_some()
    assert desk.destination.ids == [f"event-{n}" for n in (1, 2, 3, 1, 2, 3)]


@given(
    released=st.lists(st.booleans(), min_size=1, max_size=12),
    replays=st.lists(st.integers(0, 12), max_size=4),
)
def test_the_city_gets_released_incidents_only_whatever_is_replayed_or_tried_again(
    released: list[bool], replays: list[int]
) -> None:
    desk = Desk()
    for number, city in enumerate(released, start=1):
        desk.fill(number, city=city)
    relay = desk.relay(CITY)
    desk.destination.answers = [Refused("422")]
    relay.deliver_some()
    # Whatever came to lie there, what was not released does not go out.
    for held in desk.log.after(0, 100):
        if not held.city:
            desk.log.dead_letter(relay.consumer, held, "held back")
    for after in replays:
        desk.log.replay(relay.consumer, after)
        desk.log.redrive(relay.consumer)
        relay.deliver_some()
    allowed = {f"event-{n}" for n, city in enumerate(released, start=1) if city}
    assert set(desk.destination.ids) <= allowed
    if replays and any(released):
        assert set(desk.destination.ids) == allowed
    assert all(not letter.event.city for letter in desk.log.dead_letters()) or not replays


def test_a_dead_letter_is_delivered_before_what_is_new_and_then_forgotten() -> None:
    desk = Desk()
    desk.fill(1, 2)
    desk.destination.answers = [Refused("422")]
    relay = desk.relay()
    relay.deliver_some()
    desk.fill(3)
    assert desk.log.redrive(relay.consumer) == 1
    progress = relay.deliver_some()
    assert desk.destination.ids == ["event-2", "event-1", "event-3"]
    assert (progress.delivered, desk.log.dead_letters()) == (2, [])


def test_what_is_refused_again_stays_a_dead_letter_with_the_new_reason() -> None:
    desk = Desk()
    desk.fill(1)
    desk.destination.answers = [Refused("422 kind"), BusError("away"), Refused("422 zone")]
    relay = desk.relay()
    relay.deliver_some()
    desk.log.redrive(relay.consumer)
    assert relay.deliver_some().state == "failed"
    assert relay.deliver_some().refused == 1
    (letter,) = desk.log.dead_letters()
    assert letter.why == "422 zone"
    assert desk.log.again(relay.consumer, 10) == []


def test_a_filter_passes_over_what_nobody_asked_for_also_in_a_replay() -> None:
    desk = Desk()
    for number, kind in ((1, "litter"), (2, "fall"), (3, "litter")):
        made = event(number)
        desk.log.append(msgspec.structs.replace(made, data={**made.data, "kind": kind}))
    spec = DestinationSpec(
        OWN.id, audience="internal", pictures="original", filter=Filter(kinds=("fall",))
    )
    relay = desk.relay(spec)
    relay.deliver_some()
    desk.log.replay(relay.consumer, 0)
    relay.deliver_some()
    assert desk.destination.ids == ["event-2", "event-2"]
