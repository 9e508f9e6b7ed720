"""Plays the clips of a truth file through a real worker with its own store, and collects alerts."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from events.alert import Alert
from inference.evaluation.score import Raised, Row, score
from inference.evaluation.truth import Truth, TruthClip, TruthError, find_clip
from inference.judge import Watcher
from inference.library import Library
from inference.unit import CameraUnit
from inference.worker import Folders, Intake, Worker
from store import desired
from store.blobs import Blobs
from store.catalog import Algorithms
from store.database import open_database
from store.incidents import Recorded
from store.values import Task
from streams.camera import Camera
from streams.clock import CaptureClock, Clock, FileClock
from streams.libav.file import FileSource
from streams.libav.source import LibavSource
from streams.source import Source
from streams.state import CameraWord

log = logging.getLogger(__name__)

ACTOR = "evaluation"
Serve = Callable[[Mapping[str, "Clip"]], AbstractContextManager[Mapping[str, str]]]
"""Serves clips as cameras, once each, and gives the address of every one."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip of the truth file with the file it lies in and the camera it plays."""

    camera: str
    truth: TruthClip
    path: Path

    def source(self) -> Source:
        """Return the clip as a camera that is played once."""
        return FileSource(self.path, self.truth.freeze_first_s, self.truth.freeze_last_s)


@dataclass
class Progress:
    """How far each clip has been played, in seconds of capture time; read by the progress bar."""

    played: dict[str, float] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)


class _Begun:
    """A live clock that remembers when its stream began: times count from the clip's start."""

    def __init__(self) -> None:
        self._clock = CaptureClock()
        self.base: float | None = None

    def start(self) -> None:
        self._clock.start()

    def at(self, stream_time: float, wall: float) -> float:
        now = self._clock.at(stream_time, wall)
        if self.base is None:
            self.base = now - stream_time
        return now

    def of(self, stream_time: float, wall: float) -> float:
        return self._clock.of(stream_time, wall)


def clips_of(truth: Truth, data: Path, algorithms: Algorithms) -> list[Clip]:
    """Return the clips of a truth file, every file found and every parameter accepted.

    Raises:
        TruthError: a clip is missing, an algorithm unknown, a parameter or zone refused.
    """
    found = []
    for number, clip in enumerate(truth.clips, 1):
        check_parameters(truth, clip, algorithms)
        found.append(Clip(f"clip-{number:03d}", clip, find_clip(clip.file, data)))
    return found


def check_parameters(truth: Truth, clip: TruthClip, algorithms: Algorithms) -> None:
    """Refuse a clip that names an unknown algorithm, or a value which that does not take.

    Raises:
        TruthError: it does; the text says where.
    """
    for algorithm in clip.run:
        if algorithm not in algorithms.by_id:
            known = ", ".join(algorithms.ids)
            raise TruthError(f"{clip.file}: run: unknown algorithm {algorithm!r}; known: {known}")
        try:
            algorithms.parameters(algorithm)(**truth.parameters(clip, algorithm))
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            name = ".".join(str(part) for part in first["loc"])
            raise TruthError(f"{clip.file}: params.{algorithm}.{name}: {first['msg']}") from error


class Evaluation:
    """One run over some clips. `play` may be called for group after group."""

    def __init__(
        self,
        truth: Truth,
        algorithms: Algorithms,
        library: Callable[[], Library],
        serve: Serve | None = None,
        watcher: Watcher | None = None,
        raised: Callable[[Alert], None] = lambda _alert: None,
        source: Callable[[Clip], Source] = Clip.source,
    ) -> None:
        self._truth = truth
        self._algorithms = algorithms
        self._library = library
        self._serve = serve
        self._watcher = watcher
        self._raised = raised
        self._source = source
        self.progress = Progress()
        self.bases: dict[str, float] = {}

    def play(self, clips: Sequence[Clip], stop: threading.Event) -> list[Row]:
        """Play a group of clips at once and return their rows, in the order of the truth file."""
        raised: dict[tuple[str, str], list[Raised]] = {}
        clocks: dict[str, Clock] = {}

        def told(alert: Alert, recorded: Recorded) -> None:
            if recorded.change in ("opened", "reopened"):
                key = (alert.camera, alert.algorithm)
                at = alert.at - self._base(clocks[alert.camera])
                delay = time.time() - alert.at if self._serve is not None else 0.0
                raised.setdefault(key, []).append(Raised(at, alert.box, alert.score, delay))
                self._raised(alert)

        with TemporaryDirectory(prefix="sharp-evaluation-") as scratch, self._urls(clips) as urls:
            folder = Path(scratch)
            database = open_database(f"sqlite:///{folder / 'evaluation.db'}")
            cameras = [self._camera(clip, urls.get(clip.camera)) for clip in clips]
            tasks = tuple(task for clip in clips for task in self._tasks(clip))
            desired.change(database, ACTOR, put=(*cameras, *tasks))
            intake = self._intake(clips, clocks)
            worker = Worker(
                database,
                self._algorithms,
                self._library(),
                Blobs(folder / "blobs"),
                Folders(folder / "state", folder / "spool", folder / "clips"),
                intake=intake,
                watcher=self._watcher,
                told=told,
            )
            with worker:
                self._wait(worker, clips, clocks, stop)
                notes = self._notes(worker)
            database.dispose()
        return [
            score(
                clip.truth,
                algorithm,
                raised.get((clip.camera, algorithm), ()),
                notes.get((clip.camera, algorithm), ""),
            )
            for clip in clips
            for algorithm in clip.truth.run
        ]

    @contextmanager
    def _urls(self, clips: Sequence[Clip]) -> Iterator[Mapping[str, str]]:
        if self._serve is None:
            yield {}
        else:
            with self._serve({clip.camera: clip for clip in clips}) as urls:
                yield urls

    def _camera(self, clip: Clip, url: str | None) -> Camera:
        return Camera(id=clip.camera, name=clip.truth.file, url=url or "rtsp://localhost/file")

    def _tasks(self, clip: Clip) -> list[Task]:
        return [
            Task(
                camera=clip.camera,
                algorithm=algorithm,
                parameters=self._truth.parameters(clip.truth, algorithm),
                zones=clip.truth.zones.get(algorithm, ()),
            )
            for algorithm in clip.truth.run
        ]

    def _intake(self, clips: Sequence[Clip], clocks: dict[str, Clock]) -> Intake:
        by_camera = {clip.camera: clip for clip in clips}
        begun = float(int(time.time()))

        def clock(camera: Camera) -> Clock:
            made: Clock = FileClock(begun) if self._serve is None else _Begun()
            if self._serve is None:
                self.bases[camera.id] = begun
            clocks[camera.id] = made
            return made

        def source(camera: Camera) -> Source:
            if self._serve is not None:
                return LibavSource()
            return self._source(by_camera[camera.id])

        if self._serve is not None:
            return Intake(source=source, clock=clock, once=True)
        self._file_base = begun
        return Intake(source=source, clock=clock, lossless=True, once=True, clock_name="file")

    def _base(self, clock: Clock) -> float:
        if isinstance(clock, _Begun):
            return clock.base or 0.0
        return self._file_base

    def _wait(
        self,
        worker: Worker,
        clips: Sequence[Clip],
        clocks: Mapping[str, Clock],
        stop: threading.Event,
    ) -> None:
        """Wait until every clip is played and the last picture judged."""
        while not stop.wait(0.1):
            units = worker.units
            for camera, unit in units.items():
                if unit.last_shot is not None:
                    at = unit.last_shot.captured_at - self._base(clocks[camera])
                    self.progress.played[camera] = at
                if not unit.running and unit.slot.waiting_since is None:
                    self.progress.done.add(camera)
            if len(units) == len(clips) and all(c.camera in self.progress.done for c in clips):
                break
            if worker.parts.failures:
                log.error("the worker has failed: %s", worker.parts.failures)
                break
        settled = threading.Event()
        worker.loop.post(settled.set)
        settled.wait(30)

    def _notes(self, worker: Worker) -> dict[tuple[str, str], str]:
        """Return why a task did not run, or its camera did not play to the end."""
        notes = dict(worker.planner.plan.unable)
        for unit in worker.units.values():
            for runner in unit.runners:
                if runner.failure:
                    notes[runner.key] = runner.failure
                elif runner.judged_count == 0:
                    notes[runner.key] = f"no picture judged: {_why(unit)}"
                elif self._serve is None and not _ended(unit):
                    notes[runner.key] = f"not played to its end: {_why(unit)}"
        return notes


def _ended(unit: CameraUnit) -> bool:
    return unit.state is not None and unit.state.word is CameraWord.ENDED


def _why(unit: CameraUnit) -> str:
    """Return what a camera's state says, with the cause where there is one."""
    return " ".join(filter(None, (unit.state.detail, unit.state.cause))) if unit.state else "?"
