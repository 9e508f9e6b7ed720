"""The commands about people and keys, and `serve` as its own process."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from api.__main__ import main
from store import audit, keys, users
from store.database import open_database
from tests.house.sources import ROOT

Process = subprocess.Popen[str]  # noqa: TID251 - what is tested
Told = pytest.CaptureFixture[str]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'sharp.db'}"


def test_a_person_is_added_listed_and_reset(url: str, capsys: Told) -> None:
    assert main(["user", "add", "li", "--role", "reviewer", "--database", url]) == 0
    first = capsys.readouterr().out.split(": ")[1].strip()
    assert main(["user", "password", "li", "--actor", "wang", "--database", url]) == 0
    second = capsys.readouterr().out.split(": ")[1].strip()
    assert first != second
    assert main(["user", "list", "--database", url]) == 0
    assert capsys.readouterr().out == "li  reviewer  must change the password  never seen\n"
    engine = open_database(url)
    rows = [(e.actor, e.action, e.object) for e in audit.newest(engine)]
    engine.dispose()
    assert rows == [("wang", "user.password-reset", "li"), ("cli", "user.add", "li")]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["user", "add", "a b", "--role", "admin"], "name: "),
        (["user", "add", "LI", "--role", "admin"], "there is a user 'LI' already"),
        (["user", "password", "nix"], "there is no user 'nix'"),
        (["key", "add", "k", "--owner", "nix", "--scope", "detect"], "there is no user 'nix'"),
        (["key", "add", "k", "--owner", "li", "--scope", "detect"], "detect: you do not have it"),
        (["key", "revoke", "nix"], "there is no key 'nix'"),
    ],
)
def test_refusals_are_said(url: str, capsys: Told, arguments: list[str], reason: str) -> None:
    main(["user", "add", "li", "--role", "reviewer", "--database", url])
    capsys.readouterr()
    assert main([*arguments, "--database", url]) == 1
    assert reason in capsys.readouterr().err


def test_a_key_is_made_listed_and_revoked(url: str, capsys: Told) -> None:
    main(["user", "add", "li", "--role", "integrator", "--database", url])
    capsys.readouterr()
    add = ["key", "add", "city platform", "--owner", "li", "--scope", "detect"]
    assert main([*add, "--database", url]) == 0
    secret = capsys.readouterr().out.split(": ")[1].strip()
    engine = open_database(url)
    found = keys.find(engine, secret, time.time())
    assert found is not None
    assert found.key.scopes == ("detect",)
    assert main(["key", "revoke", found.key.id, "--database", url]) == 0
    assert keys.find(engine, secret, time.time()) is None
    capsys.readouterr()
    assert main(["key", "list", "--database", url]) == 0
    assert "'city platform'  of li  detect" in capsys.readouterr().out
    engine.dispose()


def test_the_description_is_printed_without_a_database(capsys: Told) -> None:
    assert main(["openapi"]) == 0
    assert capsys.readouterr().out == (ROOT / "docs/openapi.json").read_text(encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _served(folder: Path, port: int) -> Process:
    return Process(
        [sys.executable, "-m", "api", "serve", "--port", str(port)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "SHARP_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _wait_for(address: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if httpx.get(f"{address}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            threading.Event().wait(0.1)
    pytest.fail("it does not serve")


@pytest.mark.slow
def test_serve_makes_one_admin_and_ends_soon_though_a_stream_is_open(tmp_path: Path) -> None:
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    process = _served(tmp_path, port)
    try:
        _wait_for(address)
        lines = [process.stdout.readline() for _ in range(4)] if process.stdout else []
        password = re.findall(r"password: (\S+)", "".join(lines))[0]
        browser = httpx.Client(base_url=address, headers={"Sec-Fetch-Site": "same-origin"})
        login = browser.post("/api/v1/session", json={"name": "admin", "password": password})
        assert login.json()["must_change"] is True
        passwords = {"old": password, "new": "Battery-staple-2"}
        assert browser.put("/api/v1/session/password", json=passwords).status_code == 200
        with browser.stream("GET", "/api/v1/live") as stream:
            assert stream.status_code == 200
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            process.wait(10)
            assert time.monotonic() - begun < 5
        browser.close()
    finally:
        process.kill()
        process.communicate()

    engine = open_database(f"sqlite:///{tmp_path / 'sharp.db'}")
    assert [user.role for user in users.users(engine)] == ["admin"]
    engine.dispose()
    again = _served(tmp_path, port)
    try:
        _wait_for(address)
    finally:
        again.terminate()
        said, _ = again.communicate(timeout=10)
    assert "password" not in said
    assert "Traceback" not in said
