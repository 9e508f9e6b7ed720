"""The door to desired state: a document is checked as a whole, field by field, and then applied.

Errors name the field and the reason and never repeat a value, since values may be secrets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import msgspec
from pydantic import BaseModel, SecretStr, ValidationError
from sqlalchemy import Engine

from store import desired
from store.database import writing
from store.values import Desired, Destination, Task
from streams.camera import Camera

SECTIONS: dict[str, type[desired.Wanted]] = {
    "camera": Camera,
    "task": Task,
    "destination": Destination,
}
"""The arrays of tables that a document may have, and what one table of each is."""

_NOISE = "Value error, "
_PLAIN = {"extra_forbidden": "unknown field", "missing": "is missing"}


class Refusal(msgspec.Struct, frozen=True):
    """One reason to refuse a document: `field` is a path such as `task[2].zones[0].points`."""

    field: str
    reason: str


class Refused(ValueError):
    """A document is not applied, not even in part; `errors` are all the reasons found."""

    def __init__(self, errors: list[Refusal]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.reason}" for error in errors))
        self.errors = tuple(errors)


class Catalog(Protocol):
    """What the door asks of the catalog (see `store.catalog.Algorithms`)."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the algorithm ids."""
        ...

    def parameters(self, algorithm: str) -> type[BaseModel]:
        """Return the parameter model of an algorithm (KeyError when unknown)."""
        ...


def apply(
    engine: Engine,
    catalog: Catalog,
    document: Mapping[str, Any],
    actor: str,
    prune: bool = False,
) -> int:
    """Check a document and put everything in it, in one transaction; return the revision.

    With `prune` the document is the whole city: what it does not name is removed. A password or
    secret that it leaves out stays as it is, as long as it would go to the same address.

    Raises:
        Refused: with every error found; nothing was changed.
        ValueError: nobody is named as the actor.
    """
    found, errors = _parse(document)
    cameras = _of(found, Camera)
    tasks = _of(found, Task)
    destinations = _of(found, Destination)
    errors += _doubles(found)
    for path, task in tasks.items():
        errors += _check_parameters(catalog, path, task)
    with writing(engine) as session:
        before = desired.read_in(session)
        known = {camera.id for camera in cameras.values()}
        known |= set() if prune else {camera.id for camera in before.cameras}
        errors += [
            Refusal(f"{path}.camera", f"there is no camera {task.camera!r}")
            for path, task in tasks.items()
            # A camera that was refused for something else is there in the document.
            if task.camera not in known | _named(document)
        ]
        keepers: dict[Path, Camera | Destination] = {**cameras, **destinations}
        put = _with_secrets(keepers, document, before, errors)
        if errors:
            raise Refused(errors)
        wanted: list[desired.Wanted] = [*put, *tasks.values()]
        return desired.change_in(session, actor, wanted, _absent(before, wanted) if prune else ())


Path = str
Found = dict[Path, desired.Wanted]
_Kind = TypeVar("_Kind", Camera, Task, Destination)


def _parse(document: Mapping[str, Any]) -> tuple[Found, list[Refusal]]:
    found: Found = {}
    errors = [
        Refusal(name, f"unknown section; a document has {', '.join(SECTIONS)}")
        for name in document
        if name not in SECTIONS
    ]
    for name, kind in SECTIONS.items():
        tables = document.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(t, Mapping) for t in tables):
            errors.append(Refusal(name, f"write each one as a table [[{name}]]"))
            continue
        for index, table in enumerate(tables):
            path = f"{name}[{index}]"
            try:
                value = kind.model_validate(table)
            except ValidationError as error:
                errors += _reasons(path, error)
            else:
                found[path] = value
    return found, errors


def _reasons(path: Path, error: ValidationError) -> Iterator[Refusal]:
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        where = path
        for part in problem["loc"]:
            where += f"[{part}]" if isinstance(part, int) else f".{part}"
        reason = _PLAIN.get(problem["type"], problem["msg"].removeprefix(_NOISE))
        yield Refusal(where, reason)


def _of(found: Found, kind: type[_Kind]) -> dict[Path, _Kind]:
    return {path: value for path, value in found.items() if isinstance(value, kind)}


def _doubles(found: Found) -> Iterator[Refusal]:
    first: dict[tuple[Any, ...], Path] = {}
    for path, value in found.items():
        key = (type(value), *desired.key_of(value))
        if key in first:
            field = "algorithm" if isinstance(value, Task) else "id"
            yield Refusal(f"{path}.{field}", f"the same as {first[key]}")
        first.setdefault(key, path)


def _check_parameters(catalog: Catalog, path: Path, task: Task) -> list[Refusal]:
    try:
        parameters = catalog.parameters(task.algorithm)
    except KeyError:
        there = ", ".join(catalog.ids) or "nothing"
        reason = f"there is no algorithm {task.algorithm!r}; the catalog has {there}"
        return [Refusal(f"{path}.algorithm", reason)]
    try:
        parameters.model_validate(task.parameters)
    except ValidationError as error:
        return list(_reasons(f"{path}.parameters", error))
    return []


def _named(document: Mapping[str, Any]) -> set[str]:
    tables = document.get("camera", [])
    listed = tables if isinstance(tables, list) else []
    return {str(table.get("id")) for table in listed if isinstance(table, Mapping)}


def _absent(before: Desired, wanted: list[desired.Wanted]) -> list[desired.Removal]:
    keys = {(type(value), desired.key_of(value)) for value in wanted}
    # Tasks first: removing a camera takes its tasks along, and they would be gone already.
    there: list[desired.Wanted] = [*before.tasks, *before.cameras, *before.destinations]
    return [
        (type(value), desired.key_of(value))
        for value in there
        if (type(value), desired.key_of(value)) not in keys
    ]


def _with_secrets(
    values: Mapping[Path, Camera | Destination],
    document: Mapping[str, Any],
    before: Desired,
    errors: list[Refusal],
) -> list[desired.Wanted]:
    """Return the values with the stored secrets where the document leaves them out."""
    there: list[Camera | Destination] = [*before.cameras, *before.destinations]
    old = {(type(value), value.id): value for value in there}
    result: list[desired.Wanted] = []
    for path, value in values.items():
        field = "password" if isinstance(value, Camera) else "secret"
        stored = old.get((type(value), value.id))
        section, _, index = path.rstrip("]").partition("[")
        if stored is not None and field not in document[section][int(index)]:
            kept = _keep_secret(value, stored)
            if kept is None:
                reason = "give it again: the address or the login is another one"
                errors.append(Refusal(f"{path}.{field}", reason))
                continue
            value = kept  # noqa: PLW2901 - the value as it will be put
        result.append(value)
    return result


def _keep_secret(
    value: Camera | Destination, stored: Camera | Destination
) -> Camera | Destination | None:
    """Return the value with the stored secret; None when that would go somewhere new."""
    same = _origins(value) <= _origins(stored)
    if isinstance(value, Camera) and isinstance(stored, Camera):
        if stored.password == SecretStr("") or not value.username:
            return value
        same = same and value.username == stored.username
        return value.model_copy(update={"password": stored.password}) if same else None
    if isinstance(value, Destination) and isinstance(stored, Destination):
        if not stored.secret:
            return value
        return value.model_copy(update={"secret": stored.secret}) if same else None
    raise TypeError("a value and what was stored of it are of one kind")


def _origins(value: Camera | Destination) -> set[tuple[str, str]]:
    urls = (value.url, value.sub_url) if isinstance(value, Camera) else (value.url,)
    parts = [urlsplit(url) for url in urls if url]
    return {(part.scheme, part.netloc.lower()) for part in parts}
