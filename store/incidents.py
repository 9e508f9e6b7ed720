"""Incidents: recording alerts, deciding, reading. The one door to them for worker and API."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec
from sqlalchemy import Engine, Select, case, select, tuple_

from events.alert import SEVERITIES
from store.case_tables import EvidenceRow, IncidentRow
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
    "blob_hashes",
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

_RANKS = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_RANK = case(_RANKS, value=IncidentRow.severity, else_=-1)


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
    query = _filtered(select(IncidentRow), wanted or Filter())
    by: tuple[Any, ...] = (IncidentRow.opened_at, IncidentRow.id)
    by = (_RANK, *by) if order == "gravest" else by
    if after:
        query = query.where(tuple_(*by) < tuple_(*_cursor(after, len(by))))
    query = query.order_by(*(column.desc() for column in by)).limit(limit + 1)
    with reading(engine) as session:
        rows = session.scalars(query).all()
        incidents = tuple(load_all(session, rows[:limit]))
    more = len(rows) > limit
    return Page(incidents, _next(incidents[-1], order) if more else "")


def pending_evidence(engine: Engine) -> list[Pending]:
    """Return the evidence that is still awaited, oldest first."""
    with reading(engine) as session:
        found = session.execute(
            select(EvidenceRow, IncidentRow)
            .join(IncidentRow, IncidentRow.id == EvidenceRow.incident)
            .where(EvidenceRow.state == "pending")
            .order_by(EvidenceRow.id)
        )
        return [
            Pending(i.id, e.alert, i.camera, i.algorithm, e.episode, e.role, e.captured_at)
            for e, i in found
        ]


def blob_hashes(engine: Engine) -> set[str]:
    """Return the hashes of all pictures and clips that incidents refer to (see `Blobs.sweep`)."""
    with reading(engine) as session:
        found = session.scalars(select(EvidenceRow.sha256).distinct())
        return {sha256 for sha256 in found if sha256}


def _filtered(query: Select[IncidentRow], wanted: Filter) -> Select[IncidentRow]:
    for column, values in (
        (IncidentRow.state, wanted.states),
        (IncidentRow.kind, wanted.kinds),
        (IncidentRow.camera, wanted.cameras),
    ):
        if values:
            query = query.where(column.in_(values))
    if wanted.presence is not None:
        query = query.where(IncidentRow.presence == wanted.presence)
    if wanted.opened_from is not None:
        query = query.where(IncidentRow.opened_at >= wanted.opened_from)
    if wanted.opened_before is not None:
        query = query.where(IncidentRow.opened_at < wanted.opened_before)
    return query


def _next(last: Incident, order: Order) -> str:
    place: tuple[Any, ...] = (last.opened_at, last.id)
    if order == "gravest":
        place = (_RANKS.get(last.severity, -1), *place)
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def _cursor(text: str, parts: int) -> tuple[Any, ...]:
    kind: Any = tuple[float, str] if parts == 2 else tuple[int, float, str]
    try:
        place: tuple[Any, ...] = msgspec.json.decode(base64.urlsafe_b64decode(text), type=kind)
        return place
    except (binascii.Error, msgspec.DecodeError, UnicodeError) as error:
        raise ValueError("not a cursor of this list") from error
