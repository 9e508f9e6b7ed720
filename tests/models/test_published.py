"""Exports in the forms that makers publish, through the runtimes: one picture and several."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from models.backends.options import RunOptions
from models.detector import Detector, DetectorError
from tests.models.onnx_file import Node, encode_all
from tests.models.published import (
    BLUE_BOX,
    RED_BOX,
    deployed_detr,
    finished,
    transformers_detr,
)
from tests.models.test_backends import loaded, plain

Runtime = Literal["onnxruntime", "openvino"]
RED, BLUE, GREY = (0, 0, 255), (255, 0, 0), (20, 20, 20)

FORMS: dict[str, tuple[Callable[[int | str], bytes], dict[str, Any]]] = {
    "logits and pred_boxes": (transformers_detr, {"head": "detr"}),
    "labels, boxes, scores": (deployed_detr, {"head": "detr"}),
    "finished rows": (finished, {"head": "end2end"}),
    "finished rows with keypoints": (
        lambda batch: finished(batch, 57),
        {"head": "end2end-pose", "classes": ("person",)},
    ),
}
SIZE = {"width": 64, "height": 64, "fit": "stretch"}


def open_form(folder: Path, form: str, batch: int | str, runtime: Runtime) -> Detector:
    make, changes = FORMS[form]
    given = {"classes": "coco80", "input": SIZE, "confidence": 0.3} | changes
    return loaded(folder, make(batch), RunOptions(runtime), **given)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("batch", [1, "batch"])
def test_a_picture_goes_in_and_a_table_comes_out(
    tmp_path: Path, form: str, batch: int | str
) -> None:
    detector = open_form(tmp_path, form, batch, "onnxruntime")
    red, blue, grey = (detector.detect([plain(c, 200, 90)])[0] for c in (RED, BLUE, GREY))
    assert red.labels == ("person",)
    np.testing.assert_allclose(red.boxes[0], RED_BOX, atol=1e-5)
    assert blue.labels == ("person" if "keypoints" in form else "car",)
    np.testing.assert_allclose(blue.boxes[0], BLUE_BOX, atol=1e-5)
    assert len(grey) == 0
    if "keypoints" in form:
        np.testing.assert_allclose(red.keypoints[0, :, :2], 0.5, atol=1e-5)
    detector.close()


@pytest.mark.parametrize("form", FORMS)
def test_several_pictures_keep_their_order(tmp_path: Path, form: str) -> None:
    detector = open_form(tmp_path, form, "batch", "onnxruntime")
    assert detector.batch_sizes == (1, 2, 4, 8)
    colours = [RED, GREY, BLUE, RED, GREY]
    found = detector.detect([plain(colour, 90, 40 + 9 * n) for n, colour in enumerate(colours)])
    assert [len(table) for table in found] == [1, 0, 1, 1, 0]
    np.testing.assert_allclose(found[2].boxes[0], BLUE_BOX, atol=1e-5)
    np.testing.assert_allclose(found[3].boxes[0], RED_BOX, atol=1e-5)
    detector.close()


@pytest.mark.parametrize("form", [form for form in FORMS if "labels" not in form])
def test_forms_of_one_input_run_on_openvino_too(tmp_path: Path, form: str) -> None:
    detector = open_form(tmp_path, form, "batch", "openvino")
    found = detector.detect([plain(RED), plain(BLUE)])
    np.testing.assert_allclose(found[0].boxes[0], RED_BOX, atol=1e-2)
    np.testing.assert_allclose(found[1].boxes[0], BLUE_BOX, atol=1e-2)
    detector.close()


def test_openvino_says_that_it_cannot_feed_sizes(tmp_path: Path) -> None:
    with pytest.raises(DetectorError, match="not one batch of pictures as input"):
        open_form(tmp_path, "labels, boxes, scores", "batch", "openvino")


def test_a_letterboxed_picture_is_followed_too(tmp_path: Path) -> None:
    content = transformers_detr(1)
    given = {"width": 64, "height": 64, "fit": "letterbox", "pad": 0}
    detector = loaded(
        tmp_path, content, RunOptions(), head="detr", classes="coco80", input=given, confidence=0.3
    )
    # 64 x 48 of 64 x 64: eight rows of padding above and below.
    found = detector.detect([plain(RED, 128, 96)])[0]
    np.testing.assert_allclose(found.boxes[0], (0.25, 8 / 48, 0.5, 40 / 48), atol=1e-5)
    detector.close()


def test_an_export_that_folds_the_batch_fails_the_batch_only(tmp_path: Path) -> None:
    """Outputs of one row for several pictures: typed, so that the worker goes on."""
    detector = loaded(
        tmp_path,
        _one_row_for_all(),
        RunOptions(),
        head="end2end",
        classes="coco80",
        input=SIZE,
        confidence=0.3,
    )
    assert len(detector.detect([plain(RED)])[0]) == 1
    with pytest.raises(DetectorError, match="2 pictures went in"):
        detector.detect([plain(RED), plain(BLUE)])
    assert len(detector.detect([plain(RED)])[0]) == 1
    detector.close()


def _one_row_for_all() -> bytes:
    """Return a network that always answers with one picture's rows."""
    rows = np.zeros((1, 5, 6), np.float32)
    rows[0, 0] = (8, 8, 24, 24, 0.9, 0)
    nodes = [
        Node("ReduceMean", ("images",), "mean", {"keepdims": 0}),
        Node("Mul", ("mean", "nothing"), "none", {}),
        Node("Add", ("rows", "none"), "output0", {}),
    ]
    return encode_all(
        nodes,
        {"rows": rows, "nothing": np.zeros(1, np.float32)},
        [("images", ("batch", 3, 64, 64), False)],
        [("output0", (1, 5, 6), False)],
    )
