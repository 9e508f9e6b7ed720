"""The event log: append-only, in commit order, with a cursor and a lease for every consumer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from time import time

import msgspec
from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from events.bus import Event
from store import bulk
from store.database import reading, writing
from store.tables import ConsumerRow, DeadLetterRow, EventRow

BATCH = 200


class Page(msgspec.Struct, frozen=True):
    """Events in order. `next` is where to go on: what was left out on the way is behind it too.

    `end` is the place of the newest event, wanted or not.
    """

    events: tuple[Event, ...]
    next: int
    end: int


def append(session: Session, event: Event) -> None:
    """Add an event at the end, inside the caller's transaction; its `seq` is given by the log.

    An event whose id is in the log already changes nothing.
    """
    if session.scalar(select(EventRow.seq).where(EventRow.id == event.id)) is not None:
        return
    session.add(
        EventRow(
            id=event.id,
            type=event.type,
            source=event.source,
            subject=event.subject,
            time=event.time,
            data=event.data,
            incident=event.incident,
            city=event.city,
        )
    )
    session.flush()


def append_all(session: Session, events: Sequence[Event]) -> None:
    """Add many events at the end, as `append` does, in few statements."""
    rows = [
        {name: getattr(event, name) for name in event.__struct_fields__ if name != "seq"}
        for event in events
    ]
    bulk.upsert(session, EventRow, rows, ("id",), new=True)


def begin_at_end(session: Session, consumer: str) -> None:
    """Let a consumer that the log does not know begin behind its last event; others stay."""
    if session.get(ConsumerRow, consumer) is None:
        end = session.scalar(select(func.max(EventRow.seq))) or 0
        session.add(ConsumerRow(name=consumer, cursor=end, lease_owner="", lease_until=0.0))


def replay(session: Session, consumer: str, after: int) -> bool:
    """Let everything beyond `after` come again; False while an earlier replay runs.

    A second cursor runs from there until it has caught up with the first.
    """
    row = _consumer(session, consumer)
    if row.replay is not None:
        return False
    if after < row.cursor:
        row.replay = max(0, after)
    return True


def redrive(session: Session, consumer: str, id: str | None = None) -> int:
    """Let the consumer's dead letters (or that of one event) be tried again; return how many.

    Those whose event is no longer in the log stay as they are.
    """
    known = select(EventRow.id)
    rows = session.scalars(_letters(consumer, id).where(DeadLetterRow.event_id.in_(known))).all()
    for row in rows:
        row.again = True
    return len(rows)


class DatabaseLog:
    """The log of `events.log.Log`.

    Writers of the log are one after the other on every database (see `store.database.writing`), so
    a number never becomes visible after a higher one: what `after` passes by cannot fill later.
    """

    def __init__(self, engine: Engine, now: Callable[[], float] = time) -> None:
        self._engine = engine
        self._now = now

    def after(self, seq: int, limit: int) -> list[Event]:
        """Return up to `limit` events beyond `seq`, in order."""
        with reading(self._engine) as session:
            rows = session.scalars(
                select(EventRow).where(EventRow.seq > seq).order_by(EventRow.seq).limit(limit)
            )
            return [_event(row) for row in rows]

    def page(
        self, after: int, limit: int, types: Collection[str] = (), city_only: bool = False
    ) -> Page:
        """Return up to `limit` of the events beyond `after` that a caller wants and may have."""
        query = select(EventRow).where(EventRow.seq > after)
        if types:
            query = query.where(EventRow.type.in_(types))
        if city_only:
            query = query.where(EventRow.city)
        with reading(self._engine) as session:
            end = session.scalar(select(func.max(EventRow.seq))) or 0
            rows = session.scalars(query.order_by(EventRow.seq).limit(limit)).all()
        reached = rows[-1].seq if len(rows) == limit else max(after, end)
        return Page(tuple(_event(row) for row in rows), reached, end)

    def end(self) -> int:
        """Return the place of the newest event, 0 in an empty log."""
        with reading(self._engine) as session:
            return session.scalar(select(func.max(EventRow.seq))) or 0

    def cursor(self, consumer: str) -> int:
        """Return the consumer's cursor, 0 for one never seen; a replay's while one runs."""
        with reading(self._engine) as session:
            row = session.get(ConsumerRow, consumer)
            if row is None:
                return 0
            return row.cursor if row.replay is None else row.replay

    def acquire(self, consumer: str, owner: str, lease_s: float) -> bool:
        """Take or renew the lease; False while another owner holds an unexpired one."""
        now = self._now()
        with writing(self._engine) as session:
            row = _consumer(session, consumer)
            if row.lease_owner not in ("", owner) and row.lease_until > now:
                return False
            row.lease_owner, row.lease_until = owner, now + lease_s
            return True

    def ack(self, consumer: str, seq: int, since: int | None = None) -> None:
        """Move the consumer's cursor forward to `seq`, never backwards; see `replay`.

        `since` is where the consumer comes from, to tell a replay from what it had begun before.
        """
        with writing(self._engine) as session:
            row = _consumer(session, consumer)
            if row.replay is None or since not in (None, row.replay):
                row.cursor = max(row.cursor, seq)
            elif seq >= row.cursor:
                row.cursor, row.replay = seq, None
            else:
                row.replay = max(row.replay, seq)

    def replay(self, consumer: str, after: int) -> bool:
        """Let everything beyond `after` come again; False while an earlier replay runs."""
        with writing(self._engine) as session:
            return replay(session, consumer, after)

    def before(self, time: str) -> int:
        """Return the place after which everything of `time` (RFC 3339 UTC) and later stands."""
        with reading(self._engine) as session:
            first = session.scalar(select(func.min(EventRow.seq)).where(EventRow.time >= time))
            end = session.scalar(select(func.max(EventRow.seq))) or 0
        return end if first is None else first - 1

    def dead_letter(self, consumer: str, event: Event, why: str) -> None:
        """Remember that this event will not be delivered to this consumer, and why."""
        with writing(self._engine) as session:
            row = session.scalars(_letters(consumer, event.id)).first()
            if row is None:
                row = DeadLetterRow(consumer=consumer, seq=event.seq, event_id=event.id)
                session.add(row)
            elif not row.again:
                return
            row.why, row.at, row.again = why, self._now(), False

    def redrive(self, consumer: str, id: str | None = None) -> int:
        """Let dead letters (all, or that of one event) be tried again; return how many."""
        with writing(self._engine) as session:
            return redrive(session, consumer, id)

    def again(self, consumer: str, limit: int) -> list[Event]:
        """Return up to `limit` dead letters' events that are to be tried again, in order."""
        with reading(self._engine) as session:
            rows = session.scalars(
                select(EventRow)
                .join(DeadLetterRow, DeadLetterRow.event_id == EventRow.id)
                .where(DeadLetterRow.consumer == consumer, DeadLetterRow.again)
                .order_by(EventRow.seq)
                .limit(limit)
            )
            return [_event(row) for row in rows]

    def revived(self, consumer: str, id: str) -> None:
        """Forget a dead letter, because its event was delivered after all."""
        with writing(self._engine) as session:
            for row in session.scalars(_letters(consumer, id)):
                session.delete(row)

    def dead_letters(self, consumer: str) -> list[tuple[int, str, str]]:
        """Return (seq, event id, why) of what this consumer did not get, oldest first."""
        with reading(self._engine) as session:
            rows = session.scalars(
                select(DeadLetterRow)
                .where(DeadLetterRow.consumer == consumer)
                .order_by(DeadLetterRow.seq)
            )
            return [(row.seq, row.event_id, row.why) for row in rows]


class DatabaseBus:
    """The embedded durable bus of `events.bus.Bus`: cursors over the same log, no second queue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._log = DatabaseLog(engine)

    def publish(self, event: Event) -> None:
        """Append one event; a repeat of its id changes nothing."""
        with writing(self._engine) as session:
            append(session, event)

    def subscribe(self, consumer: str, after: int | None = None) -> Iterator[Event]:
        """Yield events beyond the consumer's cursor (or beyond `after`), then return."""
        seq = self._log.cursor(consumer) if after is None else after
        while batch := self._log.after(seq, BATCH):
            yield from batch
            seq = batch[-1].seq

    def ack(self, consumer: str, seq: int) -> None:
        """Move the consumer's cursor to `seq`; earlier events do not come again."""
        self._log.ack(consumer, seq)


def _consumer(session: Session, name: str) -> ConsumerRow:
    row = session.get(ConsumerRow, name)
    if row is None:
        row = ConsumerRow(name=name, cursor=0, lease_owner="", lease_until=0.0)
        session.add(row)
    return row


def _letters(consumer: str, id: str | None) -> Select[DeadLetterRow]:
    chosen = select(DeadLetterRow).where(DeadLetterRow.consumer == consumer)
    return chosen if id is None else chosen.where(DeadLetterRow.event_id == id)


def _event(row: EventRow) -> Event:
    return Event(
        seq=row.seq,
        id=row.id,
        type=row.type,
        source=row.source,
        subject=row.subject,
        time=row.time,
        data=row.data,
        incident=row.incident,
        city=row.city,
    )
