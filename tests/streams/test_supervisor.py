"""The supervisor over the synthetic twin: attempts, states, back-off, where things go."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from threading import Event

import pytest
from pydantic import SecretStr

from streams.backoff import Backoff
from streams.camera import Camera
from streams.clock import FileClock
from streams.life import Life
from streams.picture import Opened, Packet, Picture, Shot
from streams.resolver import StaticResolver
from streams.ring import PacketRing
from streams.sampler import Sampler
from streams.slot import Slot
from streams.source import Attempt, Reason, Source, SourceError, Wanted
from streams.state import CameraState, CameraWord
from streams.supervisor import Supervisor
from streams.synthetic import Step, SyntheticSource, failing, moving_rectangle
from tests.streams.clips import packet

CAMERA = Camera(id="gate", url="rtsp://cam/x", username="admin", password=SecretStr("hush"))


class Rig:
    """A supervisor with everything it feeds, on a clock that its waits move."""

    def __init__(
        self,
        source: Source,
        periods: Sequence[float] = (0.0,),
        waits: int = 3,
        camera: Camera = CAMERA,
        once: bool = False,
        patience_s: float = 30.0,
    ) -> None:
        self.now = 1000.0
        self.waited: list[float] = []
        self.states: list[CameraState] = []
        self.shots: list[Shot] = []
        self.ring = PacketRing(60.0, 10**6)
        self.slot = Slot(on_put=self._take)
        self.sampler = Sampler(periods)
        self.stop = Event()
        self._waits = waits
        life = Life(
            camera,
            resolver=StaticResolver(),
            sampler=self.sampler,
            slot=self.slot,
            ring=self.ring,
            on_state=self.states.append,
            backoff=Backoff(rand=lambda: 0.0),
            patience_s=patience_s,
            wall=lambda: self.now,
        )
        self.supervisor = Supervisor(life, source, once=once, wait=self._wait)

    def run(self) -> list[str]:
        """Run to the end; return the states' words."""
        self.supervisor.run(self.stop)
        return [str(one.word) for one in self.states]

    def tick(self, seconds: float) -> None:
        self.now += seconds

    def _take(self) -> None:
        shot = self.slot.take()
        assert shot is not None
        self.shots.append(shot)

    def _wait(self, stop: Event, seconds: float) -> bool:
        self.waited.append(seconds)
        self.now += seconds
        if len(self.waited) >= self._waits:
            stop.set()
        return stop.is_set()


def test_packets_go_to_the_ring_and_pictures_to_the_slot() -> None:
    rig = Rig(SyntheticSource(moving_rectangle(5.0)), once=True)
    assert rig.run() == ["connecting", "live", "ended"]
    assert len(rig.shots) == 50
    assert rig.shots[0].captured_at == 1000.0
    assert {(shot.camera, shot.session) for shot in rig.shots} == {("gate", 1)}
    clip = rig.ring.clip(0.0, 1e9)
    assert clip is not None
    assert len(clip.packets) == 50
    assert rig.waited == []


def test_the_login_goes_to_the_source_and_nowhere_else() -> None:
    source = SyntheticSource(moving_rectangle(1.0))
    rig = Rig(source, once=True)
    rig.run()
    assert source.attempts[0].url == "rtsp://admin:hush@cam/x"
    assert "hush" not in repr(rig.states)


def test_it_retries_with_growing_waits_and_tells_a_state_once() -> None:
    error = SourceError(Reason.UNREACHABLE, "no route")
    rig = Rig(SyntheticSource(failing(error)))
    assert rig.run() == ["connecting", "unreachable"]
    assert rig.waited == [1.0, 2.0, 4.0]
    assert rig.states[-1].cause == "no route"
    assert rig.states[-1].since == 1000.0


def test_a_camera_that_comes_back_is_live_again_in_a_new_session() -> None:
    gone = failing(SourceError(Reason.ENDED, "closed"), moving_rectangle(2.0))
    rig = Rig(SyntheticSource(gone, failing(SourceError(Reason.UNREACHABLE)), gone))
    assert rig.run() == [
        "connecting", "live", "ended", "connecting", "unreachable", "live", "ended",
    ]  # fmt: skip
    assert {shot.session for shot in rig.shots} == {1, 3}
    assert rig.waited == [1.0, 2.0, 1.0]
    times = [shot.captured_at for shot in rig.shots]
    assert times == sorted(times)


def test_a_refused_login_waits_long() -> None:
    rig = Rig(SyntheticSource(failing(SourceError(Reason.REFUSED, "401"))))
    assert rig.run() == ["connecting", "refused"]
    assert rig.waited[0] >= 45.0


def test_a_forbidden_address_never_reaches_the_source() -> None:
    source = SyntheticSource(moving_rectangle(1.0))
    camera = Camera.model_construct(
        id="gate",
        url="file:///etc/passwd",
        sub_url="",
        rotation=0,
        username="",
        password=SecretStr(""),
    )
    rig = Rig(source, camera=camera, waits=1)
    assert rig.run() == ["connecting", "forbidden_url"]
    assert source.attempts == []


def test_packets_without_a_key_frame_are_called_so() -> None:
    def ticking(at: float) -> None:
        rig.now = 1000.0 + at

    blind: list[Step] = [
        Opened("h264", 64, 48, 10.0, b"", 0),
        *(packet(i / 10) for i in range(400)),
    ]
    rig = Rig(SyntheticSource(blind, wait=ticking), once=True)
    assert rig.run() == ["connecting", "no_key_frame", "ended"]
    assert rig.states[1].since == pytest.approx(1030.1)


def test_keys_without_a_picture_are_not_called_live() -> None:
    def ticking(at: float) -> None:
        rig.now = 1000.0 + at

    broken: list[Step] = [
        Opened("h264", 64, 48, 10.0, b"", 0),
        *(packet(i / 10, i % 10 == 0) for i in range(400)),
    ]
    rig = Rig(SyntheticSource(broken, wait=ticking), once=True)
    assert rig.run() == ["connecting", "not_video", "ended"]


def test_without_any_wanted_picture_key_packets_are_enough() -> None:
    def ticking(at: float) -> None:
        rig.now = 1000.0 + at

    rig = Rig(SyntheticSource(moving_rectangle(60.0), wait=ticking), periods=(), once=True)
    assert rig.run() == ["connecting", "live", "ended"]
    assert rig.shots == []
    rig.ring.clip(0.0, 1e9)


def test_a_slow_taker_of_a_file_is_not_a_blind_camera() -> None:
    rig = Rig(SyntheticSource(moving_rectangle(5.0, gop=50)), once=True)
    rig.slot._on_put = lambda: rig.tick(40.0)  # inference that needs 40 s a picture
    assert rig.run() == ["connecting", "live", "ended"]


def test_a_bug_fails_this_camera_only_and_leaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def run(self, attempt: Attempt, wanted: Wanted) -> Iterator[Opened | Packet | Picture]:
            raise RuntimeError(f"cannot open {attempt.url}")

    rig = Rig(Broken(), waits=2)
    with caplog.at_level(logging.DEBUG):
        assert rig.run() == ["connecting", "failed"]
    assert "RuntimeError" in caplog.text
    assert "hush" not in caplog.text + repr(rig.states)
    assert "RuntimeError" in rig.states[-1].cause


def test_stop_ends_a_live_session_and_closes_the_source() -> None:
    closed = Event()

    held: list[Iterator[Opened | Packet | Picture]] = []

    class Endless:
        def run(self, attempt: Attempt, wanted: Wanted) -> Iterator[Opened | Packet | Picture]:
            # held, so that it is not closed merely because nobody refers to it any more
            held.append(self._items())
            return held[-1]

        def _items(self) -> Iterator[Opened | Packet | Picture]:
            try:
                yield from moving_rectangle(1.0)  # type: ignore[misc]
                rig.stop.set()
                yield packet(2.0, True)
            finally:
                closed.set()

    rig = Rig(Endless())
    assert rig.run() == ["connecting", "live"]
    assert closed.is_set()
    assert rig.waited == []


def test_once_makes_one_attempt_also_when_it_fails() -> None:
    source = SyntheticSource(failing(SourceError(Reason.NOT_VIDEO, "x")))
    rig = Rig(source, once=True)
    assert rig.run() == ["connecting", "not_video"]
    assert len(source.attempts) == 1


def test_sessions_go_on_counting_and_files_keep_their_own_time() -> None:
    shots: list[Shot] = []
    slot = Slot()
    slot._on_put = lambda: shots.append(slot.take())  # type: ignore[arg-type]
    life = Life(
        CAMERA,
        resolver=StaticResolver(),
        sampler=Sampler([0.0]),
        slot=slot,
        clock=FileClock(5000.0),
        first_session=8,
    )
    supervisor = Supervisor(life, SyntheticSource(moving_rectangle(1.0)), once=True)
    supervisor.run(Event())
    assert supervisor.state.word is CameraWord.ENDED
    assert [shot.session for shot in shots] == [8] * 10
    assert [shot.captured_at for shot in shots] == pytest.approx([5000 + i / 10 for i in range(10)])


def test_rotation_and_timeouts_reach_the_attempt() -> None:
    source = SyntheticSource(moving_rectangle(1.0))
    Rig(source, once=True, camera=CAMERA.model_copy(update={"rotation": 90})).run()
    assert source.attempts[0].rotation == 90
    assert source.attempts[0].read_timeout_s == 15.0
