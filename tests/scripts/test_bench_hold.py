"""What 'held' means in scripts/bench, and how the number is searched. Numbers in, numbers out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scripts.bench_tool.clip import Clip
from scripts.bench_tool.events import match
from scripts.bench_tool.growth import fitted
from scripts.bench_tool.hold import (
    Absence,
    Delays,
    from_classes,
    judge,
    largest,
    percentile,
    promised,
)
from scripts.bench_tool.load import Load, network
from scripts.bench_tool.system import Alert

QUICK = Delays(0.1, 0.2, 0.3)


@pytest.mark.parametrize("limit", [0, 1, 2, 15, 16, 17, 63, 100, 1999, 2000])
def test_the_search_finds_the_limit_and_asks_little(limit: int) -> None:
    asked: list[int] = []

    def holds(cameras: int) -> bool:
        asked.append(cameras)
        return cameras <= limit

    found = largest(holds, 16, 2000, within=0.1)
    assert found <= limit
    assert limit - found <= max(1, 0.1 * limit)
    assert len(asked) <= 14
    assert len(set(asked)) == len(asked)


def test_a_camera_that_was_away_is_promised_less() -> None:
    assert promised(0.0, 100.0, 2.0, ()) == 49.0
    # ten seconds away, ten to come back
    assert promised(0.0, 100.0, 2.0, (Absence("a", 20.0, 30.0),)) == 39.0
    assert promised(0.0, 100.0, 2.0, (Absence("a", -50.0, 200.0),)) == 0.0


def test_one_camera_short_of_its_pictures_is_not_held() -> None:
    full = {f"cam{n}": 49 for n in range(20)}
    assert judge(full, 0.0, 100.0, 2.0, (), QUICK).held
    one_short = judge({**full, "cam7": 46}, 0.0, 100.0, 2.0, (), QUICK)
    assert not one_short.held
    assert one_short.short == 1
    assert judge({**full, "cam7": 39}, 0.0, 100.0, 2.0, (Absence("cam7", 20, 30),), QUICK).held


def test_late_findings_are_not_held_and_no_figure_is_none() -> None:
    counts = {"cam0": 49}
    assert not judge(counts, 0.0, 100.0, 2.0, (), Delays(0.1, 1.01, 2.0)).held
    assert not judge(counts, 0.0, 100.0, 2.0, (), Delays()).held


def test_percentiles_of_values_and_of_classes_agree() -> None:
    values = [n / 100 for n in range(1, 201)]
    ends = (0.5, 1.0, 1.5, 2.0, math.inf)
    rows = [(end, float(sum(v <= end for v in values))) for end in ends]
    assert percentile(values, 0.95) == 1.9
    assert from_classes(rows, 0.95) == pytest.approx(1.9)
    assert math.isnan(from_classes([(1.0, 0.0), (math.inf, 0.0)], 0.5))
    assert from_classes([(1.0, 1.0), (math.inf, 9.0)], 0.95) == math.inf


def test_a_straight_line_is_seen_as_one_and_a_bend_is_not() -> None:
    straight = fitted([(n, 0.1 + 0.002 * n) for n in (1, 50, 100, 500)])
    bent = fitted([(n, 0.1 + 0.00002 * n * n) for n in (1, 50, 100, 500)])
    assert straight is not None
    assert bent is not None
    assert straight.slope == pytest.approx(0.002)
    assert straight.r2 > 0.999 > bent.r2


@dataclass(frozen=True)
class _Served:
    epoch: float = 1000.0
    offsets: Mapping[str, float] = field(default_factory=lambda: {"cam0": 0.0, "cam1": 30.0})


@pytest.fixture
def load(tmp_path: Path) -> Load:
    clip = Clip("illegal_parking", "none.mp4", "made up", 1, 60.0, 24.0, 20.0, ())
    return Load("parking", clip, 2.0, network("street-nano", None, tmp_path / "weights"))


def test_alerts_are_matched_with_the_clip_s_truth(load: Load) -> None:
    # due at 44 s of each loop: cam0 at 1044, 1104; cam1, half a loop ahead, at 1014, 1074, 1134
    alerts = [Alert("cam0", 1044.5), Alert("cam1", 1075.0), Alert("cam1", 1100.0)]
    raised = match(load, _Served(), alerts, (), 1000.0, 1120.0)
    assert (raised.due, raised.found) == (3, 2)
    assert raised.false == 1
    assert raised.p50 == pytest.approx(0.5)
    assert not raised.right


def test_events_in_which_the_camera_was_away_are_left_out(load: Load) -> None:
    away = (Absence("cam0", 1030.0, 1040.0),)
    raised = match(load, _Served(), [Alert("cam1", 1074.2)], away, 1000.0, 1100.0)
    assert (raised.due, raised.found, raised.false) == (1, 1, 0)
    assert raised.right
