"""How long to wait before the next attempt. Pure: the randomness and the time are arguments."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from streams.source import Reason


@dataclass(frozen=True, slots=True)
class Pace:
    """Waits of `first_s`, doubled up to `cap_s`; to `late_cap_s` after an absence of `LATE_S`."""

    first_s: float
    cap_s: float
    late_cap_s: float = 0.0

    def cap(self, absent_s: float) -> float:
        """Return the longest wait for a camera that has been away for `absent_s` seconds."""
        return max(self.cap_s, self.late_cap_s) if absent_s > LATE_S else self.cap_s


LATE_S = 600.0
"""A camera away for longer is more likely switched off than restarting: it is asked less often."""
CONNECTS_A_SECOND = 20.0


PACES: Mapping[Reason, Pace] = {
    # cameras lock an account after a handful of wrong logins, often for half an hour
    Reason.REFUSED: Pace(60.0, 900.0),
    # nothing changes before somebody edits the address
    Reason.FORBIDDEN_URL: Pace(60.0, 900.0),
}


@dataclass(slots=True)
class Backoff:
    """Jittered, exponential and capped, one per camera. `rand` returns 0.0 up to below 1.0.

    A wait lies between 75 % and 100 % of its step for a cause with its own pace, which is a floor
    for the device's sake, else between 50 % and 100 %, so that cameras do not come back in step.
    """

    usual: Pace = Pace(1.0, 8.0, 60.0)
    paces: Mapping[Reason, Pace] = field(default_factory=lambda: PACES)
    rand: Callable[[], float] = random.random
    _failures: int = 0
    _reason: Reason | None = None

    def next(self, reason: Reason, absent_s: float = 0.0) -> float:
        """Return the seconds to wait after an attempt that ended for `reason`.

        `absent_s` is for how long the camera has brought nothing.
        """
        if reason in self.paces and reason is not self._reason:
            self._failures = 0
        self._reason = reason
        pace = self.paces.get(reason, self.usual)
        step = min(pace.cap(absent_s), pace.first_s * 2.0 ** min(self._failures, 30))
        self._failures += 1
        spread = 0.25 if reason in self.paces else 0.5
        return step * (1 - spread * self.rand())

    def reset(self) -> None:
        """Forget the failures: pictures came."""
        self._failures = 0
        self._reason = None


class Door:
    """Lets attempts to a host in one after the other, at most `rate` a second. Thread safe.

    Two hundred cameras behind one recorder that come back at once would else knock it over again.
    """

    def __init__(self, rate: float = CONNECTS_A_SECOND) -> None:
        self._step = 1.0 / rate
        self._lock = Lock()
        self._next: dict[str, float] = {}

    def turn(self, host: str, now: float) -> float:
        """Take the next turn at `host` and return the seconds until it; `now` is monotonic."""
        with self._lock:
            at = max(now, self._next.get(host, now))
            if len(self._next) > MANY_HOSTS:
                self._next = {name: free for name, free in self._next.items() if free > now}
            self._next[host] = at + self._step
        return at - now


MANY_HOSTS = 10_000
