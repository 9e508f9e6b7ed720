"""The quick start for integrators, run block by block as it is written, on a painted city."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import ROOT
from inference.evidence import encode
from tests.browser.running import Running, world
from tests.chain.street import car, ground

DOCUMENT = ROOT / "docs" / "quickstart-integrator.md"
PATIENCE_S = 90.0
ENVIRONMENT = {"PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"}
"""`python` is the one of this environment, as the document says."""
_TIME_IS_UP = 28
"""What curl says when --max-time ends a stream."""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with world(tmp_path_factory.mktemp("city")) as running:
        yield running


class Shell:
    """Runs the document's blocks, with its server, key and port replaced by real ones."""

    def __init__(self, folder: Path, city: Running, key: str) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._real = (
            ("http://127.0.0.1:8000", str(city.told["url"])),
            ("sk_...", key),
            ("127.0.0.1:9000", f"127.0.0.1:{self.port}"),
            ('("127.0.0.1", 9000)', f'("127.0.0.1", {self.port})'),
        )
        self._said: list[str] = []

    def real(self, text: str) -> str:
        """Return a block with what is different on this machine."""
        for written, real in self._real:
            text = text.replace(written, real)
        return text

    def run(self, block: str) -> str:
        """Run one block after the exports before it; return what it prints."""
        block = self.real(block)
        script = "\n".join([*self._said, block])
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            env=ENVIRONMENT,
        )
        good = {0, _TIME_IS_UP} if "--max-time" in block else {0}
        assert done.returncode in good, f"{block}\n{done.stdout}\n{done.stderr}"
        self._said += [line for line in block.splitlines() if line.startswith("export ")]
        return done.stdout


def _blocks(language: str) -> list[str]:
    text = DOCUMENT.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def _key(city: Running) -> str:
    """Make a key as the document says."""
    command = next(block for block in _blocks("") if "key add" in block)
    done = subprocess.run(
        ["bash", "-euc", f"export SHARP_DATA_DIR={city.told['folder']}\n{command}"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
    )
    found = re.search(r"sk_\S+", done.stdout)
    assert found, done.stdout
    return found[0]


def _until_there_are_incidents(city: Running) -> None:
    wanted = "city.sharp-eyes.incident.opened.v1"
    for _ in range(int(PATIENCE_S)):
        if len(city.get("/events", type=wanted, limit=500)["events"]) >= 4:
            return
        threading.Event().wait(1.0)
    raise AssertionError("not all four kinds within 90 s")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_block_of_the_quick_start_does_what_it_says(city: Running, tmp_path: Path) -> None:
    street = ground()
    car(street, 120)
    (tmp_path / "street.jpg").write_bytes(encode(street))
    shell = Shell(tmp_path, city, _key(city))
    for program in _blocks("python"):
        name = re.match(r"# (\w+\.py):", program)
        assert name
        (tmp_path / name[1]).write_text(shell.real(program))
    _until_there_are_incidents(city)
    setting, *blocks = _blocks("sh")
    shell.run(setting)
    answers = iter(blocks)

    assert json.loads(shell.run(next(answers)))["detections"][0]["label"] == "car"
    assert json.loads(shell.run(next(answers)))["judged"]["verdict"] == "candidate"
    refused = json.loads(shell.run(next(answers)))
    written = json.loads(_blocks("json")[0])
    assert {name: refused[name] for name in written} == written

    page = json.loads(shell.run(next(answers)))
    assert (len(page["events"]), page["next"]) == (2, 2)
    followed = shell.run(next(answers)).splitlines()
    assert {line.split()[1] for line in followed if len(line.split()) > 2} == {
        "fall",
        "flooding",
        "illegal_parking",
        "litter",
    }
    pictures = [path for path in tmp_path.glob("*.jpg") if path.name != "street.jpg"]
    assert len(pictures) >= 4
    assert all(path.read_bytes()[:2] == b"\xff\xd8" for path in pictures)

    first = re.findall(r"^id: (\d+)$", shell.run(next(answers)), re.MULTILINE)
    assert first[:3] == ["1", "2", "3"]
    again = re.findall(r"^id: (\d+)$", shell.run(next(answers)), re.MULTILINE)
    assert again[0] == "3"

    try:
        shell.run(next(answers))  # the receiver, in the background
        assert json.loads(shell.run(next(answers)))["audience"] == "internal"
        assert shell.run(next(answers)).strip() == "401"
        _received(tmp_path / "received.txt")
        listed, dead = shell.run(next(answers)).replace("][", "]\n[").splitlines()
        assert [d["id"] for d in json.loads(listed) if not d["dead_letters"]] == ["my-system"]
        assert json.loads(dead) == []
    finally:
        shell.run(blocks[-1])
    assert list(answers) == [blocks[-1]]


def _received(path: Path) -> None:
    """Wait for a signed event that the receiver believed."""
    for _ in range(int(PATIENCE_S)):
        if re.search(r"^\d{20} city\.sharp-eyes\.\S+ \S+$", path.read_text(), re.MULTILINE):
            return
        threading.Event().wait(1.0)
    raise AssertionError(f"nothing was received: {path.read_text()!r}")
