"""The change gate: a view in which nothing has changed is not looked at by the networks again.

What they said of the last picture is taken for the next one as long as both look the same, and for
a bounded time. The picture is still judged: it proves that the camera lives, and time passes for
the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.unit import CameraUnit
from models.detector import Detections, Pixels
from streams.picture import Shot

Glimpse = NDArray[np.uint8]
"""(CELLS_DOWN, CELLS_ACROSS): mean brightness of each cell of a picture."""

CELLS_ACROSS, CELLS_DOWN = 160, 90
"""A cell is as large as what a detector can just about find: 12 pixels of 1920, 4 of 640."""
LEAST_STEP, MOST_STEP = 6.0, 12.0
"""Grey levels by which a cell must differ to count; between them the picture's noise decides."""
NOISE = 9.0
"""Times the median difference of all cells: six standard deviations of noise."""


def glimpse(pixels: Pixels) -> Glimpse:
    """Return the cells of a BGR picture."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    cells = cv2.resize(grey, (CELLS_ACROSS, CELLS_DOWN), interpolation=cv2.INTER_AREA)
    return np.asarray(cells, np.uint8)


def changed(before: Glimpse, now: Glimpse) -> bool:
    """Say whether any cell differs by more than noise does.

    One cell is enough: to look once too often costs a little time, to miss something is worse.
    """
    apart = cv2.absdiff(before, now)
    step = min(max(LEAST_STEP, NOISE * float(np.median(apart))), MOST_STEP)
    return bool(apart.max() > step)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a model said of a picture: what that looked like, and when and by whom it was taken."""

    glimpse: Glimpse
    shape: tuple[int, ...]
    session: int
    at: float
    table: Detections


@dataclass(slots=True)
class Gate:
    """Remembers of each camera what was seen last. Used by the device's part alone."""

    _known: WeakKeyDictionary[CameraUnit, dict[str, _Known]] = field(
        default_factory=WeakKeyDictionary
    )
    _glimpses: WeakKeyDictionary[CameraUnit, tuple[int, float, Glimpse]] = field(
        default_factory=WeakKeyDictionary
    )

    def unchanged(
        self, unit: CameraUnit, shot: Shot, allowed: Mapping[str, float]
    ) -> dict[str, Detections]:
        """Return the tables, by model, that hold for this picture too.

        `allowed` are models and for how many seconds each may be taken at its word; 0 is never.
        """
        known = self._known.get(unit, {})
        found = {}
        for model, seconds in allowed.items():
            last = known.get(model)
            if last is None or not 0 <= shot.captured_at - last.at <= seconds:
                continue
            same = (last.session, last.shape) == (shot.session, shot.picture.pixels.shape)
            if same and not changed(last.glimpse, self._glimpse(unit, shot)):
                found[model] = last.table
        return found

    def note(self, unit: CameraUnit, shot: Shot, model: str, table: Detections) -> None:
        """Remember what a model has said of a picture that may be asked for again."""
        shape = shot.picture.pixels.shape
        known = _Known(self._glimpse(unit, shot), shape, shot.session, shot.captured_at, table)
        self._known.setdefault(unit, {})[model] = known

    def _glimpse(self, unit: CameraUnit, shot: Shot) -> Glimpse:
        """Return a picture's cells, made once for all models."""
        made = self._glimpses.get(unit)
        # Named by session and time: the picture itself is not kept alive for it.
        if made is None or made[:2] != (shot.session, shot.captured_at):
            made = shot.session, shot.captured_at, glimpse(shot.picture.pixels)
            self._glimpses[unit] = made
        return made[2]
