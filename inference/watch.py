"""Is this algorithm really looking through this camera? Silence is never taken for 'all clear'."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from store.values import Period

log = logging.getLogger(__name__)

CLOSED = "outside its time plan"
GRACE_S = 5.0
"""A picture may be this late, beyond three periods, before the algorithm counts as blind."""


@dataclass(frozen=True, slots=True)
class Looking:
    """What is known of one task at one moment. Ages in seconds, None: never."""

    open_now: bool
    """Its time plan is open."""
    live: bool
    """The camera's state is 'live'."""
    camera_words: str
    """The camera's state in words, for when it is not live."""
    fault: str
    """View fault in the last judged picture, '' = clear."""
    failure: str
    """Why the rule itself broke, '' = it works."""
    model_error: str
    """Why the last batch of its models failed, '' = it did not."""
    judged_age_s: float | None
    period_s: float


def blind_because(now: Looking) -> str:
    """Return '' when the task is watching, else the reason in words."""
    if now.failure:
        return f"rule failed: {now.failure}"
    if not now.open_now:
        return CLOSED
    if not now.live:
        return f"camera: {now.camera_words}"
    if now.model_error:
        return f"model failed: {now.model_error}"
    if now.judged_age_s is None:
        return "no picture judged yet"
    if now.judged_age_s > 3 * now.period_s + GRACE_S:
        return "no picture judged lately"
    if now.fault:
        return f"view: {now.fault}"
    return ""


def open_at(plan: Sequence[Period], at: float, time_zone: str = "") -> bool:
    """Say whether a time plan is open at `at` (unix seconds).

    It is read by the clock on the wall of `time_zone` (IANA name, '' is the machine's), so that
    6 o'clock stays 6 o'clock when summer time begins or ends. An end is open through its second.
    """
    if not plan:
        return True
    moment = datetime.fromtimestamp(at, UTC).astimezone(_zone(time_zone))
    today, clock = moment.weekday(), moment.time().replace(microsecond=0)
    for period in plan:
        if period.start <= period.end:
            if today in period.days and period.start <= clock <= period.end:
                return True
        elif (today in period.days and clock >= period.start) or (
            (today - 1) % 7 in period.days and clock <= period.end
        ):
            return True
    return False


def settled_until(plan: Sequence[Period], at: float) -> float:
    """Return the moment (unix seconds) up to which `open_at` says what it says at `at`.

    The next second at which a period of the plan may begin or be over, a minute away at most: at a
    whole minute any zone's clock may be put forward or back.
    """
    if not plan:
        return float("inf")
    second = at % 60
    edges = {p.start.second for p in plan} | {p.end.second + 1 for p in plan} | {60}
    return at - second + min(edge for edge in edges if edge > second)


@cache
def _zone(name: str) -> ZoneInfo | None:
    """Return a time zone; None is the machine's, also where this machine does not know the name."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        log.error("time zone %s is not known here (tzdata): plans run by the machine's clock", name)
        return None
