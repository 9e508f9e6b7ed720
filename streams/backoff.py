"""How long to wait before the next attempt. Pure: the randomness is an argument."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from streams.source import Reason


@dataclass(frozen=True, slots=True)
class Pace:
    """Waits of `first_s`, doubled up to `cap_s`."""

    first_s: float
    cap_s: float


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

    usual: Pace = Pace(1.0, 60.0)
    paces: Mapping[Reason, Pace] = field(default_factory=lambda: PACES)
    rand: Callable[[], float] = random.random
    _failures: int = 0
    _reason: Reason | None = None

    def next(self, reason: Reason) -> float:
        """Return the seconds to wait after an attempt that ended for `reason`."""
        if reason in self.paces and reason is not self._reason:
            self._failures = 0
        self._reason = reason
        pace = self.paces.get(reason, self.usual)
        step = min(pace.cap_s, pace.first_s * 2.0 ** min(self._failures, 30))
        self._failures += 1
        spread = 0.25 if reason in self.paces else 0.5
        return step * (1 - spread * self.rand())

    def reset(self) -> None:
        """Forget the failures: pictures came."""
        self._failures = 0
        self._reason = None
