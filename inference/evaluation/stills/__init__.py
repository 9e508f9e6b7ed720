"""`python -m inference.evaluation.stills FOLDER`: how well one picture alone tells a flood.

FOLDER holds an `index.csv` with the columns file, label ('flooded' or 'dry') and camera. Figures
are areas under the ROC curve (AUC): 0.5 is chance, 1.0 is without fault. Nothing here is fitted
to the camera that it is tried on.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from rules.primitives.still_water import LIKELY, still_share
from rules.sight import Pixels

_LOWER = 0.4  # The upper part of a street picture is not ground.
_LONG = 320
_RIDGE = 1.0
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]


class StillsError(ValueError):
    """The folder is refused: what is missing in it, in words."""


class Figures(msgspec.Struct, frozen=True):
    """AUC of the guess that the console shows, and of one learned on the other cameras.

    `shown_by_camera`: one mean per camera and label; `shown_without_most`: without the camera
    that has the most stills; `contrast`: of the brightest over the middle ground alone, which
    tells night (lamps) more than water; `precision`, `recall`: of the guess at its limit.
    """

    flooded: int
    dry: int
    cameras: int
    shown: float
    shown_by_camera: float
    shown_without_most: float
    precision: float
    recall: float
    contrast: float
    learned: float


def auc(scores: Floats, flooded: Marks) -> float:
    """Return the share of pairs (flooded, dry) in which the flooded one scores higher."""
    high, low = scores[flooded], scores[~flooded]
    if not len(high) or not len(low):
        return float("nan")
    wins = (high[:, None] > low).astype(float) + 0.5 * (high[:, None] == low)
    return float(wins.mean())


def traits(pixels: Pixels) -> tuple[float, ...]:
    """Return what is looked at for the learned guess: glitter, slopes, straight edges, contrast."""
    ratio = _LONG / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small[int(_LOWER * small.shape[0]) :], cv2.COLOR_BGR2GRAY)
    tones = np.log(cv2.GaussianBlur(grey, (0, 0), 0.5).astype(np.float32) + 8.0)
    across = cv2.Sobel(tones, -1, 1, 0, ksize=3, scale=0.125)
    down = cv2.Sobel(tones, -1, 0, 1, ksize=3, scale=0.125)
    xx, yy, xy = (cv2.blur(p, (24, 24)) for p in (across * across, down * down, across * down))
    slope = np.sqrt(np.maximum(xx + yy, 0.0))
    one_way = np.sqrt((xx - yy) ** 2 + 4.0 * xy * xy) / (np.maximum(xx + yy, 0.0) + 1e-4)
    edges = cv2.Canny(cv2.GaussianBlur(grey, (0, 0), 0.8), 40, 90)
    # The stub promises lines; where there is none, there is nothing.
    lines: object = cv2.HoughLinesP(edges, 1, np.pi / 180, 25, minLineLength=30, maxLineGap=3)
    ends = np.zeros((0, 4)) if lines is None else np.asarray(lines).reshape(-1, 4)
    straight = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]).sum()
    return (
        float(((slope > 0.05) & (one_way < 0.3)).mean()),
        float(np.median(slope)),
        float(one_way.mean()),
        float(straight / (1.0 + np.count_nonzero(edges))),
        _contrast(grey),
    )


def measure(folder: Path) -> Figures:
    """Return the figures of a folder.

    Raises:
        StillsError: no index, a column or a picture is missing, or one label has no still.
    """
    pictures, flooded, cameras = _read(folder)
    shown = np.array([still_share(p) for p in pictures])
    likely = shown >= LIKELY
    groups = sorted({(c, bool(f)) for c, f in zip(cameras.tolist(), flooded, strict=True)})
    means = [shown[(cameras == c) & (flooded == f)].mean() for c, f in groups]
    names, counts = np.unique(cameras, return_counts=True)
    rest = cameras != names[counts.argmax()]
    table = np.array([traits(p) for p in pictures])
    return Figures(
        flooded=int(flooded.sum()),
        dry=int((~flooded).sum()),
        cameras=len(names),
        shown=auc(shown, flooded),
        shown_by_camera=auc(np.array(means), np.array([f for _, f in groups])),
        shown_without_most=auc(shown[rest], flooded[rest]),
        precision=float((likely & flooded).sum() / max(1, likely.sum())),
        recall=float((likely & flooded).sum() / flooded.sum()),
        contrast=auc(table[:, -1], flooded),
        learned=auc(_left_out(table, flooded, cameras), flooded),
    )


def _read(folder: Path) -> tuple[list[Pixels], Marks, NDArray[np.str_]]:
    try:
        with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        named = [(row["file"], row["label"], row["camera"]) for row in rows]
    except (OSError, KeyError) as error:
        raise StillsError(f"index.csv cannot be read: {error!r}") from error
    pictures: list[Pixels] = []
    for name, _, _ in named:
        # The stub promises a picture; a file that is none gives nothing.
        pixels: object = cv2.imread(str(folder / name))
        if pixels is None:
            raise StillsError(f"{name} is no picture")
        pictures.append(np.asarray(pixels, np.uint8))
    flooded = np.array([label == "flooded" for _, label, _ in named], np.bool_)
    if not flooded.any() or flooded.all():
        raise StillsError("stills of both labels are needed, 'flooded' and 'dry'")
    return pictures, flooded, np.array([camera for _, _, camera in named])


def _contrast(grey: NDArray[Any]) -> float:
    bright, middle = np.quantile(grey, (0.98, 0.3))
    return float(np.log((bright + 8.0) / (middle + 8.0)))


def _left_out(table: Floats, flooded: Marks, cameras: NDArray[np.str_]) -> Floats:
    """Return the score of each still by a model that saw nothing of its camera."""
    scores = np.zeros(len(flooded))
    for camera in np.unique(cameras):
        others = cameras != camera
        middle, spread = table[others].mean(axis=0), table[others].std(axis=0) + 1e-9
        known = (table[others] - middle) / spread
        weights = _logistic(known, flooded[others], _even(flooded[others], cameras[others]))
        here = (table[~others] - middle) / spread
        scores[~others] = np.column_stack((here, np.ones(len(here)))) @ weights
    return scores


def _even(flooded: Marks, cameras: NDArray[np.str_]) -> Floats:
    """Return weights by which each camera counts once per label, however many stills it has."""
    return np.array(
        [
            1.0 / ((cameras == c) & (flooded == f)).sum()
            for c, f in zip(cameras, flooded, strict=True)
        ]
    )


def _logistic(known: Floats, flooded: Marks, counts: Floats) -> Floats:
    """Return the weights of a ridge logistic regression, the constant last (Newton's method)."""
    table = np.column_stack((known, np.ones(len(known))))
    ridge = np.diag((*np.full(known.shape[1], _RIDGE), 1e-6))
    weights = np.zeros(table.shape[1])
    for _ in range(50):
        likely = 1.0 / (1.0 + np.exp(-(table @ weights)))
        slope = table.T @ (counts * (likely - flooded)) + ridge @ weights
        bend = (table * (counts * likely * (1.0 - likely))[:, None]).T @ table + ridge
        weights -= np.linalg.solve(bend, slope)
    return weights
