"""Heads give back what an independent encoder put into the raw outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.classes import COCO80, class_names
from models.detector import Detections
from models.heads import HEADS
from models.heads.table import MOST, HeadError
from models.letterbox import geometry
from models.manifest import ModelManifest
from tests.models.encoders import Array, Thing, View, detr, end2end, nanodet, pose, yolov8, yolox

VIEWS = [View(1920, 1080, 416, 416), View(479, 641, 416, 416), View(1280, 720, 640, 384)]


def manifest(head: str, view: View, **changes: Any) -> ModelManifest:
    return ModelManifest.model_validate(
        {
            "id": "made",
            "version": "1",
            "licence": "none",
            "format": "onnx",
            "head": head,
            "files": [{"name": "made.onnx", "sha256": "0" * 64}],
            "input": {"width": view.wide, "height": view.high},
            "classes": ("person",) if "pose" in head else "coco80",
            "confidence": 0.3,
            **changes,
        }
    )


def decode(head: str, view: View, outputs: list[Array], **changes: Any) -> Detections:
    place = geometry(view.width, view.height, view.wide, view.high)
    return HEADS[head](outputs, manifest(head, view, **changes), place)


def things(view: View, scale: float) -> list[Thing]:
    """Return three things of about `scale` of the picture, apart from each other."""
    wide, high = view.width * scale, view.height * scale
    corners = [(0.11, 0.13), (0.52, 0.21), (0.33, 0.64)]
    return [
        Thing(
            (x * view.width, y * view.height, x * view.width + wide, y * view.height + high * 1.2),
            number,
            score,
        )
        for (x, y), number, score in zip(corners, (2, 0, 79), (0.5, 0.9, 0.7), strict=True)
    ]


def check(found: Detections, expected: list[Thing], view: View, names: tuple[str, ...]) -> None:
    ordered = sorted(expected, key=lambda thing: -thing.score)
    assert found.labels == tuple(names[thing.number] for thing in ordered)
    np.testing.assert_allclose(found.scores, [thing.score for thing in ordered], atol=1e-5)
    size = np.array([view.width, view.height] * 2)
    pixels = found.boxes * size
    np.testing.assert_allclose(pixels, [thing.box for thing in ordered], atol=0.05)
    assert found.boxes.dtype == found.scores.dtype == found.keypoints.dtype == np.float32


@pytest.mark.parametrize("view", VIEWS)
def test_yolov8(view: View) -> None:
    expected = things(view, 0.2)
    found = decode("yolov8", view, yolov8(view, expected, 80))
    check(found, expected, view, COCO80)
    assert found.keypoints.shape == (3, 0, 3)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("stride", [8, 16, 32])
def test_yolox_on_every_stride(view: View, stride: int) -> None:
    expected = things(view, 0.15)
    check(decode("yolox", view, yolox(view, expected, 80, stride)), expected, view, COCO80)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("stride", [8, 16, 32])
def test_nanodet_on_every_stride(view: View, stride: int) -> None:
    # A side is at most seven strides away from the cell's centre.
    scale = 0.9 * stride * 12 / max(view.wide, view.high) / 1.2
    expected = things(view, min(0.25, scale))
    found = decode("nanodet", view, nanodet(view, expected, 80, stride))
    check(found, expected, view, COCO80)


def test_nanodet_takes_its_maps_in_any_order() -> None:
    view = VIEWS[0]
    maps = nanodet(view, things(view, 0.1), 80, 16)
    shuffled = [maps[index] for index in (5, 0, 3, 2, 4, 1)]
    first, second = decode("nanodet", view, maps), decode("nanodet", view, shuffled)
    assert first.labels == second.labels
    np.testing.assert_array_equal(first.boxes, second.boxes)


@pytest.mark.parametrize("view", VIEWS)
def test_pose(view: View) -> None:
    points = tuple((40.0 + 9 * k, 300.0 - 7 * k, k / 16) for k in range(17))
    people = [
        Thing((30, 100, 220, 330), 0, 0.8, points),
        Thing((300, 90, 350, 330), 0, 0.6, points),
    ]
    found = decode("yolov8-pose", view, pose(view, people))
    check(found, people, view, ("person",))
    assert found.keypoints.shape == (2, 17, 3)
    size = np.array([view.width, view.height, 1])
    np.testing.assert_allclose(found.keypoints[1] * size, points, atol=0.05)


def test_keypoints_follow_their_box_through_suppression() -> None:
    view = VIEWS[0]
    near = [Thing((100, 100, 300, 500), 0, 0.5, ((1.0, 1.0, 0.1),) * 17)]
    best = [Thing((105, 100, 305, 500), 0, 0.9, ((200.0, 300.0, 0.7),) * 17)]
    found = decode("yolov8-pose", view, pose(view, near + best))
    assert len(found) == 1
    np.testing.assert_allclose(
        found.keypoints[0, 4] * (view.width, view.height, 1), (200, 300, 0.7), atol=0.05
    )


def test_overlap_suppresses_within_a_class_only() -> None:
    view = VIEWS[0]
    box = (100.0, 100.0, 300.0, 500.0)
    shifted = (110.0, 100.0, 310.0, 500.0)
    same = [Thing(box, 0, 0.9), Thing(shifted, 0, 0.8), Thing(shifted, 5, 0.7)]
    assert decode("yolov8", view, yolov8(view, same, 80)).labels == ("person", "bus")
    loose = decode("yolov8", view, yolov8(view, same, 80), nms_iou=0.95)
    assert loose.labels == ("person", "person", "bus")


@pytest.mark.parametrize("head", ["yolov8", "yolox", "nanodet"])
def test_the_floor_comes_from_the_manifest(head: str) -> None:
    view = VIEWS[0]
    made = things(view, 0.1)
    outputs = {
        "yolov8": yolov8(view, made, 80),
        "yolox": yolox(view, made, 80, 16),
        "nanodet": nanodet(view, made, 80, 16),
    }[head]
    assert len(decode(head, view, outputs, confidence=0.6)) == 2
    assert len(decode(head, view, outputs, confidence=0.95)) == 0


@pytest.mark.parametrize("head", sorted(HEADS))
def test_nothing_is_an_empty_table(head: str) -> None:
    view = VIEWS[0]
    outputs = {
        "yolov8": yolov8(view, [], 80),
        "yolov8-pose": pose(view, []),
        "yolox": yolox(view, [], 80, 16),
        "nanodet": nanodet(view, [], 80, 16),
        "detr": detr(view, [], 80),
        "end2end": end2end(view, []),
        "end2end-pose": [np.zeros((300, 57), np.float32)],
    }[head]
    found = decode(head, view, outputs)
    assert len(found) == 0
    assert found.boxes.shape == (0, 4)
    assert found.keypoints.shape == ((0, 17, 3) if "pose" in head else (0, 0, 3))


def test_boxes_are_clipped_and_those_in_the_padding_dropped() -> None:
    view = View(1000, 500, 416, 416)
    over = [Thing((-50, 100, 200, 700), 0, 0.9), Thing((300, -200, 400, -100), 0, 0.8)]
    found = decode("yolov8", view, yolov8(view, over, 80))
    assert len(found) == 1
    np.testing.assert_allclose(found.boxes[0], (0, 0.2, 0.2, 1), atol=1e-4)


def test_a_table_has_an_end() -> None:
    view = View(640, 640, 640, 640)
    outputs = np.full((84, 8400), 0.01, np.float32)
    side = np.arange(400)
    outputs[:4, :400] = (side % 20 * 30 + 20, side // 20 * 30 + 20, side * 0 + 10, side * 0 + 10)
    outputs[4, :400] = np.linspace(0.4, 0.9, 400)
    found = decode("yolov8", view, [outputs])
    assert len(found) == MOST
    assert found.scores[0] == pytest.approx(0.9)


@pytest.mark.parametrize("head", sorted(HEADS))
@pytest.mark.parametrize("outputs", [[], [np.zeros((7, 10), np.float32)]])
def test_other_outputs_are_refused(head: str, outputs: list[Array]) -> None:
    with pytest.raises(HeadError, match="got"):
        decode(head, VIEWS[0], outputs)


def test_nanodet_refuses_as_many_classes_as_box_bins() -> None:
    view = VIEWS[0]
    with pytest.raises(HeadError, match="apart by shape"):
        decode("nanodet", view, nanodet(view, [], 32, 8), classes=tuple(f"c{n}" for n in range(32)))


def test_class_names() -> None:
    assert len(COCO80) == len(set(COCO80)) == 80
    assert [COCO80[n] for n in (0, 2, 5, 7, 16, 67, 79)] == [
        "person",
        "car",
        "bus",
        "truck",
        "dog",
        "cell phone",
        "toothbrush",
    ]
    named = manifest("yolov8", VIEWS[0], classes=("bag", "bottle"))
    assert class_names(named) == ("bag", "bottle")
