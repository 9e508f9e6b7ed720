"""scripts/cameras as people start it."""

from __future__ import annotations

import signal
from pathlib import Path

from streams.source import Reason
from tests.streams.beside import started
from tests.streams.clips import make_clip, number_in
from tests.streams.watching import RATE, Seen

SCRIPT = "scripts.serve_cameras"


def test_it_prints_the_urls_and_plays_until_ctrl_c(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    first = make_clip(tmp_path / "gate.avi", 15, codec="mpeg4", rate=RATE)
    second = make_clip(tmp_path / "other" / "gate.mp4", 15, rate=RATE)
    with started(
        SCRIPT, first, second, "--port", "0", "--once", "--cache", tmp_path / "cache"
    ) as running:
        assert running.stdout is not None
        urls = [running.stdout.readline().strip() for _ in range(2)]
        assert [url.rpartition("/")[2] for url in urls] == ["gate", "gate-2"]
        for url in urls:
            seen = Seen(url)
            assert seen.reason is Reason.ENDED
            assert [number_in(p.pixels) for p in seen.pictures][:10] == list(range(10))
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0


def test_a_login_can_be_asked_for(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", 15, rate=RATE)
    with started(
        SCRIPT, clip, "--port", "0", "--login", "user:se:cret", "--seconds", "60"
    ) as running:
        assert running.stdout is not None
        url = running.stdout.readline().strip()
        assert "cret" not in url
        assert Seen(url).reason is Reason.REFUSED
        right = url.replace("rtsp://", "rtsp://user:se%3Acret@")
        assert Seen(right, until=lambda s: bool(s.pictures)).pictures
        running.terminate()


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "a.mp4"
    text.write_text("nothing")
    with started(SCRIPT, text, "--port", "0") as running:
        _, errors = running.communicate(timeout=20)
    assert running.returncode == 1
    assert "error: not_video: a.mp4" in errors
