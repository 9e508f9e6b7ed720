"""Watching or blind: silence is never taken for 'all clear'."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from inference.watch import Looking, blind_because, open_at, settled_until
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


def _in(zone: str, *when: int) -> float:
    return datetime(*when, tzinfo=ZoneInfo(zone)).timestamp()  # type: ignore[arg-type, misc]


DAY = (Period(start=time(6), end=time(22)),)
NIGHT = (Period(days=(5,), start=time(22), end=time(4)),)
"""Saturday night to Sunday morning: when clocks change in Europe."""


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"])
def test_a_plan_goes_by_the_cameras_clock_wherever_the_machine_stands(zone: str) -> None:
    assert open_at(DAY, _in(zone, 2026, 11, 18, 6, 0), zone)
    assert open_at(DAY, _in(zone, 2026, 11, 18, 21, 59), zone)
    assert not open_at(DAY, _in(zone, 2026, 11, 18, 5, 59), zone)
    assert not open_at(DAY, _in(zone, 2026, 11, 18, 22, 1), zone)


def test_one_moment_is_day_here_and_night_there() -> None:
    noon = _in("Asia/Shanghai", 2026, 11, 18, 12, 0)
    assert open_at(DAY, noon, "Asia/Shanghai")
    assert not open_at(DAY, noon, "Europe/Berlin")
    # Friday there already, Thursday here still.
    fridays = (Period(days=(4,)),)
    early = _in("Asia/Shanghai", 2026, 11, 20, 3, 0)
    assert open_at(fridays, early, "Asia/Shanghai")
    assert not open_at(fridays, early, "Europe/Berlin")


@pytest.mark.parametrize("day", [(2026, 3, 28), (2026, 3, 29), (2026, 10, 24), (2026, 10, 25)])
def test_six_o_clock_stays_six_o_clock_when_clocks_change(day: tuple[int, int, int]) -> None:
    zone = "Europe/Berlin"
    assert not open_at(DAY, _in(zone, *day, 5, 59), zone)
    assert open_at(DAY, _in(zone, *day, 6, 0), zone)
    assert open_at(DAY, _in(zone, *day, 21, 59), zone)


@pytest.mark.parametrize(
    ("day", "hours"), [((2026, 3, 28), 5), ((2026, 10, 24), 7), ((2026, 6, 6), 6)]
)
def test_a_night_over_a_change_of_clocks_is_an_hour_shorter_or_longer(
    day: tuple[int, int, int], hours: int
) -> None:
    zone, step = "Europe/Berlin", 60
    begin = _in(zone, *day, 12, 0)
    minutes = sum(open_at(NIGHT, begin + n * step, zone) for n in range(24 * 60))
    assert minutes == hours * 60 + 1  # the minute of the end is open through its first second


def test_the_last_second_of_the_day_is_open_to_its_end() -> None:
    always = (Period(),)
    midnight = _in("UTC", 2026, 11, 18, 0, 0)
    assert all(open_at(always, midnight - part, "UTC") for part in (1.0, 0.9, 0.5, 0.001, 0.0))


def test_a_zone_that_this_machine_does_not_know_is_said_and_not_fatal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    at = _at(0, 12)
    assert open_at(DAY, at, "Nowhere/Such") == open_at(DAY, at)
    assert "Nowhere/Such" in caplog.text


def test_a_plan_holds_until_the_moment_it_says() -> None:
    plan = (
        Period(days=(0, 1, 2, 3, 4), start=time(7, 30, 20), end=time(18, 0)),
        Period(days=(5,), start=time(22), end=time(6, 59, 29)),
    )
    begun = datetime(2026, 3, 27, tzinfo=UTC).timestamp() + 0.4
    at = begun
    while at < begun + 3 * 86_400:
        until = settled_until(plan, at)
        assert at < until <= at + 60
        # Summer time begins in this zone within these days.
        said = {open_at(plan, moment, "Europe/Berlin") for moment in (at, until - 0.001)}
        assert len(said) == 1
        at = until
    assert settled_until((), at) == float("inf")
