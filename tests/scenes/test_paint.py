"""Bodies in the picture: their boxes, what hides them, their joints."""

from __future__ import annotations

import numpy as np
import pytest

from scenes.camera import Camera
from scenes.curve import always
from scenes.stage import Block
from scenes.unsteady import Move, Shake
from tests.scenes.stages import CAMERA, cuboid, floor, man, shot


def test_a_box_is_what_its_corners_project_to() -> None:
    (mark,) = shot(cuboid(1.0, 12.0)).render(0).marked
    corners = np.array([(x, y, z) for x in (0.5, 1.5) for y in (11.5, 12.5) for z in (0, 1)])
    pixels, _ = CAMERA.project(corners)
    fractions = pixels / CAMERA.size
    assert mark.label == "car"
    assert mark.visible > 0.98
    assert mark.box == pytest.approx((*fractions.min(0), *fractions.max(0)), abs=1e-9)


def test_the_painted_pixels_fill_the_box() -> None:
    scene = shot(cuboid(-1.0, 11.0, label="car", color=(10.0, 10.0, 250.0)))
    frame = scene.render(0)
    red = frame.pixels[..., 2].astype(int) - frame.pixels[..., 0] > 60
    rows, columns = np.nonzero(red)
    x1, y1, x2, y2 = frame.marked[0].box
    painted = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert painted == pytest.approx((x1 * 320, y1 * 180, x2 * 320, y2 * 180), abs=1.5)


def test_a_nearer_body_hides_a_farther_one_and_not_the_other_way() -> None:
    near, far = cuboid(0.0, 10.0, 1.5), cuboid(0.4, 13.0, 1.0, "truck")
    for bodies in ((near, far), (far, near)):
        marks = {mark.label: mark for mark in shot(*bodies).render(0).marked}
        assert marks["car"].visible > 0.98
        assert 0.02 < marks["truck"].visible < 0.8


def test_half_a_body_behind_a_wall_is_half_visible() -> None:
    wall = Block((0.0, 8.0, 0.0), (6.0, 8.2, 6.0), "wall", (150.0, 150.0, 150.0))
    (open_,) = shot(cuboid(0.0, 14.0)).render(0).marked
    (hidden,) = shot(cuboid(0.0, 14.0), stage=floor(wall)).render(0).marked
    assert open_.visible > 0.98
    assert hidden.visible == pytest.approx(0.5, abs=0.06)
    assert hidden.box == open_.box


def test_a_body_behind_a_wall_is_not_marked() -> None:
    wall = Block((-6.0, 8.0, 0.0), (6.0, 8.2, 6.0), "wall", (150.0, 150.0, 150.0))
    assert shot(cuboid(0.0, 14.0), stage=floor(wall)).render(0).marked == ()


def test_the_edge_cuts_the_box_and_the_visible_share() -> None:
    left = CAMERA.ground(0.0, 0.5)
    assert left is not None
    (mark,) = shot(cuboid(left[0], left[1], 2.0)).render(0).marked
    assert mark.box[0] == 0.0
    assert 0.3 < mark.visible < 0.7


def test_a_body_behind_the_camera_is_not_there() -> None:
    assert shot(cuboid(0.0, -5.0)).render(0).marked == ()


def test_a_body_at_the_lens_does_not_break_the_picture() -> None:
    frame = shot(cuboid(0.0, 0.2, 9.0)).render(0)
    assert frame.pixels.shape == (180, 320, 3)


def test_joints_show_where_nothing_hides_them() -> None:
    (free,) = shot(man(0.0, 12.0)).render(0).marked
    assert [v for _, _, v in free.keypoints] == [1.0, 1.0]
    head = CAMERA.spot((0.0, 12.0, 1.7))
    assert free.keypoints[0][:2] == pytest.approx(head)
    marks = shot(man(0.0, 12.0), cuboid(0.0, 10.5, 1.0)).render(0).marked
    hidden = next(mark for mark in marks if mark.label == "person")
    assert [v for _, _, v in hidden.keypoints] == [1.0, 0.0]


def test_what_no_detector_names_is_drawn_but_not_marked() -> None:
    bag = cuboid(0.0, 10.0, 0.6, "")
    scene, empty = shot(bag), shot()
    frame = scene.render(0)
    assert frame.marked == ()
    assert (frame.pixels != empty.render(0).pixels).any()
    box = scene.outline(bag)
    assert box is not None
    assert box == pytest.approx(shot(cuboid(0.0, 10.0, 0.6)).render(0).marked[0].box)


@pytest.mark.parametrize("bend", [0.0, -0.08])
def test_a_spot_and_its_ground_lead_back_to_each_other(bend: float) -> None:
    camera = Camera((1.0, -2.0, 6.0), 30.0, 24.0, 0.7, (640, 360), 1.5, bend)
    for x, y in ((0.1, 0.9), (0.5, 0.5), (0.93, 0.6)):
        ground = camera.ground(x, y)
        assert ground is not None
        assert camera.spot((*ground, 0.0)) == pytest.approx((x, y), abs=1e-4)


def test_a_zone_is_cut_at_the_picture() -> None:
    zone = CAMERA.zone(((-50.0, 2.0), (50.0, 2.0), (50.0, 30.0), (-50.0, 30.0)))
    assert len(zone) >= 3
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in zone)
    assert CAMERA.zone(((-5.0, -9.0), (5.0, -9.0), (5.0, -4.0), (-5.0, -4.0))) == ()


def test_labels_follow_a_camera_that_is_turned() -> None:
    scene = shot(cuboid(0.0, 14.0), moves=(Move(10.0, 1.0, pan=6.0, zoom=1.2),))
    before, after = (scene.render(at).marked[0] for at in (5.0, 20.0))
    turned = Move(0.0, pan=6.0, zoom=1.2).moved(CAMERA)
    (same,) = shot(cuboid(0.0, 14.0), camera=turned).render(0).marked
    assert after.box == pytest.approx(same.box)
    assert after.box[0] < before.box[0] - 0.05
    assert (scene.render(5.0).pixels == shot(cuboid(0.0, 14.0)).render(5.0).pixels).all()


def test_a_shaking_camera_moves_the_picture_and_its_labels_alike() -> None:
    scene = shot(cuboid(0.0, 14.0, 2.0, color=(10.0, 10.0, 250.0)), shake=Shake(0.8, 0.7))
    spans = []
    for at in (0.1, 0.4, 0.9):
        frame = scene.render(at)
        red = frame.pixels[..., 2].astype(int) - frame.pixels[..., 0] > 60
        _, columns = np.nonzero(red)
        x1, _, x2, _ = frame.marked[0].box
        assert columns.min() == pytest.approx(x1 * 320, abs=2)
        assert columns.max() + 1 == pytest.approx(x2 * 320, abs=2)
        spans.append(x1)
    assert max(spans) - min(spans) > 1 / 320
    still = shot(cuboid(0.0, 14.0), shake=Shake(0.8, strength=always(0.0)))
    assert still.render(1.0).marked[0].box == still.render(2.0).marked[0].box
