"""Observed state: what cameras do, and since when each algorithm really looks. Inference writes it.

Each write is one transaction; `write` puts any number of changes into one, for the worker's beat.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import singledispatch

import msgspec
from sqlalchemy import Engine, bindparam, select, update
from sqlalchemy.orm import Session

from store import announce
from store.database import reading, writing
from store.tables import AppliedRow, CameraStateRow, IntervalRow

AWAY = "worker was away"
Pair = tuple[str, str]
"""Camera id and algorithm id."""


class CameraState(msgspec.Struct, frozen=True):
    """What a camera is doing since a moment; `detail` is in words and holds no login."""

    camera: str
    state: str
    detail: str
    since: float


class Applied(msgspec.Struct, frozen=True):
    """The revision of the desired state that the worker now runs for a camera."""

    camera: str
    revision: int


class Watching(msgspec.Struct, frozen=True):
    """An algorithm really looks through a camera."""

    camera: str
    algorithm: str
    at: float


class Blind(msgspec.Struct, frozen=True):
    """An algorithm should look through a camera and cannot, because of something."""

    camera: str
    algorithm: str
    because: str
    at: float


class Ended(msgspec.Struct, frozen=True):
    """Nobody wants this algorithm on this camera any more (or its time plan is over)."""

    camera: str
    algorithm: str
    at: float


class Heartbeat(msgspec.Struct, frozen=True):
    """These pairs are still as last said: what a crash leaves open was true until `at`."""

    pairs: tuple[Pair, ...]
    at: float


Change = CameraState | Applied | Watching | Blind | Ended | Heartbeat


class Interval(msgspec.Struct, frozen=True):
    """From `start` to `end` (None: still, and last confirmed at `seen_at`) watching or blind."""

    watching: bool
    because: str
    start: float
    end: float | None
    seen_at: float


def write(engine: Engine, changes: Iterable[Change]) -> None:
    """Write any number of changes, in order, in one transaction."""
    if known := tuple(changes):
        with writing(engine) as session:
            for change in known:
                _write(change, session)


def set_camera_state(engine: Engine, camera: str, state: str, detail: str, since: float) -> None:
    """Say what a camera is doing; a new state is also logged as an event."""
    write(engine, [CameraState(camera, state, detail, since)])


def set_applied(engine: Engine, camera: str, revision: int) -> None:
    """Say which revision of the desired state runs for a camera."""
    write(engine, [Applied(camera, revision)])


def watching(engine: Engine, camera: str, algorithm: str, at: float) -> None:
    """Say that the algorithm really looks through the camera from `at` on."""
    write(engine, [Watching(camera, algorithm, at)])


def blind(engine: Engine, camera: str, algorithm: str, because: str, at: float) -> None:
    """Say that the algorithm cannot look through the camera from `at` on."""
    write(engine, [Blind(camera, algorithm, because, at)])


def ended(engine: Engine, camera: str, algorithm: str, at: float) -> None:
    """Say that this algorithm is not wanted on this camera from `at` on."""
    write(engine, [Ended(camera, algorithm, at)])


def heartbeat(engine: Engine, pairs: Iterable[Pair], at: float) -> None:
    """Say that all these pairs are as last said, in one transaction."""
    write(engine, [Heartbeat(tuple(pairs), at)])


def close_stale(engine: Engine, at: float, cameras: Collection[str] | None = None) -> int:
    """Turn what a worker before left 'watching' into blind since its last heartbeat.

    Called when a worker starts, before its first word; `cameras` are its own when there are more
    workers. Returns how many intervals were left open.
    """
    with writing(engine) as session:
        rows = session.scalars(
            select(IntervalRow).where(IntervalRow.ended.is_(None), IntervalRow.watching)
        ).all()
        mine = [row for row in rows if cameras is None or row.camera in cameras]
        pairs = [(row.camera, row.algorithm) for row in mine]
        for pair, row in zip(pairs, mine, strict=True):
            _next_interval(session, pair, False, AWAY, row.seen_at)
        _beat(session, pairs, at)
        return len(mine)


def camera_states(engine: Engine) -> dict[str, CameraState]:
    """Return what every camera is doing, by camera id."""
    with reading(engine) as session:
        return {
            row.camera: CameraState(row.camera, row.state, row.detail, row.since)
            for row in session.scalars(select(CameraStateRow))
        }


def applied(engine: Engine) -> dict[str, int]:
    """Return the revision that runs for each camera, by camera id."""
    with reading(engine) as session:
        return {row.camera: row.revision for row in session.scalars(select(AppliedRow))}


def intervals(engine: Engine, camera: str, algorithm: str) -> list[Interval]:
    """Return all intervals of a pair, oldest first; they never overlap."""
    with reading(engine) as session:
        rows = session.scalars(
            select(IntervalRow)
            .where(IntervalRow.camera == camera, IntervalRow.algorithm == algorithm)
            .order_by(IntervalRow.began, IntervalRow.id)
        )
        return [Interval(r.watching, r.because, r.began, r.ended, r.seen_at) for r in rows]


def coverage(engine: Engine, camera: str, algorithm: str, start: float, end: float) -> float:
    """Return the share (0..1) of the time from `start` to `end` in which the algorithm looked.

    What is still open counts up to its last heartbeat only: silence is not coverage.
    """
    if end <= start:
        raise ValueError("a span of time ends after it starts")
    looked = 0.0
    for interval in intervals(engine, camera, algorithm):
        until = interval.seen_at if interval.end is None else interval.end
        if interval.watching:
            looked += max(0.0, min(end, until) - max(start, interval.start))
    return looked / (end - start)


@singledispatch
def _write(change: object, session: Session) -> None:
    raise TypeError(f"not a change of the observed state: {type(change).__name__}")


@_write.register
def _(change: CameraState, session: Session) -> None:
    row = session.get(CameraStateRow, change.camera)
    if row is not None and row.state == change.state:
        row.detail, row.since = change.detail, change.since
        return
    row = row or CameraStateRow(camera=change.camera)
    row.state, row.detail, row.since = change.state, change.detail, change.since
    session.add(row)
    announce.camera_state(session, row)


@_write.register
def _(change: Applied, session: Session) -> None:
    row = session.get(AppliedRow, change.camera) or AppliedRow(camera=change.camera)
    row.revision = change.revision
    session.add(row)


@_write.register
def _(change: Watching, session: Session) -> None:
    _next_interval(session, (change.camera, change.algorithm), True, "", change.at)


@_write.register
def _(change: Blind, session: Session) -> None:
    pair = (change.camera, change.algorithm)
    _next_interval(session, pair, False, change.because, change.at)


@_write.register
def _(change: Ended, session: Session) -> None:
    row = _open_interval(session, (change.camera, change.algorithm))
    if row is not None:
        row.ended = max(row.began, change.at)
        session.flush()
        announce.coverage(session, row)


@_write.register
def _(change: Heartbeat, session: Session) -> None:
    _beat(session, change.pairs, change.at)


def _open_interval(session: Session, pair: Pair) -> IntervalRow | None:
    return session.scalars(
        select(IntervalRow).where(
            IntervalRow.camera == pair[0],
            IntervalRow.algorithm == pair[1],
            IntervalRow.ended.is_(None),
        )
    ).one_or_none()


def _beat(session: Session, pairs: Collection[Pair], at: float) -> None:
    if pairs:
        confirm = (
            update(IntervalRow)
            .where(
                IntervalRow.camera == bindparam("of_camera"),
                IntervalRow.algorithm == bindparam("of_algorithm"),
                IntervalRow.ended.is_(None),
                IntervalRow.seen_at < at,
            )
            .values(seen_at=at)
        )
        session.flush()
        session.connection().execute(
            confirm, [{"of_camera": c, "of_algorithm": a} for c, a in pairs]
        )
        session.expire_all()


def _next_interval(session: Session, pair: Pair, watching: bool, because: str, at: float) -> None:
    row = _open_interval(session, pair)
    if row is not None:
        at = max(at, row.began)
        if (row.watching, row.because) == (watching, because):
            row.seen_at = max(row.seen_at, at)
            return
        row.ended = at
        session.flush()
    row = IntervalRow(
        camera=pair[0],
        algorithm=pair[1],
        watching=watching,
        because=because,
        began=at,
        ended=None,
        seen_at=at,
    )
    session.add(row)
    session.flush()
    announce.coverage(session, row)
