"""Observed state: camera states, watching-since and blind-because, revisions applied; batched."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine as Database
from sqlalchemy.exc import SQLAlchemyError

from inference.engine import Engine
from inference.planner import Key, Plan
from inference.rates import Rates, Seen
from inference.task import TaskRunner
from inference.unit import CameraUnit
from inference.watch import CLOSED, GRACE_S, Looking, blind_because, open_at, settled_until
from store import incidents, observed
from store.observed import Applied, Blind, Change, Ended, Heartbeat, Rate, Watching
from streams.state import CameraState, CameraWord, state
from streams.tap import Tap

log = logging.getLogger(__name__)

HEARTBEAT_S = 5.0
LOST_S = 60.0
"""Blind for so long, an incident's presence is unknown; a reconnect is shorter."""
_AFTER_S = 0.001
"""What holds up to a moment is looked at again just after it."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What was last found of one task, what it was made of, and how long it holds by itself."""

    runner: TaskRunner
    state: CameraState | None
    fault: str
    failure: str
    judged_at: float | None
    at: float
    until: float
    because: str

    def holds(self, runner: TaskRunner, state: CameraState | None, now: float) -> bool:
        """Say whether nothing has happened since that could change it."""
        return (
            self.at <= now < self.until
            and self.runner is runner
            and self.state is state
            and self.fault == runner.fault
            and self.failure == runner.failure
            and (not self.because or self.judged_at == runner.judged_at)
        )


class Observer:
    """Writes what changed, once a second; what the database did not take is written next time.

    A city's tasks are too many to be judged every second: each is judged anew when its camera, its
    rule or its model has changed, or when what was found of it cannot hold any longer.
    """

    def __init__(
        self, database: Database, plan: Plan, engine: Engine, tap: Tap | None = None
    ) -> None:
        self._database = database
        self._plan = plan
        self._engine = engine
        self._tap = tap
        self._rates = Rates()
        self._lock = threading.Lock()
        self._looks: dict[Key, _Look] = {}
        self._errors: dict[str, str] = {}
        self._shown: dict[str, tuple[CameraState, CameraState]] = {}
        """By camera: its own state, and that with what is wrong in its pictures."""
        self._because: dict[Key, str] = {}
        # What the database has been told, and what it has yet to be told.
        self._told_states: dict[str, CameraState] = {}
        self._told_because: dict[Key, str] = {}
        self._told_applied: dict[str, int] = {}
        self._applied_to: tuple[int, Mapping[str, CameraUnit]] = (-1, {})
        self._moved: set[str] = set()
        self._changed: set[Key] = set()
        self._beat = 0.0
        self._blind_since: dict[Key, float] = {}
        self._lost: set[Key] = set()

    def because(self) -> dict[Key, str]:
        """Return why each wanted task is blind now, '' = it is watching. Any thread."""
        with self._lock:
            self._look(time.time())
            return dict(self._because)

    def write(self) -> None:
        """Write all changes since the last successful write, in one transaction. Any thread."""
        with self._lock:
            now = time.time()
            self._look(now)
            states = self._states_changed()
            changes: list[Change] = [*states, *self._watch_changed(now)]
            applying, applied = self._applied()
            changes += [Applied(*pair) for pair in applied.items()]
            if self._rates.due(now):
                self._rates.look(self._reached(), now)
            rates = self._rates.news()
            changes += rates
            beat = bool(self._because) and now - self._beat >= HEARTBEAT_S
            if beat:
                changes.append(Heartbeat(tuple(self._because), now))
            try:
                observed.write(self._database, changes)
                for said in states:
                    self._told_states[said.camera] = self._shown[said.camera][1]
                self._moved.clear()
                self._told_applied.update(applied)
                self._applied_to = applying
                self._rates.told(rates)
                self._tell()
                self._beat = now if beat else self._beat
                self._lose_sight(now)
            except SQLAlchemyError as error:
                log.warning("observed state is written later: %s", type(error).__name__)

    @property
    def rates(self) -> Mapping[str, Rate]:
        """Return what each camera reaches of what is wanted, by camera id; some seconds old."""
        return self._rates.newest

    def _reached(self) -> Iterator[Seen]:
        """Yield what stands of every camera: pictures judged for its most demanding algorithm."""
        counts = {} if self._tap is None else self._tap.counts()
        for camera, unit in self._plan.units.items():
            open_now = [r for r in unit.runners if self._because.get(r.key) != CLOSED]
            first = min(open_now, key=lambda runner: runner.period_s, default=None)
            counted = counts.get(camera)
            yield Seen(
                camera,
                unit.entry.way,
                unit.entry.why,
                None if first is None else first.period_s,
                0 if first is None else first.judged_count,
                unit.slot.dropped + (counted.shed if counted else 0),
            )

    def _look(self, now: float) -> None:
        """Bring `_because` and `_shown` up to date."""
        errors = {model: health.last_error for model, health in self._engine.health.items()}
        anew = errors != self._errors
        self._errors = errors
        units, unable, wanted = self._plan.units, self._plan.unable, self._plan.wanted
        looks: dict[Key, _Look] = {}
        shown: dict[str, tuple[CameraState, CameraState]] = {}
        for camera, unit in units.items():
            state, moved = unit.state, False
            for runner in unit.runners:
                key = runner.key
                look = self._looks.get(key)
                if anew or look is None or not look.holds(runner, state, now):
                    look = self._judged(unit, runner, state, now)
                    self._say(key, look.because, now)
                    moved = True
                looks[key] = look
            if state is not None:
                before = self._shown.get(camera)
                if before is None or moved or before[0] is not state:
                    before = (state, self._with_faults(camera, state, unit.runners, now))
                    self._moved.add(camera)
                shown[camera] = before
        for key in wanted.keys() - looks.keys() if len(looks) < len(wanted) else ():
            why = f"cannot run: {unable[key]}" if key in unable else "is being set up"
            self._say(key, why, now)
        if len(self._because) > max(len(looks), len(wanted)) or self._looks.keys() - looks.keys():
            for key in self._because.keys() - looks.keys() - wanted.keys():
                self._say(key, None, now)
        self._looks, self._shown = looks, shown

    def _say(self, key: Key, why: str | None, now: float) -> None:
        """Note what is found of a task, None: nobody wants it any more."""
        if self._because.get(key) == why:
            return
        self._changed.add(key)
        if why is None:
            del self._because[key]
        else:
            self._because[key] = why
        if why:
            self._blind_since.setdefault(key, now)
        else:
            self._blind_since.pop(key, None)
            self._lost.discard(key)

    def _judged(
        self, unit: CameraUnit, runner: TaskRunner, state: CameraState | None, now: float
    ) -> _Look:
        fault, failure, judged_at = runner.fault, runner.failure, runner.judged_at
        errors = (self._errors.get(model, "") for model in runner.models.values())
        plan, late_s = runner.task.time_plan, 3 * runner.period_s + GRACE_S
        because = blind_because(
            Looking(
                open_now=open_at(plan, now, unit.camera.time_zone),
                live=state is not None and state.word is CameraWord.LIVE,
                camera_words=state.detail if state is not None else "not started",
                fault=fault,
                failure=failure,
                model_error=next((e for e in errors if e), ""),
                judged_age_s=None if judged_at is None else max(0.0, now - judged_at),
                period_s=runner.period_s,
            )
        )
        until = settled_until(plan, now)
        if judged_at is not None and now <= judged_at + late_s:
            until = min(until, judged_at + late_s + _AFTER_S)
        return _Look(runner, state, fault, failure, judged_at, now, until, because)

    def _tell(self) -> None:
        """Remember that the database knows of every change now."""
        for key in self._changed:
            if key in self._because:
                self._told_because[key] = self._because[key]
            else:
                self._told_because.pop(key, None)
        self._changed.clear()

    def _lose_sight(self, now: float) -> None:
        """Say of incidents that nobody has looked at for a while that they may be there or not."""
        lost = {
            key: since
            for key, since in self._blind_since.items()
            if now - since >= LOST_S and key not in self._lost
        }
        incidents.lose_sight(self._database, lost)
        self._lost |= lost.keys()

    def _with_faults(
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
        known = self._shown.get(camera)
        if known is not None and known[1].word == fault:
            return known[1]
        return state(CameraWord(fault), now)

    def _applied(self) -> tuple[tuple[int, Mapping[str, CameraUnit]], dict[str, int]]:
        """Return what is applied to whom, and what of it is new."""
        revision, units = self._plan.revision, self._plan.units
        if self._applied_to[0] == revision and self._applied_to[1] is units:
            return self._applied_to, {}
        self._told_applied = {c: r for c, r in self._told_applied.items() if c in units}
        told = self._told_applied
        return (revision, units), {c: revision for c in units if told.get(c) != revision}

    def _states_changed(self) -> list[observed.CameraState]:
        found = []
        for camera in sorted(self._moved & self._shown.keys()):
            shown = self._shown[camera][1]
            if self._told_states.get(camera) != shown:
                found.append(observed.CameraState(camera, shown.word, shown.detail, shown.since))
        return found

    def _watch_changed(self, now: float) -> list[Change]:
        changes: list[Change] = []
        for key in sorted(self._changed):
            why, told = self._because.get(key), self._told_because.get(key)
            if why == told:
                continue
            if why is None:
                changes.append(Ended(*key, now))
            else:
                changes.append(Blind(*key, why, now) if why else Watching(*key, now))
        return changes
