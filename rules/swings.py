"""Rhythm: something that goes up and down again and again, as in push-ups."""

from __future__ import annotations

import msgspec

_QUICK_S = 0.4  # Quicker turns are the detector's wobble ...
_SLOW_S = 2.6  # ... slower ones are no rhythm.


class Swing(msgspec.Struct, frozen=True):
    """A value that swings: its last extreme, where it goes since, and its turns in rhythm."""

    extreme: float = 0.0
    at: float = 0.0
    rising: bool | None = None
    turns: int = 0


def swung(swing: Swing, value: float, now: float, least: float) -> Swing:
    """Return the swing after a reading; turns of less than `least` are none."""
    if swing.rising is None:
        if swing.at == 0.0:
            return Swing(value, now)
        if abs(value - swing.extreme) < least:
            return swing
        return Swing(value, now, value > swing.extreme)
    further = value >= swing.extreme if swing.rising else value <= swing.extreme
    if further:
        # Where it turns is where it went furthest; the time is that of the turn before.
        return msgspec.structs.replace(swing, extreme=value)
    if abs(value - swing.extreme) < least:
        return swing
    lasted = now - swing.at
    turns = swing.turns + 1 if _QUICK_S <= lasted <= _SLOW_S else 0
    return Swing(value, now, not swing.rising, turns)
