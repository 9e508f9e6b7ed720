"""`posture`: someone who was upright lies on the ground, and stays there."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import msgspec
from pydantic import Field

from rules import pose
from rules.boxes import centre, distance, nearness
from rules.glance import Glance
from rules.observation import Box, Fact, Object, Scene, Subject, Track
from rules.pose import KeyPoints, Reading
from rules.primitive import Params as Parameters
from rules.sight import Sight
from rules.zones import Zones

_SMOOTH_S = 0.35  # One wobbling box is no fall, two pictures of a lying one are.
_LIES, _ROSE = 0.7, 0.4  # Smoothed evidence at which lying begins and ends.
_STANCE_S = 1.0  # Time over which the upright height follows someone who walks ...
_LOW_S = 20.0  # ... and someone who only looks small.
_SAME_SPOT = 0.35


class Figure(msgspec.Struct, frozen=True):
    """One person: how tall when upright and where the feet were, and how much he lies.

    `track` is the tracker's id at present. `lies` is smoothed evidence 0..1; `down_since` when
    it began to be more likely than not; `fallen` that it began with a fall.
    """

    key: int
    track: int
    box: Box
    last_seen: float
    score: float
    height: float | None = None
    ground: float | None = None
    upright_at: float | None = None
    uprights: int = 0
    lies: float = 0.0
    down_since: float | None = None
    fallen: bool = False


class Figures(msgspec.Struct, frozen=True):
    """State: the persons in the picture and those who were a moment ago."""

    figures: tuple[Figure, ...] = ()
    next_key: int = 1


class Posture:
    """Step. One subject for everyone who fell; `episodes` times the lying."""

    class Params(Parameters):
        """What a fall is."""

        min_height: float = Field(
            0.08,
            ge=0.0,
            le=1.0,
            description="Persons smaller than this when upright are too far away.",
            json_schema_extra={"unit": "share of the picture height", "replay": True},
        )
        fall_s: float = Field(
            2.0,
            ge=0.5,
            le=60.0,
            description="From upright to lying it takes at most so long; slower is no fall.",
            json_schema_extra={"unit": "s", "replay": True},
        )
        vanish_s: float = Field(
            5.0,
            ge=0.0,
            le=60.0,
            description="Who is lost upright and found lying there within this time has fallen.",
            json_schema_extra={"unit": "s", "replay": True},
        )
        lost_s: float = Field(
            60.0,
            ge=1.0,
            le=3600.0,
            description="A fallen person may go undetected so long while nobody gets up there.",
            json_schema_extra={"unit": "s", "replay": True},
        )

    State = Figures

    def __init__(self, params: Params, zones: Zones) -> None:
        self._p = params
        self._zones = zones

    def step(self, state: Figures, scene: Scene, now: float) -> tuple[Figures, Scene]:
        """Read every person's posture; nothing is judged in a paused scene."""
        if scene.paused:
            return state, scene
        aspect = scene.observation.aspect
        seen = {t.id: t for t in scene.tracks if t.seen and t.label == "person"}
        lost = [f for f in state.figures if f.track not in seen]
        own = {f.track: f for f in state.figures if f.track in seen}
        next_key = state.next_key
        figures: list[Figure] = []
        for track in seen.values():
            figure = own.get(track.id)
            if figure is None:
                figure, lost = self._arrived(track, lost, next_key, aspect, now)
                next_key += figure.key == next_key
            figures.append(self._read(figure, track.box, track.keypoints, track.score, aspect, now))
        known = [t.box for t in seen.values()]
        for figure in lost:
            after = self._unseen(figure, scene.observation.objects, known, aspect, now)
            if after is not None:
                figures.append(after)
        subjects = tuple(self._subject(f, now) for f in figures if f.uprights)
        after_all = Figures(tuple(figures), next_key)
        return after_all, msgspec.structs.replace(scene, subjects=scene.subjects + subjects)

    def glance(self, scene: Scene, sight: Sight) -> Glance:
        """Name who lies; that they fell, and that they stay down, one picture does not show."""
        lying = []
        for track in scene.tracks:
            zone = self._zones.name_at(*centre(track.box))
            if track.label != "person" or zone is None:
                continue
            reading = pose.read(track.box, track.keypoints, scene.observation.aspect, None, None)
            if (reading.lying or 0.0) >= _LIES:
                facts: dict[str, Fact] = {"label": "person", "zone": zone}
                lying.append(Subject(str(track.id), track.box, True, track.score, None, facts))
        if not lying:
            return Glance("clear", "监看区域内没有倒地姿态的人员。", "Nobody in the area lies.")
        return Glance(
            "candidate",
            f"有 {len(lying)} 人呈倒地姿态。是否由站立跌倒、是否持续不起，需要连续视频判断。",
            f"{len(lying)} lying. Whether they fell, and stay down, only video can tell.",
            tuple(lying),
        )

    def _arrived(
        self, track: Track, lost: Sequence[Figure], key: int, aspect: float, now: float
    ) -> tuple[Figure, list[Figure]]:
        """Return the figure of a new track: one who was lost at this spot, or a stranger."""
        others = list(lost)
        for figure in sorted(lost, key=lambda f: -f.last_seen):
            gap = now - figure.last_seen
            if figure.height is None or gap > (
                self._p.lost_s if figure.fallen else self._p.vanish_s
            ):
                continue
            apart = distance(centre(figure.box), centre(track.box), aspect)
            if apart <= figure.height:
                others.remove(figure)
                # The fall was not seen: it is taken to have begun when he was lost from sight.
                upright_at = None if figure.upright_at is None else figure.upright_at + gap
                return msgspec.structs.replace(
                    figure, track=track.id, upright_at=upright_at
                ), others
        return Figure(key, track.id, track.box, now, track.score), others

    def _unseen(
        self,
        figure: Figure,
        objects: Sequence[Object],
        known: Sequence[Box],
        aspect: float,
        now: float,
    ) -> Figure | None:
        """Return a figure without a track: found among weak detections, kept, or forgotten."""
        if figure.fallen:
            for found in objects:
                here = found.label == "person" and found.box not in known
                if here and nearness(figure.box, found.box, aspect) >= _SAME_SPOT:
                    return self._read(figure, found.box, found.keypoints, found.score, aspect, now)
        keep_s = self._p.lost_s if figure.fallen else self._p.vanish_s
        return figure if now - figure.last_seen <= keep_s else None

    def _read(
        self,
        figure: Figure,
        box: Box,
        points: KeyPoints,
        score: float,
        aspect: float,
        now: float,
    ) -> Figure:
        """Return a figure after one sighting."""
        reading = pose.read(box, points, aspect, figure.height, figure.ground)
        dt = min(1.0, max(0.0, now - figure.last_seen)) or 0.1
        lies = figure.lies
        if reading.lying is not None:
            lies += (1.0 - exp(-dt / _SMOOTH_S)) * (reading.lying - lies)
        down_since = figure.down_since
        if lies < 0.5 and not figure.fallen:
            down_since = None
        elif down_since is None:
            down_since = now
        figure = msgspec.structs.replace(
            figure, box=box, last_seen=now, score=score, lies=lies, down_since=down_since
        )
        figure = _stood(figure, reading, dt, now)
        if figure.fallen:
            return (
                figure
                if lies >= _ROSE
                else msgspec.structs.replace(figure, fallen=False, down_since=None)
            )
        return msgspec.structs.replace(figure, fallen=self._has_fallen(figure))

    def _has_fallen(self, figure: Figure) -> bool:
        return (
            figure.lies >= _LIES
            and figure.down_since is not None
            and figure.upright_at is not None
            and figure.uprights >= 2
            and figure.down_since - figure.upright_at <= self._p.fall_s
            and (figure.height or 0.0) >= self._p.min_height
        )

    def _subject(self, figure: Figure, now: float) -> Subject:
        x, y = centre(figure.box)
        zone = self._zones.name_at(x, y)
        holds: bool | None = figure.fallen and zone is not None
        if holds and figure.last_seen < now:
            holds = None
        return Subject(
            key=str(figure.key),
            box=figure.box,
            holds=holds,
            score=figure.score,
            since=figure.down_since if figure.fallen else None,
            facts={"zone": zone or "", "lying": round(figure.lies, 2)},
        )


def _stood(figure: Figure, reading: Reading, dt: float, now: float) -> Figure:
    """Return the figure with what an upright reading teaches about height and ground."""
    tall = figure.box[3] - figure.box[1]
    height, ground = figure.height, figure.ground
    if not reading.upright:
        if height is None or figure.lies >= _ROSE or not reading.whole:
            return figure
        # Low but not lying, for long: he is further away now, or stands behind something.
        height += (1.0 - exp(-dt / _LOW_S)) * (tall - height)
        return msgspec.structs.replace(figure, height=height)
    if reading.whole:
        share = 1.0 if height is None else 1.0 - exp(-dt / _STANCE_S)
        height = tall if height is None else height + share * (tall - height)
        ground = figure.box[3]
    return msgspec.structs.replace(
        figure, height=height, ground=ground, upright_at=now, uprights=figure.uprights + 1
    )
