"""The desired state, read again and again: only what changed since the last time is fetched."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

from sqlalchemy import Engine, func, select, tuple_
from sqlalchemy.orm import Session

from store import desired
from store.bulk import chunks
from store.database import reading
from store.desired import NAMES
from store.tables import AuditRow, CameraRow, TaskRow
from store.values import Desired, Task
from streams.camera import Camera

_MANY = 5000
"""Changes beyond which everything is read anew."""
_PART = 500

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", Camera, Task)


class Snapshots:
    """Follows the desired state. For one thread.

    What changed is found in the audit, which has a row for each change in the same transaction.
    Values that did not change are the same objects in each snapshot, so that whoever compares two
    need not look into them.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._audited = 0
        self._newest: Desired | None = None
        self._cameras: dict[str, Camera] = {}
        self._tasks: dict[tuple[str, str], Task] = {}

    def read(self) -> Desired:
        """Return everything that is wanted; the same object as before when nothing changed."""
        with reading(self._engine) as session:
            revision = desired.revision_in(session)
            if self._newest is None or revision != self._newest.revision:
                audited = session.scalar(select(func.max(AuditRow.n))) or 0
                if not self._fetch(session):
                    self._fetch_all(session)
                self._newest = self._snapshot(session, revision)
                self._audited = audited
            return self._newest

    def _snapshot(self, session: Session, revision: int) -> Desired:
        return Desired(
            revision=revision,
            cameras=tuple(self._cameras[id] for id in sorted(self._cameras)),
            tasks=tuple(self._tasks[key] for key in sorted(self._tasks)),
            destinations=desired.destinations_in(session),
            templates=desired.templates_in(session),
            settings=desired.settings_in(session),
        )

    def _fetch_all(self, session: Session) -> None:
        everything = desired.read_in(session)
        self._cameras = _kept(self._cameras, ((c.id, c) for c in everything.cameras))
        found = (((t.camera, t.algorithm), t) for t in everything.tasks)
        self._tasks = _kept(self._tasks, found)

    def _fetch(self, session: Session) -> bool:
        """Fetch what the audit names since the last time; False when that does not tell enough."""
        if self._newest is None:
            return False
        rows = session.execute(
            select(AuditRow.action, AuditRow.object)
            .where(AuditRow.n > self._audited)
            .order_by(AuditRow.n)
            .limit(_MANY + 1)
        ).all()
        named = [(*action.split("."), key) for action, key in rows if action.count(".") == 1]
        wanted = [(kind, key) for kind, what, key in named if what in ("put", "remove")]
        known = [(kind, key) for kind, key in wanted if kind in NAMES.values()]
        if len(rows) > _MANY or not known:
            return False
        self._fetch_cameras(session, {key for kind, key in known if kind == NAMES[Camera]})
        tasks = (key.partition("/") for kind, key in known if kind == NAMES[Task])
        pairs = {(camera, algorithm) for camera, _, algorithm in tasks}
        self._fetch_tasks(session, pairs)
        return True

    def _fetch_cameras(self, session: Session, ids: set[str]) -> None:
        for part in chunks(ids, _PART):
            rows = session.scalars(select(CameraRow).where(CameraRow.id.in_(part)))
            found = {row.id: desired.value_of(Camera, row) for row in rows}
            for id in part:
                _put(self._cameras, id, found.get(id))

    def _fetch_tasks(self, session: Session, pairs: set[tuple[str, str]]) -> None:
        pair = tuple_(TaskRow.camera, TaskRow.algorithm)
        for part in chunks(pairs, _PART):
            rows = session.scalars(select(TaskRow).where(pair.in_(part)))
            found = {(row.camera, row.algorithm): desired.value_of(Task, row) for row in rows}
            for key in part:
                _put(self._tasks, key, found.get(key))


def _put(known: dict[Key, Value], key: Key, value: Value | None) -> None:
    if value is None:
        known.pop(key, None)
    elif known.get(key) != value:
        known[key] = value


def _kept(before: dict[Key, Value], found: Iterable[tuple[Key, Value]]) -> dict[Key, Value]:
    """Return what was found, as the objects of before where they are equal."""
    return {k: old if (old := before.get(k)) is not None and old == v else v for k, v in found}
