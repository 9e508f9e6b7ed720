"""Which incidents stand on a page of a list, found without reading what is not on it.

At a million incidents a filter and an order together leave no index that serves both, so the list
is put together from lanes: each is one state (or kind, or presence) and one severity, in which an
index has the order already. Each lane gives at most a page; the page is the best of them.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_, union_all
from sqlalchemy.orm import Session

from events.alert import SEVERITIES
from store.case_tables import IncidentRow
from store.incident import Filter, Order

MOST_LANES = 100
"""With more, as with a filter that names nearly everything, one walk along the order is faster."""
_RANKS = tuple(range(-1, len(SEVERITIES)))

Place = tuple[Any, ...]
"""Where an incident stands: (opened_at, id), or (rank, opened_at, id) when the gravest lead."""


def places(session: Session, wanted: Filter, order: Order, after: Place, limit: int) -> list[Place]:
    """Return the places of up to `limit` incidents behind `after` (empty: from the first on)."""
    parts = [_lane(lane, wanted, order, after, limit) for lane in _lanes(wanted, order)]
    if len(parts) == 1:
        found: list[Row[Any]] = list(session.execute(parts[0]))
    else:
        lanes = union_all(*(select(part.subquery()) for part in parts)).subquery()
        by = [column.desc() for column in lanes.c]
        found = list(session.execute(select(lanes).order_by(*by).limit(limit)))
    return [tuple(row) for row in found]


def columns(order: Order) -> tuple[Any, ...]:
    """Return the columns by which a list is ordered, all downwards."""
    by = (IncidentRow.opened_at, IncidentRow.id)
    return (IncidentRow.rank, *by) if order == "gravest" else by


def _lanes(wanted: Filter, order: Order) -> list[dict[str, Any]]:
    """Return the equalities of each lane; no lanes at all are one without any.

    What is rarest leads: few incidents are of one camera, or are (perhaps) still there.
    """
    named: dict[str, tuple[Any, ...]] = {}
    if wanted.cameras:
        named["camera"] = wanted.cameras
    elif wanted.presence not in (None, "gone"):
        named["presence"] = (wanted.presence,)
    elif wanted.states:
        named["state"] = wanted.states
    elif wanted.kinds:
        named["kind"] = wanted.kinds
    elif wanted.presence is not None:
        named["presence"] = (wanted.presence,)
    if not wanted.cameras and (named or order == "gravest"):
        named["rank"] = _RANKS
    lanes = [dict(zip(named, values, strict=True)) for values in product(*named.values())]
    return lanes if len(lanes) <= MOST_LANES else [{}]


def _lane(
    lane: dict[str, Any], wanted: Filter, order: Order, after: Place, limit: int
) -> Select[Any]:
    by = columns(order)
    query = select(*by).where(*_conditions(wanted, lane))
    query = query.where(*(getattr(IncidentRow, name) == value for name, value in lane.items()))
    if after:
        query = query.where(tuple_(*by) < tuple_(*after))
    return query.order_by(*(column.desc() for column in by)).limit(limit)


def _conditions(wanted: Filter, lane: dict[str, Any]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, values in (
        (IncidentRow.state, wanted.states),
        (IncidentRow.kind, wanted.kinds),
        (IncidentRow.camera, wanted.cameras),
        (IncidentRow.presence, (wanted.presence,) if wanted.presence is not None else ()),
    ):
        if values and column.key not in lane:
            # Not the bare column: its index would look tempting and has not the order.
            found.append((func.coalesce(column, "") if lane else column).in_(values))
    if wanted.opened_from is not None:
        found.append(IncidentRow.opened_at >= wanted.opened_from)
    if wanted.opened_before is not None:
        found.append(IncidentRow.opened_at < wanted.opened_before)
    return found
