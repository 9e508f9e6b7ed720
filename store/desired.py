"""Desired state: read as one frozen snapshot, written one audited transaction at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr, ValidationError
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from events.relay import consumer
from store import audit, log
from store.database import DatabaseError, reading, writing
from store.tables import Base, CameraRow, DestinationRow, RevisionRow, TaskRow
from store.values import Desired, Destination, Task
from streams.camera import Camera

Wanted = Camera | Task | Destination
Removal = tuple[type[Wanted], tuple[str, ...]]
"""A kind and the key of one of it: (Task, (camera, algorithm))."""

Found = TypeVar("Found", bound=BaseModel)

TABLES: dict[type[Wanted], type[CameraRow | TaskRow | DestinationRow]] = {
    Camera: CameraRow,
    Task: TaskRow,
    Destination: DestinationRow,
}
_SECRETS = frozenset({"password", "secret"})
_ADDRESSES = frozenset({"url", "sub_url"})


def revision(engine: Engine) -> int:
    """Return the number of the newest desired state; 0 before the first write."""
    with reading(engine) as session:
        return _revision(session)


def read(engine: Engine) -> Desired:
    """Return everything that is wanted, as of one moment."""
    with reading(engine) as session:
        return read_in(session)


def read_in(session: Session) -> Desired:
    """Return everything that is wanted as the session's transaction sees it."""
    cameras = session.scalars(select(CameraRow).order_by(CameraRow.id))
    tasks = session.scalars(select(TaskRow).order_by(TaskRow.camera, TaskRow.algorithm))
    destinations = session.scalars(select(DestinationRow).order_by(DestinationRow.id))
    return Desired(
        revision=_revision(session),
        cameras=tuple(_value(Camera, row) for row in cameras),
        tasks=tuple(_value(Task, row) for row in tasks),
        destinations=tuple(_value(Destination, row) for row in destinations),
    )


def put_camera(engine: Engine, camera: Camera, actor: str) -> int:
    """Add or replace a camera; return the revision (unchanged when nothing changes)."""
    return change(engine, actor, put=(camera,))


def remove_camera(engine: Engine, camera: str, actor: str) -> int:
    """Remove a camera and its tasks; return the revision (unchanged when there is none)."""
    return change(engine, actor, remove=((Camera, (camera,)),))


def put_task(engine: Engine, task: Task, actor: str) -> int:
    """Add or replace a task; return the revision (unchanged when nothing changes).

    Raises:
        KeyError: there is no such camera.
    """
    return change(engine, actor, put=(task,))


def remove_task(engine: Engine, camera: str, algorithm: str, actor: str) -> int:
    """Remove a task; return the revision (unchanged when there is none)."""
    return change(engine, actor, remove=((Task, (camera, algorithm)),))


def put_destination(engine: Engine, destination: Destination, actor: str) -> int:
    """Add or replace a destination; return the revision (unchanged when nothing changes)."""
    return change(engine, actor, put=(destination,))


def remove_destination(engine: Engine, destination: str, actor: str) -> int:
    """Remove a destination; return the revision (unchanged when there is none)."""
    return change(engine, actor, remove=((Destination, (destination,)),))


def change(
    engine: Engine, actor: str, put: Sequence[Wanted] = (), remove: Sequence[Removal] = ()
) -> int:
    """Do all of it or nothing, in one transaction under one new revision; see `change_in`."""
    with writing(engine) as session:
        return change_in(session, actor, put, remove)


def change_in(
    session: Session, actor: str, put: Sequence[Wanted] = (), remove: Sequence[Removal] = ()
) -> int:
    """Remove, then put cameras, tasks and destinations, each with an audit row of its own.

    Returns the revision: one higher, or the old one when every value was there already.

    Raises:
        KeyError: a task names a camera that is not there.
        ValueError: nobody is named as the actor.
    """
    if not actor.strip():
        raise ValueError("every write names its actor")
    changed = [_remove(session, kind, key, actor) for kind, key in remove]
    in_order = sorted(put, key=lambda value: isinstance(value, Task))
    changed += [_put(session, value, actor) for value in in_order]
    if not any(changed):
        return _revision(session)
    row = session.get(RevisionRow, 1) or RevisionRow(id=1, value=0)
    row.value += 1
    session.add(row)
    return row.value


def key_of(value: Wanted) -> tuple[str, ...]:
    """Return what a value is found by: its id, or a task's camera and algorithm."""
    return (value.camera, value.algorithm) if isinstance(value, Task) else (value.id,)


def _put(session: Session, value: Wanted, actor: str) -> bool:
    if isinstance(value, Task) and session.get(CameraRow, value.camera) is None:
        raise KeyError(f"no camera {value.camera!r}")
    kind, key, columns = type(value), key_of(value), _columns(value)
    row = session.get(TABLES[kind], key)
    old = None if row is None else _value(kind, row)
    if row is None:
        session.add(TABLES[kind](**columns))
        if isinstance(value, Destination):
            # A receiver that is new today did not ask for every case there ever was.
            log.begin_at_end(session, consumer(value.id))
    elif old == kind.model_validate(columns):
        return False
    else:
        for name, column in columns.items():
            setattr(row, name, column)
    session.flush()
    audit.append(session, actor, f"{_name(kind)}.put", "/".join(key), _difference(old, value))
    return True


def _remove(session: Session, kind: type[Wanted], key: tuple[str, ...], actor: str) -> bool:
    row = session.get(TABLES[kind], key)
    if row is None:
        return False
    if kind is Camera:
        for task in session.scalars(select(TaskRow).where(TaskRow.camera == key[0])).all():
            _remove(session, Task, (task.camera, task.algorithm), actor)
    session.delete(row)
    session.flush()
    audit.append(session, actor, f"{_name(kind)}.remove", "/".join(key))
    return True


def _difference(old: Wanted | None, new: Wanted) -> dict[str, Any]:
    """Return the fields that are new, as the audit may show them."""
    fields = new.model_dump(mode="json")
    changed = [n for n in fields if old is None or getattr(old, n) != getattr(new, n)]
    return {name: _shown(new, name, fields[name]) for name in changed}


def _shown(value: Wanted, name: str, field: Any) -> Any:
    if name in _SECRETS:
        return "set" if _plain(value, name) else "none"
    if name in _ADDRESSES and field:
        # Queries, and a webhook's path, are where tokens stand.
        parts = urlsplit(field)
        host = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return host + parts.path if isinstance(value, Camera) else host
    return field


def _plain(value: Wanted, name: str) -> str:
    found = getattr(value, name)
    return found.get_secret_value() if isinstance(found, SecretStr) else str(found)


def _columns(value: Wanted) -> dict[str, Any]:
    columns = value.model_dump(mode="json")
    return columns | {name: _plain(value, name) for name in _SECRETS & columns.keys()}


def _value(kind: type[Found], row: Base) -> Found:
    fields = {name: getattr(row, name) for name in kind.model_fields}
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        wrong = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()})
        raise DatabaseError(f"a stored {_name(kind)} has wrong fields: {wrong}") from None


def _name(kind: type[BaseModel]) -> str:
    return kind.__name__.lower()


def _revision(session: Session) -> int:
    return session.scalar(select(RevisionRow.value).where(RevisionRow.id == 1)) or 0
