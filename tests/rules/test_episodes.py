"""`episodes`: what is told, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import codec
from rules.observation import Box, Finding, Observation, Scene, Subject
from rules.primitives.episodes import Episodes, Ledger
from rules.zones import Zones

SPOT: Box = (0.4, 0.4, 0.5, 0.6)
FAR: Box = (0.8, 0.4, 0.9, 0.6)
PARAMS = Episodes.Params(
    confirm_s=2, dwell_s=10, absence_s=4, repeat_s=20, hidden_s=60, presence=0.5
)


def subject(
    key: str = "a",
    holds: bool | None = True,
    box: Box = SPOT,
    since: float | None = None,
    score: float = 0.8,
) -> Subject:
    return Subject(key, box, holds, score, since)


def scene(now: float, subjects: Iterable[Subject], paused: str = "") -> Scene:
    return Scene(Observation(at=now, aspect=16 / 9), subjects=tuple(subjects), paused=paused)


def play(
    scenes: Iterable[tuple[float, Sequence[Subject]]],
    params: Episodes.Params = PARAMS,
    state: Ledger | None = None,
) -> list[Finding]:
    rule = Episodes(params, Zones())
    state = state or Ledger()
    told: list[Finding] = []
    for now, subjects in scenes:
        state, found = rule.conclude(state, scene(now, subjects), now)
        told.extend(found)
    return told


def changes(told: Iterable[Finding]) -> list[tuple[str, float]]:
    return [(f.change, f.at) for f in told]


def test_the_life_of_an_episode() -> None:
    told = play((t, [subject()] if t <= 35 else []) for t in range(50))
    assert changes(told) == [
        ("candidate", 2),
        ("opened", 10),
        ("updated", 30),
        ("cleared", 40),
    ]
    assert len({f.key for f in told}) == 1
    assert all(f.since == 0 for f in told)
    assert told[-1].last_seen == 35
    assert told[-1].facts["seen_gone"] is True


def test_it_is_timing_from_the_first_sighting_until_the_dwell_is_up() -> None:
    rule, state = Episodes(PARAMS, Zones()), Ledger()
    timing = []
    for now in range(16):
        subjects = [subject()] if 2 <= now <= 13 else []
        state, _ = rule.conclude(state, scene(now, subjects), now)
        timing.append(state.timing)
    assert timing == [2 <= now < 12 for now in range(16)]


def test_the_start_that_a_step_knows_counts() -> None:
    told = play((t, [subject(since=95.0)]) for t in range(100, 110))
    # What lies before the first picture of this state was not looked at.
    assert changes(told) == [("candidate", 102)]
    late = [(float(t), [] if t < 100 else [subject(since=95.0)]) for t in range(90, 110)]
    assert changes(play(late)) == [("candidate", 100), ("opened", 105)]


def test_a_flicker_goes_unnoticed_and_a_longer_absence_does_not() -> None:
    flicker = [(t, [] if t in (5, 6, 7) else [subject()]) for t in range(12)]
    assert changes(play(flicker)) == [("candidate", 2), ("opened", 10)]
    absence = [(t, [] if 5 <= t <= 9 else [subject()]) for t in range(22)]
    assert changes(play(absence)) == [
        ("candidate", 2),
        ("dropped", 9),
        ("candidate", 12),
        ("opened", 20),
    ]


def test_what_dies_before_it_is_a_candidate_is_not_spoken_of() -> None:
    assert play((t, [subject()] if t < 2 else []) for t in range(20)) == []


def test_an_open_episode_that_flickers_opens_once() -> None:
    told = play((t, [] if t % 8 in (1, 2, 3) else [subject()]) for t in range(60))
    assert [c for c, _ in changes(told)].count("opened") == 1
    assert [c for c, _ in changes(told)].count("cleared") == 0


def test_noise_that_mostly_does_not_hold_never_opens() -> None:
    assert all(
        f.change != "opened"
        for f in play((t, [subject()] if t % 3 == 0 else []) for t in range(90))
    )


def test_hidden_is_not_absent_but_does_not_open_either() -> None:
    hidden = [(t, [subject(holds=None if 3 <= t < 40 else True)]) for t in range(45)]
    told = play(hidden)
    assert changes(told) == [("candidate", 2), ("opened", 40)]
    assert told[-1].facts["sampled"] is True


def test_hidden_for_ever_is_given_up_without_saying_that_it_is_gone() -> None:
    told = play((t, [subject(holds=None if t > 12 else True)]) for t in range(90))
    assert changes(told)[-1] == ("cleared", 73)
    assert told[-1].facts["seen_gone"] is False


def test_a_gap_is_unseen_and_not_absent() -> None:
    told = play([(0.0, [subject()]), (1.0, [subject()]), (50.0, [subject()])])
    assert changes(told) == [("candidate", 50), ("opened", 50)]
    assert told[-1].facts["sampled"] is True
    # One picture without it after a gap is a single sighting of its absence.
    gap = [(t, [subject()]) for t in range(12)] + [(50, []), (52, []), (54, [])]
    assert changes(play(gap))[-1] == ("cleared", 54)


def test_after_a_blindness_longer_than_hidden_a_dwell_begins_anew() -> None:
    scenes = [(t, [subject()]) for t in (*range(5), *range(200, 212))]
    assert changes(play(scenes)) == [
        ("candidate", 2),
        ("dropped", 200),
        ("candidate", 202),
        ("opened", 210),
    ]


def test_an_open_episode_outlives_any_blindness() -> None:
    scenes = [(t, [subject()]) for t in (*range(12), *range(5000, 5012))]
    assert changes(play(scenes)) == [("candidate", 2), ("opened", 10), ("updated", 5000)]


def test_a_pause_freezes_everything() -> None:
    rule = Episodes(PARAMS, Zones())
    state = Ledger()
    for t in range(12):
        state, _ = rule.conclude(state, scene(t, [subject()]), t)
    for t in range(12, 40):
        frozen, told = rule.conclude(state, scene(t, [], paused="covered"), t)
        assert (told, frozen) == ((), state)


def test_a_lost_key_is_joined_by_place() -> None:
    told = play((t, [subject(key=str(t // 3), since=float(t // 3 * 3))]) for t in range(12))
    assert changes(told) == [("candidate", 2), ("opened", 10)]


def test_a_successor_at_the_spot_is_another_episode() -> None:
    def at(t: int) -> list[Subject]:
        if t < 8:
            return [subject("first", since=0.0)]
        gone = [subject("first", holds=False, box=FAR)] if t < 10 else []
        return [*gone, subject("second", since=8.0)]

    told = play((t, at(t)) for t in range(20))
    assert changes(told) == [
        ("candidate", 2),
        ("candidate", 10),
        ("dropped", 12),
        ("opened", 18),
    ]
    assert told[-1].key == told[1].key != told[0].key


def test_the_same_thing_that_moves_on_begins_anew() -> None:
    def at(t: int) -> Subject:
        if t < 8:
            return subject(since=0.0)
        return subject(holds=False) if t == 8 else subject(box=FAR, since=9.0)

    told = play((t, [at(t)]) for t in range(21))
    assert changes(told) == [
        ("candidate", 2),
        ("dropped", 9),
        ("candidate", 11),
        ("opened", 19),
    ]


def test_a_double_reading_makes_no_second_episode() -> None:
    shifted: Box = (0.41, 0.4, 0.51, 0.6)
    told = play((t, [subject(), subject("b", box=shifted)]) for t in range(12))
    assert changes(told) == [("candidate", 2), ("opened", 10)]


def test_two_places_are_two_episodes() -> None:
    told = play((t, [subject(), subject("b", box=FAR)]) for t in range(12))
    assert sorted(changes(told)) == [
        ("candidate", 2),
        ("candidate", 2),
        ("opened", 10),
        ("opened", 10),
    ]


@pytest.mark.parametrize("period", [0.04, 0.5, 2.0, 5.0])
def test_the_picture_rate_does_not_change_the_verdict(period: float) -> None:
    told = play((k * period, [subject()]) for k in range(int(15 / period) + 1))
    assert [f.change for f in told] == ["candidate", "opened"]
    assert 10 <= told[1].at < 10 + period + 0.01


_holds = st.sampled_from([True, True, True, False, None, "absent"])
_scenes = st.lists(
    st.tuples(
        st.floats(0.05, 30.0),
        st.lists(st.tuples(st.sampled_from("abc"), _holds, st.booleans()), max_size=3),
        st.booleans(),
    ),
    max_size=40,
)


def _run(drawn: list[Any], restarts: bool) -> list[Finding]:
    rule = Episodes(PARAMS, Zones())
    state, now = Ledger(), 1.7e9
    told: list[Finding] = []
    boxes = {"a": SPOT, "b": FAR, "c": (0.1, 0.1, 0.2, 0.2)}
    for elapsed, rows, paused in drawn:
        now += elapsed
        readings = {key: (holds, known) for key, holds, known in rows}
        subjects = [
            subject(key, holds, boxes[key], now - 1.0 if known else None)
            for key, (holds, known) in readings.items()
            if holds != "absent"
        ]
        if restarts:
            state = codec.loads(codec.dumps(state), Ledger)
        state, found = rule.conclude(state, scene(now, subjects, "x" if paused else ""), now)
        told.extend(found)
    return told


@settings(max_examples=150, deadline=None)
@given(_scenes)
def test_every_episode_is_told_in_order_and_once(drawn: list[Any]) -> None:
    by_key: dict[str, list[Finding]] = {}
    for finding in _run(drawn, restarts=False):
        by_key.setdefault(finding.key, []).append(finding)
    for told in by_key.values():
        words = [f.change for f in told]
        assert words[0] == "candidate"
        assert words.count("candidate") == 1
        assert words.count("opened") <= 1
        if "opened" in words:
            opened = told[1]
            assert opened.change == "opened"
            assert opened.at - opened.since >= PARAMS.dwell_s - 0.01
            assert opened.last_seen == opened.at
            assert set(words[2:-1]) <= {"updated"}
            assert "dropped" not in words
        else:
            assert words in (["candidate"], ["candidate", "dropped"])
        assert [f.at for f in told] == sorted(f.at for f in told)
        reports = [f.at for f in told if f.change in ("opened", "updated")]
        assert all(b - a >= PARAMS.repeat_s - 0.01 for a, b in pairwise(reports))


@settings(max_examples=100, deadline=None)
@given(_scenes)
def test_a_restart_at_any_picture_changes_nothing(drawn: list[Any]) -> None:
    assert _run(drawn, restarts=True) == _run(drawn, restarts=False)
