"""The built console beside the API, and what is said while it is not built."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.context import Context


@pytest.fixture
def built(context: Context, tmp_path: Path) -> Path:
    """A built console, and a file beside it that is nobody's business."""
    folder = context.console
    assert folder is not None
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<p>console</p>")
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "assets" / "index-abc123.js").write_text("go()")
    (tmp_path / "secret.txt").write_text("s3cret")
    (folder / "leak.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.mark.parametrize(
    "path", ["/", "/queue", "/cameras/gate.1", "/incidents/abc?tab=2", "/" + "x" * 5000]
)
def test_every_page_of_the_console_is_the_same_file(
    nobody: TestClient, built: Path, path: str
) -> None:
    answer = nobody.get(path)
    assert answer.status_code == 200
    assert answer.text == "<p>console</p>"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_files_with_a_hash_in_their_names_are_kept_for_ever(
    nobody: TestClient, built: Path
) -> None:
    answer = nobody.get("/assets/index-abc123.js")
    assert answer.text == "go()"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "javascript" in answer.headers["Content-Type"]
    assert nobody.get("/icon.svg").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/assets/index-old.js", "/api/v1/nix", "/api", "/metrics/nix"])
def test_what_is_not_there_is_not_a_page(nobody: TestClient, built: Path, path: str) -> None:
    answer = nobody.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/leak.txt"],
)
def test_nothing_outside_the_folder_is_served(nobody: TestClient, built: Path, path: str) -> None:
    assert "s3cret" not in nobody.get(path).text


def test_nobody_posts_to_a_page(nobody: TestClient, built: Path) -> None:
    answer = nobody.post("/queue")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert nobody.head("/queue").status_code == 200


def test_while_it_is_not_built_a_page_says_how(nobody: TestClient) -> None:
    answer = nobody.get("/")
    assert answer.status_code == 503
    assert "npm run build" in answer.text
    assert "控制台尚未构建" in answer.text
    assert "not built yet" in answer.text


def test_it_may_be_built_later(nobody: TestClient, context: Context) -> None:
    assert nobody.get("/").status_code == 503
    folder = context.console
    assert folder is not None
    folder.mkdir()
    (folder / "index.html").write_text("<p>console</p>")
    assert nobody.get("/").status_code == 200
