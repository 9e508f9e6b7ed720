"""The engine's loop: take the most deserving pictures, detect in batches, hand on to be judged."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

from inference.engine import Engine, Request, Requests
from inference.gate import Gate
from inference.judge import Job, Judge, Watcher
from inference.ready import Ready
from inference.recorder import Recorder
from inference.unit import CameraUnit
from models.detector import Detections

PATIENCE_S = 5.0
_IDLE = 3
"""Requests that may wait, taken with each turn that has other work."""


class Loop:
    """Body of the engine part: asks the slots of all cameras, detects, answers requests.

    Pictures go on to `judge`, the body of another part, so that the device works on the next ones
    while rules look at the last. Of each camera at most one picture is on its way between slot and
    judged: its pictures stay in order, whether a task wants the next is asked when the last has
    been judged, and the newest waits in the slot.
    """

    def __init__(
        self,
        engine: Engine,
        recorder: Recorder,
        largest_batch: int | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self._engine = engine
        self._largest = largest_batch
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._on_way: set[CameraUnit] = set()
        self._filled: SimpleQueue[CameraUnit] = SimpleQueue()
        self._ready: Ready[CameraUnit] = Ready(PATIENCE_S)
        self._gate = Gate()
        self._turned_at = time.monotonic()
        self.requests = Requests(self.wake)
        self.judge = Judge(engine, recorder, self._judged, watcher)

    @property
    def turned_at(self) -> float:
        """When the slower of both sides last turned; health compares it with now."""
        return min(self._turned_at, self.judge.turned_at)

    def ready(self, unit: CameraUnit) -> None:
        """Say that a camera's slot has been filled. Any thread."""
        self._filled.put(unit)
        self._wake.set()

    def wake(self) -> None:
        """Say that there is something to do. Any thread."""
        self._wake.set()

    def post(self, change: Callable[[], None]) -> None:
        """Have a change of tasks made while no picture is on its way, by the judge's thread."""
        self._posted.put(change)
        self.wake()

    def run(self, stop: threading.Event) -> None:
        """Turn until told to stop."""
        self._stop = stop
        while not stop.is_set():
            self._wake.clear()
            if not self.turn():
                self._wake.wait(timeout=0.25)
            self._turned_at = time.monotonic()

    def turn(self) -> bool:
        """Do one batch of work; False when nothing was waiting, or the judge has enough to do."""
        changes = []
        while not self._posted.empty():
            changes.append(self._posted.get())
        if changes:
            self.judge.change(changes, self._stop)
        largest = self._largest or self._engine.largest
        requests = self.requests.take(largest)
        # A full batch waits to be judged: what is taken now would only grow old.
        jobs = self._jobs(largest) if self.judge.waiting < largest else []
        # Never starved: a busy engine's turns are long, and one a turn would be none in time.
        requests += self.requests.take_idle(_IDLE if jobs or requests else largest)
        if not requests and not jobs:
            return False
        self._detect(jobs, requests)
        return True

    def _judged(self, job: Job) -> None:
        self._on_way.discard(job.unit)
        self.wake()

    def _jobs(self, limit: int) -> list[Job]:
        now = time.monotonic()
        while not self._filled.empty():
            unit = self._filled.get()
            self._ready.add(unit, unit.priority, unit.served_at, now)
        jobs = []
        for unit in self._ready.take(limit, now, lambda unit: unit not in self._on_way):
            shot = unit.slot.take()
            if shot is None:
                continue
            # The clock anew for each: were they equal, who comes first in a tie would do so always.
            unit.served_at = time.monotonic()
            unit.last_shot = shot
            if not unit.runners:
                unit.sampler.replace(unit.periods)
            runners = tuple(r for r in unit.runners if r.due(shot.captured_at))
            if runners:
                self._on_way.add(unit)
                jobs.append(Job(unit, shot, runners, shot.picture.pixels))
        return jobs

    def _detect(self, jobs: list[Job], requests: list[Request]) -> None:
        """Run every model that is wanted; hand each picture on as soon as all it needs is there."""
        for job in jobs:
            self._spare(job)
            if job.complete:
                self.judge.put(job)
        wanted = {m for job in jobs for m in job.models - job.unchanged}
        for model in sorted(wanted | {r.model for r in requests}):
            owners = [job for job in jobs if model in job.models - job.unchanged]
            asking = [request for request in requests if request.model == model]
            pictures = [job.pixels for job in owners] + [r.pixels for r in asking]
            for place, table in self._engine.each(model, pictures):
                if place < len(owners):
                    self._seen(owners[place], model, table)
                else:
                    request = asking[place - len(owners)]
                    request.table = table
                    request.done.set()

    def _spare(self, job: Job) -> None:
        """Give a picture the tables of the one before where nothing has changed since."""
        for model, table in self._gate.unchanged(job.unit, job.shot, job.patience).items():
            job.tables[model] = table
            job.unchanged.add(model)
            self._engine.health[model].unchanged += 1

    def _seen(self, job: Job, model: str, table: Detections | None) -> None:
        if table is not None and job.patience[model] > 0:
            self._gate.note(job.unit, job.shot, model, table)
        job.tables[model] = table
        if job.complete:
            self.judge.put(job)
