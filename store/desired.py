"""Desired state: read as one frozen snapshot, written one audited transaction at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr, ValidationError
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from events.relay import consumer
from store import audit, log, news
from store.database import DatabaseError, reading, writing
from store.tables import (
    AlgorithmSettingsRow,
    Base,
    CameraRow,
    DestinationRow,
    RevisionRow,
    TaskRow,
    TemplateRow,
)
from store.values import AlgorithmSettings, Desired, Destination, Task, Template
from streams.camera import Camera, shown_url

Wanted = Camera | Task | Destination | Template | AlgorithmSettings
Removal = tuple[type[Wanted], tuple[str, ...]]
"""A kind and the key of one of it: (Task, (camera, algorithm))."""

Found = TypeVar("Found", bound=BaseModel)

Row = CameraRow | TaskRow | DestinationRow | TemplateRow | AlgorithmSettingsRow
TABLES: dict[type[Wanted], type[Row]] = {
    Camera: CameraRow,
    Task: TaskRow,
    Destination: DestinationRow,
    Template: TemplateRow,
    AlgorithmSettings: AlgorithmSettingsRow,
}
NAMES: dict[type[Wanted], str] = {
    Camera: "camera",
    Task: "task",
    Destination: "destination",
    Template: "template",
    AlgorithmSettings: "algorithm",
}
"""What a kind is called in documents and in the audit."""
_SECRETS = frozenset({"password", "secret"})
_ADDRESSES = frozenset({"url", "sub_url"})


class TemplateInUse(ValueError):
    """A template that tasks use is not removed; `tasks` are (camera, algorithm) of all of them."""

    def __init__(self, template: str, tasks: Sequence[tuple[str, str]]) -> None:
        super().__init__(f"template {template!r} is used by {len(tasks)} tasks")
        self.template = template
        self.tasks = tuple(tasks)


def revision(engine: Engine) -> int:
    """Return the number of the newest desired state; 0 before the first write."""
    with reading(engine) as session:
        return revision_in(session)


def read(engine: Engine) -> Desired:
    """Return everything that is wanted, as of one moment."""
    with reading(engine) as session:
        return read_in(session)


def read_in(session: Session) -> Desired:
    """Return everything that is wanted as the session's transaction sees it."""
    cameras = session.scalars(select(CameraRow).order_by(CameraRow.id))
    tasks = session.scalars(select(TaskRow).order_by(TaskRow.camera, TaskRow.algorithm))
    return Desired(
        revision=revision_in(session),
        cameras=tuple(value_of(Camera, row) for row in cameras),
        tasks=tuple(value_of(Task, row) for row in tasks),
        destinations=destinations_in(session),
        templates=templates_in(session),
        settings=settings_in(session),
    )


def destinations_in(session: Session) -> tuple[Destination, ...]:
    """Return all destinations by id."""
    rows = session.scalars(select(DestinationRow).order_by(DestinationRow.id))
    return tuple(value_of(Destination, row) for row in rows)


def templates_in(session: Session) -> tuple[Template, ...]:
    """Return all templates by id."""
    rows = session.scalars(select(TemplateRow).order_by(TemplateRow.id))
    return tuple(value_of(Template, row) for row in rows)


def settings_in(session: Session) -> tuple[AlgorithmSettings, ...]:
    """Return the settings of the algorithms that have any."""
    rows = session.scalars(select(AlgorithmSettingsRow).order_by(AlgorithmSettingsRow.algorithm))
    return tuple(value_of(AlgorithmSettings, row) for row in rows)


def find_in(session: Session, kind: type[Found], *key: str) -> Found | None:
    """Return one value by its key (see `key_of`), None when there is none."""
    row = session.get(_table(kind), key)
    return None if row is None else value_of(kind, row)


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


def put_template(engine: Engine, template: Template, actor: str) -> int:
    """Add or replace a template; return the revision (unchanged when nothing changes)."""
    return change(engine, actor, put=(template,))


def remove_template(engine: Engine, template: str, actor: str) -> int:
    """Remove a template; return the revision (unchanged when there is none).

    Raises:
        TemplateInUse: tasks use it.
    """
    return change(engine, actor, remove=((Template, (template,)),))


def put_settings(engine: Engine, settings: AlgorithmSettings, actor: str) -> int:
    """Set an algorithm's parameters for every camera; return the revision."""
    return change(engine, actor, put=(settings,))


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
    """Remove, then put, each with an audit row of its own.

    Returns the revision: one higher, or the old one when every value was there already.

    Raises:
        KeyError: a task names a camera or a template that is not there.
        TemplateInUse: a template would go that tasks use.
        ValueError: nobody is named as the actor.
    """
    if not actor.strip():
        raise ValueError("every write names its actor")
    changed = [_remove(session, kind, key, actor) for kind, key in remove]
    in_order = sorted(put, key=lambda value: isinstance(value, Task))
    changed += [_put(session, value, actor) for value in in_order]
    if not any(changed):
        return revision_in(session)
    _check_templates(session, {key[0] for kind, key in remove if kind is Template})
    row = session.get(RevisionRow, 1) or RevisionRow(id=1, value=0)
    row.value += 1
    session.add(row)
    news.tell(session)
    return row.value


def key_of(value: Wanted) -> tuple[str, ...]:
    """Return what a value is found by: its id, an algorithm, or a task's camera and algorithm."""
    if isinstance(value, Task):
        return (value.camera, value.algorithm)
    return (value.algorithm,) if isinstance(value, AlgorithmSettings) else (value.id,)


def _check_templates(session: Session, removed: Collection[str]) -> None:
    """Refuse what would leave a task with a template that is not there."""
    known = select(TemplateRow.id)
    missing = session.execute(
        select(TaskRow.template, TaskRow.camera, TaskRow.algorithm)
        .where(TaskRow.template != "", TaskRow.template.not_in(known))
        .order_by(TaskRow.camera, TaskRow.algorithm)
    ).all()
    if missing:
        template = missing[0][0]
        if template not in removed:
            raise KeyError(f"no template {template!r}")
        raise TemplateInUse(template, [(c, a) for t, c, a in missing if t == template])


def _put(session: Session, value: Wanted, actor: str) -> bool:
    if isinstance(value, Task) and session.get(CameraRow, value.camera) is None:
        raise KeyError(f"no camera {value.camera!r}")
    kind, key, columns = type(value), key_of(value), _columns(value)
    row = session.get(TABLES[kind], key)
    old = None if row is None else value_of(kind, row)
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
        if isinstance(value, Camera):
            return shown_url(field)
        parts = urlsplit(field)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return field


def _plain(value: Wanted, name: str) -> str:
    found = getattr(value, name)
    return found.get_secret_value() if isinstance(found, SecretStr) else str(found)


def _columns(value: Wanted) -> dict[str, Any]:
    columns = value.model_dump(mode="json")
    return columns | {name: _plain(value, name) for name in _SECRETS & columns.keys()}


def value_of(kind: type[Found], row: Base) -> Found:
    """Return a stored row as the value it holds.

    Raises:
        DatabaseError: it holds none; names the fields, not what is in them.
    """
    fields = {name: getattr(row, name) for name in kind.model_fields}
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        wrong = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()})
        raise DatabaseError(f"a stored {_name(kind)} has wrong fields: {wrong}") from None


def _table(kind: type[BaseModel]) -> type[Row]:
    return next(table for known, table in TABLES.items() if known is kind)


def _name(kind: type[BaseModel]) -> str:
    return next(name for known, name in NAMES.items() if known is kind)


def revision_in(session: Session) -> int:
    """Return the revision as the session's transaction sees it."""
    return session.scalar(select(RevisionRow.value).where(RevisionRow.id == 1)) or 0
