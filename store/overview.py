"""The last hours at a glance, counted where the rows are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Engine, and_, case, func, or_, select
from sqlalchemy.orm import Session

from store.case_tables import IncidentRow
from store.database import reading
from store.processes import AWAY_S
from store.tables import CameraRow, CameraStateRow, IntervalRow, TaskRow

WAITS = "pending_review"
"""The state in which an incident waits for a person's decision."""
NOT_WANTED = "outside its time plan"
"""Blind because of this is blind on purpose."""
SILENT = "the worker is not heard"
NEVER = "no worker has taken it up"
_HOUR_S = 3600


class KindCount(msgspec.Struct, frozen=True):
    """Incidents of one kind that were opened in the window, and how people judged them.

    Counted by the last verdict of a reviewer; what a rule released was not judged. `wrong` are the
    rejections that say that the algorithm was wrong.
    """

    kind: str
    opened: int = 0
    waiting: int = 0
    confirmed: int = 0
    rejected: int = 0
    wrong: int = 0
    duplicate: int = 0


class BlindPair(msgspec.Struct, frozen=True):
    """An algorithm that should look through a camera and cannot."""

    camera: str
    camera_name: str
    algorithm: str
    because: str
    since: float


class Overview(msgspec.Struct, frozen=True):
    """The window at a glance; times are unix seconds."""

    kinds: tuple[KindCount, ...]
    by_hour: dict[int, dict[str, int]]
    """Beginning of the hour (UTC) to kind to opened incidents; hours without any are absent."""
    waiting: int
    oldest_waiting_at: float | None
    median_decision_s: float | None
    cameras: dict[str, int]
    coverage: dict[str, float]
    blind: tuple[BlindPair, ...]


def waiting(session: Session) -> tuple[int, float | None]:
    """Return how many incidents wait for a decision, and since when the oldest does."""
    row = session.execute(
        select(func.count(), func.min(IncidentRow.opened_at)).where(IncidentRow.state == WAITS)
    ).one()
    return row[0], row[1]


def count_waiting(engine: Engine) -> int:
    """Return how many incidents wait for a decision."""
    with reading(engine) as session:
        return waiting(session)[0]


def read(engine: Engine, start: float, now: float) -> Overview:
    """Return what happened from `start` to `now`, and what is so at `now`."""
    with reading(engine) as session:
        many, oldest = waiting(session)
        counts = _counts(session, start)
        return Overview(
            kinds=_kinds(counts),
            by_hour=_by_hour(counts),
            waiting=many,
            oldest_waiting_at=oldest,
            median_decision_s=_median_decision_s(session, start),
            cameras=_cameras(session),
            coverage=_coverage(session, start, now),
            blind=_blind(session, now),
        )


class _Counts(msgspec.Struct, frozen=True):
    """Opened incidents of one hour and kind that are judged alike."""

    hour: int
    kind: str
    waiting: bool
    verdict: str
    many: int


def _counts(session: Session, start: float) -> list[_Counts]:
    hour = func.floor(IncidentRow.opened_at / _HOUR_S)
    # Not the bare column: SQLite would walk through all years in the order of its index.
    kind = func.coalesce(IncidentRow.kind, "")
    waits = case((IncidentRow.state == WAITS, 1), else_=0)
    columns = (hour, kind, waits, IncidentRow.verdict)
    rows = session.execute(
        select(*columns, func.count()).where(IncidentRow.opened_at >= start).group_by(*columns)
    )
    return [
        _Counts(int(at) * _HOUR_S, kind, bool(w), said, many) for at, kind, w, said, many in rows
    ]


def _kinds(counts: Sequence[_Counts]) -> tuple[KindCount, ...]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in counts:
        of_kind = found[one.kind]
        of_kind["opened"] += one.many
        of_kind["waiting"] += one.many * one.waiting
        of_kind["confirmed"] += one.many * (one.verdict == "confirm")
        of_kind["rejected"] += one.many * (one.verdict in ("wrong", "excused"))
        of_kind["wrong"] += one.many * (one.verdict == "wrong")
        of_kind["duplicate"] += one.many * (one.verdict == "duplicate")
    return tuple(KindCount(kind, **counted) for kind, counted in sorted(found.items()))


def _by_hour(counts: Sequence[_Counts]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for one in counts:
        found[one.hour][one.kind] = found[one.hour].get(one.kind, 0) + one.many
    return dict(found)


def _median_decision_s(session: Session, start: float) -> float | None:
    """Return how long the first decision of a person took, of those made in the window."""
    took = (IncidentRow.judged_at - IncidentRow.opened_at).label("took")
    made = select(took).where(IncidentRow.judged_at >= start)
    many = session.scalar(select(func.count()).where(IncidentRow.judged_at >= start)) or 0
    if not many:
        return None
    middle = made.order_by(took).offset((many - 1) // 2).limit(2 - many % 2)
    return max(0.0, median(one for one in session.scalars(middle) if one is not None))


def _cameras(session: Session) -> dict[str, int]:
    state = case(
        (CameraRow.enabled.is_(False), "off"),
        else_=func.coalesce(CameraStateRow.state, "unknown"),
    )
    rows = session.execute(
        select(state, func.count())
        .select_from(CameraRow)
        .outerjoin(CameraStateRow, CameraStateRow.camera == CameraRow.id)
        .group_by(state)
    )
    return {row[0]: row[1] for row in rows}


def _wanted_pair() -> ColumnElement[bool]:
    return and_(TaskRow.enabled, CameraRow.enabled)


def _coverage(session: Session, start: float, now: float) -> dict[str, float]:
    """Return the share of the wanted time in which each algorithm looked.

    What is open counts up to its last heartbeat. Silence after that is neither: until it has
    lasted so long that the worker counts as away, and then it is all wanted and not looked.
    """
    silent = IntervalRow.seen_at < now - AWAY_S
    wanted_until = func.coalesce(IntervalRow.ended, case((silent, now), else_=IntervalRow.seen_at))
    looked_until = func.coalesce(IntervalRow.ended, IntervalRow.seen_at)
    began = case((IntervalRow.began < start, start), else_=IntervalRow.began)
    wanted_s = case((IntervalRow.because == NOT_WANTED, 0.0), else_=_length(began, wanted_until))
    looked_s = case((IntervalRow.watching, _length(began, looked_until)), else_=0.0)
    rows = session.execute(
        select(IntervalRow.algorithm, func.sum(looked_s), func.sum(wanted_s))
        .join(
            TaskRow,
            and_(TaskRow.camera == IntervalRow.camera, TaskRow.algorithm == IntervalRow.algorithm),
        )
        .join(CameraRow, CameraRow.id == TaskRow.camera)
        .where(_wanted_pair(), or_(IntervalRow.ended.is_(None), IntervalRow.ended > start))
        .group_by(IntervalRow.algorithm)
        .order_by(IntervalRow.algorithm)
    )
    return {name: looked / wanted for name, looked, wanted in rows if wanted}


def _length(start: Any, end: Any) -> Any:
    return case((end > start, end - start), else_=0.0)


def _blind(session: Session, now: float) -> tuple[BlindPair, ...]:
    seen = IntervalRow
    silent = and_(seen.watching, seen.seen_at < now - AWAY_S)
    wanted_blind = and_(~seen.watching, seen.because != NOT_WANTED)
    rows = session.execute(
        select(
            TaskRow.camera,
            CameraRow.name,
            TaskRow.algorithm,
            seen.id.is_(None),
            seen.watching,
            seen.because,
            seen.began,
            seen.seen_at,
        )
        .join(CameraRow, CameraRow.id == TaskRow.camera)
        .outerjoin(
            seen,
            and_(
                seen.camera == TaskRow.camera,
                seen.algorithm == TaskRow.algorithm,
                seen.ended.is_(None),
            ),
        )
        # Cities have thousands of pairs that look, and a few that do not.
        .where(_wanted_pair(), or_(seen.id.is_(None), silent, wanted_blind))
    )
    found = []
    for camera, name, algorithm, unheard, watching, because, began, seen_at in rows:
        said = (SILENT, seen_at) if watching else (because, began)
        why, since = (NEVER, now) if unheard else said
        found.append(BlindPair(camera, name, algorithm, why, since))
    return tuple(sorted(found, key=lambda pair: (pair.since, pair.camera, pair.algorithm)))
