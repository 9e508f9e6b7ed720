"""An HTTP server on this machine: files to get, one answer to every post."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast


@dataclass
class Served:
    """What is answered, and what was asked: (path, headers in lower case, body).

    With `etag` parts of files are served, too. Each number in `cuts` ends one answer after so many
    bytes; with `stalls` the connection then stays open and silent instead of being closed.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    answer: bytes = b""
    silent: threading.Event | None = None
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    etag: str = ""
    cuts: list[int] = field(default_factory=list)
    stalls: threading.Event | None = None
    kind: str = "application/octet-stream"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    served: Served

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that hang up: that is what several tests let them do."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        served = cast(_Server, self.server).served
        path = self.path.partition("?")[0]
        self._note(b"")
        if path in served.moved:
            self._send(302, b"", {"location": served.moved[path]})
        elif path in served.files:
            self._send_file(served, served.files[path])
        else:
            self._send(404, b"")

    def do_POST(self) -> None:
        served = cast(_Server, self.server).served
        self._note(self.rfile.read(int(self.headers.get("content-length", "0"))))
        if served.silent is not None:
            served.silent.wait(10)
            self.close_connection = True
            return
        self._send(served.status, served.answer)

    def _send_file(self, served: Served, body: bytes) -> None:
        headers = {"content-type": served.kind} | ({"etag": served.etag} if served.etag else {})
        asked = self.headers.get("range", "")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and served.etag else 0
        if start and self.headers.get("if-range", served.etag) != served.etag:
            start = 0
        if start >= len(body) > 0:
            self._send(416, b"", {"content-range": f"bytes */{len(body)}"})
            return
        if start:
            headers["content-range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        cut = served.cuts.pop(0) if served.cuts else None
        self._send(206 if start else 200, body[start:], headers, cut)
        if cut is not None:
            if served.stalls is not None:
                served.stalls.wait(10)
            self.close_connection = True

    def _note(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        cast(_Server, self.server).served.asked.append((self.path, headers, body))

    def _send(
        self,
        status: int,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        cut: int | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(served: Served) -> Iterator[Served]:
    """Serve on a free port while the block runs; `served.url` ends without a slash."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.served = served
        served.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))  # noqa: TID251
        thread.start()
        try:
            yield served
        finally:
            for waiting in (served.silent, served.stalls):
                if waiting is not None:
                    waiting.set()
            server.shutdown()
            thread.join()
