"""`stays`: something of a wanted class does not move in a zone."""

from __future__ import annotations

import msgspec
from pydantic import Field

from rules.boxes import foot
from rules.glance import Glance
from rules.observation import Scene, Subject, Track
from rules.primitive import NoState
from rules.primitive import Params as Parameters
from rules.sight import Sight
from rules.warps import to_reference
from rules.zones import Zones


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

    State = NoState

    def __init__(self, params: Params, zones: Zones) -> None:
        self._p = params
        self._zones = zones
        self._targets = frozenset(params.targets)

    def step(self, state: NoState, scene: Scene, now: float) -> tuple[NoState, Scene]:
        """Turn tracks into subjects; the zone is where the foot of the box is."""
        seen = scene.observation
        subjects: list[Subject] = []
        for track in scene.tracks:
            if track.label in self._targets:
                spot = track.spot or track.box
                x, y = to_reference(foot(spot), seen.view.warp, seen.aspect)
                subjects.append(self._subject(track, self._zones.name_at(x, y)))
        return state, msgspec.structs.replace(scene, subjects=scene.subjects + tuple(subjects))

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
            tuple(self._subject(t, self._zones.name_at(*foot(t.box))) for t in timed),
        )

    def _subject(self, track: Track, zone: str | None) -> Subject:
        stands = track.still_since is not None and zone is not None and self._is_clear(track)
        return Subject(
            key=str(track.id),
            box=track.spot or track.box,
            holds=_holds(track) if stands else False,
            score=track.score,
            since=track.still_since,
            facts={"label": track.label, "zone": zone or ""},
        )

    def _is_clear(self, track: Track) -> bool:
        tall = track.box[3] - track.box[1]
        return (
            track.score >= self._p.confidence
            and tall >= self._p.min_height
            and track.alike >= self._p.likeness
        )


def _holds(track: Track) -> bool | None:
    """Not seen in free view counts against it: short misses are what `absence_s` forgives."""
    if track.seen:
        return True
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
