"""The five models of the catalog on real pictures; needs the data folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.backends.loader import load
from models.backends.options import RunOptions
from models.catalog import Catalog
from models.detector import Detections, Detector, Pixels
from models.manifest import ModelManifest
from models.weights import WeightStore, sha256_of

DETECTORS = ["yolov8n-coco-openvino", "yolov8n-coco-onnx", "yolox-nano-coco", "nanodet-m-coco"]
POSE = "yolov8n-pose-openvino"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.read()


@pytest.fixture(scope="module")
def store(
    real_data: Path, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> WeightStore:
    """A store with whatever weights the folder holds, recognised by hash."""
    store = WeightStore(tmp_path_factory.mktemp("weights"))
    files = {sha256_of(path): path for path in (real_data / "weights").rglob("*") if path.is_file()}
    for manifest in catalog.models.values():
        if all(file.sha256 in files for file in manifest.files):
            store.add(files.values(), manifest)
    return store


@pytest.fixture(scope="module")
def pictures(real_data: Path) -> dict[str, Pixels]:
    found = {}
    for path in sorted((real_data / "images" / "sanity").iterdir()):
        picture = cv2.imread(str(path))
        assert picture is not None
        found[path.stem] = picture.astype(np.uint8, copy=False)
    return found


def detector_of(
    store: WeightStore, manifest: ModelManifest, options: RunOptions | None = None
) -> Detector:
    if not store.installed(manifest):
        pytest.skip(f"the data folder has no weights of {manifest.id}")
    return load(manifest, store.find(manifest), options)


@pytest.fixture
def detector(
    request: pytest.FixtureRequest, store: WeightStore, catalog: Catalog
) -> Iterator[Detector]:
    detector = detector_of(store, catalog.models[request.param])
    yield detector
    detector.close()


def counted(table: Detections, floor: float = 0.3) -> Counter[str]:
    return Counter(
        label for label, score in zip(table.labels, table.scores, strict=True) if score >= floor
    )


def sound(table: Detections) -> bool:
    """Tell whether the table keeps the promises of `Detections`."""
    return bool(
        len(table.boxes) == len(table.scores) == len(table.labels) == len(table.keypoints)
        and (table.boxes >= 0).all()
        and (table.boxes <= 1).all()
        and (table.boxes[:, 2:] > table.boxes[:, :2]).all()
        and (np.diff(table.scores) <= 0).all()
    )


@pytest.mark.parametrize("detector", DETECTORS, indirect=True)
def test_sanity_pictures(detector: Detector, pictures: dict[str, Pixels]) -> None:
    tables = {name: detector.detect([picture])[0] for name, picture in pictures.items()}
    assert all(sound(table) for table in tables.values())
    bus, dog, street = (counted(tables[name]) for name in ("bus", "dog", "street"))
    assert (bus["person"] >= 3, bus["bus"]) == (True, 1)
    assert dog["dog"] == 1
    assert dog["bicycle"] >= 1
    assert dog["car"] + dog["truck"] >= 1
    assert street["person"] >= 7
    assert street["car"] >= 3


@pytest.mark.parametrize("detector", DETECTORS, indirect=True)
def test_boxes_lie_where_the_things_are(detector: Detector, pictures: dict[str, Pixels]) -> None:
    """Known places: the dog sits at the lower left, the car is at the upper right."""
    table = detector.detect([pictures["dog"]])[0]
    dog = table.boxes[table.labels.index("dog")]
    np.testing.assert_allclose(dog, (0.17, 0.385, 0.41, 0.94), atol=0.04)
    vehicles = [n for n, label in enumerate(table.labels) if label in {"car", "truck"}]
    np.testing.assert_allclose(table.boxes[vehicles[0]], (0.61, 0.13, 0.9, 0.3), atol=0.04)


@pytest.mark.parametrize("detector", [POSE], indirect=True)
def test_poses(detector: Detector, pictures: dict[str, Pixels]) -> None:
    table = detector.detect([pictures["bus"]])[0]
    assert sound(table)
    assert counted(table) == {"person": 4}
    for box, points in zip(table.boxes[:3], table.keypoints[:3], strict=True):
        seen = points[points[:, 2] > 0.5]
        assert len(seen) >= 8
        reach = 0.05
        assert (seen[:, :2] >= box[:2] - reach).all()
        assert (seen[:, :2] <= box[2:] + reach).all()
        # All of them stand: shoulders above hips, hips above ankles.
        shoulders, hips, ankles = (points[at, 1].mean() for at in ([5, 6], [11, 12], [15, 16]))
        assert shoulders < hips < ankles


@pytest.mark.parametrize("detector", [DETECTORS[0], POSE], indirect=True)
def test_a_batch_sees_what_single_pictures_show(
    detector: Detector, pictures: dict[str, Pixels]
) -> None:
    assert detector.batch_sizes == (1, 2, 4, 8)
    for picture in pictures.values():
        several = [picture, np.ascontiguousarray(picture[:, ::-1]), picture]
        for alone, together in zip(
            (detector.detect([one])[0] for one in several), detector.detect(several), strict=True
        ):
            assert alone.labels == together.labels
            np.testing.assert_allclose(alone.boxes, together.boxes, atol=2e-3)
            np.testing.assert_allclose(alone.scores, together.scores, atol=0.02)


@pytest.mark.parametrize("name", ["yolox-nano-coco", "nanodet-m-coco"])
def test_onnx_files_see_the_same_on_openvino(
    name: str, store: WeightStore, catalog: Catalog, pictures: dict[str, Pixels]
) -> None:
    manifest = catalog.models[name]
    here = detector_of(store, manifest)
    there = detector_of(store, manifest, RunOptions("openvino"))
    assert there.batch_sizes == (1, 2, 4, 8)
    several = list(pictures.values())
    for alone, together in zip(
        (here.detect([picture])[0] for picture in several), there.detect(several), strict=True
    ):
        # bf16 moves scores a little, so only what is clearly seen is compared.
        clear = counted(alone, 0.5)
        assert clear
        assert not clear - counted(together, 0.4)
    here.close()
    there.close()


def test_a_flat_input_sees_a_wide_picture_as_a_square_one_does(
    store: WeightStore, catalog: Catalog, pictures: dict[str, Pixels]
) -> None:
    square = catalog.models[DETECTORS[0]]
    flat = square.model_copy(update={"input": square.input.model_copy(update={"height": 384})})
    wide = cv2.resize(pictures["street"], (1280, 720)).astype(np.uint8, copy=False)
    first, second = (
        counted(detector_of(store, manifest).detect([wide])[0], floor)
        for manifest, floor in ((square, 0.5), (flat, 0.4))
    )
    assert first["person"] >= 5
    assert not first - second
