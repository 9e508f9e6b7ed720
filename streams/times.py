"""Stream time from a camera's timestamps, which may be missing, jump or turn back."""

from __future__ import annotations

JUMP_BACK_S = 2.0
JUMP_AHEAD_S = 60.0


class StreamTimes:
    """Stream seconds, the first packet's pts at 0.0. Pure.

    A jump (a camera that set its clock, a server that starts its clip again) is bridged: the next
    packet comes one `step_s` after the one before. Gaps up to a minute are real gaps.
    """

    def __init__(self, step_s: float) -> None:
        self._step_s = step_s
        self._shift: float | None = None
        self._last = 0.0
        self._begun = False

    def of(self, pts: float | None, dts: float | None) -> tuple[float, float]:
        """Return (pts, dts) of the next packet in stream seconds; dts <= pts."""
        expected = self._last + self._step_s if self._begun else 0.0
        raw = pts if pts is not None else dts
        if raw is None:
            at = expected
        else:
            if self._shift is None or not self._near(raw + self._shift):
                self._shift = expected - raw
            at = raw + self._shift
        self._begun = True
        self._last = max(self._last, at)
        if raw is None or dts is None or self._shift is None:
            return at, at
        return at, min(at, dts + self._shift)

    def _near(self, at: float) -> bool:
        return not self._begun or -JUMP_BACK_S < at - self._last < JUMP_AHEAD_S
