"""Cameras over real RTSP: good days and bad days, from our server through libav."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import av.logging
import pytest
from pydantic import SecretStr

from streams.backoff import Backoff
from streams.camera import Camera
from streams.libav.source import LibavSource
from streams.libav.transcode import prepare
from streams.picture import Opened, Packet, Picture, Shot
from streams.resolver import StaticResolver
from streams.ring import PacketRing
from streams.sampler import Sampler
from streams.server import CameraServer, Media, serve
from streams.slot import Slot
from streams.source import Attempt, Reason, SourceError
from streams.state import CameraState, CameraWord
from streams.supervisor import Supervisor
from tests.streams.beside import ThreadPoolExecutor
from tests.streams.clips import make_clip, number_in

PASSWORD = "p@ss:w/rd%20"
RATE = 25
COUNT = 50


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def media(cache: Path) -> dict[str, Media]:
    """Two seconds of H.264, of H.265, and of a clip that had B-frames."""
    made = {}
    for name, codec, b_frames in [
        ("h264", "libx264", 0),
        ("hevc", "libx265", 0),
        ("b", "libx264", 3),
    ]:
        clip = make_clip(
            cache / f"{name}.mp4", COUNT, codec=codec, rate=RATE, gop=RATE, b_frames=b_frames
        )
        made[name] = prepare(clip, cache)
    return made


@pytest.fixture(scope="module")
def server(media: dict[str, Media]) -> Iterator[CameraServer]:
    with serve(media) as running:
        yield running


@pytest.fixture(scope="module")
def once(media: dict[str, Media]) -> Iterator[CameraServer]:
    with serve(media, once=True) as running:
        yield running


@pytest.fixture(scope="module")
def locked(media: dict[str, Media]) -> Iterator[CameraServer]:
    with serve(media, login=("ad min", PASSWORD)) as running:
        yield running


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Seen:
    """What one attempt yielded, and why it ended."""

    def __init__(
        self,
        url: str,
        sampler: Sampler | None = None,
        until: Callable[[Seen], bool] = lambda _: False,
        rotation: int = 0,
        open_timeout_s: float = 10.0,
        read_timeout_s: float = 1.0,
    ) -> None:
        self.opened: list[Opened] = []
        self.packets: list[Packet] = []
        self.pictures: list[Picture] = []
        self.error: SourceError | None = None
        self.source = LibavSource()
        attempt = Attempt(url, rotation, open_timeout_s, read_timeout_s)
        items = self.source.run(attempt, sampler or Sampler([0.0]))
        try:
            for item in items:
                if isinstance(item, Opened):
                    self.opened.append(item)
                elif isinstance(item, Packet):
                    self.packets.append(item)
                else:
                    self.pictures.append(item)
                if until(self):
                    break
        except SourceError as error:
            self.error = error
        finally:
            items.close()

    @property
    def reason(self) -> Reason | None:
        return self.error.reason if self.error else None


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
    camera = Camera(id="a", url=locked.url("h264"), username="ad min", password=SecretStr(PASSWORD))
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


class Watched:
    """A supervised camera whose states and shots are kept."""

    def __init__(self, camera: Camera) -> None:
        self.states: list[CameraState] = []
        self.shots: list[Shot] = []
        self.reached = Event()
        self._until: Callable[[Watched], bool] = lambda _: False
        slot = Slot(on_put=self._take)
        self._slot = slot
        self.supervisor = Supervisor(
            camera,
            resolver=StaticResolver(),
            source=LibavSource(),
            sampler=Sampler([0.0]),
            slot=slot,
            on_state=self._state,
            backoff=Backoff(rand=lambda: 0.0, paces={}),
            open_timeout_s=3.0,
            read_timeout_s=1.0,
        )

    def until(self, condition: Callable[[Watched], bool]) -> Watched:
        self._until = condition
        return self

    @property
    def words(self) -> list[str]:
        return [str(one.word) for one in self.states]

    def _take(self) -> None:
        shot = self._slot.take()
        assert shot is not None
        self.shots.append(shot)
        self._check()

    def _state(self, state: CameraState) -> None:
        self.states.append(state)
        self._check()

    def _check(self) -> None:
        if self._until(self):
            self.reached.set()


def supervise(*watched: Watched) -> None:
    """Run cameras side by side until each has reached its condition."""
    stop = Event()
    with ThreadPoolExecutor(len(watched)) as pool:
        runs = [pool.submit(one.supervisor.run, stop) for one in watched]
        try:
            for one in watched:
                assert one.reached.wait(20), one.words
        finally:
            stop.set()
        for run in runs:
            run.result(timeout=20)


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
