"""`static_foreground`: what came into a scene and stays, while the scene is still remembered."""

from __future__ import annotations

from collections.abc import Iterator
from math import expm1

import cv2
import msgspec
import numpy as np
from pydantic import Field

from rules.observation import Blob, Box, Measure, Observation
from rules.primitive import Params as Parameters
from rules.primitives import around, backdrop, inventory, settled
from rules.primitives.backdrop import Backdrop, Levels, Mask
from rules.primitives.inventory import Inventory, Look, Sizes
from rules.primitives.settled import Settled
from rules.registration import IDENTITY, Similarity
from rules.sight import Sight
from rules.zones import Zones

_WARM_S = 4.0  # What was there at the beginning, or left just then, is no news.
_LONGEST_S = 10.0  # A longer gap between pictures does not count as having looked.
_STALE_S = 300.0  # A ground that a parked vehicle has hidden for so long is not trusted again.
_BIRTH_SHARE = 0.35  # When more of the picture changed at once, it was the light or the camera.


class Stage(msgspec.Struct, frozen=True):
    """What is known of one view. Nothing that came to rest by `upset_at` is news: the model was
    too new then, or too much changed at once.
    """

    model: Backdrop
    stock: Inventory
    at: float
    epoch: int
    upset_at: float


class Memory(msgspec.Struct, frozen=True):
    """State: the view, once there was a picture."""

    stage: Stage | None = None


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
                "person",
                "bicycle",
                "car",
                "motorcycle",
                "bus",
                "train",
                "truck",
                "boat",
                "bird",
                "cat",
                "dog",
                "horse",
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

    State = Memory

    def __init__(self, params: Params, zones: Zones) -> None:
        self._p = params
        self._floor = backdrop.levels(params.min_contrast)
        self._sizes = Sizes(params.min_px, params.max_share, params.settle_s)

    def perceive(
        self, state: Memory, sight: Sight, observation: Observation
    ) -> tuple[Memory, Observation]:
        view = observation.view
        if view.fault:
            return state, observation
        picture, outside = backdrop.coded(sight.scaled(self._p.scale_px), view.warp)
        explained = self._explained(observation, picture.shape)
        stage = state.stage
        if stage is None or stage.epoch != view.epoch or stage.model.ground.shape != picture.shape:
            count = 0 if stage is None else stage.stock.count
            return Memory(_begun(picture, explained, sight.at, view.epoch, count)), observation
        stage, now = self._judged(stage, picture, (explained, outside), sight.at, view.warp)
        stage = self._stepped(stage, now)
        blobs = tuple(self._told(stage.stock, view.warp, sight))
        return Memory(stage), msgspec.structs.replace(observation, blobs=blobs)

    def _told(self, stock: Inventory, warp: Similarity, sight: Sight) -> Iterator[Blob]:
        height, width = stock.marks.shape
        painted = settled.painted(stock.things, np.asarray(stock.marks, np.uint8))
        for thing in stock.things:
            x, y, w, h = thing.rect
            box = (x / width, y / height, (x + w) / width, (y + h) / height)
            yield Blob(
                key=thing.key,
                box=_warped(box, warp, sight.aspect),
                area=thing.pixels / stock.marks.size,
                since=thing.since,
                appeared=thing.real and thing.key not in painted,
                contrast=min(1.0, thing.contrast),
                seen=thing.seen,
                measures=self._measured(thing, stock.marks.size, sight.at),
            )

    def _measured(self, thing: Settled, size: int, at: float) -> tuple[Measure, ...]:
        """Return the tests that a thing stood, in the order in which it met them."""
        looks = max(1, thing.votes)
        steady = thing.votes / max(1, thing.votes + thing.doubts)
        apart = thing.apart / thing.free if thing.free else 1.0
        return (
            Measure("thing_px", float(max(thing.rect[2:])), float(self._p.min_px)),
            Measure("thing_share", round(thing.pixels / size, 5), self._p.max_share, above=False),
            Measure("thing_contrast", round(expm1(thing.contrast), 3), self._p.min_contrast),
            Measure("thing_rest_s", round(at - thing.since, 1), self._p.settle_s),
            Measure("thing_steady", round(steady, 3), settled.STEADY),
            Measure("thing_apart", round(apart, 3), settled.STEADY),
            Measure("thing_put_down", round(thing.edges / looks, 3), 0.0),
            Measure("thing_solid", round(thing.solid / looks, 3), 0.0),
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
                low, high = (int(x1 - pad), int(y1 - pad)), (round(x2 + pad), round(y2 + pad))
                cv2.rectangle(mask, low, high, (255,), -1)
        return mask

    def _judged(
        self,
        stage: Stage,
        picture: Levels,
        masks: tuple[Mask, Mask | None],
        at: float,
        warp: Similarity,
    ) -> tuple[Stage, Look]:
        """Return the picture judged against the model, and the stage in the present light."""
        explained, outside = masks
        hidden = explained if outside is None else np.maximum(explained, outside)
        light, plain = backdrop.relit(stage.model, picture, hidden)
        model = msgspec.structs.replace(stage.model, light=light)
        # A warped picture is off by more than a px in places.
        reach = 1 if warp == IDENTITY else 2
        allowed = backdrop.tolerance(model, self._floor)
        odd = backdrop.excess(plain, model.ground, reach)
        front = (odd > allowed) & (model.known > 0)
        if outside is not None:
            front &= outside == 0
        kernel = np.ones((3, 3), np.uint8)
        opened = cv2.morphologyEx(backdrop.as_mask(front), cv2.MORPH_OPEN, kernel)
        now = Look(plain, odd, allowed, np.asarray(opened, np.uint8), explained, hidden, reach, at)
        return msgspec.structs.replace(stage, model=model), now

    def _stepped(self, stage: Stage, now: Look) -> Stage:
        """Return the stage after this picture: ages, things, ground."""
        elapsed = min(_LONGEST_S, max(0.0, now.at - stage.at))
        still, age = backdrop.aged(stage.model, now.plain, now.allowed, elapsed, now.reach)
        at_rest = backdrop.lasting(age, self._p.settle_s)
        stock = stage.stock
        loose: Mask = now.front & ~np.where(stock.marks > 0, np.uint8(255), now.hidden)
        seen = loose.size - cv2.countNonZero(now.hidden)
        upset = cv2.countNonZero(loose) > _BIRTH_SHARE * max(1, seen)
        upset_at = max(now.at, stage.upset_at) if upset else stage.upset_at
        model = msgspec.structs.replace(stage.model, still=still, age=age, front=now.front)
        moving = np.where(at_rest > 0, np.uint8(0), loose)
        movers = around.moved(stock.movers, moving, now.explained, now.at)
        stock = msgspec.structs.replace(stock, movers=movers)
        if not upset:
            stock = inventory.followed(stock, model, now, self._sizes)
            # What was taken for one thing and is none may hold a smaller one.
            loose = now.front & ~np.where(stock.marks > 0, np.uint8(255), now.hidden)
            fresh = np.minimum(loose, at_rest)
            stock = inventory.found(stock, age, now, fresh, stage.upset_at, self._sizes)
        model, stock = self._learned(model, stock, now, (at_rest, elapsed, upset_at))
        return Stage(model, stock, now.at, stage.epoch, upset_at)

    def _learned(
        self, model: Backdrop, stock: Inventory, now: Look, pace: tuple[Mask, float, float]
    ) -> tuple[Backdrop, Inventory]:
        """Return model and inventory after ground and noise have learned from this picture."""
        at_rest, elapsed, upset_at = pace
        busy = np.where(stock.marks > 0, np.uint8(255), now.hidden)
        busy |= around.veiled(stock.movers, now.at, busy.shape)
        for thing in stock.things:  # Its faint parts must not be learned either.
            busy[settled.grown(thing.rect, settled.MARGIN, busy.shape)] = 255
        # Right after the beginning nothing is news: what is at rest is the ground.
        old = at_rest if now.at <= upset_at else backdrop.lasting(model.age, self._p.absorb_s)
        stale = np.minimum(now.explained, backdrop.lasting(model.age, _STALE_S))
        known = np.asarray(model.known & ~stale, np.uint8)
        taken = np.asarray((old | (at_rest & ~known)) & ~busy, np.uint8)
        free: Mask = model.known & ~busy & ~now.front
        # Noise flickers; what stands out and does not change is none.
        quiet = np.asarray(busy | (now.front & at_rest), np.uint8)
        ground, noise, owed = backdrop.learned(
            model, now.plain, now.odd, free, (taken, quiet), elapsed
        )
        stock, ground = inventory.absorbed(stock, now, ground, self._p.absorb_s)
        model = msgspec.structs.replace(
            model, ground=ground, noise=noise, known=known | taken, owed_s=owed
        )
        return model, stock


def _begun(picture: Levels, hidden: Mask, at: float, epoch: int, count: int) -> Stage:
    stock = inventory.empty(picture.shape[0], picture.shape[1], count)
    return Stage(backdrop.begun(picture, hidden), stock, at, epoch, at + _WARM_S)


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
