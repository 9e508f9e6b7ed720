"""Scenes over processes: each is judged once, and a dead process is never a quiet negative."""

from __future__ import annotations

import sys

import pytest

from inference.evaluation import crew
from inference.evaluation.generated import Job


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_scenes_are_spread_over_processes_and_come_back_judged() -> None:
    jobs = [Job("fall_trip", 3), Job("fall_collapse", 3)]
    options = ["--detector", "truth"]
    found = list(crew.judged(jobs, 2, options))
    assert sorted(result.job.name for result in found) == sorted(job.name for job in jobs)
    for result in found:
        assert result.duration_s > 10
        assert {row.kind for row in result.rows} >= {"fall", "litter"}
        assert [row.note for row in result.rows] == [""] * len(result.rows)
    assert len({result.key for result in found}) == 2


def test_a_process_that_dies_ends_the_run_and_names_the_scene(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = "import sys; sys.stdin.readline(); sys.exit(3)"
    monkeypatch.setattr(crew, "MEMBER", (sys.executable, "-c", program))
    with pytest.raises(crew.CrewError, match="fall_trip-9"):
        list(crew.judged([Job("fall_trip", 9)], 1, []))
