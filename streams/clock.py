"""`now` of every rule: when a picture was captured, as unix seconds that never go back."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Turns stream time into capture time. One per camera, used by its supervisor only."""

    def start(self) -> None:
        """Begin a session: stream time starts again at 0."""
        ...

    def at(self, stream_time: float, wall: float) -> float:
        """Return the capture time of a packet (`stream_time` its dts) that arrived at `wall`."""
        ...

    def of(self, stream_time: float, wall: float) -> float:
        """Return the capture time of a picture (`stream_time` its pts); moves no anchor."""
        ...


class CaptureClock:
    """Wall clock at the session's first packet plus stream time, for live cameras.

    Re-anchored when both drift apart by more than `max_drift_s`. Time never goes back, also not
    over sessions: where the wall clock is behind what was already said, time runs at half speed
    until the wall has caught up, because a frozen clock would freeze every dwell.
    """

    def __init__(self, max_drift_s: float = 1.0) -> None:
        self._max_drift_s = max_drift_s
        self._anchor: float | None = None
        self._stream_time = 0.0
        self._latest = float("-inf")
        self._latest_picture = float("-inf")

    def start(self) -> None:
        """Begin a session: the next time given anchors it."""
        self._anchor = None

    def at(self, stream_time: float, wall: float) -> float:
        """Return the capture time (unix seconds) of what arrived at `wall`, in stream order."""
        step = 0.0 if self._anchor is None else max(0.0, stream_time - self._stream_time)
        anchor = wall - stream_time if self._anchor is None else self._anchor
        if abs(anchor + stream_time - wall) > self._max_drift_s:
            anchor = wall - stream_time
        if anchor + stream_time < self._latest:
            anchor = self._latest + step / 2 - stream_time
        self._anchor, self._stream_time = anchor, stream_time
        self._latest = anchor + stream_time
        return self._latest

    def of(self, stream_time: float, wall: float) -> float:
        """Return the capture time of a picture; with B-frames its pts is not the packet's dts."""
        anchor = self._anchor
        now = self.at(stream_time, wall) if anchor is None else anchor + stream_time
        self._latest_picture = max(self._latest_picture, now)
        return self._latest_picture


class FileClock:
    """The twin for files: `base` (unix seconds) plus stream time, whatever the wall says."""

    def __init__(self, base: float = 0.0) -> None:
        self._base = base

    def start(self) -> None:
        """Do nothing: a file has one session."""

    def at(self, stream_time: float, wall: float) -> float:
        """Return base + stream time; `wall` is ignored."""
        return self._base + stream_time

    def of(self, stream_time: float, wall: float) -> float:
        """Return base + stream time; `wall` is ignored."""
        return self._base + stream_time
