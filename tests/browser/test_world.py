"""The painted city keeps what it promises to those who test the console on it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from inference.evidence import encode
from tests.browser.running import Running, world
from tests.chain.street import ground

PATIENCE_S = 90.0
OPENED = "city.sharp-eyes.incident.opened.v1"
EVIDENCE = "city.sharp-eyes.incident.evidence.v1"


def _events(city: Running, type: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = city.get("/events", type=type, limit=500)["events"]
    return found


def _detect(city: Running) -> int:
    bearer = {"Authorization": f"Bearer {city.told['key']}"}
    url = f"{city.told['url']}/api/v1/detect"
    return httpx.post(url, content=encode(ground()), headers=bearer, timeout=30).status_code


def _until(done: Any, what: str) -> None:
    for _ in range(int(PATIENCE_S / 0.5)):
        if done():
            return
        threading.Event().wait(0.5)
    pytest.fail(f"not in {PATIENCE_S:.0f} s: {what}")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_all_four_kinds_come_with_clips_that_play(city: Running) -> None:
    four = {"fall", "flooding", "illegal_parking", "litter"}
    _until(lambda: {e["data"]["kind"] for e in _events(city, OPENED)} == four, "all kinds")
    _until(lambda: len(_events(city, EVIDENCE)) >= 4, "their clips")
    pieces = [p for e in _events(city, EVIDENCE) for p in e["data"]["evidence"]]
    clip = next(p for p in pieces if p["role"] == "clip" and p["state"] == "attached")
    played = httpx.get(city.told["url"] + clip["url"], timeout=60)
    assert played.status_code == 200
    assert played.content[4:8] == b"ftyp"


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_every_person_can_log_in_with_the_password_that_is_told(city: Running) -> None:
    for name in city.told["users"]:
        given = {"name": name, "password": city.told["password"]}
        answer = httpx.post(f"{city.told['url']}/api/v1/session", json=given, timeout=30)
        assert (answer.status_code, answer.json()["must_change"]) == (200, False), name


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_parts_are_killed_and_started_again_by_themselves(city: Running) -> None:
    _until(lambda: _detect(city) == 200, "a detection")
    city.order("kill", "worker")
    assert _detect(city) == 503
    city.order("start", "worker")
    _until(lambda: _detect(city) == 200, "a detection after the kill")
    city.order("restart", "api")
    assert _detect(city) == 200


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_nothing_is_left_running(tmp_path: Path) -> None:
    with world(tmp_path) as running:
        mine = [p for p in Path("/proc").glob("[0-9]*/environ") if str(tmp_path) in _read(p)]
        assert len(mine) == 3  # worker, relay and API know their folder
        url, control = running.told["url"], running.told["control"]
        assert httpx.get(control, timeout=10).json()["parts"] == dict.fromkeys(
            ("cameras", "worker", "relay", "api"), True
        )
    for address in (url, control):
        with pytest.raises(httpx.ConnectError):
            httpx.get(address, timeout=5)
    assert [p for p in Path("/proc").glob("[0-9]*/environ") if str(tmp_path) in _read(p)] == []


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""
