"""The catalog: models, algorithms, templates."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from api.access import Caller, Right, needs
from api.context import Here
from api.schemas.camera import Applied
from api.schemas.catalog import Algorithm, Model, Settings, Template, TemplateIn

router = APIRouter(prefix="/api/v1", tags=["catalog"])


@router.get("/models")
def models(caller: Annotated[Caller, needs(Right.CATALOG_READ)], here: Here) -> list[Model]:
    """Return the models of the catalog."""
    raise NotImplementedError


@router.get("/algorithms")
def algorithms(caller: Annotated[Caller, needs(Right.CATALOG_READ)], here: Here) -> list[Algorithm]:
    """Return the algorithms with their parameters and the settings for every camera."""
    raise NotImplementedError


@router.get("/algorithms/{algorithm}")
def algorithm(
    algorithm: str, caller: Annotated[Caller, needs(Right.CATALOG_READ)], here: Here
) -> Algorithm:
    """Return one algorithm."""
    raise NotImplementedError


@router.put("/algorithms/{algorithm}/settings")
def put_settings(
    algorithm: str,
    given: Settings,
    caller: Annotated[Caller, needs(Right.CATALOG_WRITE)],
    here: Here,
) -> Algorithm:
    """Set parameters for every camera; applied within seconds, without a restart."""
    raise NotImplementedError


@router.get("/templates")
def templates(caller: Annotated[Caller, needs(Right.CATALOG_READ)], here: Here) -> list[Template]:
    """Return the templates."""
    raise NotImplementedError


@router.put("/templates/{template}")
def put_template(
    template: str,
    given: TemplateIn,
    caller: Annotated[Caller, needs(Right.CATALOG_WRITE)],
    here: Here,
) -> Template:
    """Add or change a template; its tasks follow."""
    raise NotImplementedError


@router.delete("/templates/{template}")
def remove_template(
    template: str, caller: Annotated[Caller, needs(Right.CATALOG_WRITE)], here: Here
) -> Applied:
    """Remove a template. 409 while tasks use it."""
    raise NotImplementedError
