"""The detector that is told the truth: exact without noise, and as noisy as it says with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inference.evaluation.exact import (
    CLEAN,
    ExactDetector,
    Marks,
    Noise,
    Sighted,
)
from models.detector import Detections, DetectorError
from scenes.scene import Marked

CAR = Marked("car", (0.25, 0.25, 0.75, 0.75), 1.0)
JOINTS = tuple((0.3, 0.3 + index / 40, float(index % 2)) for index in range(17))
PERSON = Marked("person", (0.1, 0.2, 0.3, 0.8), 1.0, JOINTS)


def _seen(
    marked: Marked, at: float = 0.0, noise: Noise = CLEAN, *, pose: bool = False, dark: bool = False
) -> Detections:
    marks = Marks()
    pixels = np.zeros((100, 200, 3), np.uint8)
    marks.note(pixels, Sighted("scene", at, dark, (marked,)))
    return ExactDetector("truth", marks, ("car", "person"), noise, pose=pose).detect([pixels])[0]


def _share_found(marked: Marked, noise: Noise, *, dark: bool = False) -> float:
    return float(np.mean([len(_seen(marked, at * 1.7, noise, dark=dark)) for at in range(400)]))


def test_without_noise_it_says_what_is_there() -> None:
    table = _seen(CAR)
    assert table.labels == ("car",)
    assert table.boxes[0].tolist() == list(CAR.box)
    assert table.keypoints.shape == (1, 0, 3)


def test_a_pose_model_tells_persons_with_their_joints_and_no_cars() -> None:
    table = _seen(PERSON, pose=True)
    assert table.keypoints.shape == (1, 17, 3)
    assert table.keypoints[0, :, :2] == pytest.approx(np.array(JOINTS)[:, :2])
    assert (table.keypoints[0, 1::2, 2] > 0.5).all()
    assert (table.keypoints[0, 0::2, 2] < 0.5).all()
    assert len(_seen(CAR, pose=True)) == 0


def test_a_picture_of_nobody_s_is_an_error() -> None:
    with pytest.raises(DetectorError, match="no generated scene"):
        ExactDetector("truth", Marks(), ("car",), CLEAN).detect([np.zeros((9, 9, 3), np.uint8)])


def test_the_same_moment_gives_the_same_table() -> None:
    one, two = (_seen(CAR, 3.2, Noise()) for _ in range(2))
    assert one.boxes.tolist() == two.boxes.tolist()
    assert one.scores.tolist() == two.scores.tolist()
    assert one.boxes.tolist() != _seen(CAR, 3.4, Noise()).boxes.tolist()


def test_small_hidden_and_dark_things_are_missed_more_often() -> None:
    noise = Noise()
    small = Marked("car", (0.5, 0.5, 0.55, 0.57), 1.0)  # 10 x 7 px
    hidden = replace(CAR, visible=0.2)
    plain = _share_found(CAR, noise)
    assert plain > 0.93
    assert 0.35 < _share_found(small, noise) < 0.65
    assert _share_found(hidden, noise) < 0.5
    assert _share_found(CAR, noise, dark=True) < plain
    assert _share_found(replace(CAR, visible=0.1), noise) == 0.0


def test_what_is_missed_stays_missed_for_a_while() -> None:
    noise = replace(Noise(), blink=0.0)
    half = Marked("car", (0.5, 0.5, 0.55, 0.57), 1.0)
    found = [len(_seen(half, at / 10, noise)) for at in range(800)]
    changes = float(np.mean(np.diff(found) != 0))
    assert changes < 0.2  # drawn anew each time, it would be one half


def test_boxes_move_by_about_the_jitter() -> None:
    noise = replace(Noise(), jitter=0.04)
    left = [table.boxes[0, 0] for at in range(300) if len(table := _seen(CAR, at, noise))]
    assert float(np.std(left)) == pytest.approx(0.04 * 0.5, rel=0.15)
