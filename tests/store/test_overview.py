"""The last hours at a glance: counted from rows, and no figure made up."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from store import desired, incidents, observed, overview
from store.observed import Blind, Ended, Heartbeat, Watching
from store.overview import BlindPair, KindCount
from store.processes import AWAY_S
from tests.store.samples import alert, camera, task

HOUR = 3600.0
START = 100 * HOUR
NOW = 124 * HOUR


def opened(engine: Engine, n: int, at: float, kind: str = "litter", review: bool = True) -> str:
    made = alert(f"a{n}", at=at, kind=kind, episode=f"e{n}", camera=f"gate-{n}")
    return incidents.record(engine, made, review).incident


def test_precision_counts_peoples_verdicts_only(engine: Engine) -> None:
    given = [
        ("confirm", ""),
        ("reject", "algorithm_error"),
        ("reject", "compliant: market day"),
        ("reject", "gone: swept"),
        ("reject", "test"),
    ]
    for n, (action, reason) in enumerate(given):
        incidents.decide(engine, opened(engine, n, NOW - 60), 1, action, "li", reason)
    first = opened(engine, 10, NOW - 60)
    incidents.decide(engine, first, 1, "reject", "li", "algorithm_error")
    incidents.decide(engine, first, 2, "redecide", "li")
    opened(engine, 11, NOW - 60, review=False)
    opened(engine, 12, START - 60)
    (counted,) = overview.read(engine, START, NOW).kinds
    assert counted == KindCount(
        "litter", opened=7, waiting=1, confirmed=1, rejected=4, wrong=2, duplicate=0
    )


def test_hours_waiting_and_how_long_a_decision_takes(engine: Engine) -> None:
    old = opened(engine, 1, START - 5 * HOUR)
    opened(engine, 2, START + 10, kind="fall")
    opened(engine, 3, START + HOUR + 10)
    opened(engine, 4, START + HOUR + 20)
    found = overview.read(engine, START, NOW)
    assert found.by_hour == {int(START): {"fall": 1}, int(START + HOUR): {"litter": 2}}
    assert (found.waiting, found.oldest_waiting_at) == (4, START - 5 * HOUR)
    assert found.median_decision_s is None
    incidents.decide(engine, old, 1, "check_in_field", "li")
    incidents.decide(engine, old, 2, "confirm", "li")
    first = incidents.get(engine, old).decisions[0]
    found = overview.read(engine, START, NOW)
    assert found.median_decision_s == pytest.approx(first.at - (START - 5 * HOUR))
    assert (found.waiting, found.oldest_waiting_at) == (3, START + 10)


def want(engine: Engine, *cameras: str, enabled: bool = True) -> None:
    for id in cameras:
        desired.put_camera(engine, camera(id, enabled=enabled), "test")
        desired.put_task(engine, task(id), "test")


def test_cameras_by_state(engine: Engine) -> None:
    want(engine, "a", "b", "c")
    want(engine, "d", enabled=False)
    for id in ("a", "b", "gone"):
        observed.set_camera_state(engine, id, "live", "", NOW)
    assert overview.read(engine, START, NOW).cameras == {"live": 2, "unknown": 1, "off": 1}


def test_coverage_is_the_share_of_the_wanted_time_inside_the_window(engine: Engine) -> None:
    want(engine, "a", "b")
    observed.write(
        engine,
        [
            Watching("a", "litter", START - HOUR),
            Blind("a", "litter", "outside its time plan", START + 6 * HOUR),
            Watching("a", "litter", START + 12 * HOUR),
            Blind("a", "litter", "camera: stalled", START + 18 * HOUR),
            Heartbeat((("a", "litter"),), NOW - 1),
        ],
    )
    assert overview.read(engine, START, NOW - 1).coverage == {
        "litter": pytest.approx(12 / 18, rel=1e-3)
    }
    observed.write(
        engine,
        [Watching("b", "litter", START + 6 * HOUR), Ended("b", "litter", START + 12 * HOUR)],
    )
    found = overview.read(engine, START, NOW - 1).coverage
    assert found == {"litter": pytest.approx(18 / 24, rel=1e-3)}
    desired.put_task(engine, task("b", enabled=False), "test")
    found = overview.read(engine, START, NOW - 1).coverage
    assert found == {"litter": pytest.approx(12 / 18, rel=1e-3)}


def test_silence_is_not_coverage(engine: Engine) -> None:
    want(engine, "a")
    observed.write(
        engine, [Watching("a", "litter", START), Heartbeat((("a", "litter"),), START + 100)]
    )
    soon, late = START + 100 + AWAY_S - 1, START + 200
    assert overview.read(engine, START, soon).coverage == {"litter": 1.0}
    assert overview.read(engine, START, late).coverage == {"litter": pytest.approx(0.5)}
    (blind,) = overview.read(engine, START, late).blind
    assert (blind.because, blind.since) == (overview.SILENT, START + 100)


def test_blind_pairs_longest_first_and_only_where_looking_is_wanted(engine: Engine) -> None:
    want(engine, "a", "b", "c", "d", "e")
    desired.put_task(engine, task("d", enabled=False), "test")
    observed.write(
        engine,
        [
            Watching("a", "litter", NOW),
            Blind("b", "litter", "camera: stalled", NOW - 50),
            Blind("c", "litter", "view: moved", NOW - 90),
            Blind("d", "litter", "camera: off", NOW - 99),
            Blind("e", "litter", "outside its time plan", NOW - 99),
        ],
    )
    want(engine, "f")
    assert overview.read(engine, START, NOW).blind == (
        BlindPair("c", "", "litter", "view: moved", NOW - 90),
        BlindPair("b", "", "litter", "camera: stalled", NOW - 50),
        BlindPair("f", "", "litter", overview.NEVER, NOW),
    )
