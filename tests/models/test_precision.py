"""Fewer digits and less padding see the same things: the embedded detector on a drawn street."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openvino
import pytest

from models.backends.batch import Rectangles
from models.backends.loader import load
from models.backends.options import RunOptions
from models.catalog import Catalog
from models.detector import Detections, Pixels
from models.weights import WeightStore

STREET = Path(__file__).parents[1] / "training" / "street.jpg"
CLEAR = 0.5
OVERLAP = 0.85
"""A thing that is clearly seen has a box that overlaps the other one by so much (IoU) ..."""
SCORE = 0.12
"""... and a score that differs by no more. On 12 generated scenes: 0.94 at least, 0.03 at most."""


def pictures() -> Iterator[Pixels]:
    street = cv2.imread(str(STREET))
    assert street is not None
    height, width = street.shape[:2]
    yield street.astype(np.uint8)
    yield np.ascontiguousarray(street[:, ::-1]).astype(np.uint8)
    yield cv2.resize(street, (2 * width, 2 * height)).astype(np.uint8)


def tables(tmp_path: Path, height: int, **options: Any) -> list[Detections]:
    manifest = Catalog.read().models["street-nano"]
    files = WeightStore(tmp_path).find(manifest)
    spec = manifest.input.model_copy(update={"height": height})
    manifest = manifest.model_copy(update={"input": spec})
    detector = load(manifest, files, RunOptions("openvino", batch_sizes=(1,), **options))
    found = [detector.detect([picture])[0] for picture in pictures()]
    detector.close()
    return found


def iou(one: Any, other: Any) -> float:
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    inside = float(np.prod(np.clip(high - low, 0, None)))
    areas = sum(float(np.prod(box[2:] - box[:2])) for box in (one, other))
    return inside / (areas - inside)


def assert_agree(first: Sequence[Detections], second: Sequence[Detections]) -> int:
    count = 0
    for here, there in zip(first, second, strict=True):
        for box, score, label in zip(here.boxes, here.scores, here.labels, strict=True):
            if score < CLEAR:
                continue
            count += 1
            rows = [i for i, name in enumerate(there.labels) if name == label]
            best = max(rows, key=lambda i: iou(box, there.boxes[i]), default=None)
            assert best is not None, f"{label} {score:.2f} is not seen"
            assert iou(box, there.boxes[best]) >= OVERLAP, f"{label} {score:.2f}"
            assert abs(score - there.scores[best]) <= SCORE, f"{label} {score:.2f}"
    return count


def test_bf16_sees_what_fp32_sees(tmp_path: Path) -> None:
    able = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if "BF16" not in able:
        pytest.skip("this processor does not multiply bf16")
    exact, fewer = (tables(tmp_path, 384, precision=p) for p in ("fp32", "bf16"))
    assert assert_agree(exact, fewer) >= 10
    assert_agree(fewer, exact)


def test_a_rectangle_sees_what_the_square_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    less = tables(tmp_path, 640, precision="fp32")
    monkeypatch.setattr(Rectangles, "of", lambda _self, _pictures: (640, 640))
    square = tables(tmp_path, 640, precision="fp32")
    assert assert_agree(square, less) >= 10
    assert_agree(less, square)
