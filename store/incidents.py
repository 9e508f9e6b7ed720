"""Incidents: recording alerts, deciding, reading. The one door to them for worker and API."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec
from sqlalchemy import Engine, select

from store import listing
from store.case_tables import AWAITED, EvidenceRow, IncidentRow
from store.database import reading
from store.decisions import decide, lift_mute
from store.incident import (
    Conflict,
    Decision,
    Filter,
    Incident,
    Order,
    Page,
    Recorded,
    UnknownIncident,
    load,
    load_all,
)
from store.sightings import REOPEN_S, lose_sight, record

__all__ = [
    "REOPEN_S",
    "Conflict",
    "Decision",
    "Filter",
    "Incident",
    "Order",
    "Page",
    "Pending",
    "Recorded",
    "UnknownIncident",
    "decide",
    "get",
    "lift_mute",
    "list_incidents",
    "lose_sight",
    "pending_evidence",
    "record",
]

MOST = 200
"""Incidents on one page at most."""


class Pending(msgspec.Struct, frozen=True):
    """Evidence that was promised and did not come yet; after a restart the worker settles it."""

    incident: str
    alert: str
    camera: str
    algorithm: str
    episode: str
    role: str
    captured_at: float


def get(engine: Engine, incident_id: str) -> Incident:
    """Return one incident.

    Raises:
        UnknownIncident: there is none of this id.
    """
    with reading(engine) as session:
        row = session.get(IncidentRow, incident_id)
        if row is None:
            raise UnknownIncident(f"no incident {incident_id!r}")
        return load(session, row)


def list_incidents(
    engine: Engine,
    wanted: Filter | None = None,
    after: str = "",
    limit: int = 50,
    order: Order = "newest",
) -> Page:
    """Return incidents in an order; `after` is the `next` of the page before, of the same order.

    New incidents that come between two pages are not in the later one and shift nothing.

    Raises:
        ValueError: `after` is not a page's cursor.
    """
    limit = min(max(1, limit), MOST)
    begin = _cursor(after, len(listing.columns(order))) if after else ()
    with reading(engine) as session:
        places = listing.places(session, wanted or Filter(), order, begin, limit + 1)
        ids = [place[-1] for place in places[:limit]]
        rows = {
            row.id: row
            for row in session.scalars(select(IncidentRow).where(IncidentRow.id.in_(ids)))
        }
        incidents = tuple(load_all(session, [rows[id] for id in ids]))
    more = len(places) > limit
    return Page(incidents, _cursor_of(places[limit - 1]) if more else "")


def pending_evidence(engine: Engine) -> list[Pending]:
    """Return the evidence that is still awaited, oldest first."""
    with reading(engine) as session:
        found = session.execute(
            select(EvidenceRow, IncidentRow)
            .join(IncidentRow, IncidentRow.id == EvidenceRow.incident)
            .where(AWAITED)
            .order_by(EvidenceRow.id)
        )
        return [
            Pending(i.id, e.alert, i.camera, i.algorithm, e.episode, e.role, e.captured_at)
            for e, i in found
        ]


def _cursor_of(place: listing.Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def _cursor(text: str, parts: int) -> tuple[Any, ...]:
    kind: Any = tuple[float, str] if parts == 2 else tuple[int, float, str]
    try:
        place: tuple[Any, ...] = msgspec.json.decode(base64.urlsafe_b64decode(text), type=kind)
        return place
    except (binascii.Error, msgspec.DecodeError, UnicodeError) as error:
        raise ValueError("not a cursor of this list") from error
