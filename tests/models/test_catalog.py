"""The catalog reads what is well formed and names file, field and reason of what is not."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from models.catalog import SHIPPED, Catalog
from models.manifest import ManifestError
from tests.models.manifests import ALGORITHM, model_text, write_text

FIVE = {
    "yolov8n-coco-openvino",
    "yolov8n-coco-onnx",
    "yolov8n-pose-openvino",
    "yolox-nano-coco",
    "nanodet-m-coco",
}


def test_the_shipped_models_are_there_with_their_licences() -> None:
    catalog = Catalog.read()
    assert catalog.models.keys() >= FIVE
    assert {m.licence for m in catalog.models.values()} <= {"AGPL-3.0", "Apache-2.0"}
    assert list(catalog.models) == sorted(catalog.models)


def test_no_weights_are_shipped() -> None:
    assert {path.suffix for path in SHIPPED.rglob("*") if path.is_file()} <= {".toml", ".md"}


def test_an_operators_folder_adds_to_the_shipped(tmp_path: Path) -> None:
    write_text(tmp_path / "models" / "mine.toml", model_text("mine"))
    write_text(tmp_path / "algorithms" / "bags.toml", ALGORITHM.format(id="bags", model="mine"))
    catalog = Catalog.read([tmp_path])
    assert catalog.models["mine"].classes == ("person", "car")
    assert catalog.algorithms["bags"].models == {"objects": ("mine",)}
    assert catalog.models.keys() >= FIVE


def test_equal_folders_give_equal_catalogs_and_a_change_shows(tmp_path: Path) -> None:
    path = write_text(tmp_path / "models" / "mine.toml", model_text("mine"))
    first, second = Catalog.read([tmp_path]), Catalog.read([tmp_path])
    assert first == second
    path.write_text(model_text("mine").replace("width = 64", "width = 96"), encoding="utf-8")
    assert Catalog.read([tmp_path]) != first


def test_a_catalog_is_frozen() -> None:
    catalog = Catalog.read()
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalog.models = {}  # type: ignore[misc]
    with pytest.raises(TypeError):
        catalog.models["x"] = catalog.models["nanodet-m-coco"]  # type: ignore[index]


@pytest.mark.parametrize("first", ["yolox-nano-coco", "mine"])
def test_an_id_is_there_once(tmp_path: Path, first: str) -> None:
    write_text(tmp_path / "models" / "a.toml", model_text(first))
    write_text(tmp_path / "models" / "b.toml", model_text("mine"))
    with pytest.raises(ManifestError, match=rf"\.toml: id: '{first}' is already that of .*\.toml"):
        Catalog.read([tmp_path])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('version = "1"', 'version = "1"\ncolour = 3', r"mine\.toml: colour: Extra inputs"),
        ('version = "1"\n', "", r"mine\.toml: version: Field required"),
        ("width = 64", "width = 4", r"mine\.toml: input\.width: .*greater than or equal to 32"),
        ('head = "yolov8"', 'head = "yolov9"', r"mine\.toml: head: Input should be"),
        ('name = "made.onnx"', 'name = "../made.onnx"', r"mine\.toml: files\.0\.name: String"),
        ("width = 64", "width =", r"mine\.toml: not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, reason: str) -> None:
    text = model_text("mine")
    assert old in text
    write_text(tmp_path / "models" / "mine.toml", text.replace(old, new))
    with pytest.raises(ManifestError, match=reason):
        Catalog.read([tmp_path])


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = write_text(tmp_path / "models" / "mine.toml", "")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ManifestError, match=r"mine\.toml: not UTF-8"):
        Catalog.read([tmp_path])


def test_an_algorithm_names_models_that_exist(tmp_path: Path) -> None:
    write_text(tmp_path / "algorithms" / "bags.toml", ALGORITHM.format(id="bags", model="none"))
    with pytest.raises(ManifestError, match=r"bags\.toml: models\.objects: no model 'none'; known"):
        Catalog.read([tmp_path])


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="gone: no such catalog folder"):
        Catalog.read([tmp_path / "gone"])
