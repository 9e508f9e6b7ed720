"""Observed state: camera states, watching-since and blind-because, revisions applied; batched."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sqlalchemy import Engine as Database
from sqlalchemy.exc import SQLAlchemyError

from inference.engine import Engine
from inference.planner import Key, Plan
from inference.task import TaskRunner
from inference.unit import CameraUnit
from inference.watch import Looking, blind_because, open_at
from store import observed
from streams.state import CameraState, CameraWord

log = logging.getLogger(__name__)

HEARTBEAT_S = 5.0


class Observer:
    """Writes what changed, once a second; what the database did not take is written next time."""

    def __init__(self, database: Database, plan: Plan, engine: Engine) -> None:
        self._database = database
        self._plan = plan
        self._engine = engine
        self._states: dict[str, CameraState] = {}
        self._because: dict[Key, str] = {}
        self._applied: dict[str, int] = {}
        self._beat = 0.0

    def because(self) -> dict[Key, str]:
        """Return why each wanted task is blind now, '' = it is watching."""
        now = time.time()
        found = {key: f"cannot run: {why}" for key, why in self._plan.unable.items()}
        for unit in self._plan.units.values():
            for runner in unit.runners:
                found[runner.key] = blind_because(self._looking(unit, runner, now))
        for key in self._plan.wanted:
            found.setdefault(key, "is being set up")
        return found

    def _looking(self, unit: CameraUnit, runner: TaskRunner, now: float) -> Looking:
        state = unit.state
        errors = (self._engine.health[m].last_error for m in runner.models.values())
        age = None if runner.judged_at is None else max(0.0, now - runner.judged_at)
        return Looking(
            open_now=open_at(runner.task.time_plan, now),
            live=state is not None and state.word is CameraWord.LIVE,
            camera_words=state.detail if state is not None else "not started",
            fault=runner.fault,
            failure=runner.failure,
            model_error=next((e for e in errors if e), ""),
            judged_age_s=age,
            period_s=runner.period_s,
        )

    def write(self) -> None:
        """Write all changes since the last successful write."""
        now = time.time()
        self._try(lambda: self._write_states())
        self._try(lambda: self._write_watch(now))

    def _try(self, write: Callable[[], None]) -> None:
        try:
            write()
        except SQLAlchemyError as error:
            log.warning("observed state is written later: %s", type(error).__name__)

    def _write_states(self) -> None:
        for camera, unit in self._plan.units.items():
            state = unit.state
            if state is not None and self._states.get(camera) != state:
                observed.set_camera_state(
                    self._database, camera, state.word, state.detail, state.since
                )
                self._states[camera] = state
            if self._applied.get(camera) != self._plan.revision:
                observed.set_applied(self._database, camera, self._plan.revision)
                self._applied[camera] = self._plan.revision

    def _write_watch(self, now: float) -> None:
        current = self.because()
        for key, why in current.items():
            if self._because.get(key) == why:
                continue
            if why:
                observed.blind(self._database, *key, why, now)
            else:
                observed.watching(self._database, *key, now)
            self._because[key] = why
        for key in set(self._because) - set(current):
            observed.blind(self._database, *key, "switched off", now)
            del self._because[key]
        if now - self._beat >= HEARTBEAT_S and current:
            observed.heartbeat(self._database, list(current), now)
            self._beat = now
