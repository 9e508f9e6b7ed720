"""Who waits in a queue, and who was left standing when the others drove on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from rules.boxes import distance, foot, size
from rules.observation import Track

_BESIDE = 3.0  # Sizes between the feet of two vehicles that wait for the same thing.
_JOIN_S = 15.0  # Whoever stood alone for so long is not the head of a queue.
_WAVE_S = 10.0  # A queue starts from its head: so long after a neighbour one may still go, too.


class Waiting(msgspec.Struct, frozen=True):
    """One vehicle that stands: since when, beside whom, and what became of them.

    `left_at` is when the first of those `beside` drove on; `counts_from` from when on it is no
    queue any more (None: it may still be one).
    """

    track: int
    stood: float
    beside: tuple[int, ...] = ()
    left_at: float | None = None
    counts_from: float | None = None


def waited(
    known: Sequence[Waiting],
    standing: Sequence[Track],
    aspect: float,
    now: float,
    queue_s: float,
) -> tuple[Waiting, ...]:
    """Return who stands now.

    Args:
        known: what this returned for the picture before.
        standing: the vehicles that stand in one zone, also those that are hidden now.
        aspect: width over height of the picture.
        now: unix seconds.
        queue_s: how long a queue may stand.
    """
    before = {(w.track, w.stood): w for w in known}
    ids = {t.id for t in standing}
    after = []
    for track in standing:
        stood = track.still_since if track.still_since is not None else now
        waiting = before.get((track.id, stood)) or Waiting(track.id, stood)
        if waiting.counts_from is None:
            waiting = _looked(waiting, track, standing, ids, aspect, now, queue_s)
        after.append(waiting)
    return tuple(after)


def _looked(
    waiting: Waiting,
    track: Track,
    standing: Sequence[Track],
    ids: Collection[int],
    aspect: float,
    now: float,
    queue_s: float,
) -> Waiting:
    near = {t.id for t in standing if t.id != track.id and _is_beside(track, t, aspect)}
    beside = tuple(sorted(near.union(waiting.beside)))
    left_at = waiting.left_at
    if left_at is None and any(other not in ids for other in waiting.beside):
        left_at = now
    counts_from = None
    if not beside and now - waiting.stood > _JOIN_S:
        counts_from = waiting.stood
    elif left_at is not None and now - left_at > _WAVE_S:
        counts_from = left_at
    elif now - waiting.stood > queue_s:
        counts_from = waiting.stood + queue_s
    return msgspec.structs.replace(waiting, beside=beside, left_at=left_at, counts_from=counts_from)


def clock(waiting: Waiting) -> float | None:
    """Return from when on its stay counts; None while it may stand in a queue."""
    if waiting.counts_from is not None:
        return waiting.counts_from
    return None if waiting.beside else waiting.stood


def _is_beside(a: Track, b: Track, aspect: float) -> bool:
    one, other = a.spot or a.box, b.spot or b.box
    apart = distance(foot(one), foot(other), aspect)
    return apart <= _BESIDE * (size(one, aspect) + size(other, aspect)) / 2
