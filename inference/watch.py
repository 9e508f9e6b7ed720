"""Is this algorithm really looking through this camera? Silence is never taken for 'all clear'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.values import Period

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
        return "outside its time plan"
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


def open_at(plan: Sequence[Period], at: float) -> bool:
    """Say whether a time plan is open at `at` (unix seconds), in the machine's local time."""
    if not plan:
        return True
    moment = datetime.fromtimestamp(at).astimezone()  # plans are in local time
    today, clock = moment.weekday(), moment.time()
    for period in plan:
        if period.start <= period.end:
            if today in period.days and period.start <= clock <= period.end:
                return True
        elif (today in period.days and clock >= period.start) or (
            (today - 1) % 7 in period.days and clock <= period.end
        ):
            return True
    return False
