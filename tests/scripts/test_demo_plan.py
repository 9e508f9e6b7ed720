"""Which videos the demo serves, how they are watched, and what fits on a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference.evaluation.truth import Truth
from models.catalog import Catalog
from scripts import demo_plan
from scripts.clips import camera_ids, videos
from store.catalog import Algorithms

TRUTH = Truth.model_validate(
    {
        "clips": [
            {"file": "empty-street.mp4", "run": ["fall", "litter"]},
            {"file": "empty-yard.mp4", "run": ["litter"]},
            {
                "file": "bag.mp4",
                "run": ["litter", "fall"],
                "params": {"litter": {"dwell_s": 2, "area_ratio": 0.1}},
                "freeze_last_s": 3,
                "zones": {"litter": [[0, 0], [1, 0], [1, 1]]},
                "events": [{"kind": "litter", "not_before": 5, "not_after": 9}],
            },
            {
                "file": "bag-again.mp4",
                "run": ["litter"],
                "events": [{"kind": "litter", "not_before": 10, "not_after": 20}],
            },
            {
                "file": "faller.mp4",
                "run": ["fall"],
                "params": {"fall": {"dwell_s": 2}},
                "events": [{"kind": "fall", "not_before": 20, "not_after": 30}],
            },
            {"file": "elsewhere.mp4", "run": ["fall"]},
        ]
    }
)
PATHS = [Path(c.file) for c in TRUTH.clips if c.file != "elsewhere.mp4"]


@pytest.fixture(scope="module")
def algorithms() -> Algorithms:
    return Algorithms(Catalog.read())


def test_each_kind_comes_first_then_the_rest_then_the_cheapest_of_nothing(
    algorithms: Algorithms,
) -> None:
    scenes = demo_plan.scenes_of_truth(TRUTH, PATHS, algorithms)
    assert [scene.clip.path.stem for scene in scenes] == [
        "bag",
        "faller",
        "bag-again",
        "empty-yard",
        "empty-street",
    ]


def test_a_clip_is_watched_for_what_it_holds_with_its_zones_and_values(
    algorithms: Algorithms,
) -> None:
    bag, faller = demo_plan.scenes_of_truth(TRUTH, PATHS, algorithms)[:2]
    (watch,) = bag.watches
    assert watch.algorithm == "litter"
    assert len(watch.zones[0].points) == 3
    assert watch.parameters == {"dwell_s": 2, "area_ratio": 0.1}
    assert bag.clip.freeze_last_s == 3
    assert faller.watches[0].parameters == {}, "what the template says is not said twice"


def test_without_a_truth_every_algorithm_watches_the_whole_picture(algorithms: Algorithms) -> None:
    (scene,) = demo_plan.scenes_without_truth([Path("a.mp4")], algorithms.ids)
    assert {watch.algorithm for watch in scene.watches} == set(algorithms.ids)
    assert not any(watch.zones for watch in scene.watches)


def test_more_cores_hold_more_and_one_is_always_served(algorithms: Algorithms) -> None:
    scenes = demo_plan.scenes_without_truth([Path(f"{i}.mp4") for i in range(9)], algorithms.ids)
    assert demo_plan.fitting(scenes, algorithms, 0) == scenes[:1]
    four, eight = (demo_plan.fitting(scenes, algorithms, cores) for cores in (4, 8))
    assert 1 < len(four) < len(eight)
    assert demo_plan.load(four, algorithms) <= 4 * demo_plan.PICTURES_PER_CORE


def test_a_scene_that_is_too_much_is_passed_over_for_a_cheaper_one(algorithms: Algorithms) -> None:
    paths = [Path(f"{i}.mp4") for i in range(4)]
    dear = demo_plan.scenes_without_truth(paths, ["fall"])
    (cheap,) = demo_plan.scenes_without_truth([Path("cheap.mp4")], ["litter"])
    one_core = demo_plan.fitting([*dear, cheap], algorithms, 1)
    assert one_core == [dear[0], cheap]


def test_pictures_of_one_model_are_counted_once_a_camera(algorithms: Algorithms) -> None:
    def load(*names: str) -> float:
        return demo_plan.load(demo_plan.scenes_without_truth([Path("a")], names), algorithms)

    assert load("illegal_parking", "litter") == load("illegal_parking")
    assert load("illegal_parking", "fall") == load("illegal_parking") + load("fall")


def test_when_the_first_and_when_all_kinds_have_come(algorithms: Algorithms) -> None:
    scenes = demo_plan.scenes_of_truth(TRUTH, PATHS, algorithms)
    assert demo_plan.first_and_all(scenes) == (9.0, 30.0)
    assert demo_plan.first_and_all(scenes[-1:]) is None


def test_ids_tell_files_apart_whatever_they_are_called() -> None:
    paths = [Path("a.mp4"), Path("a.avi"), Path("路口.mp4"), Path("街道.mp4"), Path("x" * 90)]
    ids = camera_ids(paths, "demo-")
    assert len(set(ids.values())) == len(paths)
    assert ids[paths[0]] == "demo-a"
    assert all(len(id) <= 64 and id.isascii() for id in ids.values())


def test_videos_are_found_in_the_folder_and_in_its_folder_videos(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    for name in ("b.MP4", "a.txt", "videos/a.avi"):
        (tmp_path / name).touch()
    assert [path.name for path in videos(tmp_path)] == ["b.MP4", "a.avi"]
