"""Which packets are decoded and which pictures are shown: decided before any work is done."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Sequence
from enum import StrEnum

GOPS_REMEMBERED = 3
"""Key frames alone must have sufficed this many times before a stretched GOP is forgiven."""

MEASURE_S = 10.0
"""One short GOP proves nothing: keys must have come for a period, or this long, to be relied on."""

SLACK = 0.25
"""How far a picture may be late, as a share of the step between candidates: timestamp jitter."""


class Mode(StrEnum):
    """What goes to the decoder during the current GOP."""

    OFF = "off"
    MEASURING = "measuring"
    KEYS = "key frames"
    ALL = "all"


class Sampler:
    """Implements `streams.source.Wanted` for one camera. No clock, no I/O.

    `periods` are the picture periods of the camera's algorithms in seconds (0 = every picture);
    the smallest decides, none switches decoding off. While the GOP is unknown all is decoded; when
    it is at most the period only key packets are, as few as the period allows; when it stretches
    beyond, all is decoded again. Changes take effect with the next key packet, because a decoder
    that was not given the GOP from its start has nothing to continue from.

    `phase` (0.0 up to below 1.0) shifts the choice of key frames within the period, so that cameras
    that were connected together are not looked at together: give each its `phase_of` its id.

    `decode` is asked for every packet in stream order with the packet's pts, `show` for every
    decoded picture with its pts, in display order.
    """

    def __init__(self, periods: Sequence[float], phase: float = 0.0) -> None:
        self._period = _smallest(periods)
        self._phase = phase
        self.restart()

    def replace(self, periods: Sequence[float]) -> None:
        """Change the wanted periods while running; may be called from any thread."""
        self._period = _smallest(periods)

    def restart(self) -> None:
        """Begin a session: stream time starts again at 0 and the GOP is unknown."""
        self._gops: deque[float] = deque(maxlen=GOPS_REMEMBERED)
        self._first_key_at: float | None = None
        self._key_at: float | None = None
        self._mode = Mode.MEASURING
        self._key_wanted = False
        self._chosen_at: float | None = None
        self._shown_at: float | None = None
        self._picture_at: float | None = None
        self._before: tuple[float | None, float | None] = (None, None)

    @property
    def period(self) -> float | None:
        """The smallest wanted period in seconds, 0.0 = every picture, None = nothing wanted."""
        return self._period

    @property
    def gop(self) -> float | None:
        """The longest of the last measured key frame distances in seconds; None = not yet known."""
        return max(self._gops) if self._gops else None

    @property
    def keys_suffice(self) -> bool | None:
        """Say whether key frames come often enough; None: not yet known, or nothing is wanted."""
        period, gop = self._period, self.gop
        return None if period is None or gop is None else _suffices(gop, period)

    @property
    def mode(self) -> str:
        """What is done now, in words for the console."""
        period = self._period
        if period is None:
            return "off: no picture wanted"
        if self._mode is Mode.KEYS and self.gop is not None:
            nth = max(1, int((period + self.gop * SLACK) / self.gop))
            return "key frames" if nth == 1 else f"1 of {nth} key frames"
        shown = "every picture" if period == 0 else f"{1 / period:g} pictures a second"
        return f"{shown}, measuring the GOP" if self._mode is Mode.MEASURING else shown

    @property
    def drain(self) -> bool:
        """True when only key packets go to the decoder: drain and flush it after each."""
        return self._mode is Mode.KEYS

    def decode(self, key: bool, stream_time: float) -> bool:
        """Say whether this packet goes to the decoder."""
        if not key:
            return self._key_at is not None and self._mode in (Mode.ALL, Mode.MEASURING)
        self._measure(stream_time)
        self._before = self._chosen_at, self._shown_at
        before, self._mode = self._mode, self._choose()
        if self._mode is not Mode.KEYS:
            return self._mode is not Mode.OFF
        # the first one always: draining it brings out what the decoder still holds
        due = self._due(stream_time, self.gop or 0.0, self._chosen_at)
        self._key_wanted = due or before is not Mode.KEYS
        if before is not Mode.KEYS:
            self._chosen_at = stream_time - self._phase * (self._period or 0.0)
        elif self._key_wanted:
            self._chosen_at = stream_time
        return self._key_wanted

    def show(self, key: bool, stream_time: float) -> bool:
        """Say whether this decoded picture is converted and yielded."""
        before, self._picture_at = self._picture_at, stream_time
        step = stream_time - before if before is not None and stream_time > before else 0.0
        if self._period is None:
            return False
        chosen = self._mode is Mode.KEYS and key and self._key_wanted
        if not chosen and not self._due(stream_time, step, self._shown_at):
            return False
        self._shown_at = stream_time
        if not chosen:
            self._chosen_at = stream_time
        return True

    def retry(self) -> None:
        """Take back the last key packet's choice: it was damaged, and the next one shall do."""
        self._chosen_at, self._shown_at = self._before

    def _measure(self, stream_time: float) -> None:
        if self._key_at is not None and stream_time > self._key_at:
            self._gops.append(stream_time - self._key_at)
        if self._first_key_at is None:
            self._first_key_at = stream_time
        self._key_at = stream_time

    def _choose(self) -> Mode:
        if self._period is None:
            return Mode.OFF
        gop = self.gop
        if gop is None or self._key_at is None or self._first_key_at is None:
            return Mode.MEASURING
        if gop <= self._period and self._key_at - self._first_key_at < min(self._period, MEASURE_S):
            return Mode.MEASURING
        return Mode.KEYS if _suffices(gop, self._period) else Mode.ALL

    def _due(self, stream_time: float, step: float, last: float | None) -> bool:
        """Is this the last candidate before the period is over? The next one comes after `step`."""
        if last is None or stream_time < last or not self._period:
            return True
        return stream_time + step > last + self._period + step * SLACK


def phase_of(camera: str) -> float:
    """Return a camera's share of the period to be shifted by: always the same for an id."""
    return zlib.crc32(camera.encode()) / 2**32


def _suffices(gop: float, period: float) -> bool:
    return gop <= period * (1 + SLACK / 10)


def _smallest(periods: Sequence[float]) -> float | None:
    if any(period < 0 for period in periods):
        raise ValueError("a picture period is 0 or more seconds")
    return min(periods, default=None)
