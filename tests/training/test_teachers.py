"""Labels from several looks: agreement is believed, doubt is kept as doubt."""

from __future__ import annotations

import numpy as np

from training.measure import Judged, measure
from training.teachers import Look, agreed, judged, moving, still

PIXELS = np.zeros((100, 200, 3), np.uint8)
NO_CHANGE = np.zeros((0, 4), np.float32)
BOX = [10.0, 10.0, 50.0, 40.0]


def _look(label: str, score: float, box: list[float] = BOX) -> Look:
    return Look(np.array([box], np.float32), np.array([score], np.float32), (label,))


def _nothing() -> Look:
    return Look(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), ())


def test_looks_at_one_thing_become_one_opinion() -> None:
    near = [11.0, 11.0, 51.0, 41.0]
    (opinion,) = agreed([_look("car", 0.8), _look("car", 0.6, near), _nothing(), _nothing()])
    assert opinion.votes == 2
    assert abs(opinion.score - 0.35) < 1e-6
    assert BOX[0] < opinion.box[0] < near[0]


def test_a_van_called_truck_and_car_is_one_thing_by_its_better_name() -> None:
    (opinion,) = agreed([_look("truck", 0.4), _look("car", 0.7)])
    assert opinion.label == "car"
    assert len(agreed([_look("person", 0.4), _look("car", 0.7)])) == 2


def test_one_look_alone_is_doubt_and_not_a_label() -> None:
    sample = judged(PIXELS, agreed([_look("car", 0.9), _nothing()]), NO_CHANGE, ("car",), "", "x")
    assert sample.labels == ()
    np.testing.assert_allclose(sample.ignored, [BOX])


def test_what_cannot_be_there_is_nothing() -> None:
    looks = [_look("boat", 0.9), _look("boat", 0.9)]
    sample = judged(PIXELS, agreed(looks), NO_CHANGE, ("car",), "", "x")
    assert len(sample.boxes) == len(sample.ignored) == 0


def test_motion_labels_only_where_one_kind_moves() -> None:
    change = np.array([[100, 20, 160, 60]], np.float32)
    sure = judged(PIXELS, [], change, ("car",), "car", "x")
    assert sure.labels == ("car",)
    unsure = judged(PIXELS, [], change, ("car",), "", "x")
    assert unsure.labels == ()
    np.testing.assert_allclose(unsure.ignored, change)


def test_the_background_is_what_stays_and_motion_is_the_rest() -> None:
    pictures = []
    for left in range(0, 160, 16):
        picture = np.full((100, 200, 3), 80, np.uint8)
        picture[40:60, left : left + 30] = 200
        pictures.append(picture)
    background = still(pictures)
    assert (background == 80).all()
    (box,) = moving(pictures[3], background, 0.001)
    np.testing.assert_allclose(box, [48, 40, 78, 60], atol=3)


def test_average_precision_counts_as_one_would_by_hand() -> None:
    truth = np.array([BOX, [100, 10, 140, 40]], np.float32)
    found = np.array([BOX, [150, 60, 190, 90], [100, 10, 140, 40], [60, 60, 90, 90]], np.float32)
    scores = np.array([0.9, 0.8, 0.7, 0.6], np.float32)
    unknown = np.array([[55, 55, 95, 95]], np.float32)
    picture = Judged(truth, ("car", "car"), unknown, found, scores, ("car",) * 4)
    (row,) = measure([picture], ("person", "car"), 0.75)
    assert (row.label, row.objects) == ("car", 2)
    assert abs(row.ap50 - (0.5 * 1.0 + 0.5 * 2 / 3)) < 1e-6
    assert (row.precision, row.recall) == (0.5, 0.5)
