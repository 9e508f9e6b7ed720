"""How far each destination is: what waits for it, what it refused for good."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from events.relay import consumer
from store import audit, desired, log
from store.database import writing
from store.tables import ConsumerRow, DeadLetterRow, DestinationRow, EventRow
from store.values import Destination

_MOST_LETTERS = 1000


class Progress(msgspec.Struct, frozen=True):
    """Deliveries to one destination; `waiting` counts the events behind the cursor for it.

    `oldest` is the time (RFC 3339) of the first that was never delivered, '' when there is none.
    `replay` is how far a replay is, None when none runs: what comes again waits, but is not late.
    """

    cursor: int
    waiting: int
    dead_letters: int
    oldest: str = ""
    replay: int | None = None


class ReplayRuns(ValueError):
    """A replay to this destination is still under way; a second one would cut it short."""


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


def replay(engine: Engine, destination: str, after: int, actor: str) -> int:
    """Let the relay send everything beyond `after` again; return how many events that are at most.

    What the destination may not have or does not want is passed over as ever.

    Raises:
        KeyError: there is no such destination.
        ReplayRuns: an earlier one has not ended.
    """
    name = consumer(destination)
    with writing(engine) as session:
        _must_be_there(session, destination)
        if not log.replay(session, name, after):
            raise ReplayRuns(f"a replay to {destination} runs already")
        row = session.get(ConsumerRow, name)
        if row is None or row.replay is None:
            return 0
        audit.append(session, actor, "destination.replay", destination, {"after": row.replay})
        again = select(func.count()).select_from(EventRow)
        counted = again.where(EventRow.seq > row.replay, EventRow.seq <= row.cursor)
        return session.scalar(counted) or 0


def redrive(engine: Engine, destination: str, actor: str, event: str | None = None) -> int:
    """Let the relay try dead letters again (all, or one event's); return how many.

    Raises:
        KeyError: there is no such destination.
    """
    with writing(engine) as session:
        _must_be_there(session, destination)
        count = log.redrive(session, consumer(destination), event)
        if count:
            detail = {"events": count} if event is None else {"event": event}
            audit.append(session, actor, "destination.redrive", destination, detail)
        return count


def _must_be_there(session: Session, destination: str) -> None:
    if session.get(DestinationRow, destination) is None:
        raise KeyError(f"no destination {destination!r}")


def _of(session: Session, row: DestinationRow) -> Progress:
    name = consumer(row.id)
    known = session.get(ConsumerRow, name)
    cursor, replay = (0, None) if known is None else (known.cursor, known.replay)
    may = (EventRow.city,) if row.audience == "city" else ()
    beyond = select(func.count()).select_from(EventRow).where(*may)
    waiting = session.scalar(beyond.where(EventRow.seq > (cursor if replay is None else replay)))
    oldest = session.scalar(
        select(EventRow.time).where(EventRow.seq > cursor, *may).order_by(EventRow.seq).limit(1)
    )
    letters = select(func.count()).select_from(DeadLetterRow).where(DeadLetterRow.consumer == name)
    dead = session.scalar(letters) or 0
    return Progress(cursor, waiting or 0, dead, oldest or "", replay)


def lag_s(progress: Progress, now: float) -> float:
    """Return for how long the oldest event that was never delivered has been waiting."""
    if not progress.oldest:
        return 0.0
    return max(0.0, now - datetime.fromisoformat(progress.oldest).timestamp())
