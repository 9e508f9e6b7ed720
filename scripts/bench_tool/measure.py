"""One measurement: so many cameras on one system for so long, with cameras dying and returning."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

from scripts.bench_tool import usage
from scripts.bench_tool.cameras import Cameras
from scripts.bench_tool.events import Raised, match
from scripts.bench_tool.hold import DELAY_S, Absence, Delays, Verdict, judge
from scripts.bench_tool.load import Load
from scripts.bench_tool.system import Running, Start

SETTLE_S = 3.0
READY_S, READY_EACH_S = 60.0, 3.0
"""A system may take so long to show a first picture of every camera: some open them in turn."""
AWAY_S = 10.0
SERVER_LATE_S = 0.25
"""Pictures that leave the camera server later than this (p99) make a measurement doubtful."""
TICK_S = 0.5


class Failed(Exception):
    """A system ended, or did not get all cameras going."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One measurement to make. `deaths` is the share of cameras that die and return in it."""

    load: Load
    cameras: int
    seconds: float
    deaths: float = 0.0
    pin: int | None = None
    watch: Callable[[float, int], None] | None = None
    """Told (seconds into the window, root process) every half second."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out of a window; CPU and memory are of the system without the camera server."""

    system: str
    load: str
    period_s: float
    verdict: Verdict
    seconds: float
    died: int
    cpu_s_per_camera_s: float
    cores: float
    memory_mib: float
    processes: int
    by_program: dict[str, float]
    server_cores: float
    server_late_p99_s: float
    started_s: float
    raised: Raised
    runs: str
    load_average: float
    others: tuple[str, ...] = field(default=())

    @property
    def cameras(self) -> int:
        """How many cameras there were."""
        return self.verdict.cameras

    @property
    def server_was_late(self) -> bool:
        """True when the camera server itself may have been the limit."""
        return not self.server_late_p99_s < SERVER_LATE_S

    @property
    def cameras_per_core(self) -> float:
        """Return cameras for each core that the system used."""
        return self.cameras / self.cores if self.cores > 0 else 0.0


def measure(start: Start, wish: Wish, folder: Path) -> Measured:
    """Serve the cameras, start the system, let it settle, and measure one window.

    Raises:
        Failed: the system ended on its own, or not all of its cameras came to a first picture.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(mkdtemp(dir=folder, prefix="run-"))
    cameras = Cameras(wish.load.clip.path, wish.cameras, place / "cameras.log", wish.pin)
    try:
        begun = time.time()
        running = start(wish.load, cameras.urls, place)
        try:
            _until_ready(running, wish.cameras, wish.load.period_s)
            return _window(running, cameras, wish, time.time() - begun)
        finally:
            running.stop()
    finally:
        cameras.stop()


def _until_ready(running: Running, cameras: int, period_s: float) -> None:
    pause, until = threading.Event(), time.monotonic() + READY_S + READY_EACH_S * cameras
    while True:
        counts = running.counts().by_camera
        if len(counts) == cameras and all(counts.values()):
            break
        if running.trouble:
            raise Failed(running.trouble)
        if time.monotonic() > until:
            silent = cameras - sum(count > 0 for count in counts.values())
            words = running.last_words()
            raise Failed(f"{silent} of {cameras} cameras showed nothing in time to start; {words}")
        pause.wait(max(TICK_S, cameras / 200))  # asking is work, too
    pause.wait(SETTLE_S + period_s)


def _window(running: Running, cameras: Cameras, wish: Wish, started_s: float) -> Measured:
    roots = [running.pid, cameras.pid, os.getpid()]
    cameras.lateness()
    programs = usage.snapshot()
    before, cpu, server = running.counts(), usage.of(running.pid), usage.cpu_s(cameras.pid)
    begun = time.time()
    absences = _pass(running, cameras, wish, begun)
    ended, after = time.time(), running.counts()
    spent, lasted = usage.of(running.pid), ended - begun
    if running.trouble:
        raise Failed(running.trouble)
    counts = {name: n - before.by_camera[name] for name, n in after.by_camera.items()}
    delays = running.delays(before, after)
    verdict = judge(counts, begun, ended, wish.load.period_s, absences, delays)
    if running.lockstep:
        verdict = _forgiven(verdict, wish.load.period_s)
    by_program = {
        name: round((seconds - cpu.by_name.get(name, 0.0)) / lasted, 3)
        for name, seconds in spent.by_name.items()
    }
    used = max(0.0, spent.cpu_s - cpu.cpu_s) / lasted
    seen_since = begun - SETTLE_S
    raised = match(wish.load, cameras, running.alerts(), absences, seen_since, ended)
    return Measured(
        system=running.name,
        load=wish.load.name,
        period_s=wish.load.period_s,
        verdict=verdict,
        seconds=round(lasted, 1),
        died=len(absences),
        cpu_s_per_camera_s=used / wish.cameras,
        cores=used,
        memory_mib=spent.memory_mib,
        processes=spent.processes,
        by_program=by_program,
        server_cores=(usage.cpu_s(cameras.pid) - server) / lasted,
        server_late_p99_s=cameras.lateness()["p99"],
        started_s=round(started_s, 1),
        raised=raised,
        runs=running.runs(),
        load_average=round(os.getloadavg()[0], 2),
        others=tuple(usage.others(roots, programs, lasted)),
    )


def _pass(running: Running, cameras: Cameras, wish: Wish, begun: float) -> list[Absence]:
    """Let the window go by; cameras die one after the other, spread over it."""
    pause = threading.Event()
    count = round(wish.deaths * wish.cameras + 0.499) if wish.deaths and running.survives else 0
    away = min(AWAY_S, wish.seconds / 4)
    names = list(cameras.urls)
    step = max(1, len(names) // max(1, count))
    dying = names[::step][:count]
    last = max(0.0, wish.seconds - away - AWAY_S)
    due = [last * (number + 1) / (count + 1) for number in range(count)]
    absences: list[Absence] = []
    while (now := time.time() - begun) < wish.seconds:
        while len(absences) < count and now >= due[len(absences)]:
            absences.append(cameras.die(dying[len(absences)], away))
        if wish.watch is not None:
            wish.watch(now, running.pid)
        if running.trouble:
            break
        pause.wait(min(TICK_S, wish.seconds - now))
    return absences


def _forgiven(verdict: Verdict, period_s: float) -> Verdict:
    """Judge the delay of a system in lockstep less the period that it waits by construction."""
    delays: Delays = verdict.delays
    if verdict.short or not delays.p95 <= DELAY_S + period_s:
        return verdict
    return Verdict(verdict.cameras, verdict.worst, verdict.short, delays, "")


def held(results: Sequence[Measured]) -> Measured | None:
    """Return the largest that held."""
    good = [one for one in results if one.verdict.held]
    return max(good, key=lambda one: one.cameras, default=None)
