"""What every log and bus must do. A test module subclasses `LogContract` and makes the two."""

from __future__ import annotations

import threading

import pytest

from events.bus import Bus, Event
from events.log import Log
from tests.events.samples import event


def append(bus: Bus, *numbers: int) -> None:
    """Publish sample events; `numbers` make their ids."""
    for number in numbers:
        bus.publish(event(number))


def ids(events: list[Event]) -> list[str]:
    """Return the ids in the order of the events."""
    return [found.id for found in events]


class LogContract:
    """Override `bus` and `log`: a bus and a log over the same, empty events."""

    @pytest.fixture
    def bus(self) -> Bus:
        """Return an empty bus."""
        raise NotImplementedError

    @pytest.fixture
    def log(self, bus: Bus) -> Log:
        """Return the log beneath `bus`."""
        raise NotImplementedError

    def test_an_event_comes_back_as_it_was_with_its_place(self, bus: Bus, log: Log) -> None:
        sent = event(1, city=True)
        bus.publish(sent)
        (found,) = log.after(0, 10)
        assert found.seq > 0
        expected = {**_fields(sent), "seq": found.seq}
        assert _fields(found) == expected

    def test_the_log_keeps_order_and_pages(self, bus: Bus, log: Log) -> None:
        append(bus, 3, 1, 2)
        first = log.after(0, 2)
        rest = log.after(first[-1].seq, 2)
        assert ids(first + rest) == ["event-3", "event-1", "event-2"]
        assert [e.seq for e in first + rest] == sorted({e.seq for e in first + rest})
        assert log.after(rest[-1].seq, 2) == []

    def test_the_same_id_again_is_harmless(self, bus: Bus, log: Log) -> None:
        append(bus, 1, 2, 1)
        assert ids(log.after(0, 10)) == ["event-1", "event-2"]

    def test_a_consumer_never_seen_begins_at_the_beginning(self, bus: Bus, log: Log) -> None:
        append(bus, 1)
        assert log.cursor("new") == 0
        assert ids(list(bus.subscribe("new"))) == ["event-1"]

    def test_what_is_not_acked_comes_again_and_what_is_does_not(self, bus: Bus) -> None:
        append(bus, 1, 2, 3)
        first = list(bus.subscribe("a"))
        assert ids(list(bus.subscribe("a"))) == ids(first)
        bus.ack("a", first[1].seq)
        assert ids(list(bus.subscribe("a"))) == ["event-3"]

    def test_a_cursor_only_moves_forward(self, bus: Bus, log: Log) -> None:
        append(bus, 1, 2)
        first, second = log.after(0, 2)
        log.ack("a", second.seq)
        log.ack("a", first.seq)
        assert log.cursor("a") == second.seq

    def test_consumers_do_not_disturb_each_other(self, bus: Bus, log: Log) -> None:
        append(bus, 1, 2)
        log.ack("a", log.after(0, 2)[-1].seq)
        assert log.cursor("b") == 0
        assert ids(list(bus.subscribe("b"))) == ["event-1", "event-2"]

    def test_a_subscriber_may_start_elsewhere_without_moving_its_cursor(self, bus: Bus) -> None:
        append(bus, 1, 2, 3)
        everything = list(bus.subscribe("a"))
        bus.ack("a", everything[-1].seq)
        assert ids(list(bus.subscribe("a", after=everything[0].seq))) == ["event-2", "event-3"]
        assert list(bus.subscribe("a")) == []

    def test_more_than_a_page_comes_whole(self, bus: Bus) -> None:
        numbers = list(range(1, 251))
        append(bus, *numbers)
        assert ids(list(bus.subscribe("a"))) == [f"event-{n}" for n in numbers]

    def test_one_owner_at_a_time(self, log: Log) -> None:
        assert log.acquire("a", "first", 60.0)
        assert not log.acquire("a", "second", 60.0)
        assert log.acquire("a", "first", 60.0), "the owner renews"
        assert log.acquire("b", "second", 60.0), "another consumer's lease is another lease"

    def test_a_lease_of_no_time_is_given_back(self, log: Log) -> None:
        assert log.acquire("a", "first", 60.0)
        assert log.acquire("a", "first", 0.0)
        assert log.acquire("a", "second", 60.0)
        assert not log.acquire("a", "first", 60.0)

    def test_a_dead_letter_moves_no_cursor_and_may_be_told_twice(self, bus: Bus, log: Log) -> None:
        append(bus, 1)
        (dead,) = log.after(0, 1)
        log.dead_letter("a", dead, "the other side said 422")
        log.dead_letter("a", dead, "the other side said 422")
        assert log.cursor("a") == 0
        assert ids(list(bus.subscribe("a"))) == ["event-1"]

    def test_a_replay_runs_behind_the_cursor_and_ends_where_it_stands(
        self, bus: Bus, log: Log
    ) -> None:
        append(bus, 1, 2, 3)
        first, second, third = log.after(0, 3)
        log.ack("a", third.seq)
        assert log.replay("a", first.seq)
        assert log.cursor("a") == first.seq
        assert not log.replay("a", 0), "a second one would cut the first short"
        log.ack("a", second.seq, first.seq)
        assert log.cursor("a") == second.seq
        append(bus, 4)
        (fourth,) = log.after(third.seq, 1)
        # What is passed over takes the replay beyond its end in one go.
        log.ack("a", fourth.seq, second.seq)
        assert log.cursor("a") == fourth.seq
        assert log.replay("a", first.seq)

    def test_a_replay_asked_for_in_the_middle_of_a_batch_is_not_lost(
        self, bus: Bus, log: Log
    ) -> None:
        append(bus, 1, 2, 3)
        first, second, third = log.after(0, 3)
        log.ack("a", second.seq)
        assert log.replay("a", 0)
        log.ack("a", third.seq, second.seq)
        assert log.cursor("a") == 0
        for before, event_ in ((0, first), (first.seq, second), (second.seq, third)):
            log.ack("a", event_.seq, before)
        assert log.cursor("a") == third.seq

    def test_there_is_nothing_to_replay_ahead_of_the_cursor(self, bus: Bus, log: Log) -> None:
        append(bus, 1, 2)
        first, second = log.after(0, 2)
        log.ack("a", first.seq)
        assert log.replay("a", second.seq)
        assert log.cursor("a") == first.seq

    def test_dead_letters_are_tried_again_when_asked_for(self, bus: Bus, log: Log) -> None:
        append(bus, 1, 2, 3)
        for found in log.after(0, 3):
            log.dead_letter("a", found, "422")
        assert log.again("a", 10) == []
        assert log.redrive("a", "event-2") == 1
        assert ids(log.again("a", 10)) == ["event-2"]
        assert log.redrive("a") == 3
        assert log.redrive("b") == 0
        assert ids(log.again("a", 2)) == ["event-1", "event-2"]
        log.revived("a", "event-1")
        log.dead_letter("a", log.again("a", 1)[0], "422 as ever")
        assert ids(log.again("a", 10)) == ["event-3"]
        assert log.redrive("a") == 2, "what was delivered is no dead letter any more"

    def test_a_reader_misses_nothing_while_others_write(self, bus: Bus, log: Log) -> None:
        writers = [
            threading.Thread(target=append, args=(bus, *range(base, base + 20)))  # noqa: TID251
            for base in (1000, 2000)
        ]
        for writer in writers:
            writer.start()
        seen: list[Event] = []
        while any(writer.is_alive() for writer in writers):
            seen += log.after(seen[-1].seq if seen else 0, 7)
        for writer in writers:
            writer.join()
        while page := log.after(seen[-1].seq if seen else 0, 7):
            seen += page
        assert len(seen) == 40
        assert set(ids(seen)) == {f"event-{b + i}" for b in (1000, 2000) for i in range(20)}


def _fields(found: Event) -> dict[str, object]:
    return {name: getattr(found, name) for name in Event.__struct_fields__}
