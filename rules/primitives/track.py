"""`track`: which detection continues which object, from 0.5 to 25 pictures a second."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.optimize import linear_sum_assignment

from rules import motion
from rules.boxes import area, covered, iou, overlap, size
from rules.looks import likeness, mixed
from rules.motion import Motion, Rest
from rules.observation import Box, Object, Scene, Track
from rules.primitive import Params as Parameters
from rules.warps import STILL, Warp, box_from_reference, box_to_reference
from rules.zones import Zones

_GROUPS = {"car": "vehicle", "truck": "vehicle", "bus": "vehicle"}  # Detectors flip among these.
_DOUBLE = 0.65  # IoU at which two detections of one group are one object.
_HIDDEN = 0.4  # Share of a box under nearer boxes from which a miss is no news.
_ALIKE = 0.15  # Similarity below which nothing is continued.
_AREA = 3.0  # A box does not grow or shrink by more than this from one picture to the next.
_UNLIKE = 0.3  # Likeness below which two looks are two vehicles.
_LOOK_SHARE = 0.1  # Weight of a new look in the remembered one: light changes slowly.
_STARTING = 0.5  # Sizes a thing that stood is away after a second: a car that sets off ...
_FALLING = 4.0  # ... and a person who falls.
_BELIEF = 0.2  # Weight of a new score in the running one.
_COASTING = 3  # Pictures a moving object may be missed in ...
_COAST_S = 3.0  # ... and seconds.
_BLANKS = 2  # What shows in less than one of three pictures is many things that come and go.
_PATIENCE = 4.0  # A thing may be hidden for so many times as long as it was seen to stand.


class Trail(msgspec.Struct, frozen=True):
    """One object as the tracker remembers it; `box` is its last reading.

    `unseen_s` is for how long it was missed where nothing hid it; `shown` and `blank` count the
    pictures since it stands that showed it, or not, in free view. `look` follows its readings,
    `alike` is how well they agreed with it while it stood. Boxes are in the view's reference.
    """

    id: int
    label: str
    score: float
    box: Box
    first_seen: float
    last_seen: float
    motion: Motion
    rest: Rest
    pictures: int = 1
    missed: int = 0
    hidden: bool = False
    unseen_s: float = 0.0
    shown: int = 1
    blank: int = 0
    keypoints: tuple[tuple[float, float, float], ...] = ()
    look: bytes = b""
    alike: float = 1.0


class Trails(msgspec.Struct, frozen=True):
    """State: the objects that are followed, the next id, the last picture's time and view."""

    trails: tuple[Trail, ...] = ()
    next_id: int = 1
    last: float | None = None
    warp: Warp = STILL
    epoch: int = 0


class Tracker:
    """Step. Fills `scene.tracks`; objects that stand still are remembered while they are hidden."""

    class Params(Parameters):
        """How objects are followed."""

        start_confidence: float = Field(
            0.25,
            ge=0.05,
            le=1.0,
            description="Score at which a new object is believed; weaker ones only continue one.",
            json_schema_extra={"unit": "0..1", "replay": True},
        )
        still_slack: float = Field(
            0.15,
            ge=0.02,
            le=1.0,
            description="How far an object may stray, in its own size, and still stand.",
            json_schema_extra={"unit": "object sizes", "replay": True},
        )
        forget_s: float = Field(
            10.0,
            ge=0.5,
            le=600.0,
            description="How long a still object is remembered that is not seen in free view.",
            json_schema_extra={"unit": "s", "replay": True},
        )
        memory_s: float = Field(
            900.0,
            ge=1.0,
            le=86400.0,
            description="How long a still object is remembered that is hidden.",
            json_schema_extra={"unit": "s", "replay": True},
        )

    State = Trails

    def __init__(self, params: Params, zones: Zones) -> None:
        self._p = params

    def step(self, state: Trails, scene: Scene, now: float) -> tuple[Trails, Scene]:
        """Continue, begin and forget objects. In a paused scene nothing is seen and none ages."""
        view = scene.observation.view
        if scene.paused or view.fault:
            return state, msgspec.structs.replace(scene, paused=scene.paused or view.fault)
        aspect = scene.observation.aspect
        old = state.trails if state.epoch == view.epoch else _carried(state, aspect)
        objects = _single(scene.observation.objects, view.warp, aspect)
        pairs, strong = self._paired(old, objects, aspect, now)
        elapsed = 0.0 if state.last is None else max(0.0, now - state.last)
        boxes = [o.box for o, _ in pairs.values()] + [o.box for o in strong]
        trails: list[Trail] = []
        for trail in old:
            after: Trail | None
            if trail.id in pairs:
                after = self._continued(trail, *pairs[trail.id], aspect, now)
            else:
                after = self._missed(trail, boxes, elapsed, now)
            if after is not None:
                trails.append(after)
        fresh = enumerate(strong, state.next_id)
        trails.extend(_new(found, number, aspect, now) for number, found in fresh)
        after_all = Trails(tuple(trails), state.next_id + len(strong), now, view.warp, view.epoch)
        tracks = tuple(_told(t, view.warp, aspect, now) for t in trails)
        return after_all, msgspec.structs.replace(scene, tracks=tracks)

    def _paired(
        self, trails: Sequence[Trail], objects: Sequence[Object], aspect: float, now: float
    ) -> tuple[dict[int, tuple[Object, Motion]], list[Object]]:
        """Return by trail id what continues it and its predicted motion; and what may begin one."""
        ahead = [_ahead(t, aspect, now - t.last_seen) for t in trails]
        strong = [o for o in objects if o.score >= self._p.start_confidence]
        weak = [o for o in objects if o.score < self._p.start_confidence]
        found, rest, strong = _associate(trails, ahead, range(len(ahead)), strong, aspect)
        more, _, _ = _associate(trails, ahead, rest, weak, aspect)
        pairs = {**found, **more}
        return {trails[i].id: (o, ahead[i].motion) for i, o in pairs.items()}, strong

    def _continued(
        self, trail: Trail, found: Object, ahead: Motion, aspect: float, now: float
    ) -> Trail:
        rest = motion.rested(trail.rest, found.box, aspect, now, self._p.still_slack)
        after = motion.corrected(ahead, found.box, aspect)
        stronger = found.score > trail.score
        alike = trail.alike
        if found.look and trail.look:
            new = float(likeness([trail.look], [found.look])[0, 0])
            # A spot that begins anew owes nothing to what was seen on the way to it.
            weight = 1.0 if rest.readings <= 2 else max(1.0 / (rest.readings - 1), _LOOK_SHARE)
            alike = alike + weight * (new - alike)
        return msgspec.structs.replace(
            trail,
            label=found.label if stronger else trail.label,
            score=trail.score + _BELIEF * (found.score - trail.score),
            box=found.box,
            last_seen=now,
            motion=after,
            rest=rest,
            pictures=trail.pictures + 1,
            missed=0,
            hidden=False,
            unseen_s=0.0,
            shown=trail.shown + 1 if rest.since == trail.rest.since else 1,
            blank=trail.blank if rest.since == trail.rest.since else 0,
            keypoints=found.keypoints,
            look=mixed(trail.look, found.look, _LOOK_SHARE if rest.readings > 1 else 1.0),
            alike=alike,
        )

    def _missed(
        self, trail: Trail, boxes: Sequence[Box], elapsed: float, now: float
    ) -> Trail | None:
        """Return a trail that no detection continued; None when it is to be forgotten."""
        still = motion.still(trail.rest, trail.last_seen)
        hidden = _is_hidden(trail.rest.box if still else trail.box, boxes)
        # A gap without pictures says nothing: time in free view runs between two misses.
        free_s = 0.0 if hidden or trail.hidden or not trail.missed else elapsed
        missed = msgspec.structs.replace(
            trail,
            missed=trail.missed + 1,
            hidden=hidden,
            unseen_s=trail.unseen_s + free_s,
            blank=trail.blank + (not hidden),
            keypoints=(),
        )
        unseen = now - trail.last_seen
        if not still:
            return missed if missed.missed <= _COASTING and unseen <= _COAST_S else None
        # What has stood for long will stand again; what has stopped for a moment drives on, and
        # the next one that stops there is another one.
        stood = trail.last_seen - trail.rest.since
        forgotten = missed.missed > 1 and missed.unseen_s > min(self._p.forget_s, stood)
        forgotten = forgotten or missed.blank > _BLANKS * missed.shown + _COASTING
        if forgotten or unseen > min(self._p.memory_s, _PATIENCE * stood):
            return None
        return missed


def _told(trail: Trail, warp: Warp, aspect: float, now: float) -> Track:
    still = motion.still(trail.rest, trail.last_seen)
    spot = box_from_reference(trail.rest.box, warp, aspect) if still else None
    box = trail.box
    if trail.missed and not still:
        ahead = motion.predicted(trail.motion, 0.0, now - trail.last_seen)
        box = _moved(trail.box, ahead, aspect)
    return Track(
        id=trail.id,
        label=trail.label,
        score=trail.score,
        box=box_from_reference(box, warp, aspect),
        first_seen=trail.first_seen,
        last_seen=trail.last_seen,
        seen=trail.missed == 0,
        still_since=trail.rest.since if still else None,
        keypoints=trail.keypoints,
        hidden=trail.hidden,
        alike=trail.alike,
        spot=spot,
    )


def _carried(state: Trails, aspect: float) -> tuple[Trail, ...]:
    """The view has a new reference, about where the last picture was: take the trails along."""
    carried = []
    for trail in state.trails:
        box = box_from_reference(trail.box, state.warp, aspect)
        rest = Rest(box_from_reference(trail.rest.box, state.warp, aspect), trail.rest.since)
        start = motion.begun(box, aspect)
        carried.append(msgspec.structs.replace(trail, box=box, rest=rest, motion=start))
    return tuple(carried)


class _Ahead(msgspec.Struct):
    """Where a trail may be now: predicted motion and box, and how far from it a reading may lie."""

    motion: Motion
    box: Box
    gate: float


def _ahead(trail: Trail, aspect: float, dt: float) -> _Ahead:
    side = size(trail.box, aspect)
    if trail.rest.away is None and motion.still(trail.rest, trail.last_seen):
        # From a stand it can only have gone as far as it could accelerate: what is further away
        # is something else that passes by.
        at = motion.predicted(motion.standing(trail.rest.box, aspect), side, dt)
        push = _FALLING if trail.label == "person" else _STARTING
        return _Ahead(at, trail.rest.box, side * min(0.8, 0.3 + push * dt * dt))
    at = motion.predicted(trail.motion, side, dt)
    box = _moved(trail.box, at, aspect)
    return _Ahead(at, box, side * min(1.5, max(0.5, 3.0 * motion.spread(at) / side)))


def _moved(box: Box, to: Motion, aspect: float) -> Box:
    x, y = motion.place(to, aspect)
    half_width, half_height = (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
    return x - half_width, y - half_height, x + half_width, y + half_height


def _new(found: Object, number: int, aspect: float, now: float) -> Trail:
    return Trail(
        id=number,
        label=found.label,
        score=found.score,
        box=found.box,
        first_seen=now,
        last_seen=now,
        motion=motion.begun(found.box, aspect),
        rest=Rest(found.box, now),
        keypoints=found.keypoints,
        look=found.look,
    )


def _group(label: str) -> str:
    return _GROUPS.get(label, label)


def _single(objects: Sequence[Object], warp: Warp, aspect: float) -> list[Object]:
    """Return the objects in the reference, without the doubles seen under two labels of a group."""
    kept: list[Object] = []
    for found in sorted(objects, key=lambda o: -o.score):
        group = _group(found.label)
        if not any(_group(k.label) == group and iou(k.box, found.box) >= _DOUBLE for k in kept):
            kept.append(found)
    if warp == STILL:
        return kept
    return [msgspec.structs.replace(o, box=box_to_reference(o.box, warp, aspect)) for o in kept]


def _associate(
    trails: Sequence[Trail],
    ahead: Sequence[_Ahead],
    free: Sequence[int],
    objects: Sequence[Object],
    aspect: float,
) -> tuple[dict[int, Object], list[int], list[Object]]:
    """Return which trail is continued by which object, the trails and the objects left over."""
    rows = list(free)
    if not rows or not objects:
        return {}, rows, list(objects)
    alike = _similarity([trails[i] for i in rows], [ahead[i] for i in rows], objects, aspect)
    left, right = linear_sum_assignment(alike, maximize=True)
    best = zip(left.tolist(), right.tolist(), strict=True)
    pairs = {rows[r]: objects[c] for r, c in best if alike[r, c] >= _ALIKE}
    taken = {id(o) for o in pairs.values()}
    return pairs, [i for i in rows if i not in pairs], [o for o in objects if id(o) not in taken]


def _similarity(
    trails: Sequence[Trail], ahead: Sequence[_Ahead], objects: Sequence[Object], aspect: float
) -> NDArray[np.float64]:
    """Return 0..1 for every trail (rows) and object (columns); 0 where it cannot be."""
    near = _agreement([a.box for a in ahead], [a.gate for a in ahead], objects, aspect)
    for row, trail in enumerate(trails):
        if trail.rest.away is not None:
            # What seemed to leave may have been something that passed: its spot still claims it.
            back = _agreement(
                [trail.rest.box], [0.3 * size(trail.rest.box, aspect)], objects, aspect
            )
            near[row] = np.maximum(near[row], back[0])
    group = np.array([_group(o.label) for o in objects])
    own = np.array([_group(t.label) for t in trails])
    near[own[:, None] != group[None, :]] = 0.0
    if any(o.look for o in objects):
        # Where one stood, another one that looks quite different is another one.
        alike = likeness([t.look for t in trails], [o.look for o in objects])
        stands = np.array([motion.still(t.rest, t.last_seen) for t in trails])
        near[(alike < _UNLIKE) & stands[:, None]] = 0.0
    return near


def _agreement(
    boxes: Sequence[Box], gates: Sequence[float], objects: Sequence[Object], aspect: float
) -> NDArray[np.float64]:
    a = np.array(boxes, np.float64)[:, None, :]
    b = np.array([o.box for o in objects], np.float64)[None, :, :]
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    both = np.prod(np.clip(high - low, 0.0, None), axis=-1)
    area_a = np.prod(a[..., 2:] - a[..., :2], axis=-1)
    area_b = np.prod(b[..., 2:] - b[..., :2], axis=-1)
    union = area_a + area_b - both
    shared = np.divide(both, union, out=np.zeros_like(both), where=union > 0.0)
    apart = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2 * (aspect, 1.0)
    gate = np.array(gates, np.float64)[:, None]
    close = 1.0 - np.hypot(apart[..., 0], apart[..., 1]) / np.maximum(gate, 1e-6)
    other_size = (area_a > _AREA * area_b) | (area_b > _AREA * area_a)
    result: NDArray[np.float64] = np.where(
        (close <= 0.0) | other_size, 0.0, 0.5 * shared + 0.5 * np.clip(close, 0.0, 1.0)
    )
    return result


def _is_hidden(box: Box, boxes: Sequence[Box]) -> bool:
    """Tell whether nearer boxes (their foot is not above its own) cover much of a box."""
    slack = 0.1 * (box[3] - box[1])
    front = [b for b in boxes if b[3] >= box[3] - slack and overlap(box, b) > 0.0]
    return area(box) > 0.0 and sum(covered(box, b) for b in front) >= _HIDDEN
