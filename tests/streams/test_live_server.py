"""The camera server as a broadcast: packetised once, the same for all who watch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from streams.server import CameraServer, Media, serve
from tests.streams.test_server_live import Client
from tests.streams.watching import Seen


@pytest.fixture
def broadcast(media: dict[str, Media]) -> Iterator[CameraServer]:
    with serve({"cam1": media["h264"], "cam2": media["h264"]}, live=True) as server:
        yield server


def test_all_who_watch_a_camera_get_the_same_packets(broadcast: CameraServer) -> None:
    clients = [Client(broadcast), Client(broadcast)]
    frames: list[list[tuple[int, bytes]]] = []
    for client in clients:
        url = broadcast.url("cam1")
        client.ask("SETUP", f"{url}/track1", Transport="RTP/AVP/TCP;unicast;interleaved=0-1")
        assert client.ask("PLAY", url)[0] == 200
    for client in clients:
        video = [frame for frame in (client.frame() for _ in range(200)) if frame[0] == 0]
        frames.append(video)
        client.close()
    one, other = ({data[2:4]: data for _, data in video} for video in frames)
    shared = one.keys() & other.keys()
    assert len(shared) > 20
    assert all(one[number] == other[number] for number in shared)


def test_what_is_broadcast_begins_with_a_key_picture_and_plays_in_time(
    broadcast: CameraServer,
) -> None:
    begun = time.monotonic()
    seen = Seen(broadcast.url("cam2"), until=lambda s: len(s.packets) >= 60)
    assert seen.packets[0].key
    assert seen.packets[59].pts == pytest.approx(59 / 25, abs=0.05)
    assert time.monotonic() - begun > 2.0
    assert broadcast.air is not None
    assert len(broadcast.air.late) > 0


def test_a_camera_that_is_broken_off_is_away_for_a_while(broadcast: CameraServer) -> None:
    client = Client(broadcast)
    url = broadcast.url("cam1")
    client.ask("SETUP", f"{url}/track1", Transport="RTP/AVP/TCP;unicast;interleaved=0-1")
    client.ask("PLAY", url)
    client.frame()

    broadcast.break_off("cam1", 60.0)
    with suppress(ConnectionError):
        while not client.at_end():
            pass
    client.close()
    again = Client(broadcast)
    assert again.ask("DESCRIBE", url)[0] == 404
    assert again.ask("DESCRIBE", broadcast.url("cam2"))[0] == 200
    again.close()
