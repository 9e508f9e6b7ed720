"""Is a picture damaged? Rows that slipped aside, repeat one row, or are filled with one colour.

Damage in transmission comes in rows, because video is coded along them. It is told from what a
street can do by the last sound picture: rows that showed structure there show none, or the same
one elsewhere, over the whole width, while the rest of the picture is where it was.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.registration import Grey

_BAND = 0.03  # Of the height: a narrower band may be chance, or the caption of a recorder.
_ALIVE = 2.0  # Mean levels from row to row that the last picture shows where there is something.
_REPEATED = 1.0  # Largest difference of two rows that are one row again,
_COPIED = 0.1  # and the mean one: a decoder copies exactly, calm water only looks alike.
_DULL, _GLARING = 6, 249  # Darker and brighter than this a flat band may be night or glare.
_SOUND, _AS_SHARP = 0.1, 0.5  # So many rows must be left, with so much of their structure.
_SLIPPED, _SURE, _BETTER = 0.03, 0.9, 0.3  # Share of the width; correlation; gain by the slip.
_UNMOVED = 0.3  # Share of the rows that must be where they were, lest the camera has turned.
_PIECES, _MOST = 10, 0.7  # A slip takes its rows along everywhere; a car moves in its own place.
_CLOSER = 0.5  # So much less than in place must a piece differ from what it slipped from.
_NOISE = 3.0  # Mean levels by which a piece must have changed, to have moved at all.


def damaged(last: Grey, grey: Grey) -> bool:
    """Tell whether a band of rows is broken; both are of one size and (h, w) uint8."""
    before, now = last.astype(np.float32), grey.astype(np.float32)
    least = max(3, round(_BAND * grey.shape[0]))
    return _repeated(before, now, least - 1) or _slipped(before, now, least)


def _repeated(before: NDArray[np.float32], now: NDArray[np.float32], least: int) -> bool:
    """Tell whether a band of rows is one row again and again, and was not, beside sound ones."""
    steps, old = (np.abs(np.diff(rows, axis=0)) for rows in (now, before))
    alive = old.mean(axis=1) >= _ALIVE
    mean = now.mean(axis=1)[1:]
    again = (
        (steps.max(axis=1) <= _REPEATED)
        & (steps.mean(axis=1) <= _COPIED)
        & alive
        & (mean > _DULL)
        & (mean < _GLARING)
    )
    rest = alive & ~again
    if not _runs(again, least) or float(rest.sum()) < _SOUND * float(alive.sum()):
        return False
    # A hand before the lens, or a lost focus, takes the structure of all rows.
    return bool(steps[rest].mean() >= _AS_SHARP * old[rest].mean())


def _slipped(before: NDArray[np.float32], now: NDArray[np.float32], least: int) -> bool:
    """Tell whether a band of rows shows the same elsewhere, and enough other rows do not."""
    a, b = (_normed(rows) for rows in (before, now))
    width = a.shape[1]
    both = np.fft.irfft(np.fft.rfft(b, axis=1) * np.conj(np.fft.rfft(a, axis=1)), width, axis=1)
    best = both.argmax(axis=1)
    gain = both.max(axis=1) - both[:, 0]
    far = np.minimum(best, width - best) >= _SLIPPED * width
    aside = far & (both.max(axis=1) >= _SURE) & (gain >= _BETTER)
    if float((both[:, 0] >= _SURE).mean()) < _UNMOVED:
        return False
    alike = np.abs(np.diff(best)) <= 1
    # Last, because it is dear: rows are asked that have slipped as one with their neighbours.
    pairs = aside[1:] & aside[:-1] & alike
    if not _runs(pairs, least - 1):
        return False
    rows = np.flatnonzero(np.concatenate([pairs, [False]]) | np.concatenate([[False], pairs]))
    everywhere = np.zeros(len(best), bool)
    for row in rows:
        everywhere[row] = _all_over(before[row], now[row], int(best[row]))
    return _runs(everywhere, least)


def _all_over(before: NDArray[np.float32], now: NDArray[np.float32], by: int) -> bool:
    """Tell whether a row has slipped in most of its pieces, and not one thing within it."""
    change, rest = np.abs(now - before), np.abs(now - np.roll(before, by))
    pieces = np.array(
        [
            (c.mean(), r.mean())
            for c, r in zip(
                np.array_split(change, _PIECES), np.array_split(rest, _PIECES), strict=True
            )
        ]
    )
    moved = (pieces[:, 0] >= _NOISE) & (pieces[:, 1] <= _CLOSER * pieces[:, 0])
    return float(moved.mean()) >= _MOST


def _normed(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows with mean 0 and length 1; flat ones stay 0."""
    level = rows - rows.mean(axis=1, keepdims=True)
    size = np.sqrt((level**2).sum(axis=1, keepdims=True))
    flat = size < 3.0 * np.sqrt(rows.shape[1])
    return np.asarray(np.where(flat, 0.0, level / np.maximum(size, 1e-6)), np.float32)


def _runs(rows: NDArray[np.bool_], least: int) -> bool:
    """Tell whether so many rows in a row are set."""
    kernel = np.ones(max(1, least), np.int64)
    return bool((np.convolve(rows.astype(np.int64), kernel, "valid") >= len(kernel)).any())
