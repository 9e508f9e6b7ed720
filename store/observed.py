"""Observed state: what cameras do, and since when each algorithm really looks. Inference writes it.

Each write is one transaction; `write` puts any number of changes into one, for the worker's beat.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from events.bus import Event
from store import announce, bulk, log
from store.changes import (
    Applied,
    Blind,
    CameraState,
    Change,
    Ended,
    Heartbeat,
    Pair,
    Rate,
    Watching,
)
from store.database import reading, writing
from store.spans import Spans
from store.tables import AppliedRow, CameraRateRow, CameraStateRow, IntervalRow

AWAY = "worker was away"

__all__ = [
    "Applied",
    "Blind",
    "CameraState",
    "Change",
    "Ended",
    "Heartbeat",
    "Interval",
    "Pair",
    "Rate",
    "Watching",
]


class Interval(msgspec.Struct, frozen=True):
    """From `start` to `end` (None: still, and last confirmed at `seen_at`) watching or blind."""

    watching: bool
    because: str
    start: float
    end: float | None
    seen_at: float


def write(engine: Engine, changes: Iterable[Change]) -> None:
    """Write any number of changes, in order, in one transaction and few statements."""
    if known := tuple(changes):
        with writing(engine) as session:
            _write(session, known)


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
        spans = Spans(session, None)
        left = spans.open_pairs(watching=True)
        mine = {p: seen for p, seen in left.items() if cameras is None or p[0] in cameras}
        for pair, seen_at in mine.items():
            spans.next(pair, False, AWAY, seen_at)
        spans.beat(mine, at)
        log.append_all(session, spans.save())
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


def rates(engine: Engine) -> dict[str, Rate]:
    """Return how every camera is read and what it gets, by camera id."""
    names = Rate.__struct_fields__
    with reading(engine) as session:
        rows = session.scalars(select(CameraRateRow))
        return {row.camera: Rate(*(getattr(row, name) for name in names)) for row in rows}


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


def _write(session: Session, changes: Sequence[Change]) -> None:
    """Sort the changes by what they are about; the order counts among those of one camera only."""
    states: list[CameraState] = []
    applied: dict[str, int] = {}
    rates: dict[str, dict[str, object]] = {}
    watch: list[Watching | Blind | Ended | Heartbeat] = []
    for change in changes:
        match change:
            case CameraState():
                states.append(change)
            case Applied():
                applied[change.camera] = change.revision
            case Rate():
                rates[change.camera] = msgspec.structs.asdict(change)
            case Watching() | Blind() | Ended() | Heartbeat():
                watch.append(change)
            case _:
                raise TypeError(f"not a change of the observed state: {type(change).__name__}")
    rows = [{"camera": camera, "revision": revision} for camera, revision in applied.items()]
    bulk.upsert(session, AppliedRow, rows, ("camera",), new=False)
    bulk.upsert(session, CameraRateRow, list(rates.values()), ("camera",), new=False)
    log.append_all(session, [*_states(session, states), *_watch(session, watch)])


def _states(session: Session, changes: Sequence[CameraState]) -> Iterator[Event]:
    """Write what cameras are doing; yield an event for each state that is another than before."""
    cameras = {change.camera for change in changes}
    columns = (CameraStateRow.camera, CameraStateRow.state)
    known = {
        camera: state
        for part in bulk.chunks(cameras)
        for camera, state in session.execute(
            select(*columns).where(CameraStateRow.camera.in_(part))
        )
    }
    newest = {change.camera: msgspec.structs.asdict(change) for change in changes}
    bulk.upsert(session, CameraStateRow, list(newest.values()), ("camera",), new=False)
    fresh = []
    for change in changes:
        if known.get(change.camera) != change.state:
            known[change.camera] = change.state
            fresh.append(change)
    places = announce.places(session, {change.camera for change in fresh})
    for change in fresh:
        place = places[change.camera]
        yield announce.camera_state(place, change.state, change.since, change.detail)


def _watch(
    session: Session, changes: Sequence[Watching | Blind | Ended | Heartbeat]
) -> list[Event]:
    pairs: set[Pair] = set()
    for change in changes:
        if isinstance(change, Heartbeat):
            pairs.update(change.pairs)
        else:
            pairs.add((change.camera, change.algorithm))
    if not pairs:
        return []
    spans = Spans(session, pairs)
    for change in changes:
        match change:
            case Heartbeat(pairs=beaten, at=at):
                spans.beat(beaten, at)
            case Watching(camera=camera, algorithm=algorithm, at=at):
                spans.next((camera, algorithm), True, "", at)
            case Blind(camera=camera, algorithm=algorithm, because=because, at=at):
                spans.next((camera, algorithm), False, because, at)
            case Ended(camera=camera, algorithm=algorithm, at=at):
                spans.end((camera, algorithm), at)
    return spans.save()
