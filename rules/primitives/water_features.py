"""What one picture tells of its ground, cell by cell, against an earlier picture of it.

All pictures are scaled to 320 px on the longer side and cut into cells of 8 x 8 px. Likeness is
the normalised correlation of grey values in a soft window of 3 x 3 cells: a change of light
(gain and offset) leaves it, a change of the surface itself does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from rules.sight import Pixels, Sight

LONG_SIDE = 320
CELL = 8
_WINDOW = np.array([0.25, 0.5, 0.25], np.float32)
_FEW = 12  # Fewer followed corners say nothing.
_FLOOR = 4.0  # Variance (grey levels squared) below which structure is camera noise.

Grid = NDArray[np.float32]
Mask = NDArray[np.bool_]
Pose = NDArray[np.float64]
IN_PLACE: Pose = np.eye(2, 3)


@dataclass(frozen=True, slots=True)
class Look:
    """A picture as the rules of water see it.

    grey: (H, W) float32 0..255, lightly smoothed, H and W multiples of `CELL`.
    color: (H / CELL, W / CELL, 3) float32, mean BGR of each cell.
    """

    grey: NDArray[np.float32]
    color: Grid


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two looks compared, on the grid of cells.

    same: correlation of structure, -1..1; meaningless where `texture` is small.
    texture: the stronger of the contrast there is now and the contrast that the earlier picture
        lets expect under today's light, in grey levels.
    now: contrast there is now, in grey levels.
    tint: distance of colour, in natural logarithms of channel ratios, free of brightness.
    gain: natural logarithm of brightness now over brightness then, less `light`.
    light: the same for the picture as a whole: the median of the cells whose structure is kept.
    """

    same: Grid
    texture: Grid
    now: Grid
    tint: Grid
    gain: Grid
    light: float


def look(sight: Sight) -> Look:
    """Return the look of a picture (BGR)."""
    return look_at(sight.scaled(LONG_SIDE))


def look_at(pixels: Pixels) -> Look:
    """Return the look of a BGR picture; larger ones are scaled to 320 px."""
    small = Sight(pixels, 0.0, {}).scaled(LONG_SIDE)
    height, width = (n // CELL * CELL for n in small.shape[:2])
    small = np.ascontiguousarray(small[:height, :width])
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0).astype(np.float32)
    color = cv2.resize(small, (width // CELL, height // CELL), interpolation=cv2.INTER_AREA).astype(
        np.float32
    )
    return Look(smooth, color)


def _pooled(plane: NDArray[np.float32]) -> Grid:
    size = (plane.shape[1] // CELL, plane.shape[0] // CELL)
    cells = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    soft = cv2.sepFilter2D(cells, -1, _WINDOW, _WINDOW, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(soft, np.float32)


def likeness(now: Look, then: Look) -> Likeness:
    """Compare two looks of the same size."""
    a, b = now.grey, then.grey
    mean_a, mean_b = _pooled(a), _pooled(b)
    var_a = np.maximum(_pooled(a * a) - mean_a * mean_a, 0.0)
    var_b = np.maximum(_pooled(b * b) - mean_b * mean_b, 0.0)
    both = _pooled(a * b) - mean_a * mean_b
    same = both / np.sqrt((var_a + _FLOOR) * (var_b + _FLOOR))
    gain = np.log((mean_a + 5.0) / (mean_b + 5.0))
    expected = np.sqrt(var_b) * np.exp(np.minimum(gain, 0.0))
    contrast = np.sqrt(var_a)
    tint = _ratios(now.color) - _ratios(then.color)
    kept = (same >= 0.6) & (np.minimum(var_a, var_b) >= 4.0 * _FLOOR)
    light = 0.0
    if float(kept.mean()) >= 0.05:
        light = float(np.median(gain[kept]))
        tint = tint - np.median(tint[kept], axis=0)
    return Likeness(
        same.astype(np.float32),
        np.maximum(contrast, expected),
        contrast,
        np.linalg.norm(tint, axis=-1).astype(np.float32),
        gain - np.float32(light),
        light,
    )


def _ratios(color: Grid) -> Grid:
    """Return (red / green, blue / green) as logarithms; dark cells are drawn towards neutral."""
    lifted = color + 8.0
    pair = np.stack((lifted[..., 2] / lifted[..., 1], lifted[..., 0] / lifted[..., 1]), axis=-1)
    return np.asarray(np.log(pair), np.float32)


def noise(now: Look, before: Look) -> float:
    """Return the camera's noise in grey levels, from two pictures that follow each other.

    The quietest quarter of the cells decides, so things that move do not count.
    """
    gap = now.grey - before.grey
    spread = _pooled(gap * gap) - _pooled(gap) ** 2
    return float(np.sqrt(max(0.0, float(np.quantile(spread, 0.25))) / 2.0))


@dataclass(frozen=True, slots=True)
class Shift:
    """How the picture lies on an earlier one: followed points, and where they went.

    followed: share (0..1) of the earlier picture's corners that were found again in one common
        movement; 0 when there are too few corners to say.
    distance: median length of that movement, px at 320 px.
    matrix: (2, 3) similarity from the earlier picture to this one.
    """

    followed: float
    distance: float
    matrix: Pose


def shift(now: Look, then: Look) -> Shift:
    """Follow up to 120 corners of `then` into `now`, whatever the light did."""
    still = Shift(0.0, 0.0, np.eye(2, 3))
    a, b = _flattened(then.grey), _flattened(now.grey)
    found = cv2.goodFeaturesToTrack(a, 120, 0.02, 7)
    corners = np.zeros((0, 1, 2), np.float32) if _none(found) else np.asarray(found, np.float32)
    if len(corners) < _FEW:
        return still
    ahead, ok = _followed(a, b, corners)
    back, ok2 = _followed(b, a, ahead)
    gap = np.linalg.norm((back - corners).reshape(-1, 2), axis=1)
    good = (ok.ravel() > 0) & (ok2.ravel() > 0) & (gap < 1.0)
    if int(good.sum()) < _FEW:
        return still
    source, target = corners.reshape(-1, 2)[good], ahead.reshape(-1, 2)[good]
    matrix, inlier = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=1.5)
    if matrix is None:
        return still
    kept = inlier.ravel() > 0
    moved = np.linalg.norm((target - source)[kept], axis=1)
    return Shift(float(kept.sum()) / len(corners), float(np.median(moved)), matrix)


def _none(found: object) -> bool:
    """OpenCV returns None where there are no corners, which its stubs do not say."""
    return found is None


def _followed(
    a: Pixels, b: Pixels, points: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    ahead, ok, _ = cv2.calcOpticalFlowPyrLK(
        a, b, points, np.zeros_like(points), winSize=[15, 15], maxLevel=2
    )
    return np.asarray(ahead, np.float32), np.asarray(ok, np.uint8)


def joined(later: Pose, earlier: Pose) -> Pose:
    """Return the similarity that does `earlier`, then `later`."""
    last = np.array([[0.0, 0.0, 1.0]])
    return np.asarray((np.vstack((later, last)) @ np.vstack((earlier, last)))[:2], np.float64)


def displacement(pose: Pose, of: Look) -> float:
    """Return how far, on average, a pose moves the points of a picture, px at 320 px."""
    height, width = of.grey.shape
    across, down = np.meshgrid((0.15, 0.5, 0.85), (0.15, 0.5, 0.85))
    points = np.stack((across.ravel() * width, down.ravel() * height), axis=1)
    moved = points @ pose[:, :2].T + pose[:, 2]
    return float(np.linalg.norm(moved - points, axis=1).mean())


def laid_over(now: Look, pose: Pose) -> Look:
    """Return the look warped back by the pose at which it was found; its border is repeated."""
    height, width = now.grey.shape
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    grey = cv2.warpAffine(
        now.grey, pose, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    matrix = pose.copy()
    matrix[:, 2] /= CELL
    size = (width // CELL, height // CELL)
    color = cv2.warpAffine(now.color, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return Look(np.asarray(grey, np.float32), np.asarray(color, np.float32))


def _flattened(grey: NDArray[np.float32]) -> Pixels:
    """Return the structure without the light: local mean 128, local contrast 40."""
    mean = cv2.boxFilter(grey, -1, (31, 31))
    spread = np.sqrt(np.maximum(cv2.boxFilter(grey * grey, -1, (31, 31)) - mean * mean, 0.0))
    return np.clip((grey - mean) / (spread + 6.0) * 40.0 + 128.0, 0, 255).astype(np.uint8)
