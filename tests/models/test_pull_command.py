"""python -m models pull, as the operator types it: mirrors, several models, exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.__main__ import main
from models.catalog import Catalog
from models.pull import available
from models.weights import WeightStore
from tests.models.manifests import hashed, write_text
from tests.models.server import Served, serving
from tests.models.test_pull import BODY, IR, closed_address, text


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(Served()) as running:
        yield running


@pytest.fixture
def run(tmp_path: Path, served: Served) -> list[str]:
    """The options of a place with `made` (one file), `ir` (two) and `lonely` (no address)."""
    served.files = {"/made.onnx": BODY} | {f"/m/{name}": body for name, body in IR.items()}
    models = tmp_path / "own" / "models"
    write_text(models / "made.toml", text("made", {"made.onnx": (served.url + "/made.onnx", BODY)}))
    ir = {name: (f"{served.url}/m/{name}", body) for name, body in IR.items()}
    write_text(models / "ir.toml", text("ir", ir, "openvino"))
    write_text(models / "lonely.toml", text("lonely", {"lonely.onnx": ("", BODY)}))
    return ["--store", str(tmp_path / "store"), "--catalog", str(tmp_path / "own")]


def test_several_models_of_several_files(tmp_path: Path, run: list[str]) -> None:
    assert main([*run, "pull", "made", "ir"]) == 0
    store = tmp_path / "store"
    assert (store / hashed(BODY) / "made.onnx").read_bytes() == BODY
    assert (store / hashed(IR["net.xml"]) / "net.bin").read_bytes() == IR["net.bin"]


@pytest.mark.parametrize("start", ["/m/net.xml", "/m/"])
def test_a_mirror_is_a_file_or_a_folder(
    tmp_path: Path, run: list[str], served: Served, start: str
) -> None:
    assert main([*run, "pull", "ir", "--from", served.url + start]) == 0
    assert (tmp_path / "store" / hashed(IR["net.xml"]) / "net.bin").is_file()


def test_a_mirror_follows_redirects(run: list[str], served: Served) -> None:
    served.moved = {"/a.onnx": "/made.onnx"}
    assert main([*run, "pull", "lonely", "--from", f"{served.url}/a.onnx?token=x"]) == 0


def test_one_bad_model_does_not_keep_the_others(
    run: list[str], served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    served.files = {name: body for name, body in served.files.items() if "net" not in name}
    assert main([*run, "pull", "ir", "made"]) == 1
    shown = capsys.readouterr()
    assert "made 1: installed" in shown.out
    assert "ir: " in shown.err
    assert "404" in shown.err


def test_a_model_without_an_address_says_so(
    run: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*run, "pull", "lonely"]) == 1
    assert "--from URL" in capsys.readouterr().err


def test_without_a_name_it_lists_what_there_is(
    run: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*run, "pull"]) == 2
    shown = capsys.readouterr().err
    assert "--all" in shown
    assert [row.split()[0] for row in shown.splitlines() if row.startswith("  made")] == ["made"]
    assert "lonely" not in shown


def test_all_are_those_with_an_address(
    tmp_path: Path, run: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Catalog.read([tmp_path / "own"]).models
    mine = {id: own[id] for id in ("ir", "made", "lonely")}
    monkeypatch.setattr("models.__main__.available", lambda _: available(mine))
    assert main([*run, "pull", "--all"]) == 0
    store = WeightStore(tmp_path / "store", tmp_path / "embedded")
    assert {id for id, one in mine.items() if store.installed(one)} == {"ir", "made"}


def test_wrong_usage_is_refused(
    run: list[str], served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*run, "pull", "none"]) == 1
    assert "none: not in the catalog; known: " in capsys.readouterr().err
    assert main([*run, "pull", "made", "ir", "--from", f"{served.url}/"]) == 1
    assert "one model" in capsys.readouterr().err
    for url in ("file:///etc/passwd", "ftp://x/y", "/etc/passwd", "http://"):
        assert main([*run, "pull", "made", "--from", url]) == 1
        assert "not an http:// or https:// address" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main([*run, "pull", "made", "--accept-hash", "abc"])


def test_hash_and_network_have_exit_codes_of_their_own(
    tmp_path: Path, run: list[str], served: Served
) -> None:
    models = tmp_path / "own" / "models"
    write_text(models / "new.toml", text("new", {"new.onnx": (served.url + "/made.onnx", None)}))
    assert main([*run, "pull", "new"]) == 3
    assert main([*run, "pull", "new", "--accept-hash", hashed(BODY).upper()]) == 0
    write_text(
        models / "far.toml", text("far", {"far.onnx": (f"{closed_address()}/far.onnx", b"x")})
    )
    assert main([*run, "pull", "far", "made"]) == 4
