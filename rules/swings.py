"""Rhythm: something that goes up and down again and again, as in push-ups."""

from __future__ import annotations

import msgspec
import numpy as np

_PERIODS_S = np.geomspace(0.8, 3.0, 24)  # Quicker is the detector's wobble, slower is no exercise.
_KEPT_S = 8.0
_EVERY_S = 0.15  # Higher picture rates tell no more of a rhythm.
_CYCLES = 2.5
_CHANCE = 1e-4  # How often mere noise may pass for a rhythm.
_CLEAR = 0.6  # Share of what goes up and down that one period must explain, however long it was.


class Swing(msgspec.Struct, frozen=True):
    """A value of late: seconds and readings, oldest first."""

    times: tuple[float, ...] = ()
    values: tuple[float, ...] = ()


def swung(swing: Swing, value: float, now: float) -> Swing:
    """Return the swing after a reading; those that follow each other too closely are left out."""
    if swing.times and now - swing.times[-1] < _EVERY_S:
        return swing
    old = sum(now - at > _KEPT_S for at in swing.times)
    return Swing((*swing.times[old:], now), (*swing.values[old:], value))


def in_rhythm(swing: Swing, least: float) -> bool:
    """Tell whether the value swings by `least` or more from low to high at one steady pace.

    A sinusoid and a straight line are fitted for every period (Lomb's least squares); the best
    must explain more than noise would ever let it (F test on its two degrees of freedom).
    """
    count = len(swing.times)
    if count < 10:
        return False
    at = np.array(swing.times) - swing.times[0]
    periods = _PERIODS_S[at[-1] / _CYCLES >= _PERIODS_S]
    if len(periods) == 0:
        return False
    line = np.stack((np.ones(count), at), axis=1)
    values = np.array(swing.values)
    rest = values - line @ np.linalg.lstsq(line, values, rcond=None)[0]
    turns = 2 * np.pi * at[None, :] / periods[:, None]
    waves = np.stack((np.cos(turns), np.sin(turns)), axis=2)
    waves = waves - line @ (np.linalg.pinv(line) @ waves)
    normal = waves.transpose(0, 2, 1) @ waves
    shares = np.linalg.solve(normal, waves.transpose(0, 2, 1) @ rest[:, None])
    fitted = (waves @ shares)[..., 0]
    explained = (fitted**2).sum(axis=1)
    best = int(explained.argmax())
    share = float(explained[best]) / max(float((rest**2).sum()), 1e-12)
    wide = 2.0 * float(np.hypot(*shares[best, :, 0]))
    enough = max(_CLEAR, 1.0 - float(_CHANCE ** (2.0 / (count - 4))))
    return wide >= least and share >= enough
