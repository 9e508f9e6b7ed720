"""Which connected, lasting changes of the ground are water, and which are things or ghosts."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from rules.primitives.water_features import Grid, Mask

_SMALLEST = 8  # Cells; less is a puddle, a bag, an animal.
_LEAST = 0.03  # Share of the watched area a region must have before it is judged.
_CALM_S = 10.0  # How long a region that was there at once must ripple to be water.
_TRAIL_S = 3.0  # A thing leaves its trail at about the time it arrives.
_OUTLINE = 0.15  # Step of brightness or colour (logarithm) that sets a region off its ring.

SPREAD_S = 2.0
"""Water takes so long to spread; a thing is there at once."""
_GRADUAL_S, _STEPS, _STEP = 10.0, 5, 0.4
"""What grew for so long, in so many steps, none of which brought more than that share, spreads for
certain: then a picture in it that stands still is a mirrored one."""
_AS_BRIGHT = 0.03  # Logarithm of brightness within which the ground around looks as ever.
_TOLD = 0.4  # Share of a region in which structure itself must tell; the rest has none to lose.
WHITE = 190.0
"""Mean grey level from which it may be snow or glare."""
FIRM, MOSTLY_FIRM = 0.6, 0.5
"""A cell whose structure stood still for so much of the time, and how many of these are a thing."""
LIVE, RIPPLES = 0.5, 0.3
"""A cell whose structure changed for so much of the time, and how many of these are rippling."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of the cells when regions are judged; grids are (R, C).

    area: watched. candidate: looked different long enough. dull: the same of cells that never had
    a structure, whose brightness or colour alone became another. wet: taken for water before. lit:
    differ because the light does. onset, left, live, firm: as in the memory of cells. now, then:
    (R, C, 3) mean BGR. lowest: a region must reach down to this row. attested: a person said
    that this ground is dry.
    """

    at: float
    area: Mask
    candidate: Mask
    dull: Mask
    wet: Mask
    onset: NDArray[np.float64]
    left: NDArray[np.float64]
    live: Grid
    firm: Grid
    lit: Mask
    now: Grid
    then: Grid
    lowest: int
    attested: bool = False


def wet_regions(e: Evidence) -> Mask:
    """Return the cells that are water: those that were, and what joins or newly qualifies."""
    wet = e.wet.copy()
    joined = cv2.morphologyEx(
        (e.candidate | e.dull | e.wet).astype(np.uint8),
        cv2.MORPH_CLOSE,
        np.ones((3, 3), np.uint8),
    )
    joined[~e.area] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    least = max(_SMALLEST, round(_LEAST * int(e.area.sum())))
    for number in range(1, count):
        region = labels == number
        lasting = region & e.candidate
        if not lasting.any():
            continue
        came = float(np.quantile(e.onset[lasting], 0.1)) - SPREAD_S
        dull = region & e.dull & (e.onset >= came)
        size = int(stats[number, cv2.CC_STAT_AREA])
        if int((region & e.wet).sum()) >= 0.2 * size:
            # Water that stands still itself is joined by what stands still.
            calm = float((e.firm[region & e.wet] > FIRM).mean()) >= MOSTLY_FIRM
            wet |= (lasting | dull) & ((e.firm < FIRM) | calm) & ~e.lit
        elif size >= least and _bottom(stats[number]) >= e.lowest and is_water(e, region, lasting):
            told = int(lasting.sum()) >= _TOLD * int((lasting | dull).sum())
            wet |= (lasting | dull) if told else lasting
    return wet


def _bottom(stat: NDArray[np.int32]) -> int:
    return int(stat[cv2.CC_STAT_TOP] + stat[cv2.CC_STAT_HEIGHT])


def is_water(e: Evidence, region: Mask, lasting: Mask) -> bool:
    """Judge one new region: it spread or it ripples, and it is neither a thing nor a ghost."""
    firm = float((e.firm[lasting] > FIRM).mean()) >= MOSTLY_FIRM
    if firm and not (_gradual(e, lasting) and _dry_around(e, region)):
        return False
    if float(e.lit[lasting].mean()) >= 0.5:
        return False
    ring = _ring(region) & e.area
    if (
        _white(e, lasting)
        or _moved_in(e, region, lasting)
        or _uncovered(e, region, ring & ~e.candidate)
    ):
        return False
    onsets = e.onset[lasting]
    early, late = np.quantile(onsets, (0.1, 0.9))
    spread = late - early >= SPREAD_S and len(np.unique(onsets)) >= 3
    ripples = float((e.live[lasting] > LIVE).mean()) >= RIPPLES
    calm = e.at - late >= _CALM_S
    return bool(spread or (calm and (ripples or e.attested)))


def _gradual(e: Evidence, lasting: Mask) -> bool:
    """Tell whether a region grew for long and step by step, as no thing and no vehicle does."""
    onsets = e.onset[lasting]
    early, late = np.quantile(onsets, (0.1, 0.9))
    _, counts = np.unique(onsets, return_counts=True)
    even = len(counts) >= _STEPS and float(counts.max()) <= _STEP * len(onsets)
    return bool(late - early >= _GRADUAL_S and even)


def _dry_around(e: Evidence, region: Mask) -> bool:
    """Tell whether the ground around a region is as bright as ever: no rain, no other light."""
    around = e.area & ~region & ~e.candidate & ~e.dull & ~e.wet
    if int(around.sum()) < _SMALLEST:
        return False
    now, then = (np.log(color[around] + 8.0) for color in (e.now, e.then))
    return abs(float(np.median(now - then))) < _AS_BRIGHT


def _white(e: Evidence, lasting: Mask) -> bool:
    """Tell whether it became bright white all over: snow, or glare."""
    now, then = (float(color[lasting].mean()) for color in (e.now, e.then))
    tint = float(np.ptp(e.now[lasting].mean(axis=0)))
    return now > WHITE and now > 1.4 * then and tint < 0.1 * now


def _ring(region: Mask) -> Mask:
    wide = cv2.dilate(region.astype(np.uint8), np.ones((5, 5), np.uint8))
    return (wide > 0) & ~region


def _moved_in(e: Evidence, region: Mask, lasting: Mask) -> bool:
    """Tell whether as much ground beside it was covered and laid bare as it came."""
    near = cv2.dilate(region.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    trail = near & ~region & (e.left >= float(e.onset[lasting].min()) - _TRAIL_S)
    return float(trail.sum()) >= 0.5 * float(region.sum())


def _uncovered(e: Evidence, region: Mask, ring: Mask) -> bool:
    """Tell whether the region now continues its surroundings, and did not before: a ghost."""
    if int(ring.sum()) < _SMALLEST:
        return False
    return _step(e.then, region, ring) > _OUTLINE and _step(e.now, region, ring) < 0.5 * _step(
        e.then, region, ring
    )


def _step(color: Grid, region: Mask, ring: Mask) -> float:
    inside, outside = (np.log(color[m].mean(axis=0) + 8.0) for m in (region, ring))
    return float(np.abs(inside - outside).mean())
