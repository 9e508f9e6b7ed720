"""How one small grey picture of a camera maps onto another: tracked corners, robust similarity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Points = NDArray[np.float32]
Similarity = tuple[float, float, float, float]
"""(a, b, tx, ty): x' = a x - b y + tx, y' = b x + a y + ty; here in px."""

IDENTITY: Similarity = (1.0, 0.0, 0.0, 0.0)

_CELLS = 4  # The picture is looked at in 4 x 4 parts: evidence from one corner is no evidence.
_PER_CELL = 6
_WINDOW = (13, 13)
_BACK_PX = 0.7  # A corner that does not come back to where it started was lost.
_FIT_PX = 1.2


@dataclass(frozen=True, slots=True)
class Match:
    """What became of the corners of a picture in another one.

    `tracked` is how many were found again, `stayed` the share of these at their old place,
    `agree` the share that one similarity explains, `spread` in how many of 16 parts these lie.
    """

    tracked: int
    stayed: float
    agree: float
    spread: int
    similarity: Similarity


def corners(grey: Grey) -> Points:
    """Return (N, 2) px of corners worth tracking, at most 6 in each of 4 x 4 parts."""
    height, width = grey.shape
    strength = cv2.cornerMinEigenVal(grey, 3)
    found: list[NDArray[np.float32]] = []
    for rows in np.array_split(np.arange(height), _CELLS):
        for columns in np.array_split(np.arange(width), _CELLS):
            if not (rows.size and columns.size):  # a picture of fewer pixels than parts
                continue
            part = strength[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
            found.extend(_best(part, (columns[0], rows[0])))
    return np.array(found, np.float32).reshape(-1, 2)


def _best(strength: NDArray[Any], origin: tuple[int, int]) -> list[NDArray[np.float32]]:
    best: list[NDArray[np.float32]] = []
    for _ in range(_PER_CELL):
        _, value, _, (x, y) = cv2.minMaxLoc(strength)
        if value < 4e-4:  # Below it is noise of a flat wall, not a corner.
            break
        best.append(np.array((x + origin[0], y + origin[1]), np.float32))
        cv2.circle(strength, (x, y), 6, (0.0,), -1)
    return best


def match(old: Grey, points: Points, new: Grey, guess: Similarity = IDENTITY) -> Match:
    """Return where `points` of `old` went in `new`, starting the search at `guess`.

    A picture that plainly stands still is told so without the search back.
    """
    if len(points) == 0:
        return Match(0, 0.0, 0.0, 0, guess)
    start = apply(guess, points)
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        old,
        new,
        points,
        start.copy(),
        winSize=_WINDOW,
        maxLevel=3,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    if found.all() and float((np.abs(there - points).max(axis=1) < 1.0).mean()) > 0.9:
        return Match(len(points), 1.0, 1.0, _CELLS * _CELLS, IDENTITY)
    back, again, _ = cv2.calcOpticalFlowPyrLK(
        new,
        old,
        there,
        points.copy(),
        winSize=_WINDOW,
        maxLevel=3,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    good = (found[:, 0] > 0) & (again[:, 0] > 0)
    good &= np.abs(back - points).max(axis=1) < _BACK_PX
    before, after = points[good], np.asarray(there, np.float32)[good]
    stayed = float((np.abs(after - before).max(axis=1) < 1.0).mean()) if len(before) else 0.0
    return _fitted(before, after, stayed, new.shape, guess)


def _fitted(
    before: Points, after: Points, stayed: float, shape: tuple[int, ...], guess: Similarity
) -> Match:
    count = len(before)
    if count < 4:
        return Match(count, stayed, 0.0, 0, guess)
    # The stub promises a matrix; without a model there is none.
    matrix: Any
    matrix, inliers = cv2.estimateAffinePartial2D(before, after, ransacReprojThreshold=_FIT_PX)
    if matrix is None:
        return Match(count, stayed, 0.0, 0, guess)
    kept = before[inliers[:, 0] > 0]
    height, width = shape[:2]
    parts = (kept // (width / _CELLS, height / _CELLS)).astype(int)
    spread = len({tuple(part) for part in parts.tolist()})
    fit = (float(matrix[0, 0]), float(matrix[1, 0]), float(matrix[0, 2]), float(matrix[1, 2]))
    return Match(count, stayed, len(kept) / count, spread, fit)


def apply(similarity: Similarity, points: Points) -> Points:
    """Return the (N, 2) points where the similarity puts them."""
    a, b, tx, ty = similarity
    turn = np.array(((a, b), (-b, a)), np.float32)
    return np.asarray(points @ turn + np.array((tx, ty), np.float32), np.float32)


def travel(similarity: Similarity, width: float, height: float) -> float:
    """Return how far the similarity moves the farthest corner of a picture, in its units."""
    ends = np.array(((0, 0), (width, 0), (0, height), (width, height)), np.float32)
    return float(np.hypot(*(apply(similarity, ends) - ends).T).max())


def scaled(similarity: Similarity, factor: float) -> Similarity:
    """Return the same similarity in units that are 1/`factor` as long."""
    a, b, tx, ty = similarity
    return a, b, tx * factor, ty * factor
