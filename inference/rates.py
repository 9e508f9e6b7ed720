"""What each camera was promised and what it got: pictures a second, reached and wanted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.changes import Rate

EVERY_S = 20.0
"""How often rates are worked out."""
WINDOW_S = 60.0
"""Over how long, at least, once there is as much."""
_CHANGED = 0.1
"""A rate that differs by less, as a share of what is wanted, is not worth saying."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands of one camera at one moment.

    `period_s` is that of its most demanding algorithm, None when none wants pictures now. `judged`
    are that algorithm's pictures so far, `shed` those dropped for newer ones, both ever growing.
    """

    camera: str
    way: str
    why: str
    period_s: float | None
    judged: int
    shed: int


@dataclass(frozen=True, slots=True)
class _Mark:
    at: float
    seen: Seen


class Rates:
    """Remembers marks of a minute for each camera. Times are unix seconds."""

    def __init__(self) -> None:
        self._marks: dict[str, list[_Mark]] = {}
        self._rates: dict[str, Rate] = {}
        self._told: dict[str, Rate] = {}
        self._news: list[Rate] = []
        self._at = float("-inf")

    @property
    def newest(self) -> Mapping[str, Rate]:
        """Return the last rates by camera id."""
        return self._rates

    def due(self, now: float) -> bool:
        """Say whether it is time to look at the cameras again."""
        return not 0 <= now - self._at < EVERY_S

    def look(self, seen: Iterable[Seen], now: float) -> None:
        """Take note of what stands of all cameras now; who is not among them is forgotten."""
        marks, rates = {}, {}
        for one in seen:
            known = [mark for mark in self._marks.get(one.camera, ()) if _goes_on(mark, one, now)]
            # The oldest stays as long as the next does not reach back far enough.
            while len(known) > 1 and known[1].at <= now - WINDOW_S:
                del known[0]
            rates[one.camera] = _rate(known[0] if known else _Mark(now, one), one, now)
            marks[one.camera] = [*known, _Mark(now, one)]
        self._marks, self._rates, self._at = marks, rates, now
        told = self._told
        self._news = [rate for camera, rate in rates.items() if _differs(told.get(camera), rate)]

    def news(self) -> list[Rate]:
        """Return what differs enough from what was told."""
        return self._news

    def told(self, rates: Iterable[Rate]) -> None:
        """Take note of what was told."""
        self._told = {camera: self._told[camera] for camera in self._told if camera in self._rates}
        self._told.update({rate.camera: rate for rate in rates})
        self._news = []


def _goes_on(mark: _Mark, seen: Seen, now: float) -> bool:
    """Say whether the counts since the mark are about what is wanted now."""
    before = mark.seen
    same = before.period_s == seen.period_s and before.way == seen.way
    return same and mark.at < now and before.judged <= seen.judged and before.shed <= seen.shed


def _rate(mark: _Mark, seen: Seen, now: float) -> Rate:
    wanted = 0.0 if not seen.period_s else 1.0 / seen.period_s
    reached = shed = None
    if now > mark.at:
        reached = (seen.judged - mark.seen.judged) / (now - mark.at)
        shed = (seen.shed - mark.seen.shed) / (now - mark.at)
    return Rate(seen.camera, seen.way, seen.why, wanted, reached, shed, now)


def _differs(told: Rate | None, rate: Rate) -> bool:
    if told is None or (told.way, told.why, told.wanted) != (rate.way, rate.why, rate.wanted):
        return True
    step = _CHANGED * rate.wanted
    return _apart(told.reached, rate.reached, step) or _apart(told.shed, rate.shed, step)


def _apart(told: float | None, now: float | None, step: float) -> bool:
    if told is None or now is None:
        return told is not now
    return abs(told - now) > step
