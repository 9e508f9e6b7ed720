"""python -m models, as the operator uses it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from models.__main__ import main
from tests.models.manifests import hashed, model_text, write, write_text
from tests.models.server import Served, serving

IR = {"net.xml": b"<net/>", "net.bin": b"numbers"}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options of a place with two models of its own: `ir` (two files) and `made` (one)."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
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


def test_fetch_of_one_file_follows_redirects(tmp_path: Path, run: list[str]) -> None:
    served = Served({"/b.onnx": b"weights"}, moved={"/a.onnx": "/b.onnx"})
    with serving(served):
        assert main([*run, "fetch", "made", "--from", f"{served.url}/a.onnx?token=x"]) == 0
    assert (tmp_path / "store" / hashed(b"weights") / "made.onnx").read_bytes() == b"weights"


@pytest.mark.parametrize("start", ["/m/net.xml", "/m/"])
def test_fetch_of_two_files_finds_the_second_beside_the_first(
    tmp_path: Path, run: list[str], start: str
) -> None:
    with serving(Served({f"/m/{name}": body for name, body in IR.items()})) as served:
        assert main([*run, "fetch", "ir", "--from", served.url + start]) == 0
    assert (tmp_path / "store" / hashed(IR["net.xml"]) / "net.bin").is_file()


@pytest.mark.parametrize(
    ("files", "more", "reason"),
    [
        ({"/x.onnx": b"evil"}, [], "expected sha256"),
        ({"/x.onnx": b"w" * ((1 << 20) + 1)}, ["--limit-mb", "1"], "larger than 1048576 bytes"),
        ({"/x.onnx": b"\x80\x04 pickled"}, [], "a pickle"),
        ({}, [], "the server answers 404"),
    ],
)
def test_what_is_not_the_model_is_not_kept(
    tmp_path: Path,
    run: list[str],
    capsys: pytest.CaptureFixture[str],
    files: dict[str, bytes],
    more: list[str],
    reason: str,
) -> None:
    with serving(Served(files)) as served:
        assert main([*run, "fetch", "made", "--from", f"{served.url}/x.onnx", *more]) == 1
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "store").exists()


def test_without_a_network_it_says_what_to_do(
    run: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:  # bound, not listening: refused at once
        taken.bind(("127.0.0.1", 0))
        url = f"http://me:secret@127.0.0.1:{taken.getsockname()[1]}/made.onnx?key=hidden"
        assert main([*run, "fetch", "made", "--from", url]) == 1
    error = capsys.readouterr().err
    assert "ConnectError" in error
    assert "python -m models import FILE" in error
    assert "secret" not in error
    assert "hidden" not in error


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "/etc/passwd", "http://"])
def test_other_schemes_are_refused(
    run: list[str], capsys: pytest.CaptureFixture[str], url: str
) -> None:
    assert main([*run, "fetch", "made", "--from", url]) == 1
    assert "not an http:// or https:// address" in capsys.readouterr().err


def test_an_unknown_id_is_refused(run: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*run, "fetch", "none", "--from", "http://localhost/"]) == 1
    assert "none: not in the catalog; known: " in capsys.readouterr().err
