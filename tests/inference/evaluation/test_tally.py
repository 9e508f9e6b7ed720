"""Many scenes add up: what is a positive, what is a negative, and whose hours count."""

from __future__ import annotations

from inference.evaluation import tally
from inference.evaluation.generated import Judged
from inference.evaluation.score import Row


def _row(kind: str, *, expected: int = 0, found: int = 0, false: int = 0, note: str = "") -> Row:
    right = found == expected and not false and not note
    return Row(
        "x", kind, "-", (), "RIGHT" if right else "WRONG", False, expected, found, false, note=note
    )


def _scene(script: str, kind: str, *rows: Row, conditions: tuple[str, ...] = ()) -> Judged:
    return Judged(
        "k", script, 1, kind, any(r.expected for r in rows), conditions, 1800.0, 9.0, rows
    )


FALL = _scene("fall_slip", "fall", _row("fall", expected=1, found=1), _row("litter", false=1))
MISSED = _scene(
    "fall_slip",
    "fall",
    _row("fall", expected=1, false=1),
    _row("litter"),
    conditions=("night", "rain"),
)
BENDS = _scene("fall_bends", "fall", _row("fall", false=2), _row("litter"), conditions=("night",))
CALM = _scene("calm_flag", "calm", _row("fall"), _row("litter", note="no model"))


def _by_name(tallies: list[tally.Tally]) -> dict[tuple[str, str], tally.Tally]:
    return {(t.name, t.kind): t for t in tallies}


def test_an_algorithm_counts_its_events_and_every_scene_without_one_as_negative() -> None:
    fall, litter = tally.by_kind([FALL, MISSED, BENDS, CALM])
    assert (fall.kind, fall.positives, fall.found, fall.recall) == ("fall", 2, 1, 0.5)
    assert (fall.hours, fall.false_events, fall.stray, fall.per_hour) == (1.0, 2, 1, 2.0)
    assert (litter.positives, litter.recall, litter.hours) == (0, None, 2.0)
    assert (litter.false_events, litter.unable) == (1, 1)


def test_a_script_is_told_by_its_own_kind_and_by_whatever_else_was_raised_in_it() -> None:
    found = _by_name(tally.by_script([FALL, MISSED, BENDS, CALM]))
    assert set(found) == {
        ("calm_flag", "litter"),
        ("fall_bends", "fall"),
        ("fall_slip", "fall"),
        ("fall_slip", "litter"),
    }
    assert found["fall_slip", "litter"].false_events == 1


def test_a_script_in_which_nothing_happened_is_still_told() -> None:
    calm = _scene("calm_flag", "calm", _row("fall"), _row("litter"))
    (told,) = tally.by_script([calm])
    assert (told.name, told.hours, told.false_events) == ("calm_flag", 0.5, 0)


def test_a_scene_counts_under_each_of_its_conditions() -> None:
    found = _by_name(tally.by_condition([FALL, MISSED, BENDS]))
    assert found["plain", "fall"].found == 1
    assert found["rain", "fall"].positives == 1
    assert (found["night", "fall"].positives, found["night", "fall"].false_events) == (1, 2)
