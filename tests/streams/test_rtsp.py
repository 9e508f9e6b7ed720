"""One attempt over real RTSP: good days and bad days, from our server through libav."""

from __future__ import annotations

import socket

import av
import pytest
from pydantic import SecretStr

from streams.camera import Camera
from streams.libav.source import LibavSource
from streams.picture import Packet, Picture
from streams.resolver import StaticResolver
from streams.ring import PacketRing
from streams.sampler import Sampler
from streams.server import CameraServer
from streams.source import Attempt, Reason
from tests.streams.clips import number_in
from tests.streams.watching import COUNT, PASSWORD, RATE, USER, Seen, closed_port


@pytest.mark.parametrize("name", ["h264", "hevc", "b"])
def test_once_gives_the_whole_clip_from_its_first_picture(once: CameraServer, name: str) -> None:
    seen = Seen(once.url(name))
    assert seen.reason is Reason.ENDED
    assert [number_in(p.pixels) for p in seen.pictures][:40] == list(range(40))
    assert len(seen.packets) == COUNT
    expected = [index / RATE for index in range(len(seen.pictures))]
    assert [p.stream_time for p in seen.pictures] == pytest.approx(expected, abs=0.001)
    assert [p.pts for p in seen.packets] == pytest.approx(
        [index / RATE for index in range(COUNT)], abs=0.001
    )
    assert seen.packets[0].key
    (opened,) = seen.opened
    assert (opened.width, opened.height, opened.rate) == (192, 96, RATE)
    assert opened.codec == ("hevc" if name == "hevc" else "h264")
    assert seen.source.corrupt == 0


def test_looping_goes_on_in_time(server: CameraServer) -> None:
    seen = Seen(server.url("h264"), until=lambda s: len(s.pictures) > COUNT + 10)
    numbers = [number_in(p.pixels) for p in seen.pictures]
    assert numbers == [*range(COUNT), *range(11)]
    times = [p.stream_time for p in seen.pictures]
    assert times == pytest.approx([index / RATE for index in range(COUNT + 11)], abs=0.001)


@pytest.mark.parametrize("name", ["h264", "hevc"])
def test_in_key_frame_mode_only_keys_are_decoded_and_come_at_once(
    server: CameraServer, name: str
) -> None:
    sampler = Sampler([1.0])
    seen = Seen(server.url(name), sampler, until=lambda s: len(s.pictures) > 3)
    assert sampler.drain
    assert [p.stream_time for p in seen.pictures] == pytest.approx([0, 1, 2, 3], abs=0.01)
    assert [number_in(p.pixels) for p in seen.pictures] == [0, 25, 0, 25]
    assert seen.packets[-1].pts == pytest.approx(3.0, abs=0.01), "the picture came late"


def test_the_camera_s_rotation_is_honoured(server: CameraServer) -> None:
    seen = Seen(server.url("h264"), until=lambda s: bool(s.pictures), rotation=270)
    assert seen.pictures[0].pixels.shape == (192, 96, 3)
    assert seen.opened[0].rotation == 270


def test_a_login_with_odd_characters_is_accepted(locked: CameraServer) -> None:
    camera = Camera(id="a", url=locked.url("h264"), username=USER, password=SecretStr(PASSWORD))
    seen = Seen(StaticResolver().resolve(camera), until=lambda s: bool(s.pictures))
    assert seen.pictures


@pytest.mark.parametrize(
    ("fault", "reason", "media_came"),
    [
        ({"fault": "die", "at": 0.5}, Reason.ENDED, True),
        ({"fault": "stall", "at": 0.5}, Reason.STALLED, True),
        ({"fault": "auth"}, Reason.REFUSED, False),
        ({"fault": "notvideo"}, Reason.NOT_VIDEO, False),
    ],
)
def test_a_bad_day_has_its_reason(
    server: CameraServer, fault: dict[str, object], reason: Reason, media_came: bool
) -> None:
    seen = Seen(server.url("h264", **fault), open_timeout_s=2.0)
    assert seen.reason is reason
    assert bool(seen.packets) is media_came
    assert "rtsp:" not in str(seen.error)
    assert "127.0.0.1" not in str(seen.error)
    if media_came:
        assert len(seen.pictures) == pytest.approx(0.5 * RATE, abs=3)


def test_a_camera_that_sends_nothing_is_online_without_media(server: CameraServer) -> None:
    seen = Seen(server.url("h264", fault="silent"), open_timeout_s=1.0)
    assert seen.reason is Reason.NO_MEDIA


def test_a_camera_that_is_gone_is_not_found_and_comes_back(server: CameraServer) -> None:
    url = server.url("hevc", fault="gone", at=0.3, for_=1.5)
    assert Seen(url).reason is Reason.ENDED
    assert Seen(server.url("hevc")).reason is Reason.NOT_FOUND
    server.gone_until.clear()
    assert Seen(server.url("hevc"), until=lambda s: bool(s.pictures)).pictures


def test_an_unknown_camera_is_not_found(server: CameraServer) -> None:
    assert Seen(server.url("nobody")).reason is Reason.NOT_FOUND


def test_a_closed_port_is_unreachable() -> None:
    assert Seen(f"rtsp://127.0.0.1:{closed_port()}/x").reason is Reason.UNREACHABLE


def test_an_unknown_host_is_unreachable() -> None:
    assert Seen("rtsp://no-such-host.invalid/x").reason is Reason.UNREACHABLE


def test_a_port_that_never_answers_is_online_without_media() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"rtsp://127.0.0.1:{listener.getsockname()[1]}/x"
        assert Seen(url, open_timeout_s=0.5).reason is Reason.NO_MEDIA


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "/etc/passwd", "http://127.0.0.1/x", "concat:/etc/passwd", ""]
)
def test_other_schemes_never_reach_libav(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*args: object, **kwargs: object) -> None:
        raise AssertionError("libav was asked")

    monkeypatch.setattr(av, "open", opened)
    seen = Seen(url)
    assert seen.reason is Reason.FORBIDDEN_URL
    assert "passwd" not in str(seen.error)


@pytest.mark.parametrize(
    ("name", "fault", "noticed"),
    [
        ("h264", "corrupt", True),
        ("h264", "loss", True),
        ("hevc", "corrupt", False),  # libav does not notice flipped bits in H.265
        ("hevc", "loss", True),
    ],
)
def test_damage_is_survived_and_counted(
    server: CameraServer, name: str, fault: str, noticed: bool
) -> None:
    url = server.url(name, fault=fault, p=0.05)
    seen = Seen(url, until=lambda s: bool(s.packets) and s.packets[-1].pts > 2.5)
    assert seen.error is None
    assert (seen.source.corrupt > 0) == noticed
    assert len(seen.pictures) > 0
    times = [p.stream_time for p in seen.pictures]
    assert times == sorted(times)


def test_a_changed_resolution_is_survived(server: CameraServer) -> None:
    url = server.url("h264", fault="resize", at=0.6)
    seen = Seen(url, until=lambda s: len(s.pictures) > 30)
    assert seen.error is None
    assert [(o.width, o.height) for o in seen.opened] == [(192, 96), (96, 48)]
    shapes = [picture.pixels.shape[:2] for picture in seen.pictures]
    assert shapes == [(96, 192)] * 15 + [(48, 96)] * 16
    times = [picture.stream_time for picture in seen.pictures]
    assert times == pytest.approx([index / RATE for index in range(31)], abs=0.001)
    assert [number_in(p.pixels, 0.5) for p in seen.pictures[15:20]] == [0, 1, 2, 3, 4]


def test_the_new_run_begins_with_its_key_packet(server: CameraServer) -> None:
    ring = PacketRing(30.0, 10**8)
    source = LibavSource()
    items = source.run(Attempt(server.url("h264", fault="resize", at=0.6)), Sampler([0.0]))
    for item in items:
        if not isinstance(item, Picture):
            ring.add(item, item.pts if isinstance(item, Packet) else 0.0)
        if isinstance(item, Packet) and item.pts > 1.2:
            break
    items.close()
    old, new = ring.clip(0.0, 0.5), ring.clip(0.7, 1.2)
    assert old is not None
    assert new is not None
    assert (old.opened.width, new.opened.width) == (192, 96)
    assert ring.dropped == 0
