"""`stays`: something of a wanted class does not move in a zone."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from pydantic import Field

from rules import queues
from rules.boxes import foot, size
from rules.glance import Glance
from rules.observation import Box, Measure, Point, Scene, Subject, Track
from rules.primitive import Params as Parameters
from rules.queues import Waiting
from rules.sight import Sight
from rules.warps import to_reference
from rules.zones import Zones


class Line(msgspec.Struct, frozen=True):
    """Who stands in one zone."""

    zone: str
    waiting: tuple[Waiting, ...]


class Lines(msgspec.Struct, frozen=True):
    """State: who stands beside whom; empty where queues are not told from stays."""

    lines: tuple[Line, ...] = ()


class Stays:
    """Step. One subject for every track that could be a stay; `episodes` times it."""

    class Params(Parameters):
        """What may not stay, and when it counts."""

        targets: tuple[str, ...] = Field(
            ("car", "truck", "bus"),
            min_length=1,
            description="Class names that may not stay in the zone.",
            json_schema_extra={"replay": True},
        )
        confidence: float = Field(
            0.35,
            ge=0.05,
            le=1.0,
            description="Running score that an object needs to be judged.",
            json_schema_extra={"unit": "0..1", "replay": True},
        )
        min_height: float = Field(
            0.03,
            ge=0.0,
            le=1.0,
            description="Smaller objects are too far away to tell standing from driving.",
            json_schema_extra={"unit": "share of the picture height", "replay": True},
        )
        likeness: float = Field(
            0.75,
            ge=-1.0,
            le=1.0,
            description="How alike its pictures must be: successive vehicles at a place are not.",
            json_schema_extra={"unit": "correlation", "replay": True},
        )
        queue_s: float = Field(
            0.0,
            ge=0.0,
            le=3600.0,
            description="While vehicles that stopped together may still drive on together, the"
            " clock does not run, for at most so long; 0: how long they stand alone decides.",
            json_schema_extra={"unit": "s", "replay": True},
        )

    State = Lines

    def __init__(self, params: Params, zones: Zones) -> None:
        self._p = params
        self._zones = zones
        self._targets = frozenset(params.targets)

    def step(self, state: Lines, scene: Scene, now: float) -> tuple[Lines, Scene]:
        """Turn tracks into subjects; the zone is where the foot of the box is."""
        if scene.paused:
            return state, scene
        seen = scene.observation
        wanted = [t for t in scene.tracks if t.label in self._targets]
        places = [to_reference(foot(t.spot or t.box), seen.view.warp, seen.aspect) for t in wanted]
        lines = self._lines(state, wanted, places, seen.aspect, now)
        clocks = {w.track: queues.clock(w) for line in lines.lines for w in line.waiting}
        subjects = []
        for track, place in zip(wanted, places, strict=True):
            subject = self._subject(track, place, seen.aspect)
            if track.id in clocks:
                subject = self._timed(subject, clocks[track.id], now)
            subjects.append(subject)
        return lines, msgspec.structs.replace(scene, subjects=scene.subjects + tuple(subjects))

    def _lines(
        self,
        state: Lines,
        tracks: Sequence[Track],
        places: Sequence[Point],
        aspect: float,
        now: float,
    ) -> Lines:
        """Return who stands beside whom in each zone; nothing is noted without `queue_s`."""
        if self._p.queue_s == 0.0:
            return Lines()
        known = {line.zone: line.waiting for line in state.lines}
        standing: dict[str, list[Track]] = {}
        for track, place in zip(tracks, places, strict=True):
            zone = self._zones.name_at(*place)
            if zone is not None and track.still_since is not None:
                standing.setdefault(zone, []).append(track)
        return Lines(
            tuple(
                Line(z, queues.waited(known.get(z, ()), line, aspect, now, self._p.queue_s))
                for z, line in standing.items()
            )
        )

    def _timed(self, subject: Subject, clock: float | None, now: float) -> Subject:
        """Return the subject with its clock as the queue test lets it run."""
        waits = subject.since is not None and clock is None
        stood = 0.0 if subject.since is None else now - subject.since
        test = Measure("in_queue_s", round(stood, 1), self._p.queue_s)
        if waits:
            return msgspec.structs.replace(subject, holds=False, measures=(*subject.measures, test))
        return msgspec.structs.replace(subject, since=clock)

    def glance(self, scene: Scene, sight: Sight) -> Glance:
        """Name what would be timed if it stood there: one picture does not show that it stands."""
        wanted = [t for t in scene.tracks if t.label in self._targets]
        inside = [t for t in wanted if self._zones.name_at(*foot(t.box)) is not None]
        timed = [t for t in inside if self._is_clear(t)]
        left_out = _left_out(len(wanted) - len(inside), len(inside) - len(timed))
        if not timed:
            return Glance(
                "clear",
                f"区域内没有需要计时的目标{left_out[0]}。",
                f"Nothing to time{left_out[1]}.",
            )
        return Glance(
            "candidate",
            f"区域内有 {len(timed)} 个目标会开始计时{left_out[0]}。是否超时停留，需看视频。",
            f"{len(timed)} in the zone would be timed{left_out[1]}."
            " Whether they stay, only video can tell.",
            tuple(self._subject(t, foot(t.box), scene.observation.aspect) for t in timed),
        )

    def _subject(self, track: Track, place: Point, aspect: float) -> Subject:
        zone = self._zones.name_at(*place)
        stands = track.still_since is not None and zone is not None and self._is_clear(track)
        spot = track.spot or track.box
        return Subject(
            key=str(track.id),
            box=spot,
            holds=_holds(track) if stands else False,
            score=track.score,
            since=track.still_since,
            facts={"label": track.label, "zone": zone or ""},
            measures=self._measures(track, place, spot, aspect),
        )

    def _is_clear(self, track: Track) -> bool:
        return all(test.met for test in self._looks(track))

    def _looks(self, track: Track) -> tuple[Measure, ...]:
        return (
            Measure("score", round(track.score, 3), self._p.confidence),
            Measure("height", round(track.box[3] - track.box[1], 3), self._p.min_height),
            Measure("alike", round(track.alike, 3), self._p.likeness),
        )

    def _measures(
        self, track: Track, place: Point, spot: Box, aspect: float
    ) -> tuple[Measure, ...]:
        found = list(self._looks(track))
        depth = self._zones.depth_at(*place, aspect)
        if depth is not None:
            found.append(Measure("in_zone", round(depth / max(size(spot, aspect), 1e-3), 3), 0.0))
        if track.still_since is not None:
            found.append(Measure("strayed", round(track.strayed, 3), track.slack, above=False))
        return tuple(found)


def _holds(track: Track) -> bool | None:
    """Not seen in free view counts against it: short misses are what `absence_s` forgives.

    A reading away from the spot may be a wobble, or another one that passes: it says nothing yet.
    """
    if track.seen:
        return True if track.strayed <= track.slack else None
    return None if track.hidden else False


def _left_out(outside: int, unclear: int) -> tuple[str, str]:
    """Say what a glance did not count, and why, in both languages; '' when nothing."""
    zh, en = [], []
    if outside:
        zh.append(f"{outside} 个在区域外")
        en.append(f"{outside} outside the zone")
    if unclear:
        zh.append(f"{unclear} 个过小或置信度不足")
        en.append(f"{unclear} too small or too uncertain")
    return (f"（另有 {'、'.join(zh)}）", f" ({', '.join(en)})") if zh else ("", "")
