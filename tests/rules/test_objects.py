"""`objects`: picking detections."""

from __future__ import annotations

import numpy as np

from models.detector import Detections
from rules.observation import Observation
from rules.primitive import NoState
from rules.primitives.objects import Objects
from rules.sight import Sight
from rules.zones import Zones

PIXELS = np.zeros((90, 160, 3), np.uint8)


def table(
    *rows: tuple[str, float, tuple[float, float, float, float]], points: int = 0
) -> Detections:
    return Detections(
        np.array([r[2] for r in rows], np.float32).reshape(-1, 4),
        np.array([r[1] for r in rows], np.float32),
        tuple(r[0] for r in rows),
        np.full((len(rows), points, 3), 0.5, np.float32),
    )


def picked(params: Objects.Params, **tables: Detections) -> Observation:
    sight = Sight(PIXELS, 5.0, tables)
    empty = Observation(at=5.0, aspect=sight.aspect)
    return Objects(params, Zones()).perceive(NoState(), sight, empty)[1]


def test_only_wanted_labels_above_the_floor_are_taken_best_first() -> None:
    cars = table(
        ("car", 0.3, (0.1, 0.1, 0.2, 0.2)),
        ("truck", 0.9, (0.5, 0.5, 0.7, 0.7)),
        ("dog", 0.9, (0.5, 0.5, 0.7, 0.7)),
        ("car", 0.05, (0.3, 0.3, 0.4, 0.4)),
    )
    seen = picked(Objects.Params(labels=("car", "truck")), objects=cars)
    assert [(o.label, round(o.score, 2)) for o in seen.objects] == [("truck", 0.9), ("car", 0.3)]


def test_no_labels_means_all_labels() -> None:
    seen = picked(Objects.Params(labels=()), objects=table(("zebra", 0.5, (0, 0, 1, 1))))
    assert [o.label for o in seen.objects] == ["zebra"]


def test_a_missing_role_saw_nothing_and_an_empty_table_is_fine() -> None:
    assert picked(Objects.Params(role=("pose",)), objects=table()).objects == ()
    assert picked(Objects.Params(), objects=Detections.none()).objects == ()


def test_keypoints_come_along_and_the_earlier_role_wins_a_double() -> None:
    same = (0.1, 0.1, 0.3, 0.8)
    pose = table(("person", 0.4, same), points=17)
    box = table(("person", 0.9, same), ("person", 0.8, (0.6, 0.1, 0.7, 0.5)))
    seen = picked(Objects.Params(role=("pose", "objects")), pose=pose, objects=box)
    assert [(len(o.keypoints), round(o.box[0], 1)) for o in seen.objects] == [(0, 0.6), (17, 0.1)]


def test_a_box_without_area_is_no_object() -> None:
    flat = table(("person", 0.9, (0.2, 0.2, 0.2, 0.9)))
    assert picked(Objects.Params(), objects=flat).objects == ()
