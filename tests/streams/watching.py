"""Clients of the test cameras: one attempt, or a supervised camera, with all that came kept."""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Event

from streams.backoff import Backoff
from streams.camera import Camera
from streams.libav.source import LibavSource
from streams.life import Life
from streams.picture import Opened, Packet, Picture, Shot
from streams.resolver import StaticResolver
from streams.sampler import Sampler
from streams.slot import Slot
from streams.source import Attempt, Reason, SourceError
from streams.state import CameraState
from streams.supervisor import Supervisor
from tests.streams.beside import ThreadPoolExecutor

RATE = 25
COUNT = 50
USER = "ad min"
PASSWORD = "p@ss:w/rd%20"


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


class Watched:
    """A supervised camera whose states and shots are kept."""

    def __init__(self, camera: Camera) -> None:
        self.states: list[CameraState] = []
        self.shots: list[Shot] = []
        self.reached = Event()
        self._until: Callable[[Watched], bool] = lambda _: False
        slot = Slot(on_put=self._take)
        self._slot = slot
        life = Life(
            camera,
            resolver=StaticResolver(),
            sampler=Sampler([0.0]),
            slot=slot,
            on_state=self._state,
            backoff=Backoff(rand=lambda: 0.0, paces={}),
        )
        self.supervisor = Supervisor(life, LibavSource(), open_timeout_s=3.0, read_timeout_s=1.0)

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
