"""The weights in the repository are those of the catalog, small, and say what they said."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.backends.loader import load
from models.backends.options import RunOptions
from models.catalog import Catalog
from models.detector import Pixels
from models.weights import EMBEDDED, WeightStore

HERE = Path(__file__).parent
MOST_BYTES = 12_000_000
STREET = ("person", "bicycle", "car", "motorcycle", "bus", "truck")


def _street() -> Pixels:
    picture = cv2.imread(str(HERE / "street.jpg"))
    assert picture is not None
    return picture.astype(np.uint8)


def test_all_embedded_files_together_are_small_and_known(tmp_path: Path) -> None:
    files = [path for path in EMBEDDED.rglob("*") if path.is_file()]
    assert 0 < sum(path.stat().st_size for path in files) <= MOST_BYTES
    catalog, store = Catalog.read(), WeightStore(tmp_path)
    known = {
        path
        for folder in EMBEDDED.iterdir()
        if folder.is_dir()
        for path in store.find(catalog.models[folder.name])
    }
    assert {path for path in files if path.suffix == ".onnx"} == known


def test_every_algorithm_has_a_model_on_a_fresh_machine(tmp_path: Path) -> None:
    catalog, store = Catalog.read(), WeightStore(tmp_path)
    for algorithm in catalog.algorithms.values():
        for role, candidates in algorithm.models.items():
            there = [name for name in candidates if store.installed(catalog.models[name])]
            assert there == ["street-nano"], f"{algorithm.id}: {role}"


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_the_detector_finds_what_it_found_when_it_was_made(tmp_path: Path, runtime: str) -> None:
    expected = json.loads((HERE / "street.json").read_text(encoding="utf-8"))
    manifest = Catalog.read().models["street-nano"]
    assert manifest.files[0].sha256 == expected["sha256"]
    assert manifest.classes == STREET
    options = RunOptions(runtime=runtime, batch_sizes=(2,), threads=1)  # type: ignore[arg-type]
    detector = load(manifest, WeightStore(tmp_path).find(manifest), options)
    # On some processors OpenVINO counts in bf16; ONNX Runtime always in single precision.
    near = 0.01 if runtime == "onnxruntime" else 0.08
    for table in detector.detect([_street(), _street()]):
        for row in expected["found"]:
            apart = np.abs(table.boxes - np.array(row["box"], np.float32)).max(axis=1)
            same = np.array([label == row["label"] for label in table.labels])
            score = np.abs(table.scores - row["score"])
            assert (same & (apart <= near) & (score <= 2 * near)).any(), row
    detector.close()


def test_every_model_of_the_catalog_has_its_line() -> None:
    text = (HERE.parents[1] / "docs" / "models" / "README.md").read_text(encoding="utf-8")
    missing = [m.id for m in Catalog.read().models.values() if f"| {m.id} |" not in text]
    assert missing == []
