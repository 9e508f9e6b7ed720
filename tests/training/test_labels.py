"""Own labels are read as they are meant, and refused with file and reason when they are not."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from training.labels import LabelError, read_folder
from training.shelf import HEIGHT, WIDTH, Shelf, ShelfError, write_shelf


def _picture(path: Path, width: int = 100, height: int = 50) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((height, width, 3), 90, np.uint8))


def _coco(folder: Path, **changes: object) -> None:
    content = {
        "images": [{"id": 7, "file_name": "a.png"}],
        "categories": [{"id": 3, "name": "cart"}, {"id": 1, "name": "person"}],
        "annotations": [
            {"image_id": 7, "category_id": 3, "bbox": [10, 5, 20, 30]},
            {"image_id": 7, "category_id": 1, "bbox": [50, 0, 500, 50], "iscrowd": 1},
        ],
    }
    (folder / "annotations.json").write_text(json.dumps({**content, **changes}), encoding="utf-8")


def test_coco_boxes_names_and_crowds(tmp_path: Path) -> None:
    _picture(tmp_path / "a.png")
    _coco(tmp_path)
    names, samples = read_folder(tmp_path)
    (sample,) = samples
    assert names == ("person", "cart")
    assert sample.labels == ("cart",)
    np.testing.assert_allclose(sample.boxes, [[10, 5, 30, 35]])
    np.testing.assert_allclose(sample.ignored, [[50, 0, 100, 50]])


def test_yolo_boxes_are_fractions_and_no_file_means_nothing_there(tmp_path: Path) -> None:
    _picture(tmp_path / "images" / "day" / "a.png")
    _picture(tmp_path / "images" / "b.png")
    (tmp_path / "classes.txt").write_text("person\ncart\n", encoding="utf-8")
    label = tmp_path / "labels" / "day" / "a.txt"
    label.parent.mkdir(parents=True)
    label.write_text("1 0.5 0.5 0.2 0.4\n\n", encoding="utf-8")
    names, samples = read_folder(tmp_path)
    by_name = {sample.source: sample for sample in samples}
    assert names == ("person", "cart")
    assert by_name["a.png"].labels == ("cart",)
    np.testing.assert_allclose(by_name["a.png"].boxes, [[40, 15, 60, 35]], atol=1e-4)
    assert by_name["b.png"].labels == ()


@pytest.mark.parametrize(
    "line", ["2 0.5 0.5 0.1 0.1", "-1 0.5 0.5 1 1", "0 x 0 0 0", "0 nan 0 1 1"]
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    _picture(tmp_path / "images" / "a.png")
    (tmp_path / "classes.txt").write_text("person\ncart\n", encoding="utf-8")
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "a.txt").write_text(line, encoding="utf-8")
    with pytest.raises(LabelError, match=r"a\.txt:1"):
        list(read_folder(tmp_path)[1])


def test_what_is_no_label_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="neither"):
        read_folder(tmp_path)
    _coco(tmp_path, annotations=[{"image_id": 7}])
    with pytest.raises(LabelError, match=r"annotations\.json"):
        read_folder(tmp_path)


def test_a_picture_outside_the_folder_is_refused(tmp_path: Path) -> None:
    inner = tmp_path / "set"
    inner.mkdir()
    _picture(tmp_path / "a.png")
    _coco(inner, images=[{"id": 7, "file_name": "../a.png"}])
    with pytest.raises(LabelError, match="outside"):
        list(read_folder(inner)[1])


def test_a_shelf_gives_back_what_was_put_on_it(tmp_path: Path) -> None:
    _picture(tmp_path / "a.png", 1280, 640)
    _coco(tmp_path)
    (sample,) = read_folder(tmp_path)[1]
    assert write_shelf(tmp_path / "shelf", [sample]) == 1
    shelf = Shelf(tmp_path / "shelf")
    kept = shelf[0]
    assert kept.pixels.shape == (WIDTH // 2, WIDTH, 3)
    assert kept.pixels.shape[0] <= HEIGHT
    np.testing.assert_allclose(kept.boxes, sample.boxes / 2)
    assert kept.labels == sample.labels
    assert shelf.sha256() == Shelf(tmp_path / "shelf").sha256()


def test_half_a_shelf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ShelfError, match="no complete shelf"):
        Shelf(tmp_path)
