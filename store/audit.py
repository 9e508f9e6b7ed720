"""Who did what: an append-only chain in which every row holds the hash of the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing
from time import time
from typing import Any

import msgspec
from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from store.database import reading
from store.tables import BY_PEOPLE, AuditRow

GENESIS = "0" * 64
"""What the first row follows."""

SERVICE = "inference"
"""The actor of what the worker saw."""

RULE = "rule: "
"""How the actor begins where a named rule decided and no person."""


RETAINED = "retention.run"
"""The action of the row that says how much was removed, and where the chain begins since then."""


def append(
    session: Session, actor: str, action: str, object: str, detail: Mapping[str, Any] | None = None
) -> None:
    """Add one row to the chain, inside the caller's transaction (see `store.database.writing`).

    `detail` is plain JSON and never holds a secret: the caller redacts.
    """
    last = session.execute(select(AuditRow.n, AuditRow.hash).order_by(AuditRow.n.desc()).limit(1))
    n, prev = next(((n, hash) for n, hash in last), (0, GENESIS))
    row = AuditRow(
        n=n + 1,
        at=time(),
        actor=actor,
        action=action,
        object=object,
        detail=dict(detail or {}),
        prev=prev,
    )
    row.hash = _hash(row)
    session.add(row)
    session.flush()


class Entry(msgspec.Struct, frozen=True):
    """One row as readers see it."""

    n: int
    at: float
    actor: str
    action: str
    object: str
    detail: dict[str, Any]
    hash: str


def newest(
    engine: Engine,
    before: int | None = None,
    limit: int = 50,
    actor: str = "",
    action: str = "",
    object: str = "",
    people: bool = False,
) -> list[Entry]:
    """Return rows older than number `before`, newest first.

    An action is found by its beginning, too: 'camera' finds 'camera.put'. `people`: without what
    the service did by itself.
    """
    query = select(AuditRow)
    if before is not None:
        query = query.where(AuditRow.n < before)
    if actor:
        query = query.where(AuditRow.actor == actor)
    if people:
        query = query.where(BY_PEOPLE)
    if object:
        query = query.where(AuditRow.object == object)
    with reading(engine) as session:
        if action:
            query = query.where(AuditRow.n.in_(_of_action(session, query, action, limit)))
        rows = session.scalars(query.order_by(AuditRow.n.desc()).limit(limit))
        return [
            Entry(row.n, row.at, row.actor, row.action, row.object, row.detail, row.hash)
            for row in rows
        ]


def _of_action(session: Session, query: Select[AuditRow], action: str, limit: int) -> list[int]:
    """Return the newest rows of each action that `action` begins; each is found by its index."""
    known = select(func.min(AuditRow.action).label("action")).cte("known", recursive=True)
    beyond = select(func.min(AuditRow.action)).where(AuditRow.action > known.c.action)
    known = known.union_all(
        select(beyond.correlate(known).scalar_subquery()).where(known.c.action.is_not(None))
    )
    found: list[int] = []
    for one in session.scalars(select(known.c.action)).all():
        if one is not None and (one == action or one.startswith(f"{action}.")):
            of_it = query.with_only_columns(AuditRow.n).where(AuditRow.action == one)
            found += session.scalars(of_it.order_by(AuditRow.n.desc()).limit(limit))
    return sorted(found)[-limit:]


def head(engine: Engine) -> tuple[int, str]:
    """Return number and hash of the last row: kept elsewhere, they prove that none was cut off."""
    with reading(engine) as session:
        row = session.scalars(select(AuditRow).order_by(AuditRow.n.desc()).limit(1)).first()
        return (0, GENESIS) if row is None else (row.n, row.hash)


def verify(engine: Engine, anchor: tuple[int, str] | None = None) -> int | None:
    """Return the number of the first row that was changed, removed or put in; None when none was.

    Rows that retention removed are not missed (see `_beginning`). A chain cannot show that its
    newest rows were cut off; an `anchor` (an earlier `head`) can.
    """
    in_order = select(AuditRow).order_by(AuditRow.n).execution_options(yield_per=500)
    with reading(engine) as session, closing(session.scalars(in_order)) as rows:
        expected, prev = _beginning(session)
        for row in rows:
            if row.n != expected or row.prev != prev or row.hash != _hash(row):
                return expected
            if anchor is not None and anchor[0] == row.n and anchor[1] != row.hash:
                return row.n
            expected, prev = row.n + 1, row.hash
    return expected if anchor is not None and anchor[0] >= expected else None


def _beginning(session: Session) -> tuple[int, str]:
    """Return number and predecessor's hash of the first row that should be there.

    That the rows before were removed by retention stands in a row of the chain itself.
    """
    first = session.scalar(select(func.min(AuditRow.n)))
    if first is None or first == 1:
        return 1, GENESIS
    cuts = select(AuditRow.detail).where(AuditRow.action == RETAINED).order_by(AuditRow.n.desc())
    for detail in session.scalars(cuts).all():
        if "upto" in detail:
            return detail["upto"] + 1, detail["hash"]
    return 1, GENESIS


def _hash(row: AuditRow) -> str:
    fields = (row.n, row.at, row.actor, row.action, row.object, row.detail)
    body = msgspec.json.encode(fields, order="sorted")
    return hashlib.sha256(row.prev.encode() + body).hexdigest()
