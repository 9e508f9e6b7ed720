"""Heads and plates are hidden beyond recognition, wider when unsure."""

from __future__ import annotations

import numpy as np

from events.alert import Mask
from inference.evidence import close_up_window, crop, encode, within
from inference.masks import hide, masks
from models.detector import Detections


def _table(label: str, box: tuple[float, ...], score: float, points: int = 0) -> Detections:
    return Detections(
        np.array([box], np.float32),
        np.array([score], np.float32),
        (label,),
        np.zeros((1, points, 3), np.float32),
    )


def _covered(areas: tuple[Mask, ...], x: float, y: float) -> bool:
    return any(a.box[0] <= x <= a.box[2] and a.box[1] <= y <= a.box[3] for a in areas)


def test_the_head_part_of_a_standing_person_is_masked_and_the_feet_are_not() -> None:
    areas = masks({"m": _table("person", (0.4, 0.2, 0.5, 0.8), 0.9)}, 1.0)
    assert _covered(areas, 0.45, 0.25)
    assert not _covered(areas, 0.45, 0.75)


def test_a_weak_person_box_is_masked_further_down() -> None:
    sure = masks({"m": _table("person", (0.4, 0.2, 0.5, 0.8), 0.9)}, 1.0)
    unsure = masks({"m": _table("person", (0.4, 0.2, 0.5, 0.8), 0.2)}, 1.0)
    assert max(a.box[3] for a in unsure) > max(a.box[3] for a in sure)


def test_a_lying_person_is_masked_whole_because_the_head_may_be_at_either_end() -> None:
    areas = masks({"m": _table("person", (0.2, 0.6, 0.7, 0.75), 0.9)}, 1.0)
    assert _covered(areas, 0.21, 0.7)
    assert _covered(areas, 0.69, 0.7)


def _with_head(box: tuple[float, ...], x: float, y: float) -> Detections:
    table = _table("person", box, 0.9, points=17)
    table.keypoints[0, :3] = (x, y, 0.9)
    return table


def test_lying_is_judged_in_pixels_not_in_fractions_of_a_wide_picture() -> None:
    box = (0.4, 0.6, 0.55, 0.8)  # 288 x 216 px of 1920 x 1080
    areas = masks({"m": _table("person", box, 0.9)}, 16 / 9)
    assert _covered(areas, 0.41, 0.79)
    assert _covered(areas, 0.54, 0.79)


def test_sure_keypoints_on_a_lying_person_are_not_believed() -> None:
    areas = masks({"pose": _with_head((0.2, 0.6, 0.7, 0.75), 0.66, 0.73)}, 1.0)
    assert _covered(areas, 0.21, 0.7)
    assert _covered(areas, 0.69, 0.7)


def test_a_hidden_body_keeps_fewer_cells_than_would_show_a_face() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (90, 180, 3), np.uint8)
    shown = hide(pixels, [Mask("body", (0.0, 0.0, 1.0, 1.0))])
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) <= 9 * 5


def test_the_plate_band_of_a_vehicle_is_masked_and_its_roof_is_not() -> None:
    areas = masks({"m": _table("car", (0.1, 0.1, 0.5, 0.5), 0.9)}, 1.0)
    assert _covered(areas, 0.3, 0.42)
    assert not _covered(areas, 0.3, 0.12)


def test_other_things_are_not_masked() -> None:
    assert masks({"m": _table("dog", (0.1, 0.1, 0.5, 0.5), 0.9)}, 1.0) == ()


def test_hiding_leaves_at_most_sixteen_colours_and_touches_nothing_else() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (120, 160, 3), np.uint8)
    shown = hide(pixels, [Mask("head", (0.25, 0.25, 0.5, 0.5))])
    part = shown[30:60, 40:80].reshape(-1, 3)
    assert len(np.unique(part, axis=0)) <= 16
    outside = np.ones((120, 160), bool)
    outside[30:60, 40:80] = False
    assert np.array_equal(shown[outside], pixels[outside])
    assert not np.array_equal(shown, pixels)


def test_a_mask_keeps_its_place_in_a_close_up() -> None:
    pixels = np.zeros((400, 800, 3), np.uint8)
    pixels[100:120, 200:240] = 255
    window = close_up_window((0.2, 0.2, 0.4, 0.4), 2.0)
    (moved,) = within((Mask("head", (0.25, 0.25, 0.3, 0.3)),), window)
    shown = crop(pixels, window)
    height, width = shown.shape[:2]
    x, y = (moved.box[0] + moved.box[2]) / 2 * width, (moved.box[1] + moved.box[3]) / 2 * height
    assert shown[int(y), int(x)].mean() > 200
    assert encode(shown)[:2] == b"\xff\xd8"
