"""The demo's own scenes: drawn once, with a truth file that its plan reads; never half a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference.evaluation.truth import read_truth
from models.catalog import Catalog
from scripts import demo_scenes
from scripts.clips import videos
from scripts.demo_plan import first_and_all, scenes_of_truth
from scripts.demo_scenes import SCENES, Wanted, prepared
from store.catalog import Algorithms

QUICK = (Wanted("fall_large", 7, 1.0, 20.0), Wanted("calm_day", 5, 0.5, 4.0))


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_scenes_are_drawn_once_and_watched_for_what_happens_in_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = prepared(tmp_path, QUICK)
    assert [path.name for path in videos(folder)] == ["calm_day.mp4", "fall_large.mp4"]
    algorithms = Algorithms(Catalog.read())
    scenes = scenes_of_truth(read_truth(folder / "truth.json"), videos(folder), algorithms)
    by_name = {scene.clip.path.stem: scene for scene in scenes}
    assert [watch.algorithm for watch in by_name["fall_large"].watches] == ["fall"]
    assert by_name["calm_day"].events == ()
    times = first_and_all(scenes)
    assert times is not None
    assert times[1] <= 60
    monkeypatch.setattr(demo_scenes, "write_video", None)
    assert prepared(tmp_path, QUICK) == folder


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_half_a_folder_is_drawn_again(tmp_path: Path) -> None:
    half = tmp_path / "scenes-half"
    half.mkdir()
    (half / "fall_large.mp4").write_text("cut off")
    folder = prepared(tmp_path, QUICK[1:])
    assert [path.name for path in videos(folder)] == ["calm_day.mp4"]
    assert not half.exists()


def test_every_kind_is_shown_and_one_camera_is_calm() -> None:
    shown = {wanted.script.split("_")[0] for wanted in SCENES}
    assert {"litter", "parking", "fall", "flooding", "calm"} == shown
