"""One algorithm on one camera: its rule, its state, when it wants a picture, where it stands."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from inference.checkpoint import (
    LONGEST_S,
    PICTURES,
    RESTLESS_S,
    Checkpoints,
    interval_s,
    restless,
)
from inference.watch import open_at
from models.detector import Detections
from rules.composition import Memory
from rules.observation import Finding, Observation
from rules.rule import StateError
from rules.sight import Sight
from store.catalog import Algorithm
from store.values import Task
from streams.camera import Camera
from streams.picture import Shot

log = logging.getLogger(__name__)

Record = Callable[["TaskRunner", Shot, Finding], None]


class TaskRunner:
    """Runs one task. Used by the judging thread alone; others read the plain attributes.

    `judged_at` is the capture time of the last picture that was judged; `fault` the view fault in
    it ('' = clear); `failure` is set when the rule itself broke: the task is then blind until it
    is built anew.
    """

    def __init__(
        self,
        camera: Camera,
        task: Task,
        algorithm: Algorithm,
        models: Mapping[str, str],
        checkpoints: Checkpoints,
    ) -> None:
        self.camera = camera
        self.task = task
        self.key = (camera.id, task.algorithm)
        """Camera id and algorithm id."""
        self.algorithm = algorithm
        self.models = models
        """Role to the id of the model that plays it."""
        self.parameters = algorithm.parameters(**task.parameters)
        self.period_s = algorithm.period_s(self.parameters)
        self.judged_at: float | None = None
        self.judged_count = 0
        self.fault = ""
        self.failure = ""
        self._rule = algorithm.rule(self.parameters, task.zones)
        self._checkpoints = checkpoints
        self._next_due = 0.0
        self._saved_at = 0.0
        self._save_every = 1.0
        self._unsaved = False
        view = f"{camera.url}|{camera.rotation}|{algorithm.manifest.version}"
        self._file: Path = checkpoints.path(camera.id, task.algorithm, view)
        self._state = self._restored()

    def follow(self, before: TaskRunner | None) -> None:
        """Count on from the runner that had other parameters: a change is no blind moment."""
        if before is not None and not before.failure:
            self.judged_at, self.judged_count = before.judged_at, before.judged_count
            self.fault = before.fault

    @property
    def unchanged_s(self) -> float:
        """Return for how long, at most, old detections may stand for an unchanged view."""
        absence = getattr(self.parameters, "absence_s", None)
        allowed = self.algorithm.manifest.pictures.unchanged_s
        return allowed if absence is None else min(allowed, float(absence) / 3)

    @property
    def priority(self) -> int:
        """Return the algorithm's priority, 0 first."""
        return self.algorithm.manifest.priority

    def due(self, now: float) -> bool:
        """Say whether the picture captured at `now` is wanted (without a view of the future)."""
        if self.failure or now < self._next_due - 0.02:
            return False
        return open_at(self.task.time_plan, now, self.camera.time_zone)

    def judge(
        self, shot: Shot, sight: Sight, tables: Mapping[str, Detections], record: Record
    ) -> Observation | None:
        """Judge one picture; `tables` are by model id. None when the rule broke.

        Findings are recorded durably before the new state counts: when recording fails, the state
        stays as it was and the next picture brings the findings again, under the same ids.

        Raises:
            OSError: the spool did not take an alert.
        """
        sight = sight.seen_with({role: tables[model] for role, model in self.models.items()})
        now = shot.captured_at
        late = now - self._next_due
        self._next_due = now + self.period_s - (late if 0 <= late < self.period_s else 0.0)
        try:
            state, observation = self._rule.perceive(self._state, sight)
            state, findings = self._rule.step(state, observation, now)
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"
            log.exception("%s on %s has failed", self.task.algorithm, self.camera.id)
            return None
        for finding in findings:
            record(self, shot, finding)
        self._state, self._unsaved = state, True
        self.judged_at = now
        self.judged_count += 1
        self.fault = observation.view.fault
        if findings:
            self.save(durable=True)
        elif not 0 <= now - self._saved_at < self._saving_every(observation):
            self._saved_at = now
            self.save(durable=False)
        return observation

    def _saving_every(self, observation: Observation) -> float:
        if self._state.timing or restless(observation):
            return min(self._save_every, RESTLESS_S)
        return max(self._save_every, min(PICTURES * self.period_s, LONGEST_S))

    def save(self, *, durable: bool) -> None:
        """Write the state: on every finding, now and then, and at the end."""
        data = self._rule.dump(self._state)
        self._unsaved = False
        self._save_every = interval_s(len(data))
        try:
            self._checkpoints.save(self._file, data, durable=durable)
        except OSError as error:
            log.error("state of %s is not saved: %s", self.key, error.strerror)

    def settle(self) -> None:
        """Write the state if it is newer than what is on disk; not yet against a power cut."""
        if self._unsaved:
            self.save(durable=False)

    def _restored(self) -> Memory:
        data = self._checkpoints.load(self._file)
        if data is None:
            return self._rule.start()
        try:
            return self._rule.load(data)
        except StateError as error:
            log.warning("state of %s starts anew: %s", self.key, error)
            return self._rule.start()
