"""How far each destination is: what waits for it, what it refused for good."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from events.relay import consumer
from store import desired
from store.tables import ConsumerRow, DeadLetterRow, DestinationRow, EventRow
from store.values import Destination

_MOST_LETTERS = 1000


class Progress(msgspec.Struct, frozen=True):
    """Deliveries to one destination; `waiting` counts the events behind the cursor for it."""

    cursor: int
    waiting: int
    dead_letters: int


class DeadLetter(msgspec.Struct, frozen=True):
    """An event that was refused for good; `at` in unix seconds."""

    seq: int
    event_id: str
    why: str
    at: float


def progress(session: Session) -> list[tuple[Destination, Progress]]:
    """Return every destination, by id, and how far it is."""
    rows = session.scalars(select(DestinationRow).order_by(DestinationRow.id)).all()
    return [(desired.value_of(Destination, row), _of(session, row)) for row in rows]


def dead_letters(session: Session, destination: str) -> list[DeadLetter] | None:
    """Return what a destination refused for good, oldest first; None when there is none such.

    Of very many only the newest.
    """
    if session.get(DestinationRow, destination) is None:
        return None
    rows = session.scalars(
        select(DeadLetterRow)
        .where(DeadLetterRow.consumer == consumer(destination))
        .order_by(DeadLetterRow.seq.desc())
        .limit(_MOST_LETTERS)
    ).all()
    return [DeadLetter(row.seq, row.event_id, row.why, row.at) for row in reversed(rows)]


def _of(session: Session, row: DestinationRow) -> Progress:
    name = consumer(row.id)
    cursor = session.scalar(select(ConsumerRow.cursor).where(ConsumerRow.name == name)) or 0
    waiting = select(func.count()).select_from(EventRow).where(EventRow.seq > cursor)
    if row.audience == "city":
        waiting = waiting.where(EventRow.city)
    letters = select(func.count()).select_from(DeadLetterRow).where(DeadLetterRow.consumer == name)
    return Progress(cursor, session.scalar(waiting) or 0, session.scalar(letters) or 0)
