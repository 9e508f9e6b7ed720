"""Intervals of watching and being blind, changed by the thousand: read once, written once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from events.bus import Event
from store import announce
from store.bulk import MOST
from store.changes import Pair
from store.tables import IntervalRow

_FEW = 200
"""Up to so many cameras are looked up by name; more are read with all that is open."""


@dataclass(slots=True, eq=False)
class _Span:
    """One interval as it will be; `id` None: not in the database yet."""

    id: int | None
    camera: str
    algorithm: str
    watching: bool
    because: str
    began: float
    ended: float | None
    seen_at: float


class Spans:
    """The open intervals of some pairs, changed in memory and written by `save` in one go.

    `pairs` None: of all there are.
    """

    def __init__(self, session: Session, pairs: Collection[Pair] | None) -> None:
        self._session = session
        cameras = {camera for camera, _ in pairs or ()}
        self._whole = pairs is None or len(cameras) > _FEW
        self._open = {
            (span.camera, span.algorithm): span
            for span in _read(session, None if self._whole else cameras)
        }
        self._read = {span.id: span for span in self._open.values()}
        self._closed: list[_Span] = []
        self._seen: dict[float, set[int]] = {}
        self._new: list[_Span] = []
        self._said: list[tuple[_Span, float | None]] = []

    def open_pairs(self, *, watching: bool) -> dict[Pair, float]:
        """Return the pairs whose open interval is of this kind, with its last heartbeat."""
        found = self._open.items()
        return {pair: span.seen_at for pair, span in found if span.watching is watching}

    def next(self, pair: Pair, watching: bool, because: str, at: float) -> None:
        """Begin an interval at `at`, or confirm the open one when it says the same."""
        span = self._open.get(pair)
        if span is not None:
            at = max(at, span.began)
            if (span.watching, span.because) == (watching, because):
                self._see(span, at)
                return
            self._close(span, at)
        span = _Span(None, *pair, watching, because, at, None, at)
        self._open[pair] = span
        self._new.append(span)
        self._said.append((span, None))

    def end(self, pair: Pair, at: float) -> None:
        """End the open interval of a pair, if there is one."""
        span = self._open.pop(pair, None)
        if span is not None:
            self._close(span, max(span.began, at))
            self._said.append((span, span.ended))

    def beat(self, pairs: Iterable[Pair], at: float) -> None:
        """Confirm the open intervals of these pairs."""
        for pair in pairs:
            span = self._open.get(pair)
            if span is not None:
                self._see(span, at)

    def save(self) -> list[Event]:
        """Write what changed; return what is to be announced, in order."""
        if self._closed:
            ends = [{"of": span.id, "at": span.ended} for span in self._closed]
            closing = update(IntervalRow).where(IntervalRow.id == bindparam("of"))
            self._session.connection().execute(closing.values(ended=bindparam("at")), ends)
        for at, ids in self._seen.items():
            self._confirm(at, ids)
        rows = [
            {name: getattr(span, name) for name in _Span.__slots__ if name != "id"}
            for span in self._new
        ]
        if rows:
            self._session.connection().execute(insert(IntervalRow), rows)
        places = announce.places(self._session, {span.camera for span, _ in self._said})
        return [
            announce.coverage(
                places[span.camera],
                span.algorithm,
                span.because,
                since=span.began,
                until=ended,
                watching=span.watching,
            )
            for span, ended in self._said
        ]

    def _see(self, span: _Span, at: float) -> None:
        if at <= span.seen_at:
            return
        if span.id is not None:
            self._seen.get(span.seen_at, set()).discard(span.id)
            self._seen.setdefault(at, set()).add(span.id)
        span.seen_at = at

    def _close(self, span: _Span, at: float) -> None:
        span.ended = at
        if span.id is not None:
            self._closed.append(span)

    def _confirm(self, at: float, ids: set[int]) -> None:
        """Write a heartbeat: of nearly all open intervals at once, of some each by its number."""
        others = [id for id in self._read if id not in ids]
        confirm = update(IntervalRow).values(seen_at=at)
        if len(ids) > _FEW and len(others) < MOST and self._whole:
            still = IntervalRow.ended.is_(None) & (IntervalRow.seen_at < at)
            every = confirm.where(still, IntervalRow.id.not_in(others))
            self._session.connection().execute(every)
        elif ids:
            each = confirm.where(IntervalRow.id == bindparam("of"))
            self._session.connection().execute(each, [{"of": id} for id in ids])


def _read(session: Session, cameras: Collection[str] | None) -> list[_Span]:
    query = select(*(getattr(IntervalRow, name) for name in _Span.__slots__))
    query = query.where(IntervalRow.ended.is_(None))
    if cameras is not None:
        query = query.where(IntervalRow.camera.in_(cameras))
    return [_Span(*row) for row in session.execute(query)]
