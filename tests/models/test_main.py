"""python -m models, as the operator uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.__main__ import main
from tests.models.manifests import hashed, model_text, write, write_text
from tests.models.onnx_file import reddish

IR = {"net.xml": b"<net/>", "net.bin": b"numbers"}


@pytest.fixture
def run(tmp_path: Path) -> list[str]:
    """The options of a place with two models of its own: `ir` (two files) and `made` (one)."""
    write_text(tmp_path / "own" / "models" / "ir.toml", model_text("ir", "openvino", IR))
    write_text(tmp_path / "own" / "models" / "made.toml", model_text("made"))
    return ["--store", str(tmp_path / "store"), "--catalog", str(tmp_path / "own")]


def line(shown: str, id_: str) -> list[str]:
    return next(row.split() for row in shown.splitlines() if row.startswith(id_ + " "))


def test_import_recognises_a_file_by_its_hash(
    tmp_path: Path, run: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "in", {"any name.onnx": b"weights"})[0]
    assert main([*run, "import", str(path)]) == 0
    assert "made 1: installed" in capsys.readouterr().out
    assert main([*run, "list"]) == 0
    shown = capsys.readouterr().out
    assert line(shown, "made") == ["made", "1", "MIT", "yes", hashed(b"weights")[:12]]
    assert line(shown, "ir")[3] == "no"


def test_an_xml_brings_its_bin(tmp_path: Path, run: list[str]) -> None:
    xml = write(tmp_path / "in", IR)[0]
    assert main([*run, "import", str(xml)]) == 0
    assert (tmp_path / "store" / hashed(IR["net.xml"]) / "net.bin").read_bytes() == IR["net.bin"]


def test_an_xml_alone_is_half_a_model(
    tmp_path: Path, run: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    xml = write(tmp_path / "in", {"net.xml": IR["net.xml"]})[0]
    assert main([*run, "import", str(xml)]) == 1
    assert "net.bin" in capsys.readouterr().err


def test_an_unknown_file_is_refused_with_a_manifest_to_fill_in(
    tmp_path: Path, run: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "in", {"new.onnx": b"new"})[0]
    assert main([*run, "import", str(path)]) == 1
    error = capsys.readouterr().err
    assert "refused" in error
    assert f'sha256 = "{hashed(b"new")}"' in error
    # The manifest that it proposes works as it stands.
    manifest = write_text(tmp_path / "new.toml", error[error.index("id = ") :])
    assert main([*run, "import", str(path), "--manifest", str(manifest)]) == 0
    assert "catalog" in capsys.readouterr().out
    assert (tmp_path / "store" / hashed(b"new") / "new.onnx").is_file()


def test_a_manifest_for_other_files_is_refused(
    tmp_path: Path, run: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "in", {"made.onnx": b"new"})[0]
    manifest = tmp_path / "own" / "models" / "made.toml"
    assert main([*run, "import", str(path), "--manifest", str(manifest)]) == 1
    error = capsys.readouterr().err
    assert hashed(b"new") in error
    assert hashed(b"weights") in error


def test_a_pickle_is_refused(
    tmp_path: Path, run: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "in", {"best.pt": b"PK\x03\x04"})[0]
    assert main([*run, "import", str(path)]) == 1
    assert "best.pt: a pickle" in capsys.readouterr().err


def test_a_damaged_file_shows_in_the_list(
    tmp_path: Path, run: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "store" / hashed(b"weights"), {"made.onnx": b"damaged"})
    assert main([*run, "list"]) == 0
    shown = capsys.readouterr()
    assert line(shown.out, "made")[3] == "damaged"
    assert hashed(b"damaged") in shown.err


def test_a_malformed_catalog_is_refused(
    tmp_path: Path, run: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write_text(tmp_path / "own" / "models" / "bad.toml", "id = 1")
    assert main([*run, "list"]) == 1
    assert "bad.toml: id:" in capsys.readouterr().err


def test_the_store_comes_from_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_text(tmp_path / "own" / "models" / "made.toml", model_text("made"))
    write(tmp_path / "set" / hashed(b"weights"), {"made.onnx": b"weights"})
    monkeypatch.setenv("SHARP_WEIGHTS_DIR", str(tmp_path / "set"))
    monkeypatch.setenv("SHARP_CATALOG_DIRS", str(tmp_path / "own"))
    assert main(["list"]) == 0
    assert line(capsys.readouterr().out, "made")[3] == "yes"


def test_a_checkpoint_is_not_read_and_the_way_is_told(
    tmp_path: Path, run: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "best.pt"
    assert main([*run, "export", str(path)]) == 1
    shown = capsys.readouterr().out
    assert f"yolo export model={path} format=onnx dynamic=True" in shown
    assert f"python -m models import {tmp_path / 'best.onnx'}" in shown


def test_measuring_shows_every_way_and_the_one_that_is_taken(
    tmp_path: Path,
    run: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHARP_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("SHARP_PRECISION", "fp32")
    content = reddish("batch")
    text = model_text("net", files={"net.onnx": content})
    write_text(tmp_path / "own" / "models" / "net.toml", text)
    assert main([*run, "import", str(write(tmp_path / "in", {"net.onnx": content})[0])]) == 0
    capsys.readouterr()
    for _ in range(2):
        assert main([*run, "measure", "net"]) == 0
        rows = capsys.readouterr().out.splitlines()
        assert rows[0].startswith("net 1, batches of 1")
        assert {row[3:].split()[0] for row in rows[1:]} == {"onnxruntime", "openvino"}
        assert [row.startswith(" * ") for row in rows[1:]] == [True, False]
        assert {row[3:].split()[1] for row in rows[1:]} == {"cpu"}
        assert all(row.endswith("ms a picture") for row in rows[1:])
    assert main([*run, "measure", "unheard"]) == 1
    assert "not in the catalog" in capsys.readouterr().err
