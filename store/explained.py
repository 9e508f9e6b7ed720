"""What an incident rests on: its level, which only rises, and the traces that are kept of it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from events.alert import Alert, graver
from events.trace import Measure, Trace
from store.case_tables import IncidentRow, TraceRow


class Risen(msgspec.Struct, frozen=True):
    """A rise of an incident after it was opened, and since when (capture time)."""

    level: int
    severity: str
    at: float


class Explained(msgspec.Struct, frozen=True):
    """The tests behind one sighting, and how its episode had gone until then."""

    change: Literal["opened", "updated", "cleared"]
    at: float
    level: int
    measures: tuple[Measure, ...] = ()
    trace: Trace | None = None


def rise(row: IncidentRow, alert: Alert) -> bool:
    """Lift level and severity to the alert's, if that is graver; say whether it was."""
    graver_words = graver(alert.severity, row.severity)
    if alert.level <= row.level and not graver_words:
        return False
    row.level = max(row.level, alert.level)
    row.severity = alert.severity if graver_words else row.severity
    row.levels = [*row.levels, {"level": row.level, "severity": row.severity, "at": alert.at}]
    return True


def keep(session: Session, row: IncidentRow, alert: Alert) -> None:
    """Keep what the alert rests on: the first for good, of the later ones the latest."""
    if alert.change == "evidence" or not (alert.measures or alert.trace):
        return
    sees = alert.change != "cleared"
    role = "opened" if sees and session.get(TraceRow, (row.id, "opened")) is None else "latest"
    kept = session.get(TraceRow, (row.id, role))
    if kept is not None and kept.at > alert.at:
        return
    kept = kept or TraceRow(incident=row.id, role=role)
    kept.change, kept.at, kept.level = alert.change, alert.at, alert.level
    kept.measures = plain(alert.measures)
    kept.body = None if alert.trace is None else plain(alert.trace)
    session.add(kept)
    session.flush()


def read(session: Session, incident: str) -> dict[str, Explained]:
    """Return what is kept of an incident: 'opened', 'latest', or less."""
    rows = session.scalars(select(TraceRow).where(TraceRow.incident == incident))
    return {
        row.role: msgspec.convert(
            {
                "change": row.change,
                "at": row.at,
                "level": row.level,
                "measures": row.measures,
                "trace": row.body,
            },
            Explained,
        )
        for row in rows
    }


def plain(value: object) -> Any:
    """Return structs as what JSON would give back: lists, no tuples."""
    return msgspec.json.decode(msgspec.json.encode(value))
