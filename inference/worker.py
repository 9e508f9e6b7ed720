"""The worker: desired state in, incidents out. Wires the parts and owns their life."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine as Database
from sqlalchemy.exc import SQLAlchemyError

from events import codes
from events.alert import Alert
from inference.checkpoint import Checkpoints
from inference.clips import ClipRecorder
from inference.engine import Engine
from inference.judge import Watcher
from inference.library import Library
from inference.loop import Loop
from inference.observer import Observer
from inference.parts import Parts
from inference.planner import Planner
from inference.recorder import Recorder
from inference.spool import Spool
from inference.task import TaskRunner
from inference.unit import CameraUnit
from inference.uploader import Uploader
from inference.ways import Shared, Ways, shared
from store import evidence, incidents, news, observed, processes
from store.blobs import Blobs
from store.catalog import Algorithms
from store.changes import Blind
from store.snapshots import Snapshots
from store.values import Desired
from streams.backoff import Door
from streams.camera import Camera
from streams.clock import CaptureClock, Clock
from streams.libav.source import LibavSource
from streams.resolver import Resolver, StaticResolver
from streams.ring import PacketRing
from streams.source import Source

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the worker keeps its own things on local disk."""

    state: Path
    spool: Path
    clips: Path


@dataclass(frozen=True)
class Intake:
    """How cameras are read: live RTSP by default, files in an evaluation.

    `lossless` makes slots wait for the engine instead of dropping; `once` makes one attempt.
    """

    source: Callable[[Camera], Source] = lambda _camera: LibavSource()
    clock: Callable[[Camera], Clock] = lambda _camera: CaptureClock()
    resolver: Resolver = field(default_factory=StaticResolver)
    tap: Shared | None = None
    """None: libav reads every camera."""
    lossless: bool = False
    once: bool = False
    clock_name: str = "camera session"


class Worker:
    """A context manager: starts all parts on entry, stops them and keeps all states on exit."""

    def __init__(
        self,
        database: Database,
        algorithms: Algorithms,
        library: Library,
        blobs: Blobs,
        folders: Folders,
        *,
        intake: Intake | None = None,
        watcher: Watcher | None = None,
        told: Callable[[Alert, incidents.Recorded], None] = lambda _a, _r: None,
    ) -> None:
        self._database = database
        self.algorithms = algorithms
        self._intake = intake or Intake(tap=shared())
        self.ways = Ways(self._intake.tap.tap) if self._intake.tap else None
        self._door = Door()
        self._codes = codes.load()
        self._revision = 0
        self.parts = Parts()
        self.engine = Engine()
        spool = Spool(folders.spool)
        self.clips = ClipRecorder(folders.clips, self._ring_of, blobs.put_file, spool.put)
        recorder = Recorder(
            spool,
            blobs.put,
            self.clips,
            lambda: self.engine.hashes,
            lambda: self._revision,
            self._intake.clock_name,
        )
        self.loop = Loop(self.engine, recorder, watcher=watcher)
        self.planner = Planner(
            algorithms,
            library,
            self.engine,
            self.loop,
            Checkpoints(folders.state),
            self._unit,
        )
        tap = self.ways.tap if self.ways else None
        self.observer = Observer(database, self.planner.plan, self.engine, tap)
        self.uploader = Uploader(spool, database, self._codes_of, told)
        self.spool = spool

    def __enter__(self) -> Worker:
        observed.close_stale(self._database, time.time())
        self.clips.finish({}, last_call=True)
        self._keep_promises()
        self.parts.start("judge", self.loop.judge.run)
        self._device = self.parts.start("engine", self.loop.run)
        if self._intake.tap and self.ways:
            for name, body in {**self._intake.tap.bodies, "ways": self.ways.run}.items():
                self.parts.start(name, body)
        self.parts.start("upload", self.uploader.run)
        self._desired = self.parts.start("desired", self._follow)
        self.parts.start("observe", self._observe)
        self.parts.start("clips", self._clips)
        return self

    def __exit__(self, *_: object) -> None:
        self._desired.stop()
        self._desired.join(timeout_s=5.0)
        self.planner.stop()
        # Before the judge, so that what is on the device by now is still judged.
        self._device.stop()
        self._device.join(timeout_s=5.0)
        self.parts.__exit__(None, None, None)
        self.planner.save(self.planner.plan.units.values())
        self.clips.finish({}, last_call=True)
        self.uploader.upload()
        self._blind_all()
        self.engine.close()

    @property
    def units(self) -> dict[str, CameraUnit]:
        """Return the cameras at work by id."""
        return self.planner.plan.units

    def health(self) -> dict[str, str]:
        """Return what is wrong, by part; empty when all is well, judged by real work."""
        wrong = self.parts.failures
        if time.monotonic() - self.loop.turned_at > 30:
            wrong["engine"] = "no turn for 30 s"
        if self.loop.judge.disk_error:
            wrong["disk"] = self.loop.judge.disk_error
        if self.clips.wrong:
            wrong["clips"] = self.clips.wrong
        if self.uploader.failure:
            wrong["upload"] = self.uploader.failure
        if self.spool.rejected:
            wrong["spool"] = f"{self.spool.rejected} alerts are set aside in rejected/"
        for model, health in self.engine.health.items():
            if health.red:
                wrong[f"model {model}"] = health.last_error
        return wrong

    def _keep_promises(self) -> None:
        """Say of clips that an earlier worker promised and nobody can make any more: lost."""
        try:
            self.uploader.upload()
            if not self.spool.waiting():
                self.clips.settle(evidence.promised(self._database, "clip"))
        except SQLAlchemyError as error:
            log.warning("promised clips are settled later: %s", type(error).__name__)

    def _unit(self, camera: Camera, runners: list[TaskRunner]) -> CameraUnit:
        return CameraUnit(
            camera,
            runners,
            source=self._intake.source(camera),
            resolver=self._intake.resolver,
            clock=self._intake.clock(camera),
            ready=self.loop.ready,
            parts=self.parts,
            ways=self.ways,
            door=self._door,
            lossless=self._intake.lossless,
            once=self._intake.once,
        )

    def _ring_of(self, camera: str) -> PacketRing | None:
        unit = self.planner.plan.units.get(camera)
        return unit.ring if unit else None

    def _codes_of(self, alert: Alert) -> dict[str, str | None]:
        """Return the city's codes: the tables', unless the algorithm's manifest says otherwise."""
        known = self.algorithms.by_id.get(alert.algorithm)
        own = known.manifest.codes if known else {}
        return {**self._codes.codes(alert.kind, str(alert.facts.get("label", ""))), **own}

    def _follow(self, stop: threading.Event) -> None:
        """Apply what is newly wanted, as soon as the database tells of it (see `store.news`)."""
        applied: Desired | None = None
        waiter = news.News(self._database)
        snapshots = Snapshots(self._database)
        while not stop.is_set():
            try:
                wanted = snapshots.read()
                if wanted is not applied:
                    self._revision, applied = wanted.revision, wanted
                    self.planner.apply(wanted)
            except SQLAlchemyError as error:
                log.warning("desired state cannot be read: %s", type(error).__name__)
            waiter.wait(stop)
        waiter.close()

    def _observe(self, stop: threading.Event) -> None:
        beat = processes.Beat(self._database, "worker")
        while not stop.wait(1.0):
            self.observer.write()
            try:
                beat.tell(self.health())
            except SQLAlchemyError as error:
                log.warning("that the worker lives is said later: %s", type(error).__name__)

    def _clips(self, stop: threading.Event) -> None:
        while not stop.wait(1.0):
            self.clips.finish({camera: unit.running for camera, unit in self.units.items()})

    def _blind_all(self) -> None:
        now = time.time()
        try:
            blind = [Blind(*key, "worker was stopped", now) for key in self.planner.plan.wanted]
            observed.write(self._database, blind)
        except SQLAlchemyError as error:
            log.warning("end of watching is not written: %s", type(error).__name__)
