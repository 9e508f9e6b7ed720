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

READY_S = 120.0


@dataclass(frozen=True)
class Running:
    """What `world.json` says, and orders to its parts."""

    told: dict[str, Any]

    def order(self, verb: str, part: str) -> None:
        """Stop, kill, start or restart a part."""
        answer = httpx.post(f"{self.told['control']}/{verb}/{part}", timeout=90)
        answer.raise_for_status()

    def get(self, path: str, **query: Any) -> Any:
        """Return what the API answers to the world's key."""
        bearer = {"Authorization": f"Bearer {self.told['key']}"}
        url = f"{self.told['url']}/api/v1{path}"
        answer = httpx.get(url, headers=bearer, params=query, timeout=30)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def world(folder: Path, *arguments: str) -> Iterator[Running]:
    """Start a world, wait until it is ready, and end it with everything that it started."""
    with (folder / "world.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: TID251
            [sys.executable, "-m", "tests.browser.world", "--folder", str(folder), *arguments],
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
