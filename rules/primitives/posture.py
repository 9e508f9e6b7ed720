"""`posture`: someone who was upright lies on the ground, and stays there."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import msgspec
from pydantic import Field

from rules import pose
from rules.boxes import centre, distance, nearness
from rules.glance import Glance
from rules.observation import Box, Fact, Measure, Object, Point, Scene, Subject, Track
from rules.pose import Build, KeyPoints, Reading
from rules.primitive import Params as Parameters
from rules.sight import Sight
from rules.swings import Swing, in_rhythm, swung
from rules.zones import Zones

_SMOOTH_S = 0.35  # One odd picture is no fall, two of somebody lying are.
_LIES, _ROSE = 0.6, 0.3  # Smoothed belief at which lying begins and ends.
_LOOKS = 0.5  # Belief from which one picture looks like somebody who lies.
_SURE = 0.6  # Belief from which one picture shows somebody upright.
_TALL = 0.72  # Share of the upright height below which nobody stands, whatever the joints say.
_LOW_S = 20.0  # Who looks so for long is further away now, or stands behind something.
_ERECT, _AWAY_S = 0.9, 50.0  # Who sits is lower than he was; who walks away only slowly so.
_STANCE_S = 0.6  # Time over which what is known of a body follows its upright readings.
_SAME_SPOT = 0.35
_RISES_S = 2.0  # Who does not look like lying for so long has got up; one picture errs.
_SANK = 0.12  # Body heights that the hips go in a fall; who stretches out on a bench slides less,
_SLID = 0.2  # and one who sat goes at least from the height of a seat to the ground.
_SWING = 0.06  # Body heights from low to high: who goes up and down in rhythm does push-ups.
_RAISED = (0.15, 0.3)  # Body heights above the feet's ground: from half on it is a bench, a bed.
_TOPPLED = (
    0.25,
    0.45,
)  # The same for one who stood a moment ago: nobody lies down on a bench so ...
_SUDDEN_S = 1.2  # ... fast, but who falls lies away from where he stood ...
_HASTE = 0.8  # ... and what looks like hands and knees so soon is mostly somebody who lies.


class Figure(msgspec.Struct, frozen=True):
    """One person: how the body is built, where it stood, and how much it lies.

    `track` is the tracker's id at present. `ground` (y) and `middle` are where feet and hips were
    when last upright. `lies` is smoothed belief 0..1; `down_since` when it began to be more likely
    than not; `fallen` that it began with a fall, which took `fell_s` and went `sank` body heights.
    `upright_at` is when it last stood or sat, `stood_at` when it last stood, `laid_at` when it
    first looked like lying after that. `tallest` is the box's height, the highest of late.
    """

    key: int
    track: int
    box: Box
    last_seen: float
    score: float
    build: Build | None = None
    ground: float | None = None
    middle: Point | None = None
    upright_at: float | None = None
    stood_at: float | None = None
    laid_at: float | None = None
    tallest: float = 0.0
    uprights: int = 0
    lies: float = 0.0
    down_since: float | None = None
    fallen: bool = False
    fell_s: float = 0.0
    sank: float = 0.0
    raised: float = 0.0
    joints: int = 0
    swing: Swing = Swing()
    up_since: float | None = None

    @property
    def height(self) -> float:
        """Return how high the box is upright, in picture heights; 0 when never seen so."""
        return 0.0 if self.build is None else pose.upright_height(self.build)


class Figures(msgspec.Struct, frozen=True):
    """State: the persons in the picture and those who were a moment ago; the last picture."""

    figures: tuple[Figure, ...] = ()
    next_key: int = 1
    last: float | None = None


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
        state = _waited(state, now)
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
        after_all = Figures(tuple(figures), next_key, now)
        return after_all, msgspec.structs.replace(scene, subjects=scene.subjects + subjects)

    def glance(self, scene: Scene, sight: Sight) -> Glance:
        """Name who lies; that they fell, and that they stay down, one picture does not show."""
        lying = []
        for track in scene.tracks:
            zone = self._zones.name_at(*centre(track.box))
            if track.label != "person" or zone is None:
                continue
            reading = pose.read(track.box, track.keypoints, scene.observation.aspect, None)
            if reading.lying >= _LIES:
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
            keep_s = self._p.lost_s if figure.fallen else self._p.vanish_s
            if figure.build is None or gap > keep_s:
                continue
            apart = distance(centre(figure.box), centre(track.box), aspect)
            if apart <= pose.body_height(figure.build):
                others.remove(figure)
                return msgspec.structs.replace(figure, track=track.id), others
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
        reading = pose.read(box, points, aspect, figure.build)
        dt = min(1.0, max(0.0, now - figure.last_seen)) or 0.1
        lies, raised = figure.lies, figure.raised
        if reading.told:
            if figure.laid_at is None and reading.lying + reading.fours >= _LOOKS:
                figure = msgspec.structs.replace(figure, laid_at=now)
            raised = _raised(figure, box)
            lying = _lying(figure, reading, raised)
            lies += (1.0 - exp(-dt / _SMOOTH_S)) * (lying - lies)
        down_since = figure.down_since
        if lies < 0.5 and not figure.fallen:
            down_since = None
        elif down_since is None:
            down_since = now
        figure = msgspec.structs.replace(
            figure,
            box=box,
            last_seen=now,
            score=score,
            lies=lies,
            down_since=down_since,
            raised=raised,
            joints=reading.joints,
        )
        figure = _stood(figure, reading, dt, now)
        figure = _swings(figure, now)
        if figure.fallen:
            return _still_down(figure, now)
        return self._judged(figure, reading, aspect)

    def _judged(self, figure: Figure, reading: Reading, aspect: float) -> Figure:
        """Return the figure as fallen if it lies and everything says that it fell."""
        if figure.lies < _LIES or figure.down_since is None or figure.build is None:
            return figure
        if figure.upright_at is None or figure.middle is None or figure.uprights < 2:
            return figure
        fell_s = figure.down_since - figure.upright_at
        sank = distance(figure.middle, reading.middle, aspect) / pose.body_height(figure.build)
        far = sank >= (_SANK if _is_sudden(figure) else _SLID)
        fallen = fell_s <= self._p.fall_s and far and figure.height >= self._p.min_height
        return msgspec.structs.replace(figure, fallen=fallen, fell_s=fell_s, sank=sank)

    def _subject(self, figure: Figure, now: float) -> Subject:
        x, y = centre(figure.box)
        zone = self._zones.name_at(x, y)
        holds: bool | None = figure.fallen and zone is not None
        # Nobody lies for sure while he is on his way up, or out of sight.
        if holds and (figure.last_seen < now or figure.up_since is not None):
            holds = None
        return Subject(
            key=str(figure.key),
            box=figure.box,
            holds=holds,
            score=figure.score,
            since=figure.down_since if figure.fallen else None,
            facts={"zone": zone or "", "lying": round(figure.lies, 2)},
            measures=self._measures(figure) if figure.fallen else (),
        )

    def _measures(self, figure: Figure) -> tuple[Measure, ...]:
        return (
            Measure("lying", round(figure.lies, 2), _ROSE),
            Measure("fell_s", round(max(0.0, figure.fell_s), 2), self._p.fall_s, above=False),
            Measure("sank", round(figure.sank, 2), _SANK),
            Measure("raised", round(figure.raised, 2), _RAISED[1], above=False),
            Measure("upright_height", round(figure.height, 3), self._p.min_height),
            Measure("joints", float(figure.joints), 0.0),
        )


def _stood(figure: Figure, reading: Reading, dt: float, now: float) -> Figure:
    """Return the figure with what an upright reading teaches about body and place."""
    if reading.build is None or reading.up + reading.seat < _SURE:
        return figure
    tall = figure.box[3] - figure.box[1]
    if figure.build is not None and reading.whole and tall < _TALL * figure.height:
        slowly = 1.0 - exp(-dt / _LOW_S)
        return msgspec.structs.replace(
            figure, build=pose.mixed(figure.build, reading.build, slowly)
        )
    tallest = max(tall, figure.tallest * exp(-dt / _AWAY_S))
    stands = reading.up > reading.seat and tall >= _ERECT * tallest
    share = 1.0 - exp(-dt / _STANCE_S)
    build = (
        reading.build if figure.build is None else pose.mixed(figure.build, reading.build, share)
    )
    return msgspec.structs.replace(
        figure,
        build=build,
        ground=figure.box[3] if pose.shows_feet(figure.box) else figure.ground,
        middle=reading.middle,
        upright_at=now,
        stood_at=now if stands else figure.stood_at,
        laid_at=None,
        tallest=tallest,
        uprights=figure.uprights + 1,
    )


def _waited(state: Figures, now: float) -> Figures:
    """Return the state with time in which somebody was not seen left out of what a fall may take.

    A fall that was not seen is taken to have begun when he came back into sight: who was upright
    when he was lost may have fallen at any time since.
    """
    if state.last is None or now <= state.last:
        return state
    figures = tuple(
        _later(f, now - state.last)
        if f.upright_at is not None and f.last_seen < state.last and f.last_seen <= f.upright_at
        else f
        for f in state.figures
    )
    return msgspec.structs.replace(state, figures=figures)


def _later(figure: Figure, by: float) -> Figure:
    """Return the figure as upright until `by` seconds later than was seen."""
    upright_at, stood_at = figure.upright_at, figure.stood_at
    if stood_at is not None and stood_at == upright_at:
        stood_at += by
    if upright_at is not None:
        upright_at += by
    return msgspec.structs.replace(figure, upright_at=upright_at, stood_at=stood_at)


def _is_sudden(figure: Figure) -> bool:
    """Tell whether somebody who looks like lying stood only a moment before."""
    if figure.stood_at is None or figure.laid_at is None:
        return False
    return figure.laid_at - figure.stood_at <= _SUDDEN_S


def _lying(figure: Figure, reading: Reading, raised: float) -> float:
    """Return how much one picture says that somebody lies on the ground, 0..1."""
    if not _is_sudden(figure):
        return _sharpened(reading.lying) * (1.0 - _ramp(raised, *_RAISED))
    flat = reading.lying + _HASTE * reading.fours
    return _sharpened(flat) * (1.0 - _ramp(raised, *_TOPPLED))


def _still_down(figure: Figure, now: float) -> Figure:
    """Return one who fell, as having got up when that has been seen for long enough."""
    up_since: float | None = None
    if not in_rhythm(figure.swing, _SWING):
        if figure.lies >= _ROSE:
            return msgspec.structs.replace(figure, up_since=None)
        up_since = now if figure.up_since is None else figure.up_since
        if now - up_since < _RISES_S and figure.upright_at != now:
            return msgspec.structs.replace(figure, up_since=up_since)
    return msgspec.structs.replace(figure, fallen=False, down_since=None, up_since=None)


def _swings(figure: Figure, now: float) -> Figure:
    """Return the figure with the rhythm of its rise and fall while it is down."""
    if figure.laid_at is None or figure.build is None:
        return msgspec.structs.replace(figure, swing=Swing())
    tall = (figure.box[3] - figure.box[1]) / pose.body_height(figure.build)
    return msgspec.structs.replace(figure, swing=swung(figure.swing, tall, now))


def _sharpened(belief: float) -> float:
    """Return the belief with its odds squared: pictures in a row confirm each other."""
    one, other = belief * belief, (1.0 - belief) * (1.0 - belief)
    return one / (one + other)


def _raised(figure: Figure, box: Box) -> float:
    """Return how far, in body heights, somebody is above the ground that the feet stood on."""
    if figure.build is None or figure.ground is None:
        return 0.0
    return (figure.ground - box[3]) / pose.body_height(figure.build)


def _ramp(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))
