"""Observed state: camera states, watching-since and blind-because, revisions applied; batched."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from sqlalchemy import Engine as Database
from sqlalchemy.exc import SQLAlchemyError

from inference.engine import Engine
from inference.planner import Key, Plan
from inference.task import TaskRunner
from inference.unit import CameraUnit
from inference.watch import GRACE_S, Looking, blind_because, open_at
from store import incidents, observed
from store.observed import Applied, Blind, Change, Ended, Heartbeat, Watching
from streams.state import CameraState, CameraWord, state

log = logging.getLogger(__name__)

HEARTBEAT_S = 5.0
LOST_S = 60.0
"""Blind for so long, an incident's presence is unknown; a reconnect is shorter."""


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
        self._blind_since: dict[Key, float] = {}
        self._lost: set[Key] = set()

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
            open_now=open_at(runner.task.time_plan, now, unit.camera.time_zone),
            live=state is not None and state.word is CameraWord.LIVE,
            camera_words=state.detail if state is not None else "not started",
            fault=runner.fault,
            failure=runner.failure,
            model_error=next((e for e in errors if e), ""),
            judged_age_s=age,
            period_s=runner.period_s,
        )

    def write(self) -> None:
        """Write all changes since the last successful write, in one transaction."""
        now = time.time()
        because = self.because()
        units = list(self._plan.units.items())
        states = {c: self._shown(c, u.state, u.runners, now) for c, u in units if u.state}
        changes = [*self._states_changed(states), *self._watch_changed(because, now)]
        applied = {camera: self._plan.revision for camera, _ in units}
        changes += [Applied(*pair) for pair in applied.items() - self._applied.items()]
        beat = bool(because) and now - self._beat >= HEARTBEAT_S
        if beat:
            changes.append(Heartbeat(tuple(because), now))
        try:
            observed.write(self._database, changes)
            self._states, self._because, self._applied = states, because, applied
            self._beat = now if beat else self._beat
            self._lose_sight(because, now)
        except SQLAlchemyError as error:
            log.warning("observed state is written later: %s", type(error).__name__)

    def _lose_sight(self, because: dict[Key, str], now: float) -> None:
        """Say of incidents that nobody has looked at for a while that they may be there or not."""
        self._blind_since = {
            key: self._blind_since.get(key, now) for key, why in because.items() if why
        }
        self._lost &= self._blind_since.keys()
        for key, since in self._blind_since.items():
            if key not in self._lost and now - since >= LOST_S:
                incidents.lose_sight(self._database, *key, since)
                self._lost.add(key)

    def _shown(
        self, camera: str, seen: CameraState, runners: Sequence[TaskRunner], now: float
    ) -> CameraState:
        """Return a camera's state, with what is wrong in its pictures where they do come.

        Only what a running algorithm found in its last picture, and lately: others know nothing.
        """
        if seen.word is not CameraWord.LIVE:
            return seen
        lately = (
            r for r in runners if r.judged_at and now - r.judged_at < 3 * r.period_s + GRACE_S
        )
        fault = next((r.fault for r in lately if r.fault in set(CameraWord)), "")
        if not fault:
            return seen
        known = self._states.get(camera)
        if known is not None and known.word == fault:
            return known
        return state(CameraWord(fault), now)

    def _states_changed(self, states: dict[str, CameraState]) -> list[Change]:
        return [
            observed.CameraState(camera, state.word, state.detail, state.since)
            for camera, state in states.items()
            if self._states.get(camera) != state
        ]

    def _watch_changed(self, because: dict[Key, str], now: float) -> list[Change]:
        changes: list[Change] = []
        for key, why in because.items():
            if self._because.get(key) != why:
                changes.append(Blind(*key, why, now) if why else Watching(*key, now))
        changes += [Ended(*key, now) for key in self._because.keys() - because.keys()]
        return changes
