"""The catalog as messages: what there is, how it is set and used, how fast it runs."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from api.context import Context
from api.schemas.base import Words
from api.schemas.catalog import Algorithm, Level, Model, Speed, Template
from api.worker import WorkerAnswered, WorkerAway
from events import codes
from models.classes import class_names
from models.manifest import ModelManifest
from store import desired, tasks
from store.catalog import Algorithm as Known
from store.database import reading


def models(here: Context) -> list[Model]:
    """Return the models by id; without their speed while the worker is away."""
    speeds = _speeds(here)
    return [_model(here, m, speeds.get(m.id)) for m in here.algorithms.models.values()]


def algorithms(here: Context, only: str = "") -> list[Algorithm]:
    """Return the algorithms by id, or only one (none when unknown)."""
    with reading(here.database) as session:
        uses = tasks.uses(session)
        settings = {s.algorithm: s.parameters for s in desired.settings_in(session)}
        revision = desired.revision_in(session)
    tables = codes.load()
    return [
        _algorithm(known, settings.get(id, {}), uses.get(id, tasks.Use()), tables, revision)
        for id, known in sorted(here.algorithms.by_id.items())
        if only in ("", id)
    ]


def templates(here: Context) -> list[Template]:
    """Return the templates by id."""
    with reading(here.database) as session:
        found = desired.templates_in(session)
        uses = tasks.template_uses(session)
    return [
        Template(
            id=template.id,
            name=Words(zh=template.name.zh, en=template.name.en),
            note=Words(zh=template.note.zh, en=template.note.en),
            parameters=template.parameters,
            tasks=uses.get(template.id, 0),
        )
        for template in found
    ]


def _speeds(here: Context) -> dict[str, Speed]:
    try:
        listed = here.worker.ask("GET", "/models").json()["models"]
    except (WorkerAway, WorkerAnswered):
        return {}
    return {
        loaded["id"]: Speed(
            device=loaded["device"],
            pictures=loaded["pictures"],
            ms_per_picture=loaded["ms_per_picture"],
            last_error=loaded["last_error"],
        )
        for loaded in listed
    }


def _model(here: Context, manifest: ModelManifest, speed: Speed | None) -> Model:
    used_by = [
        id
        for id, known in sorted(here.algorithms.by_id.items())
        if any(manifest.id in listed for listed in known.manifest.models.values())
    ]
    return Model(
        id=manifest.id,
        version=manifest.version,
        name=manifest.name or manifest.id,
        licence=manifest.licence,
        provider=manifest.provider,
        source=manifest.source,
        format=manifest.format,
        head=manifest.head,
        files={file.name: file.sha256 for file in manifest.files},
        classes=list(class_names(manifest)),
        width=manifest.input.width,
        height=manifest.input.height,
        installed=here.weights.installed(manifest),
        used_by=used_by,
        speed=speed,
    )


def _algorithm(
    known: Known,
    settings: dict[str, Any],
    use: tasks.Use,
    tables: codes.CodeBook,
    revision: int,
) -> Algorithm:
    manifest = known.manifest
    return Algorithm(
        id=manifest.id,
        version=manifest.version,
        kind=manifest.kind,
        name=Words(zh=manifest.name.zh, en=manifest.name.en),
        description=Words(zh=manifest.description.zh, en=manifest.description.en),
        chain=list(manifest.chain),
        models={role: list(listed) for role, listed in manifest.models.items()},
        severity=manifest.severity,
        levels=[
            Level(name=Words(zh=level.name.zh, en=level.name.en), severity=level.severity)
            for level in manifest.levels
        ],
        review=manifest.review,
        priority=manifest.priority,
        period_s=_period_s(known, settings),
        codes={**tables.codes(manifest.kind), **manifest.codes},
        parameters=known.schema,
        settings=settings,
        cameras=use.cameras,
        revision=revision,
        applied=use.applied,
        overridden=use.overridden,
    )


def _period_s(known: Known, settings: dict[str, Any]) -> float:
    try:
        return known.period_s(known.parameters.model_validate(settings))
    except ValidationError:
        # Settings of an earlier version of the algorithm; its tasks say that they cannot run.
        return known.period_s(known.parameters())
