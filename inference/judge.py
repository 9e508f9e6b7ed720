"""The judging side of the engine: rules, recording and changes, in a thread of their own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from inference.delays import Delays
from inference.engine import Engine
from inference.recorder import Recorder
from inference.task import TaskRunner
from inference.unit import CameraUnit, Seen
from models.detector import Detections, Pixels
from rules.observation import Finding, Observation
from rules.sight import Sight
from streams.picture import Shot

log = logging.getLogger(__name__)

Watcher = Callable[[TaskRunner, Shot, Mapping[str, Detections], Observation], None]
_LOOK_S = 0.25


@dataclass(frozen=True, slots=True)
class Job:
    """One picture, the tasks that want it, and what the models have said of it so far."""

    unit: CameraUnit
    shot: Shot
    runners: tuple[TaskRunner, ...]
    pixels: Pixels
    """Held until it is judged, so that they are made of the decoder's planes once."""
    tables: dict[str, Detections | None] = field(default_factory=dict)
    """By model id; None where the batch failed."""
    unchanged: set[str] = field(default_factory=set)
    """Models whose table is that of an earlier picture, which looks the same."""

    @property
    def models(self) -> set[str]:
        """Return the ids of the models that the tasks want."""
        return {model for runner in self.runners for model in runner.models.values()}

    @property
    def patience(self) -> dict[str, float]:
        """Return for how long all who want a model let its tables stand while nothing changes."""
        return {
            model: min(r.unchanged_s for r in self.runners if model in r.models.values())
            for model in self.models
        }

    @property
    def complete(self) -> bool:
        """True when every model has answered or failed."""
        return self.models <= self.tables.keys()


class Judge:
    """Judges what the device has detected, in the order in which it comes.

    `run` is the body of one part, and the only one that touches tasks and their states. `done` is
    told after each picture, by that part.
    """

    def __init__(
        self,
        engine: Engine,
        recorder: Recorder,
        done: Callable[[Job], None],
        watcher: Watcher | None = None,
    ) -> None:
        self._engine = engine
        self._recorder = recorder
        self._done = done
        self._watcher = watcher
        self._queue: SimpleQueue[Job | Callable[[], None]] = SimpleQueue()
        self.turned_at = time.monotonic()
        """When the part last looked at its queue; health compares it with now."""
        self.disk_error = ""
        """Why the last alert could not be written; '' when it could."""
        self.delays = Delays()
        """Ages of pictures when they had been judged: wall clock less capture time."""

    @property
    def waiting(self) -> int:
        """Return how many pictures wait to be judged."""
        return self._queue.qsize()

    def put(self, job: Job) -> None:
        """Have a picture judged when those before it are."""
        self._queue.put(job)

    def change(self, changes: list[Callable[[], None]], stop: threading.Event) -> None:
        """Make changes when all that was put is judged; return when they are made, or at a stop.

        The device's part calls it and waits, so that no picture is on its way while a task changes.
        """
        made = threading.Event()

        def make() -> None:
            for one in changes:
                one()
            made.set()

        self._queue.put(make)
        while not made.wait(_LOOK_S) and not stop.is_set():
            pass

    def run(self, stop: threading.Event) -> None:
        """Judge until told to stop; what is in the queue by then is judged first."""
        while self.step() or not stop.is_set():
            pass

    def step(self, timeout_s: float = _LOOK_S) -> bool:
        """Judge one picture or make one change; False when none came within `timeout_s`."""
        self.turned_at = time.monotonic()
        try:
            work = self._queue.get(timeout=timeout_s)
        except Empty:
            return False
        if isinstance(work, Job):
            self._judge(work)
            self.delays.add(max(0.0, time.time() - work.shot.captured_at))
            self._done(work)
        else:
            work()
        return True

    def _judge(self, job: Job) -> None:
        good = {model: table for model, table in job.tables.items() if table is not None}
        sight = Sight(job.pixels, job.shot.captured_at, good)
        job.unit.seen = Seen(job.shot, good)
        old = job.unchanged

        def complete() -> Mapping[str, Detections]:
            # An alert's pictures are hidden by what is seen in them, not in the one before.
            return self._complete(job.shot, {m: t for m, t in good.items() if m not in old})

        def record(runner: TaskRunner, shot: Shot, finding: Finding) -> None:
            self._recorder.record(runner, shot, finding, complete)

        for runner in job.runners:
            if not set(runner.models.values()) <= set(good):
                continue
            try:
                observation = runner.judge(job.shot, sight, good, record)
                self.disk_error = ""
            except OSError as error:
                self.disk_error = error.strerror or type(error).__name__
                log.error("alert of %s is not on disk yet: %s", runner.key, self.disk_error)
                continue
            if observation is not None and self._watcher is not None:
                self._watcher(runner, job.shot, good, observation)

    def _complete(self, shot: Shot, tables: dict[str, Detections]) -> Mapping[str, Detections]:
        """Return the tables with every model that masks need, run now if it was not yet."""
        for model in self._engine.models:
            if model not in tables:
                table = self._engine.detect(model, [shot.picture.pixels])[0]
                if table is not None:
                    tables[model] = table
        return tables
