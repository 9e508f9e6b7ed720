"""`left_behind`: static foreground that no person or vehicle explains, after its owner has left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import hypot

import msgspec
from pydantic import Field

from rules.boxes import area, covered, foot, iou
from rules.glance import Glance
from rules.observation import Blob, Box, Fact, Measure, Object, Scene, Subject
from rules.primitive import Params as Parameters
from rules.sight import Sight
from rules.zones import Zones

_STANDS = 0.5  # Two boxes of one label that agree so much (IoU) are one thing that stands.
_COVERS = 0.5  # A blob that lies so much under a detection cannot be seen apart from it.
_INSIDE = 0.7
_FILLS = 0.45  # A blob that fills so much of a person's box is the person, not a bag.
_HEAP = 1.5  # Sizes of the largest between two things that are one heap to who clears it away.
_PIECE = 0.1  # Less of a vehicle's box is no vehicle.
_FEET = 0.25  # The lowest share of a person's box may be hidden behind something.
_FORESHORTENED = 1.5  # 1 / sin(40 degrees): how a camera on a pole looks down.
_HELD_UP = 0.6  # Body heights above the head that an umbrella reaches.
_FAR = 9.9  # Body heights that stand for 'nobody in the picture' where a number is shown.
_MISSED_S = 3.0  # A detector may miss somebody who stands for so long.
_STOPS_S = 2.0  # Who stays in one place for so long has stopped.
_OWNED_S = 30.0  # Who comes back within so long may have been missed, not gone.
_LOST_S = 3600.0  # After a camera move, what stood there is 'cannot be seen' for so long.


class Presence(msgspec.Struct, frozen=True):
    """Where an object was seen: `first` and `last` are of sightings at this place, `since` is when
    the unbroken row of them began that `last` ends.
    """

    label: str
    box: Box
    first: float
    last: float
    since: float

    @property
    def stands(self) -> bool:
        """True when it was seen here more than once."""
        return self.last > self.first


class Ward(msgspec.Struct, frozen=True):
    """A blob and who looks after it. `left_at` is when its owner was found gone; `lost_at` is
    set when a camera move made it impossible to follow.
    """

    key: int
    box: Box
    attended_at: float
    left_at: float | None = None
    lost_at: float | None = None


class Watch(msgspec.Struct, frozen=True):
    """State: blobs under watch, and where persons and vehicles have been lately."""

    wards: tuple[Ward, ...] = ()
    presences: tuple[Presence, ...] = ()
    epoch: int = 0
    at: float = 0.0


class LeftBehind:
    """Step. Turns blobs into subjects; pauses while the view is at fault.

    holds True: it lies there and nobody is with it. False: its owner is with it, it was taken
    away rather than put down, or a person or a vehicle explains it. None: hidden, or its owner
    is gone for too short a time to say.
    """

    class Params(Parameters):
        """Who is an owner, and when an owner has left."""

        attended_by: tuple[str, ...] = Field(
            ("person",),
            description="Labels that can look after a thing.",
            json_schema_extra={"replay": True},
        )
        attend_heights: float = Field(
            1.0,
            ge=0.1,
            le=10.0,
            description="Somebody nearer than so many of their own heights is with a thing.",
            json_schema_extra={"unit": "body heights", "replay": True},
        )
        owner_gone_s: float = Field(
            2.0,
            ge=0.0,
            le=600.0,
            description="Nobody must have been with a thing for so long.",
            json_schema_extra={"unit": "s", "replay": True},
        )
        passing_s: float = Field(
            15.0,
            ge=0.0,
            le=600.0,
            description="After so long, who walks by is not its owner; who stops beside it may be.",
            json_schema_extra={"unit": "s", "replay": True},
        )
        explain_s: float = Field(
            60.0,
            ge=0.0,
            le=86400.0,
            description="A person or vehicle that is missed explains its place for so long.",
            json_schema_extra={"unit": "s", "replay": True},
        )
        object_score: float = Field(
            0.25,
            ge=0.0,
            le=1.0,
            description="Weaker detections are nobody.",
            json_schema_extra={"unit": "0..1", "replay": True},
        )

    State = Watch

    def __init__(self, params: Params, zones: Zones) -> None:
        self._p = params
        self._zones = zones

    def step(self, state: Watch, scene: Scene, now: float) -> tuple[Watch, Scene]:
        seen = scene.observation
        if scene.paused or seen.view.fault:
            return state, msgspec.structs.replace(scene, paused=scene.paused or seen.view.fault)
        objects = tuple(o for o in seen.objects if o.score >= self._p.object_score)
        presences = self._remembered(state, objects, now)
        known = {w.key: w for w in state.wards if w.lost_at is None}
        wards = list(_lost(state.wards, now, moved=seen.view.epoch != state.epoch))
        subjects = [Subject(f"blob-{w.key}", w.box, None, 0.0) for w in wards]
        left: list[tuple[Ward, Subject]] = []
        for blob in seen.blobs:
            zone = self._zones.name_at(*foot(blob.box))
            if zone is None:
                continue
            ward = known.get(blob.key, Ward(blob.key, blob.box, blob.since))
            ward, holds = self._judged(ward, blob, objects, presences, seen.aspect, now)
            wards.append(ward)
            measures = self._measured(ward, blob, presences, seen.aspect, now)
            subject = _subject(ward, blob, holds, zone, measures)
            if holds:
                left.append((ward, subject))
            else:
                subjects.append(subject)
        subjects.extend(_heaped(left, seen.aspect))
        state = Watch(tuple(wards), presences, seen.view.epoch, now)
        return state, msgspec.structs.replace(scene, subjects=(*scene.subjects, *subjects))

    def glance(self, scene: Scene, sight: Sight) -> Glance:
        """Name what would explain a change; what was left shows only against what was before."""
        subjects = []
        for number, item in enumerate(scene.observation.objects):
            zone = self._zones.name_at(*foot(item.box))
            if zone is not None and item.score >= self._p.object_score:
                facts: dict[str, Fact] = {"label": item.label, "zone": zone}
                subjects.append(Subject(str(number), item.box, False, item.score, None, facts))
        count = len(subjects)
        return Glance(
            "needs_video",
            "需要连续视频：暴露垃圾须与放置之前的地面对比。"
            f"图中人员、车辆等 {count} 个，可解释画面变化，不算垃圾。",
            "This needs video: what was left shows only against the ground as it was before."
            f" People, vehicles and animals seen: {count}; they explain changes and are no litter.",
            tuple(subjects),
        )

    def _remembered(
        self, state: Watch, objects: tuple[Object, ...], now: float
    ) -> tuple[Presence, ...]:
        """Return where objects are and have been within `explain_s`."""
        old = [p for p in state.presences if now - p.last <= self._p.explain_s]
        for item in objects:
            same = [p for p in old if p.label == item.label and iou(p.box, item.box) >= _STANDS]
            first = min((p.first for p in same), default=now)
            # A detector misses a picture; another person at the same spot comes later.
            unbroken = min(state.at, now - _MISSED_S)
            since = min((p.since for p in same if p.last >= unbroken), default=now)
            old = [p for p in old if p not in same]
            old.append(Presence(item.label, item.box, first, now, since))
        return tuple(old)

    def _judged(
        self,
        ward: Ward,
        blob: Blob,
        objects: tuple[Object, ...],
        presences: tuple[Presence, ...],
        aspect: float,
        now: float,
    ) -> tuple[Ward, bool | None]:
        """Return a ward after this picture, and whether it is left behind."""
        ward = msgspec.structs.replace(ward, box=blob.box)
        if self._attended(ward, blob, presences, aspect, now):
            if ward.left_at is not None and now - ward.left_at > _OWNED_S:
                return ward, None  # Somebody else, or the owner takes it away at last.
            # The owner's own box may hide the thing at their feet; that is attended, not hidden.
            ward = msgspec.structs.replace(ward, attended_at=now, left_at=None)
            return ward, False
        if not blob.seen or any(covered(blob.box, o.box) >= _COVERS for o in objects):
            return ward, None
        if not blob.appeared or any(self._explains(p, blob, now) for p in presences):
            return msgspec.structs.replace(ward, attended_at=now, left_at=None), False
        if ward.left_at is None and now - max(ward.attended_at, blob.since) < self._p.owner_gone_s:
            return ward, None
        return msgspec.structs.replace(ward, left_at=ward.left_at or now), True

    def _attended(
        self,
        ward: Ward,
        blob: Blob,
        presences: tuple[Presence, ...],
        aspect: float,
        now: float,
    ) -> bool:
        """Tell whether somebody is with it."""
        return self._nearest(ward, blob, presences, aspect, now) <= self._p.attend_heights

    def _nearest(
        self,
        ward: Ward,
        blob: Blob,
        presences: tuple[Presence, ...],
        aspect: float,
        now: float,
    ) -> float:
        """Return how far, in body heights, the nearest is who may own it.

        At first that is anyone, later only who stops.
        """
        fresh = ward.left_at is None and now - blob.since < self._p.passing_s
        return min(
            (
                0.0 if _theirs(blob, p) else _apart(blob.box, p.box, aspect)
                for p in presences
                if p.last == now
                and p.label in self._p.attended_by
                and (fresh or now - p.since >= _STOPS_S)
            ),
            default=float("inf"),
        )

    def _measured(
        self,
        ward: Ward,
        blob: Blob,
        presences: tuple[Presence, ...],
        aspect: float,
        now: float,
    ) -> tuple[Measure, ...]:
        """Return the tests of the pixels, then those of whose it is and who else explains it."""
        near = self._nearest(ward, blob, presences, aspect, now)
        hidden = max((covered(blob.box, p.box) for p in presences if p.last == now), default=0.0)
        away = max(0.0, now - max(ward.attended_at, blob.since))
        return (
            *blob.measures,
            Measure("explained", round(hidden, 3), _COVERS, above=False),
            Measure("person_apart", round(min(near, _FAR), 2), self._p.attend_heights),
            Measure("owner_gone_s", round(away, 1), self._p.owner_gone_s),
        )

    def _explains(self, presence: Presence, blob: Blob, now: float) -> bool:
        """Tell whether a blob is an object that stood there, missed by the detector now."""
        if presence.label not in self._p.attended_by:
            # A vehicle that is missed for long shows as more than a thing that lay beside it.
            here = now - presence.last <= _MISSED_S
            large = here or area(blob.box) >= _PIECE * area(presence.box)
            return presence.stands and large and covered(blob.box, presence.box) >= _INSIDE
        # A thing at the feet of somebody who stands, or passes, is the smaller part of their box.
        fills = area(blob.box) >= _FILLS * area(presence.box)
        inside = fills and covered(blob.box, presence.box) >= _INSIDE
        return inside and (presence.stands or iou(blob.box, presence.box) >= _STANDS)


def _lost(wards: Iterable[Ward], now: float, *, moved: bool) -> Iterator[Ward]:
    """Yield what can no longer be followed since the camera moved; only what mattered."""
    for ward in wards:
        if moved and ward.lost_at is None and ward.left_at is not None:
            yield msgspec.structs.replace(ward, lost_at=now)
        elif ward.lost_at is not None and now - ward.lost_at < _LOST_S:
            yield ward


def _subject(
    ward: Ward, blob: Blob, holds: bool | None, zone: str, measures: tuple[Measure, ...]
) -> Subject:
    since = max(blob.since, ward.attended_at)
    return Subject(
        key=f"blob-{blob.key}",
        box=blob.box,
        holds=holds,
        score=round(min(1.0, 0.5 + blob.contrast), 3),
        since=since,
        facts={
            "zone": zone,
            "area": round(blob.area, 5),
            "contrast": round(blob.contrast, 3),
            "at_rest_since": round(blob.since, 3),
        },
        measures=measures,
    )


def _heaped(left: list[tuple[Ward, Subject]], aspect: float) -> Iterator[Subject]:
    """Yield what lies together as one: it is one heap to whoever has to clear it away.

    It goes by the name of what was left first, so that a further piece is no further event.
    """
    waiting = sorted(left, key=lambda pair: (pair[0].left_at, pair[0].key))
    while waiting:
        _, heap = waiting.pop(0)
        box, grew = heap.box, True
        while grew:
            near = [p for p in waiting if _beside(box, p[1].box, aspect)]
            waiting = [p for p in waiting if p not in near]
            grew = bool(near)
            for _, piece in near:
                low, high = (
                    zip(box[:2], piece.box[:2], strict=True),
                    zip(box[2:], piece.box[2:], strict=True),
                )
                (x1, y1), (x2, y2) = (min(v) for v in low), (max(v) for v in high)
                box = (x1, y1, x2, y2)
        yield msgspec.structs.replace(heap, box=box)


def _beside(a: Box, b: Box, aspect: float) -> bool:
    """Tell whether two boxes are no further apart than a bag and a half, or a box and a half."""
    wide = max(0.0, a[0] - b[2], b[0] - a[2]) * aspect
    high = max(0.0, a[1] - b[3], b[1] - a[3])
    largest = max(max((c[2] - c[0]) * aspect, c[3] - c[1]) for c in (a, b))
    return hypot(wide, high) <= _HEAP * largest


def _theirs(blob: Blob, person: Presence) -> bool:
    """Tell whether a blob is a part of somebody who stands: an umbrella, or their mirrored image.

    It is over their head or under their feet, and came to rest when they did.
    """
    x1, y1, x2, y2 = person.box
    tall, middle = y2 - y1, (blob.box[0] + blob.box[2]) / 2
    upright = x1 - 0.5 * (x2 - x1) <= middle <= x2 + 0.5 * (x2 - x1)
    over = y1 - _HELD_UP * tall <= blob.box[1] and blob.box[3] <= y1 + 0.5 * tall
    under = y2 - _FEET * tall <= blob.box[1] and blob.box[3] <= y2 + (1.1 + _HELD_UP) * tall
    with_them = person.since - _STOPS_S <= blob.since
    return upright and (over or under) and with_them


def _apart(thing: Box, person: Box, aspect: float) -> float:
    """Return how far a person stands from a thing, in their body heights.

    Measured where both meet the ground. Depth is seen foreshortened, and feet may be hidden.
    """
    # Who sits or lies is as tall: the longer side counts.
    height = max(person[3] - person[1], (person[2] - person[0]) * aspect)
    if height <= 0.0:
        return float("inf")
    aside = max(0.0, thing[0] - person[2], person[0] - thing[2]) * aspect
    knee = person[3] - _FEET * (person[3] - person[1])
    deep = max(0.0, thing[3] - person[3], knee - thing[3])
    return hypot(aside, _FORESHORTENED * deep) / height
