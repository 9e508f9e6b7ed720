"""Destinations of events, and what they did not take."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from api.access import Caller, Right, needs
from api.context import Here
from api.schemas.camera import Applied
from api.schemas.catalog import DeadLetter, Destination, DestinationIn

router = APIRouter(prefix="/api/v1", tags=["destinations"])


@router.get("/destinations")
def destinations(
    caller: Annotated[Caller, needs(Right.DESTINATIONS_READ)], here: Here
) -> list[Destination]:
    """Return the destinations and how far they are."""
    raise NotImplementedError


@router.put("/destinations/{destination}")
def put_destination(
    destination: str,
    given: DestinationIn,
    caller: Annotated[Caller, needs(Right.DESTINATIONS_WRITE)],
    here: Here,
) -> Destination:
    """Add or change a destination."""
    raise NotImplementedError


@router.delete("/destinations/{destination}")
def remove_destination(
    destination: str, caller: Annotated[Caller, needs(Right.DESTINATIONS_WRITE)], here: Here
) -> Applied:
    """Remove a destination."""
    raise NotImplementedError


@router.get("/destinations/{destination}/dead-letters")
def dead_letters(
    destination: str, caller: Annotated[Caller, needs(Right.DESTINATIONS_READ)], here: Here
) -> list[DeadLetter]:
    """Return what it refused for good, oldest first."""
    raise NotImplementedError
