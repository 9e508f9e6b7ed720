"""The twin sees what is painted, also after a camera's codec."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.detector import Detections, Detector, DetectorError, Pixels
from models.fake import FakeDetector, Paint


def street(width: int = 640, height: int = 360) -> Pixels:
    picture = np.full((height, width, 3), 128, np.uint8)
    picture[height // 2 :] = 90
    return picture


def paint(picture: Pixels, box: tuple[int, int, int, int], bgr: tuple[int, int, int]) -> None:
    picture[box[1] : box[3], box[0] : box[2]] = bgr


def as_detector(detector: Detector) -> Detector:
    """Fails to type-check when the seam is not met."""
    return detector


def test_painted_rectangles_are_found() -> None:
    picture = street()
    paint(picture, (100, 60, 140, 180), (0, 0, 255))
    paint(picture, (300, 200, 400, 250), (255, 0, 0))
    paint(picture, (500, 20, 560, 80), (0, 255, 255))  # no class has this colour
    found = as_detector(FakeDetector()).detect([picture])[0]
    by_label = dict(zip(found.labels, found.boxes, strict=True))
    size = np.array([640, 360, 640, 360])
    np.testing.assert_allclose(by_label["person"] * size, (100, 60, 140, 180), atol=1e-3)
    np.testing.assert_allclose(by_label["car"] * size, (300, 200, 400, 250), atol=1e-3)
    assert len(found) == 2
    assert found.keypoints.shape == (2, 0, 3)


def test_two_of_a_class_are_two_and_specks_are_none() -> None:
    picture = street()
    paint(picture, (10, 10, 40, 90), (0, 0, 255))
    paint(picture, (50, 10, 80, 90), (0, 0, 255))
    paint(picture, (200, 200, 203, 203), (0, 0, 255))
    assert FakeDetector().detect([picture])[0].labels == ("person", "person")


def test_a_codec_does_not_hide_them() -> None:
    picture = street()
    paint(picture, (100, 60, 140, 180), (0, 0, 255))
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 40])
    seen = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert seen is not None
    found = FakeDetector().detect([seen.astype(np.uint8)])[0]
    assert found.labels == ("person",)
    np.testing.assert_allclose(found.boxes[0] * (640, 360, 640, 360), (100, 60, 140, 180), atol=4)


def test_scores_descend_with_how_full_a_box_is() -> None:
    picture = street()
    paint(picture, (100, 60, 140, 180), (0, 0, 255))
    paint(picture, (300, 100, 400, 200), (255, 0, 0))
    paint(picture, (350, 150, 400, 200), (128, 128, 128))
    found = FakeDetector().detect([picture])[0]
    assert found.labels == ("person", "car")
    np.testing.assert_allclose(found.scores, (1.0, 0.75), atol=0.01)


def test_a_pose_twin_tells_standing_from_lying() -> None:
    picture = street()
    paint(picture, (100, 60, 140, 180), (0, 0, 255))
    paint(picture, (300, 200, 420, 240), (0, 0, 255))
    paint(picture, (500, 200, 600, 240), (255, 0, 0))
    found = FakeDetector(pose=True).detect([picture])[0]
    assert found.labels == ("person", "person")
    assert found.keypoints.shape == (2, 17, 3)
    spans = {}
    for box, points in zip(found.boxes, found.keypoints, strict=True):
        assert (points[:, 0] >= box[0]).all()
        assert (points[:, 0] <= box[2]).all()
        assert (points[:, 1] >= box[1]).all()
        assert (points[:, 1] <= box[3]).all()
        nose, ankle = points[0, :2] * (640, 360), points[15, :2] * (640, 360)
        spans[round(box[0] * 640)] = abs(nose - ankle)
    assert spans[100][1] > 5 * spans[100][0]
    assert spans[300][0] > 5 * spans[300][1]


def test_own_paints() -> None:
    picture = street()
    paint(picture, (10, 10, 60, 60), (0, 255, 255))
    found = FakeDetector(paints=[Paint("bag", (0, 255, 255))]).detect([picture])[0]
    assert found.labels == ("bag",)


def test_a_script_is_played_one_table_a_picture() -> None:
    one = Detections(
        np.array([[0, 0, 1, 1]], np.float32),
        np.ones(1, np.float32),
        ("dog",),
        np.zeros((1, 0, 3), np.float32),
    )
    detector = FakeDetector(script=[one, Detections.none()])
    assert [len(table) for table in detector.detect([street()] * 3)] == [1, 0, 1]
    assert [len(table) for table in detector.detect([street()] * 2)] == [0, 1]


def test_it_fails_when_asked_to() -> None:
    detector = FakeDetector(fail_at=frozenset({1}))
    detector.detect([street()])
    with pytest.raises(DetectorError, match="call 1 fails"):
        detector.detect([street()])
    assert len(detector.detect([street()])) == 1
    detector.close()
    with pytest.raises(DetectorError, match="closed"):
        detector.detect([street()])


def test_batches_have_a_size() -> None:
    with pytest.raises(ValueError, match="takes 1 to 2"):
        FakeDetector(batch_sizes=(1, 2)).detect([street()] * 3)
    with pytest.raises(ValueError, match="takes 1 to 8"):
        FakeDetector().detect([])
