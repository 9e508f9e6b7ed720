"""From desired state to running units: build what is new, swap what changed, stop what is gone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from pydantic import ValidationError

from inference.checkpoint import Checkpoints
from inference.engine import Engine
from inference.library import Library, ModelMissing
from inference.loop import Loop
from inference.parts import join_all
from inference.task import TaskRunner
from inference.unit import CameraUnit
from inference.ways import Entry
from store.bulk import chunks
from store.catalog import Algorithms
from store.parameters import Shared
from store.values import Desired, Task
from streams.camera import Camera

log = logging.getLogger(__name__)

Key = tuple[str, str]
Build = Callable[[Camera, list[TaskRunner]], CameraUnit]

MASKING = (
    "objects",
    ("yolov8n-coco-openvino", "yolov8n-coco-onnx", "yolox-nano-coco", "street-nano"),
)
"""Role and models asked for even where no task needs them: masks must know persons and vehicles."""


_TOGETHER = 100
"""So many cameras are started before the others see them."""
_END_S = 3.0


@dataclass
class Plan:
    """What the planner has made of the last revision. Read by everyone, written by the planner."""

    revision: int = 0
    """What all units run: it moves on when the last task of a new revision has been swapped."""
    units: dict[str, CameraUnit] = field(default_factory=dict)
    wanted: dict[Key, Task] = field(default_factory=dict)
    """Tasks with every value that a template or the settings give them as their own."""
    unable: dict[Key, str] = field(default_factory=dict)
    """Tasks that could not be built, and why."""


class Planner:
    """Keeps units equal to the desired state; compares frozen values by ==, not by field."""

    def __init__(
        self,
        algorithms: Algorithms,
        library: Library,
        engine: Engine,
        loop: Loop,
        checkpoints: Checkpoints,
        build: Build,
    ) -> None:
        self.plan = Plan()
        self._algorithms = algorithms
        self._library = library
        self._engine = engine
        self._loop = loop
        self._checkpoints = checkpoints
        self._build = build
        self._loading = threading.Lock()
        self._shared = Shared()
        self._made: dict[Key, tuple[Task, Task]] = {}
        """Each task as it is stored, and with every value: what did not change is not made anew."""
        self._given: dict[str, tuple[Task, ...]] = {}
        """The tasks that each camera was started with or has last been told of."""
        self._leaving: dict[str, Entry] = {}
        """How cameras came in that were stopped, as long as they are not let go of."""

    def apply(self, desired: Desired) -> None:
        """Make the units what `desired` says. Unchanged cameras and tasks notice nothing.

        A changed template or setting is a change of exactly the tasks whose values it changes.
        """
        cameras = {c.id: c for c in desired.cameras if c.enabled}
        self._stop_changed(cameras)
        tasks = self._effective(desired, cameras)
        before = self.plan.wanted
        self.plan.wanted = {(t.camera, t.algorithm): t for ts in tasks.values() for t in ts}
        # What could not run is tried again as soon as something else is wanted of it.
        unable, wants = self.plan.unable.items(), self.plan.wanted
        self.plan.unable = {k: v for k, v in unable if k in wants and wants[k] is before.get(k)}
        if self.plan.wanted:
            self._have_masking()
        for part in chunks((c for c in cameras if c not in self.plan.units), _TOGETHER):
            self._start([cameras[id] for id in part], tasks)
        for camera, wanted in tasks.items():
            if self._given.get(camera) != wanted:
                self._given[camera] = wanted
                self._swap(self.plan.units[camera], wanted)
        self._loop.post(lambda: self._applied(desired.revision))

    def _stop_changed(self, cameras: Mapping[str, Camera]) -> None:
        """Stop what is gone or must connect anew; tell the others how their camera is called."""
        stopped = []
        for camera, unit in self.plan.units.items():
            wanted = cameras.get(camera)
            if wanted is unit.camera:
                continue
            if wanted is None or wanted.connection != unit.camera.connection:
                stopped.append(unit)
                continue
            unit.camera = wanted
            for runner in unit.runners:
                runner.camera = wanted
        gone = {unit.camera.id for unit in stopped}
        self.plan.units = {c: unit for c, unit in self.plan.units.items() if c not in gone}
        self._given = {c: tasks for c, tasks in self._given.items() if c not in gone}
        self._leaving = {c: entry for c, entry in self._leaving.items() if not entry.gone}
        for unit in stopped:
            unit.stop()
            self._leaving[unit.camera.id] = unit.entry
        if stopped:
            self._loop.post(lambda: self.save(stopped))

    def _effective(
        self, desired: Desired, cameras: Mapping[str, Camera]
    ) -> dict[str, tuple[Task, ...]]:
        """Return each camera's tasks with all values; equal ones are the same objects as before."""
        shared = Shared.of(desired.settings, desired.templates)
        same, self._shared = shared == self._shared, shared
        made: dict[Key, tuple[Task, Task]] = {}
        tasks: dict[str, list[Task]] = {camera: [] for camera in cameras}
        for task in desired.tasks:
            if not task.enabled or task.camera not in tasks:
                continue
            key = (task.camera, task.algorithm)
            known = self._made.get(key)
            if known is None or not same or known[0] is not task:
                effective = shared.effective(task)
                if known is not None and known[1] == effective:
                    effective = known[1]
                known = (task, effective)
            made[key] = known
            tasks[task.camera].append(known[1])
        self._made = made
        return {camera: tuple(wanted) for camera, wanted in tasks.items()}

    def _applied(self, revision: int) -> None:
        self.plan.revision = revision

    def _have_masking(self) -> None:
        try:
            self.models({MASKING[0]: MASKING[1]})
        except ModelMissing as error:
            log.warning("masks are made without vehicles: %s", error)

    def models(self, roles: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        """Return role to model id, with every model in the engine. Any thread.

        Raises:
            ModelMissing: a role has no model here.
        """
        chosen = {}
        with self._loading:
            for role, candidates in roles.items():
                detector = self._library.pick(role, candidates)
                if detector.model not in self._engine:
                    self._engine.add(detector)
                chosen[role] = detector.model
        return chosen

    def _runner(self, camera: Camera, task: Task) -> TaskRunner | None:
        key = (task.camera, task.algorithm)
        self.plan.unable.pop(key, None)
        try:
            algorithm = self._algorithms[task.algorithm]
            models = self.models(algorithm.manifest.models)
            return TaskRunner(camera, task, algorithm, models, self._checkpoints)
        except KeyError:
            self.plan.unable[key] = f"the catalog has no algorithm '{task.algorithm}'"
        except ModelMissing as error:
            self.plan.unable[key] = str(error)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            self.plan.unable[key] = f"parameters.{'.'.join(map(str, first['loc']))}: {first['msg']}"
        log.error("%s on %s cannot run: %s", task.algorithm, task.camera, self.plan.unable[key])
        return None

    def _start(self, cameras: Sequence[Camera], tasks: Mapping[str, Sequence[Task]]) -> None:
        started = {}
        for camera in cameras:
            runners = [self._runner(camera, task) for task in tasks[camera.id]]
            unit = self._build(camera, [runner for runner in runners if runner is not None])
            # Whoever finds a unit in the plan may take "not running" for "its source has ended".
            unit.start(after=self._leaving.get(camera.id))
            started[camera.id] = unit
            self._given[camera.id] = tuple(tasks[camera.id])
        self.plan.units = {**self.plan.units, **started}
        self._loop.wake()

    def _swap(self, unit: CameraUnit, tasks: Sequence[Task]) -> None:
        def change() -> None:
            # Compared here and not when posted: an earlier change may still be waiting its turn.
            if [r.task for r in unit.runners] == [t for t in tasks if not self._is_unable(t)]:
                return
            kept = {r.task.algorithm: r for r in unit.runners}
            runners = []
            for task in tasks:
                old = kept.get(task.algorithm)
                if old is not None and old.task == task:
                    runners.append(old)
                    continue
                if old is not None:
                    old.save(durable=True)
                new = self._runner(unit.camera, task)
                if new is not None:
                    new.follow(old)
                    runners.append(new)
            unit.change_tasks(runners)

        self._load(tasks)
        self._loop.post(change)

    def _load(self, tasks: Sequence[Task]) -> None:
        """Have the models that tasks need in the engine: no camera is to wait while one loads."""
        for task in tasks:
            known = self._algorithms.by_id.get(task.algorithm)
            if known is not None:
                with suppress(ModelMissing):  # said when the task is built
                    self.models(known.manifest.models)

    def _is_unable(self, task: Task) -> bool:
        return (task.camera, task.algorithm) in self.plan.unable

    def save(self, units: Iterable[CameraUnit]) -> None:
        """Save the states of cameras' rules; by the judging thread, or after it has ended."""
        for unit in units:
            for runner in unit.runners:
                runner.settle()
        self._checkpoints.sync()

    def stop(self) -> None:
        """Stop all cameras; the rules' states are saved by `save` when the loop has ended.

        Waits for their threads for a moment, together: a read that hangs ends by its own timeout.
        """
        units = list(self.plan.units.values())
        for unit in units:
            unit.stop()
        join_all([part for unit in units if (part := unit.entry.part) is not None], _END_S)
