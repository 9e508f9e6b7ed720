"""What a finding shows of itself: every measure has words, every episode a short trace."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from math import inf, nan
from pathlib import Path

import msgspec
import pytest

import rules
from rules import codec, trace
from rules.labels import UNITS
from rules.measures import MEASURES
from rules.observation import Box, Finding, Measure, Observation, Scene, Subject, Trace
from rules.primitives.episodes import Episodes, Ledger
from rules.zones import Zones

SPOT: Box = (0.4, 0.4, 0.5, 0.6)
PARAMS = Episodes.Params(confirm_s=2, dwell_s=10, absence_s=4, repeat_s=20, hidden_s=60)


def subject(
    holds: bool | None = True, level: int = 0, measures: tuple[Measure, ...] = ()
) -> Subject:
    return Subject("a", SPOT, holds, 0.8, measures=measures, level=level)


def play(
    scenes: Iterable[tuple[float, Subject | None]],
    params: Episodes.Params = PARAMS,
    restarts: bool = False,
) -> list[Finding]:
    rule, state = Episodes(params, Zones()), Ledger()
    told: list[Finding] = []
    for now, one in scenes:
        if restarts:
            state = codec.loads(codec.dumps(state), Ledger)
        subjects = () if one is None else (one,)
        seen = Scene(Observation(at=now, aspect=16 / 9), subjects=subjects)
        state, found = rule.conclude(state, seen, now)
        told.extend(found)
    return told


def course(finding: Finding) -> Trace:
    assert finding.trace is not None
    return finding.trace


def test_every_measure_that_a_rule_takes_has_words_in_both_languages() -> None:
    folder = Path(rules.__file__).parent
    used = {
        node.args[0].value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Measure"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert {"lasted_s", "presence", "absent_s", "hidden_s"} <= used
    assert used <= set(MEASURES)
    for name, words in MEASURES.items():
        assert re.search(r"[一-鿿]", words.zh), name
        assert not re.search(r"[一-鿿]", words.en), name
        assert words.unit == "" or words.unit in UNITS, name
        assert (words.unit == "s") == name.endswith("_s"), name


def test_a_limit_is_kept_from_above_or_from_below() -> None:
    assert Measure("share", 0.2, 0.1).met
    assert not Measure("share", 0.05, 0.1).met
    assert Measure("apart", 0.05, 0.1, above=False).met
    assert not Measure("apart", 0.2, 0.1, above=False).met


def test_an_opened_finding_says_which_tests_made_it() -> None:
    share = Measure("share", 0.34, 0.1)
    (_, opened) = play((t, subject(measures=(share,))) for t in range(11))
    assert opened.measures == (
        share,
        Measure("lasted_s", 10.0, 10.0),
        Measure("presence", 1.0, 0.5),
    )
    assert all(m.met for m in opened.measures)
    told = course(opened)
    assert (told.since, told.kept_at, told.opened_at) == (0, 2, 10)
    assert [one.name for one in told.series] == ["share", "presence"]
    assert told.samples[0].at == 0
    assert told.samples[-1] == msgspec.structs.replace(told.samples[0], at=10.0)


def test_a_candidate_carries_no_trace() -> None:
    (candidate,) = play((t, subject()) for t in range(3))
    assert (candidate.change, candidate.trace) == ("candidate", None)


def test_a_cleared_finding_says_what_ended_it() -> None:
    gone = play((t, subject() if t <= 12 else None) for t in range(30))[-1]
    assert gone.measures == (Measure("absent_s", 4.0, 4.0),)
    assert [s.sight for s in course(gone).samples][-2:] == ["held", "gone"] or (
        course(gone).samples[-1].sight == "gone"
    )
    hidden = play((t, subject(None if t > 12 else True)) for t in range(90))[-1]
    assert hidden.measures == (Measure("hidden_s", 61.0, 60.0),)
    assert {s.sight for s in course(hidden).samples} == {"held", "hidden"}


def test_what_was_hidden_in_between_stands_in_the_trace() -> None:
    told = play((t, subject(None if 3 <= t < 8 else True)) for t in range(11))
    sights = {s.at: s.sight for s in course(told[-1]).samples}
    assert [sights[t] for t in (2, 3, 7, 8)] == ["held", "hidden", "hidden", "held"]


@pytest.mark.parametrize("period", [0.04, 0.2, 1.0, 5.0])
def test_a_trace_stays_short_and_even_however_long_it_gets(period: float) -> None:
    params = Episodes.Params(confirm_s=1, dwell_s=60, repeat_s=300)
    told = play(((k * period, subject()) for k in range(int(1500 / period))), params)
    last = course(told[-1])
    assert 24 <= len(last.samples) <= trace.MOST + 1
    assert last.samples[0].at == 0
    apart = [b.at - a.at for a, b in zip(last.samples[:-2], last.samples[1:-1], strict=True)]
    assert max(apart) <= 2.0 * max(min(apart), last.every_s) + period
    assert len(codec.dumps(last)) < 4000


def test_flicker_does_not_make_a_trace_coarse() -> None:
    times = [k * 0.04 for k in range(1500)]
    told = play((t, subject() if k % 3 else None) for k, t in enumerate(times))
    opened = next(f for f in told if f.change == "opened")
    assert course(opened).every_s == pytest.approx(10 / 32)
    assert len(course(opened).samples) <= trace.MOST + 1


def test_numbers_that_are_none_are_left_out() -> None:
    bad = (Measure("share", nan, 0.1), Measure("share", inf, 0.1), Measure("share", 0.2, nan))
    (_, opened) = play((t, subject(measures=bad)) for t in range(11))
    assert [m.name for m in opened.measures] == ["lasted_s", "presence"]


@pytest.mark.parametrize("period", [0.1, 1.0, 2.5])
def test_lying_long_is_told_at_once_and_at_every_rate(period: float) -> None:
    params = Episodes.Params(confirm_s=1, dwell_s=10, repeat_s=600, long_s=60)
    told = play(((k * period, subject()) for k in range(int(100 / period))), params)
    assert [(f.change, f.level) for f in told] == [
        ("candidate", 0),
        ("opened", 0),
        ("updated", 1),
    ]
    assert 60 <= told[-1].at < 60 + period + 0.01


def test_a_level_is_told_when_it_is_sure_and_never_falls_while_open() -> None:
    def at(t: int) -> int:
        return {15: 2}.get(t, 0) or (1 if 20 <= t < 30 else 2 if 30 <= t < 35 else 0)

    told = play((t, subject(level=at(t))) for t in range(60))
    assert [(f.change, f.at, f.level) for f in told] == [
        ("candidate", 2, 0),
        ("opened", 10, 0),
        ("updated", 22, 1),
        ("updated", 32, 2),
        ("updated", 52, 2),
    ]


def test_what_is_grave_from_the_start_opens_so() -> None:
    told = play((t, subject(level=2)) for t in range(11))
    assert [(f.change, f.level) for f in told] == [("candidate", 2), ("opened", 2)]
    falling = play((t, subject(level=2 if t < 8 else 0)) for t in range(11))
    assert falling[-1].level == 0


@pytest.mark.parametrize(
    ("confirm_s", "dwell_s", "counts"), [(2, 10, 2), (8, 10, 5), (5, 10, 5), (30, 2, 1), (3, 0, 0)]
)
def test_confirmation_is_never_more_than_half_the_dwell(
    confirm_s: float, dwell_s: float, counts: float
) -> None:
    params = Episodes.Params(confirm_s=confirm_s, dwell_s=dwell_s)
    assert params.effective_confirm_s == counts
    told = play(((k * 0.5, subject()) for k in range(30)), params)
    assert [(f.change, f.at) for f in told[:2]] == [("candidate", counts), ("opened", dwell_s)]


def test_a_restart_changes_no_measure_no_level_and_no_trace() -> None:
    def scenes() -> Iterable[tuple[float, Subject]]:
        for t in range(200):
            share = Measure("share", 0.1 + t / 1000, 0.1)
            yield t * 0.7, subject(None if t % 17 == 3 else True, t // 60, (share,))

    assert play(scenes(), restarts=True) == play(scenes())


def test_a_state_of_before_traces_goes_on() -> None:
    rule, state = Episodes(PARAMS, Zones()), Ledger()
    for t in range(5):
        seen = Scene(Observation(at=t, aspect=16 / 9), subjects=(subject(),))
        state, _ = rule.conclude(state, seen, t)
    old = msgspec.to_builtins(state)
    for episode in old["episodes"]:
        for name in ("measures", "level", "at_level", "trace"):
            del episode[name]
    state = msgspec.convert(old, Ledger)
    told: list[Finding] = []
    for t in range(5, 12):
        seen = Scene(Observation(at=t, aspect=16 / 9), subjects=(subject(),))
        state, found = rule.conclude(state, seen, t)
        told.extend(found)
    assert [f.change for f in told] == ["opened"]
    assert course(told[0]).samples[0].at == 5
