"""`cluster`: several things that stay stand together; one subject a cluster, however it grows."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from pydantic import Field

from rules.boxes import distance, foot, overlap, size
from rules.glance import Glance
from rules.observation import Box, Measure, Scene, Subject, Track
from rules.primitive import Params as Parameters
from rules.sight import Sight
from rules.zones import Zones

_REACH = 0.6  # Heights of a person within which a vehicle is his: beside it, or on it.


class Group(msgspec.Struct, frozen=True):
    """Things that stand together, by their keys; `since` is when they became enough, if they are.

    `judged` says that they have been enough before: what is told once is told until it is over.
    """

    key: int
    members: tuple[str, ...]
    box: Box
    since: float | None = None
    judged: bool = False


class Groups(msgspec.Struct, frozen=True):
    """State: the clusters, and the next key."""

    groups: tuple[Group, ...] = ()
    next_key: int = 1


class Cluster:
    """Step. Replaces the subjects of single things by one subject for every cluster of them.

    It is the place that is timed, not each thing: members may come and go while enough are there.
    """

    class Params(Parameters):
        """What makes a cluster."""

        min_count: int = Field(
            3,
            ge=1,
            le=100,
            description="So many must stand together with nobody at them.",
            json_schema_extra={"replay": True},
        )
        cluster_gap: float = Field(
            2.0,
            ge=0.1,
            le=20.0,
            description="Neighbours further apart than this belong to different clusters.",
            json_schema_extra={"unit": "object sizes", "replay": True},
        )

    State = Groups

    def __init__(self, params: Params, zones: Zones) -> None:
        self._p = params
        self._zones = zones

    def step(self, state: Groups, scene: Scene, now: float) -> tuple[Groups, Scene]:
        """Join what stands into clusters and follow them."""
        if scene.paused:
            return state, scene
        aspect = scene.observation.aspect
        there = [s for s in scene.subjects if _stands(s)]
        known = list(state.groups)
        next_key = state.next_key
        groups: list[Group] = []
        subjects: list[Subject] = []
        tracks = {str(t.id): t for t in scene.tracks}
        attended = _attended(there, scene.tracks, aspect)
        for members in sorted(_joined(there, self._p.cluster_gap, aspect), key=lambda m: -len(m)):
            group = _continued(known, members) or Group(next_key, (), members[0].box)
            next_key += group.key == next_key
            group, subject = self._judged(group, members, attended, tracks, now)
            groups.append(group)
            if group.judged:
                subjects.append(subject)
        after = Groups(tuple(groups), next_key)
        return after, msgspec.structs.replace(scene, subjects=tuple(subjects))

    def glance(self, scene: Scene, sight: Sight) -> Glance:
        """Say how many are there: that they stand, one picture does not show."""
        inside = [
            t
            for t in scene.tracks
            if t.label != "person" and self._zones.name_at(*foot(t.box)) is not None
        ]
        if len(inside) < self._p.min_count:
            return Glance(
                "clear",
                f"区域内有 {len(inside)} 个目标，少于 {self._p.min_count} 个。",
                f"{len(inside)} in the zone, fewer than {self._p.min_count}.",
            )
        return Glance(
            "candidate",
            f"区域内有 {len(inside)} 个目标。是否聚集停放、是否有人看管，需看视频。",
            f"{len(inside)} in the zone. Whether they stand together, only video can tell.",
            tuple(
                Subject(str(t.id), t.box, True, t.score, None, {"label": t.label}) for t in inside
            ),
        )

    def _judged(
        self,
        group: Group,
        members: Sequence[Subject],
        attended: frozenset[str],
        tracks: dict[str, Track],
        now: float,
    ) -> tuple[Group, Subject]:
        free = [s for s in members if s.key not in attended]
        enough = len(free) >= self._p.min_count
        seen = sum(tracks[s.key].seen for s in free if s.key in tracks)
        hidden = sum(tracks[s.key].hidden for s in free if s.key in tracks)
        holds: bool | None = enough
        if enough and 2 * seen < self._p.min_count:
            holds = None if hidden else False
        since = group.since
        if holds and since is None:
            # All of them together have been there since the last of the first few came.
            began = sorted(now if s.since is None else s.since for s in free)
            since = began[self._p.min_count - 1]
        box = _around(members)
        group = msgspec.structs.replace(
            group,
            members=tuple(s.key for s in members),
            box=box,
            since=since if enough else None,
            judged=group.judged or bool(holds),
        )
        labels = [s.facts.get("label", "") for s in members]
        subject = Subject(
            key=str(group.key),
            box=box,
            holds=holds,
            score=sum(s.score for s in members) / len(members),
            since=group.since,
            facts={
                "label": max(sorted(map(str, labels)), key=labels.count),
                "zone": members[0].facts.get("zone", ""),
                "count": float(len(members)),
                "attended": float(len(members) - len(free)),
            },
            measures=(Measure("unattended", float(len(free)), float(self._p.min_count)),),
        )
        return group, subject


def _stands(subject: Subject) -> bool:
    """Tell whether a thing stands in the zone, be it seen in this picture or only remembered."""
    return (
        subject.since is not None
        and bool(subject.facts.get("zone"))
        and all(m.met for m in subject.measures if m.name != "strayed")
    )


def _joined(subjects: Sequence[Subject], gap: float, aspect: float) -> list[list[Subject]]:
    """Return the subjects in clusters: each has a neighbour in it that is near enough."""
    left, clusters = list(subjects), []
    while left:
        cluster = [left.pop(0)]
        for one in cluster:  # Grows while it is walked through.
            near = [s for s in left if _is_near(one, s, gap, aspect)]
            cluster += near
            left = [s for s in left if s not in near]
        clusters.append(cluster)
    return clusters


def _is_near(a: Subject, b: Subject, gap: float, aspect: float) -> bool:
    if a.facts.get("zone") != b.facts.get("zone"):
        return False
    side = (size(a.box, aspect) + size(b.box, aspect)) / 2
    return distance(foot(a.box), foot(b.box), aspect) <= gap * side or overlap(a.box, b.box) > 0.0


def _continued(known: list[Group], members: Sequence[Subject]) -> Group | None:
    """Take the cluster that these continue out of `known`: most members, then the same ground."""
    keys = {s.key for s in members}
    box = _around(members)
    best = max(
        known,
        key=lambda g: (len(keys.intersection(g.members)), overlap(g.box, box)),
        default=None,
    )
    if best is None or not (keys.intersection(best.members) or overlap(best.box, box) > 0.0):
        return None
    known.remove(best)
    return best


def _attended(
    subjects: Sequence[Subject], tracks: Sequence[Track], aspect: float
) -> frozenset[str]:
    """Return what somebody rides or stands at: everybody has one, and passers-by have none."""
    taken: set[str] = set()
    for person in tracks:
        if person.label != "person" or person.still_since is None:
            continue
        here, tall = foot(person.box), person.box[3] - person.box[1]
        near = [
            (distance(here, foot(s.box), aspect), s.key) for s in subjects if s.key not in taken
        ]
        if near and min(near)[0] <= _REACH * tall:
            taken.add(min(near)[1])
    return frozenset(taken)


def _around(subjects: Sequence[Subject]) -> Box:
    boxes = [s.box for s in subjects]
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
