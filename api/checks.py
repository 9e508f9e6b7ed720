"""Does what is wanted fit together? Pure: values and the catalog in, reasons with paths out.

Reasons name the field and never repeat a value, since values may be secrets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from pydantic import BaseModel, ValidationError

from store.desired import Wanted
from store.parameters import Layers, Origin, Shared, resolve
from store.values import AlgorithmSettings, Task, Template

Path = str
"""Where a value stands in what was sent: `task[2]` in a document, '' for a whole HTTP body."""

_NOISE = "Value error, "
_PLAIN = {"extra_forbidden": "unknown field", "missing": "is missing"}
_FROM: Mapping[Origin, str] = {
    "default": "default",
    "settings": "from the settings for every camera",
    "template": "from the template",
    "camera": "the camera's own",
}


class Refusal(msgspec.Struct, frozen=True):
    """One reason to refuse; `field` is a path such as `task[2].zones[0].points`."""

    field: str
    reason: str


class Refused(ValueError):
    """Nothing was changed, not even in part; `errors` are all the reasons found."""

    def __init__(self, errors: list[Refusal]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.reason}" for error in errors))
        self.errors = tuple(errors)


class Catalog(Protocol):
    """What is asked of the catalog (see `store.catalog.Algorithms`)."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the algorithm ids."""
        ...

    def parameters(self, algorithm: str) -> type[BaseModel]:
        """Return the parameter model of an algorithm (KeyError when unknown)."""
        ...


class Given(msgspec.Struct, frozen=True):
    """What of a task matters to its parameters."""

    camera: str
    algorithm: str
    template: str
    parameters: dict[str, Any]


def at(path: Path, *fields: str | int) -> Path:
    """Return the path of a field below `path`."""
    for field in fields:
        path += f"[{field}]" if isinstance(field, int) else f".{field}" if path else field
    return path


def reasons(path: Path, error: ValidationError) -> Iterator[Refusal]:
    """Yield what pydantic found below a path."""
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        yield Refusal(at(path, *problem["loc"]), _reason(problem))


def misfits(
    catalog: Catalog,
    shared: Shared,
    put: Mapping[Path, Wanted],
    cameras: Collection[str],
    others: Iterable[Given],
) -> list[Refusal]:
    """Return why `put` does not fit; `shared` is as it would be after it.

    `cameras` are all that would be there; `others` the tasks that are not in `put`, but whose
    settings or template are.
    """
    found: list[Refusal] = []
    # What is wrong in one place is told once, and not again for everything that builds on it.
    for path, value in put.items():
        if isinstance(value, AlgorithmSettings) and (wrong := [*_settings(catalog, path, value)]):
            found += wrong
            shared = shared.without_settings(value.algorithm)
    for path, value in put.items():
        if isinstance(value, Template) and (wrong := [*_template(catalog, shared, path, value)]):
            found += wrong
            shared = shared.without_values(value.id)
    for path, value in put.items():
        if isinstance(value, Task):
            found += _task(catalog, shared, path, value, cameras)
    return found or list(_others(catalog, shared, put, others))


def _task(
    catalog: Catalog, shared: Shared, path: Path, task: Task, cameras: Collection[str]
) -> Iterator[Refusal]:
    if task.camera not in cameras:
        yield Refusal(at(path, "camera"), f"there is no camera {task.camera!r}")
    template = task.template
    if template and template not in shared.templates:
        yield Refusal(at(path, "template"), f"there is no template {template!r}")
        template = ""
    if task.algorithm not in catalog.ids:
        yield _unknown(catalog, at(path, "algorithm"), task.algorithm)
        return
    layers = shared.layers(task.algorithm, template, task.parameters)
    yield from _parameters(catalog, at(path, "parameters"), task.algorithm, layers, "camera")


def _template(
    catalog: Catalog, shared: Shared, path: Path, template: Template
) -> Iterator[Refusal]:
    for algorithm in template.parameters:
        where = at(path, "parameters", algorithm)
        if algorithm not in catalog.ids:
            yield _unknown(catalog, where, algorithm)
            continue
        layers = shared.layers(algorithm, template.id)
        yield from _parameters(catalog, where, algorithm, layers, "template")


def _settings(catalog: Catalog, path: Path, settings: AlgorithmSettings) -> Iterator[Refusal]:
    if settings.algorithm not in catalog.ids:
        yield _unknown(catalog, at(path, "algorithm"), settings.algorithm)
        return
    layers = Layers(settings=settings.parameters)
    where = at(path, "parameters")
    yield from _parameters(catalog, where, settings.algorithm, layers, "settings")


def _others(
    catalog: Catalog, shared: Shared, put: Mapping[Path, Wanted], others: Iterable[Given]
) -> Iterator[Refusal]:
    """Yield why a task would not run any more; of tasks with equal values, for one only."""
    known: set[bytes] = set()
    for task in others:
        alike = msgspec.json.encode(
            (task.algorithm, task.template, task.parameters), order="sorted"
        )
        if alike in known or task.algorithm not in catalog.ids:
            continue
        known.add(alike)
        layers = shared.layers(task.algorithm, task.template, task.parameters)
        path = at(_blamed(put, task), "parameters")
        for refusal in _parameters(catalog, path, task.algorithm, layers, None):
            reason = f"{task.algorithm} on camera {task.camera!r} could not run: {refusal.reason}"
            yield Refusal(path, reason)


def _blamed(put: Mapping[Path, Wanted], task: Given) -> Path:
    for path, value in put.items():
        if isinstance(value, Template) and value.id == task.template:
            return path
        if isinstance(value, AlgorithmSettings) and value.algorithm == task.algorithm:
            return path
    return ""


def _parameters(
    catalog: Catalog, path: Path, algorithm: str, layers: Layers, own: Origin | None
) -> Iterator[Refusal]:
    """Yield what is wrong; what lies in the layer that is `own` gets its own path."""
    try:
        resolve(catalog.parameters(algorithm), layers)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            place: Sequence[str | int] = problem["loc"]
            origin = layers.origin(str(place[0])) if place else own
            if origin == own:
                yield Refusal(at(path, *place), _reason(problem))
            else:
                where = _FROM[origin or "default"]
                yield Refusal(path, f"{at('', *place)} ({where}): {_reason(problem)}")


def _unknown(catalog: Catalog, path: Path, algorithm: str) -> Refusal:
    there = ", ".join(catalog.ids) or "nothing"
    return Refusal(path, f"there is no algorithm {algorithm!r}; the catalog has {there}")


def _reason(problem: Mapping[str, Any]) -> str:
    return _PLAIN.get(problem["type"], str(problem["msg"]).removeprefix(_NOISE))
