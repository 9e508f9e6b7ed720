"""The life cycle: one table, nothing reaches the city that was not released."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import lifecycle
from events.lifecycle import ACTIONS, RELEASED, STATES, TABLE, IllegalTransition

states = st.sampled_from(sorted(STATES))
action_names = st.sampled_from(sorted(ACTIONS))
CITY_STATES = [
    "confirmed",
    "pushed",
    "accepted",
    "filed",
    "dispatched",
    "handling",
    "handled",
    "verifying",
    "closed",
    "returned",
    "extended",
    "suspended",
    "reworked",
    "voided",
    "overdue",
]


def reachable(start: str, without: frozenset[str] = frozenset()) -> set[str]:
    """Return the states reachable from `start` without the actions `without`."""
    seen, todo = {start}, [start]
    while todo:
        here = todo.pop()
        for name in lifecycle.actions(here):
            to = lifecycle.next_state(here, name)
            if name not in without and to not in seen:
                seen.add(to)
                todo.append(to)
    return seen


def test_every_state_is_reachable_from_a_new_incident() -> None:
    assert reachable(lifecycle.initial(review=True)) == set(STATES)


def test_without_review_nothing_left_of_the_release_is_reachable() -> None:
    assert reachable(lifecycle.initial(review=False)) <= RELEASED


def test_the_released_states_are_those_right_of_the_decision() -> None:
    assert sorted(CITY_STATES) == sorted(RELEASED)


@given(st.lists(action_names, max_size=60))
def test_a_rejected_case_is_released_only_by_deciding_again(moves: list[str]) -> None:
    state, decided_again = "rejected", False
    for action in moves:
        try:
            state = lifecycle.next_state(state, action)
        except IllegalTransition:
            continue
        decided_again |= action == "redecide"
        assert state not in RELEASED or decided_again
    # The walk above may be short; the closure is complete.
    assert reachable("rejected", without=frozenset({"redecide"})) == {"rejected"}


@given(st.sampled_from(sorted(set(STATES) - RELEASED)), action_names)
def test_only_a_reviewers_confirm_releases(state: str, action: str) -> None:
    if action in lifecycle.actions(state) and lifecycle.next_state(state, action) in RELEASED:
        assert (action, ACTIONS[action].who) == ("confirm", "reviewer")


@given(st.sampled_from(sorted(RELEASED)), action_names)
def test_what_the_city_was_told_it_keeps_hearing_about(state: str, action: str) -> None:
    if action in lifecycle.actions(state):
        assert lifecycle.next_state(state, action) in RELEASED


@given(states, action_names)
def test_a_move_is_in_the_table_or_refused_with_what_is_allowed(state: str, action: str) -> None:
    rows = [row.to for row in TABLE if (row.state, row.action) == (state, action)]
    assert len(rows) <= 1, "the table says two things"
    if rows:
        assert lifecycle.next_state(state, action) == rows[0]
        return
    with pytest.raises(IllegalTransition) as caught:
        lifecycle.next_state(state, action)
    assert caught.value.allowed == lifecycle.actions(state)
    assert (caught.value.state, caught.value.action) == (state, action)
    assert state in str(caught.value)
    assert action in str(caught.value)


def test_every_verdict_that_the_city_has_not_heard_of_can_be_taken_back() -> None:
    for state in set(STATES) - RELEASED - {"pending_review"}:
        assert lifecycle.next_state(state, "redecide") == "pending_review"


def test_the_platforms_way_stage_by_stage() -> None:
    moves = ["push", "accept", "file", "dispatch", "handle", "finish", "verify", "close"]
    state, seen = lifecycle.next_state("pending_review", "confirm"), []
    for action in moves:
        state = lifecycle.next_state(state, action)
        seen.append(state)
    assert seen == CITY_STATES[1:9]


@pytest.mark.parametrize(
    ("state", "action", "to"),
    [
        ("pushed", "close", "closed"),
        ("confirmed", "accept", "accepted"),
        ("returned", "confirm", "confirmed"),
        ("suspended", "handle", "handling"),
        ("closed", "rework", "reworked"),
        ("overdue", "finish", "handled"),
        ("field_check", "reject", "rejected"),
        ("pushed", "withdraw", "voided"),
    ],
)
def test_side_moves_and_skipped_stages(state: str, action: str, to: str) -> None:
    assert lifecycle.next_state(state, action) == to


@pytest.mark.parametrize(
    ("state", "action"),
    [("closed", "accept"), ("handled", "accept"), ("voided", "confirm"), ("confirmed", "reject")],
)
def test_no_way_back(state: str, action: str) -> None:
    with pytest.raises(IllegalTransition):
        lifecycle.next_state(state, action)


def test_each_actor_sees_only_its_own_actions() -> None:
    assert lifecycle.actions("confirmed", "reviewer") == ("withdraw",)
    assert lifecycle.actions("confirmed", "system") == ("push",)
    assert "accept" in lifecycle.actions("confirmed", "platform")
    assert lifecycle.actions("pending_review", "platform") == ()


def test_unknown_states_and_actions_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown state 'lost'"):
        lifecycle.actions("lost")
    with pytest.raises(IllegalTransition):
        lifecycle.next_state("pending_review", "delete")


def test_everything_has_words_in_both_languages() -> None:
    tables = [STATES, lifecycle.REJECT_REASONS, {n: a.words for n, a in ACTIONS.items()}]
    for words in (w for table in tables for w in table.values()):
        assert words.en.isascii()
        assert words.en
        assert re.search(r"[一-鿿]", words.zh)
    assert {row.action for row in TABLE} == set(ACTIONS), "an action that nobody can do"


def test_the_diagram_has_every_row_that_is_no_jump() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+): (\w+) \(", lifecycle.mermaid(), re.MULTILINE))
    assert drawn == {(row.state, row.to, row.action) for row in TABLE if not row.skip}
