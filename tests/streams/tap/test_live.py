"""The tap with cameras over a socket: good ones, bad days, and what it gives back."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Event

import av
import pytest
from pydantic import SecretStr

from streams.backoff import Backoff, Door, Pace
from streams.camera import Camera
from streams.libav.mux import mux
from streams.libav.pool import DecoderPool
from streams.libav.source import LibavSource
from streams.life import Life
from streams.picture import Shot
from streams.resolver import StaticResolver
from streams.ring import PacketRing
from streams.sampler import Sampler
from streams.server import CameraServer, Media, serve
from streams.server.rtsp import Login
from streams.slot import Slot
from streams.state import CameraState
from streams.supervisor import Supervisor
from streams.tap import Unsuited, Why
from streams.tap.served import Timeouts
from streams.tap.tap import KeyFrameTap
from tests.streams.beside import ThreadPoolExecutor
from tests.streams.clips import number_in
from tests.streams.watching import PASSWORD, RATE, USER, closed_port


class Tapped:
    """A camera at the tap, with all that came of it."""

    def __init__(
        self,
        url: str,
        name: str = "gate",
        *,
        login: tuple[str, str] = ("", ""),
        periods: tuple[float, ...] = (2.0,),
        door: Door | None = None,
        patience_s: float = 30.0,
    ) -> None:
        self.changed = Condition()
        self.states: list[CameraState] = []
        self.shots: list[Shot] = []
        self.unsuited: list[Unsuited] = []
        self.ring = PacketRing(30.0, 10**7)
        self.slot = Slot(on_put=self._take)
        self.sampler = Sampler(periods)
        camera = Camera(id=name, url=url, username=login[0], password=SecretStr(login[1]))
        self.life = Life(
            camera,
            resolver=StaticResolver(),
            sampler=self.sampler,
            slot=self.slot,
            ring=self.ring,
            on_state=self._state,
            backoff=Backoff(usual=Pace(0.1, 0.2), paces={}),
            door=door,
            patience_s=patience_s,
        )

    @property
    def words(self) -> list[str]:
        return [str(one.word) for one in self.states]

    @property
    def numbers(self) -> list[int]:
        return [number_in(shot.picture.pixels) for shot in self.shots]

    def until(self, condition: Callable[[Tapped], bool]) -> Tapped:
        with self.changed:
            assert self.changed.wait_for(lambda: condition(self), 20), (self.words, self.unsuited)
        return self

    def give_back(self, unsuited: Unsuited) -> None:
        with self.changed:
            self.unsuited.append(unsuited)
            self.changed.notify_all()

    def _take(self) -> None:
        shot = self.slot.take()
        assert shot is not None
        with self.changed:
            self.shots.append(shot)
            self.changed.notify_all()

    def _state(self, state: CameraState) -> None:
        with self.changed:
            self.states.append(state)
            self.changed.notify_all()


@contextmanager
def tapping(*tapped: Tapped, timeouts: Timeouts | None = None) -> Iterator[KeyFrameTap]:
    """Run a tap with its decoders for the length of a `with` block."""
    pool = DecoderPool()
    tap = KeyFrameTap(pool, timeouts=timeouts)
    bodies: Mapping[str, Callable[[Event], None]] = {**pool.bodies(1), **tap.bodies()}
    stop = Event()
    with ThreadPoolExecutor(len(bodies)) as threads:
        runs = [threads.submit(body, stop) for body in bodies.values()]
        try:
            for one in tapped:
                tap.add(one.life, one.give_back)
            yield tap
        finally:
            stop.set()
        for run in runs:
            run.result(timeout=10)
    assert pool.strangers == 0


@pytest.fixture(scope="module")
def modern(media: dict[str, Media]) -> Iterator[CameraServer]:
    """Cameras that want Digest with SHA-256, qop, and a new nonce after every third request."""
    login = Login(USER, PASSWORD, algorithm="SHA-256", nonce_lasts=3)
    with serve(media, login=login, session_timeout_s=2) as running:
        yield running


def test_key_pictures_of_both_codecs_come_decoded_and_kept(
    server: CameraServer, tmp_path: Path
) -> None:
    cameras = [
        Tapped(server.url("h264"), "a"),
        Tapped(server.url("hevc"), "b"),
        Tapped(server.url("h264", fault="dialect"), "c"),
        Tapped(server.url("hevc", fault="dialect"), "d"),
        Tapped(server.url("h264", fault="moved"), "e"),
    ]
    with tapping(*cameras) as tap:
        for camera in cameras:
            camera.until(lambda one: len(one.shots) >= 3)
        counts = tap.counts()
    for camera in cameras:
        assert camera.words == ["connecting", "live"]
        # numbered clip, a key each second of two: the first and the one a second later
        assert set(camera.numbers) <= {0, RATE}
        times = [shot.captured_at for shot in camera.shots]
        assert times == sorted(times)
        clip = camera.ring.clip(0.0, 1e12)
        assert clip is not None
        keys = [index for index, packet in enumerate(clip.packets) if packet.key]
        assert keys == list(range(0, len(clip.packets), RATE)), camera.life.camera.id
        assert clip.start == camera.shots[0].captured_at
        made = tmp_path / f"{camera.life.camera.id}.mp4"
        mux(clip.opened, clip.packets, made)
        with av.open(str(made)) as container:
            shown = sum(1 for _ in container.decode(video=0))
        assert shown == len(clip.packets)
        counted = counts[camera.life.camera.id]
        assert counted.damaged == counted.undecodable == counted.lost == counted.shed == 0
        assert counted.pictures >= 2


def test_logins_basic_and_digest_old_and_new(
    locked: CameraServer, modern: CameraServer, caplog: pytest.LogCaptureFixture
) -> None:
    login = (USER, PASSWORD)
    old, new = Tapped(locked.url("h264"), "a", login=login), Tapped(modern.url("h264"), login=login)
    wrong = Tapped(locked.url("h264"), "b", login=(USER, "wrong horse"))
    with caplog.at_level(logging.DEBUG), tapping(old, new, wrong):
        wrong.until(lambda one: "refused" in one.words)
        # longer than the server's sessions last without a sign of life
        for camera in (old, new):
            camera.until(lambda one: bool(one.shots) and one.shots[-1].picture.stream_time >= 4)
    assert old.words == new.words == ["connecting", "live"]
    said = caplog.text + repr((old.states, new.states, wrong.states))
    assert not [text for text in (PASSWORD, "wrong horse", "p%40ss") if text in said]


def test_each_bad_day_is_told_in_its_word(server: CameraServer) -> None:
    expected = {
        "refused": server.url("h264", fault="auth"),
        "not_video": server.url("h264", fault="notvideo"),
        "online_without_media": server.url("h264", fault="silent"),
        "stalled": server.url("h264", fault="stall", at=1.2, for_=9),
        "ended": server.url("h264", fault="die", at=1.2),
        "not_found": server.url("nobody"),
        "unreachable": f"rtsp://127.0.0.1:{closed_port()}/x",
    }
    cameras = {word: Tapped(url, word) for word, url in expected.items()}
    nameless = Tapped("rtsp://no-such-host.invalid/x", "nameless")
    redirected = Tapped(server.url("h264"), "redirected")
    redirected.life._resolver = Forbidden()
    with tapping(nameless, redirected, *cameras.values(), timeouts=Timeouts(read_s=1.0)):
        for word, camera in cameras.items():
            camera.until(lambda one, word=word: word in one.words)  # type: ignore[misc]
        nameless.until(lambda one: "unreachable" in one.words)
        redirected.until(lambda one: "forbidden_url" in one.words)
    assert cameras["unreachable"].states[-1].cause == "no connection: refused"
    assert cameras["stalled"].states[-1].detail.startswith("The connection is open")


class Forbidden:
    """A platform that hands out an address that may not be opened."""

    def resolve(self, camera: Camera) -> str:
        return "file:///etc/passwd"


def test_deaths_losses_and_new_resolutions_are_survived(server: CameraServer) -> None:
    dying = Tapped(server.url("h264", fault="die", at=1.2), "dying")
    lossy = Tapped(server.url("hevc", fault="loss", p=0.15), "lossy", periods=(1.0,))
    other = Tapped(server.url("h264", fault="resize", at=1.2), "other")
    with tapping(dying, lossy, other) as tap:
        dying.until(lambda one: one.words.count("live") >= 2)
        other.until(lambda one: len({shot.picture.pixels.shape for shot in one.shots}) == 2)
        # what is damaged is withheld and counted, what is whole still comes
        lossy.until(lambda one: tap.counts()["lossy"].damaged > 0 and len(one.shots) >= 2)
        counts = tap.counts()["lossy"]
    assert dying.words[:4] == ["connecting", "live", "ended", "connecting"]
    assert dying.life.session >= 2
    times = [shot.captured_at for shot in dying.shots]
    assert times == sorted(times)
    assert counts.lost > 0
    assert set(lossy.numbers) <= {0, RATE}
    clip = other.ring.clip(0.0, 1e12)
    assert clip is not None
    assert clip.runs == 2


def test_what_is_not_for_the_tap_goes_the_other_way_with_the_same_life(
    server: CameraServer,
) -> None:
    cameras = {
        Why.ENCRYPTED: Tapped("rtsps://127.0.0.1/x", "encrypted"),
        Why.TRANSPORT: Tapped(server.url("h264", fault="udp"), "udp"),
        Why.NO_KEY_FRAMES: Tapped(server.url("h264", fault="nokey"), "nokey", patience_s=1.0),
        Why.GOP_TOO_LONG: Tapped(server.url("h264"), "long", periods=(0.2,)),
    }
    with tapping(*cameras.values()) as tap:
        for why, camera in cameras.items():
            found = camera.until(lambda one: bool(one.unsuited)).unsuited[0]
            assert (found.why, bool(found.detail), bool(found.detail_zh)) == (why, True, True)
        assert tap.counts() == {}
    assert "no_key_frame" in cameras[Why.NO_KEY_FRAMES].words
    camera = cameras[Why.GOP_TOO_LONG]
    assert camera.unsuited[0].gop == pytest.approx(1.0, abs=0.1)
    before, session, stop = len(camera.shots), camera.life.session, Event()
    with ThreadPoolExecutor(1) as threads:
        run = threads.submit(Supervisor(camera.life, LibavSource()).run, stop)
        camera.until(lambda one: len(one.shots) > before + 5)
        stop.set()
        run.result(timeout=20)
    assert camera.shots[-1].session == session + 1
    times = [shot.captured_at for shot in camera.shots]
    assert times == sorted(times)


def test_many_cameras_that_die_at_once_come_back_in_turn_and_stop_soon(
    media: dict[str, Media],
) -> None:
    door = Door()
    with serve(media) as server:
        url = server.url("h264", fault="die", at=1.2)
        cameras = [Tapped(url, f"camera-{n}", door=door, periods=(1.0,)) for n in range(40)]
        with tapping(*cameras):
            for camera in cameras:
                camera.until(lambda one: one.words.count("live") >= 2)
            for camera in cameras:
                assert camera.words[:4] == ["connecting", "live", "ended", "connecting"]
            assert server.clients <= len(cameras)
            began = time.monotonic()
        assert time.monotonic() - began < 10


def test_a_host_is_tried_at_all_its_addresses(
    server: CameraServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [(socket.AF_INET, 1, 6, "", ("127.0.0.1", at)) for at in (closed_port(), server.port)]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: known)
    camera = Tapped(server.url("h264"))
    with tapping(camera):
        camera.until(lambda one: bool(one.shots))
    assert camera.words == ["connecting", "live"]
    assert camera.life.session == 1


def test_a_removed_camera_is_left_alone_and_its_connection_closed(media: dict[str, Media]) -> None:
    with serve(media) as server:
        camera = Tapped(server.url("h264"))
        with tapping(camera) as tap:
            camera.until(lambda one: bool(one.shots))
            camera.slot.close()
            tap.remove("gate")
            tap.remove("gate")
            words, shots = list(camera.words), len(camera.shots)
            assert tap.counts() == {}
            again = Tapped(server.url("hevc"))
            tap.add(again.life, again.give_back)
            again.until(lambda one: bool(one.shots))
            assert server.clients == 1
        assert (camera.words, len(camera.shots)) == (words, shots)
