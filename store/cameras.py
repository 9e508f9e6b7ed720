"""Cameras as wanted and as observed, a page at a time; no query is made per camera."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from store import desired
from store.access_tables import ProcessRow
from store.case_tables import IS_OPEN, IncidentRow
from store.changes import Rate
from store.overview import NEVER, NOT_WANTED, SILENT
from store.processes import AWAY_S
from store.tables import AppliedRow, CameraRateRow, CameraRow, CameraStateRow, IntervalRow, TaskRow
from streams.camera import Camera

Pair = tuple[str, str]
UNKNOWN = "unknown"
SWITCHED_OFF = "switched off"
_MOST = 500
"""So many values go into one IN (...)."""


class Looking(msgspec.Struct, frozen=True):
    """Is a task looking? None: nothing was heard of it. Else why not ('' if it is), since when."""

    watching: bool | None
    because: str
    since: float | None

    @property
    def blind(self) -> bool:
        """Say whether it should look and does not."""
        return self.watching is not True and self.because != NOT_WANTED


class Seen(msgspec.Struct, frozen=True):
    """A camera with what is observed of it; `algorithms` are those that are on."""

    camera: Any
    """A `streams.camera.Camera`."""
    state: str
    silent: bool
    """Its state is unknown because the worker is not heard."""
    since: float | None
    applied: int | None
    algorithms: tuple[str, ...]
    blind: dict[str, str]
    """Algorithm that should look and does not, to why."""
    open_incidents: int
    rate: Rate | None = None
    """How it is read and what it gets; None while nobody can tell."""


class Filter(msgspec.Struct, frozen=True):
    """Which cameras: `search` in id, name, unit or place code; empty means all.

    `blind`: only those through which an algorithm should look and does not.
    """

    search: str = ""
    states: tuple[str, ...] = ()
    blind: bool = False
    unit: str = ""


class Page(msgspec.Struct, frozen=True):
    """Cameras by id; `more` says whether others follow, `total` counts all that match.

    `units` are the owner units of all cameras.
    """

    cameras: tuple[Seen, ...]
    more: bool
    total: int
    units: tuple[str, ...]
    revision: int


def page(session: Session, now: float, wanted: Filter, after: str, limit: int) -> Page:
    """Return the cameras behind `after` that the filter lets through."""
    silent = worker_is_silent(session, now)
    state = _state(silent)
    matching = _known(state).where(*_conditions(wanted, state, now))
    total = session.scalar(select(func.count()).select_from(matching.subquery())) or 0
    rows = session.execute(
        matching.where(CameraRow.id > after).order_by(CameraRow.id).limit(limit + 1)
    ).all()
    unit = CameraRow.owner_unit
    units = session.scalars(select(unit).where(unit != "").distinct().order_by(unit))
    return Page(
        cameras=_seen(session, rows[:limit], silent, now),
        more=len(rows) > limit,
        total=total,
        units=tuple(units),
        revision=desired.revision_in(session),
    )


def find(session: Session, camera: str, now: float) -> Seen | None:
    """Return one camera, None when there is none."""
    silent = worker_is_silent(session, now)
    rows = session.execute(_known(_state(silent)).where(CameraRow.id == camera)).all()
    return next(iter(_seen(session, rows, silent, now)), None)


def worker_is_silent(session: Session, now: float) -> bool:
    """Say whether the worker once lived and is not heard any more: what it said is old."""
    row = session.get(ProcessRow, "worker")
    return row is not None and row.seen_at < now - AWAY_S


def looking(session: Session, cameras: Collection[str], now: float) -> dict[Pair, Looking]:
    """Return of every pair with an open interval whether it looks; silence is not looking."""
    found = {}
    for chunk in _chunks(cameras):
        rows = session.scalars(
            select(IntervalRow).where(IntervalRow.camera.in_(chunk), IntervalRow.ended.is_(None))
        )
        for row in rows:
            found[row.camera, row.algorithm] = _looking(row, now)
    return found


NOT_HEARD = Looking(None, NEVER, None)
"""Of a task of which no worker has said anything."""
OFF = Looking(None, SWITCHED_OFF, None)
"""Of a task that is not wanted, or whose camera is not."""


def coverage(session: Session, camera: str, start: float, now: float) -> dict[str, float | None]:
    """Return by algorithm the share of the wanted time since `start` in which it looked.

    What lies outside the time plan was not wanted. What is open counts up to its last heartbeat:
    silence is not coverage. None: nothing was wanted yet.
    """
    looked: dict[str, float] = defaultdict(float)
    wanted: dict[str, float] = defaultdict(float)
    rows = session.scalars(
        select(IntervalRow).where(
            IntervalRow.camera == camera,
            or_(IntervalRow.ended.is_(None), IntervalRow.ended > start),
        )
    )
    for row in rows:
        silent = row.ended is None and row.seen_at < now - AWAY_S
        until = row.seen_at if row.ended is None else row.ended
        lasted = max(0.0, until - max(start, row.began))
        looked[row.algorithm] += lasted if row.watching else 0.0
        if row.because != NOT_WANTED:
            end = now if silent else until
            wanted[row.algorithm] += max(0.0, end - max(start, row.began))
    return {a: looked[a] / wanted[a] if wanted[a] else None for a in looked}


def _state(silent: bool) -> ColumnElement[Any]:
    said = UNKNOWN if silent else func.coalesce(CameraStateRow.state, UNKNOWN)
    return case((CameraRow.enabled.is_(False), "off"), else_=said)


def _known(state: ColumnElement[Any]) -> Select[Any]:
    return (
        select(CameraRow, state, CameraStateRow.since, AppliedRow.revision, CameraRateRow)
        .outerjoin(CameraStateRow, CameraStateRow.camera == CameraRow.id)
        .outerjoin(AppliedRow, AppliedRow.camera == CameraRow.id)
        .outerjoin(CameraRateRow, CameraRateRow.camera == CameraRow.id)
    )


def _conditions(
    wanted: Filter, state: ColumnElement[Any], now: float
) -> Iterator[ColumnElement[bool]]:
    if wanted.search:
        fields = (CameraRow.id, CameraRow.name, CameraRow.owner_unit, CameraRow.place_code)
        yield or_(*(field.icontains(wanted.search, autoescape=True) for field in fields))
    if wanted.states:
        yield state.in_(wanted.states)
    if wanted.unit:
        yield CameraRow.owner_unit == wanted.unit
    if wanted.blind:
        yield and_(CameraRow.enabled, _has_blind_task(now))


def _has_blind_task(now: float) -> ColumnElement[bool]:
    """Say the same as `Looking.blind`, in SQL."""
    looks = and_(IntervalRow.watching, IntervalRow.seen_at >= now - AWAY_S)
    excused = exists().where(
        IntervalRow.camera == TaskRow.camera,
        IntervalRow.algorithm == TaskRow.algorithm,
        IntervalRow.ended.is_(None),
        or_(looks, IntervalRow.because == NOT_WANTED),
    )
    return exists().where(TaskRow.camera == CameraRow.id, TaskRow.enabled, ~excused)


def _seen(session: Session, rows: Sequence[Any], silent: bool, now: float) -> tuple[Seen, ...]:
    ids = [row[0].id for row in rows]
    algorithms = _algorithms(session, ids)
    looks = looking(session, ids, now)
    incidents = _open_incidents(session, ids)
    return tuple(
        Seen(
            camera=desired.value_of(Camera, camera),
            state=state,
            silent=silent and state == UNKNOWN,
            since=None if state in (UNKNOWN, "off") else since,
            applied=applied,
            algorithms=tuple(algorithms[camera.id]),
            blind={
                algorithm: look.because
                for algorithm in algorithms[camera.id]
                if camera.enabled and (look := looks.get((camera.id, algorithm), NOT_HEARD)).blind
            },
            open_incidents=incidents.get(camera.id, 0),
            rate=_rate(rate) if camera.enabled and not silent else None,
        )
        for camera, state, since, applied, rate in rows
    )


def _rate(row: CameraRateRow | None) -> Rate | None:
    if row is None:
        return None
    return Rate(row.camera, row.way, row.why, row.wanted, row.reached, row.shed, row.at)


def _algorithms(session: Session, cameras: Sequence[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for chunk in _chunks(cameras):
        rows = session.execute(
            select(TaskRow.camera, TaskRow.algorithm)
            .where(TaskRow.camera.in_(chunk), TaskRow.enabled)
            .order_by(TaskRow.algorithm)
        )
        for camera, algorithm in rows:
            found[camera].append(algorithm)
    return found


def _open_incidents(session: Session, cameras: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in _chunks(cameras):
        rows = session.execute(
            select(IncidentRow.camera, func.count())
            .where(IncidentRow.camera.in_(chunk), IS_OPEN)
            .group_by(IncidentRow.camera)
        )
        found |= {row[0]: row[1] for row in rows}
    return found


def _looking(row: IntervalRow, now: float) -> Looking:
    if row.watching and row.seen_at < now - AWAY_S:
        return Looking(False, SILENT, row.seen_at)
    return Looking(row.watching, row.because, row.began)


def _chunks(values: Collection[str]) -> list[list[str]]:
    listed = list(values)
    return [listed[i : i + _MOST] for i in range(0, len(listed), _MOST)]
