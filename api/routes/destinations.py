"""Destinations of events, and what they did not take."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter

from api import door
from api.access import Caller, Right, needs
from api.cameras import at
from api.context import Context, Here
from api.problem import Conflict, NotFound
from api.schemas.camera import Applied
from api.schemas.catalog import Again, DeadLetter, Destination, DestinationIn, RedriveIn, ReplayIn
from events import payload
from store import deliveries
from store.database import reading
from store.log import DatabaseLog
from store.values import Destination as Wanted
from store.values import shown_address

router = APIRouter(prefix="/api/v1", tags=["destinations"])


@router.get("/destinations")
def destinations(
    caller: Annotated[Caller, needs(Right.DESTINATIONS_READ)], here: Here
) -> list[Destination]:
    """Return the destinations and how far they are."""
    return _all(here)


@router.put("/destinations/{destination}")
def put_destination(
    destination: str,
    given: DestinationIn,
    caller: Annotated[Caller, needs(Right.DESTINATIONS_WRITE)],
    here: Here,
) -> Destination:
    """Add or change a destination."""
    fields = given.model_dump(exclude={"secret"})
    wanted = door.made(Wanted, {"id": destination, **fields, "secret": given.secret or ""})
    door.put(here, caller, wanted, left_out=given.secret is None)
    found = next((d for d in _all(here) if d.id == destination), None)
    if found is None:  # Removed by somebody else in between.
        raise NotFound(f"destination {destination}")
    return found


@router.delete("/destinations/{destination}")
def remove_destination(
    destination: str, caller: Annotated[Caller, needs(Right.DESTINATIONS_WRITE)], here: Here
) -> Applied:
    """Remove a destination."""
    return Applied(revision=door.remove(here, caller, Wanted, destination))


@router.get("/destinations/{destination}/dead-letters")
def dead_letters(
    destination: str, caller: Annotated[Caller, needs(Right.DESTINATIONS_READ)], here: Here
) -> list[DeadLetter]:
    """Return what it refused for good, oldest first."""
    with reading(here.database) as session:
        found = deliveries.dead_letters(session, destination)
    if found is None:
        raise NotFound(f"destination {destination}")
    return [
        DeadLetter(seq=row.seq, event_id=row.event_id, why=row.why, at=at(row.at)) for row in found
    ]


@router.post("/destinations/{destination}/dead-letters/redrive")
def redrive(
    destination: str,
    given: RedriveIn,
    caller: Annotated[Caller, needs(Right.DESTINATIONS_WRITE)],
    here: Here,
) -> Again:
    """Try dead letters again, under the same rules as any other event."""
    try:
        count = deliveries.redrive(here.database, destination, caller.name, given.event_id)
    except KeyError:
        raise NotFound(f"destination {destination}") from None
    return Again(events=count)


@router.post("/destinations/{destination}/replay")
def replay(
    destination: str,
    given: ReplayIn,
    caller: Annotated[Caller, needs(Right.DESTINATIONS_WRITE)],
    here: Here,
) -> Again:
    """Deliver events again from a place or a time on; new ones wait until that is done.

    A city destination gets released incidents only, then as ever. 409 while a replay runs.
    """
    after = given.after
    if given.since is not None:
        after = DatabaseLog(here.database).before(payload.rfc3339(given.since.timestamp()))
    try:
        count = deliveries.replay(here.database, destination, after or 0, caller.name)
    except KeyError:
        raise NotFound(f"destination {destination}") from None
    except deliveries.ReplayRuns as error:
        raise Conflict(str(error)) from None
    return Again(events=count)


def _all(here: Context) -> list[Destination]:
    with reading(here.database) as session:
        found = deliveries.progress(session)
    return [
        Destination(
            id=wanted.id,
            audience=wanted.audience,
            type=wanted.type,
            url=shown_address(wanted.url),
            has_secret=bool(wanted.secret),
            pictures=wanted.pictures,
            options=wanted.options,
            filter=wanted.filter,
            enabled=wanted.enabled,
            cursor=progress.cursor,
            waiting=progress.waiting,
            oldest_waiting_at=datetime.fromisoformat(progress.oldest) if progress.oldest else None,
            replay=progress.replay,
            dead_letters=progress.dead_letters,
        )
        for wanted, progress in found
    ]
