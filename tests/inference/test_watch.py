"""Watching or blind: silence is never taken for 'all clear'."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from inference.watch import Looking, blind_because, open_at
from store.values import Period

GOOD = Looking(
    open_now=True,
    live=True,
    camera_words="Pictures are coming in.",
    fault="",
    failure="",
    model_error="",
    judged_age_s=0.4,
    period_s=1.0,
)


def test_a_task_that_judges_pictures_is_watching() -> None:
    assert blind_because(GOOD) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"open_now": False}, "time plan"),
        ({"live": False, "camera_words": "The camera refuses the login."}, "refuses the login"),
        ({"fault": "moved"}, "moved"),
        ({"failure": "ValueError: x"}, "rule failed"),
        ({"model_error": "out of memory"}, "out of memory"),
        ({"judged_age_s": None}, "no picture"),
        ({"judged_age_s": 60.0}, "no picture judged lately"),
    ],
)
def test_a_blind_task_says_why(change: dict[str, object], words: str) -> None:
    assert words in blind_because(replace(GOOD, **change))  # type: ignore[arg-type]


def test_the_reason_does_not_change_while_the_picture_only_gets_older() -> None:
    reasons = {blind_because(replace(GOOD, judged_age_s=age)) for age in (20.0, 21.0, 300.0)}
    assert len(reasons) == 1


def _at(weekday: int, hour: int, minute: int = 0) -> float:
    monday = datetime(2026, 11, 16).astimezone()
    return (monday + timedelta(days=weekday, hours=hour, minutes=minute)).timestamp()


def test_an_empty_plan_is_always_open() -> None:
    assert open_at((), _at(0, 3))


def test_a_period_is_open_on_its_days_and_hours() -> None:
    plan = (Period(days=(0, 1), start=time(6), end=time(22)),)
    assert open_at(plan, _at(0, 6))
    assert not open_at(plan, _at(0, 5, 59))
    assert not open_at(plan, _at(2, 12))


def test_a_period_over_midnight_belongs_to_the_day_it_began() -> None:
    plan = (Period(days=(4,), start=time(22), end=time(4)),)
    assert open_at(plan, _at(4, 23))
    assert open_at(plan, _at(5, 3))
    assert not open_at(plan, _at(5, 23))
    assert not open_at(plan, _at(4, 3))
