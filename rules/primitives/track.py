"""`track`: which detection continues which object, from 0.5 to 25 pictures a second."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from pydantic import Field

from rules import association, motion
from rules.association import Expected
from rules.boxes import size
from rules.looks import mixed
from rules.motion import Motion, Rest
from rules.observation import Box, Object, Scene, Track
from rules.primitive import Params as Parameters
from rules.warps import STILL, Warp, box_from_reference, box_to_reference
from rules.zones import Zones

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
        left: tuple[Track, ...] = ()
        if state.epoch != view.epoch:
            left = self._abandoned(state, aspect, now)
            state = Trails(next_id=state.next_id)
        old = state.trails
        objects = [
            msgspec.structs.replace(o, box=box_to_reference(o.box, view.warp, aspect))
            for o in association.single(scene.observation.objects)
        ]
        pairs, strong = self._paired(old, objects, aspect, now)
        elapsed = 0.0 if state.last is None else max(0.0, now - state.last)
        boxes = [n.seen.box for n in pairs.values()] + [o.box for o in strong]
        trails: list[Trail] = []
        for trail in old:
            after: Trail | None
            if trail.id in pairs:
                after = self._continued(trail, pairs[trail.id], aspect, now)
            else:
                after = self._missed(trail, boxes, elapsed, now)
            if after is not None:
                trails.append(after)
        fresh = enumerate(strong, state.next_id)
        trails.extend(_new(found, number, aspect, now) for number, found in fresh)
        after_all = Trails(tuple(trails), state.next_id + len(strong), now, view.warp, view.epoch)
        tracks = tuple(self._told(t, view.warp, aspect, now) for t in trails)
        return after_all, msgspec.structs.replace(scene, tracks=left + tracks)

    def _paired(
        self, trails: Sequence[Trail], objects: Sequence[Object], aspect: float, now: float
    ) -> tuple[dict[int, _Next], list[Object]]:
        """Return by trail id what continues it, and the objects that begin a trail."""
        ahead = [_ahead(t, aspect, now - t.last_seen) for t in trails]
        near, alike = association.similarity([a for a, _ in ahead], objects, aspect)
        scores = [o.score >= self._p.start_confidence for o in objects]
        strong = [c for c, is_strong in enumerate(scores) if is_strong]
        weak = [c for c, is_strong in enumerate(scores) if not is_strong]
        pairs = association.assigned(near, list(range(len(trails))), strong)
        left = [row for row in range(len(trails)) if row not in pairs]
        pairs |= association.assigned(near, left, weak)
        taken = set(pairs.values())
        following = {
            trails[r].id: _Next(objects[c], ahead[r][1], float(alike[r, c]))
            for r, c in pairs.items()
        }
        return following, [objects[c] for c in strong if c not in taken]

    def _continued(self, trail: Trail, found: _Next, aspect: float, now: float) -> Trail:
        seen = found.seen
        rest = motion.rested(trail.rest, seen.box, aspect, now, self._p.still_slack)
        stays = rest.since == trail.rest.since
        # A spot that begins anew owes nothing to what was seen on the way to it.
        weight = 1.0 if rest.readings <= 2 else max(1.0 / (rest.readings - 1), _LOOK_SHARE)
        return msgspec.structs.replace(
            trail,
            label=seen.label if seen.score > trail.score else trail.label,
            score=trail.score + _BELIEF * (seen.score - trail.score),
            box=seen.box,
            last_seen=now,
            motion=motion.corrected(found.motion, seen.box, aspect),
            rest=rest,
            missed=0,
            hidden=False,
            unseen_s=0.0,
            shown=trail.shown + 1 if stays else 1,
            blank=trail.blank if stays else 0,
            keypoints=seen.keypoints,
            look=mixed(trail.look, seen.look, _LOOK_SHARE if rest.readings > 1 else 1.0),
            alike=trail.alike + weight * (found.alike - trail.alike),
        )

    def _missed(
        self, trail: Trail, boxes: Sequence[Box], elapsed: float, now: float
    ) -> Trail | None:
        """Return a trail that no detection continued; None when it is to be forgotten."""
        still = motion.still(trail.rest, trail.last_seen)
        hidden = association.is_hidden(trail.rest.box if still else trail.box, boxes)
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

    def _told(self, trail: Trail, warp: Warp, aspect: float, now: float) -> Track:
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
            strayed=motion.displacement(trail.rest.box, trail.box, aspect) if still else 0.0,
            slack=self._p.still_slack,
        )

    def _abandoned(self, state: Trails, aspect: float, now: float) -> tuple[Track, ...]:
        """The camera looks elsewhere now: say of all that was there that it is out of sight."""
        tracks = (self._told(t, state.warp, aspect, now) for t in state.trails)
        return tuple(msgspec.structs.replace(t, seen=False, hidden=True) for t in tracks)


class _Next(msgspec.Struct):
    """What continues a trail: the detection, the motion predicted for now, how alike they look."""

    seen: Object
    motion: Motion
    alike: float


def _ahead(trail: Trail, aspect: float, dt: float) -> tuple[Expected, Motion]:
    """Return where a trail may be `dt` seconds after it was last seen."""
    side = size(trail.box, aspect)
    away = trail.rest.away is not None
    stands = motion.still(trail.rest, trail.last_seen)
    if stands and not away:
        # From a stand it can only have gone as far as it could accelerate: what is further away
        # is something else that passes by.
        push = _FALLING if trail.label == "person" else _STARTING
        at = motion.predicted(motion.standing(trail.rest.box, aspect), side, dt)
        box, gate = trail.rest.box, side * min(0.8, 0.3 + push * dt * dt)
    else:
        at = motion.predicted(trail.motion, side, dt)
        box = _moved(trail.box, at, aspect)
        gate = min(1.5 * side, max(0.5 * side, 3.0 * motion.spread(at)))
    spot = trail.rest.box if away else None
    return Expected(trail.label, box, gate, side, stands, spot, trail.look), at


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
