"""The door to desired state: what is sent is checked as a whole, field by field, then applied.

A document and an HTTP body come in by the same door; errors name the field and the reason and
never repeat a value, since values may be secrets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError
from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from api.checks import Catalog, Given, Path, Refusal, at, misfits, reasons
from api.checks import Refused as Refused
from store import desired
from store.database import writing
from store.parameters import Shared
from store.tables import CameraRow, TaskRow
from store.values import AlgorithmSettings, Destination, Task, Template, shown_address
from streams.camera import HIDDEN, Camera, shown_url

SECTIONS: dict[str, type[desired.Wanted]] = {name: kind for kind, name in desired.NAMES.items()}
"""The arrays of tables that a document may have, and what one table of each is."""

Expect = Literal["any", "new", "there"]
Found = dict[Path, desired.Wanted]


class Taken(Exception):
    """What should be new is there already."""


class Missing(Exception):
    """What should be changed or removed is not there."""


class Changed(Exception):
    """Somebody changed it after the caller had read it."""


def version_of(value: desired.Wanted) -> str:
    """Return a value's version: equal for equal values, made of what callers may see of them.

    A form never holds a stored secret, so one that was changed meanwhile is not overwritten.
    """
    if isinstance(value, Camera):
        shown = {"url": shown_url(value.url), "sub_url": shown_url(value.sub_url)}
        value = value.model_copy(update=shown)
    secret = {name for name, kept in value if isinstance(kept, SecretStr)}
    return hashlib.sha256(value.model_dump_json(exclude=secret).encode()).hexdigest()[:16]


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
    errors += _doubles(found)
    left_out = {path for path, value in found.items() if _leaves_out(value, path, document)}
    with writing(engine) as session:
        remove = _absent(session, found) if prune else ()
        # A camera that was refused for something else is there in the document.
        named = _named(document)
        return _change(session, catalog, actor, found, left_out, remove, named, errors)


def put(
    engine: Engine,
    catalog: Catalog,
    values: Mapping[Path, desired.Wanted],
    actor: str,
    *,
    left_out: bool = False,
    expect: Expect = "any",
    version: str = "",
) -> int:
    """Check values and put them, in one transaction; return the revision.

    `left_out`: they come without their password or secret, and the stored one stays.
    `version`: of what the caller has read, and believes to replace; '' does not ask.

    Raises:
        Refused: with every error found; nothing was changed.
        Taken, Missing, Changed: `expect` or `version` does not hold.
    """
    with writing(engine) as session:
        for value in values.values():
            there = desired.find_in(session, type(value), *desired.key_of(value))
            if expect == "new" and there is not None:
                raise Taken
            if expect == "there" and there is None:
                raise Missing
            if version and (there is None or version_of(there) != version):
                raise Changed
        paths = set(values) if left_out else set()
        return _change(session, catalog, actor, values, paths)


def remove(engine: Engine, kind: type[desired.Wanted], key: tuple[str, ...], actor: str) -> int:
    """Remove one value; return the revision.

    Raises:
        Missing: it is not there.
        store.desired.TemplateInUse: tasks use it.
    """
    with writing(engine) as session:
        if desired.find_in(session, kind, *key) is None:
            raise Missing
        return desired.change_in(session, actor, remove=((kind, key),))


def _change(
    session: Session,
    catalog: Catalog,
    actor: str,
    values: Mapping[Path, desired.Wanted],
    left_out: set[Path],
    removed: Sequence[desired.Removal] = (),
    named: frozenset[str] = frozenset(),
    errors: Sequence[Refusal] = (),
) -> int:
    found = list(errors)
    wanted = _completed(session, values, left_out, found)
    gone = {kind: {key for known, key in removed if known is kind} for kind in desired.TABLES}
    shared = _shared(session, wanted, gone)
    cameras = named | _cameras(session, wanted, {key[0] for key in gone[Camera]})
    others = _others(session, wanted, gone)
    found += misfits(catalog, shared, wanted, cameras, others)
    if found:
        raise Refused(found)
    return desired.change_in(session, actor, list(wanted.values()), removed)


Gone = Mapping[type[desired.Wanted], set[tuple[str, ...]]]


def _shared(session: Session, put: Mapping[Path, desired.Wanted], gone: Gone) -> Shared:
    """Return settings and templates as they would be."""
    settings = {s.algorithm: s for s in desired.settings_in(session)}
    templates = {t.id: t for t in desired.templates_in(session)}
    for value in put.values():
        if isinstance(value, AlgorithmSettings):
            settings[value.algorithm] = value
        elif isinstance(value, Template):
            templates[value.id] = value
    return Shared.of(
        (s for s in settings.values() if (s.algorithm,) not in gone[AlgorithmSettings]),
        (t for t in templates.values() if (t.id,) not in gone[Template]),
    )


def _cameras(
    session: Session, put: Mapping[Path, desired.Wanted], gone: set[str]
) -> frozenset[str]:
    """Return which of the cameras that tasks name would be there."""
    asked = {value.camera for value in put.values() if isinstance(value, Task)}
    new = {value.id for value in put.values() if isinstance(value, Camera)}
    unsure = sorted(asked - new)
    stored = {
        id
        for begin in range(0, len(unsure), 500)
        for id in session.scalars(
            select(CameraRow.id).where(CameraRow.id.in_(unsure[begin : begin + 500]))
        )
    }
    return frozenset(new | (stored - gone))


def _others(session: Session, put: Mapping[Path, desired.Wanted], gone: Gone) -> list[Given]:
    """Return the tasks that stay as they are, but whose settings or template would change."""
    algorithms = {v.algorithm for v in put.values() if isinstance(v, AlgorithmSettings)}
    algorithms |= {key[0] for key in gone[AlgorithmSettings]}
    templates = {v.id for v in put.values() if isinstance(v, Template)}
    if not algorithms and not templates:
        return []
    rows = session.execute(
        select(TaskRow.camera, TaskRow.algorithm, TaskRow.template, TaskRow.parameters)
        .where(or_(TaskRow.algorithm.in_(algorithms), TaskRow.template.in_(templates)))
        .order_by(TaskRow.camera)
    )
    new = {desired.key_of(value) for value in put.values() if isinstance(value, Task)}
    found = [Given(*row) for row in rows]
    return [t for t in found if (t.camera, t.algorithm) not in new | gone[Task]]


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
            path = at(name, index)
            try:
                value = kind.model_validate(table)
            except ValidationError as error:
                errors += reasons(path, error)
            else:
                found[path] = value
    return found, errors


def _doubles(found: Found) -> Iterator[Refusal]:
    first: dict[tuple[Any, ...], Path] = {}
    for path, value in found.items():
        key = (type(value), *desired.key_of(value))
        if key in first:
            field = "algorithm" if isinstance(value, Task | AlgorithmSettings) else "id"
            yield Refusal(f"{path}.{field}", f"the same as {first[key]}")
        first.setdefault(key, path)


def _named(document: Mapping[str, Any]) -> frozenset[str]:
    tables = document.get("camera", [])
    listed = tables if isinstance(tables, list) else []
    return frozenset(str(table.get("id")) for table in listed if isinstance(table, Mapping))


def _leaves_out(value: desired.Wanted, path: Path, document: Mapping[str, Any]) -> bool:
    section, _, index = path.rstrip("]").partition("[")
    field = _SECRET.get(type(value))
    return field is not None and field not in document[section][int(index)]


def _absent(session: Session, found: Found) -> tuple[desired.Removal, ...]:
    keys = {(type(value), desired.key_of(value)) for value in found.values()}
    before = desired.read_in(session)
    # Tasks first: removing a camera takes its tasks along, and they would be gone already.
    there: list[desired.Wanted] = [*before.tasks, *before.cameras, *before.destinations]
    there += [*before.templates, *before.settings]
    return tuple(
        (type(value), desired.key_of(value))
        for value in there
        if (type(value), desired.key_of(value)) not in keys
    )


_SECRET: Mapping[type[desired.Wanted], str] = {Camera: "password", Destination: "secret"}
_AGAIN = "give it again: the address or the login is another one"
_HIDDEN = f"{HIDDEN} hides a part of the stored address: write the whole address again"


def _completed(
    session: Session,
    values: Mapping[Path, desired.Wanted],
    left_out: set[Path],
    errors: list[Refusal],
) -> dict[Path, desired.Wanted]:
    """Return the values with what is stored where they leave it out or were only shown a part."""
    result: dict[Path, desired.Wanted] = {}
    for path, value in values.items():
        result[path] = value
        if not isinstance(value, Camera | Destination):
            continue
        stored = desired.find_in(session, type(value), value.id)
        whole = unhidden(value, stored)
        fields = [f for f in ("url", "sub_url") if HIDDEN in getattr(whole, f, "")]
        errors += [Refusal(at(path, field), _HIDDEN) for field in fields]
        if stored is not None and path in left_out:
            kept = keep_secret(whole, stored)
            if kept is None:
                errors.append(Refusal(at(path, _SECRET[type(value)]), _AGAIN))
            whole = kept or whole
        result[path] = whole
    return result


def unhidden(
    value: Camera | Destination, stored: Camera | Destination | None
) -> Camera | Destination:
    """Return the value with the stored address where it has what people are shown of that."""
    if isinstance(value, Destination) and isinstance(stored, Destination):
        same = value.url == shown_address(stored.url)
        return value.model_copy(update={"url": stored.url}) if same else value
    if not isinstance(stored, Camera):
        return value
    fields = [f for f in ("url", "sub_url") if getattr(value, f) == shown_url(getattr(stored, f))]
    return value.model_copy(update={field: getattr(stored, field) for field in fields})


def keep_secret(
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
