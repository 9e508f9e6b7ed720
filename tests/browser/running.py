"""A running painted city for tests: started once, ended for sure."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from config.settings import ROOT

READY_S = 240.0
FILMS = ROOT / "var" / "cache" / "painted"
"""Films are painted once for a checkout."""

_WORLD = (sys.executable, "-m", "tests.browser.world")


@dataclass(frozen=True)
class Running:
    """What `world.json` says, and orders to its parts."""

    told: dict[str, Any]

    def order(self, verb: str, part: str) -> None:
        """Stop, kill, start or restart a part."""
        answer = httpx.post(f"{self.told['control']}/{verb}/{part}", timeout=90)
        answer.raise_for_status()

    def get(self, path: str, key: str = "", **query: Any) -> Any:
        """Return what the API answers to a key: the world's, which may see everything."""
        bearer = {"Authorization": f"Bearer {key or self.told['key']}"}
        url = f"{self.told['url']}/api/v1{path}"
        answer = httpx.get(url, headers=bearer, params=query, timeout=30)
        answer.raise_for_status()
        return answer.json()

    @contextmanager
    def session(self, role: str) -> Iterator[httpx.Client]:
        """Log somebody in at the API, without a browser."""
        origin, base = {"Origin": self.told["url"]}, f"{self.told['url']}/api/v1"
        with httpx.Client(base_url=base, headers=origin, timeout=60) as client:
            login = {"name": role, "password": self.told["password"]}
            client.post("/session", json=login).raise_for_status()
            yield client

    def event(
        self, type: str, subject: str = "", camera: str = "", patience_s: float = 60.0
    ) -> dict[str, Any]:
        """Wait for the first event of a type about an incident or a camera, also an old one."""
        end = time.monotonic() + patience_s
        with httpx.stream(
            "GET",
            f"{self.told['url']}/api/v1/events/stream",
            params={"type": type, "after": 0},
            headers={"Authorization": f"Bearer {self.told['key']}"},
            timeout=patience_s,
        ) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    event: dict[str, Any] = json.loads(line.removeprefix("data:"))
                    if subject in ("", event["subject"]) and camera in ("", _camera(event)):
                        return event
                if time.monotonic() > end:
                    break
        raise AssertionError(f"not in {patience_s:.0f} s: {type}")


def _camera(event: dict[str, Any]) -> str:
    return str(event["data"]["camera"]["id"])


@contextmanager
def world(folder: Path, *arguments: str) -> Iterator[Running]:
    """Start a world, wait until it is ready, and end it with everything that it started."""
    with (folder / "world.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: TID251
            [*_WORLD, "--folder", str(folder), "--films", str(FILMS), *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(process, folder)
        yield Running(json.loads((folder / "world.json").read_text()))
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:  # noqa: TID251 - the type
    end = time.monotonic() + READY_S
    while not (folder / "world.json").exists():
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError((folder / "world.log").read_text()[-2000:])
        threading.Event().wait(0.2)
