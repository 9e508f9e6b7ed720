"""Many rows in few statements, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.tables import Base

MOST = 5000
"""Values in one IN list: the databases bear more, their planners' time grows with it."""

Row = Mapping[str, Any]
Item = TypeVar("Item")


def upsert(
    session: Session, table: type[Base], rows: Sequence[Row], key: Sequence[str], *, new: bool
) -> None:
    """Insert rows; where a row of this key is there, replace its values, or leave it if `new`.

    All rows name the same columns. On PostgreSQL and SQLite, as one statement executed for many.
    """
    if not rows:
        return
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(table)
    if new:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    else:
        values = {name: statement.excluded[name] for name in rows[0] if name not in key}
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=values)
    session.connection().execute(statement, list(rows))


def chunks(items: Iterable[Item], size: int = MOST) -> Iterator[list[Item]]:
    """Yield the items in lists of at most `size`."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
