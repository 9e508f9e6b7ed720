"""The events described for machines: AsyncAPI, and the JSON Schemas of their data."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter

from api.access import open_to_everyone
from events import asyncapi

router = APIRouter(prefix="/api/v1", tags=["events"])


@router.get("/asyncapi.json")
@open_to_everyone
def asyncapi_document() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of all events."""
    return asyncapi.document()


@router.get("/schemas/{name}.v1.json")
@open_to_everyone
def event_schema(name: Literal["incident", "camera", "coverage"]) -> dict[str, Any]:
    """Return the JSON Schema of an event's data."""
    return asyncapi.schemas()[name]
