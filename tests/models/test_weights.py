"""Weights are found by hash, go in whole, and are never unpickled."""

from __future__ import annotations

import pickle  # noqa: TID251
import zipfile
from pathlib import Path

import pytest

from models import weights
from models.weights import WeightError, WeightStore, refuse_code
from tests.models.manifests import hashed, model, write

IR = {"net.xml": b"<net/>", "net.bin": b"\x80\x02 raw numbers"}


def test_a_model_goes_in_and_is_found_side_by_side(tmp_path: Path) -> None:
    manifest = model("ir", "openvino", IR)
    store = WeightStore(tmp_path / "store")
    assert not store.installed(manifest)
    added = store.add(write(tmp_path / "in", IR), manifest)
    assert store.installed(manifest)
    assert store.find(manifest) == added
    assert WeightStore(tmp_path / "store").find(manifest) == added
    first = tmp_path / "store" / hashed(IR["net.xml"])
    assert added == (first / "net.xml", first / "net.bin")
    assert [path.read_bytes() for path in added] == list(IR.values())
    assert sorted(path.name for path in first.iterdir()) == ["net.bin", "net.xml"]


def test_files_are_told_by_hash_not_by_name(tmp_path: Path) -> None:
    manifest = model("ir", "openvino", IR)
    crossed = {"a.bin": IR["net.bin"], "b.xml": IR["net.xml"], "c.onnx": b"of no use"}
    store = WeightStore(tmp_path / "store")
    added = store.add(write(tmp_path / "in", crossed), manifest)
    assert [path.read_bytes() for path in added] == list(IR.values())
    assert len(list((tmp_path / "store").rglob("*.*"))) == 2


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WeightError, match=r"made: made\.onnx is not installed .*models import"):
        WeightStore(tmp_path).find(model())


def test_another_file_is_found_out_on_first_use(tmp_path: Path) -> None:
    manifest = model()
    path = WeightStore(tmp_path).add(write(tmp_path / "in", {"made.onnx": b"weights"}), manifest)[0]
    path.write_bytes(b"tampered")
    with pytest.raises(WeightError) as caught:
        WeightStore(tmp_path).find(manifest)
    for part in ("made", str(path), hashed(b"weights"), hashed(b"tampered")):
        assert part in str(caught.value)


def test_a_damaged_file_is_repaired_by_importing_again(tmp_path: Path) -> None:
    manifest = model()
    given = write(tmp_path / "in", {"made.onnx": b"weights"})
    path = WeightStore(tmp_path).add(given, manifest)[0]
    path.write_bytes(b"tampered")
    store = WeightStore(tmp_path)
    store.add(given, manifest)
    assert store.find(manifest)[0].read_bytes() == b"weights"


def test_a_wrong_file_of_the_right_name_is_refused(tmp_path: Path) -> None:
    given = write(tmp_path / "in", {"made.onnx": b"other"})
    with pytest.raises(WeightError) as caught:
        WeightStore(tmp_path / "store").add(given, model())
    assert hashed(b"weights") in str(caught.value)
    assert hashed(b"other") in str(caught.value)
    assert not (tmp_path / "store").exists()


def test_half_a_model_is_refused(tmp_path: Path) -> None:
    given = write(tmp_path / "in", {"net.xml": IR["net.xml"]})
    with pytest.raises(WeightError, match=r"ir: net\.bin .* is not among the files given"):
        WeightStore(tmp_path / "store").add(given, model("ir", "openvino", IR))


def test_an_interrupted_import_leaves_the_model_missing_not_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = model("ir", "openvino", IR)
    given = write(tmp_path / "in", IR)
    real, calls = weights._sync_folder, []

    def full_disk(folder: Path) -> None:
        calls.append(folder)
        real(folder)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(weights, "_sync_folder", full_disk)
    store = WeightStore(tmp_path / "store")
    with pytest.raises(WeightError, match="No space left"):
        store.add(given, manifest)
    assert len(calls) == 1
    left = [path.name for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert left == ["net.bin"]
    monkeypatch.undo()
    assert store.add(given, manifest) == store.find(manifest)


def test_a_file_that_changes_while_it_is_copied_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "in", {"made.onnx": b"other"})[0]
    monkeypatch.setattr(weights, "sha256_of", lambda _path: hashed(b"weights"))
    with pytest.raises(WeightError, match="expected sha256"):
        WeightStore(tmp_path / "store").add([path], model())
    assert [p for p in (tmp_path / "store").rglob("*") if p.is_file()] == []


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    given = write(tmp_path / "in", {"made.onnx": b"weights"})
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WeightError, match="Not a directory"):
        WeightStore(tmp_path / "file").add(given, model())


@pytest.mark.parametrize("name", ["a.pt", "a.PTH", "a.pkl", "a.ckpt", "a.onnx", "a.xml", "a.bin"])
def test_pickles_are_refused_whatever_they_are_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if path.suffix == ".bin":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("data.pkl", pickle.dumps({}))
    else:
        path.write_bytes(pickle.dumps({"weights": [1.0]}))
    with pytest.raises(WeightError, match=r"runs the code that it carries.*ONNX \(\.onnx\)"):
        refuse_code(path)


@pytest.mark.parametrize("name", ["a.txt", "a.engine", "a"])
def test_other_kinds_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(WeightError, match="not a weight file that is read here"):
        refuse_code(write(tmp_path, {name: b"something"})[0])


def test_raw_weights_may_begin_like_a_pickle(tmp_path: Path) -> None:
    refuse_code(write(tmp_path, {"net.bin": IR["net.bin"]})[0])


@pytest.mark.parametrize("format_", ["ultralytics", "tensorrt", "http"])
def test_formats_without_files_here_are_refused_with_the_reason(
    tmp_path: Path, format_: str
) -> None:
    files = {"made.onnx": b"weights"}
    with pytest.raises(WeightError, match="pickles, which run the code"):
        WeightStore(tmp_path / "store").add(write(tmp_path, files), model("m", format_, files))


@pytest.mark.parametrize(
    ("format_", "name"), [("onnx", "net.xml"), ("openvino", "net.onnx"), ("torch", "net.bin")]
)
def test_a_file_of_another_format_is_refused(tmp_path: Path, format_: str, name: str) -> None:
    files = {name: b"weights"}
    with pytest.raises(WeightError, match="does not belong to format"):
        WeightStore(tmp_path / "store").add(write(tmp_path, files), model("m", format_, files))


def test_safetensors_of_a_torch_model_are_taken(tmp_path: Path) -> None:
    files = {"net.safetensors": b"\x10" + bytes(7) + b"{}"}
    manifest = model("t", "torch", files)
    given = write(tmp_path, files)
    refuse_code(given[0])
    store = WeightStore(tmp_path / "store")
    assert store.add(given, manifest) == store.find(manifest)


def test_an_embedded_model_needs_no_import(tmp_path: Path) -> None:
    manifest = model()
    shipped = write(tmp_path / "embedded" / manifest.id, {"made.onnx": b"weights"})
    store = WeightStore(tmp_path / "store", tmp_path / "embedded")
    assert store.installed(manifest)
    assert store.find(manifest) == tuple(shipped)
    assert not (tmp_path / "store").exists()


def test_an_embedded_file_is_checked_like_any_other(tmp_path: Path) -> None:
    manifest = model()
    write(tmp_path / "embedded" / manifest.id, {"made.onnx": b"tampered"})
    store = WeightStore(tmp_path / "store", tmp_path / "embedded")
    with pytest.raises(WeightError, match=hashed(b"tampered")):
        store.find(manifest)
    store.add(write(tmp_path / "in", {"made.onnx": b"weights"}), manifest)
    assert store.find(manifest)[0].read_bytes() == b"weights"


def test_an_embedded_folder_without_the_file_names_it(tmp_path: Path) -> None:
    (tmp_path / "embedded" / "made").mkdir(parents=True)
    with pytest.raises(WeightError, match=r"made\.onnx is not installed"):
        WeightStore(tmp_path / "store", tmp_path / "embedded").find(model())
