"""Heads of networks that give each thing once: DETR-class queries and finished rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.classes import COCO80
from models.heads import HEADS
from models.heads.table import HeadError
from models.letterbox import Geometry
from tests.models.encoders import Array, Thing, View, deployed, detr, end2end, nanodet, pose, yolov8
from tests.models.encoders import yolox as encoded_yolox
from tests.models.test_heads import VIEWS, check, decode, manifest, things


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("turned", [False, True])
def test_detr_reads_logits_and_boxes_in_any_order(view: View, turned: bool) -> None:
    expected = things(view, 0.2)
    outputs = detr(view, expected, 80)
    check(decode("detr", view, outputs[::-1] if turned else outputs), expected, view, COCO80)


def test_with_four_classes_the_published_order_decides() -> None:
    view = VIEWS[0]
    one = [Thing((100, 100, 300, 500), 2, 0.8)]
    found = decode("detr", view, detr(view, one, 4), classes=("a", "b", "c", "d"))
    assert found.labels == ("c",)
    np.testing.assert_allclose(found.boxes[0] * (1920, 1080, 1920, 1080), one[0].box, atol=0.05)


def test_a_stretched_input_gives_the_pictures_own_places() -> None:
    place = Geometry(0, 0, 640, 640)
    logits = np.full((300, 80), -9, np.float32)
    boxes = np.full((300, 4), 0.5, np.float32)
    logits[4, 2], boxes[4] = 3.0, (0.3, 0.6, 0.2, 0.4)
    found = HEADS["detr"]([logits, boxes], manifest("detr", View(640, 640, 640, 640)), place)
    assert found.labels == ("car",)
    np.testing.assert_allclose(found.boxes[0], (0.2, 0.4, 0.4, 0.8), atol=1e-6)


@pytest.mark.parametrize("view", VIEWS)
def test_a_deployed_export_gives_labels_boxes_and_scores(view: View) -> None:
    expected = things(view, 0.2)
    labels, boxes, scores = deployed(view, expected)
    check(decode("detr", view, [labels, boxes, scores]), expected, view, COCO80)
    check(decode("detr", view, [scores, labels, boxes]), expected, view, COCO80)


@pytest.mark.parametrize("view", VIEWS)
def test_finished_rows(view: View) -> None:
    expected = things(view, 0.2)
    check(decode("end2end", view, end2end(view, expected)), expected, view, COCO80)


@pytest.mark.parametrize("view", VIEWS)
def test_finished_rows_with_keypoints(view: View) -> None:
    points = tuple((40.0 + 9 * k, 300.0 - 7 * k, k / 16) for k in range(17))
    people = [Thing((30, 100, 220, 330), 0, 0.8, points)]
    found = decode("end2end-pose", view, end2end(view, people))
    check(found, people, view, ("person",))
    size = np.array([view.width, view.height, 1])
    np.testing.assert_allclose(found.keypoints[0] * size, points, atol=0.05)


@pytest.mark.parametrize("head", ["detr", "end2end"])
def test_two_things_at_one_place_stay_two(head: str) -> None:
    """Such a network has already decided: people who overlap are not suppressed."""
    view = VIEWS[0]
    pair = [Thing((100, 100, 300, 500), 0, 0.9), Thing((110, 100, 310, 500), 0, 0.8)]
    outputs = {"detr": detr(view, pair, 80), "end2end": end2end(view, pair)}[head]
    assert decode(head, view, outputs).labels == ("person", "person")


def _spoiled(outputs: list[Array], value: float, thing: int, floor: float = 0.3) -> list[Array]:
    """Put `value` into every box coordinate of one of the things in raw outputs."""
    changed = [output.copy() for output in outputs]
    if len(changed) == 2:
        strong = np.flatnonzero(changed[0].max(axis=1) > -5)
        changed[1][strong[thing], 1] = value
    elif changed[0].shape[1] in (6, 57):
        changed[0][thing, 1] = value
    elif changed[0].shape[1] == 85:
        strong = np.flatnonzero(changed[0][:, 4] > floor)
        changed[0][strong[thing], 1] = value
    elif len(changed) == 1:
        strong = np.flatnonzero(changed[0][4:].max(axis=0) > floor)
        changed[0][1, strong[thing]] = value
    else:
        for scores, distances in zip(changed[:3], changed[3:], strict=True):
            strong = np.flatnonzero(scores.max(axis=1) > floor)
            if len(strong):
                distances[strong[thing]] = value
    return changed


def _outputs(head: str, view: View) -> list[Array]:
    made = things(view, 0.1)
    if head.endswith("pose"):
        points = ((100.0, 100.0, 0.5),) * 17
        people = [Thing(t.box, 0, t.score, points) for t in made]
        return pose(view, people) if head == "yolov8-pose" else end2end(view, people)
    return {
        "yolov8": lambda: yolov8(view, made, 80),
        "yolox": lambda: encoded_yolox(view, made, 80, 16),
        "nanodet": lambda: nanodet(view, made, 80, 16),
        "detr": lambda: detr(view, made, 80),
        "end2end": lambda: end2end(view, made),
    }[head]()


@pytest.mark.parametrize("head", sorted(HEADS))
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_thing_whose_box_is_not_finite_is_left_out_alone(head: str, value: float) -> None:
    view = VIEWS[0]
    whole = decode(head, view, _outputs(head, view))
    assert len(whole) == 3
    found = decode(head, view, _spoiled(_outputs(head, view), value, 1))
    assert len(found) == 2
    assert np.isfinite(found.boxes).all()
    assert set(found.scores.tolist()) < set(whole.scores.tolist())


@pytest.mark.parametrize("head", sorted(HEADS))
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_network_that_gives_nothing_finite_fails_and_does_not_see_an_empty_street(
    head: str, value: float
) -> None:
    outputs = [np.full_like(output, value) for output in _outputs(head, VIEWS[0])]
    with pytest.raises(HeadError, match="no finite score"):
        decode(head, VIEWS[0], outputs)


@pytest.mark.parametrize("head", sorted(HEADS))
def test_huge_values_stay_inside_the_picture(head: str) -> None:
    outputs = [np.full_like(output, 3e38) for output in _outputs(head, VIEWS[0])]
    with np.errstate(all="ignore"):
        try:
            found = decode(head, VIEWS[0], outputs)
        except HeadError:  # a class number of 3e38 has no name
            assert head.startswith("end2end")
            return
    assert ((found.boxes >= 0) & (found.boxes <= 1)).all()
    assert ((found.scores >= 0) & (found.scores <= 1)).all()


@pytest.mark.parametrize("head", ["detr", "end2end"])
def test_a_class_without_a_name_fails_the_batch(head: str) -> None:
    view = VIEWS[0]
    one = [Thing((100, 100, 300, 500), 57, 0.8)]
    outputs: list[Any] = deployed(view, one) if head == "detr" else end2end(view, one)
    with pytest.raises(HeadError, match=r"class 57 of a detection has no name.* lists 2"):
        decode(head, view, outputs, classes=("person", "car"))
    faint = [Thing((100, 100, 300, 500), 57, 0.2)]
    outputs = deployed(view, faint) if head == "detr" else end2end(view, faint)
    assert len(decode(head, view, outputs, classes=("person", "car"))) == 0


@pytest.mark.parametrize(
    "shapes",
    [
        [(300, 80)],
        [(300, 80), (299, 4)],
        [(300, 81), (300, 4)],
        [(300,), (300, 4)],
        [(300,), (300, 5), (300,)],
        [(300,), (300, 4), (200,)],
    ],
)
def test_detr_refuses_other_outputs(shapes: list[tuple[int, ...]]) -> None:
    with pytest.raises(HeadError, match="got"):
        decode("detr", VIEWS[0], [np.zeros(shape, np.float32) for shape in shapes])
