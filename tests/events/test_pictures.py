"""Evidence as destinations get it: none, links to what is masked, originals, or bytes."""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer
from typing import Any, ClassVar

import pytest

from events.__main__ import _Evidence
from events.bus import BusError
from events.destination import Options
from events.pictures import Pictures, with_pictures
from store.database import open_database
from tests.events.samples import HASH, event

SECOND = "a1" * 32


@dataclass
class Album:
    """Links and bytes of two pictures; the second one's bytes are gone."""

    away: bool = False
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def link(self, sha256: str, masked: bool) -> str:
        return f"https://eyes.example/{sha256[:2]}?masked={masked}"

    def read(self, sha256: str, masked: bool) -> bytes | None:
        self.asked.append((sha256, masked))
        if self.away:
            raise BusError("the worker is away")
        return b"jpeg" if sha256 == HASH else None


def shown(pictures: Pictures, inline: bool = False, album: Album | None = None) -> list[Any]:
    found = with_pictures(event(), pictures, album or Album(), inline).data["evidence"]
    assert isinstance(found, list)
    return found


def test_none_is_none() -> None:
    assert shown("none", inline=True) == []


def test_masked_gives_links_instead_of_the_originals_hash() -> None:
    wide, second, clip = shown("masked")
    for ref, start in ((wide, HASH[:2]), (second, SECOND[:2])):
        assert (ref["sha256"], ref["masked"], ref["base64"]) == ("", True, "")
        assert ref["url"] == f"https://eyes.example/{start}?masked=True"
    assert (clip["state"], clip["url"]) == ("pending", "")


def test_originals_have_their_hash_and_a_link() -> None:
    wide, *_ = shown("original")
    assert (wide["sha256"], wide["url"]) == (HASH, "https://eyes.example/9f?masked=False")


def test_bytes_travel_only_when_asked_for_and_masked_unless_originals_are() -> None:
    album = Album()
    wide, second, clip = shown("masked", inline=True, album=album)
    assert base64.b64decode(wide["base64"]) == b"jpeg"
    assert (second["base64"], clip["base64"]) == ("", "")
    assert album.asked == [(HASH, True), (SECOND, True)]
    shown("original", inline=True, album=album)
    assert album.asked[2:] == [(HASH, False), (SECOND, False)]


def test_without_the_worker_an_event_that_needs_bytes_waits() -> None:
    with pytest.raises(BusError, match="away"):
        shown("masked", inline=True, album=Album(away=True))
    assert shown("masked", album=Album(away=True))


class _Worker(BaseHTTPRequestHandler):
    """Answers as the worker's renderer: 200, then 404, then 429."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, body = [(200, b"jpeg"), (404, b"{}"), (429, b"{}")][len(self.asked) - 1]
        self.send_response(status)
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "relay"

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_the_worker_gives_the_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = tmp_path / "worker.sock"
    monkeypatch.setenv("SHARP_WORKER_SOCKET", str(socket))
    engine = open_database(f"sqlite:///{tmp_path / 'sharp.db'}")
    evidence = _Evidence(engine, "destination:hq", Options())
    with pytest.raises(BusError, match="away"):
        evidence.read(HASH, True)
    with UnixStreamServer(str(socket), _Worker) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))  # noqa: TID251
        thread.start()
        try:
            assert evidence.read(HASH, True) == b"jpeg"
            assert evidence.read(HASH, False) is None, "the picture is gone, the event goes on"
            with pytest.raises(BusError) as caught:
                evidence.read(HASH, True)
            assert caught.value.retry_after == 7.0
        finally:
            evidence.close()
            server.shutdown()
            thread.join()
    engine.dispose()
    assert _Worker.asked[:2] == [f"/render/{HASH}?masked=true", f"/render/{HASH}?masked=false"]
