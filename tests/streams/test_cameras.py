"""Supervised cameras over real RTSP: states in words, secrets kept, others go on."""

from __future__ import annotations

import logging
from collections.abc import Callable

import av.logging
import pytest
from pydantic import SecretStr

from streams.camera import Camera
from streams.resolver import StaticResolver
from streams.server import CameraServer
from streams.source import Reason
from streams.state import CameraWord
from tests.streams.watching import Seen, Watched, closed_port, supervise


def test_a_wrong_password_is_named_and_found_nowhere(
    locked: CameraServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = "very-secret"
    camera = Camera(id="a", url=locked.url("h264"), username="someone", password=SecretStr(secret))
    watched = Watched(camera).until(lambda w: CameraWord.REFUSED in w.words)
    with caplog.at_level(logging.DEBUG):
        supervise(watched)
    seen = Seen(StaticResolver().resolve(camera))
    assert seen.reason is Reason.REFUSED
    told = capfd.readouterr()
    chain: BaseException | None = seen.error
    texts = [repr(watched.states), caplog.text, told.out, told.err]
    while chain is not None:
        texts += [str(chain), repr(chain.args)]
        chain = chain.__cause__ or chain.__context__
    for text in texts:
        assert secret not in text
        assert "someone" not in text
        assert "rtsp://" not in text
    # libav itself does tell: this test would notice
    with pytest.raises(av.FFmpegError, match=secret):
        av.open(StaticResolver().resolve(camera), options={"rtsp_transport": "tcp"})


def test_libav_s_own_log_stays_switched_off() -> None:
    assert av.logging.get_level() is None


def test_others_go_on_while_some_fail(server: CameraServer, locked: CameraServer) -> None:
    good = [
        Watched(Camera(id=f"good{index}", url=server.url(name))).until(lambda w: len(w.shots) > 60)
        for index, name in enumerate(["h264", "hevc", "b"])
    ]
    bad = {
        "refused": locked.url("h264"),
        "unreachable": f"rtsp://127.0.0.1:{closed_port()}/x",
        "not_found": server.url("nobody"),
        "ended": server.url("h264", fault="die", at=0.3),
        "stalled": server.url("h264", fault="stall", at=0.3),
    }

    def has(word: str) -> Callable[[Watched], bool]:
        return lambda watched: word in watched.words

    failing = [Watched(Camera(id=word, url=url)).until(has(word)) for word, url in bad.items()]
    supervise(*good, *failing)
    assert [one.words for one in good] == [["connecting", "live"]] * 3
    for one in good:
        times = [shot.captured_at for shot in one.shots]
        assert times == sorted(times)


def test_a_camera_that_dies_is_live_again(server: CameraServer) -> None:
    camera = Camera(id="a", url=server.url("h264", fault="die", at=0.3))
    watched = Watched(camera).until(lambda w: w.words.count("live") >= 2)
    supervise(watched)
    assert watched.words[:4] == ["connecting", "live", "ended", "connecting"]
    assert {shot.session for shot in watched.shots} >= {1, 2}


def test_twelve_cameras_play_at_once(server: CameraServer) -> None:
    names = ["h264", "hevc", "b"] * 4
    cameras = [
        Watched(Camera(id=f"c{index}", url=server.url(name))).until(lambda w: len(w.shots) > 25)
        for index, name in enumerate(names)
    ]
    supervise(*cameras)
    assert all(one.words == ["connecting", "live"] for one in cameras)
