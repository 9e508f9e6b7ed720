"""The truth file is refused at the door with field and reason; rows follow its 'about' text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inference.evaluation.score import Raised, score, summarise
from inference.evaluation.truth import TruthClip, TruthError, find_clip, read_truth

SQUARE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]


def _write(tmp_path: Path, **clip: Any) -> Path:
    content = {"clips": [{"file": "a.mp4", "run": ["litter"], **clip}]}
    path = tmp_path / "truth.json"
    path.write_text(json.dumps(content))
    return path


def test_a_clip_without_events_is_a_negative(tmp_path: Path) -> None:
    truth = read_truth(_write(tmp_path))
    assert truth.clips[0].events == ()


def test_the_clip_overrides_the_defaults_of_the_file(tmp_path: Path) -> None:
    path = _write(tmp_path, params={"litter": {"dwell_s": 2}})
    content = json.loads(path.read_text()) | {"defaults": {"litter": {"dwell_s": 5, "min_px": 9}}}
    path.write_text(json.dumps(content))
    truth = read_truth(path)
    assert truth.parameters(truth.clips[0], "litter") == {"dwell_s": 2, "min_px": 9}


def test_one_polygon_and_a_list_of_polygons_are_both_zones(tmp_path: Path) -> None:
    one = read_truth(_write(tmp_path, zones={"litter": SQUARE})).clips[0].zones["litter"]
    two = read_truth(_write(tmp_path, zones={"litter": [SQUARE, SQUARE]})).clips[0].zones["litter"]
    assert (len(one), len(two)) == (1, 2)
    assert one[0].points[0] == (0.1, 0.1)


@pytest.mark.parametrize(
    ("clip", "field"),
    [
        ({"surprise": 1}, "clips.0.surprise"),
        ({"run": []}, "clips.0.run"),
        ({"freeze_last_s": -1}, "clips.0.freeze_last_s"),
        ({"zones": {"litter": [[0, 0], [2, 0], [1, 1]]}}, "between 0 and 1"),
        ({"zones": {"litter": [[0, 0], [1, 1], [1, 0], [0, 1]]}}, "not simple"),
        ({"zones": {"fall": SQUARE}}, "'fall' is not among the algorithms"),
        ({"events": [{"kind": "litter", "not_before": 5, "not_after": 4}]}, "lies before"),
        ({"events": [{"kind": "litter", "not_before": 5}]}, "not_after"),
        ({"events": [{"kind": "fall", "not_before": 5, "not_after": 6}]}, "'fall'"),
    ],
)
def test_a_bad_field_is_named_with_the_reason(
    tmp_path: Path, clip: dict[str, Any], field: str
) -> None:
    with pytest.raises(TruthError, match=field.replace(".", r"\.")):
        read_truth(_write(tmp_path, **clip))


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "truth.json"
    path.write_text("{")
    with pytest.raises(TruthError, match="not JSON"):
        read_truth(path)


def test_a_clip_is_looked_for_in_videos_first(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    for path in (tmp_path / "videos" / "a.mp4", tmp_path / "a.mp4", tmp_path / "b.mp4"):
        path.touch()
    assert find_clip("a.mp4", tmp_path) == tmp_path / "videos" / "a.mp4"
    assert find_clip("b.mp4", tmp_path) == tmp_path / "b.mp4"
    with pytest.raises(TruthError, match=r"c\.mp4: not found"):
        find_clip("c.mp4", tmp_path)


BOX = (0.1, 0.1, 0.2, 0.2)


def _clip(*windows: tuple[float, float], hard: bool = False) -> TruthClip:
    events = [{"kind": "fall", "not_before": a, "not_after": b, "hard": hard} for a, b in windows]
    return TruthClip.model_validate({"file": "x", "run": ["fall"], "events": events})


@pytest.mark.parametrize(
    ("windows", "times", "verdict", "false"),
    [
        ([(4, 8)], [5.0], "RIGHT", 0),
        ([(4, 8)], [4.0], "RIGHT", 0),
        ([(4, 8)], [8.01], "WRONG", 1),
        ([(4, 8)], [], "WRONG", 0),
        ([(4, 8)], [5.0, 6.0], "WRONG", 1),
        ([(4, 8), (4, 9)], [5.0, 8.5], "RIGHT", 0),
        ([], [], "RIGHT", 0),
        ([], [3.0], "WRONG", 1),
    ],
)
def test_a_row_is_right_when_every_event_is_raised_once_and_nothing_else(
    windows: list[tuple[float, float]], times: list[float], verdict: str, false: int
) -> None:
    row = score(_clip(*windows), "fall", [Raised(t, BOX) for t in times])
    assert (row.verdict, row.false) == (verdict, false)


def test_a_task_that_could_not_run_is_wrong_even_on_a_negative() -> None:
    assert score(_clip(), "fall", [], note="no model").verdict == "WRONG"


def test_hard_rows_are_counted_and_do_not_decide() -> None:
    rows = [score(_clip((1, 2), hard=True), "fall", []), score(_clip(), "fall", [])]
    summary = summarise(rows)
    assert (summary.wrong, summary.decides, summary.expected, summary.found) == (1, 0, 1, 0)
    assert "(1 hard)" in summary.line
