"""`view`: can this picture be judged at all, and does the camera still look where it did?"""

from __future__ import annotations

import cv2
import msgspec
import numpy as np
from pydantic import Field

from rules.codec import Array
from rules.observation import Observation
from rules.observation import View as Seen
from rules.primitive import Params as Parameters
from rules.primitives.damage import damaged
from rules.registration import IDENTITY, Grey, Match, Similarity, corners, match, scaled, travel
from rules.sight import Sight
from rules.zones import Zones

_LONG = 240
_SMALLEST = 16  # Pixels of a side under which a picture shows nothing.
_HEALED_S = 20.0
"""The next key picture has healed what was damaged: what looks so for longer is how it is now."""
_PARTS = (6, 8)  # Rows and columns in which a picture is compared with its reference.


class Anchor(msgspec.Struct, frozen=True):
    """The reference: (h, w) uint8 with a long side of 240 px, and (N, 2) float32 px of corners."""

    grey: Array
    points: Array


class Vantage(msgspec.Struct, frozen=True):
    """State: the reference picture, how it maps onto the `previous` one, and running doubts.

    `detail` and `contrast` are what is normal here, slow averages; None before the first picture.
    """

    epoch: int = 0
    anchor: Anchor | None = None
    previous: Array | None = None
    at: float = 0.0
    warp: Similarity = IDENTITY
    moving: bool = False
    still_since: float | None = None
    lost_since: float | None = None
    same_since: float = 0.0
    detail: float | None = None
    contrast: float = 0.0
    doubt: str = ""
    doubt_since: float = 0.0


class View:
    """Perceiver. Sets `observation.view`.

    It accuses slowly: rules do not judge while it finds fault, so crowds, a bus before half of
    the picture or water over the floor must pass. What still is in its place proves the view.
    """

    class Params(Parameters):
        """When a picture is unusable."""

        view_shift: float = Field(
            0.08,
            ge=0.01,
            le=0.5,
            description="A view that is off its reference by more has moved.",
            json_schema_extra={"unit": "long sides", "replay": False},
        )
        view_jump: float = Field(
            0.03,
            ge=0.005,
            le=0.5,
            description="A view that shifts by more between two pictures is moving.",
            json_schema_extra={"unit": "long sides", "replay": False},
        )
        view_settle_s: float = Field(
            1.0,
            ge=0.0,
            le=600.0,
            description="After a move the view must stand still for so long to be trusted again.",
            json_schema_extra={"unit": "s", "replay": False},
        )
        view_lost_s: float = Field(
            15.0,
            ge=1.0,
            le=3600.0,
            description="A view in which nothing is left of the reference for so long has moved.",
            json_schema_extra={"unit": "s", "replay": False},
        )
        frozen_s: float = Field(
            60.0,
            ge=5.0,
            le=3600.0,
            description="Identical pictures for so long mean that the picture is frozen.",
            json_schema_extra={"unit": "s", "replay": False},
        )
        quality_s: float = Field(
            4.0,
            ge=0.0,
            le=600.0,
            description="Covered or blurred must last so long to be believed.",
            json_schema_extra={"unit": "s", "replay": False},
        )

    State = Vantage

    def __init__(self, params: Params, zones: Zones) -> None:
        self._p = params

    def perceive(
        self, state: Vantage, sight: Sight, observation: Observation
    ) -> tuple[Vantage, Observation]:
        grey = np.asarray(cv2.cvtColor(sight.scaled(_LONG), cv2.COLOR_BGR2GRAY), np.uint8)
        light = float(grey.mean()) / 255.0
        if min(grey.shape) < _SMALLEST:
            # Nothing can be made out in it, nor compared with it; the view itself is not lost.
            seen = Seen(fault="blurred", light=round(light, 4), epoch=state.epoch)
            return state, msgspec.structs.replace(observation, view=seen)
        state, fault = self._quality(state, grey, light, sight.at)
        if fault == "" and _torn(state, grey, sight.at):
            # One such picture is one too many, and it says nothing of where the camera looks.
            seen = Seen(fault="damaged", light=round(light, 4), epoch=state.epoch)
            return state, msgspec.structs.replace(observation, view=seen)
        if fault not in ("black", "bright", "covered", "blurred"):
            state = self._placed(state, grey, sight.at)
        if state.moving and fault in ("", "frozen"):
            fault = "moved"
        state = msgspec.structs.replace(state, previous=grey, at=sight.at)
        warp = scaled(state.warp, 1.0 / max(grey.shape))
        seen = Seen(fault=fault, light=round(light, 4), warp=warp, epoch=state.epoch)
        return state, msgspec.structs.replace(observation, view=seen)

    def _quality(self, state: Vantage, grey: Grey, light: float, at: float) -> tuple[Vantage, str]:
        """Return what is wrong with the picture itself, '' when nothing is."""
        same = state.previous is not None and np.array_equal(state.previous, grey)
        if not same:
            state = msgspec.structs.replace(state, same_since=at)
        contrast = float(grey.std())
        # Squares, because rounding alone makes a small Laplacian everywhere; relative to the light.
        detail = float(np.square(cv2.Laplacian(grey, cv2.CV_32F)).mean()) / (light + 0.05) ** 2
        suspect = _suspect(state, light, contrast, detail)
        if suspect != state.doubt:
            state = msgspec.structs.replace(state, doubt=suspect, doubt_since=at)
        if suspect == "":
            return _learned(state, contrast, detail, at), (
                "frozen" if at - state.same_since >= self._p.frozen_s else ""
            )
        sure = suspect in ("black", "bright") or at - state.doubt_since >= self._p.quality_s
        return state, suspect if sure else ""

    def _placed(self, state: Vantage, grey: Grey, at: float) -> Vantage:
        """Return the state with the place of this picture relative to the reference."""
        anchor = state.anchor
        if anchor is None or anchor.grey.shape != grey.shape:
            return _anchored(state, grey)
        if state.moving:
            return self._settled(state, grey, at)
        found = match(anchor.grey, anchor.points, grey, state.warp)
        if found.tracked >= 4 and found.stayed >= 0.5:
            return msgspec.structs.replace(state, warp=IDENTITY, lost_since=None)
        if found.tracked >= 10 and found.agree >= 0.6 and found.spread >= 5:
            return self._shifted(state, grey, found)
        return self._lost(state, anchor, grey, at)

    def _shifted(self, state: Vantage, grey: Grey, found: Match) -> Vantage:
        height, width = grey.shape
        shift = travel(found.similarity, width, height) / max(grey.shape)
        jump = _apart(found.similarity, state.warp, width, height) / max(grey.shape)
        moving = shift > self._p.view_shift or jump > self._p.view_jump
        return msgspec.structs.replace(
            state, warp=found.similarity, moving=moving, still_since=None, lost_since=None
        )

    def _lost(self, state: Vantage, anchor: Anchor, grey: Grey, at: float) -> Vantage:
        """The reference cannot be found: hidden by something, or the camera turned away."""
        if state.previous is None or state.previous.shape != grey.shape:
            return state
        step = match(state.previous, corners(state.previous), grey)
        height, width = grey.shape
        swept = (
            step.tracked >= 10
            and step.agree >= 0.7
            and step.spread >= 8
            and step.stayed < 0.2
            and travel(step.similarity, width, height) > self._p.view_jump * max(grey.shape)
        )
        since = at if state.lost_since is None else state.lost_since
        if _alike(anchor.grey, grey):
            return msgspec.structs.replace(state, lost_since=None)
        gone = at - since >= self._p.view_lost_s
        return msgspec.structs.replace(
            state, moving=swept or gone, still_since=None, lost_since=since
        )

    def _settled(self, state: Vantage, grey: Grey, at: float) -> Vantage:
        """A moving view that has come to rest becomes the new reference."""
        if state.previous is None or state.previous.shape != grey.shape:
            return state
        step = match(state.previous, corners(state.previous), grey)
        height, width = grey.shape
        calm = self._p.view_jump * max(grey.shape)
        still = step.stayed >= 0.5 or (
            step.agree >= 0.6 and travel(step.similarity, width, height) < calm
        )
        if not still:
            return msgspec.structs.replace(state, still_since=None)
        since = state.at if state.still_since is None else state.still_since
        if at - since < self._p.view_settle_s:
            return msgspec.structs.replace(state, still_since=since)
        return _anchored(state, grey)


def _torn(state: Vantage, grey: Grey, at: float) -> bool:
    before = state.previous
    if before is None or before.shape != grey.shape or state.moving:
        return False
    if not 0 <= at - state.at <= _HEALED_S:
        return False
    return damaged(np.asarray(before, np.uint8), grey)


def _anchored(state: Vantage, grey: Grey) -> Vantage:
    """Return the state with this picture as the reference of a new view."""
    return msgspec.structs.replace(
        state,
        epoch=state.epoch + 1,
        anchor=Anchor(grey, corners(grey)),
        warp=IDENTITY,
        moving=False,
        still_since=None,
        lost_since=None,
    )


def _suspect(state: Vantage, light: float, contrast: float, detail: float) -> str:
    if light < 0.04 and contrast < 8.0:
        return "black"
    if light > 0.97 and contrast < 8.0:
        return "bright"
    if state.detail is None:
        return ""
    # Fog, dusk and a crowd soften a picture; a hand or a drop on the lens takes nearly all of it.
    if detail < 0.04 * state.detail:
        return "covered" if contrast < 0.4 * state.contrast else "blurred"
    return ""


def _learned(state: Vantage, contrast: float, detail: float, at: float) -> Vantage:
    """What is normal follows over ten minutes: dusk is normal, a hand is not."""
    if state.detail is None:
        return msgspec.structs.replace(state, detail=detail, contrast=contrast)
    share = min(1.0, max(0.0, at - state.at) / 600.0)
    return msgspec.structs.replace(
        state,
        detail=state.detail + share * (detail - state.detail),
        contrast=state.contrast + share * (contrast - state.contrast),
    )


def _apart(a: Similarity, b: Similarity, width: float, height: float) -> float:
    """Return how far two similarities put the farthest corner apart, px (small turns)."""
    difference = (a[0] - b[0] + 1.0, a[1] - b[1], a[2] - b[2], a[3] - b[3])
    return travel(difference, width, height)


def _alike(reference: Array, grey: Grey) -> bool:
    """Tell whether any two parts of the picture still show what the reference shows there."""
    rows, columns = _PARTS
    height, width = grey.shape[0] // rows, grey.shape[1] // columns
    shape = (rows, height, columns, width)
    both = [
        np.asarray(g[: rows * height, : columns * width], np.float32)
        .reshape(shape)
        .transpose(0, 2, 1, 3)
        .reshape(rows * columns, -1)
        for g in (reference, grey)
    ]
    old, new = (b - b.mean(axis=1, keepdims=True) for b in both)
    spread = np.sqrt((old**2).mean(axis=1)), np.sqrt((new**2).mean(axis=1))
    textured = (spread[0] > 6.0) & (spread[1] > 6.0)
    likeness = (old * new).mean(axis=1)[textured] / (spread[0] * spread[1])[textured]
    return int((likeness > 0.6).sum()) >= 2
