"""The catalog: models, algorithms, templates."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from api import catalog as messages
from api import door
from api.access import Caller, Right, needs
from api.context import Here
from api.problem import NotFound
from api.schemas.camera import Applied
from api.schemas.catalog import Algorithm, Model, Settings, Template, TemplateIn
from store.values import AlgorithmSettings
from store.values import Template as Wanted

router = APIRouter(prefix="/api/v1", tags=["catalog"])


@router.get("/models")
def models(caller: Annotated[Caller, needs(Right.CATALOG_READ)], here: Here) -> list[Model]:
    """Return the models of the catalog."""
    return messages.models(here)


@router.get("/algorithms")
def algorithms(caller: Annotated[Caller, needs(Right.CATALOG_READ)], here: Here) -> list[Algorithm]:
    """Return the algorithms with their parameters and the settings for every camera."""
    return messages.algorithms(here)


@router.get("/algorithms/{algorithm}")
def algorithm(
    algorithm: str, caller: Annotated[Caller, needs(Right.CATALOG_READ)], here: Here
) -> Algorithm:
    """Return one algorithm."""
    return _algorithm(here, algorithm)


@router.put("/algorithms/{algorithm}/settings")
def put_settings(
    algorithm: str,
    given: Settings,
    caller: Annotated[Caller, needs(Right.CATALOG_WRITE)],
    here: Here,
) -> Algorithm:
    """Set parameters for every camera; applied within seconds, without a restart."""
    _algorithm(here, algorithm)
    fields = {"algorithm": algorithm, "parameters": given.parameters}
    door.put(here, caller, door.made(AlgorithmSettings, fields))
    return _algorithm(here, algorithm)


@router.get("/templates")
def templates(caller: Annotated[Caller, needs(Right.CATALOG_READ)], here: Here) -> list[Template]:
    """Return the templates."""
    return messages.templates(here)


@router.put("/templates/{template}")
def put_template(
    template: str,
    given: TemplateIn,
    caller: Annotated[Caller, needs(Right.CATALOG_WRITE)],
    here: Here,
) -> Template:
    """Add or change a template; its tasks follow."""
    door.put(here, caller, door.made(Wanted, {"id": template, **given.model_dump()}))
    found = next((t for t in messages.templates(here) if t.id == template), None)
    if found is None:  # Removed by somebody else in between.
        raise NotFound(f"template {template}")
    return found


@router.delete("/templates/{template}")
def remove_template(
    template: str, caller: Annotated[Caller, needs(Right.CATALOG_WRITE)], here: Here
) -> Applied:
    """Remove a template. 409 while tasks use it."""
    return Applied(revision=door.remove(here, caller, Wanted, template))


def _algorithm(here: Here, algorithm: str) -> Algorithm:
    found = next((a for a in messages.algorithms(here, algorithm)), None)
    if found is None:
        raise NotFound(f"algorithm {algorithm}; the catalog has {', '.join(here.algorithms.ids)}")
    return found
