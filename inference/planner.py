"""From desired state to running units: build what is new, swap what changed, stop what is gone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from inference.checkpoint import Checkpoints
from inference.engine import Engine
from inference.library import Library, ModelMissing
from inference.loop import Loop
from inference.parts import Parts
from inference.task import TaskRunner
from inference.unit import CameraUnit
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
        parts: Parts,
    ) -> None:
        self.plan = Plan()
        self._algorithms = algorithms
        self._library = library
        self._engine = engine
        self._loop = loop
        self._checkpoints = checkpoints
        self._build = build
        self._parts = parts
        self._loading = threading.Lock()

    def apply(self, desired: Desired) -> None:
        """Make the units what `desired` says. Unchanged cameras and tasks notice nothing.

        A changed template or setting is a change of exactly the tasks whose values it changes.
        """
        cameras = {c.id: c for c in desired.cameras if c.enabled}
        tasks: dict[str, list[Task]] = {camera: [] for camera in cameras}
        shared = Shared.of(desired.settings, desired.templates)
        for task in desired.tasks:
            if task.enabled and task.camera in tasks:
                tasks[task.camera].append(shared.effective(task))
        for camera, unit in list(self.plan.units.items()):
            wanted = cameras.get(camera)
            if wanted is None or wanted.connection != unit.camera.connection:
                self._stop(unit)
            else:
                unit.camera = wanted
                for runner in unit.runners:
                    runner.camera = wanted
        before = self.plan.wanted
        self.plan.wanted = {(t.camera, t.algorithm): t for ts in tasks.values() for t in ts}
        # What could not run is tried again as soon as something else is wanted of it.
        same = {key for key, task in self.plan.wanted.items() if before.get(key) == task}
        self.plan.unable = {k: v for k, v in self.plan.unable.items() if k in same}
        if any(tasks.values()):
            self._have_masking()
        for camera, value in cameras.items():
            if camera in self.plan.units:
                self._swap(self.plan.units[camera], tasks[camera])
            else:
                self._start(value, tasks[camera])
        self._loop.post(lambda: self._applied(desired.revision))

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

    def _start(self, camera: Camera, tasks: list[Task]) -> None:
        runners = [r for task in tasks if (r := self._runner(camera, task)) is not None]
        unit = self._build(camera, runners)
        # Whoever finds a unit in the plan may take "not running" for "its source has ended".
        unit.start(self._parts)
        self.plan.units = {**self.plan.units, camera.id: unit}
        self._loop.wake()

    def _stop(self, unit: CameraUnit) -> None:
        self.plan.units = {k: u for k, u in self.plan.units.items() if u is not unit}
        unit.stop()
        self._loop.post(lambda: save_all(unit))

    def _swap(self, unit: CameraUnit, tasks: list[Task]) -> None:
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

        self._loop.post(change)

    def _is_unable(self, task: Task) -> bool:
        return (task.camera, task.algorithm) in self.plan.unable

    def stop(self) -> None:
        """Stop all cameras; the rules' states are saved by `save_all` when the loop has ended."""
        for unit in self.plan.units.values():
            unit.stop()


def save_all(unit: CameraUnit) -> None:
    """Save the states of a camera's rules; by the judging thread, or after it has ended."""
    for runner in unit.runners:
        runner.save(durable=True)
