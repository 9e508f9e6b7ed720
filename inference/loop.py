"""The engine's loop: take the most deserving pictures, detect in batches, judge, record."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import SimpleQueue

from inference.batcher import Waiting, choose
from inference.engine import Engine, Request, Requests
from inference.recorder import Recorder
from inference.task import TaskRunner
from inference.unit import CameraUnit, Seen
from models.detector import Detections
from rules.observation import Finding, Observation
from rules.sight import Sight
from streams.picture import Shot

log = logging.getLogger(__name__)

PATIENCE_S = 5.0
Watcher = Callable[[TaskRunner, Shot, Mapping[str, Detections], Observation], None]
_IDLE = 3
"""Requests that may wait, taken with each turn that has other work."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One picture and the tasks that want it."""

    unit: CameraUnit
    shot: Shot
    runners: tuple[TaskRunner, ...]

    @property
    def models(self) -> set[str]:
        return {model for runner in self.runners for model in runner.models.values()}


class Loop:
    """Body of the engine part. Asks the slots of all cameras, answers requests, judges."""

    def __init__(
        self,
        engine: Engine,
        recorder: Recorder,
        units: Callable[[], Mapping[str, CameraUnit]],
        largest_batch: int = 8,
        watcher: Watcher | None = None,
    ) -> None:
        self._engine = engine
        self._recorder = recorder
        self._units = units
        self._largest = largest_batch
        self._watcher = watcher
        self._wake = threading.Event()
        self._posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.requests = Requests(self.wake)
        self.turned_at = time.monotonic()
        """When the loop last turned; health compares it with now."""
        self.disk_error = ""
        """Why the last alert could not be written; '' when it could."""

    def wake(self) -> None:
        """Say that a slot has been filled or a request has come. Any thread."""
        self._wake.set()

    def post(self, change: Callable[[], None]) -> None:
        """Have a change of tasks or models made between two turns, by the loop's own thread."""
        self._posted.put(change)
        self.wake()

    def run(self, stop: threading.Event) -> None:
        """Turn until told to stop."""
        while not stop.is_set():
            self._wake.clear()
            if not self.turn():
                self._wake.wait(timeout=0.25)
            self.turned_at = time.monotonic()

    def turn(self) -> bool:
        """Do one batch of work; False when nothing was waiting."""
        while not self._posted.empty():
            self._posted.get()()
        requests = self.requests.take(self._largest)
        jobs = self._jobs(self._largest)
        # Never starved: a busy engine's turns are long, and one a turn would be none in time.
        requests += self.requests.take_idle(_IDLE if jobs or requests else self._largest)
        if not requests and not jobs:
            return False
        tables = self._detect(jobs, requests)
        for job in jobs:
            self._judge(job, tables[id(job)])
        return True

    def _jobs(self, limit: int) -> list[_Job]:
        units = self._units()
        now = time.monotonic()
        waiting = [
            Waiting(unit.camera.id, unit.priority, unit.served_at, since)
            for unit in units.values()
            if (since := unit.slot.waiting_since) is not None
        ]
        jobs = []
        for camera in choose(waiting, limit, now, PATIENCE_S):
            unit = units[camera]
            shot = unit.slot.take()
            # The clock anew for each: were they equal, the next tie would go by name, every time.
            unit.served_at = time.monotonic()
            if shot is None:
                continue
            unit.last_shot = shot
            if not unit.runners:
                unit.sampler.replace(unit.periods)
            runners = tuple(r for r in unit.runners if r.due(shot.captured_at))
            if runners:
                jobs.append(_Job(unit, shot, runners))
        return jobs

    def _detect(
        self, jobs: list[_Job], requests: list[Request]
    ) -> dict[int, dict[str, Detections | None]]:
        tables: dict[int, dict[str, Detections | None]] = {id(job): {} for job in jobs}
        wanted = {model for job in jobs for model in job.models} | {r.model for r in requests}
        for model in sorted(wanted):
            owners = [job for job in jobs if model in job.models]
            asking = [request for request in requests if request.model == model]
            pictures = [job.shot.picture.pixels for job in owners] + [r.pixels for r in asking]
            found = self._engine.detect(model, pictures)
            for job, table in zip(owners, found, strict=False):
                tables[id(job)][model] = table
            for request, table in zip(asking, found[len(owners) :], strict=True):
                request.table = table
                request.done.set()
        return tables

    def _judge(self, job: _Job, tables: dict[str, Detections | None]) -> None:
        good = {model: table for model, table in tables.items() if table is not None}
        sight = Sight(job.shot.picture.pixels, job.shot.captured_at, good)
        job.unit.seen = Seen(job.shot, good)

        def complete() -> Mapping[str, Detections]:
            return self._complete(job.shot, good)

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
