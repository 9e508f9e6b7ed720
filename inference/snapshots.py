"""Live pictures for people: masked, shared between all who look, and cheap for the engine."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from inference import evidence
from inference.engine import Overloaded
from inference.library import ModelMissing
from inference.masks import hide, masks
from inference.planner import MASKING
from inference.refusal import Refusal
from inference.unit import CameraUnit
from models.detector import Detections, DetectorError, Pixels
from streams.picture import Shot
from streams.state import CameraWord

if TYPE_CHECKING:
    from inference.worker import Worker

ASK_S = 10.0
FRESH_S = 0.7
"""A picture that was made so lately is given again without asking whether there is a newer one."""
WIDTHS = (160, 320, 480, 640, 960, 1280, 1920)
"""A wanted width is rounded up to one of these, so that callers share pictures."""
_LAG_S = 3.0
"""The last judged picture is shown when it is at most this much older than the newest."""
_STALE_S = 10.0
_WAIT_S = 4.0
"""How long to wait for the first picture of a camera that nobody looked at until now."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A JPEG and when it was taken (unix seconds)."""

    captured_at: float
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class _Kept:
    shot: Shot
    made_at: float
    snapshot: Snapshot


def unit_of(worker: Worker, camera: str) -> CameraUnit:
    """Return a camera at work.

    Raises:
        Refusal: 404, there is none of this id.
    """
    unit = worker.units.get(camera)
    if unit is None:
        raise Refusal(404, "no such camera is running")
    return unit


def newest(unit: CameraUnit) -> Shot:
    """Return the newest picture; a camera without tasks gets a moment to bring one.

    Raises:
        Refusal: 409, there is none yet; says in words how the camera is.
    """
    unit.look()
    deadline = time.monotonic() + _WAIT_S
    pause = threading.Event()
    while _may_come(unit) and time.monotonic() < deadline:
        pause.wait(0.05)
    if unit.last_shot is None:
        words = unit.state.detail if unit.state else "not started"
        raise Refusal(409, f"no picture yet: {words}")
    return unit.last_shot


def _may_come(unit: CameraUnit) -> bool:
    state, age = unit.state, unit.picture_age_s
    live = state is not None and state.word is CameraWord.LIVE
    return live and not unit.runners and (age is None or age > _STALE_S)


def tables_for_masks(
    worker: Worker, pixels: Pixels, known: Mapping[str, Detections], *, idle: bool
) -> dict[str, Detections]:
    """Return `known` tables (by model id) with those without which masks would miss a kind.

    Raises:
        Refusal: 503, no model here can find what must be hidden; nothing is shown then.
        Overloaded, DetectorError: the engine has no time, or failed.
    """
    tables = dict(known)
    try:
        wanted = worker.planner.models({MASKING[0]: MASKING[1]})
    except ModelMissing:
        wanted = {model: model for model in worker.engine.models}
    if not wanted and not tables:
        raise Refusal(503, "no model is installed that finds what must be masked")
    for model in set(wanted.values()) - tables.keys():
        tables[model] = worker.loop.requests.ask(model, pixels, ASK_S, idle=idle)
    return tables


class Snapshots:
    """The masked pictures of all cameras, each made once for all who ask within a moment."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._kept: dict[tuple[str, int], _Kept] = {}

    def masked(self, camera: str, width: int = 0) -> Snapshot:
        """Return a camera's newest picture with masks, at most about `width` px wide (0: whole).

        Raises:
            Refusal: 404 no such camera, 409 no picture yet, 503 nothing here can mask.
            Overloaded, DetectorError: the engine has no time, and no recent picture is at hand.
        """
        unit = unit_of(self._worker, camera)
        width = next((w for w in WIDTHS if width and w >= width), 0)
        with self._locks[camera]:
            kept = self._kept.get((camera, width))
            if kept is not None and time.monotonic() - kept.made_at < FRESH_S:
                return kept.snapshot
            shot, tables = _shown(unit, newest(unit))
            if kept is not None and kept.shot is shot:
                return kept.snapshot
            try:
                tables = tables_for_masks(self._worker, shot.picture.pixels, tables, idle=True)
            except (Overloaded, DetectorError):
                if kept is not None and time.monotonic() - kept.made_at < _STALE_S:
                    return kept.snapshot
                judged = _judged(unit)
                if judged is None:
                    raise
                shot, tables = judged
            made = Snapshot(shot.captured_at, _jpeg(shot.picture.pixels, tables, width))
            self._forget_gone()
            self._kept[camera, width] = _Kept(shot, time.monotonic(), made)
            return made

    def plain(self, camera: str) -> Snapshot:
        """Return a camera's newest picture as it is.

        Raises:
            Refusal: 404 no such camera, 409 no picture yet.
        """
        shot = newest(unit_of(self._worker, camera))
        return Snapshot(shot.captured_at, evidence.encode(shot.picture.pixels))

    def _forget_gone(self) -> None:
        units = self._worker.units
        self._kept = {key: kept for key, kept in self._kept.items() if key[0] in units}


def _shown(unit: CameraUnit, newest: Shot) -> tuple[Shot, Mapping[str, Detections]]:
    """Return the picture to show and what is known of it: the one judged last costs nothing."""
    seen = unit.seen
    if seen is None or newest.captured_at - seen.shot.captured_at > _LAG_S:
        return newest, {}
    return seen.shot, seen.tables


def _judged(unit: CameraUnit) -> tuple[Shot, Mapping[str, Detections]] | None:
    """Return the picture judged last, however old, if what is known of it suffices to mask it.

    An engine without time shows an older picture, with its time, rather than none.
    """
    seen = unit.seen
    if seen is None or not set(MASKING[1]) & seen.tables.keys():
        return None
    return seen.shot, seen.tables


def _jpeg(pixels: Pixels, tables: Mapping[str, Detections], width: int) -> bytes:
    areas = masks(tables, pixels.shape[1] / pixels.shape[0])
    if 0 < width < pixels.shape[1]:
        size = (width, max(1, round(pixels.shape[0] * width / pixels.shape[1])))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return evidence.encode(hide(pixels, areas))
