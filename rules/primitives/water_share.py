"""How much of the watched ground is under water, and by which tests: cells in, `Water` out."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import msgspec
import numpy as np

from rules.observation import Box, Measure, Object, Water
from rules.primitives.ground import Cells
from rules.primitives.water_features import Grid, Mask
from rules.primitives.water_regions import (
    FIRM,
    LIVE,
    MOSTLY_FIRM,
    RIPPLES,
    SPREAD_S,
    WHITE,
)
from rules.zones import Zones

_EXPLAINING = 0.25  # Score from which a person or vehicle explains what is seen there.
_EXPLAINS = frozenset(("person", "bicycle", "car", "motorcycle", "bus", "train", "truck", "boat"))


class Wet(NamedTuple):
    """One picture after it was judged; all but `cells` are grids (R, C[, 3]).

    hidden: behind persons and vehicles. same: likeness to the dry look. color: mean BGR.
    """

    cells: Cells
    hidden: Mask
    same: Grid
    color: Grid


class Tests(NamedTuple):
    """The limits that `surface` was given (see its parameters)."""

    settle_s: float
    persist_s: float
    sensitivity: float


def unknown(zones: Zones) -> Water:
    """Return what is said while nothing can be compared."""
    return Water(0.0, 0.0, _box(zones.mask(40, 40) > 0))


def told(wet: Wet, zones: Zones, tests: Tests) -> Water:
    """Return the water of all watched ground, and of each zone where there are several."""
    whole = _measured(wet, zones, "", tests)
    if len(zones.include) < 2:
        return whole
    parts = tuple(
        _measured(wet, Zones((zone, *zones.exclude)), zone.name, tests) for zone in zones.include
    )
    return msgspec.structs.replace(whole, parts=parts)


def _measured(seen: Wet, zones: Zones, name: str, tests: Tests) -> Water:
    cells, hidden = seen.cells, seen.hidden
    rows, columns = cells.known.shape
    area = zones.mask(columns, rows) > 0
    wet = cells.wet & area
    undecided = (cells.held >= tests.persist_s) & ~wet
    judged = area & (cells.known >= tests.settle_s) & ~undecided & (~hidden | wet)
    share = _amount(wet, judged) / max(1.0, float((judged | wet).sum()))
    sure = float((judged | wet).sum()) / max(1.0, float(area.sum()))
    box = _box(wet if wet.any() else area)
    return Water(round(share, 4), round(sure, 4), box, name, (), _tested(seen, wet, tests))


def _amount(wet: Mask, judged: Mask) -> float:
    """Return how many cells are under water; those at the shore count half.

    A cell is compared in a window three cells wide, so that water beside it changes it, too: a
    puddle would count double.
    """
    dry = cv2.dilate((judged & ~wet).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return float(wet.sum()) - 0.5 * float((wet & dry).sum())


def _tested(seen: Wet, wet: Mask, tests: Tests) -> tuple[Measure, ...]:
    """Return the tests that the wet cells stood; what came at once must ripple."""
    shown = wet & ~seen.hidden
    if not shown.any():
        return ()
    early, late = np.quantile(seen.cells.onset[wet], (0.1, 0.9))
    firm = float((seen.cells.firm[shown] > FIRM).mean())
    measures = (
        Measure("water_likeness", _mean(seen.same[shown]), tests.sensitivity, above=False),
        Measure("water_firm", round(firm, 3), MOSTLY_FIRM, above=False),
        Measure("water_bright", _mean(seen.color[shown]), WHITE, above=False),
    )
    if late - early >= SPREAD_S:
        return (*measures, Measure("water_spread_s", round(float(late - early), 1), SPREAD_S))
    live = float((seen.cells.live[shown] > LIVE).mean())
    return (*measures, Measure("water_ripples", round(live, 3), RIPPLES))


def _mean(values: Grid) -> float:
    return round(float(values.mean()), 3)


def _box(cells: Mask) -> Box:
    """Return the bounding box of the cells that are set, the whole picture when none is."""
    rows, columns = cells.shape
    ys, xs = np.nonzero(cells)
    if not len(ys):
        return (0.0, 0.0, 1.0, 1.0)
    return (
        round(float(xs.min()) / columns, 4),
        round(float(ys.min()) / rows, 4),
        round(float(xs.max() + 1) / columns, 4),
        round(float(ys.max() + 1) / rows, 4),
    )


def hidden_by(objects: tuple[Object, ...], shape: tuple[int, ...]) -> Mask:
    """Return the cells that a person or a vehicle covers, with a margin of one cell."""
    rows, columns = shape
    hidden = np.zeros(shape, np.bool_)
    for thing in objects:
        if thing.label in _EXPLAINS and thing.score >= _EXPLAINING:
            x1, y1, x2, y2 = thing.box
            left, top = max(0, int(x1 * columns) - 1), max(0, int(y1 * rows) - 1)
            hidden[top : int(np.ceil(y2 * rows)) + 1, left : int(np.ceil(x2 * columns)) + 1] = True
    return hidden
