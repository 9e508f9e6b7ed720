"""A webhook receiver on this machine that answers as a test wants it to."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast


@dataclass(frozen=True)
class Call:
    """One received call; header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What to answer. `drop` breaks the connection off instead; `hold` has to be set first."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    drop: bool = False
    hold: threading.Event | None = None


class Receiver:
    """Gives the answers in turn, the last one for ever; `calls` are what came in."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.calls: list[Call] = []
        self.url = ""
        self._answers = list(answers) or [Answer()]

    def take(self, call: Call) -> Answer:
        """Keep the call and return what to answer."""
        answer = self._answers[min(len(self.calls), len(self._answers) - 1)]
        self.calls.append(call)
        return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.path, headers, self.rfile.read(length))
        answer = cast(_Server, self.server).receiver.take(call)
        if answer.hold is not None:
            answer.hold.wait(20)
        if answer.drop:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def receiving(*answers: Answer) -> Iterator[Receiver]:
    """Serve on a free port of this machine while the block runs."""
    receiver = Receiver(answers)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.receiver = receiver
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))  # noqa: TID251
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
