"""`static_foreground`: what came into a scene and stays, while the scene is still remembered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from rules.codec import Array
from rules.observation import Blob, Box, Observation
from rules.primitive import Params as Parameters
from rules.primitives import backdrop, settled
from rules.primitives.backdrop import Backdrop, Levels, Mask
from rules.primitives.settled import Rect, Settled
from rules.registration import IDENTITY, Similarity
from rules.sight import Sight
from rules.zones import Zones

_MOST = 200  # Things watched at once; marks are uint8.
_MOVER_SHARE = 0.0015  # What moves and is smaller (a far car, a clock's digits) puts nothing down.
_CELL = 8  # Px of a cell in the map of who moved where.
_TOGETHER_S = 3.0  # Parts of one thing come to rest within so long.
_WARM_S = 4.0  # What was there at the beginning, or left just then, is no news.
_LONGEST_S = 10.0  # A longer gap between pictures does not count as having looked.
_COVERED = 0.3  # Of a thing that is covered by so much nothing can be said.
_GONE = 0.6  # Of a thing that is gone, so much looks like the ground again.
_UNPROVED_S = 10.0  # What was never clearly seen is forgotten when it is hidden for so long.
_HIDDEN_S = 3600.0  # So long a thing may be hidden by a parked vehicle.
_STALE_S = 300.0  # A ground that a parked vehicle has hidden for so long is not trusted again.
_BIRTH_SHARE = 0.35  # When more of the picture changed at once, it was the light or the camera.


class Stage(msgspec.Struct, frozen=True):
    """State. `marks` (h, w) uint8 is the slot of the thing at a px, `held` (h, w, 3) its levels;
    `mover` (rows, columns) float64 is when somebody or something last moved through a cell."""

    model: Backdrop | None = None
    marks: Array | None = None
    held: Array | None = None
    mover: Array | None = None
    things: tuple[Settled, ...] = ()
    at: float = 0.0
    epoch: int = 0
    count: int = 0
    upset_at: float = float("-inf")
    """Until when the picture was too new, or changed too much, for anything in it to be news."""


class Look(NamedTuple):
    """One picture, judged against the model."""

    plain: Levels
    odd: NDArray[np.uint8]
    allowed: NDArray[np.uint8]
    front: Mask
    explained: Mask
    hidden: Mask
    reach: int
    at: float


class StaticForeground:
    """Perceiver. Fills `observation.blobs`; needs `observation.view` and `observation.objects`.

    The first picture is the ground, except under detections of persons and vehicles: what these
    hide is learned when they have left, so they leave no ghosts.
    """

    class Params(Parameters):
        """What counts as standing out, and as staying."""

        scale_px: int = Field(
            480,
            ge=160,
            le=1280,
            description="Longer side of the picture in which is looked.",
            json_schema_extra={"unit": "px", "replay": False},
        )
        min_contrast: float = Field(
            0.16,
            ge=0.05,
            le=1.0,
            description="Weaker differences of intensity from the ground are not seen.",
            json_schema_extra={"unit": "0..1", "replay": False},
        )
        min_px: int = Field(
            8,
            ge=4,
            le=200,
            description="The longer side of a thing, at `scale_px`, must have so much.",
            json_schema_extra={"unit": "px", "replay": False},
        )
        max_share: float = Field(
            0.03,
            ge=0.0005,
            le=0.5,
            description="A region with a larger share of the picture is light or a vehicle.",
            json_schema_extra={"unit": "0..1", "replay": False},
        )
        settle_s: float = Field(
            1.0,
            ge=0.0,
            le=60.0,
            description="A region that has not changed for so long has come to rest.",
            json_schema_extra={"unit": "s", "replay": False},
        )
        absorb_s: float = Field(
            20.0,
            ge=1.0,
            le=3600.0,
            description="What is certainly no thing becomes ground after so long.",
            json_schema_extra={"unit": "s", "replay": False},
        )
        explained_by: tuple[str, ...] = Field(
            (
                "person", "bicycle", "car", "motorcycle", "bus", "train", "truck", "boat",
                "bird", "cat", "dog", "horse",
            ),
            description="Labels whose boxes explain what is in them.",
            json_schema_extra={"replay": False},
        )
        explained_score: float = Field(
            0.25,
            ge=0.0,
            le=1.0,
            description="Weaker detections explain nothing.",
            json_schema_extra={"unit": "0..1", "replay": False},
        )

    State = Stage

    def __init__(self, params: Params, zones: Zones) -> None:
        self._p = params
        self._floor = backdrop.levels(params.min_contrast)

    def perceive(
        self, state: Stage, sight: Sight, observation: Observation
    ) -> tuple[Stage, Observation]:
        if observation.view.fault:
            return state, observation
        warp = observation.view.warp
        picture, inside = backdrop.coded(sight.scaled(self._p.scale_px), warp)
        explained = self._explained(observation, picture.shape)
        model = state.model
        if (
            model is None
            or state.marks is None
            or state.epoch != observation.view.epoch
            or model.ground.shape != picture.shape
        ):
            return self._begun(state, picture, explained, sight.at, observation), observation
        outside = np.zeros_like(explained) if inside is None else cv2.bitwise_not(inside)
        hidden = np.asarray(cv2.bitwise_or(explained, outside), np.uint8)
        light, plain = backdrop.relit(model, picture, hidden)
        model = msgspec.structs.replace(model, light=light)
        judged = self._judged(model, plain, (explained, hidden), sight.at, moving=warp != IDENTITY)
        state = self._stepped(msgspec.structs.replace(state, model=model), judged)
        return state, msgspec.structs.replace(
            observation, blobs=tuple(self._told(state, warp, sight.aspect))
        )

    def _begun(
        self, state: Stage, picture: Levels, hidden: Mask, at: float, observation: Observation
    ) -> Stage:
        height, width = picture.shape[:2]
        cells = (-(-height // _CELL), -(-width // _CELL))
        return Stage(
            model=backdrop.begun(picture, hidden),
            marks=np.zeros((height, width), np.uint8),
            held=np.zeros((height, width, 3), np.uint8),
            mover=np.full(cells, -np.inf),
            at=at,
            epoch=observation.view.epoch,
            count=state.count,
            upset_at=at + _WARM_S,
        )

    def _explained(self, observation: Observation, shape: tuple[int, ...]) -> Mask:
        """Return the mask of what detections explain, in the geometry of the reference."""
        height, width = shape[:2]
        mask = np.zeros((height, width), np.uint8)
        for item in observation.objects:
            if item.label in self._p.explained_by and item.score >= self._p.explained_score:
                box = _unwarped(item.box, observation.view.warp, observation.aspect)
                x1, y1, x2, y2 = (v * s for v, s in zip(box, (width, height) * 2, strict=True))
                pad = 1.0 + 0.03 * max(x2 - x1, y2 - y1)
                corners = (int(x1 - pad), int(y1 - pad)), (round(x2 + pad), round(y2 + pad))
                cv2.rectangle(mask, *corners, (255,), -1)
        return mask

    def _judged(
        self, model: Backdrop, plain: Levels, masks: tuple[Mask, Mask], at: float, *, moving: bool
    ) -> Look:
        reach = 2 if moving else 1
        allowed = backdrop.tolerance(model, self._floor)
        odd = backdrop.excess(plain, model.ground, reach)
        front = cv2.bitwise_and(cv2.compare(odd, allowed, cv2.CMP_GT), model.known)
        cv2.copyTo(np.zeros_like(odd), cv2.compare(masks[1], masks[0], cv2.CMP_NE), front)
        front = cv2.morphologyEx(front, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        return Look(plain, odd, allowed, np.asarray(front, np.uint8), *masks, reach, at)

    def _stepped(self, state: Stage, now: Look) -> Stage:
        """Return the state after this picture: ages, things, ground."""
        model = state.model
        assert model is not None and state.marks is not None and state.mover is not None
        elapsed = min(_LONGEST_S, max(0.0, now.at - state.at))
        still, age = backdrop.aged(model, now.plain, now.allowed, elapsed, now.reach)
        at_rest = backdrop.lasting(age, self._p.settle_s)
        loose = cv2.bitwise_and(now.front, cv2.bitwise_not(_taken(state.marks, now)))
        seen = cv2.bitwise_not(now.hidden)
        upset = cv2.countNonZero(loose) > _BIRTH_SHARE * max(1, cv2.countNonZero(seen))
        mover = _moved(state.mover, now, cv2.bitwise_and(loose, cv2.bitwise_not(at_rest)))
        state = msgspec.structs.replace(
            state,
            model=msgspec.structs.replace(model, still=still, age=age, front=now.front),
            mover=mover,
            upset_at=max(now.at, state.upset_at) if upset else state.upset_at,
        )
        if not upset:
            state = self._followed(state, now)
            state = self._found(state, now, np.asarray(cv2.bitwise_and(loose, at_rest), np.uint8))
        state = self._learned(state, now, at_rest, elapsed)
        return msgspec.structs.replace(state, at=now.at)

    def _followed(self, state: Stage, now: Look) -> Stage:
        """Return the state with every known thing looked at again."""
        assert state.marks is not None and state.held is not None and state.model is not None
        marks, held = state.marks.copy(), state.held.copy()
        kept: list[Settled] = []
        for thing in state.things:
            after = self._again(thing, marks, held, state, now)
            if after is None or self._forgotten(after, now.at):
                _wiped(marks, thing)
            else:
                kept.append(after)
        return msgspec.structs.replace(state, marks=marks, held=held, things=tuple(kept))

    def _forgotten(self, thing: Settled, at: float) -> bool:
        unseen = at - max(thing.seen_at, thing.since)
        return unseen > (_HIDDEN_S if thing.real else _UNPROVED_S)

    def _again(
        self, thing: Settled, marks: Array, held: Array, state: Stage, now: Look
    ) -> Settled | None:
        """Return a thing after this picture; None when it is gone or has become ground."""
        model = state.model
        assert model is not None
        rows, columns = settled.grown(thing.rect, settled.MARGIN, marks.shape)
        region = marks[rows, columns] == thing.slot
        if not region.any():
            return None
        part = now.plain[rows, columns]
        limit = now.allowed[rows, columns][region]
        unlike = backdrop.excess(part, held[rows, columns], now.reach)[region]
        odd = now.odd[rows, columns][region]
        same = float(((unlike <= limit) & (unlike <= odd)).mean())
        empty = float((now.front[rows, columns][region] == 0).mean())
        covered = float((now.hidden[rows, columns][region] > 0).mean()) > _COVERED
        if not covered and empty > _GONE:
            since = now.at if thing.missing_since is None else thing.missing_since
            if now.at - since >= self._p.settle_s:
                return None
            return msgspec.structs.replace(thing, seen=False, missing_since=since, run=0)
        if covered or same < 0.5 or empty > 0.5:
            if not covered and backdrop.seconds(model.age[rows, columns], region) > self._p.settle_s:
                return None  # Something else stands there now: let it be found as what it is.
            doubts = thing.doubts + (not covered)
            return msgspec.structs.replace(thing, seen=False, missing_since=None, doubts=doubts, run=0)
        mask = np.asarray(region * np.uint8(255), np.uint8)
        edges, solid = settled.look(mask, part, model.ground[rows, columns])
        held[rows, columns][region] = cv2.addWeighted(
            held[rows, columns], 0.95, part, 0.05, 0.0
        )[region]
        return msgspec.structs.replace(
            thing,
            seen=True,
            missing_since=None,
            votes=thing.votes + 1,
            run=thing.run + 1,
            proved=thing.proved or thing.run + 1 >= settled.PROOF,
            edges=thing.edges + edges,
            solid=thing.solid + solid,
            seen_at=now.at,
            stirred=thing.stirred or _stirred(thing, state.mover, marks.shape),
            contrast=float(odd.mean()) / backdrop.PER_E,
        )

    def _found(self, state: Stage, now: Look, at_rest: Mask) -> Stage:
        """Return the state with the things that have just come to rest."""
        assert state.marks is not None and state.held is not None and state.model is not None
        whole = cv2.morphologyEx(at_rest, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
        number, labels, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=8)
        marks, held, things = state.marks.copy(), state.held.copy(), list(state.things)
        free = sorted(set(range(1, _MOST + 1)) - {t.slot for t in things})
        count = state.count
        for label in range(1, number):
            x, y, width, height, pixels = (int(v) for v in stats[label])
            if not free or not self._sized(width, height, pixels, marks.size):
                continue
            rows, columns = settled.grown((x, y, width, height), 0, marks.shape)
            region = labels[rows, columns] == label
            still = region & (at_rest[rows, columns] > 0)
            since = now.at - backdrop.seconds(state.model.age[rows, columns], still)
            if since <= state.upset_at:
                continue
            thing = Settled(count + 1, free[0], (x, y, width, height), pixels, since, 0.0)
            joined = _joined(things, thing, marks)
            if joined is None:
                count += 1
                free.pop(0)
                joined = thing
            things = [t for t in things if t.slot != joined.slot] + [joined]
            marks[rows, columns][region] = joined.slot
            held[rows, columns][region] = now.plain[rows, columns][region]
        return msgspec.structs.replace(
            state, marks=marks, held=held, things=tuple(things), count=count
        )

    def _sized(self, width: int, height: int, pixels: int, size: int) -> bool:
        least = self._p.min_px
        return (
            max(width, height) >= least
            and pixels >= 0.3 * least * least
            and pixels <= self._p.max_share * size
            and pixels >= 0.2 * width * height
        )

    def _learned(self, state: Stage, now: Look, at_rest: Mask, elapsed: float) -> Stage:
        """Return the state with ground and noise after this picture."""
        model = state.model
        assert model is not None and state.marks is not None
        busy = _taken(state.marks, now)
        for thing in state.things:  # Its faint parts must not be learned either.
            busy[settled.grown(thing.rect, settled.MARGIN, busy.shape)] = 255
        idle = cv2.bitwise_not(busy)
        old = backdrop.lasting(model.age, self._p.absorb_s)
        if now.at <= state.upset_at:
            old = at_rest
        stale = cv2.bitwise_and(now.explained, backdrop.lasting(model.age, _STALE_S))
        trusted = cv2.bitwise_and(model.known, cv2.bitwise_not(stale))
        fresh = cv2.bitwise_and(at_rest, cv2.bitwise_not(trusted))
        replaced = cv2.bitwise_and(cv2.bitwise_or(old, fresh), idle)
        free = cv2.bitwise_and(cv2.bitwise_and(idle, cv2.bitwise_not(now.front)), model.known)
        ground, noise, owed = backdrop.learned(
            model, now.plain, now.odd, np.asarray(free, np.uint8),
            (np.asarray(replaced, np.uint8), busy), elapsed,
        )
        known = np.asarray(cv2.bitwise_or(trusted, replaced), np.uint8)
        things, marks = self._absorbed(state, now, ground)
        model = msgspec.structs.replace(
            model, ground=ground, noise=noise, known=known, owed_s=owed
        )
        return msgspec.structs.replace(state, model=model, things=things, marks=marks)

    def _absorbed(
        self, state: Stage, now: Look, ground: Levels
    ) -> tuple[tuple[Settled, ...], Array]:
        """Return things and marks without the ghosts and lights that have been there for long."""
        assert state.marks is not None
        marks = state.marks.copy()
        kept: list[Settled] = []
        for thing in state.things:
            if thing.seen and not thing.real and now.at - thing.since >= self._p.absorb_s:
                rows, columns = settled.grown(thing.rect, 0, marks.shape)
                region = marks[rows, columns] == thing.slot
                ground[rows, columns][region] = now.plain[rows, columns][region]
                marks[rows, columns][region] = 0
            else:
                kept.append(thing)
        return tuple(kept), marks

    def _told(self, state: Stage, warp: Similarity, aspect: float) -> Iterator[Blob]:
        assert state.marks is not None
        height, width = state.marks.shape
        painted = settled.painted(state.things)
        for thing in state.things:
            x, y, w, h = thing.rect
            box = (x / width, y / height, (x + w) / width, (y + h) / height)
            yield Blob(
                key=thing.key,
                box=_warped(box, warp, aspect),
                area=thing.pixels / state.marks.size,
                since=thing.since,
                appeared=thing.real and thing.key not in painted,
                contrast=min(1.0, thing.contrast),
                seen=thing.seen,
            )


def _taken(marks: Array, now: Look) -> Mask:
    """Return where something explained or already known stands."""
    return np.asarray(cv2.compare(cv2.max(now.hidden, marks), 0.0, cv2.CMP_GT), np.uint8)


def _wiped(marks: Array, thing: Settled) -> None:
    rows, columns = settled.grown(thing.rect, 0, marks.shape)
    part = marks[rows, columns]
    part[part == thing.slot] = 0


def _joined(things: list[Settled], new: Settled, marks: Array) -> Settled | None:
    """Return the larger thing that touches a new region, grown by it; None when none does."""
    rows, columns = settled.grown(new.rect, settled.MARGIN, marks.shape)
    beside = set(np.unique(marks[rows, columns]).tolist())
    for thing in things:
        together = abs(thing.since - new.since) <= _TOGETHER_S
        if thing.slot in beside and thing.pixels >= new.pixels and together:
            x, y = min(thing.rect[0], new.rect[0]), min(thing.rect[1], new.rect[1])
            right = max(t.rect[0] + t.rect[2] for t in (thing, new))
            low = max(t.rect[1] + t.rect[3] for t in (thing, new))
            return msgspec.structs.replace(
                thing, rect=(x, y, right - x, low - y), pixels=thing.pixels + new.pixels
            )
    return None


def _moved(mover: Array, now: Look, loose: NDArray[np.uint8]) -> Array:
    """Return when somebody, or something as large as somebody, last moved in each cell."""
    rows, columns = mover.shape
    number, labels, stats, _ = cv2.connectedComponentsWithStats(loose, connectivity=8)
    large = stats[:, cv2.CC_STAT_AREA] >= _MOVER_SHARE * loose.size
    large[0] = False
    moving = cv2.max(now.explained, large.astype(np.uint8)[labels] * np.uint8(255))
    share = cv2.resize(moving, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.where(share > 64, now.at, mover)


def _stirred(thing: Settled, mover: Array | None, shape: tuple[int, ...]) -> bool:
    """Tell whether something moved near a thing, but not in it, since it came to rest."""
    if mover is None:
        return False
    reach = max(mover.shape) // 5
    area = tuple(
        slice(s.start // _CELL, -(-s.stop // _CELL))
        for s in settled.grown(thing.rect, reach * _CELL, shape)
    )
    near = mover[area] >= thing.since - 1e-3
    x, y, width, height = thing.rect
    top, left = max(0, y // _CELL - 1 - area[0].start), max(0, x // _CELL - 1 - area[1].start)
    low, right = (y + height) // _CELL + 2 - area[0].start, (x + width) // _CELL + 2 - area[1].start
    near[top:low, left:right] = False
    return bool(near.any())


def _warped(box: Box, warp: Similarity, aspect: float) -> Box:
    """Return where a box of the reference lies in the picture, clipped."""
    if warp == IDENTITY:
        return box
    wide, high = (1.0, 1.0 / aspect) if aspect >= 1.0 else (aspect, 1.0)
    a, b, tx, ty = warp
    x, y = (box[0] + box[2]) / 2 * wide, (box[1] + box[3]) / 2 * high
    scale = float(np.hypot(a, b))
    w, h = (box[2] - box[0]) / 2 * scale, (box[3] - box[1]) / 2 * scale
    cx, cy = (a * x - b * y + tx) / wide, (b * x + a * y + ty) / high
    return max(0.0, cx - w), max(0.0, cy - h), min(1.0, cx + w), min(1.0, cy + h)


def _unwarped(box: Box, warp: Similarity, aspect: float) -> Box:
    """Return where a box of the picture lies in the reference."""
    if warp == IDENTITY:
        return box
    a, b, tx, ty = warp
    norm = a * a + b * b
    back = (a / norm, -b / norm, -(a * tx + b * ty) / norm, (b * tx - a * ty) / norm)
    return _warped(box, back, aspect)
