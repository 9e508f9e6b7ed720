"""The relay: in order, at least once, filtered, and nothing lost whenever it is killed."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import payload
from events.bus import BusError, Event, Refused
from events.memory import MemoryLog
from events.pictures import Pictures, with_pictures
from events.relay import (
    IDLE_S,
    LEASE_S,
    Backoff,
    DestinationSpec,
    Progress,
    Relay,
)
from tests.events.samples import event

CITY = DestinationSpec("hq")
OWN = DestinationSpec("own", audience="internal", pictures="original")


class Killed(BaseException):
    """Stands for kill -9: nothing catches it, nothing runs after it."""


@dataclass
class Clock:
    """Time that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Destination:
    """Takes events; `answers` are raised first, one for each call, None lets the call through."""

    answers: list[BaseException | None] = field(default_factory=list)
    taken: list[Event] = field(default_factory=list)

    def publish(self, event: Event) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, BusError):
            raise answer
        self.taken.append(event)
        if answer is not None:
            raise answer

    def close(self) -> None:
        self.answers.clear()

    @property
    def ids(self) -> list[str]:
        """Return the ids of what was taken, repeats included."""
        return [found.id for found in self.taken]


@dataclass
class Stop:
    """Set after so many looks at it."""

    looks: int

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0


@dataclass
class Desk:
    """A log, a destination and the relays between them."""

    clock: Clock = field(default_factory=Clock)
    destination: Destination = field(default_factory=Destination)
    waits: list[float] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.log = MemoryLog(self.clock)

    def fill(self, *numbers: int, city: bool = True) -> None:
        for number in numbers:
            self.log.append(event(number, city=city))

    def relay(self, spec: DestinationSpec = OWN, owner: str = "a") -> Relay:
        return Relay(
            self.log,
            spec,
            self.destination,
            owner,
            self.clock,
            self.waits.append,
            jitter=lambda: 1.0,
            delivered=lambda sent: self.confirmed.append(sent.id),
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_everything_in_order_and_then_idle(desk: Desk) -> None:
    desk.fill(1, 2, 3)
    relay = desk.relay()
    assert relay.deliver_some() == Progress("idle", delivered=3, wait_s=IDLE_S)
    assert desk.destination.ids == desk.confirmed == ["event-1", "event-2", "event-3"]
    assert relay.deliver_some() == Progress("idle", wait_s=IDLE_S)


def test_a_city_gets_only_what_was_released_and_its_cursor_moves_on(desk: Desk) -> None:
    desk.fill(1, 2, city=False)
    desk.fill(3)
    desk.fill(4, city=False)
    progress = desk.relay(CITY).deliver_some()
    assert (progress.delivered, progress.passed) == (1, 3)
    assert desk.destination.ids == ["event-3"]
    assert desk.log.cursor("destination:hq") == 4


def test_an_internal_destination_gets_everything(desk: Desk) -> None:
    desk.fill(1, city=False)
    desk.fill(2)
    desk.relay(OWN).deliver_some()
    assert desk.destination.ids == ["event-1", "event-2"]


def test_more_than_a_batch_goes_on_at_once(desk: Desk) -> None:
    desk.fill(*range(150))
    relay = desk.relay()
    assert relay.deliver_some().state == "more"
    assert relay.deliver_some().state == "idle"
    assert desk.destination.ids == [f"event-{n}" for n in range(150)]


def test_a_failure_waits_longer_each_time_and_skips_nothing(desk: Desk) -> None:
    desk.fill(1, 2)
    desk.destination.answers = [None, *[BusError("down")] * 3]
    relay = desk.relay()
    steps = [relay.deliver_some() for _ in range(4)]
    assert [step.state for step in steps] == ["failed", "failed", "failed", "idle"]
    assert [step.wait_s for step in steps[:3]] == [1.0, 2.0, 4.0]
    assert [step.why for step in steps[:3]] == ["down"] * 3
    assert desk.destination.ids == ["event-1", "event-2"]
    desk.fill(3)
    desk.destination.answers = [BusError("down again")]
    assert relay.deliver_some().wait_s == 1.0, "a success starts the count anew"


def test_the_other_sides_wish_to_wait_is_honoured_within_reason(desk: Desk) -> None:
    desk.fill(1)
    desk.destination.answers = [BusError("busy", 30.0), BusError("busy", 1e9)]
    relay = desk.relay()
    assert relay.deliver_some().wait_s == 30.0
    assert relay.deliver_some().wait_s == Backoff().most_asked_s


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_back_off_is_bounded_and_jittered(failures: int, share: float) -> None:
    backoff = Backoff()
    wait_s = backoff.wait_s(failures, None, share)
    assert backoff.first_s / 2 <= wait_s <= backoff.most_s
    assert backoff.wait_s(failures, None, 0.0) * 2 == backoff.wait_s(failures, None, 1.0)


def test_what_is_refused_becomes_a_dead_letter_and_the_rest_goes_on(desk: Desk) -> None:
    desk.fill(1, 2, 3)
    desk.destination.answers = [None, Refused("answered 422: kind")]
    progress = desk.relay().deliver_some()
    assert (progress.delivered, progress.refused, progress.state) == (2, 1, "idle")
    assert progress.refusal == "answered 422: kind"
    assert desk.destination.ids == ["event-1", "event-3"]
    (dead,) = desk.log.dead_letters("destination:own")
    assert (dead.event.id, dead.why) == ("event-2", "answered 422: kind")
    assert desk.confirmed == ["event-1", "event-3"]


@given(st.lists(st.sampled_from(["take", "kill", "fail", "refuse"]), max_size=30))
def test_killed_at_any_moment_nothing_is_lost(script: list[str]) -> None:
    desk = Desk()
    numbers = list(range(8))
    desk.fill(*numbers)
    refusals = 0
    while desk.log.cursor("destination:own") < len(numbers):
        what = script.pop(0) if script else "take"
        answers: dict[str, BaseException | None] = {
            "take": None,
            "kill": Killed(),
            "fail": BusError("down"),
            "refuse": Refused("no"),
        }
        refusals += what == "refuse"
        desk.destination.answers = [answers[what], BusError("one at a time")]
        # A new process each time, after the lease of the old one has run out.
        desk.clock.now += LEASE_S
        try:
            desk.relay(owner=f"process {desk.clock.now}").deliver_some()
        except Killed:
            continue
    dead = [letter.event.id for letter in desk.log.dead_letters()]
    assert len(dead) == refusals
    first_time = list(dict.fromkeys(desk.destination.ids))
    assert first_time == sorted(first_time), "in order"
    assert sorted(set(first_time) | set(dead)) == [f"event-{n}" for n in numbers], "none lost"


def test_a_repeat_after_a_kill_has_the_same_id_and_data(desk: Desk) -> None:
    desk.fill(1)
    desk.destination.answers = [Killed()]
    with pytest.raises(Killed):
        desk.relay(owner="first").deliver_some()
    desk.clock.now += LEASE_S
    desk.relay(owner="second").deliver_some()
    assert desk.destination.taken[0] == desk.destination.taken[1]
    assert desk.destination.ids == ["event-1", "event-1"]


def test_only_one_of_two_relays_delivers(desk: Desk) -> None:
    desk.fill(1)
    first, second = desk.relay(owner="first"), desk.relay(owner="second")
    first.deliver_some()
    desk.fill(2)
    assert second.deliver_some().state == "leased"
    assert desk.destination.ids == ["event-1"]
    desk.clock.now += LEASE_S
    assert second.deliver_some().delivered == 1
    assert desk.destination.ids == ["event-1", "event-2"]


def test_a_relay_that_lost_its_lease_on_the_way_stops(desk: Desk) -> None:
    desk.fill(1, 2)

    def slow(sent: Event) -> None:
        desk.clock.now += LEASE_S
        assert desk.log.acquire("destination:own", "another", LEASE_S)

    relay = Relay(
        desk.log, OWN, desk.destination, "a", desk.clock, desk.waits.append, delivered=slow
    )
    assert relay.deliver_some().state == "leased"
    assert desk.destination.ids == ["event-1"]


def test_nothing_is_written_while_nothing_is_new(desk: Desk) -> None:
    desk.relay().deliver_some()
    assert desk.log.acquire("destination:own", "another", LEASE_S), "no lease was taken"


def test_run_waits_between_steps_and_gives_the_lease_back(desk: Desk) -> None:
    desk.fill(1)
    desk.destination.answers = [BusError("down")]
    desk.relay().run(Stop(looks=5))
    assert desk.destination.ids == ["event-1"]
    assert desk.waits[:2] == [1.0, IDLE_S]
    assert desk.log.acquire("destination:own", "another", LEASE_S)


def test_run_stops_in_the_middle_of_a_batch_without_losing_the_rest(desk: Desk) -> None:
    desk.fill(1, 2, 3)
    desk.relay().run(Stop(looks=2))
    assert desk.destination.ids == ["event-1"]
    desk.relay(owner="next").deliver_some()
    assert desk.destination.ids == ["event-1", "event-2", "event-3"]


def test_a_destination_at_the_beginning_of_its_day_is_as_far_as_it_was(desk: Desk) -> None:
    desk.fill(1, 2)
    desk.relay().deliver_some()
    desk.fill(3)
    desk.clock.now += 10 * LEASE_S
    desk.relay(owner="tomorrow").deliver_some()
    assert desk.destination.ids == ["event-1", "event-2", "event-3"]


@pytest.mark.parametrize(
    ("pictures", "kept"),
    [
        ("none", []),
        ("masked", [("wide", True)]),
        ("original", [("wide", False), ("wide", True), ("clip", False)]),
    ],
)
def test_which_pictures_a_destination_may_know_of(
    desk: Desk, pictures: Pictures, kept: list[tuple[str, bool]]
) -> None:
    desk.fill(1)
    desk.relay(DestinationSpec("hq", pictures=pictures)).deliver_some()
    (taken,) = desk.destination.taken
    evidence = payload.read_incident(taken.data).evidence
    assert [(ref.role, ref.masked) for ref in evidence] == kept
    (logged,) = desk.log.after(0, 1)
    assert len(payload.read_incident(logged.data).evidence) == 3, "the log keeps all"
    assert taken.data | {"evidence": 0} == logged.data | {"evidence": 0}


@pytest.mark.parametrize("listed", ["text", {"masked": True}, [None, "x", {"masked": 1}], None])
def test_evidence_that_cannot_be_read_does_not_leave(listed: object) -> None:
    sent = Event(1, "a", "other", "s", "", "", {"evidence": listed})
    assert with_pictures(sent, "masked").data == {"evidence": []}


def test_events_without_evidence_are_left_alone() -> None:
    sent = Event(1, "a", payload.CAMERA_STATE, "s", "", "", {"state": "live"})
    assert with_pictures(sent, "none") == sent
