"""Incidents: the queue, one incident, decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.access import Caller, Right, needs
from api.context import Here
from api.schemas.incident import DecisionIn, Incident, IncidentPage, Lifecycle, Overview, Presence

router = APIRouter(prefix="/api/v1", tags=["incidents"])


@router.get("/incidents")
def incidents(
    caller: Annotated[Caller, needs(Right.INCIDENTS_READ)],
    here: Here,
    state: Annotated[list[str] | None, Query()] = None,
    kind: Annotated[list[str] | None, Query()] = None,
    camera: Annotated[list[str] | None, Query()] = None,
    presence: Presence | None = None,
    opened_from: datetime | None = None,
    opened_before: datetime | None = None,
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> IncidentPage:
    """Return incidents, newest first."""
    raise NotImplementedError


@router.get("/incidents/{incident}")
def incident(
    incident: str, caller: Annotated[Caller, needs(Right.INCIDENTS_READ)], here: Here
) -> Incident:
    """Return one incident in full."""
    raise NotImplementedError


@router.post("/incidents/{incident}/decisions")
def decide(
    incident: str,
    given: DecisionIn,
    caller: Annotated[Caller, needs(Right.INCIDENTS_DECIDE)],
    here: Here,
) -> Incident:
    """Decide. 409 'conflict' with the fresh incident when somebody was first."""
    raise NotImplementedError


@router.delete("/incidents/{incident}/fixture")
def lift_mute(
    incident: str, caller: Annotated[Caller, needs(Right.INCIDENTS_DECIDE)], here: Here
) -> Incident:
    """Let a place be heard again that was muted as a fixture."""
    raise NotImplementedError


@router.get("/lifecycle")
def lifecycle(caller: Annotated[Caller, needs()], here: Here) -> Lifecycle:
    """Return the words and moves of cases."""
    raise NotImplementedError


@router.get("/overview")
def overview(
    caller: Annotated[Caller, needs(Right.INCIDENTS_READ)],
    here: Here,
    hours: Annotated[int, Query(ge=1, le=720)] = 24,
) -> Overview:
    """Return the last hours at a glance."""
    raise NotImplementedError
