"""The camera server over a socket: the protocol as clients meet it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from streams.server import CameraServer, Media, serve
from tests.streams.watching import RATE, Seen


class Client:
    """A client that speaks RTSP by hand."""

    def __init__(self, server: CameraServer) -> None:
        self._socket = socket.create_connection(("127.0.0.1", server.port), 10)
        self._stream = self._socket.makefile("rb")
        self._number = 0

    def ask(self, method: str, url: str, **headers: str) -> tuple[int, dict[str, str], str]:
        """Send a request; return status, headers and body of its answer."""
        self._number += 1
        lines = [f"{method} {url} RTSP/1.0", f"CSeq: {self._number}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        while (first := self._stream.read(1)) == b"$":
            head = self._stream.read(3)
            self._stream.read(int.from_bytes(head[1:], "big"))
        status = int((first + self._stream.readline()).split()[1])
        found: dict[str, str] = {}
        while line := self._stream.readline().strip():
            name, _, value = line.decode().partition(":")
            found[name.lower()] = value.strip()
        assert found["cseq"] == str(self._number)
        return status, found, self._stream.read(int(found.get("content-length", 0))).decode()

    def frame(self) -> tuple[int, bytes]:
        """Read the next interleaved packet: its channel and content."""
        head = self._stream.read(4)
        assert head[:1] == b"$"
        return head[1], self._stream.read(int.from_bytes(head[2:], "big"))

    def at_end(self) -> bool:
        """Say whether the server closed the connection (waits for it)."""
        return self._stream.read(1) == b""

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


@pytest.fixture
def client(server: CameraServer) -> Iterator[Client]:
    made = Client(server)
    yield made
    made.close()


TCP = "RTP/AVP/TCP;unicast;interleaved=2-3"


def test_a_session_from_describe_to_teardown(server: CameraServer, client: Client) -> None:
    url = server.url("h264")
    assert "PLAY" in client.ask("OPTIONS", url)[1]["public"]
    status, headers, sdp = client.ask("DESCRIBE", url)
    assert (status, headers["content-base"]) == (200, url + "/")
    assert "a=control:track1" in sdp
    status, headers, _ = client.ask("SETUP", url + "/track1", Transport=TCP)
    assert status == 200
    session = headers["session"].partition(";")[0]
    assert "timeout=60" in headers["session"]
    status, headers, _ = client.ask("PLAY", url + "/", Session=session)
    assert status == 200
    rtptime = int(headers["rtp-info"].rpartition("rtptime=")[2])
    channel, report = client.frame()
    assert (channel, report[1]) == (3, 200)
    channel, packet = client.frame()
    assert (channel, int.from_bytes(packet[4:8], "big")) == (2, rtptime)
    assert client.ask("GET_PARAMETER", url, Session=session)[0] == 200
    assert client.ask("TEARDOWN", url, Session=session)[0] == 200
    while not client.at_end():
        pass


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("SETUP", "h264/track1", {"Transport": "RTP/AVP;unicast;client_port=5000-5001"}, 461),
        ("PLAY", "h264", {}, 455),
        ("RECORD", "h264", {}, 501),
        ("DESCRIBE", "nobody", {}, 404),
        ("DESCRIBE", "h264?fault=nonsense", {}, 400),
        ("DESCRIBE", "h264?fault=loss&p=7", {}, 400),
    ],
)
def test_what_cannot_be_done_is_refused(
    server: CameraServer,
    client: Client,
    method: str,
    path: str,
    headers: dict[str, str],
    status: int,
) -> None:
    assert client.ask(method, server.url(path), **headers)[0] == status


def test_nonsense_ends_the_connection_and_harms_nobody(
    server: CameraServer, client: Client
) -> None:
    client.send(b"\x16\x03\x01 not rtsp\r\n\r\n")
    assert Seen(server.url("h264"), until=lambda s: bool(s.pictures)).pictures


def test_a_silent_client_is_let_go_and_a_living_one_kept(media: dict[str, Media]) -> None:
    with serve(media, session_timeout_s=2) as server:
        silent = Client(server)
        silent.ask("OPTIONS", server.url("h264"))
        seen = Seen(server.url("h264"), until=lambda s: len(s.pictures) > 4 * RATE)
        assert seen.error is None
        assert silent.at_end()
        silent.close()


def test_stopping_lets_every_client_go(media: dict[str, Media]) -> None:
    with serve(media) as server:
        client = Client(server)
        client.ask("OPTIONS", server.url("h264"))
        assert server.clients == 1
    assert client.at_end()
    client.close()


def test_a_taken_port_is_told(media: dict[str, Media], server: CameraServer) -> None:
    with pytest.raises(OSError, match="in use"), serve(media, port=server.port):
        pass
